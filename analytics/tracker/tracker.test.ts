import { describe, expect, it } from 'vitest';
import type { Detection } from '#contracts/detection';
import { createTracker, type Track } from './tracker.ts';

const person = (left: number, top = 0.4, score = 0.8, label = 'person'): Detection => ({
  ...{ label, score },
  box: { left, top, width: 0.06, height: 0.2 },
});
const car = (left: number, label = 'car', score = 0.8): Detection => ({
  ...{ label, score },
  box: { left, top: 0.5, width: 0.2, height: 0.12 },
});

/** A picture each `stepMs`; gives every track that ever was, by its id, as it was last. */
function run(
  pictures: readonly (readonly Detection[])[],
  stepMs = 250,
): { tracks: Map<number, Track>; last: readonly Track[] } {
  const tracker = createTracker();
  const tracks = new Map<number, Track>();
  let last: readonly Track[] = [];
  for (const [at, detections] of pictures.entries()) {
    last = tracker.update(detections, 1000 + at * stepMs);
    for (const track of last) tracks.set(track.id, track);
  }
  return { tracks, last };
}
const frames = (count: number, what: (at: number) => Detection[]) => Array.from({ length: count }, (_, at) => what(at));

describe('an object over time', () => {
  it.each([
    ['5 pictures a second', 200, 0.012],
    ['2 pictures a second', 500, 0.03],
  ])('walks through the picture as one, at %s', (_, stepMs, step) => {
    const { tracks } = run(
      frames(30, (at) => [person(0.05 + at * step)]),
      stepMs,
    );
    expect(tracks.size).toBe(1);
    const [track] = tracks.values();
    expect(track).toMatchObject({ label: 'person', stationarySinceMs: null });
    expect(track?.speed).toBeGreaterThan(0.2);
  });

  it('is one also where it is hidden, hardly seen, or missed for a second', () => {
    const { tracks } = run(
      frames(40, (at) => {
        if (at > 10 && at < 15) return [];
        return [person(0.05 + at * 0.012, 0.4, at > 20 && at < 30 ? 0.2 : 0.8)];
      }),
    );
    expect(tracks.size).toBe(1);
  });

  it('is not begun by what is hardly seen, nor by a single mistake', () => {
    expect(run(frames(20, () => [person(0.5, 0.4, 0.3)])).tracks.size).toBe(0);
    expect(run(frames(20, (at) => (at === 5 ? [person(0.5)] : []))).tracks.size).toBe(0);
  });

  it('keeps itself where two pass each other', () => {
    const { tracks, last } = run(frames(40, (at) => [person(0.1 + at * 0.015, 0.4), person(0.7 - at * 0.015, 0.46)]));
    expect(tracks.size).toBe(2);
    const [first, second] = [...last].sort((a, b) => a.id - b.id);
    expect(first?.box.left).toBeGreaterThan(0.6);
    expect(second?.box.left).toBeLessThan(0.2);
  });

  it('is what it was taken for most of the time: a van is not a car and a truck', () => {
    const { tracks } = run(frames(20, (at) => [car(0.1 + at * 0.02, at % 3 === 0 ? 'truck' : 'car')]));
    expect([...tracks.values()].map(({ label }) => label)).toEqual(['car']);
    expect(run(frames(20, (at) => [at % 2 === 0 ? car(0.3) : car(0.3, 'dog')])).tracks.size).toBe(2);
  });
});

describe('what stands', () => {
  const standing = (at: number): Detection => car(0.4 + (at % 3) * 0.002);

  it('is known after some seconds, through shaking boxes, and stays one while it is hidden for a minute', () => {
    const { tracks, last } = run(frames(400, (at) => (at > 60 && at < 300 ? [] : [standing(at)])));
    expect(tracks.size).toBe(1);
    expect(last[0]).toMatchObject({ stationarySinceMs: 1000, speed: 0 });
  });

  it('is looked for only where somebody looked', () => {
    const tracker = createTracker({ lostStationaryMs: 5000 });
    let at = 0;
    for (; at < 60; at += 1) tracker.update([standing(at)], at * 250);
    for (; at < 200; at += 1) tracker.update([], at * 250, [{ left: 0, top: 0, width: 0.2, height: 1 }]);
    expect(tracker.update([], at * 250, [])).toHaveLength(1);
    for (const until = at + 30; at < until; at += 1) tracker.update([], at * 250);
    expect(tracker.update([], at * 250)).toHaveLength(0);
  });

  it('is missed for as long as it was looked for, however rarely that was', () => {
    const tracker = createTracker({ lostMs: 3000 });
    let at = 0;
    for (; at < 8; at += 1) tracker.update([person(0.4)], at * 250);
    const lastSeen = at;
    let missed = 0;
    for (; missed < 3000; at += 1) {
      const isLookedAt = (at - lastSeen) % 4 === 3;
      const [track] = tracker.update([], at * 250, isLookedAt ? undefined : []);
      missed = track?.missedMs ?? Number.POSITIVE_INFINITY;
    }
    expect((at - lastSeen) * 250).toBeLessThanOrEqual(4000);
    expect((at - lastSeen) * 250).toBeGreaterThanOrEqual(3000);
  });

  it('moves again when it leaves, and is the same', () => {
    const { tracks, last } = run(frames(70, (at) => [at < 50 ? standing(at) : car(0.4 + (at - 50) * 0.02)]));
    expect(tracks.size).toBe(1);
    expect(last[0]?.stationarySinceMs).toBeNull();
  });
});

it('tells what has ended, once', () => {
  const tracker = createTracker({ lostMs: 1000 });
  const ends: number[] = [];
  for (let at = 0; at < 30; at += 1) {
    tracker.update(at < 10 ? [person(0.1 + at * 0.01)] : [], at * 250);
    ends.push(...tracker.ended.map(({ id }) => id));
  }
  expect(ends).toEqual([1]);
});
