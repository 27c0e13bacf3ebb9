import type { Indicator } from '#contracts/sectors';
import { answering, owedKey } from '../answering.ts';
import { isOwed } from '../feeds/owed-since.ts';
import type { Feeds, Places } from '../interfaces.ts';
import type { ScoredValue, ScoreValues } from '../observations/score-values.ts';
import { lateMs } from '../periods.ts';
import { obligedCells, periodsLateIn } from '../scores/feed-day.ts';
import { type AbsenceRule, firstOf } from './absence.ts';
import { subjectsOf } from './judge-absence.ts';

/** What a rule would have told. */
export interface Raised {
  readonly atMs: number;
  readonly areaCode: string | null;
  readonly value: number;
  readonly critical: boolean;
}
interface Cell {
  readonly unitId: string;
  readonly areaCode: string;
  readonly sinceMs: number;
  /** What came for it, in the order in which it came. */
  readonly came: readonly { readonly startMs: number; readonly receivedMs: number }[];
}

/**
 * When units would have been told of as silent: of what is owed now, and of what had come at each time. What lies before
 * the range is looked at only as far as the rule asks for periods in a row.
 */
export async function silencesIn(
  rule: AbsenceRule,
  indicator: Indicator,
  { fromMs, toMs }: { readonly fromMs: number; readonly toMs: number },
  deps: {
    readonly feeds: Pick<Feeds, 'feeds'>;
    readonly places: Pick<Places, 'timeZone' | 'isDueDay' | 'rootArea'>;
    readonly catalogue: Parameters<typeof obligedCells>[0]['catalogue'];
    readonly values: Pick<ScoreValues, 'revisions'>;
  },
): Promise<Raised[]> {
  const { places } = deps;
  const { cadence } = indicator;
  const late = periodsLateIn(cadence, fromMs, toMs + 1, places);
  const [oldest] = late;
  if (oldest === undefined) return [];
  const startMs = firstOf(indicator, oldest, rule.periods, places).startMs;
  const cells = cellsOf(indicator, await deps.values.revisions(indicator.code, startMs, toMs + 1), deps);

  const raised: Raised[] = [];
  let before: { readonly silent: readonly Cell[]; readonly firstMs: number } = { silent: [], firstMs: startMs };
  let told: ReadonlySet<string> = new Set();
  for (const period of late) {
    const atMs = lateMs(cadence, period);
    const first = firstOf(indicator, period, rule.periods, places);
    const firstMs = first.startMs;
    // Who said something meanwhile was silent no more, and may be silent anew.
    const still = subjects(before.silent.filter((cell) => !hasCome(cell, before.firstMs, atMs - 1)));
    const silent = cells.filter((cell) => isOwed(cadence, first, cell.sinceMs) && !hasCome(cell, firstMs, atMs));
    const now = subjects(silent);
    for (const [subject, units] of now) {
      if (told.has(subject) && still.has(subject)) continue;
      const areas = new Set(silent.filter(({ unitId }) => units.includes(unitId)).map(({ areaCode }) => areaCode));
      const [areaCode = null] = areas.size === 1 ? areas : [];
      raised.push({ atMs, areaCode, value: units.length, critical: false });
    }
    told = new Set(now.keys());
    before = { silent, firstMs };
  }
  return raised;

  function subjects(silent: readonly Cell[]): ReadonlyMap<string, readonly string[]> {
    return subjectsOf(rule, [...new Set(silent.map(({ unitId }) => unitId))], (subject) => told.has(subject));
  }
}

function hasCome({ came }: Cell, firstMs: number, atMs: number): boolean {
  return came.some(({ startMs, receivedMs }) => startMs >= firstMs && receivedMs <= atMs);
}

function cellsOf(
  indicator: Indicator,
  values: readonly ScoredValue[],
  { feeds, places, catalogue }: Pick<Parameters<typeof silencesIn>[3], 'feeds' | 'places' | 'catalogue'>,
): readonly Cell[] {
  return feeds.feeds().flatMap((feed) => {
    const own = feed.paused ? [] : obligedCells({ feed, catalogue, places });
    return own
      .filter((one) => one.indicator.code === indicator.code)
      .flatMap(({ cells }) => {
        const answers = answering(feed.id, cells);
        const came = new Map<string, { startMs: number; receivedMs: number }[]>();
        for (const value of values) {
          for (const key of answers(value)) {
            const known = came.get(key) ?? [];
            known.push({ startMs: value.period.startMs, receivedMs: value.receivedMs });
            came.set(key, known);
          }
        }
        return cells.map((cell) => ({
          ...{ unitId: cell.unitId, areaCode: cell.areaCode, sinceMs: cell.sinceMs },
          came: came.get(owedKey(cell)) ?? [],
        }));
      });
  });
}
