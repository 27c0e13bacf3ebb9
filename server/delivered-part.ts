import type { Clock } from '#base/clock';
import type { Database } from '#base/database';
import type { Logger, SecretRegister } from '#base/log';
import type { SecretBox } from '#base/secrets';
import type { Shutdown } from '#base/shutdown';
import type { Target } from '#contracts/access';
import type { Indicator } from '#contracts/sectors';
import type { Config } from '../config/schema.ts';
import type { Access } from './access/access.ts';
import { createDirectiveFacts } from './directive-facts.ts';
import type { EventLog } from './events/event-log.ts';
import { createFeedsPart } from './feeds-part.ts';
import { createFiguresPart, createTilesPart } from './figures-part.ts';
import { createReportFacts } from './report-facts.ts';
import type { ReportEvents, ReportPlaces } from './reports/interfaces.ts';
import type { ReportsPart } from './reports-part.ts';
import { createSectorEventsPart } from './sector-events-part.ts';
import type { OwnFacts } from './sectors/connectors/connector.ts';
import { createEventTargets } from './sectors/events/event-journal.ts';
import { createSectorEvents } from './sectors/events/sector-events.ts';
import { createTargetResults } from './sectors/figures/target-results.ts';
import { createObservations } from './sectors/observations/observations.ts';
import { createNewestValues } from './sectors/open-data/newest.ts';
import { openSeries, smallestOf } from './sectors/open-data/series.ts';
import { needs } from './sectors/rules/guard-rule.ts';
import { createSectorTargets } from './sectors/targets.ts';
import type { createSectorsPart } from './sectors-part.ts';

/**
 * Joins what departments deliver and citizens report with what becomes of it: values, figures, scores, events and
 * directives. `begin` once everybody listens.
 */
export async function createDelivered(
  house: { config: Config; clock: Clock; log: Logger; secrets: SecretRegister; shutdown: Pick<Shutdown, 'add'> },
  parts: {
    database: Database;
    secretBox: SecretBox;
    access: Pick<Access, 'tokens'>;
    events: Pick<EventLog, 'append'>;
    sectors: Awaited<ReturnType<typeof createSectorsPart>>;
    /** Made of where things are and of who is told that somebody must act. */
    createReports: (ground: { places: ReportPlaces; events: ReportEvents }) => Promise<ReportsPart>;
    /** What our own cameras have to say. */
    ownFacts: OwnFacts;
    /** What a permission is asked about, of a camera. */
    cameraTarget: (cameraId: string) => Target;
  },
) {
  const { clock, log, shutdown } = house;
  const { database, secretBox, access, events, sectors } = parts;
  const { places, catalogue } = sectors;
  const observations = await createObservations({ database, clock, log });
  const newest = await createNewestValues({ database, observations, catalogue });
  shutdown.add('newest values', () => newest.close());
  const sectorEvents = await createSectorEvents({ database, clock, log, catalogue, places });
  shutdown.add('sector events', () => sectorEvents.stop());
  const reports = await parts.createReports({ places, events: sectorEvents });
  const delivering = await createFeedsPart(house, {
    ...{ database, secretBox, access, catalogue, places, observations, sectorEvents },
    facts: {
      ...parts.ownFacts,
      ...createReportFacts(reports.reportFigures),
      // Asked once the feeds begin: there are directives by then.
      ...createDirectiveFacts(() => judging.directives.openCounts()),
    },
  });
  const { feeds } = delivering;
  const sectorTargets = createSectorTargets({
    places,
    feeds: { feeds: feeds.feeds, onSaved: delivering.feedRegister.onSaved },
  });
  const measured = { ...sectors, observations, feeds };
  const figures = createFiguresPart(house, {
    ...{ ...measured, database },
    judge: (figure) => judging.sectorRules.judge(figure),
  });
  const targetResults = createTargetResults({ catalogue, places, figures, targets: sectors.indicatorTargets.of });
  const judging = await createSectorEventsPart(house, {
    ...{ ...measured, database, figures, sectorEvents, append: events.append },
    newest: delivering.feedRegister.newest,
  });
  const shown = createTilesPart(house, {
    ...{ ...measured, figures, sectorEvents, scoring: judging.scores, onJudged: judging.sectorRules.onJudged },
  });
  catalogue.guardRemoval(async (kind, key) => {
    const feed = feeds
      .feeds()
      .find(({ sector, obliged }) =>
        kind === 'sector' ? sector === key : obliged.some(({ indicator }) => indicator === key),
      );
    if (feed !== undefined) return `the feed «${feed.name}»`;
    const rule = judging.sectorRules.list().find((one) => needs(one, kind, key));
    return rule === undefined ? null : `the rule «${rule.name.vi}»`;
  });

  /** Of sectors that are switched on. */
  const publicIndicators = (): readonly Indicator[] =>
    catalogue
      .indicators()
      .filter(
        ({ confidentiality, shown: onPages, sector }) =>
          confidentiality === 'public' && onPages && catalogue.sector(sector)?.enabled === true,
      );
  const communes = (): readonly string[] =>
    places.areas().flatMap(({ level, code, validToMs }) => (level === 'commune' && validToMs === null ? [code] : []));
  const openData = {
    indicators: publicIndicators,
    catalogue: () => ({
      publisher: places.area(places.rootArea())?.name ?? '',
      sectors: catalogue.sectors(),
      newestMs: newest.of,
      bounds: places.area(places.rootArea())?.bounds ?? null,
      synthetic: places.map()?.synthetic ?? false,
    }),
    timeZone: places.timeZone,
    areaCount: ({ level }: Indicator) => 1 + (level === 'commune' ? communes().length : 0),
    series: (indicator: Indicator, range: { fromMs: number; toMs: number }, signal: AbortSignal) =>
      openSeries({ ...indicator, smallestPublic: smallestOf(indicator, catalogue.indicator) }, range, {
        ...{ history: figures.history, root: places.rootArea(), communes: communes() },
        ...{ timeZone: places.timeZone, signal },
      }),
  };

  return {
    ...delivering,
    ...reports,
    ...judging,
    ...shown,
    ...{ observations, sectorEvents, figures, targetResults, openData },
    ...{ sectorTarget: sectorTargets.whole, markTarget: sectorTargets.of },
    eventTargets: createEventTargets({ catalogue, sectorTarget: sectorTargets.of, cameraTarget: parts.cameraTarget }),
    begin(): void {
      judging.beginJudging();
      delivering.beginFeeds();
    },
  };
}
