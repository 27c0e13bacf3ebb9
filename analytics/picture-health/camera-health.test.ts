import { beforeEach, describe, expect, it } from 'vitest';
import { type SceneOptions, scenePicture } from '../../tests/fakes/scene-picture.ts';
import { type CameraHealth, createCameraHealth } from './camera-health.ts';
import type { Picture } from './picture.ts';

const LOOK_MS = 10_000;

let health: CameraHealth;
let steerable: boolean;
let now: number;
let told: string[];
let seed: number;
beforeEach(() => {
  steerable = false;
  health = createCameraHealth({ steerable: () => steerable });
  now = 0;
  told = [];
  seed = 1;
});

function see(picture: Picture): void {
  now += LOOK_MS;
  const { ended, begun } = health.look(picture, now);
  if (ended !== null) told.push(`-${ended}`);
  if (begun !== null) told.push(begun.fault);
}
/** So many looks at the street; each has noise of its own. */
function sees(times: number, options: SceneOptions | ((share: number) => SceneOptions) = {}): void {
  for (let at = 0; at < times; at += 1) {
    seed += 1;
    see(scenePicture({ seed, ...(typeof options === 'function' ? options(at / times) : options) }));
  }
}

describe('what is told, as what it is, and over when it is over', () => {
  it.each<[string, string, SceneOptions]>([
    ['black', 'a lens cap', { light: 0, noise: 1 }],
    ['covered', 'a cloth over three quarters', { cover: 0.75 }],
    ['covered', 'something over all of it', { cover: 1 }],
    ['blurred', 'a lens out of focus', { blur: 5 }],
    ['turned', 'a push', { shift: 26 }],
    ['turned', 'another direction', { shift: 140 }],
  ])('%s: %s', (fault, _, options) => {
    sees(20);
    expect(told).toEqual([]);
    sees(8, options);
    expect(told).toEqual([fault]);
    sees(20, options);
    expect(told).toEqual([fault]);
    sees(4);
    expect(told).toEqual([fault, `-${fault}`]);
    sees(20);
    expect(told).toEqual([fault, `-${fault}`]);
  });

  it('frozen: the same picture again and again', () => {
    sees(20);
    const still = scenePicture({ seed: 5 });
    for (let at = 0; at < 10; at += 1) see(still);
    expect(told).toEqual(['frozen']);
    sees(3);
    expect(told).toEqual(['frozen', '-frozen']);
  });

  it('one fault that becomes another is ended and the other begun', () => {
    sees(20);
    sees(6, { cover: 0.75 });
    sees(6, { light: 0, noise: 1 });
    expect(told).toEqual(['covered', '-covered', 'black']);
    sees(4);
    expect(told).toEqual(['covered', '-covered', 'black', '-black']);
  });

  it('a view that is left as it is becomes the right one', () => {
    sees(20);
    sees(10, { shift: 140 });
    expect(told).toEqual(['turned']);
    now += 12 * 3_600_000;
    sees(30, { shift: 140 });
    expect(told).toEqual(['turned', '-turned']);
    sees(10);
    expect(told).toEqual(['turned', '-turned', 'turned']);
  });
});

describe('what is not told', () => {
  it.each<[string, (share: number) => SceneOptions]>([
    ['a day that becomes a night', (share) => ({ light: 1 - 0.97 * share, noise: 1 + 4 * share })],
    ['fog', (share) => ({ blur: Math.round(2 * share), light: 1 - 0.3 * share })],
    ['rain', () => ({ noise: 14 })],
    ['a pole that shakes', (share) => ({ shift: Math.round(3 * Math.sin(97 * share)) })],
    ['a car with its lamps on', (share) => ({ light: 0.4, headlights: 320 * share })],
  ])('%s', (_, options) => {
    sees(20, options(0));
    sees(90, options);
    expect(told).toEqual([]);
  });

  it('infra-red light that is switched on at dusk and off at dawn', () => {
    sees(30);
    sees(30, (share) => ({ light: 1 - 0.6 * share }));
    sees(60, { infrared: true, light: 0.8, noise: 5 });
    sees(30, { light: 0.5 });
    expect(told).toEqual([]);
  });

  it('a night that an encoder has nearly freed of its noise, for hours', () => {
    sees(20);
    sees(90, (share) => ({ light: 1 - 0.93 * share, noise: 1.2 - 0.8 * share }));
    sees(60, { light: 0.07, noise: 0.4 });
    expect(told).toEqual([]);
  });

  it('a light that is switched off, in a room that is still then', () => {
    sees(20);
    const off = scenePicture({ light: 0.2, noise: 0 });
    for (let at = 0; at < 60; at += 1) see(off);
    expect(told).toEqual([]);
  });

  it('a picture that never moved: a slide is no camera', () => {
    const slide = scenePicture();
    for (let at = 0; at < 60; at += 1) see(slide);
    expect(told).toEqual([]);
  });

  it('what lasts only a moment', () => {
    sees(20);
    for (const options of [{ light: 0 }, { cover: 1 }, { blur: 6 }, { shift: 140 }]) {
      sees(2, options);
      sees(4);
    }
    expect(told).toEqual([]);
  });

  it('a camera that is steered', () => {
    steerable = true;
    sees(20);
    for (const shift of [140, 200, 26, 0]) {
      health.forgetView();
      sees(15, { shift });
    }
    expect(told).toEqual([]);
  });
});

it('knows after a restart what was open, and when it is well again', () => {
  sees(20);
  sees(6, { cover: 0.75 });
  // As it comes out of the database.
  const dump = Buffer.concat([Buffer.alloc(3), health.dump() ?? new Uint8Array()]).subarray(3);
  health = createCameraHealth({ steerable: () => false });
  now = 5_000_000;
  health.restore('covered', now - 60_000, dump);
  expect(health.open).toBe('covered');
  sees(6, { cover: 0.75 });
  expect(told).toEqual(['covered']);
  sees(3);
  expect(told).toEqual(['covered', '-covered']);
});

it('restores nothing of a dump that is none, and learns anew', () => {
  health.restore('covered', 0, new Uint8Array(7));
  sees(12);
  expect(told).toEqual(['-covered']);
});
