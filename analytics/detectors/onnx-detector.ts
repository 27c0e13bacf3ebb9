import type { Clock } from '#base/clock';
import type { Logger } from '#base/log';
import type { Detection } from '#contracts/detection';
import type { Detector, DetectorModel } from './detector.ts';
import { createLookQueue } from './look-queue.ts';
import type { Picture } from './model.ts';
import type { ModelCard } from './model-card.ts';
import type { ModelRunner, RunnerData } from './model-runner.ts';
import { startProcessRunner } from './process-runner.ts';
import { createRunnerCrew, type Look, type RunnerCrew } from './runner-crew.ts';
import { startThreadRunner } from './thread-runner.ts';

/** A detector whose model can be exchanged while it works. */
export interface OnnxDetector extends Detector {
  /**
   * Loads a model, tries it on an empty picture, and looks with it from now on. Rejects with a sentence for an
   * administrator when it cannot be used: the one before stays. `providers`: for this model, instead of those of all.
   */
  load(path: string, card: ModelCard, providers?: readonly string[]): Promise<DetectorModel>;
  /**
   * Called when a model that looks with a graphics card has failed three times on end, and with each third failure
   * behind that: with another provider it may look. It is tried on meanwhile.
   */
  onStuck(listener: () => void): () => void;
}

/** `signal`: nobody wants it any more. */
export type StartRunner = (data: RunnerData, signal: AbortSignal) => Promise<ModelRunner>;

export interface OnnxDetectorOptions {
  /** On the processor: one for each core that may be used. */
  readonly threads: number;
  /** Execution providers of ONNX Runtime, the best first. */
  readonly providers: readonly string[];
  readonly clock: Clock;
  readonly log: Logger;
  /** For tests: another way than threads on the processor and processes with a card. */
  readonly start?: StartRunner;
}

/**
 * Processes that look with a graphics card: each keeps one core busy with handing it work, so there are never more than
 * threads there would be. docs/decisions/0010-graphics-cards.md has the figures.
 */
const MOST_ON_CARD = 4;

const isOnProcessor = (providers: readonly string[]): boolean => providers.every((name) => name === 'cpu');

/** Where a model runs with these. */
export function startFor(providers: readonly string[]): StartRunner {
  return isOnProcessor(providers) ? startThreadRunner : startProcessRunner;
}

export function createOnnxDetector(options: OnnxDetectorOptions): OnnxDetector {
  const { clock, log } = options;
  const queue = createLookQueue<Look>();
  const closing = new AbortController();
  const stuckListeners = new Set<() => void>();
  let active: { readonly model: DetectorModel; readonly crew: RunnerCrew } | undefined;
  let loading: Promise<unknown> = Promise.resolve();
  let [looks, dropped, failed, busyMs] = [0, 0, 0, 0];

  function drop(look: Look | undefined): void {
    if (look === undefined) return;
    dropped += 1;
    look.resolve(null);
  }

  const takeAll = (): readonly Look[] => queue.take(Number.POSITIVE_INFINITY);

  async function exchange(path: string, card: ModelCard, providers: readonly string[]): Promise<DetectorModel> {
    const startOne = options.start ?? startFor(providers);
    const start = async (signal: AbortSignal): Promise<ModelRunner> => startOne({ path, card, providers }, signal);
    const first = await start(closing.signal);
    try {
      const { width, height } = first;
      await first.look([{ width, height, pixels: new Uint8Array(width * height * 3) }]);
      if (closing.signal.aborted) throw new Error('the detector is closed');
    } catch (error) {
      await first.close();
      throw error;
    }
    const { name, licence, sha256, input, classes } = card;
    const model: DetectorModel = {
      ...{ name, licence, sha256, layout: first.layout, width: first.width, height: first.height },
      ...{ resize: input.resize, classes: classes.filter((label) => label !== null) },
    };
    const before = active;
    // Made for the model before; this one may not take them.
    if (before !== undefined && !fits(before.model, model)) takeAll().forEach(drop);
    const onProcessor = isOnProcessor(providers);
    const crew = createRunnerCrew({
      ...{ first, start, clock, log: log.child({ model: name }) },
      most: onProcessor ? options.threads : Math.min(options.threads, MOST_ON_CARD),
      take: (most) => queue.take(most),
      onLooked(count, tookMs) {
        looks += count;
        busyMs += tookMs;
      },
      onFailed(count) {
        failed += count;
      },
      onStuck() {
        // What fails on the processor has nothing to fall back to.
        if (!onProcessor) for (const listener of stuckListeners) listener();
      },
    });
    active = { model, crew };
    log.info({ model: name, layout: first.layout }, 'objects are recognised');
    await before?.crew.leave(true);
    crew.dispatch();
    return model;
  }

  return {
    get model() {
      return active?.model ?? null;
    },
    load(path, card, providers = options.providers) {
      const loaded = loading.then(() => exchange(path, card, providers));
      loading = loaded.catch(() => {});
      return loaded;
    },
    onStuck(listener) {
      stuckListeners.add(listener);
      return () => stuckListeners.delete(listener);
    },
    look(cameraId, picture, urgency) {
      if (closing.signal.aborted || active === undefined) return Promise.resolve(null);
      if (!fits(picture, active.model)) {
        // In a runner it would fail those that are looked at with it, and the runner.
        failed += 1;
        return Promise.resolve(null);
      }
      const asked = new Promise<readonly Detection[] | null>((resolve) => {
        drop(queue.push(cameraId, urgency, { picture, resolve }));
      });
      active.crew.dispatch();
      return asked;
    },
    figures: () => ({ looks, dropped, failed, waiting: queue.length, busyMs }),
    async close() {
      closing.abort();
      await loading;
      takeAll().forEach(drop);
      await active?.crew.leave(false);
      active = undefined;
    },
  };
}

type Size = Pick<Picture, 'width' | 'height'>;

const fits = (picture: Size, model: Size): boolean => picture.width <= model.width && picture.height <= model.height;
