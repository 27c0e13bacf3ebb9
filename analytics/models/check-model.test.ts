import { createHash } from 'node:crypto';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { systemClock } from '#base/clock';
import * as odd from '../../tests/fakes/odd-models.ts';
import { redModel } from '../../tests/fakes/red-model.ts';
import type { ModelCard } from '../detectors/model-card.ts';
import { CHECK_LIMITS, type CheckResult, checkModel } from './check-model.ts';

let folder: string;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'tamnhin-check-'));
});
afterAll(() => rm(folder, { recursive: true }));

async function check(
  content: Buffer | string,
  more: { card?: ModelCard; looksMs?: number; module?: URL; providers?: string[]; signal?: AbortSignal } = {},
): Promise<CheckResult> {
  const path = join(folder, 'model.onnx');
  await writeFile(path, content);
  const sha256 = createHash('sha256').update(content).digest('hex');
  return checkModel(
    { path, name: 'model', sha256, card: more.card ?? null, providers: more.providers ?? ['cpu'] },
    {
      clock: systemClock,
      signal: more.signal ?? new AbortController().signal,
      limits: { ...CHECK_LIMITS, memoryMb: 1024, looksMs: more.looksMs ?? CHECK_LIMITS.looksMs },
      ...(more.module === undefined ? {} : { module: more.module }),
    },
  );
}

describe('a model that can be looked with', () => {
  it('is measured on the test picture', async () => {
    const { file, card } = redModel();
    const result = await check(file, { card });
    expect(result).toMatchObject({ kind: 'good', layout: 'yolox', width: 64, height: 64, recognised: false, card });
    expect(result.kind === 'good' && result.msPerLook).toBeGreaterThan(0);
  });

  it('is recognised without a card where its graph says enough', async () => {
    const result = await check(odd.plainModel());
    expect(result).toMatchObject({ kind: 'good', layout: 'yolox', recognised: true });
    expect(result.kind === 'good' && result.card).toMatchObject({ input: { channels: 'BGR' }, licence: 'unknown' });
    expect(result.kind === 'good' && result.card.classes).toHaveLength(80);
  });

  it('runs on the processor when a provider is not there, and says why', async () => {
    const result = await check(odd.plainModel(), { providers: ['openvino', 'cpu'] });
    expect(result).toMatchObject({ kind: 'good', provider: 'cpu' });
    expect(result.kind === 'good' && result.failedProviders).toMatchObject([
      { name: 'openvino', reason: expect.stringContaining('backend not found') },
    ]);
    expect(await check(odd.plainModel(), { providers: ['openvino'] })).toMatchObject({ problem: 'noProvider' });
  });

  it('runs on the processor when a driver takes the process with it', async () => {
    const { file, card } = redModel();
    const module = new URL('../../tests/fakes/bad-driver-check', import.meta.url);
    const failed = { name: 'webgpu', reason: expect.stringContaining('SIGSEGV') };
    expect(await check(file, { card, module, providers: ['webgpu', 'cpu'] })).toMatchObject({
      ...{ kind: 'good', provider: 'cpu', failedProviders: [failed] },
    });
  });
});

describe('a model that cannot', () => {
  it.each([
    ['no ONNX at all', () => 'a list of words', 'notOnnx'],
    ['half a file', () => redModel().file.subarray(0, 3000), 'notOnnx'],
    ['an empty file', () => '', 'notOnnx'],
    ['more than a picture', odd.otherInputModel, 'wantsOther'],
    ['outputs that nobody understands', odd.wordlessModel, 'unknownOutputs'],
    ['classes without names', odd.twoClassModel, 'noCard'],
    ['values that are no numbers', odd.brokenNumbersModel, 'badNumbers'],
    ['ten gigabytes', odd.hugeModel, 'tooMuchMemory'],
  ])('%s', async (_, content, problem) => {
    expect(await check(content())).toMatchObject({ kind: 'bad', problem, detail: expect.stringMatching(/\w/) });
  });

  it('says with what card one could begin', async () => {
    const result = await check(odd.twoClassModel());
    const example: unknown = JSON.parse((result.kind === 'bad' && result.cardExample) || 'null');
    expect(example).toMatchObject({ layout: 'yolox', classes: ['class 1', 'class 2'], input: { channels: 'BGR' } });
  });

  it('takes too long for a look: it is broken off', async () => {
    const sinceMs = performance.now();
    expect(await check(odd.slowModel(), { looksMs: 1500 })).toMatchObject({ kind: 'bad', problem: 'tooSlow' });
    expect(performance.now() - sinceMs).toBeLessThan(25_000);
  });

  it('brings its process down, and nothing else', async () => {
    const module = new URL('../../tests/fakes/crashing-process', import.meta.url);
    expect(await check(odd.plainModel(), { module })).toMatchObject({
      problem: 'crashed',
      detail: expect.stringMatching(/SIGABRT/),
    });
  });

  it('is left alone when nobody waits any more', async () => {
    const signal = AbortSignal.timeout(300);
    await expect(check(odd.slowModel(), { signal })).rejects.toThrow(/aborted|timeout/i);
  });
});
