import { createSocket } from 'node:dgram';
import { expect, it, vi } from 'vitest';
import { createFakeClock } from '../../tests/fakes/clock.ts';
import { rtpPacket } from '../../tests/fakes/rogue-rtsp-server.ts';
import type { RtspConnection } from './connection.ts';
import { createReception } from './reception.ts';
import { LONGEST_WAIT_MS } from './reorder-window.ts';
import type { RtspTrack } from './rtsp-client.ts';

const TRACK: RtspTrack = {
  ...{ media: 'video', payloadType: 96, encoding: 'H264', clockRate: 90_000, channels: 1 },
  ...{ parameters: new Map(), control: '', frameRate: null },
};

it('ends the connection for what a taker throws behind a gap, where only a timer hands it on', async () => {
  const clock = createFakeClock();
  const failed: unknown[] = [];
  const connection: RtspConnection = {
    received: { packets: 0, bytes: 0 },
    localAddress: '127.0.0.1',
    remoteAddress: '127.0.0.1',
    request: () => Promise.reject(new Error('nothing is asked')),
    take: () => {},
    takerOf: () => undefined,
    sendPacket: () => {},
    failed: Promise.resolve(),
    fail: (reason) => void failed.push(reason),
    close: () => Promise.resolve(),
  };
  const reception = createReception({ connection, clock, transport: 'udp' });
  const broken = new Error('as told');
  let taken = 0;
  const wish = await reception.wish(TRACK, {
    packet({ sequence }) {
      taken += 1;
      if (sequence === 7) throw broken;
    },
    senderReport: () => {},
  });
  const port = Number(/client_port=(\d+)/.exec(wish.transport)?.[1]);
  const camera = createSocket('udp4');
  try {
    for (const sequence of [5, 7]) camera.send(rtpPacket({ sequence }), port, '127.0.0.1');
    await vi.waitFor(() => expect([taken, clock.pending()]).toEqual([1, 1]));
    clock.advance(LONGEST_WAIT_MS);
    expect(taken).toBe(2);
    expect(failed).toEqual([broken]);
  } finally {
    camera.close();
    reception.close();
  }
});
