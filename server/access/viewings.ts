import { randomUUID } from 'node:crypto';
import type { Clock } from '#base/clock';
import type { Database, Queries } from '#base/database';
import { messageOf } from '#base/errors';
import type { Logger } from '#base/log';
import { type Actor, addressOf, auditName } from './actor.ts';
import type { AuditTrail } from './audit.ts';

/**
 * Who watches which camera from when to when. The audit gets an entry when it begins and one when it ends; those that
 * last are also kept in a table with a heartbeat, so that a program that was killed can say later until when.
 */
export interface Viewings {
  /**
   * `via`: `wall`, `hls`, `snapshot` … Call what is returned when they stop, with the moment (ms since 1970) if it is
   * not now, and what the last entry shall say besides; calling it again does nothing.
   */
  begin(actor: Actor, cameraId: string, role: 'main' | 'sub', via: string): EndViewing;
  /** Resolves when all that was noted so far is stored. */
  flush(): Promise<void>;
  /** Ends all and stores it. */
  close(): Promise<void>;
}

export type EndViewing = (endMs?: number, detail?: Readonly<Record<string, unknown>>) => void;

interface Viewing {
  readonly id: string;
  readonly actor: string;
  readonly address: string;
  readonly cameraId: string;
  readonly role: string;
  readonly via: string;
  readonly beginMs: number;
}

interface Note {
  readonly viewing: Viewing;
  /** Absent: it begins. */
  readonly endMs?: number;
  readonly detail?: Readonly<Record<string, unknown>> | undefined;
}

const HEARTBEAT_MS = 30_000;
/** A wall of 64 cells begins 64 at once: they are stored together. */
const BATCH = 200;
/** What is held while the disk is full; 20 000 notes are some 5 MiB. */
const MAX_NOTES = 20_000;

export async function createViewings(options: {
  database: Database;
  trail: AuditTrail;
  clock: Clock;
  log: Logger;
}): Promise<Viewings> {
  const { database, trail, clock, log } = options;
  await repair(database, trail);

  const open = new Map<string, Viewing>();
  const notes: Note[] = [];
  /** When the heartbeat that waits to be stored was. */
  let beatMs: number | undefined;
  let storing: Promise<void> | undefined;

  function note(entry: Note): void {
    if (notes.length >= MAX_NOTES) {
      log.error({ cameraId: entry.viewing.cameraId, actor: entry.viewing.actor }, 'a viewing could not be audited');
      return;
    }
    notes.push(entry);
    void flush();
  }

  /** One storing at a time; what is noted meanwhile goes with the next batch. */
  function flush(): Promise<void> {
    storing ??= storeAll();
    return storing;
  }

  async function storeAll(): Promise<void> {
    // What the present turn of the event loop still notes belongs to the same batch.
    await new Promise((resolve) => setImmediate(resolve));
    try {
      while (notes.length > 0 || beatMs !== undefined) await (notes.length > 0 ? storeBatch() : storeBeat());
    } catch (error) {
      log.error({ reason: messageOf(error), waiting: notes.length }, 'viewings are not stored; trying again');
    } finally {
      // At once after the last look at what waits, so that nothing falls between two runs.
      storing = undefined;
    }
  }

  async function storeBatch(): Promise<void> {
    const batch = notes.slice(0, BATCH);
    await database.transaction(async (queries) => {
      for (const entry of batch) await store(queries, trail, entry);
    });
    notes.splice(0, batch.length);
  }

  async function storeBeat(): Promise<void> {
    const nowMs = beatMs ?? clock.now();
    beatMs = undefined;
    if (open.size > 0) await database.run('UPDATE viewings SET heartbeat_ms = ?', nowMs);
  }

  function end(viewing: Viewing, endMs = clock.now(), detail?: Note['detail']): void {
    if (open.delete(viewing.id)) note({ viewing, endMs, detail });
  }

  const stopBeating = clock.every(HEARTBEAT_MS, () => {
    beatMs = clock.now();
    void flush();
  });

  return {
    begin(actor, cameraId, role, via) {
      const viewing: Viewing = {
        id: randomUUID(),
        actor: auditName(actor),
        address: addressOf(actor),
        cameraId,
        role,
        via,
        beginMs: clock.now(),
      };
      open.set(viewing.id, viewing);
      note({ viewing });
      return (endMs, detail) => end(viewing, endMs, detail);
    },
    flush,
    async close() {
      stopBeating();
      for (const viewing of [...open.values()]) end(viewing);
      await flush();
    },
  };
}

async function store(queries: Queries, trail: AuditTrail, { viewing, endMs, detail }: Note): Promise<void> {
  const { id, actor, address, cameraId, role, via, beginMs } = viewing;
  if (endMs !== undefined) {
    await queries.run('DELETE FROM viewings WHERE id = ?', id);
    await trail.write(queries, {
      timeMs: endMs,
      actor,
      address,
      action: 'viewing.ended',
      cameraId,
      detail: { role, via, fromMs: beginMs, toMs: endMs, ...detail },
    });
    return;
  }
  await queries.run(
    `INSERT INTO viewings (id, actor, address, camera_id, role, via, begin_ms, heartbeat_ms)
     VALUES (?, ?, ?, ?, ?, ?, ?, ?)`,
    id,
    actor,
    address,
    cameraId,
    role,
    via,
    beginMs,
    beginMs,
  );
  await trail.write(queries, {
    timeMs: beginMs,
    actor,
    address,
    action: 'viewing.began',
    cameraId,
    detail: { role, via },
  });
}

/** Ends what a killed program left open, at its last heartbeat. */
async function repair(database: Database, trail: AuditTrail): Promise<void> {
  await database.transaction(async (queries) => {
    const left = await queries.all<{
      actor: string;
      address: string;
      camera_id: string;
      role: string;
      via: string;
      begin_ms: number;
      heartbeat_ms: number;
    }>('SELECT * FROM viewings ORDER BY begin_ms, id');
    for (const row of left) {
      await trail.write(queries, {
        timeMs: row.heartbeat_ms,
        actor: row.actor,
        address: row.address,
        action: 'viewing.ended',
        cameraId: row.camera_id,
        detail: {
          role: row.role,
          via: row.via,
          fromMs: row.begin_ms,
          toMs: row.heartbeat_ms,
          // The program was killed: they watched until then at least, and at most a heartbeat longer.
          uncertainMs: HEARTBEAT_MS,
        },
      });
    }
    await queries.run('DELETE FROM viewings');
  });
}
