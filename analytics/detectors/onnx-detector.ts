import type { Clock } from '#base/clock';
import { messageOf } from '#base/errors';
import type { Logger } from '#base/log';
import type { Detection } from '#contracts/detection';
import type { Detector, DetectorModel } from './detector.ts';
import { createLookQueue } from './look-queue.ts';
import type { Picture } from './model.ts';
import type { ModelCard } from './model-card.ts';
import { type ModelThread, startModelThread } from './onnx-thread.ts';

/** A detector whose model can be exchanged while it works. */
export interface OnnxDetector extends Detector {
  /**
   * Loads a model, tries it on an empty picture, and looks with it from now on. Rejects with a sentence for an
   * administrator when it cannot be used: the one before stays. `providers`: for this model, instead of those of all.
   */
  load(path: string, card: ModelCard, providers?: readonly string[]): Promise<DetectorModel>;
}

export interface OnnxDetectorOptions {
  /** One for each core that may be used. */
  readonly threads: number;
  /** Execution providers of ONNX Runtime, the best first. */
  readonly providers: readonly string[];
  readonly clock: Clock;
  readonly log: Logger;
}

interface Look {
  readonly picture: Picture;
  readonly resolve: (seen: readonly Detection[] | null) => void;
}

/** A thread that failed is started again after so long, and longer each time. */
const RESTART_MS = 1000;
const MOST_RESTART_MS = 60_000;

export function createOnnxDetector(options: OnnxDetectorOptions): OnnxDetector {
  const { clock, log } = options;
  const queue = createLookQueue<Look>();
  let crew: Crew | undefined;
  let closed = false;
  let loading: Promise<unknown> = Promise.resolve();
  let [looks, dropped, failed, busyMs] = [0, 0, 0, 0];

  function drop(look: Look | undefined): void {
    if (look === undefined) return;
    dropped += 1;
    look.resolve(null);
  }

  const takeAll = (): readonly Look[] => queue.take(Number.POSITIVE_INFINITY);

  /** The threads of one model. */
  interface Crew {
    readonly model: DetectorModel;
    /** Gives work to threads that have none. */
    dispatch(): void;
    /** `patient`: looks that run come to their end first. */
    leave(patient: boolean): Promise<void>;
  }

  function createCrew(model: DetectorModel, first: ModelThread, start: () => Promise<ModelThread>): Crew {
    const idle = new Set<ModelThread>([first]);
    const all = new Set<ModelThread>([first]);
    const running = new Set<Promise<void>>();
    let over = false;
    let failures = 0;
    let cancelRestart: (() => void) | undefined;

    function dispatch(): void {
      for (const thread of idle) {
        const batch = over ? [] : queue.take(thread.mostPictures);
        if (batch.length === 0) return;
        idle.delete(thread);
        const working = work(thread, batch).finally(() => running.delete(working));
        running.add(working);
      }
    }

    async function work(thread: ModelThread, batch: readonly Look[]): Promise<void> {
      try {
        const { seen, tookMs } = await thread.look(batch.map(({ picture }) => picture));
        looks += batch.length;
        busyMs += tookMs;
        failures = 0;
        for (const [at, look] of batch.entries()) look.resolve(seen[at] ?? []);
        if (over) return;
        idle.add(thread);
        dispatch();
      } catch (error) {
        failed += batch.length;
        for (const look of batch) look.resolve(null);
        if (over) return;
        log.warn({ model: model.name, reason: messageOf(error) }, 'a look at pictures failed; its thread starts again');
        all.delete(thread);
        await thread.close();
        failures += 1;
        enlist();
      }
    }

    /** Starts threads until there are enough of them. */
    function enlist(): void {
      if (over || cancelRestart !== undefined || all.size >= options.threads) return;
      const waitMs = failures === 0 ? 0 : Math.min(MOST_RESTART_MS, RESTART_MS * 2 ** (failures - 1));
      cancelRestart = clock.after(waitMs, () => {
        start().then(join, (error: unknown) => {
          cancelRestart = undefined;
          failures += 1;
          log.warn({ model: model.name, reason: messageOf(error) }, 'a thread of the model did not start');
          enlist();
        });
      });
    }

    function join(thread: ModelThread): void {
      cancelRestart = undefined;
      if (over) {
        void thread.close();
        return;
      }
      all.add(thread);
      idle.add(thread);
      dispatch();
      enlist();
    }

    enlist();
    return {
      model,
      dispatch,
      async leave(patient) {
        over = true;
        cancelRestart?.();
        if (patient) await Promise.all(running);
        await Promise.all([...all].map((thread) => thread.close()));
      },
    };
  }

  async function exchange(path: string, card: ModelCard, providers: readonly string[]): Promise<DetectorModel> {
    const start = (): Promise<ModelThread> => startModelThread({ path, card, providers });
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
    crew = createCrew(model, first, start);
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
    look(cameraId, picture, urgency) {
      if (closed || crew === undefined) return Promise.resolve(null);
      if (!fits(picture, crew.model)) {
        // In a thread it would fail those that are looked at with it, and the thread.
        failed += 1;
        return Promise.resolve(null);
      }
      const asked = new Promise<readonly Detection[] | null>((resolve) => {
        drop(queue.push(cameraId, urgency, { picture, resolve }));
      });
      crew.dispatch();
      return asked;
    },
    figures: () => ({ looks, dropped, failed, waiting: queue.length, busyMs }),
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
