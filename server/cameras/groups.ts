import { randomUUID } from 'node:crypto';
import type { z } from 'zod';
import type { Clock } from '#base/clock';
import { type Database, isUniqueViolation, type Queries } from '#base/database';
import { Fault } from '#base/errors';
import type { GroupView, groupInputSchema } from '#contracts/http';

/** The tree of camera groups. It is small, is asked for with every look at a right, and so is held in memory. */
export interface Groups {
  list(): readonly GroupView[];
  find(groupId: string): GroupView | undefined;
  /** The group itself and all groups above it; empty for a group that does not exist. */
  above(groupId: string): readonly string[];
  /** Names from the top, `Phường 1 / Trường học`. */
  path(groupId: string): string;
  create(input: GroupInput): Promise<GroupView>;
  update(groupId: string, input: GroupInput): Promise<GroupView>;
  /** Refused with `group.notEmpty` while it holds groups or cameras. */
  remove(groupId: string): Promise<void>;
  /** Writes groups inside another transaction; `adopt` makes them known once that is kept. */
  insert(queries: Queries, groups: readonly GroupView[]): Promise<void>;
  adopt(groups: readonly GroupView[]): void;
  onChanged(listener: () => void): () => void;
}

export type GroupInput = z.output<typeof groupInputSchema>;

/** Levels from the top; more is a mistake, not an organisation. */
export const MAX_DEPTH = 12;
export const PATH_SEPARATOR = ' / ';

export async function createGroups(options: { database: Database; clock: Clock }): Promise<Groups> {
  const { database, clock } = options;
  const groups = new Map<string, GroupView>();
  const listeners = new Set<() => void>();
  for (const group of await readGroups(database)) groups.set(group.id, group);

  function chain(groupId: string): readonly GroupView[] {
    const found: GroupView[] = [];
    for (let at = groups.get(groupId); at !== undefined && found.length <= MAX_DEPTH; ) {
      found.push(at);
      at = at.parentId === null ? undefined : groups.get(at.parentId);
    }
    return found;
  }

  function changed(): void {
    for (const listener of listeners) listener();
  }

  async function insert(queries: Queries, added: readonly GroupView[]): Promise<void> {
    for (const group of added) {
      await asNameTaken(
        queries.run(
          'INSERT INTO camera_groups (id, name, parent_id, created_ms) VALUES (?, ?, ?, ?)',
          group.id,
          group.name,
          group.parentId,
          clock.now(),
        ),
      );
    }
  }

  return {
    list: () => [...groups.values()],
    find: (groupId) => groups.get(groupId),
    above: (groupId) => chain(groupId).map((group) => group.id),
    path: (groupId) =>
      chain(groupId)
        .map((group) => group.name)
        .reverse()
        .join(PATH_SEPARATOR),
    async create(input) {
      const group: GroupView = { id: randomUUID(), name: input.name, parentId: input.parentId };
      await database.transaction(async (queries) => {
        checkPlace(group, await readGroups(queries));
        await insert(queries, [group]);
      });
      groups.set(group.id, group);
      changed();
      return group;
    },
    async update(groupId, input) {
      const group: GroupView = { id: groupId, name: input.name, parentId: input.parentId };
      await database.transaction(async (queries) => {
        const all = await readGroups(queries);
        if (!all.some((other) => other.id === groupId)) throw notFound();
        checkPlace(group, all);
        await asNameTaken(
          queries.run(
            'UPDATE camera_groups SET name = ?, parent_id = ? WHERE id = ?',
            group.name,
            group.parentId,
            groupId,
          ),
        );
      });
      groups.set(groupId, group);
      changed();
      return group;
    },
    async remove(groupId) {
      await database.transaction(async (queries) => {
        const held = await queries.get<{ count: number }>(
          `SELECT (SELECT COUNT(*) FROM cameras WHERE group_id = ?)
                + (SELECT COUNT(*) FROM camera_groups WHERE parent_id = ?) AS count`,
          groupId,
          groupId,
        );
        if ((held?.count ?? 0) > 0) {
          throw new Fault('conflict', 'group.notEmpty', 'the group still holds cameras or groups');
        }
        const { changes } = await queries.run('DELETE FROM camera_groups WHERE id = ?', groupId);
        if (changes === 0) throw notFound();
      });
      groups.delete(groupId);
      changed();
    },
    insert,
    adopt(added) {
      for (const group of added) groups.set(group.id, group);
      if (added.length > 0) changed();
    },
    onChanged(listener) {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
  };
}

function readGroups(queries: Queries): Promise<GroupView[]> {
  return queries.all<GroupView>('SELECT id, name, parent_id AS parentId FROM camera_groups ORDER BY name');
}

/** Throws when the parent does not exist, lies below the group itself, or the tree would become too deep. */
function checkPlace(group: GroupView, all: readonly GroupView[]): void {
  if (group.parentId === null) return;
  const byId = new Map(all.map((other) => [other.id, other]));
  let above = 0;
  for (let at: string | null = group.parentId; at !== null && above <= MAX_DEPTH; above += 1) {
    if (at === group.id) throw badParent('cycle', 'a group cannot lie inside itself');
    const parent = byId.get(at);
    if (parent === undefined) throw badParent('unknown', 'there is no such group');
    at = parent.parentId;
  }
  if (above + heightOf(group.id, all) > MAX_DEPTH) {
    throw badParent('tooDeep', `groups are at most ${MAX_DEPTH} levels deep`);
  }
}

/** Levels from this group down to its lowest, itself included. */
function heightOf(groupId: string, all: readonly GroupView[]): number {
  return 1 + Math.max(0, ...all.filter((other) => other.parentId === groupId).map((child) => heightOf(child.id, all)));
}

function badParent(code: string, message: string): Fault {
  return new Fault('invalid', `group.${code}`, message, { fields: [{ path: 'parentId', code, message }] });
}

function notFound(): Fault {
  return new Fault('notFound', 'group.unknown', 'there is no such group');
}

async function asNameTaken<T>(work: Promise<T>): Promise<T> {
  try {
    return await work;
  } catch (error) {
    if (!isUniqueViolation(error)) throw error;
    const message = 'another group here has this name';
    throw new Fault('conflict', 'group.nameTaken', message, {
      fields: [{ path: 'name', code: 'taken', message }],
      cause: error,
    });
  }
}
