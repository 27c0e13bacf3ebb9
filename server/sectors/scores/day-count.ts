import type { Database, Queries } from '#base/database';
import type { FeedView } from '#contracts/feeds';
import type { Catalogue, Feeds, Observations, Places } from '../interfaces.ts';
import type { ScoredValue, ScoreValues } from '../observations/score-values.ts';
import { periodOf } from '../periods.ts';
import { countClean } from './clean.ts';
import { countComplete } from './complete.ts';
import { countCorrect, type Unusual } from './correct.ts';
import type { FeedDay } from './feed-day.ts';
import { countLive } from './live.ts';
import { saveDay } from './score-store.ts';
import { createTally, DAY_MS } from './tally.ts';

const MOST_BAD_ROWS = 20_000;

export interface ScoredObservations extends Pick<Observations, 'newest' | 'onChanged' | 'settled'> {
  setUnconfirmed(
    queries: Queries,
    place: { indicator: string; areaCode: string; periodStartMs: number },
    unconfirmed: boolean,
  ): Promise<boolean>;
}

/** Counts one day of a feed, as if nothing of it had been counted, and keeps that. */
export function createDayCount(parts: {
  database: Database;
  clock: { now(): number };
  catalogue: Catalogue;
  places: Places;
  feeds: Feeds;
  observations: ScoredObservations;
  values: ScoreValues;
  isConfirmed: FeedDay['isConfirmed'];
}) {
  const { database, clock, catalogue, places, feeds, observations, values, isConfirmed } = parts;
  /** We are telling that values are unusual: that is no news to us. */
  let flagging = false;

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
      isConfirmed,
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

  return { countDay, isFlagging: () => flagging };
}
