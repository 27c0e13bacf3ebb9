import { setTimeout as delay } from 'node:timers/promises';
import type { Worker } from 'node:worker_threads';
import { startThread } from '#base/own-module';
import type { Detection } from '#contracts/detection';
import type { Picture } from './model.ts';
import type { ModelCard } from './model-card.ts';

/** A model in a thread of its own: looking blocks the thread that looks. */
export interface ModelThread {
  readonly width: number;
  readonly height: number;
  readonly layout: string;
  readonly mostPictures: number;
  /** One call at a time. Rejects when the look failed; then, or when it took too long, the thread is to be closed. */
  look(pictures: readonly Picture[]): Promise<{ seen: readonly Detection[][]; tookMs: number }>;
  close(): Promise<void>;
}

export interface ModelThreadData {
  readonly path: string;
  readonly card: ModelCard;
  readonly providers: readonly string[];
}
export type ModelRequest =
  | { readonly kind: 'look'; readonly id: number; readonly pictures: readonly Picture[] }
  /** The thread gives its model back and ends. */
  | { readonly kind: 'close' };
export type ModelAnswer =
  | {
      readonly kind: 'ready';
      readonly width: number;
      readonly height: number;
      readonly layout: string;
      readonly mostPictures: number;
    }
  | { readonly kind: 'unusable'; readonly reason: string }
  | { readonly kind: 'seen'; readonly id: number; readonly seen: Detection[][]; readonly tookMs: number }
  | { readonly kind: 'failed'; readonly id: number; readonly reason: string };

const MODULE = new URL('./onnx-worker', import.meta.url);
const LOAD_MS = 60_000;
/** For each picture: a model that takes longer is of no use here. */
const LOOK_MS = 10_000;
const CLOSE_MS = 2000;
/** `threadId` of a thread that has ended. */
const GONE = -1;

/** Loads the model. Rejects with a sentence for an administrator when it cannot be used. */
export async function startModelThread(data: ModelThreadData): Promise<ModelThread> {
  const worker = startThread(MODULE, { workerData: data });
  let lastId = 0;
  try {
    const ready = await answerOf(worker, LOAD_MS, (answer) => answer.kind === 'ready' || answer.kind === 'unusable');
    if (ready.kind !== 'ready') throw new Error(ready.kind === 'unusable' ? ready.reason : 'the model did not load');
    const { width, height, layout, mostPictures } = ready;
    return {
      ...{ width, height, layout, mostPictures },
      async look(pictures) {
        lastId += 1;
        const id = lastId;
        const answered = answerOf(worker, LOOK_MS * pictures.length, (answer) => 'id' in answer && answer.id === id);
        const request: ModelRequest = { kind: 'look', id, pictures };
        worker.postMessage(request, transferred(pictures));
        const answer = await answered;
        if (answer.kind === 'failed') throw new Error(answer.reason);
        if (answer.kind !== 'seen') throw new Error('the model gave another answer');
        return answer;
      },
      close: () => end(worker),
    };
  } catch (error) {
    await end(worker);
    throw error;
  }
}

/** The pixels move to the thread: nothing is copied, and who gave them has them no more. */
function transferred(pictures: readonly Picture[]): ArrayBuffer[] {
  const buffers = pictures.map(({ pixels }) => pixels.buffer);
  return [...new Set(buffers)].filter((buffer) => buffer instanceof ArrayBuffer);
}

function answerOf(worker: Worker, withinMs: number, is: (answer: ModelAnswer) => boolean): Promise<ModelAnswer> {
  return new Promise((resolve, reject) => {
    const timer = setTimeout(() => {
      settle(() => reject(new Error(`the model did not answer within ${withinMs / 1000} s`)));
    }, withinMs);
    const onMessage = (answer: ModelAnswer): void => {
      if (is(answer)) settle(() => resolve(answer));
    };
    const onError = (error: unknown): void => settle(() => reject(error));
    const onExit = (): void => settle(() => reject(new Error('the thread of the model has ended')));
    function settle(how: () => void): void {
      clearTimeout(timer);
      worker.off('message', onMessage).off('error', onError).off('exit', onExit);
      how();
    }
    worker.on('message', onMessage).on('error', onError).on('exit', onExit);
  });
}

/**
 * The thread gives its model back and ends by itself, after the look that it is at: one that is broken off in the midst
 * of a look takes the whole process with it. Nobody waits for that long.
 */
async function end(worker: Worker): Promise<void> {
  worker.on('error', () => {});
  if (worker.threadId === GONE) return;
  const over = new AbortController();
  const left = new Promise<void>((resolve) => worker.once('exit', () => resolve()));
  const request: ModelRequest = { kind: 'close' };
  worker.postMessage(request);
  await Promise.race([left, delay(CLOSE_MS, undefined, { signal: over.signal }).catch(() => {})]);
  over.abort();
  worker.unref();
}
