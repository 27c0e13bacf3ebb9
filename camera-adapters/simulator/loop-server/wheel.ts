/** Something that has a next moment. */
export interface Due {
  /** ms on the wheel's clock. */
  dueMs: number;
  /** Does what is due at `nowMs` and sets `dueMs` anew. False takes it off the wheel. */
  turn(nowMs: number): boolean;
}

/** One timer for many that come again and again: each waits in the slot of its moment. */
export interface Wheel {
  add(due: Due): void;
  stop(): void;
}

/** ms; nobody is served earlier, and nobody later by more than this. */
const SLOT_MS = 5;
/** Whoever is due later than one turn waits another one. */
const SLOTS = 512;

export function createWheel(now: () => number): Wheel {
  const slots: Due[][] = Array.from({ length: SLOTS }, () => []);
  let waiting = 0;
  /** Number of the next slot to look at, counted since the clock's beginning. */
  let next = 0;
  let timer: NodeJS.Timeout | undefined;
  let turning: Due[] = [];

  function put(due: Due): void {
    const slot = Math.max(next, Math.ceil(due.dueMs / SLOT_MS));
    slots[slot % SLOTS]?.push(due);
    waiting += 1;
  }

  function turn(): void {
    timer = undefined;
    const nowMs = now();
    // After a long stop (a sleeping machine) each slot is looked at once.
    const last = Math.min(Math.floor(nowMs / SLOT_MS), next + SLOTS - 1);
    while (next <= last) {
      const place = next % SLOTS;
      // Before anybody is put back: this slot will not be looked at again in this turn of the wheel.
      next += 1;
      const here = slots[place];
      if (here === undefined || here.length === 0) continue;
      slots[place] = turning;
      waiting -= here.length;
      for (const due of here) {
        // One of a later turn of the wheel goes back.
        if (due.dueMs > nowMs || due.turn(nowMs)) put(due);
      }
      here.length = 0;
      turning = here;
    }
    next = Math.max(next, Math.floor(nowMs / SLOT_MS) + 1);
    arm();
  }

  function arm(): void {
    if (timer !== undefined || waiting === 0) return;
    let ahead = 0;
    while (ahead < SLOTS - 1 && slots[(next + ahead) % SLOTS]?.length === 0) ahead += 1;
    timer = setTimeout(turn, Math.max(1, (next + ahead) * SLOT_MS - now()));
  }

  return {
    add(due) {
      if (waiting === 0) next = Math.max(next, Math.floor(now() / SLOT_MS));
      put(due);
      // The timer that runs may be set for later.
      clearTimeout(timer);
      timer = undefined;
      arm();
    },
    stop() {
      clearTimeout(timer);
      for (const slot of slots) slot.length = 0;
      waiting = 0;
    },
  };
}
