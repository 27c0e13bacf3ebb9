import { z } from 'zod';
import { Fault } from '#base/errors';
import type { Target } from '#contracts/access';
import {
  areaFiguresQuerySchema,
  historyQuerySchema,
  type Indicator,
  indicatorCodeSchema,
  type ObservationView,
  observationQuerySchema,
  sectorKeySchema,
  sectorPageQuerySchema,
  targetResultQuerySchema,
} from '#contracts/sectors';
import type { Actor } from '../../access/actor.ts';
import { can } from '../../access/can.ts';
import { unknownIndicator, unknownSector } from '../../sectors/catalogue/catalogue.ts';
import type { FigureService } from '../../sectors/figures/figures.ts';
import type { createSectorPages } from '../../sectors/figures/page.ts';
import type { createTargetResults } from '../../sectors/figures/target-results.ts';
import type { Tiles } from '../../sectors/figures/tiles.ts';
import type { Catalogue, Places } from '../../sectors/interfaces.ts';
import type { ObservationStore } from '../../sectors/observations/observations.ts';
import { actorOf, forbidden } from '../call.ts';
import type { RestrictedLooks } from '../restricted-looks.ts';
import { defineRoute, type Route } from '../route.ts';

export interface SectorFigureDeps {
  readonly looks: Pick<RestrictedLooks, 'indicators'>;
  readonly catalogue: Pick<Catalogue, 'sector' | 'indicator'>;
  readonly places: Pick<Places, 'area' | 'rootArea'>;
  readonly figures: FigureService;
  readonly tiles: Pick<Tiles, 'list'>;
  readonly page: ReturnType<typeof createSectorPages>;
  readonly targetResults: ReturnType<typeof createTargetResults>;
  readonly observations: Pick<ObservationStore, 'revisions'>;
  /** Of a sector as a whole. */
  readonly sectorTarget: (sector: string) => Target;
  /** Name of a feed, and who delivered a batch. */
  readonly originOf: (
    feedId: string,
    batchId: string,
  ) => Promise<{ readonly feedName: string; readonly sender: string }>;
}

const reading = { kind: 'anywhere', permission: 'sector.read' } as const;
const sectorParams = z.object({ sector: sectorKeySchema });
const indicatorParams = z.object({ indicator: indicatorCodeSchema });

/** Figures of sectors, and where they come from. A sector that one may not read is not there. */
export function sectorFigureRoutes(deps: SectorFigureDeps): readonly Route[] {
  const { catalogue, places, figures, sectorTarget, looks } = deps;
  const reads = (actor: Actor, sector: string): boolean => can(actor, 'sector.read', sectorTarget(sector));
  /** What is restricted is not for those who only deliver to the sector. */
  const readsAll = (actor: Actor, sector: string): boolean =>
    can(actor, 'sector.read', { kind: 'sector', sector, unitIds: [], feedId: null });

  function guarded(actor: Actor, code: string): Indicator {
    const indicator = catalogue.indicator(code);
    if (indicator === undefined || !reads(actor, indicator.sector)) throw unknownIndicator();
    if (indicator.confidentiality === 'restricted' && !readsAll(actor, indicator.sector)) throw forbidden();
    return indicator;
  }

  function areaOf(code: string | undefined): string {
    if (code === undefined) return places.rootArea();
    if (places.area(code) === undefined) throw new Fault('notFound', 'places.unknownArea', 'there is no such area');
    return code;
  }

  return [
    defineRoute({
      name: 'GET /api/sector-tiles',
      access: reading,
      async handle(call) {
        const actor = actorOf(call);
        return (await deps.tiles.list()).filter(({ sector }) => reads(actor, sector));
      },
    }),
    defineRoute({
      name: 'GET /api/sectors/:sector/page',
      access: reading,
      params: sectorParams,
      query: sectorPageQuerySchema,
      async handle(call) {
        const actor = actorOf(call);
        const { sector } = call.params;
        if (catalogue.sector(sector) === undefined || !reads(actor, sector)) throw unknownSector();
        const area = areaOf(call.query.area);
        const page = await deps.page({ sector, area, atMs: call.query.atMs, restricted: readsAll(actor, sector) });
        await looks.indicators(
          actor,
          page.indicators.map(({ code }) => code),
          { area },
        );
        return page;
      },
    }),
    defineRoute({
      name: 'GET /api/indicators/:indicator/history',
      access: reading,
      params: indicatorParams,
      query: historyQuerySchema,
      async handle(call) {
        const indicator = guarded(actorOf(call), call.params.indicator);
        const { fromMs, toMs } = call.query;
        if (toMs <= fromMs) throw new Fault('invalid', 'sectors.rangeEmpty', 'the range ends before it begins');
        const areaCode = areaOf(call.query.area);
        const history = await figures.history({ indicator: indicator.code, areaCode, fromMs, toMs });
        await looks.indicators(actorOf(call), [indicator.code], { area: areaCode });
        return history;
      },
    }),
    defineRoute({
      name: 'GET /api/indicators/:indicator/areas',
      access: reading,
      params: indicatorParams,
      query: areaFiguresQuerySchema,
      async handle(call) {
        const indicator = guarded(actorOf(call), call.params.indicator);
        const found = await figures.ofAreas(indicator.code, call.query.atMs);
        await looks.indicators(actorOf(call), [indicator.code], { area: '*' });
        return { indicator: indicator.code, figures: found };
      },
    }),
    defineRoute({
      name: 'GET /api/target-results',
      access: reading,
      query: targetResultQuerySchema,
      handle(call) {
        const actor = actorOf(call);
        const { sector: only } = call.query;
        return deps.targetResults(({ sector, confidentiality }) => {
          if (only !== undefined && sector !== only) return false;
          return reads(actor, sector) && (confidentiality !== 'restricted' || readsAll(actor, sector));
        });
      },
    }),
    defineRoute({
      name: 'GET /api/observations',
      access: reading,
      query: observationQuerySchema,
      async handle(call) {
        const indicator = guarded(actorOf(call), call.query.indicator);
        const areaCode = areaOf(call.query.area);
        const { periodStartMs } = call.query;
        const revisions = await deps.observations.revisions({ indicator: indicator.code, areaCode, periodStartMs });
        const views: ObservationView[] = [];
        for (const { period, ...revision } of revisions) {
          const { feedName, sender } = await deps.originOf(revision.feedId, revision.batchId);
          views.push({ ...revision, periodStartMs: period.startMs, periodEndMs: period.endMs, feedName, sender });
        }
        await looks.indicators(actorOf(call), [indicator.code], { area: areaCode });
        return views;
      },
    }),
  ];
}
