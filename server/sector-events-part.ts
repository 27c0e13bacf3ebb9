import type { Clock } from '#base/clock';
import type { Database } from '#base/database';
import type { Logger } from '#base/log';
import type { Shutdown } from '#base/shutdown';
import type { Target } from '#contracts/access';
import type { DirectiveView } from '#contracts/directives';
import type { NewEvent } from '#contracts/events';
import type { SectorRule } from '#contracts/sector-events';
import { createDirectives } from './directives/directives.ts';
import { createEventJournal } from './sectors/events/event-journal.ts';
import type { SectorEventDesk } from './sectors/events/sector-events.ts';
import type { FigureService } from './sectors/figures/figures.ts';
import type { Catalogue, Feeds, Places } from './sectors/interfaces.ts';
import type { ObservationStore } from './sectors/observations/observations.ts';
import { createScoreValues } from './sectors/observations/score-values.ts';
import { createOverdueFeeds } from './sectors/rules/overdue.ts';
import { createRulePreview } from './sectors/rules/preview.ts';
import { createRevisionWatch } from './sectors/rules/revision.ts';
import { createRules } from './sectors/rules/rules.ts';
import { createScoring } from './sectors/scores/scoring.ts';

/** Joins what is delivered with who judges it: scores, rules, directives. `beginJudging` once everybody listens. */
export async function createSectorEventsPart(
  house: { clock: Clock; log: Logger; shutdown: Pick<Shutdown, 'add'> },
  parts: {
    database: Database;
    catalogue: Catalogue;
    places: Places;
    observations: ObservationStore;
    feeds: Feeds;
    /** By indicator: where the newest period begins that came of a feed. */
    newest: (feedId: string) => ReadonlyMap<string, number>;
    figures: FigureService;
    sectorEvents: SectorEventDesk;
    /** As they come with the program. */
    ruleSeeds: readonly SectorRule[];
    append: (event: NewEvent) => Promise<unknown>;
  },
) {
  const { clock, log, shutdown } = house;
  const { database, catalogue, places, observations, feeds, figures, sectorEvents } = parts;
  const journal = sectorEvents.onTurned(createEventJournal({ catalogue, append: parts.append, log }));
  shutdown.add('journal of sector events', () => journal());

  const values = createScoreValues(database, observations);
  const scores = await createScoring({
    ...{ database, clock, log, catalogue, places, feeds, observations },
    values,
  });
  shutdown.add('scores', () => scores.close());
  const sectorRules = await createRules({
    ...{ database, clock, log, catalogue, places, figures, feeds, observations },
    ...{ seeds: parts.ruleSeeds, events: sectorEvents },
  });
  shutdown.add('rules of sectors', () => sectorRules.close());
  const previewRule = createRulePreview({ clock, catalogue, places, figures, feeds, values, events: sectorEvents });

  const revisions = createRevisionWatch({
    rules: sectorRules,
    observations,
    catalogue,
    places,
    events: sectorEvents,
    log,
  });
  shutdown.add('revisions', () => revisions.close());
  const overdue = createOverdueFeeds({
    ...{ feeds, newest: parts.newest, catalogue, places, rules: sectorRules, events: sectorEvents, clock, log },
  });
  shutdown.add('overdue feeds', () => overdue.close());

  /** Of a directive of no figure: a sector that its unit owns, or delivers to. */
  function sectorOfUnit(unitId: string): string | undefined {
    const owned = catalogue.sectors().find(({ owningUnitId }) => owningUnitId === unitId);
    return owned?.key ?? feeds.feeds().find(({ ownerUnitId }) => ownerUnitId === unitId)?.sector;
  }
  const keyOf = ({ id }: DirectiveView): string => `directive:${id}`;
  const directives = await createDirectives({
    ...{ database, clock, log, unit: places.unit, figure: figures.figure, scoresOf: scores.scoresOf },
    sectorOf: (indicator) => catalogue.indicator(indicator)?.sector,
    hasArea: (areaCode) => places.area(areaCode) !== undefined,
    async overdue(directive, pinnedSector) {
      const { number, title, unitId, unitName, dueMs, by } = directive;
      const sector = pinnedSector ?? sectorOfUnit(unitId);
      if (sector === undefined) return;
      await sectorEvents.open({
        ...{ key: keyOf(directive), sector, type: 'directive.overdue', severity: 'moderate', occurredMs: dueMs },
        title: {
          vi: `Chỉ đạo số ${number} quá hạn – ${unitName}: ${title}`,
          en: `Directive ${number} is overdue – ${unitName}: ${title}`,
        },
        ...{ unitId, source: { kind: 'person', id: by.id }, expiresMs: null },
        indicator: directive.pinned?.figure.indicator ?? null,
      });
    },
    settled: (directive) => sectorEvents.end(keyOf(directive), `cause:${directive.state}`),
  });
  shutdown.add('directives', () => directives.stop());

  return {
    ...{ scores, sectorRules, previewRule, directives },
    /** What a permission is asked about, of an organisation and no sector. */
    unitTarget: (unitId: string): Extract<Target, { kind: 'sector' }> => ({
      ...{ kind: 'sector', sector: null, unitIds: places.unitsAbove(unitId), feedId: null },
    }),
    beginJudging(): void {
      sectorEvents.begin();
      scores.begin();
      sectorRules.begin();
      overdue.begin();
      directives.begin();
    },
  };
}
