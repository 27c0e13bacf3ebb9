import type { Clock } from '#base/clock';
import { messageOf } from '#base/errors';
import type { Logger } from '#base/log';
import type { FeedView } from '#contracts/feeds';
import type { Every, Indicator } from '#contracts/sectors';
import type { SectorEventDesk } from '../events/sector-events.ts';
import type { Catalogue, Feeds, NewSectorEvent, Places } from '../interfaces.ts';
import { owesFromMs } from '../scores/feed-day.ts';
import { newestLate } from './absence.ts';
import type { Rules } from './rules.ts';

/**
 * The rule of the house for silence: a feed that owes something and does not send it is told of, by the cadence of what
 * it owes, with all that is missing in one event. What a rule of the sector watches for by itself is that rule's.
 */
export interface OverdueFeeds {
  begin(): void;
  /** Resolves when what there is to tell by now is told. */
  settled(): Promise<void>;
  close(): Promise<void>;
}

const LOOK_MS = 30_000;
/** After a start those who deliver need to find us again. */
const AFTER_START_MS = 10 * 60_000;
/** Feeds of a sector that are told of one by one; more are one event. */
const MOST_SINGLE = 5;
const MOST_NAMED = 100;
const MINUTE_MS = 60_000;
const HOUR_MS = 60 * MINUTE_MS;
/** Besides the grace of each: what comes every minute may miss some. */
const PATIENCE_MS: Readonly<Record<Every, number>> = {
  ...{ minute: 15 * MINUTE_MS, fiveMinutes: 15 * MINUTE_MS, quarterHour: 30 * MINUTE_MS, hour: HOUR_MS },
  ...{ day: 0, week: 0, month: 0, quarter: 0, year: 0 },
};
const SOURCE = { kind: 'rule', id: 'feed.overdue' } as const;
const FEED = 'overdue:feed:';
const SECTOR = 'overdue:sector:';

export function createOverdueFeeds(options: {
  feeds: Pick<Feeds, 'feeds' | 'onChanged' | 'onSaved'>;
  /** By indicator: where the newest period begins that came of the feed. */
  newest: (feedId: string) => ReadonlyMap<string, number>;
  catalogue: Pick<Catalogue, 'indicator' | 'sector'>;
  places: Pick<Places, 'timeZone' | 'isDueDay' | 'unit'>;
  rules: Pick<Rules, 'list'>;
  events: Pick<SectorEventDesk, 'open' | 'end' | 'revalue' | 'openKeys'>;
  clock: Clock;
  log: Logger;
}): OverdueFeeds {
  const { feeds, newest, catalogue, places, rules, events, clock } = options;
  const log = options.log.child({ part: 'overdue feeds' });
  const told = new Set<string>();
  const startedMs = clock.now();
  const stops: (() => void)[] = [];
  let work: Promise<void> = Promise.resolve();
  let waiting = false;

  /** What a feed owes by now and has not sent. */
  function missingOf(feed: FeedView, watched: ReadonlySet<string>, nowMs: number): readonly Indicator[] {
    if (feed.paused || catalogue.sector(feed.sector)?.enabled !== true) return [];
    const came = newest(feed.id);
    return feed.obliged.flatMap(({ indicator: code }) => {
      const indicator = catalogue.indicator(code);
      if (indicator === undefined || watched.has(code)) return [];
      const due = newestLate(indicator, nowMs - PATIENCE_MS[indicator.cadence.every], places);
      if (due === undefined || due.startMs < owesFromMs({ feed, places }, indicator.cadence)) return [];
      return (came.get(code) ?? Number.NEGATIVE_INFINITY) >= due.startMs ? [] : [indicator];
    });
  }

  function toTell(): readonly NewSectorEvent[] {
    const nowMs = clock.now();
    const watched = new Set(
      rules.list().flatMap((rule) => (rule.kind === 'absence' && rule.enabled ? [rule.indicator] : [])),
    );
    const bySector = new Map<string, { feed: FeedView; missing: readonly Indicator[] }[]>();
    for (const feed of feeds.feeds()) {
      const missing = missingOf(feed, watched, nowMs);
      if (missing.length > 0) bySector.set(feed.sector, [...(bySector.get(feed.sector) ?? []), { feed, missing }]);
    }
    return [...bySector].flatMap(([sector, silent]): readonly NewSectorEvent[] => {
      const common: Omit<NewSectorEvent, 'key' | 'title'> = {
        ...{ sector, type: 'quality.silent', severity: 'moderate', certainty: 'observed', urgency: 'expected' },
        ...{
          occurredMs: nowMs,
          source: SOURCE,
          expiresMs: null,
          synthetic: silent.every(({ feed }) => feed.synthetic),
        },
      };
      if (silent.length <= MOST_SINGLE) {
        return silent.map(({ feed, missing }) => ({
          ...{ ...common, key: `${FEED}${feed.id}`, synthetic: feed.synthetic, value: missing.length },
          title: {
            vi: `Quá hạn gửi số liệu: ${feed.name} – ${missing.length} chỉ tiêu`.slice(0, 300),
            en: `Overdue: ${feed.name} – ${missing.length} indicators`.slice(0, 300),
          },
          detail: named(missing.map(({ name }) => name.vi)),
          unitId: places.unit(feed.ownerUnitId) === undefined ? null : feed.ownerUnitId,
        }));
      }
      return [
        {
          ...{ ...common, key: `${SECTOR}${sector}`, value: silent.length },
          title: { vi: `Quá hạn gửi số liệu: ${silent.length} nguồn`, en: `Overdue: ${silent.length} feeds` },
          detail: named(silent.map(({ feed }) => feed.name)),
        },
      ];
    });
  }

  async function look(): Promise<void> {
    waiting = false;
    const wanted = new Map(toTell().map((event) => [event.key, event]));
    for (const key of [...told]) {
      if (wanted.has(key)) continue;
      await events.end(key, 'cause:delivered');
      told.delete(key);
    }
    for (const [key, event] of wanted) {
      // What a person has closed stays so until it was delivered once.
      if (told.has(key)) await events.revalue(key, event.value ?? null, event.title, event.detail);
      else if (clock.now() - startedMs >= AFTER_START_MS) {
        await events.open(event);
        told.add(key);
      }
    }
  }

  function then(run: () => Promise<void>): void {
    work = work
      .then(run)
      .catch((error: unknown) => log.error({ reason: messageOf(error) }, 'overdue feeds could not be told'));
  }
  function lookSoon(): void {
    if (waiting) return;
    waiting = true;
    then(look);
  }

  return {
    begin() {
      then(async () => {
        for (const key of await events.openKeys('rule'))
          if (key.startsWith(FEED) || key.startsWith(SECTOR)) told.add(key);
      });
      // What came ends what was missing at once; what is missing shows with time.
      stops.push(
        clock.every(LOOK_MS, lookSoon),
        feeds.onSaved(lookSoon),
        feeds.onChanged(({ feedId }) => {
          if (told.has(`${FEED}${feedId}`)) lookSoon();
        }),
      );
      lookSoon();
    },
    settled: () => work,
    async close() {
      for (const stop of stops) stop();
      await work;
    },
  };
}

function named(names: readonly string[]): string {
  return names.slice(0, MOST_NAMED).join('\n');
}
