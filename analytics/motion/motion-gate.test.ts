import { describe, expect, it } from 'vitest';
import { createMotionGate, type Motion } from './motion-gate.ts';

const WIDTH = 160;
const HEIGHT = 90;
const STEP_MS = 250;

/** The same numbers each run. */
function dice(seed = 1): () => number {
  let state = seed;
  return () => {
    state = (state * 48_271) % 2_147_483_647;
    return state / 2_147_483_647;
  };
}

interface Scene {
  readonly noise?: number;
  readonly light?: number;
  /** Left, top, width, height in pixels, and its grey. */
  readonly object?: readonly [number, number, number, number, number];
  readonly trembling?: boolean;
}

function draw(random: () => number, { noise = 4, light = 0, object, trembling = false }: Scene): Uint8Array {
  const luma = new Uint8Array(WIDTH * HEIGHT);
  for (let y = 0; y < HEIGHT; y += 1) {
    for (let x = 0; x < WIDTH; x += 1) {
      let value = 60 + ((x >> 4) + (y >> 4)) * 7 + light;
      // A tree, whose leaves turn all the time.
      if (trembling && x < 40 && y < 40) value += (random() - 0.5) * 60;
      if (object !== undefined) {
        const [left, top, width, height, grey] = object;
        if (x >= left && x < left + width && y >= top && y < top + height) value = grey;
      }
      luma[y * WIDTH + x] = Math.max(0, Math.min(255, Math.round(value + (random() - 0.5) * 2 * noise)));
    }
  }
  return luma;
}

function watch(count: number, scene: (at: number) => Scene, mask?: Uint8Array): Motion[] {
  const gate = createMotionGate({ width: WIDTH, height: HEIGHT, ...(mask === undefined ? {} : { mask }) });
  const random = dice();
  return Array.from({ length: count }, (_, at) => gate.look(draw(random, scene(at)), at * STEP_MS));
}
const moved = (motions: readonly Motion[]): number => motions.filter(({ regions }) => regions.length > 0).length;

describe('a picture in which nothing happens', () => {
  it.each<[string, (at: number) => Scene]>([
    ['is still', () => ({})],
    ['is noisy, as at night', () => ({ noise: 14 })],
    ['becomes brighter over minutes', (at) => ({ light: at * 0.2 })],
    ['is set brighter and darker by the camera', (at) => ({ light: at % 40 < 20 ? 0 : 25 })],
  ])('%s', (_, scene) => {
    expect(moved(watch(240, scene))).toBe(0);
  });

  it('has a tree, which is learnt', () => {
    expect(moved(watch(400, () => ({ trembling: true })).slice(120))).toBe(0);
  });
});

describe('what moves', () => {
  const walker = (at: number): Scene => (at < 40 ? {} : { object: [5 + (at - 40) * 2, 30, 8, 20, 200] });

  it('is seen where it is', () => {
    const motions = watch(80, walker);
    expect(moved(motions.slice(0, 40))).toBe(0);
    expect(moved(motions.slice(41))).toBeGreaterThan(36);
    const [region] = motions[60]?.regions ?? [];
    const centre = ((region?.left ?? 0) + (region?.width ?? 0) / 2) * WIDTH;
    expect(Math.abs(centre - (5 + 20 * 2 + 4))).toBeLessThan(12);
    expect(region?.height).toBeLessThan(0.4);
  });

  it('is seen before a tree, and at night', () => {
    const behind = (at: number): Scene => ({ ...walker(at), trembling: true, noise: 10 });
    expect(moved(watch(90, (at) => behind(at < 50 ? 0 : at - 10)).slice(52))).toBeGreaterThan(30);
  });

  it('belongs to the picture once it has stood for minutes, and is seen when it leaves', () => {
    const parked = (at: number): Scene => (at < 40 || at > 1500 ? {} : { object: [60, 30, 30, 20, 220] });
    const motions = watch(1520, parked);
    expect(moved(motions.slice(41, 60))).toBeGreaterThan(15);
    expect(moved(motions.slice(1300, 1500))).toBe(0);
    expect(moved(motions.slice(1501, 1510))).toBeGreaterThan(5);
  });

  it('does not count where the picture is masked', () => {
    const mask = new Uint8Array(WIDTH * HEIGHT);
    for (let at = 0; at < mask.length; at += 1) if (Math.floor(at / WIDTH) > 25) mask[at] = 255;
    expect(moved(watch(80, walker, mask))).toBe(0);
  });
});

describe('a picture that is another', () => {
  it.each<[string, (at: number) => Scene]>([
    ['the light goes out', (at) => ({ light: at < 60 ? 0 : -55, noise: at < 60 ? 4 : 10 })],
    ['the camera is turned', (at) => (at < 60 ? {} : { object: [0, 0, 130, 90, 20 + (at % 2)] })],
  ])('is learnt anew when %s, and nothing is said', (_, scene) => {
    const motions = watch(120, scene);
    expect(moved(motions)).toBeLessThanOrEqual(1);
    expect(moved(motions.slice(72))).toBe(0);
  });

  it('is said to be, and what moves afterwards is seen', () => {
    const motions = watch(120, (at) =>
      at < 60 ? {} : { light: 30, object: at < 80 ? [0, 0, 150, 90, 20] : [20 + at, 30, 20, 30, 250] },
    );
    expect(motions[60]?.allChanged).toBe(true);
    expect(moved(motions.slice(95))).toBeGreaterThan(0);
  });
});

it('refuses a picture of another size', () => {
  const gate = createMotionGate({ width: WIDTH, height: HEIGHT });
  expect(() => gate.look(new Uint8Array(10), 0)).toThrow('not 160×90');
});
