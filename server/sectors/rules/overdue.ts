import type { Clock } from '#base/clock';
import { messageOf } from '#base/errors';
import type { Logger } from '#base/log';
import type { FeedView } from '#contracts/feeds';
import type { Every, Indicator } from '#contracts/sectors';
import type { SectorEventDesk } from '../events/sector-events.ts';
import { createToldCauses } from '../events/told-causes.ts';
import { isOwed, owedSinceMs } from '../feeds/owed-since.ts';
import type { Catalogue, Feeds, NewSectorEvent, Places } from '../interfaces.ts';
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
/** Feeds of a sector that are told of one by one; further ones are one event until there are few again. */
const MOST_SINGLE = 5;
const FEW = 3;
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
  events: Pick<SectorEventDesk, 'open' | 'end' | 'revalue' | 'openOf' | 'openKeys' | 'lastingCauses' | 'noteCause'>;
  clock: Clock;
  log: Logger;
}): OverdueFeeds {
  const { feeds, newest, catalogue, places, rules, events, clock } = options;
  const log = options.log.child({ part: 'overdue feeds' });
  const told = createToldCauses(events);
  const startedMs = clock.now();
  const stops: (() => void)[] = [];
  let work: Promise<void> = Promise.resolve();
  let waiting = false;

  /** What a feed owes by now and has not sent. */
  function missingOf(feed: FeedView, watched: ReadonlySet<string>, nowMs: number): readonly Indicator[] {
    if (feed.paused || catalogue.sector(feed.sector)?.enabled !== true) return [];
    const came = newest(feed.id);
    return feed.obliged.flatMap((obliged) => {
      const { indicator: code } = obliged;
      const indicator = catalogue.indicator(code);
      if (indicator === undefined || watched.has(code)) return [];
      const due = newestLate(indicator, nowMs - PATIENCE_MS[indicator.cadence.every], places);
      if (due === undefined || !isOwed(indicator.cadence, due, owedSinceMs(feed, obliged))) return [];
      return (came.get(code) ?? Number.NEGATIVE_INFINITY) >= due.startMs ? [] : [indicator];
    });
  }

  /** `members`: feeds that are told of together. */
  function toTell(): readonly { readonly event: NewSectorEvent; readonly members: readonly string[] }[] {
    const nowMs = clock.now();
    const watched = new Set(
      rules.list().flatMap((rule) => (rule.kind === 'absence' && rule.enabled ? [rule.indicator] : [])),
    );
    const bySector = new Map<string, { feed: FeedView; missing: readonly Indicator[] }[]>();
    for (const feed of feeds.feeds()) {
      const missing = missingOf(feed, watched, nowMs);
      if (missing.length > 0) bySector.set(feed.sector, [...(bySector.get(feed.sector) ?? []), { feed, missing }]);
    }
    return [...bySector].flatMap(([sector, silent]): ReturnType<typeof toTell> => {
      const common: Omit<NewSectorEvent, 'key' | 'title'> = {
        ...{ sector, type: 'quality.silent', severity: 'moderate', certainty: 'observed', urgency: 'expected' },
        ...{
          occurredMs: nowMs,
          source: SOURCE,
          expiresMs: null,
          synthetic: silent.every(({ feed }) => feed.synthetic),
        },
      };
      const together = silent.length > (told.has(`${SECTOR}${sector}`) ? FEW : MOST_SINGLE);
      // What somebody may have taken stays as it is, however many more there are.
      const isSingle = ({ feed }: (typeof silent)[number]): boolean => !together || told.has(`${FEED}${feed.id}`);
      const others = silent.filter((one) => !isSingle(one));
      const more = others.length < silent.length;
      const singles = silent.filter(isSingle).map(({ feed, missing }) => ({
        members: [],
        event: {
          ...{ ...common, key: `${FEED}${feed.id}`, synthetic: feed.synthetic, value: missing.length },
          title: {
            vi: `Quá hạn gửi số liệu: ${feed.name} – ${missing.length} chỉ tiêu`.slice(0, 300),
            en: `Overdue: ${feed.name} – ${missing.length} indicators`.slice(0, 300),
          },
          detail: named(missing.map(({ name }) => name.vi)),
          unitId: places.unit(feed.ownerUnitId) === undefined ? null : feed.ownerUnitId,
        },
      }));
      if (others.length === 0) return singles;
      return [
        ...singles,
        {
          members: others.map(({ feed }) => feed.id),
          event: {
            ...{ ...common, key: `${SECTOR}${sector}`, value: others.length },
            title: {
              vi: `Quá hạn gửi số liệu: ${more ? 'thêm ' : ''}${others.length} nguồn`,
              en: `Overdue: ${others.length} ${more ? 'more ' : ''}feeds`,
            },
            detail: named(others.map(({ feed }) => feed.name)),
          },
        },
      ];
    });
  }

  async function look(): Promise<void> {
    waiting = false;
    const wanted = new Map(toTell().map((one) => [one.event.key, one]));
    for (const key of told.keys()) {
      if (wanted.has(key)) continue;
      // Of those that were told together, some may be told by themselves from now on.
      const goesOn = [...wanted.values()].some(
        ({ event }) => key === `${SECTOR}${event.sector}` && !told.has(event.key),
      );
      await told.end(key, goesOn ? 'cause:regrouped' : 'cause:delivered');
    }
    const isSettled = clock.now() - startedMs >= AFTER_START_MS;
    for (const [key, { event, members }] of wanted) {
      const isKnown = told.has(key) && members.every((feedId) => told.hasMember(key, feedId));
      if (isSettled || isKnown) await told.tell(event, members);
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
      then(() => told.load('rule', [FEED, SECTOR]));
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
