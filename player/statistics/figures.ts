import type { CrossingCounts } from '#contracts/statistics';

/** Figures as they are drawn. Pure. */

export const OBJECT_GROUPS = ['people', 'vehicles', 'others'] as const;
export type ObjectGroup = (typeof OBJECT_GROUPS)[number];

const VEHICLES: ReadonlySet<string> = new Set(['bicycle', 'car', 'motorcycle', 'bus', 'truck', 'train', 'boat']);

export function groupOf(label: string): ObjectGroup {
  if (label === 'person') return 'people';
  return VEHICLES.has(label) ? 'vehicles' : 'others';
}

/** One hour or day. */
export interface Bar {
  readonly startMs: number;
  readonly forward: number;
  readonly backward: number;
}
export interface Filter {
  /** `null`: all of them. */
  readonly ruleId: string | null;
  readonly group: ObjectGroup | null;
}

/** One for each hour or day of the range, also where nobody came. */
export function barsOf({ starts, counts }: Pick<CrossingCounts, 'starts' | 'counts'>, filter: Filter): readonly Bar[] {
  const sums = new Map(starts.map((startMs) => [startMs, { forward: 0, backward: 0 }]));
  for (const { startMs, ruleId, label, direction, count } of counts) {
    if (filter.ruleId !== null && ruleId !== filter.ruleId) continue;
    if (filter.group !== null && groupOf(label) !== filter.group) continue;
    const sum = sums.get(startMs);
    if (sum !== undefined) sum[direction] += count;
  }
  return [...sums].map(([startMs, sum]) => ({ startMs, ...sum }));
}

/** How many of each sort crossed, by direction; only sorts that were seen. */
export function totalsOf(
  { counts }: Pick<CrossingCounts, 'counts'>,
  { ruleId }: Pick<Filter, 'ruleId'>,
): readonly { readonly group: ObjectGroup; readonly forward: number; readonly backward: number }[] {
  return OBJECT_GROUPS.map((group) => {
    const own = counts.filter((one) => groupOf(one.label) === group && (ruleId === null || one.ruleId === ruleId));
    const of = (direction: 'forward' | 'backward'): number =>
      own.reduce((sum, one) => sum + (one.direction === direction ? one.count : 0), 0);
    return { group, forward: of('forward'), backward: of('backward') };
  }).filter(({ forward, backward }) => forward + backward > 0);
}

export function busiestOf(bars: readonly Bar[]): Bar | undefined {
  const most = bars.reduce<Bar | undefined>(
    (best, bar) => (best === undefined || bar.forward + bar.backward > best.forward + best.backward ? bar : best),
    undefined,
  );
  return most !== undefined && most.forward + most.backward > 0 ? most : undefined;
}

/** The top of an axis and its step: round numbers, whole where things are counted. */
export function axisOf(most: number): { readonly top: number; readonly step: number } {
  const rough = Math.max(1, most) / 4;
  const ten = 10 ** Math.floor(Math.log10(rough));
  const step = Math.max(1, ([1, 2, 5, 10].find((one) => one * ten >= rough) ?? 10) * ten);
  return { top: Math.max(step, Math.ceil(most / step) * step), step };
}

// ---- ranges ----------------------------------------------------------------------------------------------------------

export const RANGES = ['today', 'yesterday', 'week', 'month', 'own'] as const;
export type Range = (typeof RANGES)[number];

export const MOST_DAYS = 400;
/** More days are shown by day. */
const MOST_DAYS_BY_HOUR = 3;

export interface Span {
  /** ms since 1970. */
  readonly fromMs: number;
  readonly toMs: number;
  readonly by: 'hour' | 'day';
}

/** Whole days of the screen's time zone; the last one is that of `nowMs`, or the day before. */
export function spanOf(range: Exclude<Range, 'own'>, nowMs: number): Span {
  const day = (back: number): number => {
    const now = new Date(nowMs);
    return new Date(now.getFullYear(), now.getMonth(), now.getDate() - back).getTime();
  };
  switch (range) {
    case 'today':
      return { fromMs: day(0), toMs: day(-1), by: 'hour' };
    case 'yesterday':
      return { fromMs: day(1), toMs: day(0), by: 'hour' };
    case 'week':
      return { fromMs: day(6), toMs: day(-1), by: 'day' };
    case 'month':
      return { fromMs: day(29), toMs: day(-1), by: 'day' };
  }
}

/** From the first to the last day, as `<input type="date">` names them; `undefined` where they make no range. */
export function ownSpan(from: string, to: string): Span | undefined {
  const start = new Date(`${from}T00:00`);
  const last = new Date(`${to}T00:00`);
  const days = Math.round((last.getTime() - start.getTime()) / 86_400_000) + 1;
  if (!(days >= 1 && days <= MOST_DAYS)) return undefined;
  const end = new Date(last.getFullYear(), last.getMonth(), last.getDate() + 1);
  return { fromMs: start.getTime(), toMs: end.getTime(), by: days <= MOST_DAYS_BY_HOUR ? 'hour' : 'day' };
}
