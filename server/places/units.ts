import { randomUUID } from 'node:crypto';
import { type Database, isUniqueViolation, type Queries } from '#base/database';
import { Fault } from '#base/errors';
import { fold } from '#base/fold';
import { assertNewest } from '#base/newest';
import { type UnitInput, type UnitView, unitInputSchema } from '#contracts/places';
import { readUnits, removeUnit, type StoredUnit, saveUnit } from './place-store.ts';

/** Who answers for figures and reports: departments, communes, schools … A tree, held in memory. */
export interface Units {
  get(unitId: string): UnitView | undefined;
  list(): readonly UnitView[];
  /** In any case, with or without accents. */
  byCode(code: string): UnitView | undefined;
  /** The unit itself and all above it; empty for one that is not there. */
  above(unitId: string): readonly string[];
  create(input: UnitInput): Promise<UnitView>;
  /** Rejects with `conflict` when `input.version` is not the newest. */
  update(unitId: string, input: UnitInput): Promise<{ unit: UnitView; before: UnitView }>;
  /** Refused with `unit.inUse` while something hangs on it: a unit that is no more gets an end instead. */
  remove(unitId: string): Promise<UnitView>;
  /** Adds those whose code nobody has; how many. */
  addMissing(inputs: readonly UnitInput[], demo: boolean): Promise<number>;
  /** Those of the demo that nothing hangs on. */
  removeDemo(): Promise<void>;
  /** Says what still needs a unit, `null` where nothing does: asked before one is removed. */
  guardRemoval(guard: (unitId: string) => Promise<string | null>): void;
}

/** Levels from the top; more is a mistake, not an organisation. */
const MAX_DEPTH = 12;
/** Above it the tree is no longer held in memory lightly. */
const MOST_UNITS = 20_000;

export async function createUnits(options: {
  database: Database;
  hasArea: (code: string) => boolean;
  changed: () => void;
}): Promise<Units> {
  const { database, hasArea, changed } = options;
  const guards: ((unitId: string) => Promise<string | null>)[] = [];
  let units = new Map<string, StoredUnit>();
  let codes = new Map<string, string>();
  await load();

  async function load(): Promise<void> {
    const stored = await readUnits(database);
    units = new Map(stored.map((unit) => [unit.id, unit]));
    codes = new Map(stored.map(({ id, code }) => [fold(code), id]));
  }

  function above(unitId: string): readonly string[] {
    const found: string[] = [];
    for (let at = units.get(unitId); at !== undefined && !found.includes(at.id); ) {
      found.push(at.id);
      at = at.parentId === null ? undefined : units.get(at.parentId);
    }
    return found;
  }

  async function checked(queries: Queries, unit: StoredUnit): Promise<void> {
    const all = new Map((await readUnits(queries)).map((one) => [one.id, one]));
    checkPlace(unit, all);
    if (unit.areaCode !== null && !hasArea(unit.areaCode)) {
      throw wrong('areaCode', 'unknownArea', `there is no area ${unit.areaCode}`);
    }
    if (unit.successorId !== null && (unit.successorId === unit.id || !all.has(unit.successorId))) {
      throw wrong('successorId', 'unknownUnit', 'there is no such unit to follow it');
    }
    const { validFromMs, validToMs } = unit;
    if (validFromMs !== null && validToMs !== null && validToMs <= validFromMs) {
      throw wrong('validToMs', 'endsFirst', 'a unit ends after it begins');
    }
    await codeFree(() => saveUnit(queries, unit));
  }

  async function after<T>(work: Promise<T>): Promise<T> {
    const result = await work;
    await load();
    changed();
    return result;
  }

  return {
    get: (unitId) => viewOf(units.get(unitId)),
    list: () => [...units.values()].flatMap((unit) => viewOf(unit) ?? []),
    byCode: (code) => viewOf(units.get(codes.get(fold(code)) ?? '')),
    above,
    async create(input) {
      if (units.size >= MOST_UNITS) throw new Fault('conflict', 'unit.tooMany', `at most ${MOST_UNITS} units`);
      const unit: StoredUnit = { ...input, id: randomUUID(), version: 1, demo: false };
      await after(database.transaction((queries) => checked(queries, unit)));
      return known(unit.id);
    },
    async update(unitId, input) {
      const before = await after(
        database.transaction(async (queries) => {
          const old = (await readUnits(queries)).find(({ id }) => id === unitId);
          if (old === undefined) throw unknownUnit();
          assertNewest(input.version, old.version);
          await checked(queries, { ...input, id: unitId, version: old.version + 1, demo: old.demo });
          return old;
        }),
      );
      return { unit: known(unitId), before };
    },
    async remove(unitId) {
      const unit = known(unitId);
      const why = await whyKept(unitId);
      if (why !== null) throw inUse(why);
      await after(
        database.transaction(async (queries) => {
          if (await holdsOthers(queries, unitId)) throw inUse('other units hang on it');
          await removeUnit(queries, unitId);
        }),
      );
      return unit;
    },
    async addMissing(inputs, demo) {
      return after(
        database.transaction(async (queries) => {
          const there = new Set((await readUnits(queries)).map(({ code }) => fold(code)));
          const added = inputs.filter(({ code }) => !there.has(fold(code)));
          for (const input of added) {
            await checked(queries, { ...input, id: demo ? `demo-${input.code}` : randomUUID(), version: 1, demo });
          }
          return added.length;
        }),
      );
    },
    async removeDemo() {
      const free: string[] = [];
      for (const { id, demo } of units.values()) if (demo && (await whyKept(id)) === null) free.push(id);
      if (free.length === 0) return;
      // Those below first.
      free.sort((a, b) => above(b).length - above(a).length);
      await after(
        database.transaction(async (queries) => {
          for (const id of free) if (!(await holdsOthers(queries, id))) await removeUnit(queries, id);
        }),
      );
    },
    guardRemoval(guard) {
      guards.push(guard);
    },
  };

  async function whyKept(unitId: string): Promise<string | null> {
    for (const guard of guards) {
      const why = await guard(unitId);
      if (why !== null) return why;
    }
    return null;
  }

  function known(unitId: string): UnitView {
    const unit = viewOf(units.get(unitId));
    if (unit === undefined) throw unknownUnit();
    return unit;
  }
}

/** Of a commune or ward: whoever answers for it. */
export function committeeOf({ code, name }: { readonly code: string; readonly name: string }): UnitInput {
  const title = `${name.slice(0, 1).toLowerCase()}${name.slice(1)}`;
  return unitInputSchema.parse({ name: `UBND ${title}`, kind: 'commune', code, areaCode: code });
}

async function holdsOthers(queries: Queries, unitId: string): Promise<boolean> {
  const one = await queries.get('SELECT id FROM units WHERE parent_id = ? OR successor_id = ?', unitId, unitId);
  return one !== undefined;
}

function viewOf(unit: StoredUnit | undefined): UnitView | undefined {
  if (unit === undefined) return undefined;
  const { demo: _, ...view } = unit;
  return view;
}

/** Throws when the parent is not there, hangs on the unit itself, or the tree would become too deep. */
function checkPlace(unit: StoredUnit, all: ReadonlyMap<string, StoredUnit>): void {
  let depth = 0;
  for (let at = unit.parentId; at !== null; depth += 1) {
    if (at === unit.id) throw wrong('parentId', 'cycle', 'a unit cannot be above itself');
    if (depth >= MAX_DEPTH) throw wrong('parentId', 'tooDeep', `units are at most ${MAX_DEPTH} levels deep`);
    const parent = all.get(at);
    if (parent === undefined) throw wrong('parentId', 'unknownUnit', 'there is no such unit above it');
    at = parent.parentId;
  }
}

async function codeFree<T>(write: () => Promise<T>): Promise<T> {
  try {
    return await write();
  } catch (error) {
    if (!isUniqueViolation(error)) throw error;
    const message = 'another unit has this code';
    throw new Fault('conflict', 'unit.codeTaken', message, {
      fields: [{ path: 'code', code: 'unit.codeTaken', message }],
      cause: error,
    });
  }
}

function wrong(path: string, code: string, message: string): Fault {
  return new Fault('invalid', `unit.${code}`, message, { fields: [{ path, code: `unit.${code}`, message }] });
}

function unknownUnit(): Fault {
  return new Fault('notFound', 'unit.unknown', 'there is no such unit');
}

function inUse(why: string): Fault {
  return new Fault('conflict', 'unit.inUse', `the unit cannot be removed: ${why}; give it an end instead`);
}
