import { randomUUID } from 'node:crypto';
import type { Clock } from '#base/clock';
import type { Database } from '#base/database';
import { Fault } from '#base/errors';
import { type LayoutInput, layoutInputSchema } from '#contracts/http';

/** Walls that people keep: their own, and the shared ones that all may use. */
export interface Layouts {
  /** The person's own and the shared ones, by name. */
  list(ownerId: string): Promise<readonly Layout[]>;
  /** Throws `Fault` `notFound` for another person's that is not shared. */
  get(layoutId: string, ownerId: string): Promise<Layout>;
  create(ownerId: string, input: LayoutInput): Promise<Layout>;
  /** The caller has asked whether the person may change it. */
  update(layoutId: string, input: LayoutInput): Promise<Layout>;
  remove(layoutId: string): Promise<void>;
  onChanged(listener: () => void): () => void;
}

export interface Layout extends LayoutInput {
  readonly id: string;
  readonly ownerId: string;
}

/** Per person: more is a mistake or an attack. */
export const MAX_LAYOUTS = 200;

export function createLayouts(options: { database: Database; clock: Clock }): Layouts {
  const { database, clock } = options;
  const listeners = new Set<() => void>();

  function changed(): void {
    for (const listener of listeners) listener();
  }

  return {
    async list(ownerId) {
      const rows = await database.all<LayoutRow>(
        'SELECT * FROM layouts WHERE owner_id = ? OR shared = 1 ORDER BY name, id',
        ownerId,
      );
      return rows.map(layoutOf);
    },
    async get(layoutId, ownerId) {
      const row = await database.get<LayoutRow>(
        'SELECT * FROM layouts WHERE id = ? AND (owner_id = ? OR shared = 1)',
        layoutId,
        ownerId,
      );
      if (row === undefined) throw notFound();
      return layoutOf(row);
    },
    async create(ownerId, input) {
      const layout = { ...input, id: randomUUID(), ownerId };
      await database.transaction(async (queries) => {
        const owned = await queries.get<{ count: number }>(
          'SELECT COUNT(*) AS count FROM layouts WHERE owner_id = ?',
          ownerId,
        );
        if ((owned?.count ?? 0) >= MAX_LAYOUTS) {
          throw new Fault('tooMany', 'layout.tooMany', `nobody may keep more than ${MAX_LAYOUTS} layouts`);
        }
        await queries.run(
          `INSERT INTO layouts (id, owner_id, name, shared, columns, rows, cells, changed_ms)
           VALUES (?, ?, ?, ?, ?, ?, ?, ?)`,
          layout.id,
          ownerId,
          input.name,
          input.shared ? 1 : 0,
          input.columns,
          input.rows,
          JSON.stringify(input.cells),
          clock.now(),
        );
      });
      changed();
      return layout;
    },
    async update(layoutId, input) {
      const row = await database.get<LayoutRow>('SELECT * FROM layouts WHERE id = ?', layoutId);
      const { changes } = await database.run(
        'UPDATE layouts SET name = ?, shared = ?, columns = ?, rows = ?, cells = ?, changed_ms = ? WHERE id = ?',
        input.name,
        input.shared ? 1 : 0,
        input.columns,
        input.rows,
        JSON.stringify(input.cells),
        clock.now(),
        layoutId,
      );
      if (row === undefined || changes === 0) throw notFound();
      changed();
      return { ...input, id: layoutId, ownerId: row.owner_id };
    },
    async remove(layoutId) {
      const { changes } = await database.run('DELETE FROM layouts WHERE id = ?', layoutId);
      if (changes === 0) throw notFound();
      changed();
    },
    onChanged(listener) {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
  };
}

interface LayoutRow {
  readonly id: string;
  readonly owner_id: string;
  readonly name: string;
  readonly shared: number;
  readonly columns: number;
  readonly rows: number;
  readonly cells: string;
}

function layoutOf(row: LayoutRow): Layout {
  const { name, columns, rows } = row;
  const input = layoutInputSchema.parse({
    name,
    columns,
    rows,
    shared: row.shared === 1,
    cells: JSON.parse(row.cells),
  });
  return { ...input, id: row.id, ownerId: row.owner_id };
}

function notFound(): Fault {
  return new Fault('notFound', 'layout.unknown', 'there is no such layout');
}
