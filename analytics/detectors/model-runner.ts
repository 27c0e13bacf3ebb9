import { setTimeout as delay } from 'node:timers/promises';
import type { Detection } from '#contracts/detection';
import type { Picture } from './model.ts';
import type { ModelCard } from './model-card.ts';

/** A model in a thread or a process of its own: looking blocks the thread that looks. */
export interface ModelRunner {
  readonly width: number;
  readonly height: number;
  readonly layout: string;
  readonly mostPictures: number;
  /** One call at a time. Rejects when the look failed; then, or when it took too long, the runner is to be closed. */
  look(pictures: readonly Picture[]): Promise<{ seen: readonly Detection[][]; tookMs: number }>;
  close(): Promise<void>;
}

export interface RunnerData {
  readonly path: string;
  readonly card: ModelCard;
  /** Execution providers of ONNX Runtime, the best first. */
  readonly providers: readonly string[];
}
export type RunnerRequest =
  | { readonly kind: 'load'; readonly data: RunnerData }
  | { readonly kind: 'look'; readonly id: number; readonly pictures: readonly Picture[] }
  /** It gives its model back and ends. */
  | { readonly kind: 'close' };
export type RunnerAnswer =
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

/** The way to the module `onnx-worker`, wherever it runs. */
export interface RunnerLink {
  /** The pixels of a look may move there: who gave them has them no more. */
  post(request: RunnerRequest): void;
  /** `onEnd` is called once, with how it ended; at once where it has. Returns how to stop listening. */
  listen(onAnswer: (answer: RunnerAnswer) => void, onEnd: (why: Error) => void): () => void;
  /** For one that does not end by itself. */
  abandon(): void;
}

const LOAD_MS = 60_000;
/** For each picture: a model that takes longer is of no use here. */
const LOOK_MS = 10_000;
const CLOSE_MS = 2000;

/**
 * Loads the model. Rejects with a sentence for an administrator when it cannot be used. When `signal` aborts meanwhile,
 * the link is abandoned at once.
 */
export async function startRunner(link: RunnerLink, data: RunnerData, signal?: AbortSignal): Promise<ModelRunner> {
  let lastId = 0;
  try {
    const isOver = (answer: RunnerAnswer): boolean => answer.kind === 'ready' || answer.kind === 'unusable';
    const loaded = answerOf(link, LOAD_MS, isOver, signal);
    link.post({ kind: 'load', data });
    const ready = await loaded;
    if (ready.kind !== 'ready') throw new Error(ready.kind === 'unusable' ? ready.reason : 'the model did not load');
    const { width, height, layout, mostPictures } = ready;
    return {
      ...{ width, height, layout, mostPictures },
      async look(pictures) {
        lastId += 1;
        const id = lastId;
        const answered = answerOf(link, LOOK_MS * pictures.length, (answer) => 'id' in answer && answer.id === id);
        link.post({ kind: 'look', id, pictures });
        const answer = await answered;
        if (answer.kind === 'failed') throw new Error(answer.reason);
        if (answer.kind !== 'seen') throw new Error('the model gave another answer');
        return answer;
      },
      close: () => end(link),
    };
  } catch (error) {
    if (signal?.aborted) link.abandon();
    else await end(link);
    throw error;
  }
}

function answerOf(
  link: RunnerLink,
  withinMs: number,
  is: (answer: RunnerAnswer) => boolean,
  signal?: AbortSignal,
): Promise<RunnerAnswer> {
  return new Promise((resolve, reject) => {
    const timer = setTimeout(() => {
      settle(() => reject(new Error(`the model did not answer within ${withinMs / 1000} s`)));
    }, withinMs);
    let stop: (() => void) | undefined;
    let settled = false;
    function settle(how: () => void): void {
      settled = true;
      clearTimeout(timer);
      signal?.removeEventListener('abort', abort);
      stop?.();
      how();
    }
    const abort = (): void => settle(() => reject(new Error('nobody wants the model any more')));
    if (signal?.aborted) return abort();
    signal?.addEventListener('abort', abort, { once: true });
    stop = link.listen(
      (answer) => {
        if (is(answer)) settle(() => resolve(answer));
      },
      (why) => settle(() => reject(why)),
    );
    if (settled) stop();
  });
}

/** It gives its model back and ends by itself, after the look that it is at. Nobody waits for that long. */
async function end(link: RunnerLink): Promise<void> {
  const over = new AbortController();
  let stop = (): void => {};
  const left = new Promise<void>((resolve) => {
    stop = link.listen(
      () => {},
      () => resolve(),
    );
  });
  link.post({ kind: 'close' });
  await Promise.race([left, delay(CLOSE_MS, undefined, { signal: over.signal }).catch(() => {})]);
  over.abort();
  stop();
  link.abandon();
}
