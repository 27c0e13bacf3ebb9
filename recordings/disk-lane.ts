import type { Clock } from '#base/clock';
import type { DiskFiles } from './disk-files.ts';

/**
 * What one disk does at a time. A stream that wants to write waits here with nothing in its hands: it takes from the
 * hub when its turn has come. So a slow disk holds at most `WRITES` batches in memory, and nothing of another disk.
 */
export interface DiskLane {
  readonly files: DiskFiles;
  /** In the order of asking. */
  write(job: () => Promise<void>): Promise<void>;
  /** With the next beat: what a disk is made to finish at once costs it, and the journal, once. */
  sync(job: () => Promise<void>): Promise<void>;
  beat(): void;
  /**
   * The disk hangs: whoever waits for it goes on without. What runs keeps its place until it returns, so that no more
   * threads are given to it.
   */
  abandon(): void;
  /** From now on syncs wait for no beat, for the end of the program. */
  hurry(): void;
  /** Jobs that run, or wait for others of this disk. */
  readonly waiting: number;
  /** How long the oldest job that runs has been running, ms; 0 when none runs. */
  oldestMs(): number;
}

/** As many as have their turn together: each answer lets those go that wait for it, and wakes the disk's thread anew. */
const WRITES = 32;
/** The thread makes them one after another in any case. */
const SYNCS = 64;

export function createDiskLane(clock: Clock, files: DiskFiles): DiskLane {
  const writes = createGate(clock, WRITES);
  const syncs = createGate(clock, SYNCS);
  /** For the next beat; `undefined` when there is none to wait for. */
  let enlisted: (() => void)[] | undefined = [];

  function beat(): void {
    const starts = enlisted ?? [];
    if (enlisted !== undefined) enlisted = [];
    for (const start of starts) start();
  }

  return {
    files,
    write: writes.run,
    async sync(job) {
      const list = enlisted;
      if (list !== undefined) await new Promise<void>((start) => list.push(start));
      await syncs.run(job);
    },
    beat,
    abandon: () => writes.abandon(),
    hurry() {
      beat();
      enlisted = undefined;
    },
    get waiting() {
      return writes.waiting() + syncs.waiting();
    },
    oldestMs: () => Math.max(writes.oldestMs(), syncs.oldestMs()),
  };
}

function createGate(clock: Clock, limit: number) {
  const queue: { start(): void; leave(): void }[] = [];
  /** When each running job began. */
  const running = new Set<{ readonly sinceMs: number; leave(): void }>();

  function pass(): void {
    while (running.size < limit) {
      const next = queue.shift();
      if (next === undefined) return;
      next.start();
    }
  }

  function run(job: () => Promise<void>): Promise<void> {
    return new Promise((resolve, reject) => {
      const start = (): void => {
        const mark = { sinceMs: clock.monotonic(), leave: resolve };
        running.add(mark);
        const done = (): void => {
          running.delete(mark);
          pass();
        };
        job().then(resolve, reject).finally(done);
      };
      queue.push({ start, leave: resolve });
      pass();
    });
  }

  return {
    run,
    abandon(): void {
      for (const waiting of queue.splice(0)) waiting.leave();
      for (const stuck of running) stuck.leave();
    },
    waiting: () => queue.length + running.size,
    oldestMs(): number {
      let oldest = 0;
      for (const { sinceMs } of running) oldest = Math.max(oldest, clock.monotonic() - sinceMs);
      return oldest;
    },
  };
}
