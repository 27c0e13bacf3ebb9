import { z } from 'zod';
import { Fault } from '#base/errors';
import { type UnitView, unitInputSchema, workingTimeSchema } from '#contracts/places';
import type { Access } from '../../access/access.ts';
import type { PlaceRegister } from '../../places/places.ts';
import { actorOf } from '../call.ts';
import { defineRoute, type Route } from '../route.ts';

export interface PlaceDeps {
  readonly access: Pick<Access, 'audit'>;
  readonly places: Pick<
    PlaceRegister,
    'areas' | 'map' | 'units' | 'unit' | 'organisation' | 'workingTime' | 'setWorkingTime'
  >;
}

const read = { kind: 'anywhere', permission: 'sector.read' } as const;
const manage = { kind: 'system', permission: 'sector.manage' } as const;
const unitParams = z.object({ unit: z.string().min(1).max(64) });

/** Areas and their map, organisations, working time. */
export function placeRoutes({ access, places }: PlaceDeps): readonly Route[] {
  return [
    defineRoute({ name: 'GET /api/areas', access: read, handle: async () => places.areas() }),
    defineRoute({
      name: 'GET /api/map',
      access: read,
      async handle({ request, response }) {
        const map = places.map();
        if (map === null) {
          throw new Fault('notFound', 'map.none', 'there is no map yet; «npm run map -- FILE» brings one');
        }
        // Hundreds of kilobytes that change once in years: asked for each time, sent once.
        const etag = `"map-${map.version}"`;
        response.set({ etag, 'cache-control': 'private, no-cache' });
        if (request.headers['if-none-match'] === etag) response.status(304).end();
        else response.json(map);
        return map;
      },
    }),

    defineRoute({ name: 'GET /api/units', access: read, handle: async () => places.units() }),
    defineRoute({
      name: 'POST /api/units',
      access: manage,
      body: unitInputSchema,
      async handle(call) {
        const unit = await places.organisation.create(call.body);
        await access.audit.append({ actor: actorOf(call), action: 'unit.created', detail: outline(unit) });
        return unit;
      },
    }),
    defineRoute({
      name: 'PUT /api/units/:unit',
      access: manage,
      params: unitParams,
      body: unitInputSchema,
      async handle(call) {
        const { unit, before } = await places.organisation.update(call.params.unit, call.body);
        const detail = { ...outline(unit), before: outline(before) };
        await access.audit.append({ actor: actorOf(call), action: 'unit.changed', detail });
        return unit;
      },
    }),
    defineRoute({
      name: 'DELETE /api/units/:unit',
      access: manage,
      params: unitParams,
      async handle(call) {
        const unit = await places.organisation.remove(call.params.unit);
        await access.audit.append({ actor: actorOf(call), action: 'unit.removed', detail: outline(unit) });
        return undefined;
      },
    }),

    defineRoute({ name: 'GET /api/working-time', access: read, handle: async () => places.workingTime() }),
    defineRoute({
      name: 'PUT /api/working-time',
      access: manage,
      body: workingTimeSchema,
      async handle(call) {
        const before = places.workingTime();
        const time = await places.setWorkingTime(call.body);
        const dates = (days: typeof time.days) => new Set(days.map(({ date, kind }) => `${date} ${kind}`));
        const [had, has] = [dates(before.days), dates(time.days)];
        const detail = {
          ...{ weekdays: time.weekdays, hours: time.hours },
          added: [...has].filter((day) => !had.has(day)),
          removed: [...had].filter((day) => !has.has(day)),
        };
        await access.audit.append({ actor: actorOf(call), action: 'workingTime.changed', detail });
        return time;
      },
    }),
  ];
}

/** For the audit: who to reach in the house is kept out of it. */
function outline({ contacts, ...unit }: UnitView): Record<string, unknown> {
  return { ...unit, contacts: contacts.length };
}
