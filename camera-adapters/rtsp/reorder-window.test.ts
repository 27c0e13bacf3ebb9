import { expect, it } from 'vitest';
import { createFakeClock } from '../../tests/fakes/clock.ts';
import { rtpPacket } from '../../tests/fakes/rogue-rtsp-server.ts';
import { createReorderWindow, LONGEST_WAIT_MS } from './reorder-window.ts';

function setting() {
  const clock = createFakeClock();
  const seen: number[] = [];
  const window = createReorderWindow(clock, (datagram) => void seen.push(Buffer.from(datagram).readUInt16BE(2)));
  return {
    clock,
    seen,
    window,
    push(...sequences: readonly number[]) {
      for (const sequence of sequences) window.push(rtpPacket({ sequence }), clock.monotonic());
    },
  };
}

it('hands on in order what comes in order, at once', () => {
  const { push, seen, clock } = setting();
  push(65_534, 65_535, 0, 1);
  expect(seen).toEqual([65_534, 65_535, 0, 1]);
  expect(clock.pending()).toBe(0);
});

it('puts in order what comes out of order', () => {
  const { push, seen, clock } = setting();
  push(10, 12, 14, 13, 11, 15);
  expect(seen).toEqual([10, 11, 12, 13, 14, 15]);
  expect(clock.pending()).toBe(0);
});

it('waits so long, and for every gap', () => {
  const { push, seen, clock } = setting();
  push(10, 12, 14);
  clock.advance(LONGEST_WAIT_MS - 1);
  expect(seen).toEqual([10]);
  clock.advance(1);
  expect(seen).toEqual([10, 12]);
  push(15);
  clock.advance(LONGEST_WAIT_MS);
  expect(seen).toEqual([10, 12, 14, 15]);
  expect(clock.pending()).toBe(0);
});

it('waits for so many', () => {
  const { push, seen, clock } = setting();
  push(10);
  for (let sequence = 12; sequence <= 74; sequence += 1) push(sequence);
  expect(seen).toEqual([10]);
  push(75);
  expect(seen).toHaveLength(65);
  expect(seen.slice(0, 3)).toEqual([10, 12, 13]);
  expect(clock.pending()).toBe(0);
});

it('leaves what is late or came twice to the receiver, and starts again where numbers or source jump', () => {
  const { push, seen, window, clock } = setting();
  push(10, 11, 9, 11, 13, 13, 12);
  expect(seen).toEqual([10, 11, 9, 11, 12, 13]);
  push(15, 9000, 9001);
  expect(seen.slice(6)).toEqual([15, 9000, 9001]);
  push(9003);
  window.push(rtpPacket({ sequence: 4, ssrc: 2 }), 0);
  expect(seen.slice(9)).toEqual([9003, 4]);
  expect(clock.pending()).toBe(0);
});

it('forgets what waits when it is closed', () => {
  const { push, seen, window, clock } = setting();
  push(10, 12);
  window.close();
  expect(clock.pending()).toBe(0);
  expect(seen).toEqual([10]);
});
