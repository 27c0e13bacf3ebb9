import type { Clock } from '#base/clock';
import { Fault } from '#base/errors';

/**
 * Answers that take long to reckon and that anybody may ask for: one is reckoned at a time, who asks for the same shares
 * it, and it is kept for a minute. What nobody waits for any longer is given up.
 */
export interface SharedAnswers {
  /** Rejects with `unavailable` (`openData.busy`) and the time to wait when too many are waited for. */
  get(key: string, signal: AbortSignal, reckon: (signal: AbortSignal) => Promise<Buffer>): Promise<Buffer>;
}

interface Job {
  readonly body: Promise<Buffer>;
  readonly over: AbortController;
  readers: number;
}

const KEEP_MS = 60_000;
/** Different answers that are reckoned or waited for. */
const MOST_JOBS = 8;
const MOST_BYTES = 32 * 2 ** 20;

export function createSharedAnswers(clock: Pick<Clock, 'monotonic'>): SharedAnswers {
  /** Oldest first. */
  const kept = new Map<string, { readonly body: Buffer; readonly atMs: number }>();
  const jobs = new Map<string, Job>();
  let bytes = 0;
  let line: Promise<unknown> = Promise.resolve();

  function forget(key: string): void {
    bytes -= kept.get(key)?.body.byteLength ?? 0;
    kept.delete(key);
  }

  function keep(key: string, body: Buffer): void {
    forget(key);
    kept.set(key, { body, atMs: clock.monotonic() });
    bytes += body.byteLength;
    for (const [oldest, { atMs }] of kept) {
      if (bytes <= MOST_BYTES && clock.monotonic() - atMs < KEEP_MS) return;
      forget(oldest);
    }
  }

  function begin(key: string, reckon: (signal: AbortSignal) => Promise<Buffer>): Job {
    const over = new AbortController();
    const body = line.then(async () => {
      over.signal.throwIfAborted();
      const reckoned = await reckon(over.signal);
      keep(key, reckoned);
      return reckoned;
    });
    const job = { body, over, readers: 0 };
    jobs.set(key, job);
    line = body
      .catch(() => undefined)
      .finally(() => {
        if (jobs.get(key) === job) jobs.delete(key);
      });
    return job;
  }

  return {
    async get(key, signal, reckon) {
      if (signal.aborted) throw left();
      const known = kept.get(key);
      if (known !== undefined && clock.monotonic() - known.atMs < KEEP_MS) return known.body;
      if (!jobs.has(key) && jobs.size >= MOST_JOBS) {
        throw new Fault('unavailable', 'openData.busy', 'too much is asked for at once', { retryAfterMs: 10_000 });
      }
      const job = jobs.get(key) ?? begin(key, reckon);
      job.readers += 1;
      function leave(): void {
        job.readers -= 1;
        if (job.readers > 0) return;
        // Whoever asks for it from now on must not get what was given up.
        if (jobs.get(key) === job) jobs.delete(key);
        job.over.abort(left());
      }
      signal.addEventListener('abort', leave, { once: true });
      try {
        return await job.body;
      } finally {
        signal.removeEventListener('abort', leave);
      }
    },
  };
}

function left(): Fault {
  return new Fault('unavailable', 'openData.left', 'nobody waits for it any longer');
}
