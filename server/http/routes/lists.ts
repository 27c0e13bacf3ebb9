import type { Target } from '#contracts/access';
import { eventQuerySchema, type SectorMark } from '#contracts/events';
import { bulkRegisterSchema, discoveryInputSchema, groupInputSchema, layoutInputSchema } from '#contracts/http';
import type { Access } from '../../access/access.ts';
import type { Actor } from '../../access/actor.ts';
import { can, narrowedTo } from '../../access/can.ts';
import type { DiscoveryJobs } from '../../cameras/discovery-jobs.ts';
import type { Groups } from '../../cameras/groups.ts';
import type { Layouts } from '../../cameras/layouts.ts';
import type { CameraRegister } from '../../cameras/register.ts';
import type { EventLog } from '../../events/event-log.ts';
import { actorOf, idSchema } from '../call.ts';
import { defineRoute, type Route } from '../route.ts';

export interface ListDeps {
  readonly access: Access;
  readonly register: CameraRegister;
  readonly groups: Groups;
  readonly layouts: Layouts<Actor>;
  readonly events: EventLog;
  readonly discoveries: DiscoveryJobs<Actor>;
  readonly sectorTarget: SectorTarget;
}

/** What a permission is asked about, of an event of a sector. */
export type SectorTarget = (mark: SectorMark) => Target;

/** Groups, layouts, events, and the search for devices. */
export function listRoutes(deps: ListDeps): readonly Route[] {
  const { access, register, groups, layouts, events, discoveries, sectorTarget } = deps;
  const configure = { kind: 'system', permission: 'camera.configure' } as const;
  const use = { kind: 'anywhere', permission: 'layout.use' } as const;
  const maySee = (actor: Actor) => (cameraId: string) => can(actor, 'camera.view', register.target(cameraId));
  const note = (actor: Actor, action: string, detail: Record<string, unknown>): Promise<void> =>
    access.audit.append({ actor, action, detail });

  return [
    defineRoute({
      name: 'GET /api/groups',
      access: { kind: 'anywhere', permission: 'camera.view' },
      async handle(call) {
        const actor = actorOf(call);
        if (can(actor, 'camera.configure', { kind: 'system' })) return groups.list();
        const see = maySee(actor);
        const reached = new Set(
          register.list().flatMap(({ id, groupId }) => (groupId !== null && see(id) ? groups.above(groupId) : [])),
        );
        return groups.list().filter((group) => reached.has(group.id));
      },
    }),
    defineRoute({
      name: 'POST /api/groups',
      access: configure,
      body: groupInputSchema,
      async handle(call) {
        const group = await groups.create(call.body);
        await note(actorOf(call), 'group.created', { ...group });
        return group;
      },
    }),
    defineRoute({
      name: 'PUT /api/groups/:id',
      access: configure,
      params: idSchema,
      body: groupInputSchema,
      async handle(call) {
        const group = await groups.update(call.params.id, call.body);
        await note(actorOf(call), 'group.changed', { ...group });
        return group;
      },
    }),
    defineRoute({
      name: 'DELETE /api/groups/:id',
      access: configure,
      params: idSchema,
      async handle(call) {
        await groups.remove(call.params.id);
        await note(actorOf(call), 'group.removed', { id: call.params.id });
        return undefined;
      },
    }),

    defineRoute({
      name: 'GET /api/layouts',
      access: use,
      handle: (call) => layouts.list(actorOf(call)),
    }),
    defineRoute({
      name: 'POST /api/layouts',
      access: use,
      body: layoutInputSchema,
      handle: (call) => layouts.create(actorOf(call), call.body),
    }),
    defineRoute({
      name: 'PUT /api/layouts/:id',
      access: use,
      params: idSchema,
      body: layoutInputSchema,
      handle: (call) => layouts.update(actorOf(call), call.params.id, call.body),
    }),
    defineRoute({
      name: 'DELETE /api/layouts/:id',
      access: use,
      params: idSchema,
      async handle(call) {
        await layouts.remove(actorOf(call), call.params.id);
        return undefined;
      },
    }),

    defineRoute({
      name: 'GET /api/events',
      access: { kind: 'anywhere', permission: 'event.read' },
      query: eventQuerySchema,
      async handle(call) {
        const { pieces, ...query } = call.query;
        const visible = eventVisible(actorOf(call), register, sectorTarget);
        const { cameraId, fromMs, toMs } = query;
        if (pieces === undefined || cameraId === undefined || fromMs === undefined || toMs === undefined) {
          return events.query({ ...query, visible, cameras: camerasOfReader(actorOf(call), register) });
        }
        return visible(cameraId) ? events.thinned(cameraId, { fromMs, toMs, pieces }) : [];
      },
    }),

    defineRoute({
      name: 'POST /api/discoveries',
      access: configure,
      body: discoveryInputSchema,
      async handle(call) {
        const actor = actorOf(call);
        await note(actor, 'discovery.started', { ranges: call.body.ranges });
        return discoveries.start(actor, call.body);
      },
    }),
    defineRoute({
      name: 'GET /api/discoveries/:id',
      access: configure,
      params: idSchema,
      handle: async (call) => discoveries.get(actorOf(call), call.params.id),
    }),
    defineRoute({
      name: 'DELETE /api/discoveries/:id',
      access: configure,
      params: idSchema,
      handle: async (call) => discoveries.stop(actorOf(call), call.params.id),
    }),
    defineRoute({
      name: 'POST /api/discoveries/:id/register',
      access: configure,
      params: idSchema,
      body: bulkRegisterSchema,
      async handle(call) {
        const actor = actorOf(call);
        await note(actor, 'discovery.registered', { devices: call.body.devices.length });
        return discoveries.register(actor, call.params.id, call.body);
      },
    }),
  ];
}

/** Those whose events the actor may read, also removed ones; `undefined` is all. */
export function camerasOfReader(actor: Actor, register: Pick<CameraRegister, 'target' | 'list' | 'removed'>) {
  const ids = () => [...register.list(), ...register.removed()].map(({ id }) => id);
  return narrowedTo(actor, 'event.read', ids, register.target);
}

/**
 * Events of a camera go to those who may see it, those of a sector to those who may read it; the others to everybody who
 * may read events anywhere.
 */
export function eventVisible(actor: Actor, register: Pick<CameraRegister, 'target'>, sectorTarget: SectorTarget) {
  return (cameraId: string | null, sector?: SectorMark): boolean => {
    if (sector !== undefined) return can(actor, 'sector.read', sectorTarget(sector));
    return cameraId === null || can(actor, 'event.read', register.target(cameraId));
  };
}
