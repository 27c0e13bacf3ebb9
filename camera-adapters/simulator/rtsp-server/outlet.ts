import { createSocket, type Socket as UdpSocket } from 'node:dgram';
import type { Socket } from 'node:net';
import { writeFrame } from './message.ts';

/** Where the packets of one track go to. */
export interface Outlet {
  send(kind: 'rtp' | 'rtcp', packet: Uint8Array): void;
  /** Ports of ours, for UDP. */
  readonly serverPorts?: readonly [number, number];
  close(): void;
}

/** What a player may leave unread before it is dropped: some four seconds of 4 Mbit/s. */
const MOST_UNREAD_BYTES = 2 * 1024 * 1024;

/** Between the messages of the player's own connection. `onSlow` is called when the player does not keep up. */
export function interleavedOutlet(
  socket: Socket,
  channels: { readonly rtpChannel: number; readonly rtcpChannel: number },
  onSlow: () => void,
): Outlet {
  return {
    send(kind, packet) {
      if (!socket.writable) return;
      if (socket.writableLength > MOST_UNREAD_BYTES) onSlow();
      else socket.write(writeFrame(kind === 'rtp' ? channels.rtpChannel : channels.rtcpChannel, packet));
    },
    close() {},
  };
}

export interface UdpOutletOptions {
  /** Our address, the one that the player connected to. */
  readonly localAddress: string;
  readonly playerAddress: string;
  readonly rtpPort: number;
  readonly rtcpPort: number;
  /** RTCP came from the player: it is still there (RFC 2326 §A.1). */
  readonly onAlive: () => void;
}

const MOST_TRIES = 20;

/** Sends from two ports next to each other, the lower one even (RFC 3550 §11). Rejects when none are free. */
export async function openUdpOutlet(options: UdpOutletOptions): Promise<Outlet> {
  const [rtp, rtcp] = await bindPair(options.localAddress);
  const ports: [number, number] = [rtp.address().port, rtcp.address().port];
  for (const socket of [rtp, rtcp]) {
    // A player that is gone answers by ICMP; that it is gone is seen by its silence.
    socket.on('error', () => {});
    socket.on('message', (_packet, sender) => {
      if (sender.address === options.playerAddress) options.onAlive();
    });
  }
  return {
    serverPorts: ports,
    send(kind, packet) {
      if (kind === 'rtp') rtp.send(packet, options.rtpPort, options.playerAddress);
      else rtcp.send(packet, options.rtcpPort, options.playerAddress);
    },
    close() {
      rtp.close();
      rtcp.close();
    },
  };
}

async function bindPair(address: string): Promise<[UdpSocket, UdpSocket]> {
  for (let attempt = 0; attempt < MOST_TRIES; attempt += 1) {
    const first = await bind(address, 0);
    if (first === undefined) break;
    const { port } = first.address();
    const second = await bind(address, port % 2 === 0 ? port + 1 : port - 1);
    if (second !== undefined) return port % 2 === 0 ? [first, second] : [second, first];
    first.close();
  }
  throw new Error('no two UDP ports next to each other are free');
}

function bind(address: string, port: number): Promise<UdpSocket | undefined> {
  return new Promise((resolve) => {
    const socket = createSocket({ type: address.includes(':') ? 'udp6' : 'udp4', sendBufferSize: 512 * 1024 });
    socket.once('error', () => {
      socket.close();
      resolve(undefined);
    });
    socket.bind(port, address, () => resolve(socket));
  });
}
