import type { Clock } from '#base/clock';
import type { Database } from '#base/database';
import { Fault, messageOf } from '#base/errors';
import type { Logger } from '#base/log';
import { assertNewest } from '#base/newest';
import type { AreaView, MapPoint, MapView, UnitView, WorkingTime } from '#contracts/places';
import type { Cadence } from '#contracts/sectors';
import { type AreaBook, createAreaBook, type Resolved } from './area-book.ts';
import { boundsOf, createShapeIndex } from './area-shapes.ts';
import { BUILTIN_PROVINCE, installMap, type MapPlan, removeDemoMap } from './map/map-plan.ts';
import {
  readAreas,
  readMap,
  readShapes,
  readWorkingTime,
  type StoredArea,
  saveArea,
  saveWorkingTime,
} from './place-store.ts';
import { createUnits, type Units } from './units.ts';
import { createWorkingDays, type WorkingDays } from './working-days.ts';
import { checkWorkingTime } from './working-time-seed.ts';

/** Areas, organisations and working time of the province. Times are ms since 1970. */
export interface PlaceRegister {
  /** IANA name. */
  readonly timeZone: string;
  rootArea(): string;
  area(code: string): AreaView | undefined;
  /** With those that have ended. */
  areas(): readonly AreaView[];
  /** `code` may be a name: see `AreaBook`. */
  resolveArea(word: string, atMs: number): Resolved;
  /** The commune that holds a point; `null` outside the province or without a map. */
  areaAt(point: MapPoint): string | null;
  /** `null` before the first import. */
  map(): MapView | null;
  unit(unitId: string): UnitView | undefined;
  units(): readonly UnitView[];
  unitByCode(code: string): UnitView | undefined;
  unitsAbove(unitId: string): readonly string[];
  readonly organisation: Pick<Units, 'create' | 'update' | 'remove' | 'guardRemoval'>;
  isDueDay(startMs: number, days: Cadence['days']): boolean;
  addWorkingMinutes(fromMs: number, minutes: number): number;
  workingTime(): WorkingTime;
  /** Rejects with `conflict` when `time.version` is not the newest. */
  setWorkingTime(time: WorkingTime): Promise<WorkingTime>;
  /** An invented province and who works in it, where there is no map at all. */
  installDemo(plan: MapPlan, units: readonly Parameters<Units['create']>[0][]): Promise<void>;
  removeDemo(): Promise<void>;
  /** Reads again what another process may have changed. */
  refresh(): Promise<void>;
  /** `workingTime`: that has changed, and not the areas or who works in them. */
  onChanged(listener: (change: PlaceChange) => void): () => void;
  close(): void;
}

interface PlaceChange {
  readonly workingTime: boolean;
}

/** ms. `npm run map` works beside the server; its map is there so long after it. */
const LOOK_MS = 2000;

export async function createPlaces(options: {
  database: Database;
  clock: Clock;
  log: Logger;
  timeZone: string;
  /** Working time as it comes with the program. */
  seed: WorkingTime;
}): Promise<PlaceRegister> {
  const { database, clock, log, timeZone } = options;
  const listeners = new Set<(change: PlaceChange) => void>();
  let book: AreaBook = createAreaBook([]);
  let root = BUILTIN_PROVINCE.code;
  let view: MapView | null = null;
  let find = createShapeIndex([]);
  let version = -1;
  let working: { time: WorkingTime; days: WorkingDays };

  await seedAreas(database);
  await readMapAgain();
  working = withDays(await seedWorkingTime(database, options.seed));
  const units = await createUnits({
    database,
    hasArea: (code) => book.area(code) !== undefined,
    changed: () => changed({ workingTime: false }),
  });
  const stopLooking = clock.every(LOOK_MS, () => {
    refresh().catch((error: unknown) => log.error({ reason: messageOf(error) }, 'the map could not be read'));
  });

  function changed(change: PlaceChange): void {
    for (const listener of listeners) listener(change);
  }

  function withDays(time: WorkingTime): { time: WorkingTime; days: WorkingDays } {
    return { time, days: createWorkingDays(time, timeZone) };
  }

  async function readMapAgain(): Promise<void> {
    // In one transaction, so that it is never half of an import.
    const [map, areas, shapes] = await database.transaction(async (queries) => [
      await readMap(queries),
      await readAreas(queries),
      await readShapes(queries),
    ]);
    const bounds = new Map(shapes.map(({ code, polygons }) => [code, boundsOf(polygons)]));
    book = createAreaBook(areas.map((area) => viewOf(area, bounds.get(area.code) ?? null)));
    root =
      areas.find(({ level, validToMs }) => level === 'province' && validToMs === null)?.code ?? BUILTIN_PROVINCE.code;
    const drawn = shapes.map(({ code, polygons }) => ({
      code,
      level: book.area(code)?.level ?? 'commune',
      polygons,
    }));
    find = createShapeIndex(drawn.filter(({ level }) => level === 'commune'));
    version = map?.version ?? 0;
    view =
      map === undefined || map.sha256 === ''
        ? null
        : {
            version,
            source: map.source,
            synthetic: map.synthetic,
            bounds: boundsOf(drawn.flatMap(({ polygons }) => polygons)),
            areas: drawn,
          };
  }

  async function refresh(): Promise<void> {
    if (((await readMap(database))?.version ?? 0) !== version) {
      await readMapAgain();
      changed({ workingTime: false });
    }
    await units.refresh();
  }

  return {
    timeZone,
    rootArea: () => root,
    area: (code) => book.area(code),
    areas: () => book.all(),
    resolveArea: (word, atMs) => book.resolve(word, atMs),
    areaAt: (point) => find(point),
    map: () => view,
    unit: units.get,
    units: units.list,
    unitByCode: units.byCode,
    unitsAbove: units.above,
    organisation: units,
    isDueDay: (startMs, days) => working.days.isDueDay(startMs, days),
    addWorkingMinutes: (fromMs, minutes) => working.days.addWorkingMinutes(fromMs, minutes),
    workingTime: () => working.time,
    async setWorkingTime(time) {
      checkWorkingTime(time);
      const saved = await database.transaction(async (queries) => {
        const old = await readWorkingTime(queries);
        if (old === undefined) throw new Fault('internal', 'workingTime.gone', 'there is no working time');
        assertNewest(time.version, old.version);
        const schoolTerms = time.schoolTerms ?? old.time.schoolTerms;
        const next = { ...time, ...(schoolTerms === undefined ? {} : { schoolTerms }) };
        await saveWorkingTime(queries, { ...old, time: next, version: old.version + 1 });
        return { ...next, version: old.version + 1 };
      });
      working = withDays(saved);
      changed({ workingTime: true });
      return saved;
    },
    async installDemo(plan, organisations) {
      const map = await readMap(database);
      if (map !== undefined && map.sha256 !== '' && !map.synthetic) return;
      await installMap(database, plan, clock.now());
      await refresh();
      await units.addMissing(organisations, true);
    },
    async removeDemo() {
      await units.removeDemo();
      if (await removeDemoMap(database, clock.now())) await refresh();
    },
    refresh,
    onChanged(listener) {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
    close: stopLooking,
  };
}

function viewOf({ origin: _, ...area }: StoredArea, bounds: AreaView['bounds']): AreaView {
  return { ...area, bounds };
}

/** Figures of the province have somewhere to stand before anybody has brought a map. */
async function seedAreas(database: Database): Promise<void> {
  await database.transaction(async (queries) => {
    if ((await readAreas(queries)).length === 0) await saveArea(queries, BUILTIN_PROVINCE);
  });
}

/** What is there stays as it is; days of a later version of the program that nobody has seen yet are added. */
async function seedWorkingTime(database: Database, seed: WorkingTime): Promise<WorkingTime> {
  return database.transaction(async (queries) => {
    const dates = seed.days.map(({ date }) => date);
    const old = await readWorkingTime(queries);
    if (old === undefined) {
      await saveWorkingTime(queries, { time: seed, version: 1, seeded: dates });
      return { ...seed, version: 1 };
    }
    const known = new Set([...old.seeded, ...old.time.days.map(({ date }) => date)]);
    const added = seed.days.filter(({ date }) => !known.has(date));
    if (added.length === 0) return { ...old.time, version: old.version };
    const days = [...old.time.days, ...added].sort((a, b) => (a.date < b.date ? -1 : 1));
    const next = { time: { ...old.time, days }, version: old.version + 1, seeded: [...old.seeded, ...dates] };
    await saveWorkingTime(queries, next);
    return { ...next.time, version: next.version };
  });
}
