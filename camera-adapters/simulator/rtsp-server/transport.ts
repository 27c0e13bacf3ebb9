import { createSocket, type Socket } from 'node:dgram';
import { once } from 'node:events';

/** What a `Transport` header (RFC 2326 §12.39) asks for, of the two kinds that this server has. */
export type TransportWish =
  | { readonly kind: 'interleaved'; readonly channels: readonly [number, number] }
  | { readonly kind: 'udp'; readonly ports: readonly [number, number] };

/** The first wish that can be met; `free` is the channel for those who leave the choice to the server. */
export function readTransport(header: string, free: number): TransportWish | null {
  for (const spec of header.split(',')) {
    const [profile = '', ...parameters] = spec.trim().split(';');
    const tcp = /^RTP\/AVP\/TCP$/i.test(profile);
    if (!tcp && !/^RTP\/AVP(\/UDP)?$/i.test(profile)) continue;
    if (parameters.some((parameter) => parameter.trim().toLowerCase() === 'multicast')) continue;
    const pair = new RegExp(`;${tcp ? 'interleaved' : 'client_port'}=(\\d{1,5})(?:-(\\d{1,5}))?(?:;|$)`, 'i').exec(
      spec,
    );
    const first = pair === null ? undefined : Number(pair[1]);
    const second = pair?.[2] === undefined ? undefined : Number(pair[2]);
    if (tcp) {
      const rtp = first ?? free;
      const rtcp = second ?? rtp + 1;
      if (rtp <= 255 && rtcp <= 255 && rtp !== rtcp) return { kind: 'interleaved', channels: [rtp, rtcp] };
    } else if (first !== undefined && first > 0 && first < 65_535) {
      return { kind: 'udp', ports: [first, second ?? first + 1] };
    }
  }
  return null;
}

/** Two UDP ports beside each other, the even one for RTP (RFC 3550 §11). */
export interface UdpPair {
  readonly ports: readonly [number, number];
  send(kind: 'rtp' | 'rtcp', packet: Buffer): void;
  close(): void;
}

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
