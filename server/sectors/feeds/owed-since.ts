import type { FeedInput } from '#contracts/feeds';
import type { Cadence, Period } from '#contracts/sectors';
import { dueMs } from '../periods.ts';

type Obliged = FeedInput['obliged'][number];
type Owing = Pick<FeedInput, 'obliged' | 'ownerUnitId'>;

/**
 * What a feed owes after it was saved: what it owed already is owed since then as before, also where it only says now
 * what it said without words; what is new is owed from now on. `before`: `undefined` of a new feed.
 */
export function withSince(input: Owing, before: Owing | undefined, nowMs: number): FeedInput['obliged'] {
  const known = new Map<string, number | undefined>();
  for (const { indicator, cells, sinceMs } of before?.obliged ?? []) {
    const keyOf = keysOf(indicator, before?.ownerUnitId ?? '');
    if (cells.length === 0) known.set(keyOf(), sinceMs);
    for (const cell of cells) known.set(keyOf(cell), cell.sinceMs);
  }
  const since = (key: string): { sinceMs?: number } => {
    const sinceMs = before === undefined ? undefined : known.has(key) ? known.get(key) : nowMs;
    return sinceMs === undefined ? {} : { sinceMs };
  };
  return input.obliged.map(({ indicator, cells }) => {
    const keyOf = keysOf(indicator, input.ownerUnitId);
    return {
      indicator,
      cells: cells.map(({ areaCode, unitId }) => ({ areaCode, unitId, ...since(keyOf({ areaCode, unitId })) })),
      ...(cells.length === 0 ? since(keyOf()) : {}),
    };
  });
}

/** Who answers is part of what is owed: whoever takes over owes nothing of the time before. */
function keysOf(indicator: string, ownerUnitId: string) {
  return (cell?: { areaCode: string; unitId: string | null }): string =>
    JSON.stringify([indicator, cell?.areaCode ?? null, cell?.unitId ?? ownerUnitId]);
}

/** Since when a feed owes anything of an indicator, ms since 1970. */
export function owedSinceMs({ createdMs }: { readonly createdMs: number }, { cells, sinceMs }: Obliged): number {
  if (cells.length === 0) return sinceMs ?? createdMs;
  return cells.reduce((first, cell) => Math.min(first, cell.sinceMs ?? createdMs), Number.POSITIVE_INFINITY);
}

/** What is owed begins with the period that runs when it is added, unless that one was due before it is over, and by then. */
export function isOwed(cadence: Cadence, period: Period, sinceMs: number): boolean {
  return Math.min(period.endMs, dueMs(cadence, period)) > sinceMs;
}
