import { spawn } from 'node:child_process';
import { createServer, type Server } from 'node:http';
import { type AddressInfo, connect, type Socket } from 'node:net';
import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { WebSocket, WebSocketServer } from 'ws';
import { systemClock } from '#base/clock';
import { silentLogger } from '#base/log';
import type { StreamStatus } from '#contracts/camera';
import type { StreamKey } from '#contracts/media';
import { decodeFrame, decodeInit } from '#contracts/wall-frame';
import { liveSection } from '../../config/sections/live.ts';
import { createHub } from '../../server/restream/hub.ts';
import { createLlHls } from '../../server/restream/ll-hls/ll-hls.ts';
import { createStills } from '../../server/restream/snapshot.ts';
import { createTranscodes } from '../../server/restream/transcode.ts';
import { createWallSocket, MAX_REQUEST_BYTES } from '../../server/restream/wall-socket/wall-socket.ts';
import { type Clip, makeClip, playClip } from '../fakes/clip-camera.ts';
import { createFakeCamera } from '../fakes/fragments.ts';

/** The hub and its readers behind a real HTTP server, judged by players that other people wrote. */
const clock = systemClock;
const log = silentLogger();
const config = liveSection.parse({ ringMegabytes: 4, clientBufferKb: 1024 });
const hub = createHub({ config, clock, log });
const unused = { run: () => Promise.reject(new Error('unused')), jpeg: () => Promise.reject(new Error('unused')) };
const transcodes = createTranscodes({ hub, transcoder: unused, config, clock, log });
const llHls = createLlHls({ hub, transcodes, config, clock });
const wall = createWallSocket({
  hub,
  transcodes,
  stills: createStills({ hub, decoder: unused, clock }),
  statuses: { statuses: (): StreamStatus[] => [LIVE], onStatus: () => () => {} },
  config,
  clock,
  log,
});
const LIVE: StreamStatus = {
  role: 'main',
  state: 'live',
  fault: null,
  detail: '',
  sinceMs: 0,
  lastFrameMs: null,
  starts: 1,
  codec: null,
  audioCodec: null,
  width: null,
  height: null,
  frameRate: null,
  bitrate: null,
  way: null,
  clockOffsetMs: null,
};
const keyOf = (cameraId: string): StreamKey => ({ cameraId, role: 'main' });

let server: Server;
let base: string;
let clip: Clip;
let longGroups: Clip;
const stops: (() => void)[] = [];

beforeAll(async () => {
  [clip, longGroups] = [await makeClip({ seconds: 40 }), await makeClip({ seconds: 60, groupSeconds: 14 })];
  server = createServer((request, response) => {
    const url = new URL(request.url ?? '/', 'http://server');
    const [, , cameraId = '', , ...file] = url.pathname.split('/');
    const left = new AbortController();
    response.once('close', () => left.abort());
    llHls
      .answer(keyOf(cameraId), { file: file.join('/'), query: Object.fromEntries(url.searchParams) }, left.signal)
      .then((answer) => {
        response.writeHead(answer.status, answer.headers);
        for (const chunk of answer.body) response.write(chunk);
        response.end();
      }, response.destroy);
  });
  new WebSocketServer({ server, perMessageDeflate: false, maxPayload: MAX_REQUEST_BYTES }).on(
    'connection',
    (ws, { socket }) => {
      wall.accept(ws, { mayView: () => true, beginViewing: () => () => {}, onChanged: () => () => {} }, socket);
    },
  );
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  base = `127.0.0.1:${(server.address() as AddressInfo).port}`;
});

afterAll(async () => {
  for (const stop of stops) stop();
  wall.close();
  llHls.close();
  await transcodes.close();
  hub.close();
  server.closeAllConnections();
  await new Promise((resolve) => server.close(resolve));
});

/** So that memory is what is in use, not what was. */
setFlagsFromString('--expose-gc');
const collectGarbage: () => void = runInNewContext('gc');

const play = (cameraId: string, of: Clip, atOnceSeconds: number): void => {
  stops.push(playClip(of, hub.sinkFor(keyOf(cameraId)), { atOnceSeconds }));
};
const addressOf = (cameraId: string): string => `http://${base}/live/${cameraId}/main/index.m3u8`;

/** Runs a program to its end; `input` goes to its standard input. */
async function run(
  program: string,
  args: string[],
  input?: Uint8Array[],
): Promise<{ code: number | null; out: string; err: string }> {
  const child = spawn(program, args, { stdio: ['pipe', 'pipe', 'pipe'], timeout: 30_000 });
  let [out, err] = ['', ''];
  child.stdout.on('data', (chunk) => (out += chunk));
  child.stderr.on('data', (chunk) => (err += chunk));
  child.stdin.on('error', () => {});
  for (const chunk of input ?? []) child.stdin.write(chunk);
  child.stdin.end();
  const code = await new Promise<number | null>((resolve) => child.once('close', resolve));
  return { code, out, err };
}

// First, while nothing else of this file is in memory.
describe('memory', () => {
  it('is shared by clients of the wall socket, also by what waits to be sent', async () => {
    const camera = createFakeCamera(hub.sinkFor(keyOf('shared')));
    camera.group(1);
    const deaf: Socket[] = [];
    for (let at = 0; at < 20; at += 1) deaf.push(await openDeaf('shared'));
    const quick = await watch('shared');
    await quick.until(2);
    collectGarbage();
    const before = process.memoryUsage().arrayBuffers;
    for (let at = 1; at <= 300; at += 1) {
      camera.push({ key: at % 10 === 0, bytes: 100_000 });
      await quick.until(2 + at);
      quick.got.fill(new Uint8Array());
    }
    const { clients, queuedBytes } = wall.figures();
    expect(clients).toBeGreaterThanOrEqual(21);
    // Twenty queues of a mebibyte each, made of the same fragments, which are in the ring anyway.
    expect(queuedBytes).toBeGreaterThan(15 * 2 ** 20);
    const grown = (): number => {
      collectGarbage();
      return process.memoryUsage().arrayBuffers - before;
    };
    // V8 gives buffers back beside the collection, not in it.
    await expect.poll(grown).toBeLessThan(config.ringMegabytes * 2 ** 20 + queuedBytes / 2);
    for (const socket of deaf) socket.destroy();
  });
});

describe('LL-HLS', () => {
  it.each([
    // FFmpeg begins three segments from the end, and in a long group has no picture until the next key frame.
    ['a second', () => clip, 12, 2, 50],
    ['14 seconds', () => longGroups, 17, 12, 50],
  ])('plays in FFmpeg with groups of %s', async (name, of, atOnceSeconds, seconds, leastFrames) => {
    const cameraId = `groups-of-${name.replaceAll(' ', '-')}`;
    play(cameraId, of(), atOnceSeconds);
    const played = await run('ffprobe', [
      ...['-v', 'error', '-count_frames', '-read_intervals', `%+${seconds}`],
      ...['-show_entries', 'stream=codec_name,width,nb_read_frames', '-of', 'csv=p=0', addressOf(cameraId)],
    ]);
    const [codec, width, frames] = played.out.trim().split(/[,\n]/);
    expect([played.code, played.err, codec, width]).toEqual([0, '', 'h264', '320']);
    expect(Number(frames)).toBeGreaterThanOrEqual(leastFrames);
  });

  it('plays in GStreamer, beyond what was there when it began', async () => {
    play('gst', clip, 12);
    const played = await run('gst-launch-1.0', [
      ...['-q', 'playbin3', `uri=${addressOf('gst')}`],
      'video-sink=fakesink num-buffers=110',
    ]);
    expect([played.code, played.err]).toEqual([0, '']);
  });

  it('serves a low-latency player part after part, with delta updates', async () => {
    play('parts', clip, 10);
    const media = `http://${base}/live/parts/main/media.m3u8`;
    const text = await (await fetch(media)).text();
    const whole = (of: string): number => Number([...of.matchAll(/^(\d+)\.m4s$/gm)].at(-1)?.[1]);
    let sequenceNumber = whole(text) + 1;
    let part = (text.match(new RegExp(`URI="${sequenceNumber}\\.`, 'g')) ?? []).length;
    const parts = new Map<string, Buffer>();
    for (let asked = 0; asked < 12; asked += 1) {
      const response = await fetch(`${media}?_HLS_msn=${sequenceNumber}&_HLS_part=${part}&_HLS_skip=YES`);
      expect(response.status).toBe(200);
      const now = await response.text();
      expect(now).toContain('#EXT-X-SKIP:SKIPPED-SEGMENTS=');
      if (whole(now) >= sequenceNumber && !now.includes(`URI="${sequenceNumber}.${part}.m4s"`)) {
        sequenceNumber += 1;
        part = 0;
      }
      const name = `${sequenceNumber}.${part}.m4s`;
      expect(now).toContain(`URI="${name}"`);
      const bytes = await fetch(new URL(name, media));
      expect(bytes.status).toBe(200);
      parts.set(name, Buffer.from(await bytes.arrayBuffer()));
      part += 1;
    }
    // What the parts of a whole segment hold is what the segment holds.
    const after = await (await fetch(media)).text();
    const complete = [...parts.keys()]
      .map((name) => Number(name.split('.')[0]))
      .find((n) => parts.has(`${n}.0.m4s`) && n <= whole(after));
    expect(complete).toBeDefined();
    const segment = Buffer.from(await (await fetch(new URL(`${complete}.m4s`, media))).arrayBuffer());
    const joined = [...parts].filter(([name]) => name.startsWith(`${complete}.`)).map(([, bytes]) => bytes);
    expect(Buffer.concat(joined).equals(segment)).toBe(true);
  });
});

/** A client that asks for one cell. */
async function watch(
  cameraId: string,
): Promise<{ ws: WebSocket; got: Uint8Array[]; until: (count: number) => Promise<void> }> {
  const ws = new WebSocket(`ws://${base}`);
  const got: Uint8Array[] = [];
  let wake = (): void => {};
  ws.on('message', (data, isBinary) => {
    if (!isBinary || !Buffer.isBuffer(data)) return;
    const frame = decodeFrame(data);
    got.push(frame.kind === 'init' ? decodeInit(frame.payload).init : frame.payload);
    wake();
  });
  await new Promise((resolve) => ws.once('open', resolve));
  stops.push(() => ws.terminate());
  ws.send(JSON.stringify({ type: 'subscribe', cell: 0, cameraId, quality: 'auto', priority: 5 }));
  const until = async (count: number): Promise<void> => {
    while (got.length < count) {
      await new Promise<void>((resolve) => {
        wake = resolve;
      });
    }
  };
  return { ws, got, until };
}

describe('wall socket', () => {
  it('sends what a decoder takes as it comes: every picture from the first on', async () => {
    play('wall', clip, 3);
    const { got, until } = await watch('wall');
    await until(1 + 10);
    const decoded = await run('ffmpeg', ['-v', 'warning', '-i', 'pipe:0', '-f', 'framecrc', '-'], got.slice(0, 11));
    expect(decoded.err).toBe('');
    expect(decoded.out.split('\n').filter((line) => /^0,/.test(line))).toHaveLength(50);
  });
});

/** A client that asks for a cell and then reads nothing more. */
async function openDeaf(cameraId: string): Promise<Socket> {
  const [host = '', port] = base.split(':');
  const socket = connect(Number(port), host);
  await new Promise((resolve) => socket.once('connect', resolve));
  const head = ['GET / HTTP/1.1', 'Host: x', 'Upgrade: websocket', 'Connection: Upgrade', 'Sec-WebSocket-Version: 13'];
  socket.write(`${head.join('\r\n')}\r\nSec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n\r\n`);
  await new Promise((resolve) => socket.once('data', resolve));
  socket.pause();
  const request = Buffer.from(JSON.stringify({ type: 'subscribe', cell: 0, cameraId, quality: 'auto', priority: 5 }));
  // RFC 6455 §5.2: a masked text frame; the mask is zero.
  socket.write(Buffer.concat([Buffer.from([0x81, 0x80 | request.byteLength, 0, 0, 0, 0]), request]));
  return socket;
}
