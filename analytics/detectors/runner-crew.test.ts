import { afterEach, expect, it } from 'vitest';
import { silentLogger } from '#base/log';
import { createFakeClock } from '../../tests/fakes/clock.ts';
import { redModel } from '../../tests/fakes/red-model.ts';
import type { ModelRunner } from './model-runner.ts';
import { createOnnxDetector, type OnnxDetector } from './onnx-detector.ts';

/** A graphics card that fails, as its detector sees it. */

const { card } = redModel();
const PICTURE = { width: 64, height: 64, pixels: new Uint8Array(64 * 64 * 3) };
let detector: OnnxDetector;
afterEach(() => detector.close());

/** Looks as the test says, without a model. */
const runner = (look: ModelRunner['look']): ModelRunner => ({
  ...{ width: 64, height: 64, layout: 'yolox', mostPictures: 8, look },
  close: async () => {},
});
const sees: ModelRunner['look'] = async (pictures) => ({ seen: pictures.map(() => []), tookMs: 1 });
const fails: ModelRunner['look'] = () => Promise.reject(new Error('the device is lost'));
let clock: ReturnType<typeof createFakeClock>;
let stuck: number;
let starts: number;

/** `startIt` is asked for each runner behind the first, which works until `lost`. */
async function load(startIt: () => Promise<ModelRunner>, threads = 1) {
  clock = createFakeClock();
  [stuck, starts] = [0, 0];
  const state = { lost: false };
  const own = createOnnxDetector({
    ...{ threads, providers: ['cpu'], clock, log: silentLogger() },
    start: async () => {
      starts += 1;
      return starts === 1 ? runner((pictures) => (state.lost ? fails(pictures) : sees(pictures))) : startIt();
    },
  });
  detector = own;
  own.onStuck(() => {
    stuck += 1;
  });
  await own.load('a card’s model', card, ['webgpu']);
  return { own, state, look: () => own.look('gate', PICTURE, 0) };
}
const settled = () => new Promise((done) => setImmediate(done));
async function advance(ms: number): Promise<void> {
  await settled();
  clock.advance(ms);
  await settled();
}

it('a card is told with each third failure on end', async () => {
  const { state, look } = await load(() => Promise.reject(new Error('no card')));
  state.lost = true;
  expect(await look()).toBeNull();
  await advance(1000);
  expect(stuck).toBe(0);
  await advance(2000);
  expect(stuck).toBe(1);
  for (const seconds of [4, 8, 16]) await advance(seconds * 1000);
  expect(stuck).toBe(2);
});

it('a card is told, too, where every second look succeeds', async () => {
  const second = (): ModelRunner => {
    let looks = 0;
    return runner((pictures) => {
      looks += 1;
      return looks % 2 === 0 ? fails(pictures) : sees(pictures);
    });
  };
  const { state, look } = await load(async () => second());
  state.lost = true;
  await look();
  for (const seconds of [1, 2]) {
    await advance(seconds * 1000);
    expect(await look()).toEqual([]);
    expect(await look()).toBeNull();
  }
  await settled();
  expect(stuck).toBe(1);
});

it('a card has failed once where all runners die together, and not for want of room for one more', async () => {
  let room = 2;
  const all = { lost: false };
  const { own, state } = await load(async () => {
    if (room === 0) throw new Error('no memory');
    room -= 1;
    return runner((pictures) => (all.lost ? fails(pictures) : sees(pictures)));
  }, 4);
  for (let second = 0; second < 600; second += 1) await advance(1000);
  expect([stuck, starts]).toEqual([0, expect.toSatisfy((count: number) => count > 4 && count < 20)]);
  all.lost = true;
  state.lost = true;
  room = 4;
  const looks = ['gate', 'yard', 'road'].map((camera) => own.look(camera, PICTURE, 0));
  expect(await Promise.all(looks)).toEqual([null, null, null]);
  all.lost = false;
  await advance(1000);
  expect(await own.look('gate', PICTURE, 0)).toEqual([]);
  expect(stuck).toBe(0);
});

it('a card is told, too, where looks are rare and go round its runners', async () => {
  const { state, own } = await load(async () => runner(fails), 4);
  for (let second = 0; second < 10; second += 1) await advance(1000);
  state.lost = true;
  for (let minute = 0; minute < 30 && stuck === 0; minute += 1) {
    expect(await own.look('gate', PICTURE, 0)).toBeNull();
    await advance(60_000);
  }
  expect(stuck).toBe(1);
});
