import type { Clock } from '#base/clock';
import type { StreamKey } from '#contracts/media';
import type { Still, Stills } from '../snapshot.ts';

/** A cell that gets stills: one every few seconds, never two asked for at a time, none that was sent already. */
export interface StillLoop {
  stop(): void;
}

/** A still costs a decoder run for each new key frame; cells that get them are small, hidden or behind a thin line. */
const PERIOD_MS = 5000;
/** Soon enough to fill a cell that has no picture yet. */
const RETRY_MS = 1000;
const WIDTH = 640;

export function createStillLoop(deps: {
  stills: Stills;
  clock: Clock;
  key: StreamKey;
  maySend: () => boolean;
  send: (still: Still) => void;
}): StillLoop {
  const controller = new AbortController();
  let lastMs: number | undefined;
  let cancel = (): void => {};

  async function once(): Promise<void> {
    let sent = false;
    try {
      if (deps.maySend()) {
        const still = await deps.stills.newest(deps.key, WIDTH, controller.signal);
        if (controller.signal.aborted) return;
        if (still.wallClockMs !== lastMs && deps.maySend()) deps.send(still);
        lastMs = still.wallClockMs;
        sent = true;
      }
    } catch {
      // No picture now, or too many ask: the cell's state says why, the next round tries again.
    }
    if (!controller.signal.aborted) cancel = deps.clock.after(sent ? PERIOD_MS : RETRY_MS, () => void once());
  }
  // Not in this turn: the cell that asks is still being made.
  queueMicrotask(() => {
    if (!controller.signal.aborted) void once();
  });

  return {
    stop() {
      controller.abort();
      cancel();
    },
  };
}
