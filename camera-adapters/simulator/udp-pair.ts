import { createSocket, type Socket } from 'node:dgram';
import { once } from 'node:events';
import type { UdpPair } from '#base/rtsp/transport';

const MOST_TRIES = 20;

/** Sends to `address` only; `heard` is called for each receiver report. Rejects when no pair of ports is free. */
export async function openUdpPair(
  host: string,
  to: { address: string; ports: readonly [number, number] },
  heard: () => void,
): Promise<UdpPair> {
  for (let tries = 0; tries < MOST_TRIES; tries += 1) {
    const rtp = await bind(host, 0);
    const port = rtp.address().port;
    const rtcp = port % 2 === 0 && port < 65_535 ? await bind(host, port + 1).catch(() => null) : null;
    if (rtcp === null) {
      rtp.close();
      continue;
    }
    rtcp.on('message', heard);
    return {
      ports: [port, port + 1],
      send(kind, packet) {
        const [socket, at] = kind === 'rtp' ? [rtp, 0] : [rtcp, 1];
        // A player that is gone shows up as an error of the next sending; the control connection tells it better.
        socket.send(packet, to.ports[at], to.address, () => {});
      },
      close() {
        rtp.close();
        rtcp.close();
      },
    };
  }
  throw new Error('no two UDP ports beside each other are free');
}

async function bind(host: string, port: number): Promise<Socket> {
  const socket = createSocket(host.includes(':') ? 'udp6' : 'udp4');
  try {
    socket.bind(port, host);
    await once(socket, 'listening');
  } catch (error) {
    socket.close();
    throw error;
  }
  socket.on('error', () => {});
  return socket;
}
