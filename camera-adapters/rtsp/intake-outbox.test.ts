import { expect, it } from 'vitest';
import { createFakeClock } from '../../tests/fakes/clock.ts';
import type { IntakeNews } from './intake-messages.ts';
import { createIntakeOutbox } from './intake-outbox.ts';

const LIMITS = { streamBytes: 100, allBytes: 250 };

/** `taken`: what the main thread has dealt with when it begins. */
function setUp() {
  const sent: { readonly news: readonly IntakeNews[]; readonly handedOver: number }[] = [];
  const taken = new Int32Array(new SharedArrayBuffer(4));
  const clock = createFakeClock();
  const outbox = createIntakeOutbox({
    post: (news, transfer) => sent.push({ news, handedOver: transfer.length }),
    ...{ taken, limits: LIMITS, clock },
  });
  return {
    outbox,
    sent,
    pass: () => clock.advance(5),
    take: (crowds: number) => Atomics.add(taken, 0, crowds),
  };
}

function fragmentOf(bytes: number) {
  return {
    ...{ generation: 1, sequence: 1, decodeTime: 0, duration: 1, wallClockMs: 0, keyframe: true },
    bytes: new Uint8Array(bytes),
  };
}

it('sends what a few ms brought in one message, in its order, and hands fragments over', () => {
  const { outbox, sent, pass } = setUp();
  outbox.add({ kind: 'clock', stream: 1, offsetMs: 5 });
  outbox.fragment(2, { bytes: 0 }, fragmentOf(10));
  outbox.add({ kind: 'ended', stream: 1, end: { how: 'told' } });
  expect(sent).toEqual([]);
  pass();
  outbox.fragment(3, { bytes: 0 }, fragmentOf(10));
  pass();
  expect(sent.map(({ news, handedOver }) => [news.map(({ kind }) => kind), handedOver])).toEqual([
    [['clock', 'fragment', 'ended'], 1],
    [['fragment'], 1],
  ]);
});

it('refuses what is too much of one stream until the main thread has dealt with some of it', () => {
  const { outbox, sent, pass, take } = setUp();
  const [mine, other] = [{ bytes: 0 }, { bytes: 0 }];
  expect(outbox.fragment(1, mine, fragmentOf(60))).toBe(true);
  pass();
  expect(outbox.fragment(1, mine, fragmentOf(30))).toBe(true);
  expect(outbox.fragment(1, mine, fragmentOf(30))).toBe(false);
  expect(outbox.fragment(2, other, fragmentOf(30))).toBe(true);
  pass();
  take(1);
  expect(outbox.fragment(1, mine, fragmentOf(30))).toBe(true);
  expect(mine.bytes).toBe(60);
  pass();
  take(2);
  outbox.fragment(2, other, fragmentOf(1));
  expect([mine.bytes, other.bytes]).toEqual([0, 1]);
  expect(sent.flatMap(({ news }) => news)).toHaveLength(4);
});

it('refuses what is too much of all streams', () => {
  const { outbox, pass, take } = setUp();
  const took = (): boolean => outbox.fragment(1, { bytes: 0 }, fragmentOf(100));
  expect([took(), took(), took()]).toEqual([true, true, false]);
  pass();
  take(1);
  expect(took()).toBe(true);
});

it('takes one fragment of any size', () => {
  const { outbox } = setUp();
  const backlog = { bytes: 0 };
  expect(outbox.fragment(1, backlog, fragmentOf(1000))).toBe(true);
  expect(outbox.fragment(1, backlog, fragmentOf(1))).toBe(false);
});
