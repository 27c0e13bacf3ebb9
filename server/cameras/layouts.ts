import { randomUUID } from 'node:crypto';
import { z } from 'zod';
import type { Clock } from '#base/clock';
import type { Database } from '#base/database';
import { Fault } from '#base/errors';
import { type LayoutInput, type LayoutView, layoutCellSchema } from '#contracts/http';

/** Walls that people keep: each sees their own and the shared ones, and of every one only the cameras they may see. */
export interface Layouts<Actor> {
  list(actor: Actor): Promise<readonly LayoutView[]>;
  create(actor: Actor, input: LayoutInput): Promise<LayoutView>;
  update(actor: Actor, layoutId: string, input: LayoutInput): Promise<LayoutView>;
  remove(actor: Actor, layoutId: string): Promise<void>;
  onChanged(listener: () => void): () => void;
}

export interface LayoutsDeps<Actor> {
  readonly database: Database;
  readonly clock: Clock;
  readonly ownerId: (actor: Actor) => string;
  /** Names of owners by id. */
  readonly ownerNames: () => Promise<ReadonlyMap<string, string>>;
  readonly maySee: (actor: Actor, cameraId: string) => boolean;
  readonly mayShare: (actor: Actor) => boolean;
  /** May they change what others have shared? */
  readonly mayManage: (actor: Actor) => boolean;
}

interface Row {
  readonly id: string;
  readonly owner_id: string;
  readonly name: string;
  readonly shared: number;
  readonly columns: number;
  readonly rows: number;
  readonly cells: string;
}

const MOST_PER_OWNER = 200;
const cellsSchema = z.array(layoutCellSchema);

export function createLayouts<Actor>(deps: LayoutsDeps<Actor>): Layouts<Actor> {
  const { database, clock, ownerId, ownerNames, maySee, mayShare, mayManage } = deps;
  const listeners = new Set<() => void>();

  function viewOf(row: Row, actor: Actor, names: ReadonlyMap<string, string>): LayoutView {
    const cells = cellsSchema.parse(JSON.parse(row.cells));
    return {
      id: row.id,
      ownerId: row.owner_id,
      ownerName: names.get(row.owner_id) ?? '',
      mine: isMine(row, actor),
      name: row.name,
      shared: row.shared === 1,
      columns: row.columns,
      rows: row.rows,
      cells: cells.map((cell) =>
        cell.cameraId !== null && !maySee(actor, cell.cameraId) ? { ...cell, cameraId: null } : cell,
      ),
    };
  }

  function isMine(row: Row, actor: Actor): boolean {
    return row.owner_id === ownerId(actor) || (row.shared === 1 && mayManage(actor));
  }

  async function own(actor: Actor, layoutId: string): Promise<Row> {
    const row = await database.get<Row>('SELECT * FROM layouts WHERE id = ?', layoutId);
    if (row === undefined || !(row.owner_id === ownerId(actor) || row.shared === 1)) {
      throw new Fault('notFound', 'layout.unknown', 'there is no such layout');
    }
    if (!isMine(row, actor)) throw new Fault('forbidden', 'layout.notYours', 'this layout belongs to somebody else');
    return row;
  }

  /** Cameras that the person cannot see stay where they were: saving must not empty other people's cells. */
  function cellsToStore(actor: Actor, input: LayoutInput, old: Row | undefined): string {
    const before = old === undefined ? [] : cellsSchema.parse(JSON.parse(old.cells));
    const cells = input.cells.map((cell) => {
      if (cell.cameraId !== null) return maySee(actor, cell.cameraId) ? cell : { ...cell, cameraId: null };
      const same = before.find((one) => one.column === cell.column && one.row === cell.row);
      const hidden = same?.cameraId ?? null;
      return hidden !== null && !maySee(actor, hidden) ? { ...cell, cameraId: hidden } : cell;
    });
    return JSON.stringify(cells);
  }

  function checkShare(actor: Actor, input: LayoutInput): void {
    if (input.shared && !mayShare(actor))
      throw new Fault('forbidden', 'layout.mayNotShare', 'you may not share layouts');
  }

  async function view(id: string, actor: Actor): Promise<LayoutView> {
    const row = await database.get<Row>('SELECT * FROM layouts WHERE id = ?', id);
    if (row === undefined) throw new Fault('notFound', 'layout.unknown', 'there is no such layout');
    for (const listener of listeners) listener();
    return viewOf(row, actor, await ownerNames());
  }

  return {
    async list(actor) {
      const rows = await database.all<Row>(
        'SELECT * FROM layouts WHERE owner_id = ? OR shared = 1 ORDER BY name',
        ownerId(actor),
      );
      const names = await ownerNames();
      return rows.map((row) => viewOf(row, actor, names));
    },
    async create(actor, input) {
      checkShare(actor, input);
      const id = randomUUID();
      await database.transaction(async (queries) => {
        const count = await queries.get<{ n: number }>(
          'SELECT COUNT(*) AS n FROM layouts WHERE owner_id = ?',
          ownerId(actor),
        );
        if ((count?.n ?? 0) >= MOST_PER_OWNER)
          throw new Fault('tooMany', 'layout.tooMany', `${MOST_PER_OWNER} layouts are enough`);
        await queries.run(
          'INSERT INTO layouts (id, owner_id, name, shared, columns, rows, cells, changed_ms) VALUES (?, ?, ?, ?, ?, ?, ?, ?)',
          id,
          ownerId(actor),
          input.name,
          input.shared ? 1 : 0,
          input.columns,
          input.rows,
          cellsToStore(actor, input, undefined),
          clock.now(),
        );
      });
      return view(id, actor);
    },
    async update(actor, layoutId, input) {
      const old = await own(actor, layoutId);
      if (old.shared === 0) checkShare(actor, input);
      await database.run(
        'UPDATE layouts SET name = ?, shared = ?, columns = ?, rows = ?, cells = ?, changed_ms = ? WHERE id = ?',
        input.name,
        input.shared ? 1 : 0,
        input.columns,
        input.rows,
        cellsToStore(actor, input, old),
        clock.now(),
        layoutId,
      );
      return view(layoutId, actor);
    },
    async remove(actor, layoutId) {
      await own(actor, layoutId);
      await database.run('DELETE FROM layouts WHERE id = ?', layoutId);
      for (const listener of listeners) listener();
    },
    onChanged(listener) {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
  };
}
