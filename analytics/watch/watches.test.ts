import { afterEach, describe, expect, it } from 'vitest';
import { silentLogger } from '#base/log';
import type { Fragment, Frame, FrameDecoder, KeyFrameDecoder, StreamItem, StreamKey } from '#contracts/media';
import { type Rule, type RuleDraft, ruleSchema } from '#contracts/rules';
import { createFakeClock } from '../../tests/fakes/clock.ts';
import { createFakeCamera } from '../../tests/fakes/fragments.ts';
import type { Detector } from '../detectors/detector.ts';
import type { CameraSignal } from '../rules/rule.ts';
import type { SeenHit, WatchableCamera, WatchReader } from './interfaces.ts';
import { createWatches } from './watches.ts';

const noDetector: Detector = {
  model: null,
  look: async () => null,
  figures: () => ({ looks: 0, dropped: 0, failed: 0, waiting: 0, busyMs: 0 }),
  close: async () => {},
};
const CAMERA: WatchableCamera = { id: 'c1', class: 'normal', roles: ['main', 'sub'], view: 'a', masks: [] };
const rule = (draft: Partial<RuleDraft> = {}): Rule =>
  ruleSchema.parse({ id: 'r', name: 'Rule', enabled: true, kind: 'motion', area: null, ...draft });

interface Run {
  readonly key: StreamKey;
  readonly fed: Fragment[];
  readonly generation: number;
  /** Of the squares that become a pixel. */
  readonly side: number;
  give(atMs: number, grey?: number): void;
  fail(): void;
  ended: boolean;
}

const stops: (() => Promise<void>)[] = [];
afterEach(async () => {
  for (const stop of stops.splice(0)) await stop();
});

function start(keyFrames?: KeyFrameDecoder) {
  const clock = createFakeClock(0);
  const runs: Run[] = [];
  const readers: { key: StreamKey; open: boolean; put(item: StreamItem): void }[] = [];
  const rules = new Map<string, readonly Rule[]>();
  const listeners = new Set<(cameraId: string) => void>();
  const hits: SeenHit[] = [];
  const told: string[] = [];
  let cameras: readonly WatchableCamera[] = [CAMERA];

  function read(key: StreamKey): WatchReader {
    const items: StreamItem[] = [];
    let wake: (() => void) | undefined;
    const reader = {
      ...{ key, open: true },
      put(item: StreamItem) {
        items.push(item);
        wake?.();
      },
    };
    readers.push(reader);
    return {
      async next(signal) {
        while (items.length === 0 && !signal.aborted) {
          await new Promise<void>((resolve) => {
            wake = resolve;
            signal.addEventListener('abort', () => resolve(), { once: true });
          });
        }
        return items.shift();
      },
      skipToNewestKey() {
        const newest = items.findLastIndex((item) => item.type === 'fragment' && item.fragment.keyframe);
        items.splice(0, newest);
        return newest > 0;
      },
      close() {
        reader.open = false;
      },
    };
  }
  const decoder: FrameDecoder = {
    async run({ info, fragments }, { side = 1 }, onFrame, signal) {
      let fail = (_: Error): void => {};
      const failing = new Promise<never>((_, reject) => {
        fail = reject;
      });
      const key = readers.at(-1)?.key ?? { cameraId: '', role: 'main' };
      const run: Run = {
        ...{ key, fed: [], generation: info.generation, side, ended: false },
        give: (wallClockMs, grey = 0) =>
          onFrame({ width: 16, height: 9, pixels: new Uint8Array(432).fill(grey, 0, 144), wallClockMs }),
        fail: () => fail(new Error('it broke')),
      };
      runs.push(run);
      const feeding = (async () => {
        for await (const fragment of fragments) run.fed.push(fragment);
      })();
      const aborted = new Promise<void>((resolve) => signal.addEventListener('abort', () => resolve(), { once: true }));
      try {
        await Promise.race([feeding, failing, aborted]);
      } finally {
        run.ended = true;
      }
    },
  };
  const watches = createWatches({
    cameras: () => cameras,
    rules: {
      of: (cameraId) => rules.get(cameraId) ?? [],
      onChanged(listener) {
        listeners.add(listener);
        return () => listeners.delete(listener);
      },
    },
    createRules: (of) => ({
      look: (scene) =>
        of.flatMap((one) =>
          scene.signals.map(({ topic }) => ({ rule: one, atMs: scene.atMs, track: null, signal: topic })),
        ),
      crossings: [],
    }),
    source: { read },
    ...(keyFrames === undefined ? {} : { keyFrames }),
    ...{ decoder, detector: noDetector, clock, log: silentLogger() },
    listener: { hit: (hit) => void hits.push(hit), scene: (_, { atMs }) => void told.push(String(atMs)) },
    config: { heartbeatSeconds: 15, framesPerSecond: 5, decode: 'whatMoves' },
  });
  stops.push(() => watches.close());
  return {
    ...{ watches, clock, runs, readers, hits, told },
    setRules(...next: Rule[]) {
      rules.set('c1', next);
      for (const listener of listeners) listener('c1');
    },
    setCamera(camera: WatchableCamera | null) {
      cameras = camera === null ? [] : [camera];
      watches.refresh();
    },
    /** A camera behind the reader that was opened last. */
    camera() {
      const reader = readers.at(-1);
      let info: Parameters<Parameters<typeof createFakeCamera>[0]['info']>[0] | undefined;
      return createFakeCamera({
        info(next) {
          info = next;
          reader?.put({ type: 'info', info: next });
        },
        fragment(fragment) {
          if (info !== undefined) reader?.put({ type: 'fragment', fragment, info });
        },
      });
    },
  };
}
const settled = (): Promise<void> => new Promise((resolve) => setImmediate(resolve));

it('opens no stream of a camera without rules that are switched on', async () => {
  const { watches, setRules, readers } = start();
  watches.refresh();
  setRules(rule({ enabled: false }));
  await settled();
  expect(readers).toEqual([]);
  expect(watches.figures()).toMatchObject({ cameras: 0, frames: 0 });
});

it('watches the small stream, and ends with its last rule', async () => {
  const { watches, setRules, readers, runs, camera, told } = start();
  setRules(rule());
  expect(readers.map(({ key }) => key)).toEqual([{ cameraId: 'c1', role: 'sub' }]);
  camera().group(3);
  await settled();
  expect(runs[0]?.fed).toHaveLength(3);
  runs[0]?.give(1000);
  expect(told).toEqual(['1000']);
  expect(watches.figures()).toMatchObject({ cameras: 1, frames: 1 });
  setRules();
  await settled();
  expect(readers[0]?.open).toBe(false);
  expect(runs[0]?.ended).toBe(true);
  // Of a decoder that is about to end.
  runs[0]?.give(2000);
  expect(told).toEqual(['1000']);
  expect(watches.figures()).toMatchObject({ cameras: 0, frames: 1 });
});

it('takes the main stream where there is no other, and the other one as soon as there is', async () => {
  const { setRules, setCamera, readers } = start();
  setCamera({ ...CAMERA, roles: ['main'] });
  setRules(rule());
  setCamera({ ...CAMERA, roles: ['main', 'sub'], view: 'b' });
  await settled();
  expect(readers.map(({ key, open }) => [key.role, open])).toEqual([
    ['main', false],
    ['sub', true],
  ]);
  setCamera(null);
  await settled();
  expect(readers.some(({ open }) => open)).toBe(false);
});

it('begins a new decoder with each change of the stream', async () => {
  const { setRules, runs, camera } = start();
  setRules(rule());
  const made = camera();
  made.group(2);
  await settled();
  made.begin({ width: 320 });
  made.group(2);
  await settled();
  expect(runs.map(({ generation, fed, ended }) => [generation, fed.length, ended])).toEqual([
    [1, 2, true],
    [2, 2, false],
  ]);
});

describe('a quiet camera', () => {
  /** `ms`: of a fragment. */
  function quiet(answer: (fragment: Fragment) => Frame | 'busy' | 'unable', ms = 200) {
    const shared: number[] = [];
    const started = start({
      async frame(_, fragment) {
        shared.push(fragment.sequence);
        return answer(fragment);
      },
    });
    started.setRules(rule());
    const made = started.camera();
    let sent = 0;
    return {
      ...{ ...started, shared },
      /** Groups of two seconds. */
      async run(seconds: number, bytes: (at: number) => number = () => 1000) {
        const place = (): number => sent % (2000 / ms);
        for (const last = sent + (seconds * 1000) / ms; sent < last; sent += 1) {
          made.push(place() === 0 ? { ms, key: true, bytes: 60_000 } : { ms, bytes: bytes(place()) });
          await settled();
        }
      },
    };
  }
  const picture = ({ wallClockMs }: Fragment): Frame => ({
    ...{ width: 16, height: 9, wallClockMs },
    pixels: new Uint8Array(432),
  });

  it('has its key frames decoded by decoders that all share, and its own while something may move', async () => {
    const { run, runs, shared, told } = quiet(picture);
    // As long as it learns, and some time longer.
    await run(44);
    expect(runs).toHaveLength(1);
    expect(runs[0]?.ended).toBe(true);
    const begun = shared.length;
    await run(10);
    expect(shared.slice(begun)).toEqual([220, 230, 240, 250, 260]);
    expect(told.length).toBe(shared.length);
    await run(2, (at) => (at >= 4 ? 9000 : 1000));
    expect(runs.map(({ fed, ended }) => [fed[0]?.keyframe, ended])).toEqual([
      [true, true],
      [true, false],
    ]);
    expect(runs[1]?.fed.map(({ sequence }) => sequence)).toEqual([270, 271, 272, 273, 274, 275, 276, 277, 278, 279]);
    await run(40);
    expect(runs[1]?.ended).toBe(true);
    const last = shared.length;
    await run(4);
    expect(shared.length).toBe(last + 2);
  });

  it.each([200, 20])(
    'is only glimpsed at where its sizes tell nothing, and decoded from the key frame on when something moves, fragments of %i ms',
    async (ms) => {
      const { run, runs, watches } = quiet(picture, ms);
      await run(33.8, () => 60_000);
      expect(runs.map(({ side, ended }) => [side > 1, ended])).toEqual([
        [false, true],
        [true, false],
      ]);
      const [, glimpses] = runs;
      // Somebody stands in the upper third.
      const atMs = (glimpses?.fed.at(-1)?.wallClockMs ?? 0) + 200;
      for (let before = atMs - 4000; before < atMs; before += 200) glimpses?.give(before);
      glimpses?.give(atMs, 200);
      await settled();
      await settled();
      expect(runs.map(({ side, ended }) => [side > 1, ended])).toEqual([
        [false, true],
        [true, true],
        [false, false],
      ]);
      await run(0.4, () => 60_000);
      const fed = runs[2]?.fed.map(({ sequence }) => sequence) ?? [];
      const begun = 32_000 / ms;
      expect(fed).toEqual(Array.from({ length: 2200 / ms }, (_, at) => begun + at));
      expect(watches.figures().cameras).toBe(1);
    },
  );

  it('has its own where the others cannot, and none that is late where they have too much to do', async () => {
    const alone = quiet(() => 'unable');
    await alone.run(60);
    expect(alone.shared).toHaveLength(1);
    expect(alone.runs.map(({ ended }) => ended)).toEqual([true, false]);
    // Much later they are asked again.
    await alone.run(600);
    expect(alone.shared).toHaveLength(2);
    expect(alone.runs.map(({ ended }) => ended)).toEqual([true, true, false]);
    const busy = quiet(() => 'busy');
    await busy.run(60);
    expect(busy.runs).toHaveLength(1);
    expect(busy.told).toEqual([]);
  });
});

it('starts a decoder again that failed, later each time', async () => {
  const { setRules, runs, camera, clock, readers } = start();
  setRules(rule());
  camera().group(1);
  await settled();
  runs[0]?.fail();
  await settled();
  expect(readers).toHaveLength(1);
  clock.advance(1000);
  await settled();
  expect(readers).toHaveLength(2);
  camera().group(1);
  await settled();
  expect(runs.map(({ ended }) => ended)).toEqual([true, false]);
});

it('leaves out what is late, and looks at what is now', async () => {
  const { setRules, runs, camera, clock } = start();
  clock.step(Date.UTC(2020, 0, 1, 0, 8, 30));
  setRules(rule());
  const made = camera();
  for (let group = 0; group < 5; group += 1) made.group(10);
  await settled();
  // Sent within a moment, ten seconds of it, which end now.
  expect(runs[0]?.fed.map(({ sequence }) => sequence)).toEqual(Array.from({ length: 10 }, (_, at) => 40 + at));
});

it('needs no picture for what the camera itself reports', async () => {
  const { watches, setRules, readers, hits, clock } = start();
  setRules(rule({ kind: 'cameraSignal' }));
  const signal: CameraSignal = { topic: 'Device/Trigger/DigitalInput', atMs: 5 };
  watches.signal('c1', signal);
  watches.signal('another', signal);
  clock.advance(1000);
  expect(hits).toMatchObject([{ cameraId: 'c1', hit: { signal: signal.topic }, frame: null }]);
  expect(readers).toEqual([]);
});

it('leaves a camera that was removed alone', async () => {
  const { setRules, readers, clock } = start();
  setRules(rule());
  readers[0]?.put({ type: 'end', reason: 'the camera was removed' });
  await settled();
  clock.advance(120_000);
  await settled();
  expect(readers.map(({ open }) => open)).toEqual([false]);
});
