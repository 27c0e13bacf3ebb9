import type { Clock } from '#base/clock';
import { Fault } from '#base/errors';

/**
 * Slows guessing down: after a few free failures each further one doubles the wait, per account and per address. An
 * attempt counts from its beginning, so that a hundred at the same time are not a hundred free ones. Kept in memory:
 * a restart forgets, which nobody outside can cause.
 */
export interface Lockout {
  /** Throws `tooMany` while account or address must wait; otherwise counts a failure until the attempt says other. */
  attempt(account: string, address: string): Attempt;
}

export interface Attempt {
  /** The person is who they say: the account starts afresh. */
  succeeded(): void;
  /** Neither a success nor a failure yet, as with a right password that awaits its second factor. */
  takeBack(): void;
}

interface Counter {
  failures: number;
  untilMs: number;
  lastMs: number;
}

interface Limits {
  readonly free: number;
  readonly firstMs: number;
  readonly maxMs: number;
}

/** Many people may sit behind one address, and one of them may be attacked by the rest. */
const ACCOUNT: Limits = { free: 5, firstMs: 1000, maxMs: 5 * 60_000 };
const ADDRESS: Limits = { free: 20, firstMs: 1000, maxMs: 15 * 60_000 };
const FORGET_MS = 60 * 60_000;
const MAX_KEYS = 10_000;

export function createLockout(clock: Clock): Lockout {
  const accounts = new Map<string, Counter>();
  const addresses = new Map<string, Counter>();

  function waitOf(counters: Map<string, Counter>, key: string): number {
    return (counters.get(key)?.untilMs ?? 0) - clock.monotonic();
  }

  function countUp(counters: Map<string, Counter>, key: string, limits: Limits): void {
    const now = clock.monotonic();
    const known = counters.get(key);
    const failures = known !== undefined && now - known.lastMs < FORGET_MS ? known.failures + 1 : 1;
    const over = failures - limits.free;
    const untilMs = over < 0 ? 0 : now + Math.min(limits.maxMs, limits.firstMs * 2 ** Math.min(over, 30));
    // Moved to the end: the first is the one that was quiet longest, and goes when there are too many.
    counters.delete(key);
    counters.set(key, { failures, untilMs, lastMs: now });
    const oldest = counters.size > MAX_KEYS ? counters.keys().next() : undefined;
    if (oldest?.done === false) counters.delete(oldest.value);
  }

  return {
    attempt(account, address) {
      const waitMs = Math.ceil(Math.max(waitOf(accounts, account), waitOf(addresses, address)));
      if (waitMs > 0) {
        throw new Fault('tooMany', 'access.wait', 'too many failed sign-ins', { retryAfterMs: waitMs });
      }
      countUp(accounts, account, ACCOUNT);
      countUp(addresses, address, ADDRESS);
      const takeBackAt = (counters: Map<string, Counter>, key: string): void => {
        const counter = counters.get(key);
        if (counter === undefined) return;
        counter.failures -= 1;
        counter.untilMs = 0;
      };
      return {
        succeeded() {
          accounts.delete(account);
          // This attempt only: one good account must not pay for guessing at the others.
          takeBackAt(addresses, address);
        },
        takeBack() {
          takeBackAt(accounts, account);
          takeBackAt(addresses, address);
        },
      };
    },
  };
}
