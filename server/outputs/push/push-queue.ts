import type { Clock } from '#base/clock';
import { messageOf } from '#base/errors';

/**
 * What waits for push services: several go at once, and a service that does not answer rests, first for seconds, while
 * what is for it waits. Nothing waits longer than a phone may ring late.
 */
export interface PushQueue<Message> {
  /** Resolves once it was sent or given up; `undefined` where too many wait. It goes with the next `work`. */
  add(origin: string, message: Message): Promise<void> | undefined;
  work(): void;
  /** What waits is given up. */
  close(): Promise<void>;
}

/**
 * `answered`: nothing more is to be done. `dropped`: likewise, and nobody was asked. `silent`: the service did not answer.
 * `busy`: it did, and wants it later.
 */
export type Sent =
  | { readonly kind: 'answered' | 'dropped' | 'silent' }
  | { readonly kind: 'busy'; readonly afterMs: number | undefined };

export interface PushQueueOptions<Message> {
  readonly clock: Clock;
  /** `late`: it has waited, so it may not hold any more. */
  readonly send: (message: Message, late: boolean) => Promise<Sent>;
  readonly trouble: (reason: string) => void;
}

const MOST_WAITING = 2000;
const AT_ONCE = 8;
const FRESH_MS = 4000;
/** An alert that nobody has in hand after two minutes has escalated or soon will: that is told anew. */
const MOST_MS = 120_000;
const FIRST_REST_MS = 5000;
const MOST_REST_MS = 60_000;
const BUSY_MS = 5000;

interface Job<Message> {
  readonly origin: string;
  readonly message: Message;
  readonly done: () => void;
  readonly takenMs: number;
  notBeforeMs: number;
  wasBusy: boolean;
}

interface Rest {
  readonly untilMs: number;
  readonly lastsMs: number;
  /** One is on its way to see whether the service is back. */
  asked: boolean;
}

export function createPushQueue<Message>(options: PushQueueOptions<Message>): PushQueue<Message> {
  const { clock, send, trouble } = options;
  const waiting: Job<Message>[] = [];
  const running = new Set<Promise<void>>();
  const rests = new Map<string, Rest>();
  let closed = false;
  let cancelWork = (): void => {};

  function readyMs({ origin, notBeforeMs }: Job<Message>): number {
    return Math.max(notBeforeMs, rests.get(origin)?.untilMs ?? Number.NEGATIVE_INFINITY);
  }

  function takeOut(job: Job<Message> | undefined): Job<Message> | undefined {
    if (job !== undefined) waiting.splice(waiting.indexOf(job), 1);
    return job;
  }

  function work(): void {
    cancelWork();
    if (closed) return;
    for (const job of waiting.filter((each) => readyMs(each) > each.takenMs + MOST_MS)) takeOut(job)?.done();
    const nowMs = clock.monotonic();
    while (running.size < AT_ONCE) {
      const job = takeOut(waiting.find((each) => readyMs(each) <= nowMs && rests.get(each.origin)?.asked !== true));
      if (job === undefined) break;
      const rest = rests.get(job.origin);
      if (rest !== undefined) rest.asked = true;
      const doing = attempt(job, rest).finally(() => {
        running.delete(doing);
        work();
      });
      running.add(doing);
    }
    // Who is ready already goes when one of those that run is done.
    const laterMs = waiting.map(readyMs).filter((ms) => ms > nowMs);
    if (laterMs.length > 0) cancelWork = clock.after(Math.min(...laterMs) - nowMs, work);
  }

  /** `rest`: it asks whether the service is back. */
  async function attempt(job: Job<Message>, rest: Rest | undefined): Promise<void> {
    let sent: Sent = { kind: 'dropped' };
    try {
      sent = await send(job.message, clock.monotonic() - job.takenMs > FRESH_MS);
    } catch (error) {
      trouble(messageOf(error));
    }
    if (rest !== undefined) rest.asked = false;
    if (sent.kind === 'answered' || sent.kind === 'busy') rests.delete(job.origin);
    if (sent.kind === 'silent') letRest(job.origin, rest);
    const again = sent.kind === 'silent' || (sent.kind === 'busy' && !job.wasBusy);
    if (!again || closed || waiting.length >= MOST_WAITING) return job.done();
    if (sent.kind === 'busy') {
      job.wasBusy = true;
      job.notBeforeMs = clock.monotonic() + Math.max(sent.afterMs ?? 0, BUSY_MS);
    }
    waiting.unshift(job);
  }

  function letRest(origin: string, before: Rest | undefined): void {
    // Of several that found it silent at once, the first has said so.
    if (rests.get(origin) !== before) return;
    const lastsMs = before === undefined ? FIRST_REST_MS : Math.min(before.lastsMs * 2, MOST_REST_MS);
    rests.set(origin, { untilMs: clock.monotonic() + lastsMs, lastsMs, asked: false });
  }

  return {
    add(origin, message) {
      if (waiting.length >= MOST_WAITING) {
        // One service that is silent must not take the place of all others.
        const resting = takeOut(waiting.find((job) => rests.has(job.origin)));
        if (resting === undefined) return undefined;
        resting.done();
      }
      return new Promise((done) => {
        const takenMs = clock.monotonic();
        waiting.push({ origin, message, done, takenMs, notBeforeMs: takenMs, wasBusy: false });
      });
    },
    work,
    async close() {
      closed = true;
      cancelWork();
      for (const { done } of waiting.splice(0)) done();
      await Promise.all(running);
    },
  };
}
