import { z } from 'zod';
import { Fault } from '#base/errors';
import { type PersonRef, phoneShareInputSchema } from '#contracts/alerts';
import { cameraInputSchema } from '#contracts/camera';
import type { Access } from '../../access/access.ts';
import type { Actor } from '../../access/actor.ts';
import { can } from '../../access/can.ts';
import type { Camera } from '../../cameras/camera.ts';
import type { CameraRegister } from '../../cameras/register.ts';
import type { IncidentPhones } from '../../incidents/incident-phones.ts';
import type { Incidents } from '../../incidents/incidents.ts';
import { actorOf } from '../call.ts';
import { defineRoute, type Route } from '../route.ts';

export interface IncidentPhoneDeps {
  readonly access: Pick<Access, 'audit'>;
  readonly register: Pick<CameraRegister, 'create' | 'find' | 'list' | 'remove' | 'target'>;
  readonly incidents: Pick<Incidents, 'details' | 'addCamera'>;
  readonly phones: Pick<IncidentPhones, 'add' | 'of'>;
  readonly personOf: (actor: Actor) => PersonRef;
}

const MOST_PHONES = 20;

/**
 * A phone joins an incident with its camera: from then on it is a camera like any other, live on every console that
 * may see it, recorded and kept. It lies in the group of a camera of the incident, so that who sees that one sees it
 * too; where there is none, in a group of theirs who share it, who could not see it otherwise. Its link ends with the
 * incident.
 */
export function incidentPhoneRoutes({
  access,
  register,
  incidents,
  phones,
  personOf,
}: IncidentPhoneDeps): readonly Route[] {
  /** Where a phone lies so that the actor sees it; `null`: in no group. Throws where there is no such place. */
  function groupFor(actor: Actor, incidentCameras: readonly Camera[]): string | null {
    const groupsOf = (camera: Camera): readonly string[] => {
      const target = register.target(camera.id);
      return target.kind === 'camera' ? target.groupIds : [];
    };
    const isSeen = (groupIds: readonly string[]): boolean =>
      can(actor, 'camera.view', { kind: 'camera', cameraId: '', groupIds });
    const [beside] = incidentCameras.filter((camera) => camera.groupId !== null && isSeen(groupsOf(camera)));
    if (beside !== undefined) return beside.groupId;
    if (isSeen([])) return null;
    const own = register.list().find((camera) => camera.groupId !== null && isSeen(groupsOf(camera)));
    if (own !== undefined) return own.groupId;
    throw new Fault(
      'conflict',
      'incident.phoneUnseen',
      'whoever shares the phone has no group in which they would see it',
    );
  }

  return [
    defineRoute({
      name: 'POST /api/incidents/:incident/phones',
      access: { kind: 'anywhere', permission: 'incident.manage' },
      params: z.object({ incident: z.string().min(1).max(64) }),
      body: phoneShareInputSchema,
      async handle(call) {
        const actor = actorOf(call);
        const { incident: incidentId } = call.params;
        const sees = (cameraId: string): boolean => can(actor, 'camera.view', register.target(cameraId));
        const { cameraIds, state } = await incidents.details(incidentId, sees);
        if (state === 'closed') throw new Fault('conflict', 'incident.closed', 'this incident is closed');
        const cameras = cameraIds.flatMap((id) => register.find(id) ?? []);
        const shared = await phones.of(incidentId);
        if (shared.filter((id) => register.find(id) !== undefined).length >= MOST_PHONES) {
          throw new Fault('tooMany', 'incident.tooManyPhones', `an incident takes ${MOST_PHONES} phones at most`);
        }
        const groupId = groupFor(actor, cameras);
        const { camera, publishKey } = await register.create(
          cameraInputSchema.parse({ name: call.body.name, groupId, mainStream: 'always', source: { kind: 'phone' } }),
        );
        try {
          await phones.add(incidentId, camera.id);
          await incidents.addCamera(incidentId, camera.id, personOf(actor));
        } catch (error) {
          await register.remove(camera.id);
          throw error;
        }
        await access.audit.append({
          ...{ actor, action: 'incident.phoneShared', cameraId: camera.id },
          detail: { id: incidentId, name: camera.name },
        });
        return {
          incident: await incidents.details(incidentId, sees),
          cameraId: camera.id,
          streamKey: publishKey?.streamKey ?? '',
        };
      },
    }),
  ];
}
