import type { FeatureCollection, MultiPolygon, Polygon as PolygonGeometry } from 'geojson';
import { feature, merge } from 'topojson-client';
import { topology } from 'topojson-server';
import { presimplify, simplify, sphericalTriangleArea } from 'topojson-simplify';
import type { GeometryObject, MultiPolygon as MultiPolygonArcs, Properties } from 'topojson-specification';
import type { AreaShape, Polygon, Ring } from '../area-shapes.ts';
import { areaKm2, rewound, signedArea } from './rings.ts';

export interface Simplified {
  readonly shapes: readonly AreaShape[];
  /** All of them as one. */
  readonly outline: readonly Polygon[];
  readonly vertices: number;
}

/** Steps of the grid that points are put on, over the whole map: some 20 cm of a province. */
const GRID = 1e6;
const EARTH_METRES = 6_371_008.8;
/** Gaps between neighbours who were drawn apart are no lakes. */
const SMALLEST_HOLE_KM2 = 0.5;

/**
 * Leaves out points whose triangle with their neighbours is smaller than `metres` squared. Neighbours share their
 * border, so they stay neighbours: no slivers, no gaps. No area is lost, however small it is.
 */
export function simplifyShapes(shapes: readonly AreaShape[], metres: number): Simplified {
  const drawn = topology({ areas: collectionOf(shapes) }, GRID);
  const objects = Object.fromEntries(arcsOf(drawn.objects.areas).map((area) => [String(area.id), area]));
  const simple = simplify(presimplify({ ...drawn, objects }, sphericalTriangleArea), (metres / EARTH_METRES) ** 2);
  const byCode = new Map<string, readonly Polygon[]>();
  for (const [code, area] of Object.entries(simple.objects)) byCode.set(code, cleaned(feature(simple, area).geometry));
  const kept = shapes.map(({ code, polygons }) => {
    const found = byCode.get(code) ?? [];
    return { code, polygons: found.length > 0 ? found : [largestOf(polygons)] };
  });
  const outline = cleaned(merge(simple, Object.values(simple.objects))).map(([outer = [], ...holes]) => [
    outer,
    ...holes.filter((hole) => areaKm2(hole) >= SMALLEST_HOLE_KM2),
  ]);
  const vertices = kept.flatMap(({ polygons }) => polygons.flat()).reduce((sum, ring) => sum + ring.length, 0);
  return { shapes: kept, outline, vertices };
}

function collectionOf(shapes: readonly AreaShape[]): FeatureCollection<MultiPolygon> {
  return {
    type: 'FeatureCollection',
    features: shapes.map(({ code, polygons }) => ({
      type: 'Feature',
      id: code,
      properties: {},
      geometry: { type: 'MultiPolygon', coordinates: polygons.map((rings) => rings.map((r) => r.map((p) => [...p]))) },
    })),
  };
}

/** The areas as runs of shared borders; all of them were multi-polygons. */
function arcsOf(areas: GeometryObject<Properties> | undefined): readonly MultiPolygonArcs[] {
  if (areas?.type !== 'GeometryCollection') throw new Error('the areas are gone');
  return areas.geometries.flatMap((area) =>
    area.type === 'MultiPolygon' ? [{ type: area.type, id: area.id, arcs: area.arcs }] : [],
  );
}

/** Wound as RFC 7946 wants it, to a metre; islands and holes of which nothing is left are left out. */
function cleaned(geometry: PolygonGeometry | MultiPolygon): readonly Polygon[] {
  const polygons = geometry.type === 'Polygon' ? [geometry.coordinates] : geometry.coordinates;
  return polygons.flatMap((rings) => {
    const [outer, ...holes] = rings.map((ring) => ring.map(([x = 0, y = 0]) => [metre(x), metre(y)] as const));
    if (outer === undefined || isNothing(outer)) return [];
    return [[rewound(outer, true), ...holes.filter((hole) => !isNothing(hole)).map((hole) => rewound(hole, false))]];
  });
}

function isNothing(ring: Ring): boolean {
  return ring.length < 4 || Math.abs(signedArea(ring)) < 1e-10;
}

function metre(degrees: number): number {
  return Math.round(degrees * 1e5) / 1e5;
}

function largestOf(polygons: readonly Polygon[]): Polygon {
  const sizes = polygons.map(([outer = []]) => Math.abs(signedArea(outer)));
  const [outer = [], ...holes] = polygons[sizes.indexOf(Math.max(...sizes))] ?? [];
  return [rewound(outer, true), ...holes.map((hole) => rewound(hole, false))];
}
