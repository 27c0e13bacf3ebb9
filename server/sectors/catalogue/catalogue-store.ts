import type { z } from 'zod';
import type { Queries } from '#base/database';
import {
  type Identity,
  type IndicatorInput,
  identitySchema,
  indicatorInputSchema,
  type SectorEventType,
  type SectorInput,
  sectorEventTypeSchema,
  sectorInputSchema,
} from '#contracts/sectors';

/** The catalogue as one table: each entry with what the program brought, and whether a person has changed it. */

export interface Bodies {
  sector: SectorInput;
  indicator: IndicatorInput;
  identity: Identity;
  eventType: SectorEventType;
}
export type EntryKind = keyof Bodies;

const SCHEMAS: { readonly [K in EntryKind]: z.ZodType<Bodies[K]> } = {
  sector: sectorInputSchema,
  indicator: indicatorInputSchema,
  identity: identitySchema,
  eventType: sectorEventTypeSchema,
};

export interface Entry<K extends EntryKind = EntryKind> {
  readonly kind: K;
  readonly key: string;
  readonly sector: string;
  readonly position: number;
  readonly body: Bodies[K];
  /** JSON. */
  readonly seed: string | null;
  readonly changed: boolean;
  readonly removed: boolean;
  readonly version: number;
}

interface Row {
  readonly key: string;
  readonly sector: string;
  readonly position: number;
  readonly body: string;
  readonly seed: string | null;
  readonly changed: number;
  readonly removed: number;
  readonly version: number;
}

/** Also those that were removed. What cannot be read, as a newer program wrote it, is left out. */
export async function readEntries<K extends EntryKind>(queries: Queries, kind: K): Promise<readonly Entry<K>[]> {
  const rows = await queries.all<Row>(
    `SELECT key, sector, position, body, seed, changed, removed, version FROM catalogue_entries
     WHERE kind = ? ORDER BY position, key`,
    kind,
  );
  const schema = SCHEMAS[kind];
  return rows.flatMap(({ body, changed, removed, ...row }) => {
    const parsed = schema.safeParse(JSON.parse(body));
    return parsed.success ? [{ ...row, kind, body: parsed.data, changed: changed === 1, removed: removed === 1 }] : [];
  });
}

export async function saveEntry(queries: Queries, entry: Entry): Promise<void> {
  const { version: _, ...body }: Bodies[EntryKind] & { version?: number | undefined } = entry.body;
  await queries.run(
    `INSERT INTO catalogue_entries (kind, key, sector, position, body, seed, changed, removed, version)
     VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)
     ON CONFLICT (kind, key) DO UPDATE SET sector = excluded.sector, position = excluded.position,
       body = excluded.body, seed = excluded.seed, changed = excluded.changed, removed = excluded.removed,
       version = excluded.version`,
    entry.kind,
    entry.key,
    entry.sector,
    entry.position,
    JSON.stringify(body),
    entry.seed,
    entry.changed ? 1 : 0,
    entry.removed ? 1 : 0,
    entry.version,
  );
}
