import type { Queries } from '#base/database';
import { fold } from '#base/fold';
import {
  AREA_KINDS,
  AREA_LEVELS,
  type AreaView,
  UNIT_KINDS,
  type UnitView,
  type WorkingTime,
  workingTimeSchema,
} from '#contracts/places';
import type { Polygon } from './area-shapes.ts';

/** Areas, map, organisations and working time, as tables. */

/** Who brought an area: the program, an import, a list of what has ended, or the invented province of the demo. */
export type AreaOrigin = 'builtin' | 'map' | 'history' | 'demo';
/** Without its bounds, which come of its shape. */
export interface StoredArea extends Omit<AreaView, 'bounds'> {
  readonly origin: AreaOrigin;
}
export interface StoredMap {
  readonly version: number;
  readonly source: string;
  readonly synthetic: boolean;
  /** Empty where there is no map any more. */
  readonly sha256: string;
}
export interface StoredUnit extends UnitView {
  readonly version: number;
  readonly demo: boolean;
}

export async function readAreas(queries: Queries): Promise<readonly StoredArea[]> {
  const rows = await queries.all<Omit<StoredArea, 'successors'> & { successors: string }>(
    `SELECT code, name, kind, level, parent_code AS parentCode, valid_from_ms AS validFromMs,
       valid_to_ms AS validToMs, successors, area_km2 AS areaKm2, origin FROM areas ORDER BY code`,
  );
  return rows.flatMap((row) => {
    const kind = AREA_KINDS.find((one) => one === row.kind);
    const level = AREA_LEVELS.find((one) => one === row.level);
    // A newer program wrote it.
    if (kind === undefined || level === undefined) return [];
    return [{ ...row, kind, level, successors: JSON.parse(row.successors) }];
  });
}

export async function saveArea(queries: Queries, area: StoredArea): Promise<void> {
  await queries.run(
    `INSERT INTO areas (code, name, kind, level, parent_code, valid_from_ms, valid_to_ms, successors, area_km2, origin)
     VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?)
     ON CONFLICT (code) DO UPDATE SET name = excluded.name, kind = excluded.kind, level = excluded.level,
       parent_code = excluded.parent_code, valid_from_ms = excluded.valid_from_ms, valid_to_ms = excluded.valid_to_ms,
       successors = excluded.successors, area_km2 = excluded.area_km2, origin = excluded.origin`,
    area.code,
    area.name,
    area.kind,
    area.level,
    area.parentCode,
    area.validFromMs,
    area.validToMs,
    JSON.stringify(area.successors),
    area.areaKm2,
    area.origin,
  );
}

export async function removeArea(queries: Queries, code: string): Promise<void> {
  await queries.run('DELETE FROM areas WHERE code = ?', code);
}

export async function readShapes(
  queries: Queries,
): Promise<readonly { readonly code: string; readonly polygons: readonly Polygon[] }[]> {
  const rows = await queries.all<{ code: string; polygons: string }>(
    'SELECT area_code AS code, polygons FROM area_shapes ORDER BY area_code',
  );
  return rows.map(({ code, polygons }) => ({ code, polygons: JSON.parse(polygons) }));
}

export async function saveShape(queries: Queries, code: string, polygons: readonly Polygon[]): Promise<void> {
  await queries.run(
    `INSERT INTO area_shapes (area_code, polygons) VALUES (?, ?)
     ON CONFLICT (area_code) DO UPDATE SET polygons = excluded.polygons`,
    code,
    JSON.stringify(polygons),
  );
}

export async function removeShapes(queries: Queries): Promise<void> {
  await queries.run('DELETE FROM area_shapes');
}

export async function readMap(queries: Queries): Promise<StoredMap | undefined> {
  const row = await queries.get<{ version: number; source: string; synthetic: number; sha256: string }>(
    'SELECT version, source, synthetic, sha256 FROM maps',
  );
  return row && { ...row, synthetic: row.synthetic === 1 };
}

export async function saveMap(queries: Queries, map: StoredMap, nowMs: number): Promise<void> {
  await queries.run(
    `INSERT INTO maps (id, version, source, synthetic, sha256, imported_ms) VALUES (1, ?, ?, ?, ?, ?)
     ON CONFLICT (id) DO UPDATE SET version = excluded.version, source = excluded.source,
       synthetic = excluded.synthetic, sha256 = excluded.sha256, imported_ms = excluded.imported_ms`,
    map.version,
    map.source,
    map.synthetic ? 1 : 0,
    map.sha256,
    nowMs,
  );
}

export async function readUnits(queries: Queries): Promise<readonly StoredUnit[]> {
  const rows = await queries.all<Omit<StoredUnit, 'contacts' | 'demo'> & { contacts: string; demo: number }>(
    `SELECT id, code, name, kind, parent_id AS parentId, area_code AS areaCode, contacts,
       valid_from_ms AS validFromMs, valid_to_ms AS validToMs, successor_id AS successorId, version, demo
     FROM units ORDER BY name, id`,
  );
  return rows.map((row) => ({
    ...row,
    kind: UNIT_KINDS.find((one) => one === row.kind) ?? 'other',
    contacts: JSON.parse(row.contacts),
    demo: row.demo === 1,
  }));
}

export async function saveUnit(queries: Queries, unit: StoredUnit): Promise<void> {
  await queries.run(
    `INSERT INTO units (id, code, code_folded, name, kind, parent_id, area_code, contacts, valid_from_ms, valid_to_ms,
       successor_id, version, demo)
     VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)
     ON CONFLICT (id) DO UPDATE SET code = excluded.code, code_folded = excluded.code_folded, name = excluded.name,
       kind = excluded.kind, parent_id = excluded.parent_id, area_code = excluded.area_code,
       contacts = excluded.contacts, valid_from_ms = excluded.valid_from_ms, valid_to_ms = excluded.valid_to_ms,
       successor_id = excluded.successor_id, version = excluded.version`,
    unit.id,
    unit.code,
    fold(unit.code),
    unit.name,
    unit.kind,
    unit.parentId,
    unit.areaCode,
    JSON.stringify(unit.contacts),
    unit.validFromMs,
    unit.validToMs,
    unit.successorId,
    unit.version,
    unit.demo ? 1 : 0,
  );
}

export async function removeUnit(queries: Queries, unitId: string): Promise<void> {
  await queries.run('DELETE FROM units WHERE id = ?', unitId);
}

export interface StoredWorkingTime {
  readonly time: WorkingTime;
  readonly version: number;
  readonly seeded: readonly string[];
}

export async function readWorkingTime(queries: Queries): Promise<StoredWorkingTime | undefined> {
  const row = await queries.get<{ settings: string; version: number; seeded: string }>(
    'SELECT settings, version, seeded FROM working_time',
  );
  if (row === undefined) return undefined;
  const { settings, version, seeded } = row;
  return { time: workingTimeSchema.parse(JSON.parse(settings)), version, seeded: JSON.parse(seeded) };
}

export async function saveWorkingTime(
  queries: Queries,
  { time: { version: _, ...settings }, version, seeded }: StoredWorkingTime,
): Promise<void> {
  await queries.run(
    `INSERT INTO working_time (id, settings, version, seeded) VALUES (1, ?, ?, ?)
     ON CONFLICT (id) DO UPDATE SET settings = excluded.settings, version = excluded.version, seeded = excluded.seeded`,
    JSON.stringify(settings),
    version,
    JSON.stringify(seeded),
  );
}
