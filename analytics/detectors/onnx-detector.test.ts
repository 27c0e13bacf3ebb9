import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, beforeEach, expect, it } from 'vitest';
import { systemClock } from '#base/clock';
import { silentLogger } from '#base/log';
import { onnxFile } from '../../tests/fakes/onnx-file.ts';
import { RED_MODEL_SIZE, redModel } from '../../tests/fakes/red-model.ts';
import type { Picture } from './model.ts';
import { createOnnxDetector, type OnnxDetector } from './onnx-detector.ts';

const { file, card } = redModel();
let folder: string;
let path: string;
let detector: OnnxDetector;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'tamnhin-model-'));
  path = join(folder, 'red.onnx');
  await writeFile(path, file);
});
afterAll(() => rm(folder, { recursive: true }));
beforeEach(() => {
  detector = createOnnxDetector({ threads: 2, providers: ['cpu'], clock: systemClock, log: silentLogger() });
});
afterEach(() => detector.close());

/** Grey, with a square of 16 pixels of a colour whose left top is at `left`, `top`. */
function picture(left: number, top: number, colour: readonly number[]): Picture {
  const pixels = new Uint8Array(RED_MODEL_SIZE ** 2 * 3).fill(90);
  for (let y = top; y < top + 16; y += 1) {
    for (let x = left; x < left + 16; x += 1) pixels.set(colour, (y * RED_MODEL_SIZE + x) * 3);
  }
  return { width: RED_MODEL_SIZE, height: RED_MODEL_SIZE, pixels };
}
const RED = [250, 10, 10];
const BLUE = [10, 10, 250];

it('sees nothing and holds up nobody without a model', async () => {
  expect(detector.model).toBeNull();
  expect(await detector.look('gate', picture(0, 0, RED), 0)).toBeNull();
});

it('sees what is there, where it is', async () => {
  expect(await detector.load(path, card)).toMatchObject({ name: 'Red and blue', layout: 'yolox', width: 64 });
  const [person, ...more] = (await detector.look('gate', picture(16, 32, RED), 0)) ?? [];
  expect(more.every(({ label }) => label === 'person')).toBe(true);
  expect(person?.label).toBe('person');
  expect((person?.box.left ?? 0) * 64).toBeGreaterThan(10);
  expect((person?.box.left ?? 0) * 64).toBeLessThan(26);
  expect((await detector.look('gate', picture(16, 32, BLUE), 0))?.map(({ label }) => label)).toContain('car');
  expect(await detector.look('gate', picture(16, 32, [90, 90, 90]), 0)).toEqual([]);
});

it('fails a picture that the model does not take, and none beside it', async () => {
  await detector.load(path, card);
  const large = {
    width: RED_MODEL_SIZE + 1,
    height: RED_MODEL_SIZE,
    pixels: new Uint8Array((RED_MODEL_SIZE + 1) * 192),
  };
  const [bad, good] = await Promise.all([
    detector.look('gate', large, 0),
    detector.look('yard', picture(0, 0, RED), 0),
  ]);
  expect(bad).toBeNull();
  expect(good).not.toBeNull();
  expect(detector.figures()).toMatchObject({ looks: 1, failed: 1 });
});

it('takes the newest picture of each camera, and answers for every one', async () => {
  await detector.load(path, card);
  const asked = Array.from({ length: 60 }, (_, at) => detector.look(`camera ${at % 3}`, picture(0, 0, RED), 0));
  const seen = await Promise.all(asked);
  const { looks, dropped, failed } = detector.figures();
  expect(seen.filter((each) => each === null)).toHaveLength(dropped);
  expect([looks + dropped, failed]).toEqual([60, 0]);
  expect(dropped).toBeGreaterThan(30);
  // The last of each camera is never the one that is dropped.
  expect(seen.slice(-3).every((each) => each !== null)).toBe(true);
});

it('goes on with the model that it has when another cannot be used, and says why', async () => {
  await detector.load(path, card);
  const broken = join(folder, 'broken.onnx');
  await writeFile(broken, 'no model');
  await expect(detector.load(broken, card)).rejects.toThrow();
  const strange = join(folder, 'strange.onnx');
  await writeFile(
    strange,
    onnxFile({
      input: { name: 'images', dims: [1, 3, 64, 64] },
      outputs: [{ name: 'features', dims: [1, 3, 64, 64] }],
      nodes: [{ type: 'Relu', inputs: ['images'], outputs: ['features'] }],
      constants: [],
    }),
  );
  await expect(detector.load(strange, card)).rejects.toThrow("the model's outputs are not understood: features");
  await expect(detector.load(join(folder, 'none.onnx'), card)).rejects.toThrow();
  expect(detector.model?.name).toBe('Red and blue');
  expect(await detector.look('gate', picture(0, 0, RED), 0)).not.toEqual([]);
});

it('exchanges the model while it works, and no look is lost', async () => {
  await detector.load(path, card);
  let [more, seen, answered] = [true, 0, 0];
  const busy = (async () => {
    while (more) {
      answered += 1;
      if ((await detector.look('gate', picture(0, 0, RED), 0)) !== null) seen += 1;
    }
  })();
  await detector.load(path, { ...card, name: 'Another' });
  expect(detector.model?.name).toBe('Another');
  const before = seen;
  await expect.poll(() => seen).toBeGreaterThan(before + 5);
  more = false;
  await busy;
  expect(seen).toBe(answered);
});

it('ends behind the look that it is at: a thread that is broken off takes the process with it', async () => {
  await detector.load(path, card);
  const asked = detector.look('gate', picture(0, 0, RED), 0);
  await detector.close();
  expect(await asked).not.toBeNull();
});
