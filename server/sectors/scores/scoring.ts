import { setImmediate as immediate } from 'node:timers/promises';
import type { Clock } from '#base/clock';
import type { Database, Queries } from '#base/database';
import { Fault, messageOf } from '#base/errors';
import type { Logger } from '#base/log';
import type { FeedView } from '#contracts/feeds';
import {
  type FailingRows,
  type LeagueRow,
  NO_SCORES,
  type Quality,
  type QualityView,
  type QualityWindow,
  type Score,
  type Scores,
} from '#contracts/quality';
import type { Catalogue, Feeds, ObservationChange, Observations, Places, Scoring } from '../interfaces.ts';
import type { ScoredValue, ScoreValues } from '../observations/score-values.ts';
import { ABOUT_MS, lateMs, periodOf } from '../periods.ts';
import { countClean } from './clean.ts';
import { countComplete } from './complete.ts';
import { countCorrect, type Unusual } from './correct.ts';
import { type FeedDay, obligedCells } from './feed-day.ts';
import { addScores, ranked, worstGrade } from './league.ts';
import { countLive, liveFromMs } from './live.ts';
import {
  countedDays,
  dirtyDays,
  forget,
  gapSeconds,
  markDirty,
  readConfirmations,
  readFailures,
  saveConfirmation,
  saveDay,
  sumCounts,
  type Window,
} from './score-store.ts';
import { createTally, DAY_MS, dayOf } from './tally.ts';

/** Which feeds, and which units of them, somebody may know of. */
export type VisibleScore = (feed: FeedView, unitId: string | null) => boolean;

export interface QualityQuery {
  readonly window: QualityWindow;
  readonly sector?: string | undefined;
  readonly feed?: string | undefined;
  readonly unit?: string | undefined;
}

export interface ScoreDesk extends Scoring {
  /** Of each feed; with `feed` of its units besides, with `unit` of that unit in each feed. */
  quality(query: QualityQuery, visible: VisibleScore): Promise<readonly QualityView[]>;
  failing(
    query: QualityQuery & { readonly quality: Quality; readonly skip: number; readonly limit: number },
    visible: VisibleScore,
  ): Promise<FailingRows>;
  /** The worst first. */
  league(query: QualityQuery, visible: VisibleScore): Promise<readonly LeagueRow[]>;
  /** A person has asked: it is so. Rejects with `notFound` where there is no value. */
  confirm(
    place: { indicator: string; areaCode: string; periodStartMs: number },
    by: { name: string; note: string },
  ): Promise<void>;
  /** Counts days of a feed again from what was delivered, as if nothing had been counted. */
  recount(feedId: string, fromMs: number, toMs: number): Promise<void>;
  /** Resolves when all that has changed by now is counted. */
  settled(): Promise<void>;
  begin(): void;
  close(): Promise<void>;
}

/** After a delivery, so that many that come together are counted once. */
const SOON_MS = 200;
const LOOK_EVERY_MS = 60_000;
/** Counting is a guest of the thread that carries live video: so long at a time, and so large a share of all time. */
const MOST_MS = 250;
const MOST_SHARE = 0.2;
const MOST_BAD_ROWS = 20_000;
const WEEK_MS = 7 * DAY_MS;
/** The longest window but the current period, and the week before it. */
const LOOK_BACK_MS = 38 * DAY_MS;

export async function createScoring(options: {
  database: Database;
  clock: Clock;
  log: Logger;
  catalogue: Catalogue;
  places: Places;
  feeds: Feeds;
  observations: Pick<Observations, 'newest' | 'onChanged' | 'settled'> & {
    setUnconfirmed(
      queries: Queries,
      place: { indicator: string; areaCode: string; periodStartMs: number },
      unconfirmed: boolean,
    ): Promise<boolean>;
  };
  values: ScoreValues;
}): Promise<ScoreDesk> {
  const { database, clock, catalogue, places, feeds, observations, values } = options;
  const log = options.log.child({ part: 'scores' });
  const listeners = new Set<(change: { sector: string }) => void>();
  const dirty = new Map<string, Set<number>>();
  /** Of the last week, by feed. */
  const newest = new Map<string, Scores>();
  /** Feeds of which every day in reach was counted once. */
  const known = new Set<string>();
  const confirmed = new Map<string, number | null>();
  const placeKey = (indicator: string, areaCode: string, startMs: number): string =>
    `${indicator} ${areaCode} ${startMs}`;
  for (const one of await readConfirmations(database)) {
    confirmed.set(placeKey(one.indicator, one.areaCode, one.periodStartMs), one.value);
  }
  for (const { feedId, dayMs } of await dirtyDays(database)) daysOf(feedId).add(dayMs);
  let working: Promise<void> | undefined;
  let waiting: (() => void) | undefined;
  let lookedMs = clock.now();
  let stop = (): void => {};
  let closed = false;
  /** We are telling that values are unusual: that is no news to us. */
  let flagging = false;
  /** Periods of indicators in which something has changed that may concern what came on other days. */
  const changedRanges = new Map<string, { fromMs: number; toMs: number }>();
  const stops = [
    observations.onChanged((change) => {
      if (!flagging) touched(change);
    }),
    feeds.onDelivered(({ feedId, receivedMs }) => spoil(feedId, [receivedMs])),
    feeds.onChanged(({ feedId }) => spoil(feedId, [clock.now()])),
    catalogue.onChanged(({ sector }) => {
      for (const feed of feeds.feeds()) if (feed.sector === sector) spoil(feed.id, [clock.now()]);
    }),
  ];

  function daysOf(feedId: string): Set<number> {
    const known = dirty.get(feedId) ?? new Set<number>();
    dirty.set(feedId, known);
    return known;
  }

  function spoil(feedId: string, moments: readonly number[]): void {
    const days = [...new Set(moments.map(dayOf))].filter(
      (day) => day <= clock.now() && day > clock.now() - 400 * DAY_MS && !daysOf(feedId).has(day),
    );
    if (days.length === 0) return;
    for (const day of days) daysOf(feedId).add(day);
    // So that a program that ends now goes on from there.
    markDirty(database, feedId, days).catch((error: unknown) =>
      log.warn({ reason: messageOf(error) }, 'what is to be counted was not noted'),
    );
    soon(SOON_MS);
  }

  function soon(delayMs: number): void {
    if (closed) return;
    waiting ??= clock.after(delayMs, () => {
      waiting = undefined;
      void work();
    });
  }

  /** Values have changed: the days on which they came, on which they were late, and those of what is held against them. */
  function touched({ feedId, receivedMs, cells }: ObservationChange): void {
    const moments = new Set<number>([receivedMs]);
    for (const { indicator: code, period } of cells) {
      const indicator = catalogue.indicator(code);
      if (indicator === undefined) continue;
      moments.add(dayOf(lateMs(indicator.cadence, period)));
      const holding = catalogue
        .identities(indicator.sector)
        .filter(({ right, left }) => [...right, ...left].some((term) => term.indicator === code))
        .flatMap(({ left }) => left.map((term) => term.indicator));
      for (const one of new Set([code, ...holding])) {
        const known = changedRanges.get(one) ?? { fromMs: period.startMs, toMs: period.startMs + 1 };
        changedRanges.set(one, {
          fromMs: Math.min(known.fromMs, period.startMs),
          toMs: Math.max(known.toMs, period.startMs + 1),
        });
      }
    }
    spoil(feedId, [...moments]);
  }

  /** What new values took the place of, and totals of which they are parts, came some other day. */
  async function findOthers(): Promise<void> {
    const ranges = [...changedRanges];
    changedRanges.clear();
    for (const [code, { fromMs, toMs }] of ranges) {
      const moments = new Map<string, Set<number>>();
      for (const { feedId, receivedMs } of await values.revisions(code, fromMs, toMs)) {
        const known = moments.get(feedId) ?? new Set<number>();
        moments.set(feedId, known.add(dayOf(receivedMs)));
      }
      for (const [feedId, days] of moments) spoil(feedId, [...days]);
      await immediate();
    }
  }

  function work(): Promise<void> {
    working ??= countAll()
      .catch((error: unknown) => log.error({ err: error }, 'scores were not counted'))
      .finally(() => {
        working = undefined;
        if (isOpen()) soon(Math.max(SOON_MS, tookMs / MOST_SHARE));
      });
    return working;
  }

  function isOpen(): boolean {
    return changedRanges.size > 0 || [...dirty.values()].some((days) => days.size > 0);
  }

  /** Days on which nobody looked: the program was not there, or the feed is new. */
  async function findUncounted(): Promise<void> {
    const nowMs = clock.now();
    for (const feed of feeds.feeds()) {
      if (known.has(feed.id)) continue;
      known.add(feed.id);
      const first = dayOf(Math.max(feed.createdMs, nowMs - LOOK_BACK_MS));
      const counted = await countedDays(database, feed.id, first);
      const days = new Set<number>();
      for (let day = first; day <= nowMs; day += DAY_MS) if (!counted.includes(day)) days.add(day);
      // What was counted last may have been counted in the middle of the day.
      const last = counted.at(-1);
      if (last !== undefined) days.add(last);
      spoil(feed.id, [...days]);
    }
  }

  let tookMs = 0;
  async function countAll(): Promise<void> {
    const changed = new Set<string>();
    const begun = performance.now();
    await findUncounted();
    await findOthers();
    for (const [feedId, days] of [...dirty]) {
      const feed = feeds.feed(feedId);
      if (feed === undefined) {
        dirty.delete(feedId);
        newest.delete(feedId);
        continue;
      }
      for (const dayMs of [...days].sort((a, b) => b - a)) {
        if (closed || performance.now() - begun > MOST_MS) break;
        days.delete(dayMs);
        try {
          await countDay(feed, dayMs);
        } catch (error) {
          log.error({ err: error, feed: feed.name, dayMs }, 'a day of a feed was not counted');
        }
        await immediate();
      }
      await refresh(feed);
      changed.add(feed.sector);
    }
    for (const sector of changed) tell(sector);
    tookMs = performance.now() - begun;
  }

  async function countDay(feed: FeedView, dayMs: number): Promise<void> {
    const nowMs = clock.now();
    const toMs = dayMs + DAY_MS;
    const batches = await feeds.batches(feed.id, dayMs, toMs);
    const cache = new Map<string, Promise<readonly ScoredValue[]>>();
    const day: FeedDay = {
      ...{ feed, fromMs: dayMs, toMs, nowMs, places, catalogue, batches },
      badRows: batches.length === 0 ? [] : await feeds.badRows(feed.id, dayMs, toMs, MOST_BAD_ROWS),
      heartbeats: feed.heartbeatMinutes === null ? [] : await feeds.heartbeats(feed.id, dayMs, toMs),
      values(indicator, from, to) {
        const key = `${indicator} ${from} ${to}`;
        const known = cache.get(key) ?? values.revisions(indicator, from, to);
        cache.set(key, known);
        return known;
      },
      touched: values.touched,
      isConfirmed: (indicator, areaCode, startMs, value) =>
        confirmed.get(placeKey(indicator, areaCode, startMs)) === value,
    };
    const delivered = new Map<string, ScoredValue[]>();
    for (const { indicator, fromMs, toMs: end } of await values.touched(batches.map(({ id }) => id))) {
      const own = (await day.values(indicator, fromMs, end)).filter(
        ({ feedId, receivedMs }) => feedId === feed.id && receivedMs >= dayMs && receivedMs < toMs,
      );
      if (own.length > 0) delivered.set(indicator, own);
    }
    const tally = createTally();
    countClean(day, [...delivered.values()].flat(), tally);
    const unusual = await countCorrect(day, delivered, tally);
    await countComplete(day, tally);
    await countLive(day, tally);
    await saveDay(database, { feedId: feed.id, dayMs, tally });
    await flag(feed.id, unusual);
  }

  /** Figures show it too. */
  async function flag(feedId: string, unusual: readonly Unusual[]): Promise<void> {
    if (unusual.length === 0) return;
    await database.transaction(async (queries) => {
      for (const one of unusual) await observations.setUnconfirmed(queries, one, one.unconfirmed);
    });
    const cells = unusual.flatMap(({ indicator, areaCode, periodStartMs }) => {
      const cadence = catalogue.indicator(indicator)?.cadence;
      return cadence === undefined
        ? []
        : [{ indicator, areaCode, period: periodOf(cadence, periodStartMs, places.timeZone) }];
    });
    flagging = true;
    observations.settled({ feedId, batchId: '', receivedMs: clock.now(), cells });
    flagging = false;
  }

  async function refresh(feed: FeedView): Promise<void> {
    newest.set(feed.id, (await scoresIn(feed, windowOf(feed, 'week', clock.now()))).get('') ?? NO_SCORES);
  }

  function tell(sector: string): void {
    for (const listener of listeners) {
      try {
        listener({ sector });
      } catch (error) {
        log.error({ err: error }, 'a change of scores was not taken in');
      }
    }
  }

  function windowOf(feed: FeedView, window: QualityWindow, toMs: number): Window {
    if (window === 'day') return { fromMs: toMs - DAY_MS, toMs };
    if (window === 'week') return { fromMs: toMs - WEEK_MS, toMs };
    if (window === 'month') return { fromMs: toMs - 30 * DAY_MS, toMs };
    const cadences = obligedCells({ feed, catalogue, places }).map(({ indicator }) => indicator.cadence);
    const [coarsest] = cadences.sort((a, b) => ABOUT_MS[b.every] - ABOUT_MS[a.every]);
    if (coarsest === undefined) return { fromMs: toMs - DAY_MS, toMs };
    return { fromMs: periodOf(coarsest, toMs, places.timeZone).startMs, toMs };
  }

  /** By unit; the whole feed under the empty name. */
  async function scoresIn(feed: FeedView, window: Window): Promise<Map<string, Scores>> {
    const found = new Map(await sumCounts(database, feed.id, window));
    if (feed.carries === 'events' || feed.paused) return found;
    const seconds = new Map<string, number>();
    for (const { indicator, cells } of obligedCells({ feed, catalogue, places })) {
      const fromMs = Math.max(window.fromMs, liveFromMs(feed, indicator, places.timeZone));
      const each = Math.max(0, Math.min(window.toMs, clock.now()) - fromMs) / 1000;
      for (const { unitId } of cells) seconds.set(unitId, (seconds.get(unitId) ?? 0) + each);
    }
    const gaps = await gapSeconds(database, feed.id, window);
    let whole: Score = found.get('')?.live ?? NO_SCORES.live;
    for (const [unitId, b] of seconds) {
      const a = Math.max(0, b - (gaps.get(unitId) ?? 0));
      const own = found.get(unitId) ?? NO_SCORES;
      found.set(unitId, { ...own, live: { a: own.live.a + a, b: own.live.b + b } });
      whole = { a: whole.a + a, b: whole.b + b };
    }
    found.set('', { ...(found.get('') ?? NO_SCORES), live: whole });
    return found;
  }

  function asked({ sector, feed: id }: QualityQuery): readonly FeedView[] {
    return feeds
      .feeds()
      .filter((feed) => (sector === undefined || feed.sector === sector) && (id === undefined || feed.id === id));
  }

  function viewOf(
    feed: FeedView,
    unitId: string | null,
    window: Window,
    all: ReadonlyMap<string, Scores>,
  ): QualityView {
    const obliged = [...all].filter(([id, { complete }]) => id !== '' && complete.b > 0);
    const reporting = obliged.filter(([, { complete }]) => complete.a > 0);
    const own = obliged.filter(([id]) => id === unitId);
    return {
      ...{ feedId: feed.id, feedName: feed.name, sector: feed.sector, unitId, ...window },
      scores: all.get(unitId ?? '') ?? NO_SCORES,
      units:
        unitId === null
          ? { a: reporting.length, b: obliged.length }
          : { a: own.filter(([, { complete }]) => complete.a > 0).length, b: own.length },
    };
  }

  /** Values become late and windows move on without anybody delivering anything. */
  function look(): void {
    const nowMs = clock.now();
    const newDay = dayOf(nowMs) !== dayOf(lookedMs);
    for (const feed of feeds.feeds()) {
      if (feed.heartbeatMinutes !== null) spoil(feed.id, [nowMs]);
      if (newDay) spoil(feed.id, [nowMs - DAY_MS, nowMs]);
      const due = obligedCells({ feed, catalogue, places }).some(({ indicator: { cadence } }) => {
        const lagMs = (cadence.lagMinutes + cadence.graceMinutes) * 60_000;
        const period = periodOf(cadence, nowMs - lagMs, places.timeZone);
        return period.startMs + lagMs > lookedMs;
      });
      if (due) spoil(feed.id, [nowMs]);
    }
    lookedMs = nowMs;
    if (newDay) {
      const known = new Set(feeds.feeds().map(({ id }) => id));
      forget(database, nowMs, known).catch((error: unknown) =>
        log.warn({ reason: messageOf(error) }, 'old scores were not deleted'),
      );
    }
  }

  return {
    scoresOf(sector) {
      let sum = NO_SCORES;
      for (const feed of feeds.feeds()) {
        const scores = feed.sector === sector ? newest.get(feed.id) : undefined;
        if (scores !== undefined) sum = addScores(sum, scores);
      }
      return sum;
    },
    onChanged(listener) {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },

    async quality(query, visible) {
      const views: QualityView[] = [];
      for (const feed of asked(query)) {
        const window = windowOf(feed, query.window, clock.now());
        const all = await scoresIn(feed, window);
        const units = [...all.keys()].filter((id) => id !== '');
        const wanted: (string | null)[] =
          query.unit !== undefined
            ? units.filter((id) => id === query.unit)
            : [null, ...(query.feed === undefined ? [] : units)];
        for (const unitId of wanted) if (visible(feed, unitId)) views.push(viewOf(feed, unitId, window, all));
      }
      return views;
    },

    async failing(query, visible) {
      const { quality, unit, skip, limit } = query;
      const chosen = asked(query).filter((feed) => visible(feed, unit ?? null));
      const nowMs = clock.now();
      let score: Score = { a: 0, b: 0 };
      for (const feed of chosen) {
        const own = (await scoresIn(feed, windowOf(feed, query.window, nowMs))).get(unit ?? '')?.[quality];
        if (own !== undefined) score = { a: score.a + own.a, b: score.b + own.b };
      }
      const [first] = chosen;
      const window = first === undefined ? { fromMs: nowMs, toMs: nowMs } : windowOf(first, query.window, nowMs);
      const feedIds = chosen.map(({ id }) => id);
      const about = { feedIds, quality, window, skip, limit, ...(unit === undefined ? {} : { unitId: unit }) };
      return { score, ...(await readFailures(database, about)) };
    },

    async league(query, visible) {
      const nowMs = clock.now();
      const rows = new Map<string, { sectors: Set<string>; scores: Scores; before: Scores }>();
      for (const feed of asked(query)) {
        const now = await scoresIn(feed, windowOf(feed, query.window, nowMs));
        const before = await scoresIn(feed, windowOf(feed, query.window, nowMs - WEEK_MS));
        for (const [unitId, scores] of now) {
          if (unitId === '' || !visible(feed, unitId)) continue;
          const row = rows.get(unitId) ?? { sectors: new Set<string>(), scores: NO_SCORES, before: NO_SCORES };
          row.sectors.add(feed.sector);
          row.scores = addScores(row.scores, scores);
          row.before = addScores(row.before, before.get(unitId) ?? NO_SCORES);
          rows.set(unitId, row);
        }
      }
      return ranked(
        [...rows].map(([unitId, { sectors, scores, before }]) => ({
          ...{ unitId, unitName: places.unit(unitId)?.name ?? unitId, sectors: [...sectors], scores, before },
          grade: worstGrade(scores),
        })),
      );
    },

    async confirm({ indicator, areaCode, periodStartMs }, { name, note }) {
      const found = await observations.newest({ indicator, areaCode, fromMs: periodStartMs, toMs: periodStartMs + 1 });
      const [one] = found.filter(({ value }) => value !== null);
      if (one === undefined || one.value === null) {
        throw new Fault('notFound', 'observation.unknown', 'there is no value to confirm');
      }
      const { value, feedId, receivedMs } = one;
      await saveConfirmation(database, {
        ...{ indicator, areaCode, periodStartMs, value, by: name, note },
        atMs: Math.round(clock.now()),
      });
      confirmed.set(placeKey(indicator, areaCode, periodStartMs), value);
      spoil(feedId, [receivedMs]);
    },

    async recount(feedId, fromMs, toMs) {
      const days: number[] = [];
      for (let day = dayOf(fromMs); day < toMs; day += DAY_MS) days.push(day);
      spoil(feedId, days);
      await settled();
    },
    settled,
    begin() {
      stop();
      stop = clock.every(LOOK_EVERY_MS, look);
      soon(SOON_MS);
    },
    async close() {
      closed = true;
      stop();
      waiting?.();
      for (const each of stops) each();
      await working;
    },
  };

  async function settled(): Promise<void> {
    await working;
    do await work();
    while (isOpen() && !closed);
  }
}
