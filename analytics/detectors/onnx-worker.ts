import { parentPort } from 'node:worker_threads';
import { messageOf } from '#base/errors';
import { beModest } from '#base/modest-thread';
import type { RunnerAnswer, RunnerData, RunnerRequest } from './model-runner.ts';
import { loadOnnxModel, type OnnxModel } from './onnx-model.ts';

/** A thread or a process that has one model: says what it is, then looks at what it is given. */

/** A tracker goes on with what it hardly sees: less than what is told, but no noise. */
const HARDLY = 0.15;

const port = parentPort;
/** Towards who started it, and how to end. */
const owner =
  port === null
    ? {
        say: (answer: RunnerAnswer): void => void process.send?.(answer),
        leave: (): void => process.disconnect(),
      }
    : { say: (answer: RunnerAnswer): void => port.postMessage(answer), leave: (): void => port.close() };

// Looks are left out when there is no time for them; pictures are not.
beModest();

let model: OnnxModel | undefined;
let threshold = HARDLY;
/** What it is at. */
let work: Promise<void> = Promise.resolve();

async function load({ path, card, providers }: RunnerData): Promise<void> {
  try {
    model = await loadOnnxModel(path, card, providers);
    threshold = Math.min(HARDLY, card.threshold);
    const { width, height, layout } = model.model;
    owner.say({ kind: 'ready', width, height, layout: layout.name, mostPictures: model.mostPictures });
  } catch (error) {
    owner.say({ kind: 'unusable', reason: messageOf(error) });
  }
}

async function look({ id, pictures }: Extract<RunnerRequest, { kind: 'look' }>): Promise<void> {
  const sinceMs = performance.now();
  try {
    const seen = (await model?.look(pictures, threshold)) ?? [];
    owner.say({ kind: 'seen', id, seen, tookMs: performance.now() - sinceMs });
  } catch (error) {
    owner.say({ kind: 'failed', id, reason: messageOf(error) });
  }
}

function take(request: RunnerRequest): void {
  if (request.kind === 'load') work = work.then(() => load(request.data));
  else if (request.kind === 'look') work = work.then(() => look(request));
  else
    work = work
      .then(() => model?.close())
      .catch(() => {})
      .finally(owner.leave);
}

if (port !== null) port.on('message', take);
else {
  process.on('message', take);
  // They come to the whole group or unit, and are the owner's to answer.
  process.on('SIGINT', () => {}).on('SIGTERM', () => {});
  // Whoever started it is gone: nobody wants what it is at.
  process.once('disconnect', () => process.exit());
}
