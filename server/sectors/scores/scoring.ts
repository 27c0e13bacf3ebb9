import { setImmediate as immediate } from 'node:timers/promises';
import type { Clock } from '#base/clock';
import type { Database } from '#base/database';
import { Fault, messageOf } from '#base/errors';
import type { Logger } from '#base/log';
import type { FeedView } from '#contracts/feeds';
import { NO_SCORES, type Scores } from '#contracts/quality';
import type { Catalogue, Feeds, ObservationChange, Places, Scoring } from '../interfaces.ts';
import type { ScoreValues } from '../observations/score-values.ts';
import { lateMs, periodOf } from '../periods.ts';
import { createCountPace } from './count-pace.ts';
import { createDayCount, type ScoredObservations } from './day-count.ts';
import { obligedCells } from './feed-day.ts';
import { addScores } from './league.ts';
import { countedDays, dirtyDays, forget, markDirty, readConfirmations, saveConfirmation } from './score-store.ts';
import { createScoreViews, type ScoreAnswers } from './score-views.ts';
import { DAY_MS, dayOf } from './tally.ts';

export interface ScoreDesk extends Scoring, ScoreAnswers {
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

/** After a delivery, so that what comes with it is counted with it. */
const SOON_MS = 40;
/** After what nobody waits for. */
const LATER_MS = 200;
const LOOK_EVERY_MS = 60_000;
/** Of the days that a delivery concerns, so many are counted at once: the newest. */
const MOST_AT_ONCE = 3;
/** The longest window but the current period, and the week before it. */
const LOOK_BACK_MS = 38 * DAY_MS;

export async function createScoring(options: {
  database: Database;
  clock: Clock;
  log: Logger;
  catalogue: Catalogue;
  places: Places;
  feeds: Feeds;
  observations: ScoredObservations;
  values: ScoreValues;
}): Promise<ScoreDesk> {
  const { database, clock, catalogue, places, feeds, observations, values } = options;
  const views = createScoreViews({ database, clock, catalogue, places, feeds });
  const log = options.log.child({ part: 'scores' });
  const listeners = new Set<(change: { sector: string }) => void>();
  /** Days to count, by feed. */
  const dirty = new Map<string, Set<number>>();
  /** Feeds that have just delivered, the first of them first, and of those days the ones that show it. */
  const urgent = new Map<string, Set<number>>();
  const pace = createCountPace(clock);
  /** Somebody waits until all is counted. */
  let hurry = 0;
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
  const counting = createDayCount({
    ...{ database, clock, catalogue, places, feeds, observations, values },
    isConfirmed: (indicator, areaCode, startMs, value) =>
      confirmed.get(placeKey(indicator, areaCode, startMs)) === value,
  });
  let working: Promise<void> | undefined;
  let waiting: { readonly atMs: number; readonly cancel: () => void } | undefined;
  let lookedMs = clock.now();
  let stop = (): void => {};
  let closed = false;
  /** Periods of indicators in which something has changed that may concern what came on other days. */
  const changedRanges = new Map<string, { fromMs: number; toMs: number }>();
  const stops = [
    observations.onChanged((change) => {
      if (!counting.isFlagging()) touched(change);
    }),
    feeds.onDelivered(({ feedId, receivedMs }) => spoil(feedId, [receivedMs], true)),
    feeds.onChanged(({ feedId }) => spoil(feedId, [clock.now()])),
    catalogue.onChanged(({ sector }) => {
      for (const feed of feeds.feeds()) if (feed.sector === sector) spoil(feed.id, [clock.now()]);
    }),
    places.onChanged(({ workingTime }) => {
      if (workingTime) spoilWorkingDays();
    }),
  ];

  function daysOf(feedId: string): Set<number> {
    const known = dirty.get(feedId) ?? new Set<number>();
    dirty.set(feedId, known);
    return known;
  }

  function spoil(feedId: string, moments: readonly number[], atOnce = false): void {
    const all = [...new Set(moments.map(dayOf))].filter(
      (day) => day <= clock.now() && day > clock.now() - 400 * DAY_MS,
    );
    if (atOnce && all.length > 0) {
      const first = [...all, ...(urgent.get(feedId) ?? [])].sort((a, b) => b - a).slice(0, MOST_AT_ONCE);
      urgent.set(feedId, new Set(first));
    }
    const days = all.filter((day) => !daysOf(feedId).has(day));
    for (const day of days) daysOf(feedId).add(day);
    if (days.length > 0) {
      // So that a program that ends now goes on from there.
      markDirty(database, feedId, days).catch((error: unknown) =>
        log.warn({ reason: messageOf(error) }, 'what is to be counted was not noted'),
      );
    }
    if (isOpen()) soon(atOnce ? SOON_MS : LATER_MS);
  }

  /** A day off is often entered days later; what was held against anybody on it is so no longer. */
  function spoilWorkingDays(): void {
    for (const feed of feeds.feeds()) {
      const minds = obligedCells({ feed, catalogue, places }).some(({ indicator }) => indicator.cadence.days !== 'all');
      if (minds) spoil(feed.id, daysInReach(feed));
    }
  }

  function daysInReach({ createdMs }: FeedView): number[] {
    const days: number[] = [];
    const nowMs = clock.now();
    for (let day = dayOf(Math.max(createdMs, nowMs - LOOK_BACK_MS)); day <= nowMs; day += DAY_MS) days.push(day);
    return days;
  }

  function soon(delayMs: number): void {
    if (closed) return;
    const atMs = clock.monotonic() + Math.max(delayMs, pace.waitMs(urgent.size > 0));
    if (waiting !== undefined && waiting.atMs <= atMs) return;
    waiting?.cancel();
    const cancel = clock.after(atMs - clock.monotonic(), () => {
      waiting = undefined;
      void work();
    });
    waiting = { atMs, cancel };
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
    spoil(feedId, [...moments], true);
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
        if (isOpen()) soon(urgent.size > 0 ? SOON_MS : LATER_MS);
      });
    return working;
  }

  function isOpen(): boolean {
    return changedRanges.size > 0 || urgent.size > 0 || [...dirty.values()].some((days) => days.size > 0);
  }

  /** Days on which nobody looked: the program was not there, or the feed is new. */
  async function findUncounted(): Promise<void> {
    for (const feed of feeds.feeds()) {
      if (known.has(feed.id)) continue;
      known.add(feed.id);
      const inReach = daysInReach(feed);
      const counted = await countedDays(database, feed.id, inReach[0] ?? dayOf(clock.now()));
      const days = new Set(inReach.filter((day) => !counted.includes(day)));
      // What was counted last may have been counted in the middle of the day.
      const last = counted.at(-1);
      if (last !== undefined) days.add(last);
      spoil(feed.id, [...days]);
    }
  }

  /** What somebody has just delivered first, and in between; then all the rest, as far as it may go on. */
  async function countAll(): Promise<void> {
    await pace.spend(findUncounted);
    for (const [feedId] of dirty) {
      await countUrgent();
      await count(
        feedId,
        () => dirty.get(feedId)?.values() ?? [],
        () => urgent.size === 0 && mayGoOn(false),
      );
    }
    await countUrgent();
    if (changedRanges.size > 0 && mayGoOn(false)) await pace.spend(findOthers);
  }

  async function countUrgent(): Promise<void> {
    for (const [feedId, days] of urgent) {
      if (!mayGoOn(true)) return;
      urgent.delete(feedId);
      await count(
        feedId,
        () => [...days].filter((day) => dirty.get(feedId)?.has(day)),
        () => true,
      );
    }
  }

  function mayGoOn(forUrgent: boolean): boolean {
    return !closed && (hurry > 0 || pace.waitMs(forUrgent) === 0);
  }

  /** Days of one feed, the newest first; tells what they say now. */
  async function count(feedId: string, daysNow: () => Iterable<number>, goOn: () => boolean): Promise<void> {
    const feed = feeds.feed(feedId);
    if (feed === undefined) {
      dirty.delete(feedId);
      newest.delete(feedId);
      return;
    }
    let counted = 0;
    for (;;) {
      const [dayMs] = [...daysNow()].sort((a, b) => b - a);
      if (dayMs === undefined || closed || !goOn()) break;
      dirty.get(feedId)?.delete(dayMs);
      await pace.spend(() => countDay(feed, dayMs));
      counted += 1;
      await immediate();
    }
    if (counted === 0) return;
    await pace.spend(() => refresh(feed));
    tell(feed.sector);
  }

  async function countDay(feed: FeedView, dayMs: number): Promise<void> {
    try {
      await counting.countDay(feed, dayMs);
    } catch (error) {
      log.error({ err: error, feed: feed.name, dayMs }, 'a day of a feed was not counted');
    }
  }

  async function refresh(feed: FeedView): Promise<void> {
    newest.set(feed.id, (await views.scoresIn(feed, views.windowOf(feed, 'week', clock.now()))).get('') ?? NO_SCORES);
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

    quality: views.quality,
    failing: views.failing,
    league: views.league,

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
      soon(LATER_MS);
    },
    async close() {
      closed = true;
      stop();
      waiting?.cancel();
      for (const each of stops) each();
      await working;
    },
  };

  async function settled(): Promise<void> {
    hurry += 1;
    try {
      await working;
      do await work();
      while (isOpen() && !closed);
    } finally {
      hurry -= 1;
    }
  }
}
