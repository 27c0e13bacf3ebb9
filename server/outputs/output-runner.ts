import { type Clock, wait } from '#base/clock';
import { messageOf } from '#base/errors';
import type { Logger } from '#base/log';
import { backOff } from '#base/retry';
import { OutputFault, PartFault, type Sender } from './output.ts';
import { type LeftMessage, MOST_LATER_MS, type OutputStore, type WaitingMessage } from './output-store.ts';

/**
 * Sends what waits in one output, in order, until it is closed: one output that hangs holds up nobody else. What the other
 * side does not take is tried again for a day, what it refuses a few times; then it is given up and listed.
 */
export interface Runner {
  /** Something waits. */
  wake(): void;
  /** ms since 1970; `null` while nothing went wrong. */
  nextTryMs(): number | null;
  close(): Promise<void>;
}

export interface RunnerOptions {
  readonly outputId: string;
  readonly sender: Sender;
  readonly store: Pick<OutputStore, 'waiting' | 'putOff' | 'sent' | 'notSent' | 'partlySent'>;
  readonly clock: Clock;
  readonly log: Logger;
  /** Something was sent, or was not. */
  readonly onProgress: () => void;
  /** Called when the first got through after some did not. */
  readonly onBack: () => void;
  readonly random?: () => number;
}

const DAY_MS = 86_400_000;
/** However the clock jumps, nothing is given up before it was tried so often. */
const LEAST_TRIES = 12;
const REFUSED_TRIES = 3;
/** A sender has time-outs of its own; this one is for one that forgets. */
const SEND_MS = 90_000;
const STORE_AGAIN_MS = 5000;
/** A sender that was told to stop may still know for whom it has sent. */
const SETTLE_MS = 1000;
/** What is left of a message that got through in part: first after so long. */
const LEFT_MS = 60_000;

export function createRunner(options: RunnerOptions): Runner {
  const { outputId, sender, store, clock, log, onProgress } = options;
  const stopping = new AbortController();
  const pause = backOff({
    firstMs: 5000,
    maxMs: 15 * 60_000,
    ...(options.random === undefined ? {} : { random: options.random }),
  });
  let rung = false;
  let ring = (): void => {};
  let nextTryMs: number | null = null;
  let begunMs = Number.NEGATIVE_INFINITY;
  let troubled = false;

  /** Rings by itself at `atMs`. */
  async function bell(atMs: number | null): Promise<void> {
    if (!rung && !stopping.signal.aborted) {
      let cancel = (): void => {};
      await new Promise<void>((resolve) => {
        ring = resolve;
        if (atMs !== null) cancel = clock.after(Math.max(0, atMs - clock.now()), resolve);
      });
      cancel();
    }
    rung = false;
  }

  async function run(): Promise<void> {
    while (!stopping.signal.aborted) {
      try {
        const nowMs = clock.now();
        if ((await store.waiting(outputId, 1, nowMs)).length === 0) await bell(await store.putOff(outputId, nowMs));
        else await sendNext();
      } catch (error) {
        log.error({ err: error, output: outputId }, 'what waits for an output could not be read');
        await wait(clock, STORE_AGAIN_MS, stopping.signal);
      }
    }
  }

  async function sendNext(): Promise<void> {
    // First the pause, then the look: what comes meanwhile goes along.
    const paceMs = begunMs + sender.everyMs - clock.monotonic();
    if (paceMs > 0) await wait(clock, paceMs, stopping.signal);
    if (stopping.signal.aborted) return;
    const batch = await store.waiting(outputId, sender.most, clock.now());
    if (batch.length === 0 || stopping.signal.aborted) return;
    begunMs = clock.monotonic();
    try {
      await bounded(batch);
    } catch (error) {
      if (error instanceof PartFault) await partly(batch, error);
      else if (!stopping.signal.aborted) await failed(batch, error);
      return;
    }
    await store.sent(
      outputId,
      batch.map(({ id }) => id),
      clock.now(),
    );
    const isBack = troubled;
    troubled = false;
    nextTryMs = null;
    pause.reset();
    if (isBack) {
      log.info({ output: outputId }, 'an output sends again');
      options.onBack();
    }
    onProgress();
  }

  async function bounded(batch: readonly WaitingMessage[]): Promise<void> {
    // One of its own for each send, and nothing of it stays on `stopping`: that lives as long as the output, and so would
    // every message that was ever sent.
    const ended = new AbortController();
    const end = (): void => ended.abort();
    const cancel = clock.after(SEND_MS, end);
    stopping.signal.addEventListener('abort', end, { once: true });
    let give = (): void => {};
    let cancelGiving = (): void => {};
    try {
      await Promise.race([
        sender.send(
          batch.map(({ message }) => message),
          ended.signal,
        ),
        new Promise<never>((_, reject) => {
          give = () => {
            cancelGiving = clock.after(SETTLE_MS, () => reject(new OutputFault('no answer in time')));
          };
          ended.signal.addEventListener('abort', give, { once: true });
        }),
      ]);
    } finally {
      cancel();
      stopping.signal.removeEventListener('abort', end);
      ended.signal.removeEventListener('abort', give);
      cancelGiving();
    }
  }

  async function failed(batch: readonly WaitingMessage[], thrown: unknown): Promise<void> {
    const error = messageOf(thrown).slice(0, 500);
    const refused = thrown instanceof OutputFault && thrown.refused;
    const nowMs = clock.now();
    const isOver = (one: WaitingMessage): boolean =>
      refused ? one.attempts + 1 >= REFUSED_TRIES : wasTriedForADay(one, nowMs);
    const given = batch.filter(isOver);
    const again = batch.filter((one) => !isOver(one));
    const ids = (list: readonly WaitingMessage[]): number[] => list.map(({ id }) => id);
    await store.notSent(outputId, { given: ids(given), again: ids(again), error }, nowMs);
    warn(error);
    const asked = thrown instanceof OutputFault ? (thrown.retryAfterMs ?? 0) : 0;
    const waitMs = given.length === batch.length && refused ? 0 : Math.max(asked, pause.next());
    nextTryMs = nowMs + waitMs;
    onProgress();
    await wait(clock, waitMs, stopping.signal);
  }

  async function partly(batch: readonly WaitingMessage[], fault: PartFault): Promise<void> {
    const error = fault.message.slice(0, 500);
    const nowMs = clock.now();
    const left = batch.flatMap((one, at): LeftMessage[] => {
      const message = fault.left[at];
      if (message === undefined) return [];
      const laterMs = Math.min(LEFT_MS * 2 ** Math.min(one.attempts, 30), MOST_LATER_MS);
      return [{ id: one.id, message, notBeforeMs: wasTriedForADay(one, nowMs) ? null : nowMs + laterMs }];
    });
    const sent = batch.filter((_, at) => fault.left[at] === undefined).map(({ id }) => id);
    await store.partlySent(outputId, { sent, left, error }, nowMs);
    warn(error);
    nextTryMs = await store.putOff(outputId, nowMs);
    pause.reset();
    onProgress();
  }

  /** Once for each time that it begins to fail: a place that is gone for a day must not fill the log. */
  function warn(reason: string): void {
    if (!troubled) log.warn({ output: outputId, reason }, 'an output does not get through');
    troubled = true;
  }

  const running = run();
  return {
    wake() {
      rung = true;
      ring();
    },
    nextTryMs: () => nextTryMs,
    async close() {
      stopping.abort();
      ring();
      await running;
      await sender.close();
    },
  };
}

function wasTriedForADay({ attempts, takenMs }: WaitingMessage, nowMs: number): boolean {
  return attempts + 1 >= LEAST_TRIES && nowMs - takenMs >= DAY_MS;
}
