import { z } from 'zod';
import { Fault } from '#base/errors';
import { type AreaKind, type AreaLevel, areaCodeSchema } from '#contracts/places';
import { readAreaName } from '../area-names.ts';
import type { Polygon, Position, Ring } from '../area-shapes.ts';
import { contains, selfCrossing, signedArea } from './rings.ts';

/** One area as a file draws it: checked, not simplified. */
export interface FileArea {
  readonly code: string;
  readonly name: string;
  readonly kind: AreaKind;
  readonly level: AreaLevel;
  readonly areaKm2: number | null;
  readonly polygons: readonly Polygon[];
}

/** What we need to know of an area: the property that says it, where the usual names are not used. */
export type PropertyNames = Readonly<Partial<Record<'code' | 'name' | 'kind' | 'area', string>>>;

export interface GeoFile {
  readonly areas: readonly FileArea[];
  /** The properties that were read. */
  readonly read: PropertyNames;
  readonly vertices: number;
  /** Areas of which neither name nor property says what they are; taken as communes. */
  readonly guessed: readonly string[];
}

/** More than the largest province in the finest drawing. */
export const MOST_FILE_BYTES = 256 * 2 ** 20;
const MOST_FEATURES = 5000;
const MOST_VERTICES = 5_000_000;

const featureSchema = z.object({
  type: z.literal('Feature'),
  id: z.union([z.string(), z.number()]).optional(),
  properties: z.record(z.string(), z.unknown()).nullish(),
  geometry: z.object({ type: z.string(), coordinates: z.unknown().optional() }).nullish(),
});
type Feature = z.output<typeof featureSchema>;
const fileSchema = z.discriminatedUnion('type', [
  z.object({ type: z.literal('FeatureCollection'), features: z.array(featureSchema), crs: z.unknown().optional() }),
  featureSchema.extend({ crs: z.unknown().optional() }),
]);

/** Of the properties, without case, `_` and accents; the first that is there is read. */
const USUAL: Readonly<Record<keyof PropertyNames, readonly string[]>> = {
  code: ['code', 'ma', 'maxa', 'madvhc', 'wardcode', 'communecode', 'mahc', 'adm3pcode', 'adm2pcode', 'id'],
  name: ['fullname', 'tendaydu', 'tenxa', 'tendvhc', 'ten', 'name', 'namevi', 'tenhc', 'adm3vi', 'shapename'],
  kind: ['kind', 'type', 'loai', 'loaidvhc', 'capdvhc', 'cap', 'level', 'tenloai'],
  area: ['areakm2', 'dientich', 'dientichkm2', 'dtichkm2'],
};

/** Throws `Fault` `invalid` that names the feature, for whoever has the file to mend. */
export function readGeoJson(text: string, given: PropertyNames): GeoFile {
  const features = featuresOf(text);
  const read = propertiesOf(features, given);
  let vertices = 0;
  const guessed: string[] = [];
  const areas = features.map((feature, index): FileArea => {
    const code = wordOf(read.code === undefined ? feature.id : feature.properties?.[read.code]);
    const bare = wordOf(read.name === undefined ? undefined : feature.properties?.[read.name]);
    const label = `feature ${index + 1}${bare === '' ? '' : ` (${bare})`}`;
    if (!areaCodeSchema.safeParse(code).success) {
      throw broken(
        'code',
        `${label}: ${JSON.stringify(code)} is no code of an area; --code names the property that is`,
      );
    }
    if (bare === '' || bare.length > 200)
      throw broken('name', `${label} has no name; --name names the property that has it`);
    const said = wordOf(read.kind === undefined ? undefined : feature.properties?.[read.kind]);
    const what = kindOf(bare, said, code);
    if (what === undefined) guessed.push(bare);
    const { kind, level } = what ?? { kind: 'commune', level: 'commune' };
    const polygons = polygonsOf(feature, label);
    vertices += polygons.flat().reduce((sum, ring) => sum + ring.length, 0);
    if (vertices > MOST_VERTICES) throw broken('tooLarge', `more than ${MOST_VERTICES} points are too many`);
    const km2 = Number(read.area === undefined ? Number.NaN : feature.properties?.[read.area]);
    return {
      ...{ code, kind, level, polygons },
      name: titled(bare, said),
      areaKm2: Number.isFinite(km2) && km2 > 0 ? km2 : null,
    };
  });
  return { areas, read, vertices, guessed };
}

function featuresOf(text: string): readonly Feature[] {
  let raw: unknown;
  try {
    raw = JSON.parse(text.replace(/^\uFEFF/, ''));
  } catch (error) {
    throw broken('notJson', `this is no JSON: ${error instanceof Error ? error.message : ''}`);
  }
  const parsed = fileSchema.safeParse(raw);
  if (!parsed.success) {
    const { path = [], message } = parsed.error.issues[0] ?? { message: '' };
    throw broken('notGeoJson', `this is no GeoJSON of areas (RFC 7946): ${path.join('.') || 'the file'}: ${message}`);
  }
  const { crs } = parsed.data;
  // RFC 7946 §4: nothing but WGS 84. Older files name it.
  if (crs !== undefined && crs !== null && !/CRS84|EPSG:+4326/.test(JSON.stringify(crs))) {
    throw broken('crs', 'its coordinates are not WGS 84 longitude and latitude (crs); convert it first');
  }
  const features = parsed.data.type === 'Feature' ? [parsed.data] : parsed.data.features;
  if (features.length === 0) throw broken('empty', 'there is no area in it');
  if (features.length > MOST_FEATURES) throw broken('tooLarge', `more than ${MOST_FEATURES} areas are too many`);
  return features;
}

function propertiesOf(features: readonly Feature[], given: PropertyNames): PropertyNames {
  const names = [...new Set(features.flatMap(({ properties }) => Object.keys(properties ?? {})))];
  const byFolded = new Map(names.map((name) => [folded(name), name]));
  const found: { -readonly [K in keyof PropertyNames]: string } = {};
  for (const part of ['code', 'name', 'kind', 'area'] as const) {
    const named = given[part];
    if (named !== undefined && !names.includes(named)) {
      throw broken('property', `there is no property ${named}; there are: ${names.join(', ') || 'none'}`);
    }
    const usual = USUAL[part].map((name) => byFolded.get(name)).find((name) => name !== undefined);
    const read = named ?? usual;
    if (read !== undefined) found[part] = read;
  }
  if (found.name === undefined) {
    throw broken('property', `no property looks like a name; --name names it: ${names.join(', ') || 'there is none'}`);
  }
  return found;
}

function folded(name: string): string {
  return readAreaName(name).full.replace(/[^a-z0-9]/g, '');
}

function wordOf(value: unknown): string {
  return typeof value === 'string' ? value.normalize('NFC').trim() : typeof value === 'number' ? String(value) : '';
}

/** What the name or its own property says; a short code tells a city that is a province from one that was a district. */
function kindOf(name: string, said: string, code: string): { kind: AreaKind; level: AreaLevel } | undefined {
  const title = readAreaName(name);
  const ours = (['province', 'district', 'commune', 'ward'] as const).find((kind) => kind === said.toLowerCase());
  const kind = title.kind ?? (/^special ?zone$/i.test(said) ? 'specialZone' : ours) ?? readAreaName(`${said} x`).kind;
  if (kind === null) return undefined;
  if (kind === 'district' && /^\d{1,2}$/.test(code)) return { kind: 'province', level: 'province' };
  return { kind, level: kind === 'province' || kind === 'district' ? kind : 'commune' };
}

const ENGLISH = /^(ward|commune|district|province|town|city|special ?zone)$/i;

/** `Phường` and `Long Xuyên` of two properties are one name. */
function titled(name: string, said: string): string {
  const isTitle = readAreaName(`${said} x`).kind !== null && !ENGLISH.test(said);
  return readAreaName(name).kind === null && isTitle ? `${said} ${name}` : name;
}

function polygonsOf({ geometry }: Feature, label: string): readonly Polygon[] {
  if (geometry === null || geometry === undefined) throw broken('geometry', `${label} has no geometry`);
  const { type, coordinates } = geometry;
  if (type !== 'Polygon' && type !== 'MultiPolygon') {
    throw broken('geometry', `${label} is a ${type}; an area is a Polygon or a MultiPolygon`);
  }
  const polygons = type === 'Polygon' ? [coordinates] : coordinates;
  if (!Array.isArray(polygons) || polygons.length === 0) throw broken('geometry', `${label} has no coordinates`);
  return polygons.map((polygon: unknown) => polygonOf(polygon, label));
}

function polygonOf(polygon: unknown, label: string): Polygon {
  if (!Array.isArray(polygon) || polygon.length === 0) throw broken('geometry', `${label} has a polygon without rings`);
  const rings = polygon.map((ring: unknown) => ringOf(ring, label));
  const [outer = [], ...holes] = rings;
  for (const hole of holes) {
    // A hole may touch its border in points: most of it must be inside.
    if (!hole.some((point) => contains(outer, point))) {
      throw broken('hole', `${label} has a hole outside of its border, near ${at(hole[0])}`);
    }
  }
  return rings;
}

function ringOf(raw: unknown, label: string): Ring {
  if (!Array.isArray(raw)) throw broken('geometry', `${label} has a ring that is no list of points`);
  const ring: Position[] = [];
  for (const point of raw) {
    const position = positionOf(point, label);
    const before = ring.at(-1);
    if (before === undefined || before[0] !== position[0] || before[1] !== position[1]) ring.push(position);
  }
  const [first, last] = [ring[0], ring.at(-1)];
  if (first === undefined || last === undefined || first[0] !== last[0] || first[1] !== last[1]) {
    throw broken('notClosed', `${label} has a ring that is not closed, near ${at(last)}`);
  }
  if (ring.length < 4) throw broken('tooFewPoints', `${label} has a ring of less than three points, near ${at(first)}`);
  const crossing = selfCrossing(ring);
  if (crossing !== null) throw broken('crossing', `${label} has a border that crosses itself near ${at(crossing)}`);
  if (signedArea(ring) === 0) throw broken('noArea', `${label} has a ring without an area, near ${at(first)}`);
  return ring;
}

function positionOf(point: unknown, label: string): Position {
  const [longitude, latitude]: readonly unknown[] = Array.isArray(point) ? point : [];
  if (typeof longitude !== 'number' || typeof latitude !== 'number') {
    throw broken('position', `${label} has a point that is no pair of numbers: ${JSON.stringify(point)}`);
  }
  if (!(Math.abs(longitude) <= 180 && Math.abs(latitude) <= 90)) {
    const swapped = Math.abs(longitude) <= 90 && Math.abs(latitude) <= 180;
    const hint = swapped ? 'longitude comes first' : 'are they metres of a projection?';
    throw broken('position', `${label} has a point outside of the world: ${longitude}, ${latitude}; ${hint}`);
  }
  return [longitude, latitude];
}

function at(point: Position | undefined): string {
  return point === undefined ? 'its beginning' : `${point[0]}, ${point[1]}`;
}

function broken(code: string, message: string): Fault {
  return new Fault('invalid', `map.${code}`, message);
}
