import { readFileSync } from 'node:fs';
import { messageOf } from '#base/errors';
import type { GraphShape, OutputShape } from '../detectors/layouts/layout.ts';
import { loadOnnxModel, readGraph, UnfitInput } from '../detectors/onnx-model.ts';
import { type CheckAnswer, type CheckJob, checkJobSchema } from './check-protocol.ts';
import { CardNeeded, recogniseModel } from './recognise.ts';
import { drawTestPicture } from './test-picture.ts';

/** A process that looks at the test picture with one model and says how that went. What it does not survive, its owner says. */

/** Looks that count, and how long they go on. */
const LEAST_LOOKS = 3;
const MOST_LOOKS = 20;
const LOOKS_MS = 2000;

type Bad = Extract<CheckAnswer, { kind: 'bad' }>;

/** Numbers that are none, or too few. */
class BadNumbers extends Error {}

async function check(job: CheckJob): Promise<CheckAnswer> {
  say({ kind: 'stage', stage: 'loading' });
  const { provider } = job;
  let graph: GraphShape;
  try {
    graph = await readGraph(job.path, [provider]);
  } catch (error) {
    // The processor takes every model: what it refuses is the model's fault.
    if (error instanceof UnfitInput || provider === 'cpu') return judged(error);
    return { kind: 'bad', problem: 'noProvider', detail: firstLine(messageOf(error)), cardExample: null };
  }
  let card = job.card;
  try {
    card ??= recogniseModel({ name: job.name, sha256: job.sha256, graph });
    const { model, look } = await loadOnnxModel(job.path, card, [provider]);
    say({ kind: 'stage', stage: 'looking' });
    const { width, height, layout } = model;
    const times: number[] = [];
    const picture = drawTestPicture(width, height);
    await look([picture], 0.01, inspect);
    // On the processor what counts is its time: others who use it now do not make the model slow.
    const spentMs = provider === 'cpu' ? cpuMs : () => performance.now();
    const startedMs = performance.now();
    for (; times.length < LEAST_LOOKS || (times.length < MOST_LOOKS && performance.now() - startedMs < LOOKS_MS); ) {
      const sinceMs = spentMs();
      await look([picture], card.threshold);
      times.push(spentMs() - sinceMs);
    }
    const msPerLook = Math.max(0.1, Math.round(median(times) * 10) / 10);
    const recognised = job.card === null;
    return { kind: 'good', card, recognised, layout: layout.name, width, height, msPerLook };
  } catch (error) {
    // Of what a card throws nobody can tell whose fault it is: the processor has the last word.
    const otherwise = card === null ? 'unknownOutputs' : 'badCard';
    return judged(error, provider === 'cpu' ? otherwise : 'noProvider');
  }
}

/** Floats that are numbers, and as many as the shapes say. */
function inspect(numbers: ReadonlyMap<string, Float32Array>, shapes: readonly OutputShape[]): void {
  for (const { name, dims } of shapes) {
    const values = numbers.get(name);
    if (values === undefined) throw new BadNumbers(`it gave no output ${name}`);
    const fixed = dims.slice(1).reduce((product, dim) => product * Math.max(1, dim), 1);
    if (values.length === 0 || values.length % fixed !== 0) {
      throw new BadNumbers(`output ${name} has ${values.length} numbers, which is not [${dims.join(', ')}]`);
    }
    if (!values.every(Number.isFinite)) throw new BadNumbers(`output ${name} has values that are no numbers`);
  }
}

function judged(error: unknown, otherwise: Bad['problem'] = 'notOnnx'): Bad {
  const detail = firstLine(messageOf(error));
  const bad = (problem: Bad['problem'], cardExample: string | null = null): Bad => ({
    ...{ kind: 'bad', problem, detail, cardExample },
  });
  if (error instanceof CardNeeded) return bad('noCard', error.example);
  if (error instanceof UnfitInput) return bad('wantsOther');
  if (error instanceof BadNumbers) return bad('badNumbers');
  if (/bad_alloc|allocat|out of memory/i.test(detail)) return bad('tooMuchMemory');
  return bad(otherwise);
}

/** Of this process. */
function cpuMs(): number {
  const { user, system } = process.cpuUsage();
  return (user + system) / 1000;
}

function median(values: readonly number[]): number {
  const sorted = [...values].sort((a, b) => a - b);
  return sorted[Math.floor(sorted.length / 2)] ?? 0;
}

function firstLine(text: string): string {
  return text.split('\n')[0]?.slice(0, 500) ?? '';
}

function say(answer: CheckAnswer): void {
  process.stdout.write(`${JSON.stringify(answer)}\n`);
}

const job = checkJobSchema.parse(JSON.parse(readFileSync(0, 'utf8')));
say(await check(job));
