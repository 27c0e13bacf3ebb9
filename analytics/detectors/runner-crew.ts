import type { Clock } from '#base/clock';
import { messageOf } from '#base/errors';
import type { Logger } from '#base/log';
import type { Detection } from '#contracts/detection';
import type { Picture } from './model.ts';
import type { ModelRunner } from './model-runner.ts';

/** One picture that waits to be looked at. */
export interface Look {
  readonly picture: Picture;
  /** `null`: nobody could look at it. */
  readonly resolve: (seen: readonly Detection[] | null) => void;
}

/** What looks with one model, side by side: as many runners as there may be, and new ones for those that failed. */
export interface RunnerCrew {
  /** Gives work to runners that have none. */
  dispatch(): void;
  /** Nobody looks any more. `patient`: looks that run come to their end first. */
  leave(patient: boolean): Promise<void>;
}

export interface CrewOptions {
  /** Has been tried. */
  readonly first: ModelRunner;
  /** Runners at a time. */
  readonly most: number;
  readonly clock: Clock;
  readonly log: Logger;
  start(signal: AbortSignal): Promise<ModelRunner>;
  /** At most so many of what waits. */
  take(most: number): readonly Look[];
  onLooked(looks: number, tookMs: number): void;
  onFailed(looks: number): void;
  /** Called with each third failure on end; what failed is tried on meanwhile. */
  onStuck(): void;
}

/** A runner that failed is started again after so long, and longer each time. */
const RESTART_MS = 1000;
const MOST_RESTART_MS = 60_000;
/** Where looks succeeded and none failed for so long, what was before does not count any more. */
const CALM_MS = 2 * MOST_RESTART_MS;
const STUCK = 3;

export function createRunnerCrew(options: CrewOptions): RunnerCrew {
  const { first, most, clock, log } = options;
  const idle = new Set([first]);
  const all = new Set([first]);
  /** Started since the newest failure: those that die of one cause together are one failure. */
  const fresh = new Set([first]);
  const running = new Set<Promise<void>>();
  const gone = new AbortController();
  let failures = 0;
  let failedAtMs = 0;
  let worked = false;
  /** Until a runner is there, or has failed to start. */
  let cancelRestart: (() => void) | undefined;
  let cancelMore: (() => void) | undefined;

  function dispatch(): void {
    for (const runner of idle) {
      const batch = gone.signal.aborted ? [] : options.take(runner.mostPictures);
      if (batch.length === 0) return;
      idle.delete(runner);
      const working = work(runner, batch).finally(() => running.delete(working));
      running.add(working);
    }
  }

  async function work(runner: ModelRunner, batch: readonly Look[]): Promise<void> {
    try {
      const { seen, tookMs } = await runner.look(batch.map(({ picture }) => picture));
      options.onLooked(batch.length, tookMs);
      worked = true;
      for (const [at, look] of batch.entries()) look.resolve(seen[at] ?? []);
      if (gone.signal.aborted) return;
      idle.add(runner);
      dispatch();
    } catch (error) {
      options.onFailed(batch.length);
      for (const look of batch) look.resolve(null);
      if (gone.signal.aborted) return;
      log.warn({ reason: messageOf(error) }, 'a look at pictures failed; its runner starts again');
      all.delete(runner);
      await runner.close();
      if (fresh.has(runner)) countFailure();
      enlist();
    }
  }

  function countFailure(): void {
    fresh.clear();
    const nowMs = clock.monotonic();
    failures = worked && nowMs - failedAtMs > CALM_MS ? 1 : failures + 1;
    failedAtMs = nowMs;
    worked = false;
    if (failures % STUCK === 0 && !gone.signal.aborted) options.onStuck();
  }

  /** Starts runners until there are enough of them. */
  function enlist(): void {
    if (gone.signal.aborted || cancelRestart !== undefined || all.size >= most) return;
    if (cancelMore !== undefined && all.size > 0) return;
    cancelMore?.();
    cancelMore = undefined;
    const waitMs = failures === 0 ? 0 : Math.min(MOST_RESTART_MS, RESTART_MS * 2 ** (failures - 1));
    cancelRestart = clock.after(waitMs, () => {
      options.start(gone.signal).then(join, (error: unknown) => {
        cancelRestart = undefined;
        if (gone.signal.aborted) return;
        log.warn({ reason: messageOf(error) }, 'a runner of the model did not start');
        // Where others look there is no room for one more, and that says nothing of them.
        if (all.size === 0) countFailure();
        else cancelMore = clock.after(MOST_RESTART_MS, tryOneMore);
        enlist();
      });
    });
  }

  function tryOneMore(): void {
    cancelMore = undefined;
    enlist();
  }

  function join(runner: ModelRunner): void {
    cancelRestart = undefined;
    if (gone.signal.aborted) {
      void runner.close();
      return;
    }
    for (const set of [all, idle, fresh]) set.add(runner);
    dispatch();
    enlist();
  }

  enlist();
  return {
    dispatch,
    async leave(patient) {
      gone.abort();
      cancelRestart?.();
      cancelMore?.();
      if (patient) await Promise.all(running);
      await Promise.all([...all].map((runner) => runner.close()));
    },
  };
}
