import { randomUUID } from 'node:crypto';
import type { z } from 'zod';
import type { Clock } from '#base/clock';
import type { Database, Queries } from '#base/database';
import { Fault } from '#base/errors';
import { fold } from '#base/fold';
import type { HoldView, holdInputSchema, ReleasedHold } from '#contracts/recordings';

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
  /** The same range of several cameras: one hold for each, all or none. */
  createAll(cameraIds: readonly string[], input: HoldInput, by: string): Promise<HoldView[]>;
  /** The first of the two; whoever made the hold may be one of them. */
  askRelease(holdId: string, by: HoldPerson): Promise<HoldView>;
  /** Takes the asking back: by anybody who may release. */
  keep(holdId: string): Promise<HoldView>;
  /** The second, who is somebody else: from now on it does not hold. */
  release(holdId: string, by: HoldPerson): Promise<HoldView>;
  /** Released ones, the last released first. */
  history(request: HoldHistoryRequest): Promise<ReleasedHold[]>;
  /** Some were made, changed or released. */
  onChanged(listener: () => void): () => void;
}

export type HoldInput = Omit<z.output<typeof holdInputSchema>, 'cameraIds'>;

/** A person is known by the id too: an account that is renamed is no second person. */
export interface HoldPerson {
  readonly id: string;
  readonly name: string;
}

export interface HoldHistoryRequest {
  readonly cameraId?: string | undefined;
  readonly text?: string | undefined;
  /** Only those that come behind this one. */
  readonly before?: { readonly releasedMs: number; readonly id: string } | undefined;
  readonly limit: number;
  /** Sees the camera of each before it counts. */
  readonly visible?: (cameraId: string) => boolean;
}

/** Each costs a look with each deletion of its camera. */
const MOST_HOLDS = 10_000;
export const MOST_HOLDS_PER_CAMERA = 500;
/** Rows read at a time while looking for visible ones, and how many such reads one look at the history may cost. */
const PAGE = 500;
const PAGES = 40;

const COLUMNS = `id, camera_id AS cameraId, start_ms AS startMs, end_ms AS endMs, case_number AS caseNumber, reason,
  created_by AS createdBy, created_ms AS createdMs, release_asked_by AS releaseAskedBy,
  release_asked_ms AS releaseAskedMs`;

export async function createHolds(options: { database: Database; clock: Clock }): Promise<Holds> {
  const { database, clock } = options;
  const holds = new Map<string, HoldView>();
  const byCamera = new Map<string, Map<string, HoldView>>();
  const listeners = new Set<() => void>();

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

  function changed(): void {
    for (const listener of listeners) listener();
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

  async function createAll(cameraIds: readonly string[], input: HoldInput, by: string): Promise<HoldView[]> {
    const wanted = [...new Set(cameraIds)];
    const full = wanted.some((cameraId) => (byCamera.get(cameraId)?.size ?? 0) >= MOST_HOLDS_PER_CAMERA);
    if (full || holds.size + wanted.length > MOST_HOLDS) {
      throw new Fault('tooMany', 'hold.tooMany', `${MOST_HOLDS_PER_CAMERA} holds of one camera are enough`);
    }
    const made = wanted.map((cameraId): HoldView => {
      const { caseNumber, reason } = input;
      const range = { startMs: Math.floor(input.startMs), endMs: Math.ceil(input.endMs) };
      const asked = { releaseAskedBy: null, releaseAskedMs: null };
      return {
        ...{ id: randomUUID(), cameraId, ...range, caseNumber, reason },
        ...{ createdBy: by, createdMs: clock.now(), ...asked },
      };
    });
    // They hold before they are written: what they cover must not go while the database is waited for.
    for (const hold of made) put(hold);
    try {
      await database.transaction(async (queries) => {
        for (const hold of made) await insert(queries, hold);
      });
    } catch (error) {
      for (const hold of made) drop(hold);
      throw error;
    }
    changed();
    return made;
  }

  return {
    list: (cameraId) => [...((cameraId === undefined ? holds : byCamera.get(cameraId))?.values() ?? [])],
    touching,
    covers: (cameraId, fromMs, toMs) => touching(cameraId, fromMs, toMs).length > 0,
    find: (holdId) => holds.get(holdId),
    async create(cameraId, input, by) {
      const [hold] = await createAll([cameraId], input, by);
      if (hold === undefined) throw new Error('one camera makes one hold');
      return hold;
    },
    createAll,
    async askRelease(holdId, by) {
      find(holdId);
      const atMs = clock.now();
      const { changes } = await database.run(
        `UPDATE recording_holds SET release_asked_by = ?, release_asked_id = ?, release_asked_ms = ?
         WHERE id = ? AND release_asked_by IS NULL AND released_ms IS NULL`,
        by.name,
        by.id,
        atMs,
        holdId,
      );
      if (changes === 0) {
        find(holdId);
        throw new Fault('conflict', 'hold.alreadyAsked', 'somebody has asked for this already');
      }
      const asked = { ...find(holdId), releaseAskedBy: by.name, releaseAskedMs: atMs };
      put(asked);
      changed();
      return asked;
    },
    async keep(holdId) {
      find(holdId);
      const { changes } = await database.run(
        `UPDATE recording_holds SET release_asked_by = NULL, release_asked_id = NULL, release_asked_ms = NULL
         WHERE id = ? AND released_ms IS NULL`,
        holdId,
      );
      if (changes === 0) throw unknown();
      const kept = { ...find(holdId), releaseAskedBy: null, releaseAskedMs: null };
      put(kept);
      changed();
      return kept;
    },
    async release(holdId, by) {
      const hold = find(holdId);
      if (hold.releaseAskedBy === null) {
        throw new Fault('conflict', 'hold.notAsked', 'two people release a hold, and none has asked yet');
      }
      const asked = await database.get<{ id: string | null }>(
        'SELECT release_asked_id AS id FROM recording_holds WHERE id = ? AND released_ms IS NULL',
        holdId,
      );
      if (hold.releaseAskedBy === by.name || asked?.id === by.id) {
        throw new Fault('forbidden', 'hold.samePerson', 'the second person must be another than the first');
      }
      // The table has the last word: what was looked at above may be history.
      const { changes } = await database.run(
        `UPDATE recording_holds SET released_by = ?, released_ms = ?
         WHERE id = ? AND released_ms IS NULL AND release_asked_by IS NOT NULL AND release_asked_by <> ?
           AND (release_asked_id IS NULL OR release_asked_id <> ?)`,
        by.name,
        clock.now(),
        holdId,
        by.name,
        by.id,
      );
      if (changes === 0) {
        find(holdId);
        throw new Fault('conflict', 'hold.changed', 'the hold was changed meanwhile');
      }
      drop(hold);
      changed();
      return hold;
    },
    async history({ cameraId, text = '', before, limit, visible = () => true }) {
      const wanted = fold(text);
      const found: ReleasedHold[] = [];
      let last = before ?? { releasedMs: Number.MAX_SAFE_INTEGER, id: '' };
      for (let page = 0; page < PAGES; page += 1) {
        const rows = await database.all<ReleasedHold>(
          `SELECT ${COLUMNS}, released_by AS releasedBy, released_ms AS releasedMs FROM recording_holds
           WHERE released_ms IS NOT NULL AND (released_ms < ? OR (released_ms = ? AND id < ?))
             ${cameraId === undefined ? '' : 'AND camera_id = ?'}
           ORDER BY released_ms DESC, id DESC LIMIT ?`,
          last.releasedMs,
          last.releasedMs,
          last.id,
          ...(cameraId === undefined ? [] : [cameraId]),
          PAGE,
        );
        for (const row of rows) {
          const fits = fold(`${row.caseNumber} ${row.reason}`).includes(wanted);
          if (fits && visible(row.cameraId)) found.push(row);
          if (found.length === limit) return found;
          last = row;
        }
        if (rows.length < PAGE) break;
      }
      return found;
    },
    onChanged(listener) {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
  };
}

async function insert(queries: Queries, hold: HoldView): Promise<void> {
  await queries.run(
    `INSERT INTO recording_holds (id, camera_id, start_ms, end_ms, case_number, reason, created_by, created_ms)
     VALUES (?, ?, ?, ?, ?, ?, ?, ?)`,
    hold.id,
    hold.cameraId,
    hold.startMs,
    hold.endMs,
    hold.caseNumber,
    hold.reason,
    hold.createdBy,
    hold.createdMs,
  );
}

function unknown(): Fault {
  return new Fault('notFound', 'hold.unknown', 'there is no such hold');
}
