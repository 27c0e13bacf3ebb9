import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, expect, it, vi } from 'vitest';
import { systemClock } from '#base/clock';
import { silentLogger } from '#base/log';
import { RED_MODEL_SIZE, redModel } from '../../tests/fakes/red-model.ts';
import { driverEnvironment } from './driver-environment.ts';
import type { Picture } from './model.ts';
import { createOnnxDetector, type OnnxDetector, type OnnxDetectorOptions, startFor } from './onnx-detector.ts';
import { startProcessRunner } from './process-runner.ts';
import { startThreadRunner } from './thread-runner.ts';

const { file, card } = redModel();
/** It never says anything. */
const DEAF = new URL('../../tests/fakes/deaf-process', import.meta.url);
const DYING = new URL('../../tests/fakes/dying-model', import.meta.url);
let folder: string;
let path: string;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'tamnhin-runner-'));
  path = join(folder, 'red.onnx');
  await writeFile(path, file);
});
afterAll(() => rm(folder, { recursive: true }));

let detector: OnnxDetector | undefined;
afterEach(async () => {
  vi.unstubAllEnvs();
  await detector?.close();
  detector = undefined;
});
function open(start: NonNullable<OnnxDetectorOptions['start']>): OnnxDetector {
  detector = createOnnxDetector({ threads: 2, providers: ['cpu'], clock: systemClock, log: silentLogger(), start });
  return detector;
}

/** Grey, with a red square. The pixels stand in the midst of a larger buffer. */
function picture(): Picture {
  const bytes = RED_MODEL_SIZE ** 2 * 3;
  const pixels = new Uint8Array(bytes + 64).subarray(32, 32 + bytes).fill(90);
  for (let y = 32; y < 48; y += 1) {
    for (let x = 16; x < 32; x += 1) pixels.set([250, 10, 10], (y * RED_MODEL_SIZE + x) * 3);
  }
  return { width: RED_MODEL_SIZE, height: RED_MODEL_SIZE, pixels };
}

it('sees in a process what it sees in a thread', async () => {
  const data = { path, card, providers: ['cpu'] };
  const runners = await Promise.all([startThreadRunner(data), startProcessRunner(data)]);
  try {
    const [inThread, inProcess] = await Promise.all(runners.map((runner) => runner.look([picture()])));
    expect(inThread?.seen[0]?.length).toBeGreaterThan(0);
    expect(inProcess?.seen).toEqual(inThread?.seen);
  } finally {
    await Promise.all(runners.map((runner) => runner.close()));
  }
});

it('says why a model cannot be used there', async () => {
  const broken = join(folder, 'broken.onnx');
  await writeFile(broken, 'no model');
  await expect(startProcessRunner({ path: broken, card, providers: ['cpu'] })).rejects.toThrow(/protobuf/i);
  await expect(startProcessRunner({ path, card, providers: ['openvino'] })).rejects.toThrow('openvino');
});

it('says how the process ended, and leaves none behind that does not hear', async () => {
  const runner = await startProcessRunner({ path, card, providers: ['cpu'] }, undefined, DYING);
  await runner.look([picture()]);
  await expect(runner.look([picture()])).rejects.toThrow('ended with SIGSEGV: the device is lost');
  await expect(runner.look([picture()])).rejects.toThrow('SIGSEGV');
  await runner.close();
  const deaf = await startProcessRunner({ path, card, providers: ['cpu'] }, undefined, DYING);
  await deaf.close();
  await expect(deaf.look([picture()])).rejects.toThrow('ended');
});

it('goes on after a process that died: only the looks that it was at are lost', async () => {
  let started = 0;
  const { look, load, figures } = open((data) => {
    started += 1;
    return startProcessRunner(data, undefined, started === 1 ? DYING : undefined);
  });
  // Its first look is the one that it is tried with.
  await load(path, card);
  expect(await look('gate', picture(), 0)).toBeNull();
  await expect.poll(() => look('gate', picture(), 0), { timeout: 20_000 }).not.toBeNull();
  expect(figures().failed).toBe(1);
});

it('runs with a card in processes, and on the processor in threads', () => {
  expect(startFor(['webgpu'])).toBe(startProcessRunner);
  expect(startFor(['cuda', 'cpu'])).toBe(startProcessRunner);
  expect(startFor(['cpu'])).toBe(startThreadRunner);
});

it('ends with the detector while it loads', async () => {
  let starting = false;
  const own = open((data, signal) => {
    starting = true;
    return startProcessRunner(data, signal, DEAF);
  });
  const loaded = own.load(path, card, ['webgpu']).catch((error: unknown) => error);
  await expect.poll(() => starting).toBe(true);
  await own.close();
  expect(String(await loaded)).toContain('nobody wants the model');
});

it('gives drivers what they go by, and no secret', () => {
  vi.stubEnv('TAMNHIN_ADMIN_PASSWORD', 'a secret');
  vi.stubEnv('NVIDIA_API_KEY', 'a key');
  vi.stubEnv('CUDA_VISIBLE_DEVICES', '1');
  const environment = driverEnvironment();
  expect(environment).toMatchObject({ CUDA_VISIBLE_DEVICES: '1', PATH: process.env.PATH });
  expect(JSON.stringify(environment)).not.toMatch(/a secret|a key/);
});
