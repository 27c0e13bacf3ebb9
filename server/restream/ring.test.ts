import { describe, expect, it } from 'vitest';
import { createFakeCamera, type FakeCamera } from '../../tests/fakes/fragments.ts';
import { createRing, type RingLimits, type WritableRing } from './ring.ts';

function ringWith(limits: Partial<RingLimits> = {}): { ring: WritableRing; camera: FakeCamera } {
  const ring = createRing({ keepMs: 4000, mostMs: 16_000, mostBytes: 2 ** 20, ...limits });
  const camera = createFakeCamera({ info: (info) => ring.begin(info), fragment: (fragment) => ring.push(fragment) });
  return { ring, camera };
}

function checkInvariants(ring: WritableRing): void {
  const kept = Array.from({ length: ring.end - ring.start }, (_, at) => ring.at(ring.start + at));
  expect(kept.every((fragment) => fragment !== undefined)).toBe(true);
  expect(ring.bytes).toBe(kept.reduce((sum, fragment) => sum + (fragment?.bytes.byteLength ?? 0), 0));
  expect(ring.durationMs).toBeCloseTo(
    kept.reduce((sum, fragment) => sum + (fragment?.duration ?? 0) / 90, 0),
    6,
  );
  expect(ring.at(ring.start - 1)).toBeUndefined();
  expect(ring.at(ring.end)).toBeUndefined();
  const keys = kept.flatMap((fragment, at) => (fragment?.keyframe ? [ring.start + at] : []));
  expect(ring.newestKey()).toBe(keys.at(-1));
  expect(ring.keyFrom(ring.start)).toBe(keys[0]);
}

describe('ring', () => {
  it('keeps at least what it must and at most one group more, and lets whole groups go', () => {
    const { ring, camera } = ringWith();
    for (let group = 0; group < 12; group += 1) {
      camera.group(10);
      checkInvariants(ring);
      if (group >= 2) expect(ring.durationMs).toBeGreaterThanOrEqual(4000);
      expect(ring.durationMs).toBeLessThan(6000);
      expect(ring.at(ring.start)?.keyframe).toBe(true);
    }
    expect(ring.start).toBe(100);
    expect(ring.longestGroupMs).toBe(2000);
    expect(ring.longestFragmentMs).toBe(200);
  });

  it('keeps a group longer than the ring whole, so that it can be started', () => {
    const { ring, camera } = ringWith({ mostMs: 30_000 });
    camera.group(70);
    expect(ring.newestKey()).toBe(0);
    camera.group(19);
    // The old one goes when the new one alone is enough.
    expect([ring.start, ring.newestKey()]).toEqual([0, 70]);
    camera.push();
    checkInvariants(ring);
    expect([ring.start, ring.newestKey()]).toEqual([70, 70]);
    expect(ring.longestGroupMs).toBe(14_000);
  });

  it('cuts an endless group by time, and nobody can start in what is left of it', () => {
    const { ring, camera } = ringWith();
    camera.group(200);
    checkInvariants(ring);
    expect(ring.durationMs).toBe(16_000);
    expect(ring.newestKey()).toBeUndefined();
  });

  it.each([
    ['large fragments', 100_000],
    ['empty fragments', 4],
  ])('bounds a flood of %s by memory', (_, bytes) => {
    const { ring, camera } = ringWith({ mostMs: Number.POSITIVE_INFINITY });
    for (let at = 0; at < 5000; at += 1) camera.push({ key: at === 0, bytes, ms: 0 });
    checkInvariants(ring);
    expect(ring.bytes + (ring.end - ring.start) * 512).toBeLessThanOrEqual(2 ** 20);
    expect(ring.end).toBe(5000);
  });

  it('knows what belongs to a generation as long as a fragment of it is kept', () => {
    const { ring, camera } = ringWith();
    const first = camera.begin();
    camera.group(10);
    const second = camera.begin({ width: 1280 });
    camera.group(10);
    expect([ring.infoOf(1), ring.infoOf(2), ring.newestInfo()]).toEqual([first, second, second]);
    camera.group(10);
    camera.group(10);
    camera.group(10);
    expect(ring.infoOf(1)).toBeUndefined();
    ring.clear();
    checkInvariants(ring);
    expect([ring.end, ring.newestInfo()]).toEqual([50, second]);
  });
});
