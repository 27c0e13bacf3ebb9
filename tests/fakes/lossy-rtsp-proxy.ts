import { once } from 'node:events';
import { connect, createServer, type Socket } from 'node:net';

/** Stands between a player and an RTSP server, and loses some of the RTP packets within their one connection. */
export interface LossyProxy {
  url(path: string): string;
  stop(): Promise<void>;
}

/** Loses every `nth` packet of the first track. */
export async function startLossyProxy(serverUrl: string, nth: number): Promise<LossyProxy> {
  const { hostname, port } = new URL(serverUrl);
  const sockets = new Set<Socket>();
  const server = createServer((player) => {
    const camera = connect(Number(port), hostname);
    const drop = createDropper(nth, (bytes) => player.write(bytes));
    for (const socket of [player, camera]) {
      sockets.add(socket);
      socket.on('error', () => {});
      socket.on('close', () => {
        player.destroy();
        camera.destroy();
        sockets.delete(socket);
      });
    }
    player.on('data', (bytes) => camera.write(bytes));
    camera.on('data', drop);
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const address = server.address();
  if (address === null || typeof address === 'string') throw new Error('no port');
  return {
    url: (path) => `rtsp://127.0.0.1:${address.port}/${path}`,
    async stop() {
      for (const socket of sockets) socket.destroy();
      server.close();
      await once(server, 'close');
    },
  };
}

/** Passes answers on as they are, and interleaved frames (RFC 2326 §10.12) but for the lost ones. */
function createDropper(nth: number, pass: (bytes: Buffer) => void): (chunk: Buffer) => void {
  let held: Buffer = Buffer.alloc(0);
  let packets = 0;
  return (chunk) => {
    held = held.length === 0 ? chunk : Buffer.concat([held, chunk]);
    while (held.length >= 4) {
      let end: number;
      if (held[0] === 0x24) {
        end = 4 + held.readUInt16BE(2);
        if (held.length < end) return;
        if (held[1] === 0) packets += 1;
        if (held[1] !== 0 || packets % nth !== 0) pass(held.subarray(0, end));
      } else {
        const head = held.indexOf('\r\n\r\n');
        if (head < 0) return;
        const length = Number(/^content-length: *(\d+)/im.exec(held.toString('latin1', 0, head))?.[1] ?? 0);
        end = head + 4 + length;
        if (held.length < end) return;
        pass(held.subarray(0, end));
      }
      held = held.subarray(end);
    }
  };
}
