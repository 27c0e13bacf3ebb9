import type { Indicator } from '#contracts/sectors';
import type { AreaSet, Reading } from './loader.ts';
import type { Readings } from './readings.ts';

/** A part of a ratio, with what was delivered of it for the periods that count. */
export interface PartReadings {
  readonly leaf: Indicator;
  readings: readonly Reading[];
}

interface PairDeps {
  readonly readings: Pick<Readings, 'areasAt'>;
  readonly numberOf: (code: string) => number;
}
type Areas = ReadonlySet<number>;
/** What each part says of each area, in a period. */
interface Row {
  readonly startMs: number;
  readonly values: readonly ReadonlyMap<number, number>[];
  /** Areas that are in all parts. */
  readonly common: Areas;
}

/**
 * Sums of parts are made again of those areas alone that delivered all of them: in each period for parts that are
 * delivered equally often, over all of the time where one is delivered more seldom than another, as a plan is. A part
 * that was delivered for the whole area by itself, and an index, stand for themselves.
 */
export async function pairParts(deps: PairDeps, areas: AreaSet, parts: readonly PartReadings[]): Promise<void> {
  const summed = parts.filter(({ leaf }) => leaf.kind !== 'index');
  const there = summed.flatMap(({ readings }) => readings.filter(({ value }) => value !== null));
  const starts = (group: readonly PartReadings[]): readonly number[] => [
    ...new Set(group.flatMap(({ readings }) => readings.map(({ startMs }) => startMs))),
  ];
  const groups = [...new Set(summed.map(({ leaf }) => leaf.cadence.every))].map((every) =>
    summed.filter(({ leaf }) => leaf.cadence.every === every),
  );
  const whole = groups.every((group) =>
    starts(group).every((startMs) => group.every((part) => readingAt(part, startMs) !== undefined)),
  );
  // As it mostly is: the same areas everywhere.
  if (whole && new Set(there.map(({ areasKey }) => areasKey)).size < 2) return;
  const rows = new Map<readonly PartReadings[], readonly Row[]>();
  for (const group of groups) {
    if (group.some(({ readings }) => readings.some(({ own }) => own))) {
      if (group.length > 1) await pairEach(deps, areas, group, starts(group));
      continue;
    }
    const each: Row[] = [];
    for (const startMs of starts(group)) each.push(await rowAt(deps, areas, group, startMs));
    rows.set(group, each);
  }
  const reach = [...rows].map(([group, each]) => reachOf(group, each));
  for (const [group, each] of rows) {
    for (const { startMs, values, common } of each) {
      const keep = [...common].filter((area) => reach.every((one) => one.has(area)));
      resum(group, startMs, values, keep);
    }
  }
}

/** Some periods stand for themselves, the others do not. */
async function pairEach(
  deps: PairDeps,
  areas: AreaSet,
  group: readonly PartReadings[],
  starts: readonly number[],
): Promise<void> {
  for (const startMs of starts) {
    if (group.some((part) => readingAt(part, startMs)?.own === true)) continue;
    const { values, common } = await rowAt(deps, areas, group, startMs);
    resum(group, startMs, values, [...common]);
  }
}

function readingAt({ readings }: PartReadings, startMs: number): Reading | undefined {
  return readings.find((reading) => reading.startMs === startMs && reading.value !== null);
}

async function rowAt(
  { readings, numberOf }: PairDeps,
  areas: AreaSet,
  group: readonly PartReadings[],
  startMs: number,
): Promise<Row> {
  const below = areas.below === 'all' ? undefined : new Set(areas.below);
  const values: ReadonlyMap<number, number>[] = [];
  for (const { leaf } of group) {
    const mine = new Map<number, number>();
    for (const [area, { value }] of await readings.areasAt(numberOf(leaf.code), startMs)) {
      if (value !== null && area !== areas.own && (below === undefined || below.has(area))) mine.set(area, value);
    }
    values.push(mine);
  }
  const [first, ...others] = values;
  const common = new Set([...(first?.keys() ?? [])].filter((area) => others.every((one) => one.has(area))));
  return { startMs, values, common };
}

/** Areas of which a group says anything: of what is not summed over time, the last period alone counts. */
function reachOf(group: readonly PartReadings[], each: readonly Row[]): Areas {
  if (group.some(({ leaf }) => leaf.kind === 'flow')) return new Set(each.flatMap(({ common }) => [...common]));
  const told = each.filter(({ common }) => common.size > 0);
  return (
    told.reduce<Row | undefined>(
      (last, one) => (last === undefined || one.startMs > last.startMs ? one : last),
      undefined,
    )?.common ?? new Set()
  );
}

function resum(
  group: readonly PartReadings[],
  startMs: number,
  values: readonly ReadonlyMap<number, number>[],
  keep: readonly number[],
): void {
  group.forEach((part, index) => {
    const mine = values[index];
    if (mine === undefined || mine.size === keep.length) return;
    const sum = keep.reduce((total, area) => total + (mine.get(area) ?? 0), 0);
    const value = keep.length === 0 ? null : sum;
    part.readings = part.readings.map((reading) => (reading.startMs === startMs ? { ...reading, value } : reading));
  });
}
