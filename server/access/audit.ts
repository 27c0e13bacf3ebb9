import { createHash } from 'node:crypto';
import type { z } from 'zod';
import type { Clock } from '#base/clock';
import type { Database, Queries, SqlValue } from '#base/database';
import type { AuditEntry, AuditVerification, auditQuerySchema } from '#contracts/http';
import { type Actor, addressOf, auditName } from './actor.ts';

/** One thing that somebody did. `action` is `thing.verb` in the past: `camera.changed`. */
export interface AuditRecord {
  readonly actor: Actor;
  readonly action: string;
  readonly cameraId?: string | undefined;
  /** Never a secret. At most 64 KiB of JSON. */
  readonly detail?: Readonly<Record<string, unknown>> | undefined;
}

/** An entry before it has its place in the chain. */
export interface AuditFact {
  readonly timeMs: number;
  readonly actor: string;
  readonly address: string;
  readonly action: string;
  readonly cameraId: string | null;
  readonly detail: Readonly<Record<string, unknown>>;
}

/**
 * Who did what, append-only: each entry carries the hash of the one before, so that a changed, removed or inserted
 * entry breaks the chain from there on. Triggers refuse what the program never asks for.
 */
export interface AuditTrail {
  /** Resolves when the entry is stored. */
  append(record: AuditRecord): Promise<void>;
  /** As `append`, as part of the caller's transaction: the change and its entry are kept or undone together. */
  record(queries: Queries, record: AuditRecord): Promise<void>;
  write(queries: Queries, fact: AuditFact): Promise<void>;
  query(query: z.output<typeof auditQuerySchema>): Promise<readonly AuditEntry[]>;
  verify(): Promise<AuditVerification>;
  /** The last entry; noted elsewhere (in the log), it proves that none was cut off the end. */
  head(): Promise<{ sequence: number; hash: string }>;
}

interface Row {
  readonly sequence: number;
  readonly time_ms: number;
  readonly actor: string;
  readonly address: string;
  readonly action: string;
  readonly camera_id: string | null;
  readonly detail: string;
  readonly hash: string;
}

/** What the first entry follows. */
const START = { sequence: 0, hash: '0'.repeat(64) };
const DETAIL_BYTES = 65_536;
/** Rows that are checked before other work gets its turn. */
const PAGE = 1000;

export function createAuditTrail(database: Database, clock: Clock): AuditTrail {
  const headOf = async (queries: Queries): Promise<{ sequence: number; hash: string }> =>
    (await queries.get<{ sequence: number; hash: string }>(
      'SELECT sequence, hash FROM audit ORDER BY sequence DESC LIMIT 1',
    )) ?? START;

  async function write(queries: Queries, fact: AuditFact): Promise<void> {
    const previous = await headOf(queries);
    const row = {
      sequence: previous.sequence + 1,
      time_ms: fact.timeMs,
      actor: fact.actor,
      address: fact.address,
      action: fact.action,
      camera_id: fact.cameraId,
      detail: detailText(fact.detail),
    };
    await queries.run(
      `INSERT INTO audit (sequence, time_ms, actor, address, action, camera_id, detail, hash)
       VALUES (?, ?, ?, ?, ?, ?, ?, ?)`,
      ...Object.values(row),
      hashOf(row, previous.hash),
    );
  }

  const record = (queries: Queries, { actor, action, cameraId, detail }: AuditRecord): Promise<void> =>
    write(queries, {
      timeMs: clock.now(),
      actor: auditName(actor),
      address: addressOf(actor),
      action,
      cameraId: cameraId ?? null,
      detail: detail ?? {},
    });

  return {
    write,
    record,
    append: (entry) => database.transaction((queries) => record(queries, entry)),
    head: () => headOf(database),

    async query(query) {
      const conditions: [string, SqlValue | undefined][] = [
        ['sequence < ?', query.before],
        ['action = ?', query.action],
        ['actor = ?', query.actor],
        ['camera_id = ?', query.cameraId],
        ['time_ms >= ?', query.fromMs],
        ['time_ms < ?', query.toMs],
      ];
      const asked = conditions.filter(([, value]) => value !== undefined);
      const rows = await database.all<Row>(
        `SELECT * FROM audit ${asked.length > 0 ? 'WHERE' : ''} ${asked.map(([sql]) => sql).join(' AND ')}
         ORDER BY sequence DESC LIMIT ?`,
        ...asked.map(([, value]) => value ?? null),
        query.limit,
      );
      return rows.map(entryOf);
    },

    async verify() {
      let previous = START;
      for (;;) {
        const rows = await database.all<Row>(
          'SELECT * FROM audit WHERE sequence > ? ORDER BY sequence LIMIT ?',
          previous.sequence,
          PAGE,
        );
        for (const row of rows) {
          if (row.hash !== hashOf(row, previous.hash)) {
            return { ok: false, entries: previous.sequence, brokenAt: previous.sequence + 1 };
          }
          previous = row;
        }
        if (rows.length < PAGE) return { ok: true, entries: previous.sequence, brokenAt: null };
        await new Promise((resolve) => setImmediate(resolve));
      }
    },
  };
}

/** JSON of a list, because joined text could be cut elsewhere and mean another thing. */
function hashOf(row: Omit<Row, 'hash'>, previousHash: string): string {
  const { sequence, time_ms, actor, address, action, camera_id, detail } = row;
  return createHash('sha256')
    .update(JSON.stringify([previousHash, sequence, time_ms, actor, address, action, camera_id, detail]))
    .digest('hex');
}

function detailText(detail: Readonly<Record<string, unknown>>): string {
  const text = JSON.stringify(detail);
  const bytes = Buffer.byteLength(text);
  return bytes <= DETAIL_BYTES ? text : JSON.stringify({ leftOutBytes: bytes });
}

function entryOf(row: Row): AuditEntry {
  return {
    sequence: row.sequence,
    timeMs: row.time_ms,
    actor: row.actor,
    address: row.address,
    action: row.action,
    cameraId: row.camera_id,
    detail: JSON.parse(row.detail) as Record<string, unknown>,
    hash: row.hash,
  };
}
