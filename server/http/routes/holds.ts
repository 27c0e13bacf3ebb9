import { Fault } from '#base/errors';
import {
  type HoldView,
  holdCostQuerySchema,
  holdHistoryQuerySchema,
  holdIdsSchema,
  holdInputSchema,
  holdQuerySchema,
  type ListedHold,
} from '#contracts/recordings';
import type { HoldCostOf } from '../../../recordings/hold-cost.ts';
import type { Holds } from '../../../recordings/holds.ts';
import type { Disks } from '../../../recordings/interfaces.ts';
import type { Access } from '../../access/access.ts';
import { type Actor, auditName, type PersonActor } from '../../access/actor.ts';
import { can } from '../../access/can.ts';
import type { CameraRegister } from '../../cameras/register.ts';
import { actorOf, forbidden } from '../call.ts';
import { defineRoute, type Route } from '../route.ts';

export interface HoldDeps {
  readonly access: Pick<Access, 'audit'>;
  readonly register: Pick<CameraRegister, 'find' | 'findRemoved' | 'target'>;
  readonly holds: Holds;
  readonly holdCostOf: HoldCostOf;
  readonly disks: Pick<Disks, 'list'>;
}

const looking = { kind: 'anywhere', permission: 'camera.playback' } as const;
const holding = { kind: 'anywhere', permission: 'camera.hold' } as const;

/**
 * Legal holds. Who may see a recording sees what holds it; who may hold makes holds, and releases them with somebody
 * else. A hold of a camera that one may not see is not there.
 */
export function holdRoutes({ access, register, holds, holdCostOf, disks }: HoldDeps): readonly Route[] {
  const sees = (actor: Actor) => (cameraId: string) => can(actor, 'camera.playback', register.target(cameraId));
  const mayHold = (actor: Actor) => (cameraId: string) => can(actor, 'camera.hold', register.target(cameraId));
  const listed =
    (actor: Actor) =>
    (hold: HoldView): ListedHold => ({ ...hold, mayChange: mayHold(actor)(hold.cameraId) });

  function guardCameras(actor: Actor, cameraIds: readonly string[]): void {
    // Of a camera that they may not hold nothing is said, not even whether it is there.
    const exists = (id: string): boolean => register.find(id) !== undefined || register.findRemoved(id) !== undefined;
    if (!cameraIds.every((id) => exists(id) && mayHold(actor)(id))) {
      throw new Fault('notFound', 'camera.unknown', 'there is no such camera');
    }
  }

  /** All of them, before any is touched. Two people release a hold: a program with a token is none. */
  function changeable(actor: Actor, ids: readonly string[]): { person: PersonActor; wanted: readonly HoldView[] } {
    const wanted = [...new Set(ids)].map((id) => {
      const hold = holds.find(id);
      if (hold === undefined || !(sees(actor)(hold.cameraId) || mayHold(actor)(hold.cameraId))) {
        throw new Fault('notFound', 'hold.unknown', 'there is no such hold');
      }
      return hold;
    });
    if (!wanted.every(({ cameraId }) => mayHold(actor)(cameraId))) throw forbidden();
    if (actor.kind !== 'person') {
      throw new Fault('forbidden', 'access.personsOnly', 'this is for people in a browser session');
    }
    return { person: actor, wanted };
  }

  const personOf = ({ userId, username }: PersonActor) => ({ id: userId, name: username });
  const aboutHold = ({ id, startMs, endMs, caseNumber, reason }: HoldView) => ({
    ...{ id, fromMs: startMs, toMs: endMs, caseNumber, reason },
  });

  return [
    defineRoute({
      name: 'GET /api/holds',
      access: looking,
      query: holdQuerySchema,
      async handle(call) {
        const actor = actorOf(call);
        return holds
          .list(call.query.cameraId)
          .filter(({ cameraId }) => sees(actor)(cameraId))
          .map(listed(actor));
      },
    }),
    defineRoute({
      name: 'GET /api/holds/history',
      access: looking,
      query: holdHistoryQuerySchema,
      handle(call) {
        const { beforeMs, beforeId = '', ...rest } = call.query;
        const before = beforeMs === undefined ? undefined : { releasedMs: beforeMs, id: beforeId };
        return holds.history({ ...rest, before, visible: sees(actorOf(call)) });
      },
    }),
    defineRoute({
      name: 'GET /api/holds/cost',
      access: holding,
      query: holdCostQuerySchema,
      async handle(call) {
        const { cameraIds, startMs, endMs } = call.query;
        guardCameras(actorOf(call), cameraIds);
        const cameras = [];
        for (const cameraId of new Set(cameraIds)) {
          cameras.push({ cameraId, ...(await holdCostOf(cameraId, startMs, endMs)) });
        }
        const usable = disks.list().filter(({ state }) => state !== 'missing');
        return {
          cameras,
          freeBytes: usable.reduce((sum, disk) => sum + disk.freeBytes, 0),
          totalBytes: usable.reduce((sum, disk) => sum + disk.totalBytes, 0),
        };
      },
    }),
    defineRoute({
      name: 'POST /api/holds',
      access: holding,
      body: holdInputSchema,
      async handle(call) {
        const actor = actorOf(call);
        const { cameraIds, ...input } = call.body;
        guardCameras(actor, cameraIds);
        const made = await holds.createAll(cameraIds, input, auditName(actor));
        for (const hold of made) {
          await access.audit.append({
            actor,
            action: 'hold.created',
            cameraId: hold.cameraId,
            detail: aboutHold(hold),
          });
        }
        return made.map(listed(actor));
      },
    }),
    defineRoute({
      name: 'POST /api/holds/ask-release',
      access: holding,
      body: holdIdsSchema,
      async handle(call) {
        const { person, wanted } = changeable(actorOf(call), call.body.ids);
        const asked: ListedHold[] = [];
        for (const { id } of wanted) {
          const hold = await holds.askRelease(id, personOf(person));
          const detail = aboutHold(hold);
          await access.audit.append({
            actor: person,
            action: 'hold.releaseAsked',
            cameraId: hold.cameraId,
            detail,
          });
          asked.push(listed(person)(hold));
        }
        return asked;
      },
    }),
    defineRoute({
      name: 'POST /api/holds/keep',
      access: holding,
      body: holdIdsSchema,
      async handle(call) {
        const { person, wanted } = changeable(actorOf(call), call.body.ids);
        const kept: ListedHold[] = [];
        for (const { id, releaseAskedBy } of wanted) {
          const hold = await holds.keep(id);
          await access.audit.append({
            actor: person,
            action: 'hold.kept',
            cameraId: hold.cameraId,
            detail: { ...aboutHold(hold), releaseAskedBy },
          });
          kept.push(listed(person)(hold));
        }
        return kept;
      },
    }),
    defineRoute({
      name: 'POST /api/holds/release',
      access: holding,
      body: holdIdsSchema,
      async handle(call) {
        const { person, wanted } = changeable(actorOf(call), call.body.ids);
        for (const { id, releaseAskedBy } of wanted) {
          const hold = await holds.release(id, personOf(person));
          await access.audit.append({
            actor: person,
            action: 'hold.released',
            cameraId: hold.cameraId,
            detail: { ...aboutHold(hold), releaseAskedBy },
          });
        }
        return undefined;
      },
    }),
  ];
}
