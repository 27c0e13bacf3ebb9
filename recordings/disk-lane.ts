import type { Clock } from '#base/clock';

/**
 * What one disk does at a time. A stream that wants to write waits here with nothing in its hands: it takes from the
 * hub when its turn has come. So a slow disk holds at most `WRITES` batches in memory, and nothing of another disk.
 * Node has four threads for files: a disk that hangs must not take them all.
 */
export interface DiskLane {
  /** In the order of asking. */
  write(job: () => Promise<void>): Promise<void>;
  sync(job: () => Promise<void>): Promise<void>;
  /** More syncs at a time, for the end of the program. */
  hurry(): void;
  /** Jobs that wait or run. */
  readonly waiting: number;
  /** How long the oldest job that runs has been running, ms; 0 when none runs. */
  oldestMs(): number;
}

const WRITES = 2;
const SYNCS = 1;
const HURRIED_SYNCS = 4;

export function createDiskLane(clock: Clock): DiskLane {
  const writes = createGate(clock, WRITES);
  const syncs = createGate(clock, SYNCS);
  return {
    write: writes.run,
    sync: syncs.run,
    hurry: () => syncs.widen(HURRIED_SYNCS),
    get waiting() {
      return writes.waiting() + syncs.waiting();
    },
    oldestMs: () => Math.max(writes.oldestMs(), syncs.oldestMs()),
  };
}

function createGate(clock: Clock, limit: number) {
  const queue: (() => void)[] = [];
  /** When each running job began. */
  const running = new Set<{ readonly sinceMs: number }>();
  let most = limit;

  function pass(): void {
    while (running.size < most) {
      const next = queue.shift();
      if (next === undefined) return;
      next();
    }
  }

  function run(job: () => Promise<void>): Promise<void> {
    return new Promise((resolve, reject) => {
      queue.push(() => {
        const mark = { sinceMs: clock.monotonic() };
        running.add(mark);
        const done = (): void => {
          running.delete(mark);
          pass();
        };
        job().then(resolve, reject).finally(done);
      });
      pass();
    });
  }

  return {
    run,
    widen(to: number): void {
      most = to;
      pass();
    },
    waiting: () => queue.length + running.size,
    oldestMs(): number {
      let oldest = 0;
      for (const { sinceMs } of running) oldest = Math.max(oldest, clock.monotonic() - sinceMs);
      return oldest;
    },
  };
}
