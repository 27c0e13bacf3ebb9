import { type Clock, wait } from '#base/clock';
import { Fault, messageOf } from '#base/errors';
import type { Logger } from '#base/log';
import { backOff } from '#base/retry';
import type { Fragment, StreamInfo, StreamKey, Transcoder } from '#contracts/media';
import type { LiveConfig } from '../../config/schema.ts';
import { createHub, type Hub } from './hub.ts';
import type { LiveStream } from './live-stream.ts';
import type { StreamReader } from './stream-reader.ts';

/**
 * H.264 for browsers that cannot play what a camera sends: one transcoder for each stream that somebody needs, shared
 * by all who do, and stopped `transcodeLingerMs` after the last. Its output is a hub of its own, so that whoever reads
 * it reads it like any camera.
 */
export interface Transcodes {
  /**
   * The stream as H.264; reading it starts the transcoder. Throws `Fault` `tooMany` / `transcode.tooMany` when
   * `maxTranscoders` are busy with other streams.
   */
  stream(key: StreamKey): LiveStream;
  /** Ends what belongs to a camera. */
  drop(cameraId: string): void;
  /** Transcoders that run or are about to be restarted. */
  readonly active: number;
  /** Resolves when no transcoder is left. */
  close(): Promise<void>;
}

const RETRY = { firstMs: 1000, maxMs: 30_000 };

interface Worker {
  readonly key: StreamKey;
  readonly controller: AbortController;
  readonly done: Promise<void>;
  /** Takes back the end that was announced when the last reader left. */
  cancelEnd: (() => void) | undefined;
}

export function createTranscodes(deps: {
  hub: Hub;
  transcoder: Transcoder;
  config: LiveConfig;
  clock: Clock;
  log: Logger;
}): Transcodes {
  const { hub, transcoder, config, clock, log } = deps;
  const output = createHub({ config, clock, log });
  const workers = new Map<string, Worker>();
  /** Told to stop, not gone yet. */
  const ending = new Set<Promise<void>>();

  output.onDemand((key, wanted) => {
    const worker = workers.get(nameOf(key));
    if (wanted) {
      worker?.cancelEnd?.();
      if (worker !== undefined) worker.cancelEnd = undefined;
      else if (workers.size < config.maxTranscoders) start(key);
      else log.warn({ camera: key.cameraId }, 'no transcoder is free');
    } else if (worker !== undefined) {
      worker.cancelEnd?.();
      worker.cancelEnd = clock.after(config.transcodeLingerMs, () => stop(worker));
    }
  });

  function start(key: StreamKey): void {
    const controller = new AbortController();
    workers.set(nameOf(key), { key, controller, done: work(key, controller.signal), cancelEnd: undefined });
  }

  /** The place is free for others at once; the process behind it ends in its own time. */
  function stop(worker: Worker): void {
    worker.cancelEnd?.();
    worker.controller.abort();
    workers.delete(nameOf(worker.key));
    ending.add(worker.done);
    void worker.done.finally(() => ending.delete(worker.done));
  }

  async function work(key: StreamKey, signal: AbortSignal): Promise<void> {
    const retry = backOff(RETRY);
    while (!signal.aborted) {
      try {
        await attempt(key, signal, () => retry.reset());
      } catch (error) {
        log.warn({ camera: key.cameraId, stream: key.role, reason: messageOf(error) }, 'transcoder failed');
      }
      if (!signal.aborted) await wait(clock, retry.next(), signal);
    }
  }

  /** Runs until the camera changes its stream, the transcoder fails or nobody needs it any more. */
  async function attempt(key: StreamKey, signal: AbortSignal, onPicture: () => void): Promise<void> {
    const reader = hub.stream(key).read({ from: 'latestGroup' });
    try {
      let next = await firstInfo(reader, signal);
      const sink = output.sinkFor(key);
      while (next !== undefined && !signal.aborted) {
        const run = generationOf(reader, next, signal);
        await transcoder.run(
          { info: next, fragments: run.fragments },
          {
            info: (info) => sink.info(info),
            fragment: (fragment) => {
              onPicture();
              sink.fragment(fragment);
            },
          },
          signal,
        );
        next = run.following();
      }
    } finally {
      reader.close();
    }
  }

  return {
    stream(key) {
      if (!workers.has(nameOf(key)) && workers.size >= config.maxTranscoders) {
        throw new Fault('tooMany', 'transcode.tooMany', `all ${config.maxTranscoders} transcoders are in use`, {
          retryAfterMs: config.transcodeLingerMs,
        });
      }
      return output.stream(key);
    },
    drop(cameraId) {
      for (const worker of [...workers.values()]) if (worker.key.cameraId === cameraId) stop(worker);
      output.drop(cameraId);
    },
    get active() {
      return workers.size;
    },
    async close() {
      for (const worker of [...workers.values()]) stop(worker);
      output.close();
      await Promise.allSettled(ending);
    },
  };
}

const nameOf = (key: StreamKey): string => `${key.cameraId}/${key.role}`;

async function firstInfo(reader: StreamReader, signal: AbortSignal): Promise<StreamInfo | undefined> {
  for (;;) {
    const item = await reader.next(signal);
    if (item === undefined || item.type === 'end') return undefined;
    if (item.type === 'info') return item.info;
  }
}

/** The fragments of one generation; a loss inside it shows in their times and starts again at a key frame. */
function generationOf(
  reader: StreamReader,
  info: StreamInfo,
  signal: AbortSignal,
): { fragments: AsyncIterable<Fragment>; following: () => StreamInfo | undefined } {
  let following: StreamInfo | undefined;
  async function* read(): AsyncGenerator<Fragment> {
    for (;;) {
      const item = await reader.next(signal);
      if (item === undefined || item.type === 'end') return;
      if (item.type === 'info' && item.info !== info) {
        following = item.info;
        return;
      }
      if (item.type === 'fragment') yield item.fragment;
    }
  }
  return { fragments: read(), following: () => following };
}
