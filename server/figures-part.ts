import type { Clock } from '#base/clock';
import type { Database } from '#base/database';
import type { Logger } from '#base/log';
import type { Shutdown } from '#base/shutdown';
import type { FeedView } from '#contracts/feeds';
import type { Figure, FigureBand } from '#contracts/sectors';
import type { Targets } from './sectors/catalogue/targets.ts';
import { createFigures, type FigureService } from './sectors/figures/figures.ts';
import { createSectorPages } from './sectors/figures/page.ts';
import type { Obligation } from './sectors/figures/reporting.ts';
import { createTiles } from './sectors/figures/tiles.ts';
import type { Catalogue, Feeds, Places, Scoring, SectorEvents } from './sectors/interfaces.ts';
import type { ObservationStore } from './sectors/observations/observations.ts';

interface House {
  readonly clock: Clock;
  readonly log: Logger;
  readonly shutdown: Pick<Shutdown, 'add'>;
}
interface Ground {
  readonly places: Places;
  readonly catalogue: Catalogue;
  readonly observations: ObservationStore;
  readonly indicatorTargets: Pick<Targets, 'of' | 'onChanged'>;
  readonly feeds: Pick<Feeds, 'feeds' | 'feed' | 'onSaved' | 'onChanged'>;
}

/** Joins what was delivered with who had to deliver it, as figures. */
export function createFiguresPart(
  { clock, shutdown }: House,
  parts: Ground & {
    readonly database: Database;
    /** By the threshold rules, which need figures themselves. */
    readonly judge: (figure: Figure) => FigureBand | null;
  },
): FigureService {
  const { places, feeds } = parts;
  let known = readFeeds(feeds.feeds(), places.rootArea());
  const figures = createFigures({
    ...{ ...parts, clock },
    obligations: (indicator) => known.obligations.get(indicator) ?? [],
    syntheticFeeds: () => known.synthetic,
    targets: parts.indicatorTargets.of,
  });
  // Feeds change with each delivery; what figures need of them changes when somebody sets them up.
  const stop = feeds.onSaved(() => {
    const before = known.synthetic;
    known = readFeeds(feeds.feeds(), places.rootArea());
    if (before.join(' ') !== known.synthetic.join(' ')) figures.forget();
  });
  shutdown.add('figures', () => {
    stop();
    figures.close();
  });
  return figures;
}

/** Joins figures with scores and events, as people see them. */
export function createTilesPart(
  { clock, log, shutdown }: House,
  parts: Ground & {
    readonly figures: FigureService;
    readonly scoring: Scoring;
    readonly sectorEvents: Pick<SectorEvents, 'openCounts' | 'onChanged'>;
    /** Told when a figure is in another band. */
    readonly onJudged: (listener: (change: { indicator: string }) => void) => () => void;
  },
) {
  const { places, catalogue, figures, feeds, scoring, sectorEvents } = parts;
  const { scoresOf } = scoring;
  const tiles = createTiles({
    ...{ figures, catalogue, places, observations: parts.observations, clock, log, scoresOf },
    openEvents: sectorEvents.openCounts,
  });
  const stops = [
    scoring.onChanged(({ sector }) => tiles.touch(sector)),
    sectorEvents.onChanged(({ sector }) => tiles.touch(sector)),
    feeds.onChanged(({ feedId }) => tiles.touch(feeds.feed(feedId)?.sector)),
    parts.onJudged(({ indicator }) => tiles.touch(catalogue.indicator(indicator)?.sector)),
    parts.indicatorTargets.onChanged(({ indicator }) => tiles.touch(catalogue.indicator(indicator)?.sector)),
  ];
  shutdown.add('tiles of sectors', () => {
    for (const stop of stops) stop();
    return tiles.close();
  });
  return { tiles, sectorPage: createSectorPages({ figures, catalogue, places, clock, scoresOf }) };
}

interface FeedFacts {
  readonly obligations: ReadonlyMap<string, readonly Obligation[]>;
  readonly synthetic: readonly string[];
}

function readFeeds(feeds: readonly FeedView[], rootArea: string): FeedFacts {
  const obligations = new Map<string, Obligation[]>();
  for (const { paused, ownerUnitId, obliged } of feeds) {
    for (const { indicator, cells, sinceMs: wholeSinceMs } of paused ? [] : obliged) {
      const whole = [{ areaCode: rootArea, unitId: null, sinceMs: wholeSinceMs }];
      const all = (cells.length === 0 ? whole : cells).map(({ areaCode, unitId, sinceMs }) => ({
        ...{ areaCode, unitId: unitId ?? ownerUnitId, sinceMs },
      }));
      obligations.set(indicator, [...(obligations.get(indicator) ?? []), ...all]);
    }
  }
  const synthetic = feeds.filter((feed) => feed.synthetic).map(({ id }) => id);
  return { obligations, synthetic };
}
