import { mkdtemp, readdir, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Readable } from 'node:stream';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import type { Database } from '#base/database';
import { silentLogger } from '#base/log';
import { createFakeClock } from '../../tests/fakes/clock.ts';
import { createTemporaryDatabase } from '../../tests/fakes/database.ts';
import * as odd from '../../tests/fakes/odd-models.ts';
import { redModel } from '../../tests/fakes/red-model.ts';
import { createOnnxDetector, type OnnxDetector } from '../detectors/onnx-detector.ts';
import { startThreadRunner } from '../detectors/thread-runner.ts';
import { type CheckResult, checkModel } from './check-model.ts';
import { chooseModel } from './model-choice.ts';
import { openModelFolder } from './model-folder.ts';
import { createModels, type Models } from './models.ts';

const { file: red, card } = redModel();
const signal = new AbortController().signal;

let path: string;
let database: Database;
let detector: OnnxDetector;
let clock: ReturnType<typeof createFakeClock>;
let models: Models;
let told: number;

async function open(providers: readonly string[] = ['cpu'], check?: typeof checkModel): Promise<void> {
  models = await createModels({
    ...{ database, detector, providers, threads: 1, clock, log: silentLogger(), check },
    folder: await openModelFolder(path),
  });
  models.onChanged(() => {
    told += 1;
  });
}
const put = (name: string, content: Buffer | string): Promise<void> => writeFile(join(path, name), content);
const upload = (name: string, content: Buffer | string) =>
  models.receive(name, Readable.from([Buffer.from(content)]), signal);

beforeEach(async () => {
  path = await mkdtemp(join(tmpdir(), 'tamnhin-models-'));
  database = await createTemporaryDatabase();
  clock = createFakeClock();
  told = 0;
  detector = createOnnxDetector({ threads: 1, providers: ['cpu'], clock, log: silentLogger() });
  await open();
});
afterEach(async () => {
  await models.close();
  await detector.close();
  await database.close();
  await rm(path, { recursive: true });
});

describe('what is looked with', () => {
  it('is nothing without a model, which is said, and what is dropped in is taken up', async () => {
    expect(models.active()).toEqual({ model: null, reason: 'starting' });
    await models.start();
    expect(models.active()).toEqual({ model: null, reason: 'none' });
    await put('red.json', JSON.stringify(card));
    await put('red.onnx', red);
    clock.advance(5000);
    await vi.waitFor(() => expect(models.active().model?.name).toBe('red'), 25_000);
    expect(models.active()).toEqual({
      model: { name: 'red', title: 'Red and blue', classes: ['person', 'car'] },
      reason: null,
    });
    expect(detector.model?.name).toBe('Red and blue');
    expect(told).toBeGreaterThan(0);
  });

  it('is what was chosen, also after a restart and by the command line, without being judged again', async () => {
    await put('a.onnx', odd.plainModel());
    await put('red.json', JSON.stringify(card));
    await put('red.onnx', red);
    await models.start();
    expect(models.active().model?.name).toBe('a');
    expect(await models.use('red')).toMatchObject({ active: true, chosen: true });
    await models.close();
    const before = await database.all('SELECT * FROM model_checks');

    await open();
    await models.start();
    expect(models.active().model?.name).toBe('red');
    expect(await database.all('SELECT * FROM model_checks')).toEqual(before);

    await chooseModel(database, 'a', clock.now());
    clock.advance(5000);
    await vi.waitFor(() => expect(models.active().model?.name).toBe('a'), 10_000);
  });

  it('is not what has failed: the program goes on, and the list says why', async () => {
    await put('broken.onnx', 'nothing');
    await chooseModel(database, 'broken', 1);
    await models.start();
    expect(models.active()).toEqual({ model: null, reason: 'unusable' });
    const { files } = await models.list();
    expect(files).toMatchObject([{ name: 'broken', chosen: true, active: false, check: { problem: 'notOnnx' } }]);
    await models.remove('broken');
    clock.advance(5000);
    await vi.waitFor(() => expect(models.active().reason).toBe('none'));
  });
});

describe('a model that is taken in', () => {
  it('is used at once where there is none, and kept beside the one that there is', async () => {
    await models.start();
    expect(await upload('first', odd.plainModel())).toMatchObject({ file: { active: true }, check: { good: true } });
    expect(await upload('second', odd.plainModel())).toMatchObject({ file: { active: false, state: 'checked' } });
    await expect(upload('first', odd.plainModel())).rejects.toMatchObject({
      kind: 'conflict',
      code: 'model.nameTaken',
    });
    await expect(models.remove('first')).rejects.toMatchObject({ code: 'model.inUse' });
    await models.remove('second');
    expect((await models.list()).files.map(({ name }) => name)).toEqual(['first']);
  });

  it('is not kept when nobody can use it, and the one before stays', async () => {
    await models.start();
    await upload('good', odd.plainModel());
    expect(await upload('bad', 'no model')).toMatchObject({ file: null, check: { problem: 'notOnnx' } });
    expect(await readdir(path)).toEqual(['good.onnx']);
    await put('slow.onnx', odd.brokenNumbersModel());
    await expect(models.use('slow')).rejects.toMatchObject({ kind: 'invalid', code: 'model.badNumbers' });
    expect(models.active().model?.name).toBe('good');
    expect(detector.model?.name).toBe('good');
  });

  it('waits for its card where it needs one', async () => {
    await models.start();
    const { file, check } = await upload('two', odd.twoClassModel());
    expect(file).toMatchObject({ name: 'two', hasCard: false, check: { problem: 'noCard' } });
    await expect(models.writeCard('two', '{"name":')).rejects.toMatchObject({ code: 'model.badCard' });
    const example = check.good ? '' : (check.cardExample ?? '');
    const other = example.replace(/"sha256": "\w+"/, `"sha256": "${'0'.repeat(64)}"`);
    expect(await models.writeCard('two', other)).toMatchObject({ check: { problem: 'wrongHash' } });
    expect(await models.writeCard('two', example.replace('class 1', 'boat'))).toMatchObject({ active: true });
    expect(models.active().model?.classes).toEqual(['boat', 'class 2']);
  });

  it('must not be larger than allowed, nor break off, nor lie elsewhere: nothing is left of it', async () => {
    const folder = await openModelFolder(path);
    const content = (): Readable => Readable.from([Buffer.alloc(600), Buffer.alloc(600)]);
    await expect(folder.receive('big', content(), { signal, mostBytes: 1000 })).rejects.toMatchObject({
      kind: 'tooLarge',
    });
    const broken = Readable.from(
      (async function* () {
        yield Buffer.alloc(10);
        throw new Error('the line broke');
      })(),
    );
    await expect(folder.receive('half', broken, { signal })).rejects.toThrow('the line broke');
    for (const name of ['../outside', '.hidden', 'a/b', 'a.onnx', '', 'x'.repeat(81)]) {
      await expect(folder.receive(name, content(), { signal })).rejects.toThrow();
      expect(await folder.find(name)).toBeUndefined();
    }
    expect(await readdir(path)).toEqual([]);
  });
});

it('says which execution providers do not work here', async () => {
  await models.close();
  await open(['openvino', 'cpu']);
  await put('a.onnx', odd.plainModel());
  await models.start();
  const { providers, files } = await models.list();
  expect(providers).toEqual([
    { name: 'openvino', fault: expect.stringContaining('not found') },
    { name: 'cpu', fault: null },
  ]);
  expect(files[0]?.check).toMatchObject({ facts: { provider: 'cpu' } });
});

describe('a graphics card', () => {
  const CARD = 'openvino';
  let works: boolean;
  /** The processor cannot do what the card can. */
  let tooLarge: 'tooSlow' | 'tooMuchMemory' | undefined;
  let judged: number;
  /** A check beside which the card works, or does not. What looks with it runs on the processor all the same. */
  const check: typeof checkModel = async (job, options) => {
    judged += 1;
    const result: CheckResult = await checkModel({ ...job, providers: ['cpu'] }, options);
    const isAsked = job.providers.includes(CARD);
    const failedProviders = isAsked && !works ? [{ name: CARD, reason: 'no driver' }] : [];
    if (tooLarge !== undefined && failedProviders.length > 0) {
      return { kind: 'bad', problem: tooLarge, detail: 'too slow', cardExample: null, failedProviders };
    }
    if (result.kind === 'bad') return result;
    return { ...result, provider: isAsked && works ? CARD : 'cpu', failedProviders };
  };
  const used = async () => (await models.list()).files[0]?.check;
  const withCard = () => expect.objectContaining({ facts: expect.objectContaining({ provider: CARD }) });
  const withProcessor = () => expect.objectContaining({ facts: expect.objectContaining({ provider: 'cpu' }) });
  /** Each way that the detector was started, by provider. */
  let started: string[];

  beforeEach(async () => {
    [works, tooLarge, judged, started] = [true, undefined, 0, []];
    await models.close();
    await detector.close();
    detector = createOnnxDetector({
      ...{ threads: 1, providers: ['cpu'], clock, log: silentLogger() },
      start: async (data) => {
        const [provider = ''] = data.providers;
        const lost = () => provider === CARD && !works;
        started.push(provider);
        if (lost()) throw new Error('no device');
        const runner = await startThreadRunner({ ...data, providers: ['cpu'] });
        const look: typeof runner.look = async (pictures) => {
          if (lost()) throw new Error('the device is lost');
          return runner.look(pictures);
        };
        return { ...runner, look };
      },
    });
    await put('a.onnx', odd.plainModel());
    await open([CARD, 'cpu'], check);
    await models.start();
    expect(await used()).toEqual(withCard());
  });

  async function restart(): Promise<void> {
    await models.close();
    await open([CARD, 'cpu'], check);
    await models.start();
  }

  it('that is gone at the next start is done without, and that is said', async () => {
    works = false;
    await restart();
    expect(models.active().model?.name).toBe('a');
    expect(await used()).toEqual(withProcessor());
    expect((await models.list()).providers).toEqual([
      { name: CARD, fault: 'no driver' },
      { name: 'cpu', fault: null },
    ]);
  });

  it('that is lost while it looks is done without after some tries', async () => {
    works = false;
    const { width, height } = detector.model ?? { width: 0, height: 0 };
    const look = () => detector.look('gate', { width, height, pixels: new Uint8Array(width * height * 3) }, 0);
    expect(await look()).toBeNull();
    // The check has a clock of its own that must not be hurried.
    await vi.waitFor(() => {
      if (judged === 1) clock.advance(1000);
      expect(judged).toBe(2);
    }, 25_000);
    await vi.waitFor(() => expect(started.at(-1)).toBe('cpu'), 25_000);
    expect(await look()).not.toBeNull();
    expect(await used()).toEqual(withProcessor());
    expect((await models.list()).providers[0]).toEqual({ name: CARD, fault: 'it failed again and again' });
  });

  it.each(['tooSlow', 'tooMuchMemory'] as const)('is waited for where the processor finds it %s', async (problem) => {
    [works, tooLarge] = [false, problem];
    await restart();
    expect(await used()).toMatchObject({ good: false, problem });
    works = true;
    await vi.waitFor(() => {
      clock.advance(5000);
      expect(judged).toBeGreaterThan(2);
    }, 25_000);
    await vi.waitFor(() => expect(models.active().model?.name).toBe('a'), 25_000);
    expect(await used()).toEqual(withCard());
  });

  it('is used again from the start at which it works, and good models are not judged for that', async () => {
    expect(judged).toBe(1);
    await restart();
    expect(judged).toBe(1);
    works = false;
    await restart();
    works = true;
    await restart();
    expect(await used()).toEqual(withCard());
    expect(started.at(-1)).toBe(CARD);
  });

  it('goes on looking where a check fails, which is shown all the same', async () => {
    [works, tooLarge] = [false, 'tooSlow'];
    expect(await models.check('a')).toMatchObject({ active: true, check: { good: false, problem: 'tooSlow' } });
    works = true;
    expect(await models.check('a')).toMatchObject({ active: true, check: withCard() });
    expect(started).toEqual([CARD]);
  });

  it('is used again when somebody has the model checked', async () => {
    works = false;
    await restart();
    works = true;
    await models.check('a');
    expect(await used()).toEqual(withCard());
    expect(started.at(-1)).toBe(CARD);
    expect((await models.list()).providers).toEqual([
      { name: CARD, fault: null },
      { name: 'cpu', fault: null },
    ]);
  });
});
