import type { Clock } from '#base/clock';
import type { Database } from '#base/database';
import {
  type Figure,
  type FigureBand,
  type Indicator,
  OBSERVATION_STATUSES,
  type ObservationStatus,
  type Period,
  type Target,
} from '#contracts/sectors';
import { unknownIndicator } from '../catalogue/catalogue.ts';
import type { Catalogue, Figures, ObservationChange, Places } from '../interfaces.ts';
import type { ObservationStore } from '../observations/observations.ts';
import { ABOUT_MS, periodOf, usualPeriodBefore } from '../periods.ts';
import { amountOver, type Facts, leavesOf } from './amounts.ts';
import { type AreaTree, createAreaTree } from './area-tree.ts';
import { choosePeriod, missingPeriod, staleFromMs } from './choice.ts';
import { createHistory, type HistoryRange } from './history.ts';
import { type AreaSet, createLoader } from './loader.ts';
import { createReadings, type Readings } from './readings.ts';
import { type Obligation, reportingOf } from './reporting.ts';
import { targetAt } from './targets.ts';
import type { View } from './view.ts';

export interface FigureDeps {
  readonly database: Pick<Database, 'all' | 'get'>;
  readonly clock: Pick<Clock, 'now'>;
  readonly observations: Pick<ObservationStore, 'words' | 'onChanged'>;
  readonly catalogue: Pick<Catalogue, 'indicator' | 'indicators'>;
  readonly places: Places;
  /** Of all feeds that are not paused; the province as a whole is its root area. */
  readonly obligations: (indicator: string) => readonly Obligation[];
  /** Ids of feeds that a program plays. */
  readonly syntheticFeeds: () => readonly string[];
  /** Of all areas; cheap to ask. */
  readonly targets: (indicator: string) => Promise<readonly Target[]>;
  /** By the threshold rules. */
  readonly judge?: (figure: Figure) => FigureBand | null;
}

export interface CurvePoint {
  readonly startMs: number;
  readonly value: number | null;
}
export interface FigureService extends Figures {
  /** Of the province, of an indicator as it may become; no rule judges it. */
  trial(indicator: Indicator): Promise<Figure>;
  /** Of each commune, in the order of their codes; of an indicator of the province only that. */
  ofAreas(indicator: string, atMs?: number): Promise<readonly Figure[]>;
  /** The last values up to the period of the figure, oldest first. */
  curve(figure: Figure, length: number, atMs?: number): Promise<readonly CurvePoint[]>;
  /** Of single periods of the same area, by where they begin; those without a value are left out. */
  valuesOf(figure: Figure, periods: readonly Period[]): Promise<ReadonlyMap<number, number>>;
  history(range: HistoryRange): ReturnType<ReturnType<typeof createHistory>>;
  /** Areas or feeds are not what they were. */
  forget(): void;
  close(): void;
}

/** Periods that are held of an area by itself; and of the province, whose curves are on each screen. */
const HELD_PERIODS = 16;
const HELD_OF_ROOT = 62;
/** Moments in the past for which readings are held. */
const MOST_PAST = 3;

/** What departments delivered becomes figures: sums of areas, ratios of their parts, and how fresh they are. */
export function createFigures(deps: FigureDeps): FigureService {
  const { database, clock, catalogue, places } = deps;
  const { words } = deps.observations;
  let live: Readings | undefined;
  const past = new Map<number, Readings>();
  /** Words that were delivered for the first time are still to be read. */
  let wordsBehind = true;
  let tree: AreaTree = createAreaTree(places);

  const numberOf = (code: string): number => words.id('indicator', code) ?? -1;
  const areaNumber = (code: string): number => words.id('area', code) ?? -1;

  function areasOf(code: string): AreaSet {
    if (code === places.rootArea()) return { code, own: areaNumber(code), below: 'all' };
    const below = tree.below(code).flatMap((one) => words.id('area', one) ?? []);
    return { code, own: areaNumber(code), below };
  }

  async function readingsAt(atMs: number | null): Promise<Readings> {
    const syntheticFeeds = (): number[] => deps.syntheticFeeds().flatMap((id) => words.id('feed', id) ?? []);
    const known = atMs === null ? live : past.get(atMs);
    if (known !== undefined) return known;
    const readings = createReadings(await createLoader({ database, atMs, syntheticFeeds }));
    if (atMs === null) {
      live ??= readings;
      return live;
    }
    past.set(atMs, readings);
    const oldest = past.size > MOST_PAST ? past.keys().next() : undefined;
    if (oldest?.done === false) past.delete(oldest.value);
    return readings;
  }

  async function viewAt(askedMs: number | undefined): Promise<View> {
    const nowMs = clock.now();
    const isPast = askedMs !== undefined && askedMs < nowMs;
    if (wordsBehind) {
      wordsBehind = false;
      await words.refresh();
    }
    const readings = await readingsAt(isPast ? askedMs : null);
    const atMs = isPast ? askedMs : nowMs;
    return { atMs, live: !isPast, readings, indicator: catalogue.indicator, numberOf, areasOf, places };
  }

  const reporting = {
    obligations: deps.obligations,
    areaNumber,
    unitNumber: (id: string): number => words.id('unit', id) ?? -1,
    isWithin: (areaCode: string, outer: string): boolean => tree.above(areaCode).includes(outer),
  };

  async function hold(view: View, indicator: Indicator, areaCode: string, periods: number): Promise<void> {
    for (const leaf of leavesOf(indicator, view.indicator)) {
      const number = numberOf(leaf.code);
      const fromMs = view.atMs - periods * ABOUT_MS[indicator.cadence.every];
      if (number >= 0) await view.readings.hold(number, areasOf(areaCode), fromMs);
    }
  }

  async function figureIn(view: View, indicator: Indicator, areaCode: string): Promise<Figure> {
    const chosen = await choosePeriod(view, indicator, areaCode, (period) =>
      reportingOf(reporting, view, indicator, areaCode, period),
    );
    if (chosen === undefined) {
      const period = missingPeriod(places, indicator, view.atMs);
      const told = await reportingOf(reporting, view, indicator, areaCode, period);
      return judged({
        ...named(indicator, areaCode, period, told),
        target: await targetOf(indicator, areaCode, period),
      });
    }
    const { period, amount } = chosen;
    const staleMs = staleFromMs(places, indicator, period);
    const { facts, value, numerator, denominator } = amount;
    return judged({
      ...named(indicator, areaCode, period, chosen.reporting),
      ...{ value, numerator, denominator },
      state: view.atMs < staleMs ? 'fresh' : 'stale',
      staleAtMs: view.atMs < staleMs ? staleMs : null,
      phenomenonMs: facts?.phenomenonMs ?? null,
      receivedMs: facts === null ? null : await view.readings.receivedMs(facts.batch),
      status: facts === null ? null : statusOf(facts),
      unconfirmed: facts?.unconfirmed ?? false,
      before: await beforeOf(view, indicator, areaCode, period),
      target: await targetOf(indicator, areaCode, period),
      synthetic: facts?.synthetic ?? false,
    });
  }

  function judged(figure: Omit<Figure, 'band'>): Figure {
    const unjudged: Figure = { ...figure, band: null };
    return { ...unjudged, band: deps.judge?.(unjudged) ?? null };
  }

  async function beforeOf(
    view: View,
    indicator: Indicator,
    areaCode: string,
    period: Period,
  ): Promise<Figure['before']> {
    const before = usualPeriodBefore(indicator.cadence, period, places.timeZone);
    const { value } = await amountOver(view, indicator, areaCode, before);
    return value === null ? null : { period: before, value };
  }

  async function targetOf({ code }: Indicator, areaCode: string, period: Period): Promise<number | null> {
    return targetAt(await deps.targets(code), areaCode, period.endMs);
  }

  function indicatorOf(code: string): Indicator {
    const indicator = catalogue.indicator(code);
    if (indicator === undefined) throw unknownIndicator();
    return indicator;
  }

  function onChange({ cells }: ObservationChange): void {
    wordsBehind = true;
    if (cells.some(({ indicator, areaCode }) => numberOf(indicator) < 0 || areaNumber(areaCode) < 0)) {
      // Nothing of them can be in memory yet, but sums in which they are.
      live?.clear();
      return;
    }
    live?.forget(
      cells.map(({ indicator, areaCode, period }) => ({
        ...{ indicator: numberOf(indicator), areaCode, periodMs: period.startMs },
      })),
      tree.above,
    );
  }

  function forget(): void {
    tree = createAreaTree(places);
    wordsBehind = true;
    live?.clear();
    past.clear();
  }
  const stops = [deps.observations.onChanged(onChange), places.onChanged(forget)];

  const history = createHistory({
    timeZone: () => places.timeZone,
    view: () => viewAt(undefined),
    loader: () => createLoader({ database, atMs: null, syntheticFeeds: () => [] }),
    ...{ indicatorOf, targets: deps.targets },
  });

  return {
    async figure(code, areaCode, atMs) {
      const view = await viewAt(atMs);
      const indicator = indicatorOf(code);
      await hold(view, indicator, areaCode, areaCode === places.rootArea() ? HELD_OF_ROOT : HELD_PERIODS);
      return figureIn(view, indicator, areaCode);
    },
    async trial(indicator) {
      const now = await viewAt(undefined);
      const asIf = (code: string): Indicator | undefined =>
        code === indicator.code ? indicator : catalogue.indicator(code);
      const view: View = { ...now, indicator: asIf };
      await hold(view, indicator, places.rootArea(), HELD_PERIODS);
      return { ...(await figureIn(view, indicator, places.rootArea())), band: null };
    },
    async ofAreas(code, atMs) {
      const view = await viewAt(atMs);
      const indicator = indicatorOf(code);
      if (indicator.level === 'province') return [await figureIn(view, indicator, places.rootArea())];
      const communes = places.areas().filter(({ level, validFromMs, validToMs }) => {
        return (
          level === 'commune' && (validFromMs ?? 0) <= view.atMs && (validToMs ?? Number.POSITIVE_INFINITY) > view.atMs
        );
      });
      const fromMs = view.atMs - HELD_PERIODS * ABOUT_MS[indicator.cadence.every];
      for (const leaf of leavesOf(indicator, catalogue.indicator)) {
        const number = numberOf(leaf.code);
        const each = communes.map((area) => areasOf(area.code)).filter(({ own }) => own >= 0);
        if (number >= 0) await view.readings.holdEach(number, each, fromMs);
      }
      const figures: Figure[] = [];
      for (const { code: areaCode } of communes) figures.push(await figureIn(view, indicator, areaCode));
      return figures.sort((a, b) => (a.areaCode < b.areaCode ? -1 : 1));
    },
    async curve(figure, length, atMs) {
      const view = await viewAt(atMs);
      const indicator = indicatorOf(figure.indicator);
      await hold(view, indicator, figure.areaCode, length + 2);
      const points: CurvePoint[] = [];
      let { startMs } = figure.period;
      for (let count = 0; count < length; count += 1) {
        const period = periodOf(indicator.cadence, startMs, places.timeZone);
        const { value } = await amountOver(view, indicator, figure.areaCode, period);
        points.unshift({ startMs: period.startMs, value });
        startMs = period.startMs - 1;
      }
      const first = points.findIndex(({ value }) => value !== null);
      return first < 0 ? [] : points.slice(first);
    },
    async valuesOf({ indicator: code, areaCode }, periods) {
      const view = await viewAt(undefined);
      const indicator = indicatorOf(code);
      const found = new Map<number, number>();
      for (const period of periods) {
        const { value } = await amountOver(view, indicator, areaCode, period);
        if (value !== null) found.set(period.startMs, value);
      }
      return found;
    },
    history,
    forget,
    close() {
      for (const stop of stops) stop();
    },
  };
}

type Named = Omit<Figure, 'target' | 'band'>;

/** As one that is missing. */
function named({ code }: Indicator, areaCode: string, period: Period, reporting: Figure['reporting']): Named {
  return {
    ...{ indicator: code, areaCode, period, reporting, value: null, numerator: null, denominator: null },
    ...{ state: 'missing', staleAtMs: null, phenomenonMs: null, receivedMs: null, status: null },
    ...{ unconfirmed: false, before: null, synthetic: false },
  };
}

/** The least certain of all. */
function statusOf({ statusLow, statusHigh }: Facts): ObservationStatus {
  const provisional = OBSERVATION_STATUSES.indexOf('provisional');
  return OBSERVATION_STATUSES[statusLow === provisional ? statusLow : statusHigh] ?? 'provisional';
}
