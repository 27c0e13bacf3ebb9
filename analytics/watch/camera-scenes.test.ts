import { describe, expect, it } from 'vitest';
import { silentLogger } from '#base/log';
import type { Box, Detection } from '#contracts/detection';
import type { Frame } from '#contracts/media';
import { type Rule, ruleSchema } from '#contracts/rules';
import { createFakeClock } from '../../tests/fakes/clock.ts';
import type { Detector, DetectorModel } from '../detectors/detector.ts';
import type { Picture } from '../detectors/model.ts';
import type { Hit, Scene } from '../rules/rule.ts';
import { type CameraScenesOptions, createCameraScenes } from './camera-scenes.ts';
import type { SeenHit } from './interfaces.ts';
import { lumaOf } from './picture.ts';

const WIDTH = 320;
const HEIGHT = 180;
const MODEL: DetectorModel = {
  ...{ name: 'Red', licence: 'ours', sha256: '', layout: 'yolox', classes: ['person'] },
  ...{ width: 160, height: 160, resize: 'letterbox' },
};
const RULE = ruleSchema.parse({ id: 'r', name: 'Rule', enabled: true, kind: 'presence', area: null });

/** A grey yard; a person is red. Places are shares of the picture. */
function frame(atMs: number, person?: Box): Frame {
  const pixels = new Uint8Array(WIDTH * HEIGHT * 3).fill(100);
  if (person !== undefined) {
    const [left, right] = [person.left * WIDTH, (person.left + person.width) * WIDTH];
    const [top, bottom] = [person.top * HEIGHT, (person.top + person.height) * HEIGHT];
    for (let y = Math.round(top); y < bottom; y += 1) {
      for (let x = Math.round(left); x < right; x += 1) pixels.set([250, 0, 0], (y * WIDTH + x) * 3);
    }
  }
  return { width: WIDTH, height: HEIGHT, pixels, wallClockMs: atMs };
}
const person = (left: number, top = 0.4): Box => ({ left, top, width: 0.1, height: 0.35 });

/** Finds what is red in the picture that it is given. */
function redIn({ width, height, pixels }: Picture): Detection[] {
  let [left, top, right, bottom] = [width, height, 0, 0];
  for (let y = 0; y < height; y += 1) {
    for (let x = 0; x < width; x += 1) {
      const at = (y * width + x) * 3;
      if ((pixels[at] ?? 0) < 170 || (pixels[at + 1] ?? 0) > 80) continue;
      [left, top, right, bottom] = [
        Math.min(left, x),
        Math.min(top, y),
        Math.max(right, x + 1),
        Math.max(bottom, y + 1),
      ];
    }
  }
  if (right <= left) return [];
  const box = { left: left / width, top: top / height, width: (right - left) / width, height: (bottom - top) / height };
  return [{ label: 'person', score: 0.9, box }];
}

function start(options: Partial<CameraScenesOptions> & { model?: DetectorModel | null; held?: boolean } = {}) {
  const clock = createFakeClock(0);
  const looks: Picture[] = [];
  const scenes: Scene[] = [];
  const hits: SeenHit[] = [];
  const active: number[] = [];
  let answers: (() => void)[] = [];
  const detector: Detector = {
    model: options.model === undefined ? MODEL : options.model,
    look(_, picture) {
      looks.push(picture);
      if (options.held !== true) return Promise.resolve(redIn(picture));
      return new Promise((resolve) => answers.push(() => resolve(redIn(picture))));
    },
    figures: () => ({ looks: 0, dropped: 0, failed: 0, waiting: 0, busyMs: 0 }),
    close: async () => {},
  };
  const made = createCameraScenes({
    ...{ cameraId: 'c1', detector, clock, log: silentLogger(), heartbeatMs: 15_000 },
    createRules: (rules: readonly Rule[]) => ({
      look: (scene: Scene) =>
        rules.flatMap((rule) =>
          [
            ...scene.tracks.map((track): Hit => ({ track })),
            ...scene.signals.map(({ topic }): Hit => ({ track: null, signal: topic })),
          ].map((hit) => ({ ...hit, rule, atMs: scene.atMs })),
        ),
      crossings: [],
    }),
    listener: { hit: (hit) => void hits.push(hit), scene: (_, scene) => void scenes.push(scene) },
    onActive: (atMs) => void active.push(atMs),
    ...options,
  });
  made.setRules([RULE]);
  return {
    ...{ scenes: made, clock, looks, told: scenes, hits, active },
    /** Frames at five a second; each is seen before the next comes. */
    async show(fromMs: number, toMs: number, where: (atMs: number) => Box | undefined = () => undefined) {
      for (let atMs = fromMs; atMs < toMs; atMs += 200) {
        made.frame(frame(atMs, where(atMs)));
        clock.advance(200);
        await settled();
      }
    },
    async answer() {
      const [next, ...rest] = answers;
      answers = rest;
      next?.();
      await settled();
    },
  };
}
const settled = (): Promise<void> => new Promise((resolve) => setImmediate(resolve));

describe('a glimpse', () => {
  /** Of the same squares as the gate makes of a frame. */
  function glimpse(atMs: number, where?: Box): Frame {
    const { width, height, bytes } = lumaOf(frame(atMs, where));
    return {
      width,
      height,
      pixels: Uint8Array.from([...bytes].flatMap((luma) => [luma, luma, luma])),
      wallClockMs: atMs,
    };
  }

  it('tells that something moves and is not looked at; the frame of the same time is', async () => {
    const { scenes, show, looks, told, active } = start();
    await show(0, 5000);
    const [before, ofWhole] = [told.length, looks.length];
    for (let atMs = 5000; atMs < 8000; atMs += 200) scenes.glimpse(glimpse(atMs));
    expect([told.length - before, looks.length - ofWhole, active]).toEqual([15, 0, []]);
    scenes.glimpse(glimpse(8000, person(0.4)));
    expect(active).toEqual([8000]);
    await show(8000, 8200, () => person(0.4));
    expect(looks.length).toBe(ofWhole + 1);
  });

  it('is no reason to want a frame until the heartbeat is due', async () => {
    const { scenes, show } = start();
    expect(scenes.wantsFrame(0)).toBe(true);
    await show(0, 5000);
    scenes.glimpse(glimpse(14_800));
    expect([14_800, 15_000].map(scenes.wantsFrame)).toEqual([false, true]);
    expect(start({ model: null }).scenes.wantsFrame(0)).toBe(false);
  });

  it('leaves a signal to the frame that it waits for', async () => {
    const { scenes, show, hits, clock } = start();
    await show(0, 1000);
    scenes.signal({ topic: 'a', atMs: 1000 });
    scenes.glimpse(glimpse(1000));
    expect(hits).toEqual([]);
    clock.advance(1000);
    expect(hits).toMatchObject([{ hit: { signal: 'a' }, frame: null }]);
  });
});

describe('a picture in which nothing moves', () => {
  it('is looked at whole, by the heartbeat alone', async () => {
    const { show, looks, told, active } = start();
    await show(0, 31_000);
    expect(looks.map(({ width, height }) => [width, height])).toEqual([
      [160, 90],
      [160, 90],
      [160, 90],
    ]);
    expect(told).toHaveLength(155);
    expect(active).toEqual([]);
  });

  it('may show somebody who stood there before: the heartbeat finds him, and a second look makes sure', async () => {
    const { show, looks, told } = start();
    await show(0, 400, () => person(0.5));
    expect(looks).toHaveLength(2);
    expect(told.at(-1)?.tracks).toMatchObject([{ label: 'person', seen: true }]);
  });
});

describe('somebody who stands there and does not move', () => {
  it('is looked at now and then, and keeps nobody awake', async () => {
    const { show, looks, told, active } = start();
    await show(0, 5000, () => person(0.5));
    const [looksBefore, activeBefore] = [looks.length, active.length];
    await show(5000, 8000, () => person(0.5));
    expect(looks.length - looksBefore).toBe(3);
    expect(active.length).toBe(activeBefore);
    expect(told.at(-1)?.tracks).toMatchObject([{ id: 1, missedMs: 0 }]);
    // At rest by now: only the heartbeat looks.
    await show(8000, 10_000, () => person(0.5));
    const atRest = looks.length;
    await show(10_000, 14_800, () => person(0.5));
    expect(looks).toHaveLength(atRest);
  });

  it('is followed in every picture again when he goes', async () => {
    const { show, looks, active, told } = start();
    await show(0, 6000, () => person(0.4));
    const [looksBefore, activeBefore] = [looks.length, active.length];
    await show(6000, 8000, (atMs) => person(0.4 + (atMs - 6000) / 8000));
    expect(looks.length - looksBefore).toBeGreaterThanOrEqual(9);
    expect(active.length - activeBefore).toBeGreaterThanOrEqual(9);
    expect(told.at(-1)?.tracks.map(({ id }) => id)).toEqual([1]);
  });

  it('is gone when he is not seen for three seconds, though looks are rare', async () => {
    const { show, told } = start();
    await show(0, 6000, (atMs) => (atMs < 3000 ? person(0.4) : undefined));
    const before = told.flatMap(({ ended }) => ended).length;
    await show(6000, 8000);
    expect(before + told.slice(30).flatMap(({ ended }) => ended).length).toBe(1);
    expect(told.at(-1)?.tracks).toEqual([]);
  });
});

it('lets who moves go first: the heartbeat waits, but not for ever', async () => {
  const urgencies: number[] = [];
  const { scenes, show } = start({
    detector: {
      model: MODEL,
      look(_, picture, urgency) {
        urgencies.push(urgency);
        // As where others always come first.
        return Promise.resolve(urgency < 0 ? null : redIn(picture));
      },
      figures: () => ({ looks: 0, dropped: 0, failed: 0, waiting: 0, busyMs: 0 }),
      close: async () => {},
    },
  });
  scenes.setUrgency(3);
  await show(0, 15_000);
  expect(urgencies).toEqual([3]);
  await show(15_000, 30_400);
  expect(new Set(urgencies.slice(1, -1))).toEqual(new Set([-1]));
  expect(urgencies.at(-1)).toBe(3);
});

describe('somebody who walks through', () => {
  const walk = (atMs: number): Box | undefined =>
    atMs < 5000 || atMs >= 9000 ? undefined : person(0.1 + (atMs - 5000) / 5000);

  it('is looked at in a window of the size of the model, and has his place in the whole picture', async () => {
    const { show, looks, told, active } = start();
    await show(0, 9000, walk);
    expect(looks.filter(({ width, height }) => width === 160 && height === 160).length).toBeGreaterThan(15);
    const [track] = told.at(-1)?.tracks ?? [];
    expect(Math.abs((track?.box.left ?? 0) - 0.86)).toBeLessThan(0.03);
    expect(Math.abs((track?.box.top ?? 0) - 0.4)).toBeLessThan(0.03);
    expect(active.length).toBeGreaterThan(15);
    expect(new Set(told.flatMap(({ tracks }) => tracks.map(({ id }) => id))).size).toBe(1);
  });

  it('is told once with his way, an identity and the picture; then his track ends and nobody looks any more', async () => {
    const { show, hits, told, looks } = start();
    await show(0, 14_800, walk);
    const last = hits.at(-1);
    expect(last).toMatchObject({ cameraId: 'c1', model: 'Red', hit: { rule: { id: 'r' } } });
    expect(last?.trackId).toMatch(/^[0-9a-f-]{13}-1$/);
    expect(last?.path.length).toBeGreaterThan(10);
    expect(last?.path.length).toBeLessThanOrEqual(32);
    expect(last?.path[0]?.[1]).toBeCloseTo(0.75, 1);
    expect(last?.frame?.pixels.length).toBe(WIDTH * HEIGHT * 3);
    expect(told.flatMap(({ ended }) => ended)).toHaveLength(1);
    const before = looks.length;
    await show(14_800, 18_000, walk);
    expect(looks.length - before).toBeLessThanOrEqual(1);
  });

  it('is not seen where it is masked', async () => {
    const { scenes, show, told, looks } = start();
    scenes.setMasks([
      [
        [0, 0],
        [1, 0],
        [1, 1],
        [0, 1],
      ],
    ]);
    await show(0, 9000, walk);
    expect(looks).toHaveLength(1);
    expect(told.flatMap(({ tracks }) => tracks)).toEqual([]);
  });

  it('is motion where there is no model', async () => {
    const { show, told, looks, hits } = start({ model: null });
    await show(0, 9000, walk);
    expect(looks).toEqual([]);
    expect(told.filter(({ motion }) => (motion?.regions.length ?? 0) > 0).length).toBeGreaterThan(15);
    expect(hits).toEqual([]);
  });
});

it('gives pictures back that nobody needs, and keeps those that something is told with', async () => {
  const { scenes, answer, hits } = start({ held: true });
  const back: number[] = [];
  const put = (atMs: number, where?: Box): void =>
    scenes.frame({ ...frame(atMs, where), release: () => void back.push(atMs) });
  put(0, person(0.4));
  put(200, person(0.4));
  put(400, person(0.4));
  expect(back).toEqual([200]);
  await answer();
  // The first look at somebody tells nothing.
  expect(back).toEqual([200, 0]);
  await answer();
  put(600, person(0.4));
  await answer();
  expect(hits.map((hit) => hit.frame?.wallClockMs)).toEqual([400, 600]);
  expect(back).toEqual([200, 0]);
  put(300);
  scenes.close();
  put(1000);
  expect(back).toEqual([200, 0, 300, 1000]);
});

it('looks at one frame at a time, then at the newest, and keeps the order', async () => {
  const { scenes, show, told, answer, looks } = start({ held: true });
  await show(0, 2000);
  expect(told).toEqual([]);
  await answer();
  expect(told.map(({ atMs }) => atMs)).toEqual([0, 1800]);
  expect(scenes.figures()).toMatchObject({ frames: 10, dropped: 8 });
  expect(looks).toHaveLength(1);
});

it('goes on where a look never comes back', async () => {
  const { show, told, looks } = start({ held: true });
  await show(0, 21_000);
  expect(told).toHaveLength(1);
  expect(looks).toHaveLength(2);
});

it('begins anew where the camera was steered: what was looked at meanwhile is of another place', async () => {
  const { scenes, show, told, answer } = start({ held: true });
  await show(0, 400, () => person(0.5));
  scenes.forgetView();
  await answer();
  expect(told).toEqual([]);
  await show(400, 800, () => person(0.5));
  await answer();
  await answer();
  expect(told.at(-1)?.tracks).toMatchObject([{ id: 1 }]);
});

it('takes no frame that is older, and begins anew where the clock was set back', async () => {
  const { scenes, show, told } = start();
  await show(100_000, 101_000);
  scenes.frame(frame(100_500));
  await settled();
  expect(told).toHaveLength(5);
  await show(50_000, 50_400);
  expect(told.slice(5).map(({ atMs }) => atMs)).toEqual([50_000, 50_200]);
});

it('tells what the camera reports with the next picture, or without one where none comes', async () => {
  const { scenes, show, told, hits, clock } = start();
  await show(0, 1000);
  scenes.signal({ topic: 'RuleEngine/Motion', atMs: 1000 });
  await show(1000, 1200);
  expect(hits).toMatchObject([{ hit: { signal: 'RuleEngine/Motion' }, trackId: null, model: null }]);
  expect(hits[0]?.frame).not.toBeNull();
  scenes.signal({ topic: 'Device/Trigger', atMs: 1300 });
  clock.advance(1100);
  expect(told.at(-1)).toMatchObject({ atMs: 1300, motion: null, signals: [{ topic: 'Device/Trigger' }] });
  expect(hits.at(-1)).toMatchObject({ frame: null, hit: { signal: 'Device/Trigger' } });
  expect(clock.pending()).toBe(0);
});

it('outlives rules that fail', async () => {
  let failing = true;
  const { show, told } = start({
    createRules: () => ({
      look() {
        if (failing) throw new Error('a rule is broken');
        return [];
      },
      crossings: [],
    }),
  });
  await show(0, 1000);
  failing = false;
  await show(1000, 2000);
  expect(told).toHaveLength(5);
});

it('is silent once it is closed', async () => {
  const { scenes, show, told, answer } = start({ held: true });
  await show(0, 400);
  scenes.signal({ topic: 'a', atMs: 300 });
  scenes.close();
  await answer();
  await show(400, 3000);
  expect(told).toEqual([]);
});
