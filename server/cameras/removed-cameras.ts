import type { Queries } from '#base/database';
import { type Place, placeSchema } from '#contracts/camera';
import type { Camera } from './camera.ts';

/** What is kept of a camera when it is removed: its recordings outlive it, and somebody must be able to find them. */
export interface RemovedCamera {
  readonly id: string;
  /** Another camera may have it now. */
  readonly number: number;
  readonly name: string;
  /** Decides who may look back at it; the group may have gone since. */
  readonly groupId: string | null;
  readonly place: Place | null;
  readonly removedMs: number;
}

export function removedOf({ id, number, name, groupId, place }: Camera, removedMs: number): RemovedCamera {
  return { id, number, name, groupId, place, removedMs };
}

export async function readRemovedCameras(queries: Queries): Promise<RemovedCamera[]> {
  const rows = await queries.all<Omit<RemovedCamera, 'place'> & { readonly place: string | null }>(
    `SELECT id, number, name, group_id AS groupId, place, removed_ms AS removedMs FROM removed_cameras
     ORDER BY removed_ms DESC, id`,
  );
  return rows.map((row) => ({ ...row, place: row.place === null ? null : placeSchema.parse(JSON.parse(row.place)) }));
}

export async function insertRemovedCamera(queries: Queries, camera: RemovedCamera): Promise<void> {
  await queries.run(
    'INSERT INTO removed_cameras (id, number, name, group_id, place, removed_ms) VALUES (?, ?, ?, ?, ?, ?)',
    camera.id,
    camera.number,
    camera.name,
    camera.groupId,
    camera.place === null ? null : JSON.stringify(camera.place),
    camera.removedMs,
  );
}
