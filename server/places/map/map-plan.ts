import { createHash } from 'node:crypto';
import type { Database, Queries } from '#base/database';
import { Fault } from '#base/errors';
import type { AreaKind, AreaLevel } from '#contracts/places';
import type { Polygon } from '../area-shapes.ts';
import {
  type AreaOrigin,
  readAreas,
  readMap,
  removeArea,
  removeShapes,
  type StoredArea,
  saveArea,
  saveMap,
  saveShape,
} from '../place-store.ts';

/** A map that has passed every check, as it will stand in the database. */
export interface MapPlan {
  readonly source: string;
  readonly synthetic: boolean;
  /** One province and its communes. */
  readonly areas: readonly PlannedArea[];
  readonly ended: readonly EndedArea[];
}
export interface PlannedArea {
  readonly code: string;
  readonly name: string;
  readonly kind: AreaKind;
  readonly level: AreaLevel;
  readonly areaKm2: number | null;
  readonly polygons: readonly Polygon[];
}
/** A unit that is no more: a district, a commune that was merged. */
export interface EndedArea {
  readonly code: string;
  readonly name: string;
  readonly kind: AreaKind;
  readonly level: AreaLevel;
  /** The first moment at which it was no more, ms since 1970. */
  readonly endedMs: number;
  readonly successors: readonly string[];
}

export interface Installed {
  /** `false`: the same was there already. */
  readonly changed: boolean;
  readonly version: number;
  /** Codes of areas that the map before had and this one has not: they have ended. */
  readonly left: readonly string[];
}

/** What stands for the province as long as there is no map. */
export const BUILTIN_PROVINCE: StoredArea = {
  code: 'tinh',
  name: 'Toàn tỉnh',
  kind: 'province',
  level: 'province',
  parentCode: null,
  validFromMs: null,
  validToMs: null,
  successors: [],
  areaKm2: null,
  origin: 'builtin',
};

/**
 * Puts a map in the place of the one before, all of it or nothing. Areas that it does not have stay as ended ones, as
 * figures name them; those of the demo go. Without `mayLose` one that lacks most of them is refused: it is a file of
 * something else.
 */
export function installMap(
  database: Database,
  plan: MapPlan,
  nowMs: number,
  options: { readonly mayLose: boolean } = { mayLose: true },
): Promise<Installed> {
  return database.transaction((queries) => install(queries, plan, nowMs, options.mayLose));
}

async function install(queries: Queries, plan: MapPlan, nowMs: number, mayLose: boolean): Promise<Installed> {
  const sha256 = createHash('sha256').update(JSON.stringify(plan)).digest('hex');
  const before = await readMap(queries);
  if (before?.sha256 === sha256) return { changed: false, version: before.version, left: [] };
  const root = plan.areas.find(({ level }) => level === 'province');
  if (root === undefined) throw new Fault('invalid', 'map.noProvince', 'the map has no province');

  const planned = new Set([...plan.areas, ...plan.ended].map(({ code }) => code));
  const old = await readAreas(queries);
  await removeShapes(queries);
  const left: string[] = [];
  for (const area of old) {
    if (planned.has(area.code) || area.origin === 'history') continue;
    if (area.origin === 'demo') await removeArea(queries, area.code);
    else if (area.origin === 'builtin') await saveArea(queries, { ...area, validToMs: nowMs, successors: [root.code] });
    else if (area.validToMs === null) {
      left.push(area.code);
      await saveArea(queries, { ...area, validToMs: nowMs });
    }
  }
  const origin: AreaOrigin = plan.synthetic ? 'demo' : 'map';
  const drawn = old.filter(
    ({ origin, level, validToMs }) => origin === 'map' && level === 'commune' && validToMs === null,
  );
  const lost = drawn.filter(({ code }) => left.includes(code)).length;
  if (!mayLose && lost > drawn.length / 2) {
    const message = `${lost} of the ${drawn.length} communes of the map that is there are not on this one; --replace takes it all the same`;
    throw new Fault('conflict', 'map.losesAreas', message);
  }
  for (const { polygons, ...area } of plan.areas) {
    const parentCode = area.level === 'province' ? null : root.code;
    await saveArea(queries, { ...area, parentCode, validFromMs: null, validToMs: null, successors: [], origin });
    if (polygons.length > 0) await saveShape(queries, area.code, polygons);
  }
  for (const { endedMs, ...area } of plan.ended) {
    const past = { parentCode: root.code, validFromMs: null, validToMs: endedMs, areaKm2: null };
    await saveArea(queries, { ...area, ...past, origin: plan.synthetic ? 'demo' : 'history' });
  }
  const version = (before?.version ?? 0) + 1;
  await saveMap(queries, { version, source: plan.source, synthetic: plan.synthetic, sha256 }, nowMs);
  return { changed: true, version, left };
}

/** Takes the invented map away; does nothing to a real one. `true` when there was one. */
export function removeDemoMap(database: Database, nowMs: number): Promise<boolean> {
  return database.transaction(async (queries) => {
    const map = await readMap(queries);
    if (map === undefined || !map.synthetic || map.sha256 === '') return false;
    await removeShapes(queries);
    for (const area of await readAreas(queries)) {
      if (area.origin === 'demo') await removeArea(queries, area.code);
      if (area.origin === 'builtin') await saveArea(queries, BUILTIN_PROVINCE);
    }
    await saveMap(queries, { ...map, version: map.version + 1, synthetic: false, source: '', sha256: '' }, nowMs);
    return true;
  });
}
