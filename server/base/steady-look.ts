import type { Clock } from './clock.ts';
import { messageOf } from './errors.ts';
import type { Logger } from './log.ts';

/** What somebody has to look after again and again, one look at a time. */
export interface SteadyLook {
  /** Looks at once, and from then on again and again. */
  begin(): void;
  /** Resolves when the look that runs is over; no other begins. */
  close(): Promise<void>;
}

/** What `look` throws is logged as `failed`, and the next look comes all the same. One that takes too long has the next left out. */
export function createSteadyLook(options: {
  readonly look: () => Promise<void>;
  readonly everyMs: number;
  readonly failed: string;
  readonly clock: Clock;
  readonly log: Logger;
}): SteadyLook {
  const { look, everyMs, failed, clock, log } = options;
  let stop = (): void => {};
  let looking: Promise<void> | undefined;

  function lookSoon(): void {
    looking ??= look()
      .catch((error: unknown) => log.error({ reason: messageOf(error) }, failed))
      .finally(() => {
        looking = undefined;
      });
  }

  return {
    begin() {
      stop();
      stop = clock.every(everyMs, lookSoon);
      lookSoon();
    },
    async close() {
      stop();
      await looking;
    },
  };
}
