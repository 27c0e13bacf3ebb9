import { readlinkSync } from 'node:fs';
import { getPriority, setPriority } from 'node:os';

/**
 * Lets everything else on the machine go first, for the thread that calls it: whoever waits for an answer waits for the
 * main thread, and nobody for this one. Where the system has no priorities of threads (Linux has), nothing happens.
 */
export function beModest(): void {
  try {
    // `pid/task/tid`; for Linux each thread is a process of its own here (setpriority(2), «C library/kernel differences»).
    const thread = Number(readlinkSync('/proc/thread-self').split('/').at(-1));
    if (Number.isSafeInteger(thread) && thread > 0 && getPriority(thread) < NICENESS) setPriority(thread, NICENESS);
  } catch {
    // Not Linux, or not allowed.
  }
}

/** A third of the time of a thread that does not give way, where both want all of it. */
const NICENESS = 5;
