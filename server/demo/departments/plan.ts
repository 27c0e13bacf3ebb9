import type { Cadence, Every, Indicator, Period } from '#contracts/sectors';
import { chance } from './chance.ts';
import type { DemoArea, Department, SentRow } from './department.ts';
import type { createMoments, Moment } from './moment.ts';

export interface PlanDeps {
  readonly indicator: (code: string) => Indicator | undefined;
  readonly communes: readonly DemoArea[];
  readonly root: string;
  readonly momentOf: ReturnType<typeof createMoments>;
  /** What a department says of an area stands still on this day. */
  readonly isStuck?: (sector: string, area: string, dayNumber: number) => boolean;
  /** Periods that begin in a range, oldest first. */
  readonly periodsBetween: (cadence: Cadence, fromMs: number, toMs: number) => readonly Period[];
}

/** Rows that are sent together, and when. */
export interface Planned {
  readonly every: Every;
  readonly atMs: number;
  /** The same for the same rows, over restarts. */
  readonly key: string;
  readonly rows: readonly SentRow[];
}

const MINUTE_MS = 60_000;
/** What stands still says all day what it said at this hour. */
const STUCK_HOUR = 9;
/** A working morning in an ordinary place: then everybody has something to say. */
const SAMPLE: readonly [Moment, DemoArea] = [
  { startMs: 0, hour: 9, weekday: 1, month: 3, day: 3, dayNumber: 20_000 },
  { code: '', name: '', size: 1, latitude: 0, longitude: 0 },
];
/** Longer than any period with its lag. */
const MOST_MS: Readonly<Record<Every, number>> = {
  minute: 2 * MINUTE_MS,
  fiveMinutes: 10 * MINUTE_MS,
  quarterHour: 30 * MINUTE_MS,
  hour: 120 * MINUTE_MS,
  day: 49 * 60 * MINUTE_MS,
  week: 15 * 1440 * MINUTE_MS,
  month: 63 * 1440 * MINUTE_MS,
  quarter: 185 * 1440 * MINUTE_MS,
  year: 733 * 1440 * MINUTE_MS,
};

/**
 * What a department sends in a range of time (`toMs` is in it, `fromMs` not), oldest first. Each commune reports at a
 * moment of its own within the grace of the indicator, as people do.
 */
export function planOf(
  department: Department,
  every: Every,
  fromMs: number,
  toMs: number,
  deps: PlanDeps,
): readonly Planned[] {
  const cadence = cadenceOf(department, every, deps);
  if (cadence === undefined) return [];
  const lagMs = cadence.lagMinutes * MINUTE_MS;
  const graceMs = cadence.graceMinutes * MINUTE_MS;
  const periods = deps.periodsBetween(cadence, fromMs - lagMs - graceMs - MOST_MS[every], toMs - Math.min(0, lagMs));
  const planned: Planned[] = [];
  const places: readonly (readonly [DemoArea, Department['communes'][Every]])[] = [
    ...deps.communes.map((area) => [area, department.communes[every]] as const),
    [{ code: deps.root, name: '', size: 1, latitude: 0, longitude: 0 }, department.province[every]],
  ];
  for (const period of periods) {
    const at = deps.momentOf(period.startMs);
    for (const [area, values] of places) {
      if (values === undefined) continue;
      const key = `${department.sector}-${every}-${area.code}-${period.startMs}`;
      const atMs = Math.round(period.endMs + lagMs + 0.7 * graceMs * chance('when', key));
      if (atMs <= fromMs || atMs > toMs || atMs < period.startMs) continue;
      const stuck = deps.isStuck?.(department.sector, area.code, at.dayNumber) ?? false;
      const lived = stuck ? deps.momentOf(period.startMs + Math.round((STUCK_HOUR - at.hour) * 60) * MINUTE_MS) : at;
      const rows = Object.entries(values(lived, area)).map(([code, value]) => ({
        indicator: `${department.sector}.${code}`,
        area: area.code,
        period: new Date(period.startMs).toISOString(),
        value,
      }));
      if (rows.length > 0) planned.push({ every, atMs, key, rows });
    }
  }
  return planned.toSorted((one, other) => one.atMs - other.atMs);
}

/** What is delivered with a cadence, by what stands behind the dot. */
export function namesOf(department: Department, every: Every): readonly string[] {
  const values = department.communes[every] ?? department.province[every];
  return values === undefined ? [] : Object.keys(values(...SAMPLE));
}

/** All values of one cadence follow the same calendar: that of the first of them. */
function cadenceOf(department: Department, every: Every, { indicator }: PlanDeps): Cadence | undefined {
  return namesOf(department, every)
    .map((name) => indicator(`${department.sector}.${name}`))
    .find((found) => found !== undefined)?.cadence;
}

/** All that a department delivers, by indicator, and whether for communes. */
export function deliveredBy(department: Department): readonly { readonly code: string; readonly communes: boolean }[] {
  const named = (values: Department['communes'], communes: boolean) =>
    Object.values(values)
      .flatMap((each) => Object.keys(each(...SAMPLE)))
      .map((name) => ({ code: `${department.sector}.${name}`, communes }));
  return [...named(department.communes, true), ...named(department.province, false)];
}
