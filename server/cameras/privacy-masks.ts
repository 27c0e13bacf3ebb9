import { z } from 'zod';
import type { Clock } from '#base/clock';
import type { Database } from '#base/database';
import { Fault } from '#base/errors';
import { type MaskSet, type PrivacyMask, privacyMaskSchema } from '#contracts/camera';

/**
 * What is covered of which camera's picture. A copy is in memory, because every view of a camera and every export asks
 * for it. Masks outlive their camera's registration: its recordings are still there, and what they show is no less
 * private.
 */
export interface PrivacyMasks {
  of(cameraId: string): MaskSet;
  /** Replaces all masks of a camera; rejects with `Fault` `conflict` when `set.version` is not the newest. */
  replace(cameraId: string, set: MaskSet): Promise<MaskSet>;
}

const NONE: MaskSet = { masks: [], version: 0 };

export async function createPrivacyMasks({
  database,
  clock,
}: {
  readonly database: Database;
  readonly clock: Clock;
}): Promise<PrivacyMasks> {
  const sets = new Map<string, MaskSet>();
  const rows = await database.all<{ camera_id: string; masks: string; version: number }>(
    'SELECT camera_id, masks, version FROM privacy_masks',
  );
  for (const { camera_id: cameraId, masks, version } of rows) sets.set(cameraId, { masks: read(masks), version });

  return {
    of: (cameraId) => sets.get(cameraId) ?? NONE,
    async replace(cameraId, { masks, version }) {
      const next: MaskSet = { masks, version: version + 1 };
      if (version !== (sets.get(cameraId) ?? NONE).version) throw changedElsewhere();
      const { changes } = await database.run(
        `INSERT INTO privacy_masks (camera_id, masks, version, changed_ms) VALUES (?, ?, ?, ?)
         ON CONFLICT (camera_id) DO UPDATE SET masks = excluded.masks, version = excluded.version,
           changed_ms = excluded.changed_ms WHERE version = excluded.version - 1`,
        cameraId,
        JSON.stringify(masks),
        next.version,
        clock.now(),
      );
      // Two at a time: both have looked at the same set.
      if (changes === 0) throw changedElsewhere();
      sets.set(cameraId, next);
      return next;
    },
  };
}

function changedElsewhere(): Fault {
  return new Fault('conflict', 'camera.masksChangedElsewhere', 'somebody else changed the masks of this camera');
}

function read(masks: string): PrivacyMask[] {
  return z.array(privacyMaskSchema).parse(JSON.parse(masks));
}
