/**
 * What to do when a client's line is thinner than what it asked for: numbers in, decisions out. Two steps: at once,
 * the least important cells send nothing until there is room (and go on at a key frame); if that does not help, they
 * step down a level, and up again when the line has been calm for long enough.
 */

/** Best first. A camera without a sub-stream has no such level. */
export const LEVELS = ['main', 'sub', 'keyframes', 'stills'] as const;
export type Level = (typeof LEVELS)[number];

/** How full a client's way is: 0 empty, 1 as full as it may be. */
export function fullnessOf(line: {
  /** Bytes that wait in this process. */
  bufferedBytes: number;
  limitBytes: number;
  /** How much later than on an idle line the client answers, ms: what waits in the kernel and in the network. */
  lagMs: number;
}): number {
  return Math.max(line.bufferedBytes / line.limitBytes, line.lagMs / FULL_LAG_MS);
}
const FULL_LAG_MS = 3000;

/**
 * Whether a cell may send now. `rank` 0 is the least important of `count` cells: it stops at half full, the most
 * important one when nothing fits any more.
 */
export function maySend(fullness: number, rank: number, count: number): boolean {
  return fullness < 0.5 + (0.5 * (rank + 1)) / count;
}

export interface CellLoad {
  readonly cell: number;
  readonly priority: number;
  /** Levels that this camera has, best first, beginning with what the client asked for. */
  readonly levels: readonly Level[];
  /** Which of them it gets now. */
  readonly at: number;
  /** It lost pictures, or waited for long, since the last decision. */
  readonly pressed: boolean;
}

export interface PressureState {
  /** ms on a clock that never falls. */
  readonly calmSinceMs: number;
  readonly lastDownMs: number;
  readonly lastUpMs: number;
  /** Calm that is needed before the next step up. */
  readonly patienceMs: number;
}

export const PATIENCE_MS = { first: 10_000, most: 60_000 };
/** A step down is given this long to show its effect. */
const SETTLE_MS = 2000;
/** A step up that is followed by pressure within this time was too early. */
const TRIAL_MS = 15_000;
const CALM_FULLNESS = 0.25;

export function calmState(nowMs: number): PressureState {
  return { calmSinceMs: nowMs, lastDownMs: -SETTLE_MS, lastUpMs: -TRIAL_MS, patienceMs: PATIENCE_MS.first };
}

export interface Decision {
  readonly state: PressureState;
  /** Cells that change, and the place in their `levels` that they change to. */
  readonly moves: readonly { readonly cell: number; readonly to: number }[];
}

/** To be asked about once a second. A quarter of the cells that can move does, at least one. */
export function decide(state: PressureState, fullness: number, cells: readonly CellLoad[], nowMs: number): Decision {
  if (fullness >= 1 || cells.some((cell) => cell.pressed)) return stepDown(state, cells, nowMs);
  if (fullness >= CALM_FULLNESS) return { state: { ...state, calmSinceMs: nowMs }, moves: [] };
  return stepUp(state, cells, nowMs);
}

function stepDown(state: PressureState, cells: readonly CellLoad[], nowMs: number): Decision {
  const pressed = { ...state, calmSinceMs: nowMs };
  if (nowMs - state.lastDownMs < SETTLE_MS) return { state: pressed, moves: [] };
  const early = nowMs - state.lastUpMs < TRIAL_MS;
  const movable = cells
    .filter((cell) => cell.at < cell.levels.length - 1)
    // Of equally important cells the one with the larger stream: it frees more.
    .sort((a, b) => a.priority - b.priority || levelOf(a) - levelOf(b) || b.cell - a.cell);
  return {
    state: {
      ...pressed,
      lastDownMs: nowMs,
      lastUpMs: state.lastUpMs - (early ? TRIAL_MS : 0),
      patienceMs: early ? Math.min(PATIENCE_MS.most, state.patienceMs * 2) : state.patienceMs,
    },
    moves: quarter(movable).map((cell) => ({ cell: cell.cell, to: cell.at + 1 })),
  };
}

function stepUp(state: PressureState, cells: readonly CellLoad[], nowMs: number): Decision {
  const reduced = cells
    .filter((cell) => cell.at > 0)
    .sort((a, b) => b.priority - a.priority || levelOf(b) - levelOf(a) || a.cell - b.cell);
  if (reduced.length === 0) {
    const settled = nowMs - state.calmSinceMs >= PATIENCE_MS.most;
    return { state: settled ? { ...state, patienceMs: PATIENCE_MS.first } : state, moves: [] };
  }
  if (nowMs - state.calmSinceMs < state.patienceMs) return { state, moves: [] };
  return {
    state: { ...state, calmSinceMs: nowMs, lastUpMs: nowMs },
    moves: quarter(reduced).map((cell) => ({ cell: cell.cell, to: cell.at - 1 })),
  };
}

function levelOf(cell: CellLoad): number {
  return LEVELS.indexOf(cell.levels[cell.at] ?? 'stills');
}

function quarter<T>(cells: readonly T[]): readonly T[] {
  return cells.slice(0, Math.ceil(cells.length / 4));
}
