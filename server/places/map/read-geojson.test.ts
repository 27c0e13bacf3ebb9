import { describe, expect, it } from 'vitest';
import { readGeoJson } from './read-geojson.ts';

type Ring = readonly (readonly number[])[];
const SQUARE: Ring = [
  [105, 10],
  [105.1, 10],
  [105.1, 10.1],
  [105, 10.1],
  [105, 10],
];
const feature = (properties: object, ...rings: Ring[]) => ({
  type: 'Feature',
  properties,
  geometry: { type: 'Polygon', coordinates: rings.length > 0 ? rings : [SQUARE] },
});
const file = (...features: unknown[]): string => JSON.stringify({ type: 'FeatureCollection', features });
const ward = { code: '30307', fullName: 'Phường Long Xuyên' };

describe('properties of a file', () => {
  it.each([
    [{ code: '30307', name: 'Long Xuyên', fullName: 'Phường Long Xuyên' }, '30307', 'Phường Long Xuyên', 'ward'],
    [{ MA_XA: 30346, TEN_XA: 'Phú Tân', LOAI: 'Xã' }, '30346', 'Xã Phú Tân', 'commune'],
    [{ maDVHC: '31074', 'Tên ĐVHC': 'Đặc khu Phú Quốc' }, '31074', 'Đặc khu Phú Quốc', 'specialZone'],
    [{ code: '91', name: 'An Giang', kind: 'province' }, '91', 'An Giang', 'province'],
    [{ code: '92', name: 'Thành phố Cần Thơ' }, '92', 'Thành phố Cần Thơ', 'province'],
    [{ code: '883', name: 'Thành phố Long Xuyên' }, '883', 'Thành phố Long Xuyên', 'district'],
    [{ code: '1', name: 'Somewhere', kind: 'ward' }, '1', 'Somewhere', 'ward'],
  ])('%j', (properties, code, name, kind) => {
    expect(readGeoJson(file(feature(properties)), {}).areas[0]).toMatchObject({ code, name, kind });
  });

  it('are read as they were named, and an id stands in for a code', () => {
    const one = { ...feature({ NHAN: 'Xã Một', CAP: 3, dt: '12.5' }), id: 'X1' };
    const read = readGeoJson(file(one), { name: 'NHAN', area: 'dt' });
    expect(read.areas[0]).toMatchObject({ code: 'X1', name: 'Xã Một', areaKm2: 12.5 });
    expect(() => readGeoJson(file(one), { name: 'gone' })).toThrow(/no property gone; there are: NHAN, CAP, dt/);
    expect(() => readGeoJson(file(feature({ a: 1 })), {})).toThrow(/--name names it: a/);
  });

  it('that do not say what an area is are told', () => {
    expect(readGeoJson(file(feature({ code: '1', name: 'Somewhere' })), {}).guessed).toEqual(['Somewhere']);
  });
});

describe('a file that is no map', () => {
  const hole: Ring = SQUARE.map(([x = 0, y = 0]) => [x + 1, y]);
  const knot: Ring = [
    [105, 10],
    [105.1, 10.1],
    [105.1, 10],
    [105, 10.1],
    [105, 10],
  ];
  it.each([
    ['{', /no JSON/],
    ['[]', /no GeoJSON/],
    [JSON.stringify({ type: 'Topology' }), /no GeoJSON/],
    [file(), /no area/],
    [file({ type: 'Feature', properties: ward }), /feature 1 \(Phường Long Xuyên\) has no geometry/],
    [file({ type: 'Feature', properties: ward, geometry: { type: 'Point', coordinates: [1, 2] } }), /is a Point/],
    [file(feature({ ...ward, code: 'two words' })), /"two words" is no code/],
    [file(feature({ code: '1', fullName: '' })), /has no name/],
    [file(feature(ward, SQUARE.slice(0, 4))), /not closed, near 105, 10\.1/],
    [file(feature(ward, [SQUARE[0] ?? [], SQUARE[1] ?? [], SQUARE[0] ?? []])), /less than three points/],
    [file(feature(ward, knot)), /crosses itself near/],
    [file(feature(ward, SQUARE, hole)), /hole outside/],
    [
      file(
        feature(
          ward,
          SQUARE.map(([x = 0, y = 0]) => [y, x]),
        ),
      ),
      /longitude comes first/,
    ],
    [
      file(
        feature(
          ward,
          SQUARE.map(([x = 0, y = 0]) => [x * 1e4, y * 1e5]),
        ),
      ),
      /metres of a projection/,
    ],
    [
      file(feature(ward, [...SQUARE.slice(0, 2), [105.1, null as unknown as number], ...SQUARE.slice(3)])),
      /no pair of numbers/,
    ],
    [
      JSON.stringify({ type: 'FeatureCollection', crs: { name: 'EPSG:3405' }, features: [feature(ward)] }),
      /not WGS 84/,
    ],
  ])('%# is refused, and the reason named', (text, reason) => {
    expect(() => readGeoJson(text, {})).toThrow(reason);
  });

  it('takes the crs that older files name, and a mark of bytes at the beginning', () => {
    const crs = { type: 'name', properties: { name: 'urn:ogc:def:crs:OGC:1.3:CRS84' } };
    const text = JSON.stringify({ type: 'FeatureCollection', crs, features: [feature(ward)] });
    expect(readGeoJson(`\uFEFF${text}`, {}).areas).toHaveLength(1);
  });
});
