import { z } from 'zod';
import type { Target } from '#contracts/access';
import {
  type IndicatorInput,
  indicatorCodeSchema,
  indicatorInputSchema,
  newSectorSchema,
  type SectorEventType,
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
      readable(actor, code);
      guardFigures(actor, code);
    }
  }
  /** The figures of what is restricted are not for those who only deliver to the sector. */
  function guardFigures(actor: Actor, code: string): void {
    const sector = code.slice(0, code.indexOf('.'));
    // Also where it was removed: its values come back with it.
    if (!catalogue.isRestricted({ sector, type: '', indicator: code })) return;
    if (!can(actor, 'sector.read', withoutUnits(sector))) throw forbidden();
  }
  /** Past events of a type that is no longer restricted are there for all who deliver to the sector. */
  function guardOpening(actor: Actor, sector: string, types: readonly SectorEventType[]): void {
    const opened = types.some(
      ({ key: type, confidentiality }) =>
        confidentiality !== 'restricted' && catalogue.isRestricted({ sector, type, indicator: null }),
    );
    if (opened && !can(actor, 'sector.manage', withoutUnits(sector))) throw forbidden();
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
        guardOpening(actorOf(call), key, call.body.eventTypes ?? []);
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
        const actor = actorOf(call);
        guard(actor, code.slice(0, code.indexOf('.')));
        catalogue.checkIndicator(code, call.body);
        const before = catalogue.indicator(code);
        // Who may not see its figures does not open them to themselves either.
        guardFigures(actor, code);
        // Who set the formula could read its parts; who only renames the ratio need not.
        if (JSON.stringify(before?.formula) !== JSON.stringify(call.body.formula)) guardParts(actor, call.body);
        const indicator = await catalogue.putIndicator(code, call.body);
        if (before === undefined) {
          await note(actor, 'indicator.created', { indicator: code, name: indicator.name });
        } else {
          await note(actor, 'indicator.changed', { indicator: code, ...differences(before, indicator) });
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
        const actor = actorOf(call);
        const sector = code.slice(0, code.indexOf('.'));
        guard(actor, sector);
        catalogue.checkIndicator(code, call.body);
        guardFigures(actor, code);
        guardParts(actor, call.body);
        const { formula } = call.body;
        const parts = formula === null ? [] : [...formula.numerator, ...formula.denominator];
        await looks.indicators(actor, [code, ...parts.map(({ indicator }) => indicator)]);
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
        readable(actor, code);
        guardFigures(actor, code);
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
        // The answer shows all that there are.
        guardFigures(actorOf(call), code);
        await looks.indicators(actorOf(call), [code]);
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
        guardFigures(actorOf(call), code);
        await looks.indicators(actorOf(call), [code]);
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

/** The sector itself: not for those who only deliver to it. */
function withoutUnits(sector: string): Target {
  return { kind: 'sector', sector, unitIds: [], feedId: null };
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
