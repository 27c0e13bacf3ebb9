import { once } from 'node:events';
import { connect, createServer, type Socket } from 'node:net';

/** Stands between a player and an RTSP server, and does something to the RTP packets within their one connection. */
export interface RtspProxy {
  url(path: string): string;
  stop(): Promise<void>;
}

/** What becomes of a packet of the first track, which may be changed: lost where it gives false. One for each player. */
export type Treatment = () => (packet: Buffer) => boolean;

export const losing =
  (nth: number): Treatment =>
  () => {
    let packets = 0;
    return () => {
      packets += 1;
      return packets % nth !== 0;
    };
  };

/** As of a camera that counts the packets of its sound with the same numbers: one is missing before each picture. */
export const sharingNumbers: Treatment = () => {
  let others = 0;
  return (packet) => {
    packet.writeUInt16BE((packet.readUInt16BE(2) + others) & 0xffff, 2);
    if (((packet[1] ?? 0) & 0x80) !== 0) others += 1;
    return true;
  };
};

export async function startRtspProxy(serverUrl: string, treatment: Treatment): Promise<RtspProxy> {
  const { hostname, port } = new URL(serverUrl);
  const sockets = new Set<Socket>();
  const server = createServer((player) => {
    const camera = connect(Number(port), hostname);
    const treat = createTreater(treatment(), (bytes) => player.write(bytes));
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
    camera.on('data', treat);
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

/** Passes answers on as they are, and interleaved frames (RFC 2326 §10.12) as they are treated. */
function createTreater(treat: (packet: Buffer) => boolean, pass: (bytes: Buffer) => void): (chunk: Buffer) => void {
  let held: Buffer = Buffer.alloc(0);
  return (chunk) => {
    held = held.length === 0 ? chunk : Buffer.concat([held, chunk]);
    while (held.length >= 4) {
      let end: number;
      if (held[0] === 0x24) {
        end = 4 + held.readUInt16BE(2);
        if (held.length < end) return;
        if (held[1] !== 0 || treat(held.subarray(4, end))) pass(held.subarray(0, end));
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
