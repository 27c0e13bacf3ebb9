import { WebSocket } from 'ws';
import { decodeFrame, WALL_SOCKET_PATH, type WallFrame, type WallRequest } from '#contracts/wall-frame';
import type { ApiClient } from '../e2e/api-client.ts';
import type { Program } from '../e2e/program.ts';

/** A wall socket that reads everything and decodes nothing: a wall as the server sees it. */
export interface WallReader {
  ask(request: WallRequest): void;
  close(): void;
}

export async function openWallReader(
  { url }: Program,
  { cookie }: ApiClient,
  onFrame: (frame: WallFrame) => void,
): Promise<WallReader> {
  const ws = new WebSocket(`${url.replace('http', 'ws')}${WALL_SOCKET_PATH}`, { headers: { cookie, origin: url } });
  await new Promise((done, failed) => ws.once('open', done).once('error', failed));
  ws.on('message', (data, isBinary) => {
    if (isBinary && Buffer.isBuffer(data)) onFrame(decodeFrame(data));
  });
  const ask = (request: WallRequest): void => ws.send(JSON.stringify(request));
  ask({ type: 'hello', cannotPlay: [] });
  return { ask, close: () => ws.terminate() };
}
