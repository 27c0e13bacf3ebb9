import type { Socket } from 'node:net';
import type { UdpWay } from '#base/rtsp/transport';
import { openUdpPair } from '../udp-pair.ts';

/**
 * Ports beside those of a control connection, to send to `ports` of whoever is at its other end and to nobody else.
 * `heard` is called for each receiver report. Rejects when no pair of ports is free.
 */
export async function openUdpWay(
  control: Socket,
  ports: readonly [number, number],
  heard: () => void,
): Promise<UdpWay> {
  const address = control.remoteAddress ?? '127.0.0.1';
  const pair = await openUdpPair(control.localAddress ?? '127.0.0.1');
  pair.rtcp.on('message', heard);
  return {
    ports: pair.ports,
    send(kind, packet) {
      // A player that is gone shows up as an error of the next sending; the control connection tells it better.
      pair[kind].send(packet, ports[kind === 'rtp' ? 0 : 1], address, () => {});
    },
    close: pair.close,
  };
}
