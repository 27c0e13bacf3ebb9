import type { z } from 'zod';
import { Fault } from '#base/errors';
import type { FeedGrid, gridInputSchema } from '#contracts/feeds';
import type { Indicator, Period } from '#contracts/sectors';
import type { StoredFeed } from '../feeds/feed-store.ts';
import type { Catalogue, Observations, Places } from '../interfaces.ts';
import { dueMs, lastClosedPeriod, periodOf, periodText } from '../periods.ts';
import type { Cell, RawRow, Reading } from './raw-row.ts';
import { tableText } from './views.ts';

/** The cells that a unit has to fill in, as they stand; and what it fills in, as rows like any others. */
interface GridDeps {
  readonly catalogue: Pick<Catalogue, 'indicator'>;
  readonly places: Pick<Places, 'timeZone' | 'rootArea'>;
  readonly observations: Pick<Observations, 'newest'>;
}

export type GridInput = z.output<typeof gridInputSchema>;

/** The period that is asked for: the newest that is over, or still running where it is due before it ends. */
function duePeriod({ cadence }: Indicator, atMs: number, timeZone: string): Period {
  return cadence.lagMinutes < 0 ? periodOf(cadence, atMs, timeZone) : lastClosedPeriod(cadence, atMs, timeZone);
}

/** As somebody sees it who answers for some of its cells; `mine` is asked about the unit of each, `null` is the owner. */
export function partly(feed: StoredFeed, mine: ((unitId: string | null) => boolean) | undefined): StoredFeed {
  if (mine === undefined) return feed;
  const obliged = feed.input.obliged.map((one) => ({ ...one, cells: one.cells.filter(({ unitId }) => mine(unitId)) }));
  // Without any cell it would be the whole province.
  return { ...feed, input: { ...feed.input, obliged: obliged.filter(({ cells }) => cells.length > 0) } };
}

export async function readGrid({ id, input }: StoredFeed, atMs: number, deps: GridDeps): Promise<FeedGrid> {
  const { catalogue, places, observations } = deps;
  const obliged = input.obliged.flatMap(({ indicator: code, cells }) => {
    const indicator = catalogue.indicator(code);
    if (indicator === undefined) return [];
    const whole = [{ areaCode: places.rootArea(), unitId: null }];
    return [
      { indicator, period: duePeriod(indicator, atMs, places.timeZone), cells: cells.length === 0 ? whole : cells },
    ];
  });
  const areas = new Map<string, string | null>();
  for (const { cells } of obliged)
    for (const { areaCode, unitId } of cells) areas.set(areaCode, areas.get(areaCode) ?? unitId);
  const known = await Promise.all(
    obliged.map(async ({ indicator, period }) => {
      const values = await observations.newest({
        ...{ indicator: indicator.code, feedId: id, fromMs: period.startMs, toMs: period.startMs + 1 },
      });
      return new Map(values.map((one) => [one.areaCode, one]));
    }),
  );
  return {
    feedId: id,
    columns: obliged.map(({ indicator, period }) => ({
      indicator: indicator.code,
      periodStartMs: period.startMs,
      periodEndMs: period.endMs,
      dueMs: dueMs(indicator.cadence, period),
    })),
    rows: [...areas].map(([areaCode, unitId]) => ({
      areaCode,
      unitId,
      cells: obliged.map(({ cells }, at) => {
        if (!cells.some((cell) => cell.areaCode === areaCode)) return null;
        const found = known[at]?.get(areaCode);
        return { value: found?.value ?? null, reason: found?.reason ?? null, known: found !== undefined };
      }),
    })),
  };
}

/** A row for each cell, in our own words. */
export function gridReading({ cells }: GridInput, { catalogue, places }: GridDeps): Reading {
  const columns = ['indicator', 'area', 'period', 'value', 'reason'];
  const rows = cells.map((cell, at): RawRow => {
    const indicator = catalogue.indicator(cell.indicator);
    const start = { startMs: cell.periodStartMs, endMs: cell.periodStartMs };
    const period = indicator === undefined ? '' : periodText(indicator.cadence, start, places.timeZone);
    const fields: readonly (readonly [string, Cell])[] = [
      ['indicator', cell.indicator],
      ['area', cell.areaCode],
      ['period', period],
      ['value', cell.value],
      ['reason', cell.reason],
    ];
    const sent = JSON.stringify(Object.fromEntries(fields));
    return { row: at + 1, line: null, cells: new Map(fields), sent, fault: null };
  });
  return { columns, rows, encoding: 'utf-8', delimiter: null, repairs: [], foreignColumns: false };
}

/** What is due, with empty cells for the values: for spreadsheets. */
export async function templateOf(feed: StoredFeed, atMs: number, deps: GridDeps): Promise<string> {
  const grid = await readGrid(feed, atMs, deps);
  const { mapping } = feed.input;
  const name = (field: 'indicator' | 'area' | 'period' | 'value' | 'reason'): string => mapping.columns[field] ?? field;
  if (feed.input.carries === 'events') {
    const fields = [
      'type',
      'id',
      'title',
      'detail',
      'severity',
      'time',
      'area',
      'latitude',
      'longitude',
      'place',
      'link',
      'state',
    ] as const;
    return tableText([
      fields.filter((field) => mapping.constants[field] === undefined).map((field) => mapping.columns[field] ?? field),
    ]);
  }
  const wide = Object.entries(mapping.indicators);
  const periodOfColumn = (code: string): string => {
    const column = grid.columns.find(({ indicator }) => indicator === code);
    const indicator = deps.catalogue.indicator(code);
    if (column === undefined || indicator === undefined) return '';
    return periodText(
      indicator.cadence,
      { startMs: column.periodStartMs, endMs: column.periodEndMs },
      deps.places.timeZone,
    );
  };
  if (wide.length > 0) {
    const [first] = wide;
    const period = periodOfColumn(first?.[1] ?? '');
    const head = [name('area'), name('period'), ...wide.map(([column]) => column)];
    return tableText([head, ...grid.rows.map(({ areaCode }) => [areaCode, period, ...wide.map(() => '')])]);
  }
  const head = [name('indicator'), name('area'), name('period'), name('value'), name('reason')];
  const lines = grid.columns.flatMap(({ indicator }, at) =>
    grid.rows.flatMap(({ areaCode, cells }) =>
      cells[at] == null ? [] : [[indicator, areaCode, periodOfColumn(indicator), '', '']],
    ),
  );
  if (lines.length > 20_000)
    throw new Fault('tooLarge', 'feed.templateTooLarge', 'this feed has too many cells for a template');
  return tableText([head, ...lines]);
}
