import type { Actor } from '../access/actor.ts';
import { can } from '../access/can.ts';
import type { EventTargets } from '../sectors/events/event-journal.ts';

/** Rights in the sector, and the view of each camera that the event tells of. */
export function mayEvent(
  actor: Actor,
  permission: 'sector.read' | 'sector.act',
  { sector, cameras }: EventTargets,
): boolean {
  return can(actor, permission, sector) && cameras.every((camera) => can(actor, 'camera.view', camera));
}
