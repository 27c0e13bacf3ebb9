import { Fault } from '#base/errors';
import type { EndedArea, MapPlan, PlannedArea } from './map-plan.ts';
import type { FileArea } from './read-geojson.ts';
import { areaKm2 } from './rings.ts';
import { simplifyShapes } from './simplify.ts';

export interface MapWishes {
  /** Where it comes from and on which terms; shown beside the map. */
  readonly source: string;
  /** Of the province, where no file says it. */
  readonly province: { readonly code: string; readonly name: string } | undefined;
  readonly ended: readonly EndedArea[];
  /** Detail that is kept, metres; 0 keeps every point. */
  readonly metres: number;
  readonly synthetic: boolean;
}

/** What an import did, for whoever started it. */
export interface MapPlanned {
  readonly plan: MapPlan;
  readonly vertices: number;
}

/** Makes one map of the areas of all files. Throws `Fault` `invalid`; nothing is written here. */
export function planMap(areas: readonly FileArea[], wishes: MapWishes): MapPlanned {
  const districts = areas.filter(({ level }) => level === 'district');
  if (districts[0] !== undefined) {
    throw broken(
      'district',
      `${districts[0].name} and ${districts.length - 1} others are districts; there are none since 01/07/2025: name them in the list of --history`,
    );
  }
  const provinces = areas.filter(({ level }) => level === 'province');
  if (provinces.length > 1) {
    throw broken('provinces', `there are ${provinces.length} provinces in it; this is the map of one`);
  }
  const communes = areas.filter(({ level }) => level === 'commune');
  const [drawn] = provinces;
  const named = wishes.province ?? drawn;
  if (named === undefined) {
    throw broken('noProvince', 'no file has the province; say which one it is: --province "91=Tỉnh An Giang"');
  }
  assertDifferent([named, ...communes, ...wishes.ended]);
  const known = new Set([named, ...communes, ...wishes.ended].map(({ code }) => code));
  for (const { name, successors } of wishes.ended) {
    const unknown = successors.find((code) => !known.has(code));
    if (unknown !== undefined) throw broken('history', `${name} became ${unknown}, which is nowhere on the map`);
  }

  // The province is where its communes are: a border of its own, drawn apart, would not lie on theirs.
  const shapes = communes.length > 0 ? communes : provinces;
  const { shapes: simple, outline, vertices } = simplifyShapes(shapes, wishes.metres);
  const byCode = new Map(simple.map(({ code, polygons }) => [code, polygons]));
  const ofOutline = outline.reduce((sum, [outer = []]) => sum + areaKm2(outer), 0);
  const province: PlannedArea = {
    ...{ code: named.code, name: named.name, kind: 'province', level: 'province', polygons: outline },
    areaKm2: drawn?.areaKm2 ?? rounded(ofOutline),
  };
  const planned = communes.map(({ code, name, kind, level, areaKm2: said, polygons }): PlannedArea => {
    const measured = polygons.reduce(
      (sum, [outer = [], ...holes]) => sum + areaKm2(outer) - holes.reduce((all, hole) => all + areaKm2(hole), 0),
      0,
    );
    return { code, name, kind, level, areaKm2: said ?? rounded(measured), polygons: byCode.get(code) ?? [] };
  });
  const { source, synthetic, ended } = wishes;
  return { plan: { source, synthetic, areas: [province, ...planned], ended }, vertices };
}

function assertDifferent(areas: readonly { readonly code: string; readonly name: string }[]): void {
  const names = new Map<string, string>();
  for (const { code, name } of areas) {
    const other = names.get(code.toLowerCase());
    if (other !== undefined) throw broken('codeTwice', `${other} and ${name} have the same code ${code}`);
    names.set(code.toLowerCase(), name);
  }
}

function rounded(km2: number): number {
  return Math.round(km2 * 100) / 100;
}

function broken(code: string, message: string): Fault {
  return new Fault('invalid', `map.${code}`, message);
}
