import type { Database, Queries } from '#base/database';
import { type Bodies, type EntryKind, readEntries, saveEntry } from './catalogue-store.ts';
import type { SectorSeed } from './seeds.ts';

/**
 * Lays what the program brings over what is there. What a person changed or removed stays so; what nobody touched
 * follows the program; what is new is added, at the end of its kind.
 */
export function applySeeds(database: Database, seeds: readonly SectorSeed[]): Promise<void> {
  return database.transaction(async (queries) => {
    const sectors = seeds.map(({ key, sector }) => ({ key, sector: key, body: sector }));
    await apply(queries, 'sector', sectors);
    await apply(
      queries,
      'indicator',
      seeds.flatMap(({ key: sector, indicators }) =>
        Object.entries(indicators).map(([key, body]) => ({ key, sector, body })),
      ),
    );
    for (const { key: sector, identities, eventTypes } of seeds) {
      await apply(
        queries,
        'identity',
        identities.map((body) => ({ key: `${sector}.${body.key}`, sector, body })),
      );
      await apply(
        queries,
        'eventType',
        eventTypes.map((body) => ({ key: `${sector}.${body.key}`, sector, body })),
      );
    }
  });
}

async function apply<K extends EntryKind>(
  queries: Queries,
  kind: K,
  seeds: readonly { readonly key: string; readonly sector: string; readonly body: Bodies[K] }[],
): Promise<void> {
  const there = new Map((await readEntries(queries, kind)).map((entry) => [entry.key, entry]));
  for (const [position, { key, sector, body }] of seeds.entries()) {
    const seed = JSON.stringify(body);
    const old = there.get(key);
    if (old === undefined) {
      const entry = { kind, key, sector, position, body, seed, changed: false, removed: false, version: 1 };
      await saveEntry(queries, entry);
    } else if (old.seed !== seed) {
      const kept = old.changed || old.removed || old.seed === null;
      await saveEntry(queries, kept ? { ...old, seed } : { ...old, body, seed, position, version: old.version + 1 });
    }
  }
}
