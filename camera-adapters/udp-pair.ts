import { createSocket, type Socket } from 'node:dgram';
import { once } from 'node:events';

/** Two UDP ports beside each other, the even one for RTP and the next for RTCP (RFC 3550 §11). */
export interface UdpPair {
  readonly rtp: Socket;
  readonly rtcp: Socket;
  readonly ports: readonly [rtp: number, rtcp: number];
  close(): void;
}

const MOST_TRIES = 20;

/** `host`: the interface. Rejects when no pair of ports is free. Errors of single datagrams are passed over. */
export async function openUdpPair(host: string): Promise<UdpPair> {
  for (let tries = 0; tries < MOST_TRIES; tries += 1) {
    const rtp = await bind(host, 0);
    const port = rtp.address().port;
    const rtcp = port % 2 === 0 && port < 65_535 ? await bind(host, port + 1).catch(() => null) : null;
    if (rtcp === null) {
      rtp.close();
      continue;
    }
    return {
      rtp,
      rtcp,
      ports: [port, port + 1],
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
