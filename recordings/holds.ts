import { randomUUID } from 'node:crypto';
import type { z } from 'zod';
import type { Clock } from '#base/clock';
import type { Database } from '#base/database';
import { Fault } from '#base/errors';
import type { HoldView, holdInputSchema } from '#contracts/recordings';

/**
 * Legal holds: ranges in which nothing is deleted until two different people have released them. They are asked for
 * before each deletion and so are held in memory. Released ones stay in the table, to be shown what they were.
 */
export interface Holds {
  /** Those that hold now, oldest first; of one camera, or of all. */
  list(cameraId?: string): readonly HoldView[];
  /** Those of a camera that touch `fromMs`…`toMs`. */
  touching(cameraId: string, fromMs: number, toMs: number): readonly HoldView[];
  /** Nothing that touches this may be deleted, also when the two only share a moment. */
  covers(cameraId: string, fromMs: number, toMs: number): boolean;
  find(holdId: string): HoldView | undefined;
  create(cameraId: string, input: HoldInput, by: string): Promise<HoldView>;
  /** The first of the two; whoever made the hold may be one of them. */
  askRelease(holdId: string, by: string): Promise<HoldView>;
  /** Takes the asking back: by anybody who may release. */
  keep(holdId: string): Promise<HoldView>;
  /** The second, who is somebody else: from now on it does not hold. */
  release(holdId: string, by: string): Promise<HoldView>;
}

export type HoldInput = z.output<typeof holdInputSchema>;

/** Each costs a look with each deletion of its camera. */
export const MOST_HOLDS = 10_000;
export const MOST_HOLDS_PER_CAMERA = 500;

const COLUMNS = `id, camera_id AS cameraId, start_ms AS startMs, end_ms AS endMs, case_number AS caseNumber, reason,
  created_by AS createdBy, created_ms AS createdMs, release_asked_by AS releaseAskedBy`;

export async function createHolds(options: { database: Database; clock: Clock }): Promise<Holds> {
  const { database, clock } = options;
  const holds = new Map<string, HoldView>();
  const byCamera = new Map<string, Map<string, HoldView>>();

  function put(hold: HoldView): void {
    holds.set(hold.id, hold);
    const ofCamera = byCamera.get(hold.cameraId) ?? new Map<string, HoldView>();
    byCamera.set(hold.cameraId, ofCamera.set(hold.id, hold));
  }

  function drop({ id, cameraId }: HoldView): void {
    holds.delete(id);
    const ofCamera = byCamera.get(cameraId);
    ofCamera?.delete(id);
    if (ofCamera?.size === 0) byCamera.delete(cameraId);
  }

  for (const hold of await database.all<HoldView>(
    `SELECT ${COLUMNS} FROM recording_holds WHERE released_ms IS NULL ORDER BY created_ms`,
  )) {
    put(hold);
  }

  function find(holdId: string): HoldView {
    const hold = holds.get(holdId);
    if (hold === undefined) throw unknown();
    return hold;
  }

  const touching = (cameraId: string, fromMs: number, toMs: number): HoldView[] =>
    [...(byCamera.get(cameraId)?.values() ?? [])].filter(({ startMs, endMs }) => startMs <= toMs && endMs >= fromMs);

  return {
    list: (cameraId) => [...((cameraId === undefined ? holds : byCamera.get(cameraId))?.values() ?? [])],
    touching,
    covers: (cameraId, fromMs, toMs) => touching(cameraId, fromMs, toMs).length > 0,
    find: (holdId) => holds.get(holdId),
    async create(cameraId, input, by) {
      if (holds.size >= MOST_HOLDS || (byCamera.get(cameraId)?.size ?? 0) >= MOST_HOLDS_PER_CAMERA) {
        throw new Fault('tooMany', 'hold.tooMany', `${MOST_HOLDS_PER_CAMERA} holds of one camera are enough`);
      }
      const hold: HoldView = {
        id: randomUUID(),
        cameraId,
        startMs: Math.floor(input.startMs),
        endMs: Math.ceil(input.endMs),
        caseNumber: input.caseNumber,
        reason: input.reason,
        createdBy: by,
        createdMs: clock.now(),
        releaseAskedBy: null,
      };
      // It holds before it is written: what it covers must not go while the database is waited for.
      put(hold);
      try {
        await database.run(
          `INSERT INTO recording_holds (id, camera_id, start_ms, end_ms, case_number, reason, created_by, created_ms)
           VALUES (?, ?, ?, ?, ?, ?, ?, ?)`,
          hold.id,
          cameraId,
          hold.startMs,
          hold.endMs,
          hold.caseNumber,
          hold.reason,
          by,
          hold.createdMs,
        );
      } catch (error) {
        drop(hold);
        throw error;
      }
      return hold;
    },
    async askRelease(holdId, by) {
      find(holdId);
      const { changes } = await database.run(
        `UPDATE recording_holds SET release_asked_by = ?, release_asked_ms = ?
         WHERE id = ? AND release_asked_by IS NULL AND released_ms IS NULL`,
        by,
        clock.now(),
        holdId,
      );
      if (changes === 0) {
        find(holdId);
        throw new Fault('conflict', 'hold.alreadyAsked', 'somebody has asked for this already');
      }
      const asked = { ...find(holdId), releaseAskedBy: by };
      put(asked);
      return asked;
    },
    async keep(holdId) {
      find(holdId);
      const { changes } = await database.run(
        `UPDATE recording_holds SET release_asked_by = NULL, release_asked_ms = NULL
         WHERE id = ? AND released_ms IS NULL`,
        holdId,
      );
      if (changes === 0) throw unknown();
      const kept = { ...find(holdId), releaseAskedBy: null };
      put(kept);
      return kept;
    },
    async release(holdId, by) {
      const hold = find(holdId);
      if (hold.releaseAskedBy === null) {
        throw new Fault('conflict', 'hold.notAsked', 'two people release a hold, and none has asked yet');
      }
      if (hold.releaseAskedBy === by) {
        throw new Fault('forbidden', 'hold.samePerson', 'the second person must be another than the first');
      }
      // The table has the last word: what was looked at above may be history.
      const { changes } = await database.run(
        `UPDATE recording_holds SET released_by = ?, released_ms = ?
         WHERE id = ? AND released_ms IS NULL AND release_asked_by IS NOT NULL AND release_asked_by <> ?`,
        by,
        clock.now(),
        holdId,
        by,
      );
      if (changes === 0) {
        find(holdId);
        throw new Fault('conflict', 'hold.changed', 'the hold was changed meanwhile');
      }
      drop(hold);
      return hold;
    },
  };
}

function unknown(): Fault {
  return new Fault('notFound', 'hold.unknown', 'there is no such hold');
}
