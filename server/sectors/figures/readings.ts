import type { AreaSet, Loader, Reading } from './loader.ts';

/**
 * Sums that were read stay in memory until a value in them changes: pages and tiles ask for the same few again and again.
 * Indicators are numbers of words here.
 */
export interface Readings {
  /** Of the period that begins then; `null` where nothing was delivered. */
  at(indicator: number, areas: AreaSet, startMs: number): Promise<Reading | null>;
  /** Periods that begin in the range, oldest first; ranges that begin long ago are read without being kept. */
  range(indicator: number, areas: AreaSet, fromMs: number, toMs: number): Promise<readonly Reading[]>;
  /** The newest period with a value that begins not before and before. */
  newest(indicator: number, areas: AreaSet, fromMs: number, beforeMs: number): Promise<number | null>;
  delivered(indicator: number, fromMs: number, toMs: number): Promise<Delivered>;
  /** Of each area by itself, those that have a value for the period that begins then. */
  areasAt(indicator: number, startMs: number): Promise<ReadonlyMap<number, Reading>>;
  receivedMs(batch: number): Promise<number | null>;
  /** Reads what is there from then on, to be at hand. */
  hold(indicator: number, areas: AreaSet, fromMs: number): Promise<void>;
  /** The same of many areas that have none below, in one go. */
  holdEach(indicator: number, areas: readonly AreaSet[], fromMs: number): Promise<void>;
  /** Values changed: `above` gives the areas in whose sums an area is, itself too. */
  forget(
    cells: readonly { indicator: number; areaCode: string; periodMs: number }[],
    above: (areaCode: string) => readonly string[],
  ): void;
  clear(): void;
}
export interface Delivered {
  readonly areas: ReadonlySet<number>;
  /** `area unit`. */
  readonly units: ReadonlySet<string>;
}

interface Series {
  /** Everything from then on is in `points`. */
  fromMs: number;
  readonly points: Map<number, Reading>;
  /** Begins of its points in order; `null` where they have changed. */
  starts: readonly number[] | null;
  /** Single periods before that. */
  readonly single: Map<number, Reading | null>;
  /** Periods whose values changed since. */
  readonly dirty: Set<number>;
  changes: number;
}

/** Readings kept in all, about 150 bytes each. */
const MOST_POINTS = 200_000;
const MOST_SINGLE = 64;
const MOST_DELIVERED = 2000;
const MOST_AREAS = 1000;
const MOST_BATCHES = 20_000;
const FOREVER = Number.MAX_SAFE_INTEGER;

/** `endMs`: nothing that begins later will be asked for. */
export function createReadings(loader: Loader, endMs = FOREVER): Readings {
  /** The one that was used last is the last. */
  const kept = new Map<string, Series>();
  const deliveries = createRangeCache<Delivered>(MOST_DELIVERED);
  const eachArea = createRangeCache<ReadonlyMap<number, Reading>>(MOST_AREAS);
  const received = new Map<number, number | null>();
  let points = 0;
  let changes = 0;

  const keyOf = (indicator: number, { code }: Pick<AreaSet, 'code'>): string => `${indicator} ${code}`;

  function seriesOf(key: string): Series {
    const known = kept.get(key);
    if (known !== undefined) {
      kept.delete(key);
      kept.set(key, known);
      return known;
    }
    const series: Series = {
      fromMs: endMs,
      points: new Map(),
      starts: null,
      single: new Map(),
      dirty: new Set(),
      changes: 0,
    };
    kept.set(key, series);
    return series;
  }

  function makeRoom(): void {
    for (const [key, series] of kept) {
      if (points <= MOST_POINTS || kept.size === 1) return;
      points -= series.points.size;
      kept.delete(key);
    }
  }

  function put(series: Series, readings: readonly Reading[]): void {
    for (const reading of readings) {
      if (!series.points.has(reading.startMs)) {
        points += 1;
        series.starts = null;
      }
      series.points.set(reading.startMs, reading);
    }
  }

  /** Brings the series up to date; `false` where it changed meanwhile: ask again. */
  async function refresh(indicator: number, areas: AreaSet, series: Series, fromMs: number): Promise<boolean> {
    const before = series.changes;
    if (fromMs < series.fromMs) {
      const older = await loader.sums(indicator, areas, fromMs, series.fromMs);
      if (series.changes !== before) return false;
      put(series, older);
      series.fromMs = Math.min(series.fromMs, fromMs);
      return true;
    }
    for (const startMs of [...series.dirty]) {
      if (startMs < series.fromMs) {
        series.dirty.delete(startMs);
        continue;
      }
      const [reading] = await loader.sums(indicator, areas, startMs, startMs + 1);
      if (series.changes !== before) return false;
      if (reading === undefined) {
        if (series.points.delete(startMs)) points -= 1;
        series.starts = null;
      } else put(series, [reading]);
      series.dirty.delete(startMs);
    }
    return true;
  }

  /** Up to date from `fromMs` on. */
  async function current(indicator: number, areas: AreaSet, fromMs: number): Promise<Series> {
    const series = seriesOf(keyOf(indicator, areas));
    for (let tries = 0; tries < 20; tries += 1) {
      if (fromMs >= series.fromMs && series.dirty.size === 0) break;
      await refresh(indicator, areas, series, fromMs);
    }
    makeRoom();
    return series;
  }

  async function range(indicator: number, areas: AreaSet, fromMs: number, toMs: number): Promise<readonly Reading[]> {
    const series = await current(indicator, areas, fromMs);
    const starts = startsOf(series);
    const found: Reading[] = [];
    for (let index = placeIn(starts, fromMs); index < starts.length; index += 1) {
      const reading = series.points.get(starts[index] ?? toMs);
      if (reading === undefined || reading.startMs >= toMs) break;
      found.push(reading);
    }
    return found;
  }

  return {
    range,
    async at(indicator, areas, startMs) {
      const series = seriesOf(keyOf(indicator, areas));
      if (startMs >= series.fromMs) {
        const { points: held } = await current(indicator, areas, startMs);
        return held.get(startMs) ?? null;
      }
      const known = series.single.get(startMs);
      if (known !== undefined) return known;
      const before = series.changes;
      const [reading = null] = await loader.sums(indicator, areas, startMs, startMs + 1);
      if (series.changes === before) keepSingle(series, startMs, reading);
      return reading;
    },
    async newest(indicator, areas, fromMs, beforeMs) {
      const series = seriesOf(keyOf(indicator, areas));
      if (series.fromMs < beforeMs) {
        const { points: held } = await current(indicator, areas, series.fromMs);
        const starts = startsOf(series);
        for (let index = placeIn(starts, beforeMs) - 1; index >= 0; index -= 1) {
          const startMs = starts[index] ?? 0;
          if (startMs < fromMs) return null;
          if (held.get(startMs)?.value !== null) return startMs;
        }
      }
      return loader.newest(indicator, areas, fromMs, Math.min(beforeMs, Math.max(series.fromMs, fromMs)));
    },
    delivered: (indicator, fromMs, toMs) =>
      deliveries.get(indicator, fromMs, toMs, async () => {
        const rows = await loader.delivered(indicator, fromMs, toMs);
        return {
          areas: new Set(rows.map(({ area }) => area)),
          units: new Set(rows.map(({ area, unit }) => `${area} ${unit}`)),
        };
      }),
    areasAt: (indicator, startMs) =>
      eachArea.get(indicator, startMs, startMs + 1, async () => {
        const rows = await loader.byArea(indicator, startMs, startMs + 1);
        return new Map(rows.filter(({ value }) => value !== null).map((row) => [row.area, row]));
      }),
    async receivedMs(batch) {
      const known = received.get(batch);
      if (known !== undefined) return known;
      const receivedMs = await loader.receivedMs(batch);
      received.set(batch, receivedMs);
      dropOldest(received, MOST_BATCHES);
      return receivedMs;
    },
    async hold(indicator, areas, fromMs) {
      await current(indicator, areas, fromMs);
    },
    async holdEach(indicator, each, fromMs) {
      const missing = each.filter((areas) => (kept.get(keyOf(indicator, areas))?.fromMs ?? endMs) > fromMs);
      if (missing.length === 0) return;
      const before = changes;
      const readings = await loader.byArea(indicator, fromMs, endMs);
      if (changes !== before) return;
      const wanted = new Map<number, Series>();
      for (const areas of missing) {
        const series = seriesOf(keyOf(indicator, areas));
        series.fromMs = fromMs;
        series.dirty.clear();
        wanted.set(areas.own, series);
      }
      for (const reading of readings) {
        const series = wanted.get(reading.area);
        if (series !== undefined) put(series, [reading]);
      }
      makeRoom();
    },
    forget(cells, above) {
      changes += 1;
      const seen = new Set<string>();
      for (const { indicator, areaCode, periodMs } of cells) {
        for (const code of above(areaCode)) {
          const mark = `${indicator} ${code} ${periodMs}`;
          if (seen.has(mark)) continue;
          seen.add(mark);
          const series = kept.get(keyOf(indicator, { code }));
          if (series === undefined) continue;
          series.changes += 1;
          series.single.delete(periodMs);
          if (periodMs >= series.fromMs) series.dirty.add(periodMs);
        }
      }
      const touched = new Map<number, Set<number>>();
      for (const { indicator, periodMs } of cells) {
        const periods = touched.get(indicator) ?? new Set();
        touched.set(indicator, periods.add(periodMs));
      }
      deliveries.forget(touched);
      eachArea.forget(touched);
    },
    clear() {
      changes += 1;
      for (const series of kept.values()) series.changes += 1;
      kept.clear();
      deliveries.clear();
      eachArea.clear();
      points = 0;
    },
  };
}

function startsOf(series: Series): readonly number[] {
  series.starts ??= [...series.points.keys()].sort((a, b) => a - b);
  return series.starts;
}

/** Of the first that is not before. */
function placeIn(starts: readonly number[], ms: number): number {
  let [low, high] = [0, starts.length];
  while (low < high) {
    const middle = (low + high) >> 1;
    if ((starts[middle] ?? 0) < ms) low = middle + 1;
    else high = middle;
  }
  return low;
}

function keepSingle(series: Series, startMs: number, reading: Reading | null): void {
  series.single.set(startMs, reading);
  dropOldest(series.single, MOST_SINGLE);
}

function dropOldest<Key, Value>(map: Map<Key, Value>, most: number): void {
  const oldest = map.size > most ? map.keys().next() : undefined;
  if (oldest?.done === false) map.delete(oldest.value);
}

interface RangeCache<Value> {
  get(indicator: number, fromMs: number, toMs: number, read: () => Promise<Value>): Promise<Value>;
  forget(touched: ReadonlyMap<number, ReadonlySet<number>>): void;
  clear(): void;
}

/** Answers about ranges of periods of an indicator, until a value in them changes. */
function createRangeCache<Value>(most: number): RangeCache<Value> {
  const held = new Map<string, { indicator: number; fromMs: number; toMs: number; value: Value }>();
  let changes = 0;
  return {
    async get(indicator, fromMs, toMs, read) {
      const key = `${indicator} ${fromMs} ${toMs}`;
      const known = held.get(key);
      if (known !== undefined) return known.value;
      const before = changes;
      const value = await read();
      if (changes === before) {
        held.set(key, { indicator, fromMs, toMs, value });
        dropOldest(held, most);
      }
      return value;
    },
    forget(touched) {
      changes += 1;
      for (const [key, { indicator, fromMs, toMs }] of held) {
        const periods = touched.get(indicator);
        // Ranges of several periods are few: they are simply read again.
        if (periods !== undefined && (toMs - fromMs > 1 || periods.has(fromMs))) held.delete(key);
      }
    },
    clear() {
      changes += 1;
      held.clear();
    },
  };
}
