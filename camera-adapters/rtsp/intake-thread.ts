import type { Worker } from 'node:worker_threads';
import { z } from 'zod';
import type { Clock } from '#base/clock';
import type { Logger } from '#base/log';
import { endThread, startThread } from '#base/own-module';
import { type DirectIngest, type DirectRequest, GivenUp } from './direct-ingest.ts';
import {
  errorOfEnd,
  type IntakeNews,
  type IntakeOrder,
  type IntakeRequest,
  type IntakeThreadData,
  type OutboxLimits,
} from './intake-messages.ts';

/** Our own client, run by a thread of its own: its sockets, its packets and its fragments keep nobody here from answering. */
export interface IntakeThread extends DirectIngest {
  /** Runs that have not settled. */
  readonly streams: number;
  /** Ends the thread and what still runs, within a second. */
  end(): Promise<void>;
}

export interface IntakeThreadDeps extends Pick<IntakeThreadData, 'readTimeoutMs' | 'fragmentMs' | 'firstPictureMs'> {
  readonly clock: Clock;
  readonly log: Logger;
  readonly limits?: OutboxLimits;
  readonly start?: (data: IntakeThreadData) => Worker;
}

const MODULE = new URL('./intake-thread-worker', import.meta.url);
/** Of JavaScript's own heap; fragments lie outside of it. */
const HEAP = { maxOldGenerationSizeMb: 256, maxYoungGenerationSizeMb: 16 };
/** Half a minute of 2 Mbit/s, or four seconds of the 16 Mbit/s that few cameras reach. */
const LIMITS: OutboxLimits = { streamBytes: 8 * 2 ** 20, allBytes: 512 * 2 ** 20 };
const CLOSE_MS = 1000;
/** A farewell takes half a second: a thread that says nothing for so long after it was told to end a stream hangs. */
const HANGS_MS = 8000;
const HEAR_MS = 500;

interface Stream {
  readonly request: DirectRequest;
  settle(error: Error | null): void;
  /** When it was told to end; `null` before. By our monotonic clock. */
  toldMs: number | null;
}

/** Starts at once, and again with the next run after it was lost. What ran in a lost one rejects with `GivenUp`. */
export function createIntakeThread(deps: IntakeThreadDeps): IntakeThread {
  const { clock, log, limits = LIMITS, start = startIntake } = deps;
  const streams = new Map<number, Stream>();
  let worker: Worker | undefined = open();
  let lastStream = 0;
  let heardMs = 0;
  let closed = false;

  function open(): Worker {
    const taken = new SharedArrayBuffer(4);
    const count = new Int32Array(taken);
    const { readTimeoutMs, fragmentMs, firstPictureMs } = deps;
    const started = start({ readTimeoutMs, fragmentMs, firstPictureMs, logLevel: log.level, taken, limits });
    started.on('message', (crowd: readonly IntakeNews[]) => {
      if (started !== worker) return;
      heardMs = clock.monotonic();
      try {
        for (const news of crowd) take(news);
      } finally {
        Atomics.add(count, 0, 1);
      }
    });
    // A fault of the thread is told by its exit too.
    started.on('error', (error) => lose(started, error));
    started.on('exit', () => lose(started, new Error('it has ended')));
    return started;
  }

  function lose(lost: Worker, error: unknown): void {
    if (lost !== worker) return;
    worker = undefined;
    log.error({ err: error, streams: streams.size }, 'a thread that takes cameras in was lost');
    settleAll('the thread that took the camera in was lost');
  }

  function settleAll(reason: string): void {
    for (const { settle } of [...streams.values()]) settle(new GivenUp(reason));
  }

  function order(one: IntakeOrder): void {
    worker?.postMessage(one);
  }

  function take(news: IntakeNews): void {
    if (news.kind === 'log') {
      passOn(news.line, log);
      return;
    }
    const stream = streams.get(news.stream);
    if (stream === undefined) return;
    try {
      tell(stream, news);
    } catch (error) {
      log.error({ err: error, stream: stream.request.name }, 'a stream was given up by who takes it');
      order({ kind: 'abort', stream: news.stream });
      stream.settle(new GivenUp('the pictures could not be taken'));
    }
  }

  /** The thread may block for ever in a mistake of ours: what it takes in would be lost with nobody told. */
  function look(): void {
    const now = clock.monotonic();
    const hangs = [...streams.values()].some(
      ({ toldMs }) => toldMs !== null && now - Math.max(toldMs, heardMs) >= HANGS_MS,
    );
    const hanging = worker;
    if (!hangs || hanging === undefined) return;
    lose(hanging, new Error('it hangs'));
    void endThread(hanging, CLOSE_MS);
  }

  return {
    get streams() {
      return streams.size;
    },
    async run(request) {
      const { signal } = request;
      if (closed) throw new GivenUp('the program is ending');
      if (signal.aborted) return;
      worker ??= open();
      lastStream += 1;
      const number = lastStream;
      await new Promise<void>((resolve, reject) => {
        let cancel = (): void => {};
        const abort = (): void => {
          stream.toldMs = clock.monotonic();
          order({ kind: 'abort', stream: number });
          cancel = clock.after(HANGS_MS, () => {
            // After a pause of our own, what the thread has said meanwhile is heard first.
            cancel = clock.after(HEAR_MS, look);
          });
        };
        const stream: Stream = {
          request,
          toldMs: null,
          settle(error) {
            streams.delete(number);
            cancel();
            signal.removeEventListener('abort', abort);
            if (error === null || signal.aborted) resolve();
            else reject(error);
          },
        };
        streams.set(number, stream);
        signal.addEventListener('abort', abort, { once: true });
        order({ kind: 'run', stream: number, request: told(request) });
      });
    },
    async end() {
      closed = true;
      const last = worker;
      worker = undefined;
      settleAll('the program is ending');
      if (last !== undefined) await endThread(last, CLOSE_MS);
    },
  };
}

/** What of a request can be told to another thread, and nothing more. */
function told({ name, url, serverName, credentials, transport, g711 }: DirectRequest): IntakeRequest {
  const { username, password } = credentials;
  return { name, url, serverName, credentials: { username, password }, transport, g711 };
}

export function startIntake(data: IntakeThreadData): Worker {
  return startThread(MODULE, { workerData: data, resourceLimits: HEAP });
}

function tell({ request, settle }: Stream, news: Exclude<IntakeNews, { kind: 'log' }>): void {
  if (news.kind === 'fragment') request.sink.fragment(news.fragment);
  else if (news.kind === 'info') request.sink.info(news.info);
  else if (news.kind === 'clock') request.onClock?.(news.offsetMs);
  else if (news.kind === 'ended') settle(errorOfEnd(news.end));
  else for (let left = news.pictures; left > 0; left -= 1) request.onSkipped?.();
}

const lineSchema = z.looseObject({ level: z.number(), time: z.unknown(), msg: z.string().default('') });

/** Lines of the thread into our log, which blanks secrets. */
function passOn(line: string, log: Logger): void {
  const { level, time: _time, msg, ...fields } = lineSchema.parse(JSON.parse(line));
  if (level >= 50) log.error(fields, msg);
  else if (level >= 40) log.warn(fields, msg);
  else if (level >= 30) log.info(fields, msg);
  else log.debug(fields, msg);
}
