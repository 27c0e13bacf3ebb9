import { Fault } from '#base/errors';

/** One job after another, in the order of asking, and at most `limit` that wait or run. */
export interface WriterQueue {
  /** Rejects with `store.busy` when the queue is full and with `store.closed` after `close`. */
  run<T>(job: () => T | Promise<T>): Promise<T>;
  /** Takes no more; resolves when all that were taken are done. */
  close(): Promise<void>;
}

export function createWriterQueue(limit: number): WriterQueue {
  let last: Promise<unknown> = Promise.resolve();
  let taken = 0;
  let closed = false;

  function done(): void {
    taken -= 1;
  }

  return {
    async run(job) {
      if (closed) throw new Fault('unavailable', 'store.closed', 'the database is closed');
      if (taken >= limit) throw new Fault('unavailable', 'store.busy', `${limit} writes are waiting already`);
      taken += 1;
      const result = last.then(job);
      last = result.then(done, done);
      return result;
    },
    async close() {
      closed = true;
      await last;
    },
  };
}
