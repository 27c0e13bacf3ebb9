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
  /**
   * The disk hangs: whoever waits for it goes on without. What runs keeps its place until it returns, so that no more
   * threads are given to it.
   */
  abandon(): void;
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
    abandon: () => writes.abandon(),
    hurry: () => syncs.widen(HURRIED_SYNCS),
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
  let most = limit;

  function pass(): void {
    while (running.size < most) {
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
