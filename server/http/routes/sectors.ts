import { z } from 'zod';
import type { Target } from '#contracts/access';
import {
  type IndicatorInput,
  indicatorCodeSchema,
  indicatorInputSchema,
  newSectorSchema,
  sectorChangeSchema,
  sectorKeySchema,
  targetChangeSchema,
  targetsInputSchema,
} from '#contracts/sectors';
import type { Access } from '../../access/access.ts';
import type { Actor } from '../../access/actor.ts';
import { can } from '../../access/can.ts';
import { type EditableCatalogue, unknownIndicator, unknownSector } from '../../sectors/catalogue/catalogue.ts';
import type { Targets } from '../../sectors/catalogue/targets.ts';
import type { FigureService } from '../../sectors/figures/figures.ts';
import { actorOf, forbidden } from '../call.ts';
import type { RestrictedLooks } from '../restricted-looks.ts';
import { defineRoute, type Route } from '../route.ts';

export interface SectorDeps {
  readonly access: Pick<Access, 'audit'>;
  readonly catalogue: EditableCatalogue;
  readonly indicatorTargets: Targets;
  readonly figures: Pick<FigureService, 'trial'>;
  /** Of a sector as a whole. */
  readonly sectorTarget: (sector: string) => Target;
  readonly looks: Pick<RestrictedLooks, 'indicators'>;
}

const read = { kind: 'anywhere', permission: 'sector.read' } as const;
const manage = { kind: 'anywhere', permission: 'sector.manage' } as const;
const sectorParams = z.object({ sector: sectorKeySchema });
const indicatorParams = z.object({ indicator: indicatorCodeSchema });

/** Sectors, what is measured in them, and what is aimed at. One that a person may not read is not there. */
export function sectorRoutes(deps: SectorDeps): readonly Route[] {
  const { access, catalogue, indicatorTargets, figures, sectorTarget, looks } = deps;
  const reads = (actor: Actor) => (sector: string) => can(actor, 'sector.read', sectorTarget(sector));

  function guard(actor: Actor, sector: string): void {
    if (can(actor, 'sector.manage', sectorTarget(sector))) return;
    throw reads(actor)(sector) ? forbidden() : unknownSector();
  }
  /** The sector of an indicator that the actor may read. */
  function readable(actor: Actor, code: string): string {
    const sector = catalogue.indicator(code)?.sector;
    if (sector === undefined || !reads(actor)(sector)) throw unknownIndicator();
    return sector;
  }
  /** What one may not read, one does not reckon with either. */
  function guardParts(actor: Actor, { formula }: IndicatorInput): void {
    for (const { indicator: code } of formula === null ? [] : [...formula.numerator, ...formula.denominator]) {
      const sector = readable(actor, code);
      const whole: Target = { kind: 'sector', sector, unitIds: [], feedId: null };
      const restricted = catalogue.indicator(code)?.confidentiality === 'restricted';
      if (restricted && !can(actor, 'sector.read', whole)) throw forbidden();
    }
  }
  const note = (actor: Actor, action: string, detail: Record<string, unknown>): Promise<void> =>
    access.audit.append({ actor, action, detail });

  return [
    defineRoute({
      name: 'GET /api/sectors',
      access: read,
      async handle(call) {
        const sees = reads(actorOf(call));
        return catalogue.sectors().filter(({ key }) => sees(key));
      },
    }),
    defineRoute({
      name: 'POST /api/sectors',
      access: { kind: 'system', permission: 'sector.manage' },
      body: newSectorSchema,
      async handle(call) {
        const sector = await catalogue.createSector(call.body);
        await note(actorOf(call), 'sector.created', { sector: sector.key, name: sector.name });
        return sector;
      },
    }),
    defineRoute({
      name: 'PUT /api/sectors/:sector',
      access: manage,
      params: sectorParams,
      body: sectorChangeSchema,
      async handle(call) {
        const { sector: key } = call.params;
        guard(actorOf(call), key);
        const before = catalogue.sector(key);
        const sector = await catalogue.updateSector(key, call.body);
        await note(actorOf(call), 'sector.changed', { sector: key, ...differences(before, sector) });
        return sector;
      },
    }),
    defineRoute({
      name: 'DELETE /api/sectors/:sector',
      access: { kind: 'system', permission: 'sector.manage' },
      params: sectorParams,
      async handle(call) {
        const { key, name } = await catalogue.removeSector(call.params.sector);
        await note(actorOf(call), 'sector.removed', { sector: key, name });
        return undefined;
      },
    }),

    defineRoute({
      name: 'GET /api/indicators',
      access: read,
      async handle(call) {
        const sees = reads(actorOf(call));
        return catalogue.indicators().filter(({ sector }) => sees(sector));
      },
    }),
    defineRoute({
      name: 'PUT /api/indicators/:indicator',
      access: manage,
      params: indicatorParams,
      body: indicatorInputSchema,
      async handle(call) {
        const { indicator: code } = call.params;
        guard(actorOf(call), code.slice(0, code.indexOf('.')));
        const before = catalogue.indicator(code);
        const indicator = await catalogue.putIndicator(code, call.body);
        if (before === undefined) {
          await note(actorOf(call), 'indicator.created', { indicator: code, name: indicator.name });
        } else {
          await note(actorOf(call), 'indicator.changed', { indicator: code, ...differences(before, indicator) });
        }
        return indicator;
      },
    }),
    defineRoute({
      name: 'DELETE /api/indicators/:indicator',
      access: manage,
      params: indicatorParams,
      async handle(call) {
        const { indicator: code } = call.params;
        guard(actorOf(call), readable(actorOf(call), code));
        const { name } = await catalogue.removeIndicator(code);
        await note(actorOf(call), 'indicator.removed', { indicator: code, name });
        return undefined;
      },
    }),
    defineRoute({
      name: 'POST /api/indicators/:indicator/trial',
      access: manage,
      params: indicatorParams,
      body: indicatorInputSchema,
      async handle(call) {
        const { indicator: code } = call.params;
        const sector = code.slice(0, code.indexOf('.'));
        guard(actorOf(call), sector);
        catalogue.checkIndicator(code, call.body);
        guardParts(actorOf(call), call.body);
        return figures.trial({ ...call.body, code, sector });
      },
    }),

    defineRoute({
      name: 'GET /api/indicators/:indicator/targets',
      access: read,
      params: indicatorParams,
      async handle(call) {
        const actor = actorOf(call);
        const { indicator: code } = call.params;
        const sector = readable(actor, code);
        const isRestricted = catalogue.indicator(code)?.confidentiality === 'restricted';
        // As its figures: not for those who only deliver to the sector.
        const whole: Target = { kind: 'sector', sector, unitIds: [], feedId: null };
        if (isRestricted && !can(actor, 'sector.read', whole)) throw forbidden();
        await looks.indicators(actor, [code]);
        return indicatorTargets.of(code);
      },
    }),
    defineRoute({
      name: 'PUT /api/indicators/:indicator/targets',
      access: manage,
      params: indicatorParams,
      body: targetsInputSchema,
      async handle(call) {
        const { indicator: code } = call.params;
        guard(actorOf(call), readable(actorOf(call), code));
        const areas = new Set(call.body.map(({ areaCode }) => areaCode));
        const before = (await indicatorTargets.replace(code, call.body)).filter(({ areaCode }) => areas.has(areaCode));
        const detail = { indicator: code, targets: few(call.body), before: few(before), areas: areas.size };
        await note(actorOf(call), 'target.changed', detail);
        return indicatorTargets.of(code);
      },
    }),
    defineRoute({
      name: 'POST /api/indicators/:indicator/target-changes',
      access: manage,
      params: indicatorParams,
      body: targetChangeSchema,
      async handle(call) {
        const { indicator: code } = call.params;
        guard(actorOf(call), readable(actorOf(call), code));
        const targets = await indicatorTargets.change(code, call.body);
        const { removed, added } = call.body;
        const areas = new Set([...removed, ...added].map(({ areaCode }) => areaCode)).size;
        const detail = { indicator: code, targets: few(added), before: few(removed), areas };
        await note(actorOf(call), 'target.changed', detail);
        return targets;
      },
    }),
  ];
}

/** As many as an entry on record should hold. */
function few<T>(list: readonly T[]): readonly T[] {
  return list.slice(0, 50);
}

/** What of a thing is another now, as it was and as it is. */
function differences(before: object | undefined, after: object): { before: object; after: object } {
  const old = new Map<string, unknown>(Object.entries(before ?? {}));
  const changed = Object.entries(after).filter(
    ([name, value]) => JSON.stringify(old.get(name)) !== JSON.stringify(value),
  );
  return {
    before: Object.fromEntries(changed.map(([name]) => [name, old.get(name) ?? null])),
    after: Object.fromEntries(changed),
  };
}
