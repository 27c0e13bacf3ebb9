import type { Clock } from '#base/clock';
import type { Database } from '#base/database';
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
import { NO_UNIT } from '../feeds/feed-store.ts';
import type { Catalogue, Feeds, Places } from '../interfaces.ts';
import { ABOUT_MS, periodOf } from '../periods.ts';
import { obligedCells } from './feed-day.ts';
import { addScores, ranked, worstGrade } from './league.ts';
import { liveFrom } from './live.ts';
import { gapSeconds, readFailures, sumCounts, type Window } from './score-store.ts';
import { DAY_MS } from './tally.ts';

const WEEK_MS = 7 * DAY_MS;

/** Which feeds, and which units of them, somebody may know of. */
export type VisibleScore = (feed: FeedView, unitId: string | null) => boolean;

export interface QualityQuery {
  readonly window: QualityWindow;
  readonly sector?: string | undefined;
  readonly feed?: string | undefined;
  readonly unit?: string | undefined;
}

export interface ScoreAnswers {
  /** Of each feed; with `feed` of its units besides, with `unit` of that unit in each feed. */
  quality(query: QualityQuery, visible: VisibleScore): Promise<readonly QualityView[]>;
  failing(
    query: QualityQuery & { readonly quality: Quality; readonly skip: number; readonly limit: number },
    visible: VisibleScore,
  ): Promise<FailingRows>;
  /** The worst first. */
  league(query: QualityQuery, visible: VisibleScore): Promise<readonly LeagueRow[]>;
}

export interface ScoreViews extends ScoreAnswers {
  windowOf(feed: FeedView, window: QualityWindow, toMs: number): Window;
  /** By unit; the whole feed under the empty name. */
  scoresIn(feed: FeedView, window: Window): Promise<ReadonlyMap<string, Scores>>;
}

/** What was counted, as people ask for it: by feed, by unit, row by row, and as a league. */
export function createScoreViews(parts: {
  database: Database;
  clock: Pick<Clock, 'now'>;
  catalogue: Catalogue;
  places: Places;
  feeds: Feeds;
}): ScoreViews {
  const { database, clock, catalogue, places, feeds } = parts;

  function windowOf(feed: FeedView, window: QualityWindow, toMs: number): Window {
    if (window === 'day') return { fromMs: toMs - DAY_MS, toMs };
    if (window === 'week') return { fromMs: toMs - WEEK_MS, toMs };
    if (window === 'month') return { fromMs: toMs - 30 * DAY_MS, toMs };
    const cadences = obligedCells({ feed, catalogue, places }).map(({ indicator }) => indicator.cadence);
    const [coarsest] = cadences.sort((a, b) => ABOUT_MS[b.every] - ABOUT_MS[a.every]);
    if (coarsest === undefined) return { fromMs: toMs - DAY_MS, toMs };
    return { fromMs: periodOf(coarsest, toMs, places.timeZone).startMs, toMs };
  }

  async function scoresIn(feed: FeedView, window: Window): Promise<Map<string, Scores>> {
    const found = new Map(await sumCounts(database, feed.id, window));
    if (feed.carries === 'events' || feed.paused) return found;
    const seconds = new Map<string, number>();
    for (const { indicator, cells } of obligedCells({ feed, catalogue, places })) {
      const liveFromMs = liveFrom(indicator, places.timeZone);
      const toMs = Math.min(window.toMs, clock.now());
      for (const cell of cells) {
        const own = Math.max(0, toMs - Math.max(window.fromMs, liveFromMs(cell))) / 1000;
        seconds.set(cell.unitId, (seconds.get(cell.unitId) ?? 0) + own);
      }
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

  return {
    ...{ windowOf, scoresIn },
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
          // What is nobody's yet ranks nobody.
          if (unitId === '' || unitId === NO_UNIT || !visible(feed, unitId)) continue;
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
  };
}
