import { systemClock } from '#base/clock';
import { silentLogger } from '#base/log';
import type { FeedDraft } from '#contracts/feeds';
import type { createFigures } from '../../server/sectors/figures/figures.ts';
import { createTiles } from '../../server/sectors/figures/tiles.ts';
import type { NewObservation } from '../../server/sectors/interfaces.ts';
import { createScoreValues } from '../../server/sectors/observations/score-values.ts';
import { createScoring } from '../../server/sectors/scores/scoring.ts';
import type { createCatalogue } from '../fakes/catalogue.ts';
import type { createTemporaryDatabase } from '../fakes/database.ts';
import { fakeFeed, fakeFeeds } from '../fakes/feeds.ts';
import type { DeliveringStore } from '../fakes/observations.ts';
import type { createPlaces } from '../fakes/places.ts';
import { percentile, round, say, table } from './figures.ts';

const DAY_MS = 86_400_000;
const PUSHES = 20;
/** ms between two pushes: departments do not send all at once. */
const APART_MS = 2500;

export interface BuiltSectors {
  readonly database: Awaited<ReturnType<typeof createTemporaryDatabase>>;
  readonly figures: ReturnType<typeof createFigures>;
  readonly catalogue: ReturnType<typeof createCatalogue>;
  readonly places: ReturnType<typeof createPlaces>;
  readonly store: DeliveringStore;
  /** All values of the newest day that was loaded. */
  readonly newestDay: readonly NewObservation[];
}

/**
 * From a push to the tile with other scores: a correction of one value, and all communes of one indicator, of a feed that
 * owes one sector, and of one that owes everything. What it owes of the newest day came before, in one delivery.
 */
export async function benchScores({
  database,
  figures,
  catalogue,
  places,
  store,
  newestDay,
}: BuiltSectors): Promise<void> {
  const communes = places.areas().slice(1);
  const cells = communes.map(({ code }) => ({ areaCode: code, unitId: `unit-${code}` }));
  const codes = [...new Set(newestDay.map(({ indicator }) => indicator))];
  const owing = (id: string, sector: string, indicators: readonly string[]) => {
    const obliged: FeedDraft['obliged'] = indicators.map((indicator) => ({ indicator, cells }));
    return fakeFeed(id, { sector, obliged, createdMs: Date.now() - 8 * DAY_MS });
  };
  const rows: Record<string, string | number>[] = [];
  for (const [what, sector, indicators] of [
    ['of one sector', 'sector1', codes.filter((code) => code.startsWith('sector1.'))],
    ['of everything', 'sector0', codes],
  ] as const) {
    const id = indicators === codes ? 'feed' : `feed-${sector}`;
    const feeds = fakeFeeds([owing(id, sector, indicators)]);
    const scores = await createScoring({
      ...{ database, clock: systemClock, log: silentLogger(), catalogue, places, feeds, observations: store },
      values: createScoreValues(database, store),
    });
    const tiles = createTiles({
      ...{ figures, catalogue, places, observations: store, clock: systemClock, log: silentLogger() },
      ...{ scoresOf: scores.scoresOf, openEvents: () => ({}) },
    });
    const stop = scores.onChanged((change) => tiles.touch(change.sector));
    let number = 0;
    const push = async (values: readonly NewObservation[], bad: number): Promise<void> => {
      number += 1;
      const batch = `scores-${id}-${number}`;
      const outcomes = await store.deliver(batch, values, { feedId: id });
      const count = (verdict: string): number => outcomes.filter((one) => one === verdict).length;
      const taken = { accepted: count('new'), revised: count('revised'), duplicate: count('same') };
      const received = { received: values.length + bad, rejected: bad };
      feeds.delivered({ id: batch, feedId: id, receivedMs: Date.now(), ...taken, ...received });
    };
    const own = newestDay.filter(({ indicator }) => indicators.includes(indicator));
    await push(
      own.map((one) => ({ ...one, value: (one.value ?? 0) + 1 })),
      0,
    );
    const begunMs = performance.now();
    await scores.settled();
    const firstMs = performance.now() - begunMs;
    await tiles.list();
    for (const [pushed, values] of [
      ['one value', own.slice(0, 1)],
      ['102 values', own.slice(0, communes.length)],
    ] as const) {
      const ms: number[] = [];
      for (let at = 0; at < PUSHES; at += 1) {
        await new Promise((resolve) => setTimeout(resolve, APART_MS));
        const before = JSON.stringify(scores.scoresOf(sector).clean);
        const startedMs = performance.now();
        const heard = new Promise<void>((resolve) => {
          const off = tiles.onChanged((tile) => {
            if (tile.sector !== sector || JSON.stringify(tile.scores.clean) === before) return;
            off();
            resolve();
          });
        });
        await push(
          values.map((one) => ({ ...one, value: 20_000 + at })),
          1,
        );
        await heard;
        ms.push(performance.now() - startedMs);
      }
      rows.push({
        ...{ feed: what, cells: own.length, pushed, pushes: ms.length, p50: round(percentile(ms, 0.5), 0) },
        ...{
          p95: round(percentile(ms, 0.95), 0),
          longest: round(Math.max(...ms), 0),
          'first count': round(firstMs, 0),
        },
      });
    }
    stop();
    await tiles.close();
    await scores.close();
  }
  say('\n## Sectors: from a push to the tile with its scores, ms\n');
  say(table(rows));
  say('aim: 1,000 or less');
}
