import type { Clock } from '#base/clock';
import { messageOf } from '#base/errors';
import type { Logger } from '#base/log';
import type { Detection } from '#contracts/detection';
import type { Detector, DetectorModel } from './detector.ts';
import { createLookQueue } from './look-queue.ts';
import type { Picture } from './model.ts';
import type { ModelCard } from './model-card.ts';
import type { ModelRunner, RunnerData } from './model-runner.ts';
import { startProcessRunner } from './process-runner.ts';
import { startThreadRunner } from './thread-runner.ts';

/** A detector whose model can be exchanged while it works. */
export interface OnnxDetector extends Detector {
  /**
   * Loads a model, tries it on an empty picture, and looks with it from now on. Rejects with a sentence for an
   * administrator when it cannot be used: the one before stays. `providers`: for this model, instead of those of all.
   */
  load(path: string, card: ModelCard, providers?: readonly string[]): Promise<DetectorModel>;
  /**
   * Called when a model that ran with a graphics card has failed some times on end, and once for each that was loaded:
   * with another provider it may run. It is tried on meanwhile.
   */
  onStuck(listener: () => void): () => void;
}

export interface OnnxDetectorOptions {
  /** On the processor: one for each core that may be used. */
  readonly threads: number;
  /** Execution providers of ONNX Runtime, the best first. */
  readonly providers: readonly string[];
  readonly clock: Clock;
  readonly log: Logger;
  /** For tests: another way than threads on the processor and processes with a card. */
  readonly start?: (data: RunnerData) => Promise<ModelRunner>;
}

interface Look {
  readonly picture: Picture;
  readonly resolve: (seen: readonly Detection[] | null) => void;
}

/**
 * Processes that look with a graphics card: each keeps one core busy with handing it work, so there are never more than
 * threads there would be. docs/decisions/0010-graphics-cards.md has the figures.
 */
const MOST_ON_CARD = 4;
/** Failures on end of a card that is not waited for any longer. */
const STUCK = 3;
/** A runner that failed is started again after so long, and longer each time. */
const RESTART_MS = 1000;
const MOST_RESTART_MS = 60_000;

export function createOnnxDetector(options: OnnxDetectorOptions): OnnxDetector {
  const { clock, log } = options;
  const queue = createLookQueue<Look>();
  let crew: Crew | undefined;
  const stuckListeners = new Set<() => void>();
  let closed = false;
  let loading: Promise<unknown> = Promise.resolve();
  let [looks, dropped, failed, busyMs] = [0, 0, 0, 0];

  function drop(look: Look | undefined): void {
    if (look === undefined) return;
    dropped += 1;
    look.resolve(null);
  }

  const takeAll = (): readonly Look[] => queue.take(Number.POSITIVE_INFINITY);

  /** What looks with one model. */
  interface Crew {
    readonly model: DetectorModel;
    readonly most: number;
    /** Gives work to runners that have none. */
    dispatch(): void;
    /** `patient`: looks that run come to their end first. */
    leave(patient: boolean): Promise<void>;
  }

  interface CrewOptions {
    /** Runners at a time. */
    readonly most: number;
    start(): Promise<ModelRunner>;
    /** Called once, when they fail on end. */
    onStuck(): void;
  }

  function createCrew(model: DetectorModel, first: ModelRunner, { most, start, onStuck }: CrewOptions): Crew {
    const idle = new Set<ModelRunner>([first]);
    const all = new Set<ModelRunner>([first]);
    const running = new Set<Promise<void>>();
    let over = false;
    let failures = 0;
    let told = false;
    let cancelRestart: (() => void) | undefined;

    function dispatch(): void {
      for (const runner of idle) {
        const batch = over ? [] : queue.take(runner.mostPictures);
        if (batch.length === 0) return;
        idle.delete(runner);
        const working = work(runner, batch).finally(() => running.delete(working));
        running.add(working);
      }
    }

    async function work(runner: ModelRunner, batch: readonly Look[]): Promise<void> {
      try {
        const { seen, tookMs } = await runner.look(batch.map(({ picture }) => picture));
        looks += batch.length;
        busyMs += tookMs;
        failures = 0;
        for (const [at, look] of batch.entries()) look.resolve(seen[at] ?? []);
        if (over) return;
        idle.add(runner);
        dispatch();
      } catch (error) {
        failed += batch.length;
        for (const look of batch) look.resolve(null);
        if (over) return;
        log.warn({ model: model.name, reason: messageOf(error) }, 'a look at pictures failed; it starts again');
        all.delete(runner);
        await runner.close();
        countFailure();
        enlist();
      }
    }

    function countFailure(): void {
      failures += 1;
      if (failures === STUCK && !over && !told) {
        told = true;
        onStuck();
      }
    }

    /** Starts runners until there are enough of them. */
    function enlist(): void {
      if (over || cancelRestart !== undefined || all.size >= most) return;
      const waitMs = failures === 0 ? 0 : Math.min(MOST_RESTART_MS, RESTART_MS * 2 ** (failures - 1));
      cancelRestart = clock.after(waitMs, () => {
        start().then(join, (error: unknown) => {
          cancelRestart = undefined;
          countFailure();
          log.warn({ model: model.name, reason: messageOf(error) }, 'the model did not start again');
          enlist();
        });
      });
    }

    function join(runner: ModelRunner): void {
      cancelRestart = undefined;
      if (over) {
        void runner.close();
        return;
      }
      all.add(runner);
      idle.add(runner);
      dispatch();
      enlist();
    }

    enlist();
    return {
      model,
      most,
      dispatch,
      async leave(patient) {
        over = true;
        cancelRestart?.();
        if (patient) await Promise.all(running);
        await Promise.all([...all].map((runner) => runner.close()));
      },
    };
  }

  async function exchange(path: string, card: ModelCard, providers: readonly string[]): Promise<DetectorModel> {
    const data: RunnerData = { path, card, providers };
    const onProcessor = providers.every((name) => name === 'cpu');
    const startOne = options.start ?? (onProcessor ? startThreadRunner : startProcessRunner);
    const start = (): Promise<ModelRunner> => startOne(data);
    const first = await start();
    try {
      const { width, height } = first;
      await first.look([{ width, height, pixels: new Uint8Array(width * height * 3) }]);
      if (closed) throw new Error('the detector is closed');
    } catch (error) {
      await first.close();
      throw error;
    }
    const { name, licence, sha256, input, classes } = card;
    const model: DetectorModel = {
      ...{ name, licence, sha256, layout: first.layout, width: first.width, height: first.height },
      ...{ resize: input.resize, classes: classes.filter((label) => label !== null) },
    };
    const before = crew;
    // Made for the model before; this one may not take them.
    if (before !== undefined && !fits(before.model, model)) takeAll().forEach(drop);
    crew = createCrew(model, first, {
      most: onProcessor ? options.threads : Math.min(options.threads, MOST_ON_CARD),
      start,
      onStuck: () => {
        // Who cannot run with the processor will not run with anything.
        if (!onProcessor) for (const listener of stuckListeners) listener();
      },
    });
    log.info({ model: name, layout: first.layout }, 'objects are recognised');
    await before?.leave(true);
    crew.dispatch();
    return model;
  }

  return {
    get model() {
      return crew?.model ?? null;
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
      if (closed || crew === undefined) return Promise.resolve(null);
      if (!fits(picture, crew.model)) {
        // In a thread it would fail those that are looked at with it, and the runner.
        failed += 1;
        return Promise.resolve(null);
      }
      const asked = new Promise<readonly Detection[] | null>((resolve) => {
        drop(queue.push(cameraId, urgency, { picture, resolve }));
      });
      crew.dispatch();
      return asked;
    },
    figures: () => ({ looks, dropped, failed, waiting: queue.length, busyMs, runners: crew?.most ?? options.threads }),
    async close() {
      closed = true;
      await loading;
      takeAll().forEach(drop);
      await crew?.leave(false);
      crew = undefined;
    },
  };
}

type Size = Pick<Picture, 'width' | 'height'>;

const fits = (picture: Size, model: Size): boolean => picture.width <= model.width && picture.height <= model.height;
