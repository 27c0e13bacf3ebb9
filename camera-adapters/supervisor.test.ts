import { afterEach, describe, expect, it } from 'vitest';
import { camera, INFO, settled, superviseFakes } from '../tests/fakes/supervised.ts';
import type { Adapter } from './adapter.ts';

let stop: () => Promise<void> = async () => {};
afterEach(() => stop());

function setUp(overrides: Partial<Adapter> = {}) {
  const supervised = superviseFakes(overrides);
  stop = () => supervised.supervisor.stop();
  return supervised;
}

describe('one stream', () => {
  it('goes from connecting to live with its first picture, and tells what it is', async () => {
    const { supervisor, runs, states, status, clock, pass } = setUp();
    supervisor.apply(camera());
    await settled();
    expect(status()).toMatchObject({ state: 'connecting', fault: null, starts: 1, lastFrameMs: null });
    const dialled = clock.now();
    await pass(300);
    runs[0]?.picture();
    expect(status()).toMatchObject({ state: 'live', sinceMs: dialled + 300, codec: 'avc1.42c01e', width: 640 });
    expect(states).toEqual(['a/main idle → connecting', 'a/main connecting → live']);
  });

  it('measures bits and pictures over the last seconds', async () => {
    const { supervisor, runs, status, pass } = setUp();
    supervisor.apply(camera());
    await settled();
    for (let i = 0; i < 40; i += 1) {
      runs[0]?.picture();
      await pass(200);
    }
    expect(status()).toMatchObject({ bitrate: 40_000, frameRate: 25 });
  });

  it('is down when no picture came within the dial time, and when pictures stop', async () => {
    const { supervisor, runs, status, pass } = setUp();
    supervisor.apply(camera());
    await pass(9950);
    expect(status()).toMatchObject({ state: 'connecting' });
    await pass(100);
    expect(status()).toMatchObject({ state: 'down', fault: 'timeout' });
    expect(runs[0]?.signal.aborted).toBe(true);
    await pass(1100);
    expect(status()).toMatchObject({ state: 'connecting', fault: 'timeout', starts: 2 });
    runs[1]?.picture();
    expect(status()).toMatchObject({ state: 'live', fault: null, detail: '' });
    await pass(4950);
    expect(status()?.state).toBe('live');
    await pass(100);
    expect(status()).toMatchObject({ state: 'down', fault: 'noFrames' });
  });

  it('waits longer for a key frame while pictures come that cannot be shown, but not for ever', async () => {
    const { supervisor, runs, status, pass } = setUp();
    supervisor.apply(camera());
    await settled();
    runs[0]?.picture();
    const skip = async (ms: number): Promise<void> => {
      for (let at = 0; at < ms; at += 200) {
        runs[0]?.onSkipped?.();
        await pass(200);
      }
    };
    await skip(9000);
    expect(status()?.state).toBe('live');
    runs[0]?.picture();
    await skip(29_800);
    expect(status()?.state).toBe('live');
    await skip(400);
    expect(status()).toMatchObject({ state: 'down', fault: 'noFrames', detail: 'no picture for 30 s' });
  });

  it('does not show what an earlier connection told of the camera’s clock', async () => {
    const { supervisor, runs, status, pass } = setUp();
    supervisor.apply(camera());
    await settled();
    runs[0]?.picture();
    runs[0]?.onClock?.(90_000);
    expect(status()?.clockOffsetMs).toBe(90_000);
    runs[0]?.fail('ended');
    await pass(1100);
    expect(status()?.clockOffsetMs).toBeNull();
  });

  it('waits for a source that is slow by nature', async () => {
    const { supervisor, runs, status, pass } = setUp({ paceMs: () => 20_000 });
    supervisor.apply(camera());
    await settled();
    runs[0]?.picture();
    await pass(24_000);
    expect(status()?.state).toBe('live');
    await pass(1100);
    expect(status()?.fault).toBe('noFrames');
  });

  it('tries the first dial again too, from about 1 s up to 30 s', async () => {
    const { supervisor, runs, clock, pass } = setUp();
    const dialledAt: number[] = [];
    supervisor.apply(camera());
    await settled();
    for (let i = 0; i < 9; i += 1) {
      dialledAt.push(clock.monotonic());
      runs.at(-1)?.fail('unreachable');
      const before = runs.length;
      await settled();
      while (runs.length === before) await pass(50);
    }
    const waits = dialledAt.slice(1).map((at, i) => at - (dialledAt[i] ?? 0));
    for (const [i, waited] of waits.entries()) {
      const most = Math.min(30_000, 1000 * 2 ** i);
      expect(waited).toBeGreaterThanOrEqual(most / 2 - 50);
      expect(waited).toBeLessThanOrEqual(most + 100);
    }
  });

  it.each(['unauthorised', 'refusedAddress', 'unsupportedCodec', 'waitingForPublisher'] as const)(
    'does not hammer a camera after %s',
    async (kind) => {
      const { supervisor, runs, pass } = setUp();
      supervisor.apply(camera());
      await settled();
      runs[0]?.fail(kind);
      await pass(14_000);
      expect(runs).toHaveLength(1);
      await pass(16_500);
      expect(runs.length).toBeGreaterThan(1);
    },
  );

  it('starts its back-off anew only after it held for a while', async () => {
    const { supervisor, runs, pass } = setUp();
    supervisor.apply(camera());
    await settled();
    for (let i = 0; i < 6; i += 1) {
      runs.at(-1)?.picture();
      runs.at(-1)?.end();
      const before = runs.length;
      while (runs.length === before) await pass(50);
    }
    // A camera that flaps waits long by now; then it holds for 12 s, and its next wait is short.
    for (let i = 0; i < 60; i += 1) {
      runs.at(-1)?.picture();
      await pass(200);
    }
    const before = runs.length;
    runs.at(-1)?.end();
    await pass(1100);
    expect(runs.length).toBe(before + 1);
  });

  it('numbers generations and fragments on over restarts', async () => {
    const { supervisor, runs, got, pass } = setUp();
    supervisor.apply(camera());
    await settled();
    for (let round = 0; round < 3; round += 1) {
      runs[round]?.picture();
      runs[round]?.picture();
      supervisor.restart('a');
      await pass(100);
    }
    expect(got[0]?.infos.map((info) => info.generation)).toEqual([1, 2, 3]);
    expect(got[0]?.fragments.map((f) => [f.generation, f.sequence])).toEqual([
      [1, 1],
      [1, 2],
      [2, 3],
      [2, 4],
      [3, 5],
      [3, 6],
    ]);
  });

  it('hears nothing of an attempt that has ended', async () => {
    const { supervisor, runs, got, status, pass } = setUp();
    supervisor.apply(camera());
    await settled();
    runs[0]?.picture();
    runs[0]?.fail('ended');
    await settled();
    runs[0]?.picture();
    expect(status()?.state).toBe('down');
    await pass(1100);
    runs[0]?.picture();
    expect(status()?.state).toBe('connecting');
    expect(got[0]?.fragments).toHaveLength(1);
  });

  it('goes on when an adapter does not end, and says so', async () => {
    const { supervisor, status, clock, pass } = setUp({ run: () => new Promise(() => {}) });
    supervisor.apply(camera());
    await pass(10_100);
    expect(status()?.state).toBe('connecting');
    await pass(11_500);
    expect(status()).toMatchObject({ state: 'connecting', fault: 'timeout', starts: 2 });
    void supervisor.stop();
    await pass(10_100);
    expect(clock.pending()).toBe(0);
  });

  it('calls an error that is no CameraFault an internal one', async () => {
    const { supervisor, status } = setUp({ run: () => Promise.reject(new Error('a bug')) });
    supervisor.apply(camera());
    await settled();
    expect(status()).toMatchObject({ state: 'down', fault: 'internal', detail: 'a bug' });
  });

  it('tells of a new picture size, and goes on when a listener throws', async () => {
    const { supervisor, runs, status } = setUp();
    const sizes: (number | null)[] = [];
    supervisor.onStatus(() => {
      throw new Error('a listener');
    });
    supervisor.onStatus((_, next) => void sizes.push(next.width));
    supervisor.apply(camera());
    await settled();
    runs[0]?.picture();
    runs[0]?.sink.info({ ...INFO, video: { ...INFO.video, width: 1280 } });
    expect(sizes).toEqual([null, 640, 1280]);
    expect(status()?.width).toBe(1280);
  });
});

it('leaves no timer and no run after 200 forced restarts and a stop', async () => {
  const { supervisor, runs, clock, pass } = setUp();
  supervisor.apply(camera());
  await settled();
  let most = 0;
  for (let i = 0; i < 200; i += 1) {
    if (i % 3 === 0) runs.at(-1)?.picture();
    if (i % 5 === 0) runs.at(-1)?.fail('ended');
    supervisor.restart('a');
    await pass(100);
    most = Math.max(most, clock.pending());
  }
  expect(most).toBeLessThanOrEqual(3);
  expect(runs.filter((run) => !run.signal.aborted).length).toBeLessThanOrEqual(200 / 5 + 1);
  await supervisor.stop();
  expect(clock.pending()).toBe(0);
  supervisor.apply(camera({ id: 'late' }));
  await pass(1000);
  expect(supervisor.statuses('late')).toEqual([]);
});
