import { afterEach, expect, it } from 'vitest';
import { silentLogger } from '#base/log';
import type { Fragment, Frame, FrameDecoder, StreamItem, StreamKey } from '#contracts/media';
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
  give(atMs: number): void;
  fail(): void;
  ended: boolean;
}

const stops: (() => Promise<void>)[] = [];
afterEach(async () => {
  for (const stop of stops.splice(0)) await stop();
});

function start() {
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
      behind: 0,
      skipToNewestKey: () => false,
      close() {
        reader.open = false;
      },
    };
  }
  const decoder: FrameDecoder = {
    async run({ info, fragments }, _, onFrame, signal) {
      let fail = (_: Error): void => {};
      const failing = new Promise<never>((_, reject) => {
        fail = reject;
      });
      const key = readers.at(-1)?.key ?? { cameraId: '', role: 'main' };
      const run: Run = {
        ...{ key, fed: [], generation: info.generation, ended: false },
        give: (wallClockMs) => onFrame({ width: 16, height: 9, pixels: new Uint8Array(432), wallClockMs } as Frame),
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
