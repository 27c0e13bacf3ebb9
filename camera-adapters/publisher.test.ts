import { describe, expect, it } from 'vitest';
import type { Fragment, StreamInfo } from '#contracts/media';
import { createFakeClock } from '../tests/fakes/clock.ts';
import { createPublisher, type PublishedInit } from './publisher.ts';

const T0 = Date.UTC(2026, 0, 5, 8);
const PART = 200;
const INIT: PublishedInit = {
  video: { codec: 'avc1.64001f', width: 640, height: 360 },
  audio: null,
  timescale: 1000,
};

/** A camera with a key frame in each fifth fragment, which are sent as they are whole. */
function setUp() {
  const clock = createFakeClock(T0);
  const infos: StreamInfo[] = [];
  const sent: Fragment[] = [];
  const sink = { info: (info: StreamInfo) => infos.push(info), fragment: (one: Fragment) => sent.push(one) };
  const publisher = createPublisher({ sink, clock });
  publisher.init(INIT, new Uint8Array(8));
  let count = 0;
  return {
    clock,
    infos,
    sent,
    publisher,
    send(fragments: number): void {
      for (let at = 0; at < fragments; at += 1) {
        clock.advance(PART);
        const times = { decodeTime: count * PART, duration: PART };
        publisher.fragment({ ...times, keyframe: count % 5 === 0, samples: 5 }, new Uint8Array(16));
        count += 1;
      }
    },
  };
}

describe('a step of the clock', () => {
  it.each([-3_600_000, 3_600_000])('of %d ms begins a generation with the next key frame', (step) => {
    const { clock, infos, sent, send } = setUp();
    send(7);
    clock.step(step);
    send(6);
    expect(infos.map(({ generation }) => generation)).toEqual([1, 2]);
    const of = (generation: number) => sent.filter((one) => one.generation === generation);
    // Whoever shows or records the group has all of it, on the clock on which it began.
    expect(of(1).map(({ wallClockMs }) => wallClockMs - T0)).toEqual(Array.from({ length: 10 }, (_, at) => at * PART));
    expect(of(2).map(({ keyframe }) => keyframe)).toEqual([true, false, false]);
    expect(of(2).map(({ wallClockMs }) => wallClockMs - T0 - step)).toEqual([2000, 2200, 2400]);
  });

  it('that is set back again before the next key frame begins one all the same', () => {
    const { clock, infos, sent, send } = setUp();
    send(6);
    clock.step(60_000);
    send(2);
    clock.step(-60_000);
    send(3);
    expect(infos).toHaveLength(2);
    expect(sent.map(({ wallClockMs }) => wallClockMs - T0)).toEqual(Array.from({ length: 11 }, (_, at) => at * PART));
  });

  it('just before a new initialisation segment begins no second generation', () => {
    const { clock, infos, publisher, send } = setUp();
    send(6);
    clock.step(60_000);
    send(1);
    publisher.init(INIT, new Uint8Array(9));
    send(10);
    expect(infos.map(({ generation }) => generation)).toEqual([1, 2]);
  });
});
