import { setImmediate as immediate } from 'node:timers/promises';
import { type Clock, within } from '#base/clock';
import type { Database } from '#base/database';
import type { Logger } from '#base/log';
import type { NewEvent } from '#contracts/events';
import type { RetentionAnswer, RetentionPlan, RetentionQuestion } from '#contracts/recordings';
import { isReadable } from './disk-path.ts';
import { HANGS_MS } from './disks.ts';
import { createForecasts, type Forecast } from './forecast.ts';
import { createFreeSpace } from './free-space.ts';
import type { Holds } from './holds.ts';
import type { Disk, Disks } from './interfaces.ts';
import { type DueSegment, dueOf, GIB, type Retention } from './retention-due.ts';
import { startPlan } from './retention-plan.ts';
import { createRetentionQuestions } from './retention-questions.ts';
import { type Removed, removeSegments } from './segment-removal.ts';
import type { Segment, SegmentStore } from './segment-store.ts';

/**
 * Lets recordings go when their time is over, and the oldest of a disk when its free space is. It works in small steps,
 * one a second, so that writing never waits for it. What touches a hold never goes.
 *
 * A wrong number in a policy, or a clock that jumps, must not empty the archive: a pass that would take more than half
 * of what lies on a disk asks a person first. What free space needs at once is not asked for: without it recording
 * would stop.
 */
export interface RetentionKeeper {
  start(): void;
  /** A whole pass without pauses; for commands and tests. Rejects when the index cannot be read. */
  pass(): Promise<void>;
  /** What a pass would take now; nothing is touched. */
  plan(): Promise<RetentionPlan>;
  /** Passes that wait for a person, one for each disk at most, of disks that are there. */
  questions(): readonly RetentionQuestion[];
  /**
   * "delete" lets the pass run that was asked for, as far as the person was shown it; it begins at once. "keep": nothing
   * goes by policy on this disk until somebody says otherwise. Throws `Fault`: `retention.nothingAsked`,
   * `retention.changed`.
   */
  answer(diskId: string, answer: RetentionAnswer, by: string): Promise<RetentionQuestion>;
  forecast(disk: Disk): Promise<Forecast>;
  /** What stays free on this disk. */
  floorBytes(disk: Disk): number;
  /** Resolves when the present step is done. */
  stop(): Promise<void>;
}

export interface RetentionOptions {
  readonly database: Database;
  readonly store: SegmentStore;
  readonly disks: Disks;
  readonly holds: Pick<Holds, 'covers' | 'list'>;
  /** Also of cameras that are not registered any more. */
  readonly retentionOf: (cameraId: string) => Retention;
  /** GiB that stay free on each disk. */
  readonly freeGigabytes: number;
  readonly append: (event: NewEvent) => Promise<unknown>;
  readonly clock: Clock;
  readonly log: Logger;
  /** Between two looks at policies. Each reads a part of the whole index. */
  readonly passEveryMs?: number;
}

const STEP_MS = 1000;
/** Deletions in a step. */
const STEP = 20;
const PASS_EVERY_MS = 600_000;

export async function createRetention(options: RetentionOptions): Promise<RetentionKeeper> {
  const { database, store, disks, holds, retentionOf, append, clock, log, passEveryMs = PASS_EVERY_MS } = options;
  const questions = await createRetentionQuestions({ database, clock, onAsked: ask });
  let working: Promise<unknown> = Promise.resolve();
  let busy = false;
  let stopped = false;
  let nextPassMs = 0;
  let openGate: (() => void) | undefined;
  let stopTimer: (() => void) | undefined;

  const mayGo = (segment: Segment): boolean => !holds.covers(segment.cameraId, segment.startMs, segment.endMs);
  // A floor that the disk cannot have would empty it and still not be met.
  const floorOf = (disk: Disk): number => Math.min(options.freeGigabytes * GIB, disk.totalBytes / 2);
  /** Disks whose last step has not returned; nothing more is asked of them until it does. */
  const silent = new Set<string>();
  const isUsable = (disk: Disk | undefined): disk is Disk =>
    isReadable(disk) && (disk.state !== 'failed' || disk.noRoom === true) && !silent.has(disk.id);
  const forecast = createForecasts({ store, retentionOf, floorOf, clock });

  function tell(event: NewEvent): void {
    append(event).catch((error: unknown) => log.warn({ err: error, type: event.type }, 'an event was not stored'));
  }

  /** Waits for no disk that does not answer: the others fill up meanwhile. */
  async function remove(disk: Disk, segments: readonly Segment[]): Promise<Removed> {
    const removing = removeSegments(store, disk, segments, { mayGo, nowMs: clock.now() });
    const done = await within<Removed | undefined>(clock, HANGS_MS, removing, undefined);
    if (done === undefined) {
      silent.add(disk.id);
      removing
        .catch((error: unknown) => log.warn({ err: error, disk: disk.id }, 'a late deletion failed'))
        .finally(() => silent.delete(disk.id));
    }
    const why = 'the disk does not answer';
    const outcome = done ?? { bytes: 0, segments: 0, refused: segments.map((segment) => ({ segment, why })) };
    const { bytes, segments: count, refused } = outcome;
    if (count > 0) log.info({ disk: disk.id, segments: count, bytes }, 'recordings were deleted');
    const [first] = refused;
    if (first !== undefined) {
      const { segment, why } = first;
      log.error({ disk: disk.id, count: refused.length, segment: segment.id, why }, 'recordings could not be deleted');
    }
    return outcome;
  }

  const space = createFreeSpace({ store, floorOf, mayGo, retentionOf, remove, tell, clock, step: STEP });

  async function* due(): AsyncGenerator<DueSegment> {
    const nowMs = clock.now();
    for (const key of await store.streams()) {
      const bytes = (await store.usageOf(key)).reduce((sum, usage) => sum + usage.bytes, 0);
      yield* dueOf(store, key, { retention: retentionOf(key.cameraId), holds, nowMs, bytes });
      await immediate();
    }
  }

  async function plan(): Promise<RetentionPlan> {
    const usable = disks.list().filter(isUsable);
    const draft = startPlan(usable);
    for (const key of await store.streams()) {
      for (const usage of await store.usageOf(key)) draft.exists(usage);
      await immediate();
    }
    for (const disk of usable) {
      draft.needs(disk.id, space.neededBytes(disk));
      for await (const segment of space.candidates(disk)) draft.goes(segment, 'space');
    }
    for await (const { segment, why } of due()) draft.goes(segment, why);
    return draft.plan();
  }

  /** Disks whose recordings may go by policy now; asks for the others. */
  async function allowed({ disks: planned }: RetentionPlan): Promise<Set<string>> {
    const open = new Set<string>();
    for (const disk of planned) if (await questions.allows(disk)) open.add(disk.diskId);
    return open;
  }

  function ask({ diskId, path, bytes, ofBytes, segments }: RetentionQuestion): void {
    log.warn({ disk: diskId, bytes, ofBytes }, 'more than half of the recordings would go: a person must confirm it');
    tell({
      type: 'vn.tamnhin.retention.needsConfirmation',
      timeMs: clock.now(),
      severity: 'moderate',
      cameraId: null,
      data: { diskId, path, bytes, ofBytes, segments },
    });
  }

  async function runPass(pause: () => Promise<void>): Promise<void> {
    await freeSpace(pause);
    const open = await allowed(await plan());
    let [step, count] = [new Map<string, Segment[]>(), 0];
    const takeStep = async (): Promise<void> => {
      for (const [diskId, segments] of step) {
        const disk = disks.find(diskId);
        if (isUsable(disk)) space.freed(disk, (await remove(disk, segments)).bytes);
      }
      [step, count] = [new Map(), 0];
    };
    for await (const { segment } of due()) {
      if (stopped) return;
      if (!open.has(segment.diskId)) continue;
      step.set(segment.diskId, [...(step.get(segment.diskId) ?? []), segment]);
      count += 1;
      if (count < STEP) continue;
      await takeStep();
      await pause();
      // A long pass must not keep a full disk waiting.
      await freeSpace(pause);
    }
    await takeStep();
  }

  async function freeSpace(pause: () => Promise<void>): Promise<void> {
    for (const disk of disks.list()) if (isUsable(disk) && !stopped) await space.make(disk, pause, () => stopped);
  }

  function enqueue(work: () => Promise<void>): Promise<void> {
    const result = working.then(work);
    working = result.catch(() => undefined);
    return result;
  }

  const nextStep = (): Promise<void> =>
    stopped
      ? Promise.resolve()
      : new Promise((resolve) => {
          openGate = resolve;
        });

  function tick(): void {
    openGate?.();
    openGate = undefined;
    if (busy || stopped) return;
    const isPass = clock.monotonic() >= nextPassMs;
    if (!isPass && !disks.list().some((disk) => isUsable(disk) && space.wants(disk))) return;
    if (isPass) nextPassMs = clock.monotonic() + passEveryMs;
    busy = true;
    enqueue(() => (isPass ? runPass(nextStep) : freeSpace(nextStep)))
      .catch((error: unknown) => log.error({ err: error }, 'a pass of retention failed'))
      .finally(() => {
        busy = false;
      });
  }

  return {
    start() {
      stopTimer ??= clock.every(STEP_MS, tick);
    },
    pass: () => enqueue(() => runPass(immediate)),
    plan,
    questions: () => questions.list().filter(({ diskId }) => isUsable(disks.find(diskId))),
    async answer(diskId, answer, by) {
      const question = await questions.answer(diskId, answer, by);
      const { bytes } = question;
      log.warn({ disk: diskId, by, bytes, answer: answer.answer }, 'a person answered for more than half of a disk');
      if (answer.answer === 'delete') nextPassMs = 0;
      return question;
    },
    forecast,
    floorBytes: floorOf,
    async stop() {
      stopped = true;
      stopTimer?.();
      openGate?.();
      await working;
    },
  };
}
