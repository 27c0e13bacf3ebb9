import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { material } from '../../../tests/material.ts';
import { createShapeIndex, type Position } from '../area-shapes.ts';
import { readHistory } from './history.ts';
import { type MapWishes, planMap } from './plan-map.ts';
import { readGeoJson } from './read-geojson.ts';
import { contains, signedArea } from './rings.ts';

const AN_GIANG = { code: '91', name: 'Tỉnh An Giang' };
const wishes = (more: Partial<MapWishes> = {}): MapWishes => ({
  ...{ source: 'a test', province: AN_GIANG, ended: [], metres: 30, synthetic: false },
  ...more,
});
const communes = material('geo/an_giang_communes_102_simplified.geojson');
const raw = material('geo/raw/30307_long_xuyen.geojson');
const day = (date: string): number => Date.parse(`${date}T00:00+07:00`);

describe.skipIf(communes === undefined)('the communes of a real province', () => {
  const { areas, vertices } = readGeoJson(readFileSync(communes ?? '', 'utf8'), {});

  it('are 85 communes, 14 wards and 3 special zones, and one province around them', () => {
    const { plan } = planMap(areas, wishes());
    const count = (kind: string) => plan.areas.filter((area) => area.kind === kind).length;
    expect([count('commune'), count('ward'), count('specialZone'), count('province')]).toEqual([85, 14, 3, 1]);
    const all = plan.areas.filter(({ level }) => level === 'commune');
    expect(all.reduce((sum, { areaKm2 }) => sum + (areaKm2 ?? 0), 0)).toBeGreaterThan(9800);
  });

  it('keep their neighbours when they are simplified: no point of land is lost between them, none is in two', () => {
    const plain = planMap(areas, wishes({ metres: 0 }));
    const coarse = planMap(areas, wishes({ metres: 300 }));
    expect(plain.vertices).toBeGreaterThan(vertices * 0.95);
    expect(coarse.vertices).toBeLessThan(vertices / 3);
    const drawn = coarse.plan.areas.filter(({ level }) => level === 'commune');
    const outline = coarse.plan.areas.find(({ level }) => level === 'province')?.polygons ?? [];
    const within = (polygons: typeof outline, point: Position) =>
      polygons.some((rings) => rings.filter((ring) => contains(ring, point)).length % 2 === 1);
    const wrong: string[] = [];
    let looked = 0;
    for (let x = 104.4; x < 105.6; x += 0.0237) {
      for (let y = 9.9; y < 11; y += 0.0239) {
        const holders = drawn.filter(({ polygons }) => within(polygons, [x, y])).length;
        const inside = within(outline, [x, y]);
        looked += inside ? 1 : 0;
        if (holders !== (inside ? 1 : 0)) wrong.push(`${x.toFixed(4)}, ${y.toFixed(4)}: ${holders} hold it`);
      }
    }
    expect(looked).toBeGreaterThan(500);
    // Where a hair's breadth between two of the source was taken for no lake.
    expect(wrong.length).toBeLessThan(5);
  });

  it('are wound as RFC 7946 wants it, though the state draws them the other way round', () => {
    const drawn = readGeoJson(readFileSync(raw ?? '', 'utf8'), {}).areas;
    expect(signedArea(drawn[0]?.polygons[0]?.[0] ?? [])).toBeLessThan(0);
    const { plan } = planMap(drawn, wishes());
    for (const [outer = [], ...holes] of plan.areas.flatMap(({ polygons }) => polygons)) {
      expect(signedArea(outer)).toBeGreaterThan(0);
      for (const hole of holes) expect(signedArea(hole)).toBeLessThan(0);
    }
  });

  it('lose nobody, however coarse: the smallest island stays', () => {
    const { plan } = planMap(areas, wishes({ metres: 5000 }));
    expect(plan.areas.filter(({ polygons }) => polygons.length === 0)).toEqual([]);
  });

  it('are found by a point in microseconds', () => {
    const { plan } = planMap(areas, wishes());
    const find = createShapeIndex(plan.areas.filter(({ level }) => level === 'commune'));
    // The market of Long Xuyên, the town of Châu Đốc, Dương Đông on Phú Quốc, and the sea.
    expect(plan.areas.find(({ code }) => code === find({ latitude: 10.3836, longitude: 105.4416 }))?.name).toBe(
      'Phường Long Xuyên',
    );
    expect(plan.areas.find(({ code }) => code === find({ latitude: 10.7071, longitude: 105.1187 }))?.name).toBe(
      'Phường Châu Đốc',
    );
    expect(plan.areas.find(({ code }) => code === find({ latitude: 10.2172, longitude: 103.9593 }))?.name).toBe(
      'Đặc khu Phú Quốc',
    );
    expect(find({ latitude: 9.5, longitude: 104.5 })).toBeNull();
    const begun = performance.now();
    for (let at = 0; at < 10_000; at += 1) find({ latitude: 10 + (at % 100) / 125, longitude: 104.6 + at / 12_000 });
    const each = ((performance.now() - begun) / 10_000) * 1000;
    process.stderr.write(`areaAt among 102 communes: ${each.toFixed(1)} µs\n`);
    expect(each).toBeLessThan(200);
  });

  it('take the districts that they were, each with what it became', () => {
    const csv =
      'code;name;ended;successors\n883;Thành phố Long Xuyên;2025-07-01;30307 30292\n888;Huyện Phú Tân;;30346\n';
    const { plan } = planMap(areas, wishes({ ended: readHistory(csv, day) }));
    expect(plan.ended).toMatchObject([
      { code: '883', level: 'district', endedMs: day('2025-07-01'), successors: ['30307', '30292'] },
      { code: '888', successors: ['30346'] },
    ]);
    const nowhere = readHistory('[{"code":"1","name":"Huyện Xa","successors":["99999"]}]', day);
    expect(() => planMap(areas, wishes({ ended: nowhere }))).toThrow(/Huyện Xa became 99999/);
    expect(() => readHistory('code;name\n1;Xa\n', day)).toThrow(/row 1: the name says what it was/);
    expect(() => readHistory('[{"code":"1"}]', day)).toThrow(/row 1: name/);
    expect(() => readHistory('[', day)).toThrow(/no JSON list/);
  });

  it('are refused with a code twice, with districts, without a province', () => {
    expect(() => planMap([...areas, ...areas.slice(0, 1)], wishes())).toThrow(/same code 30292/);
    expect(() => planMap(areas, wishes({ province: undefined }))).toThrow(/--province/);
    const district = areas.slice(0, 1).map((area) => ({ ...area, level: 'district' as const }));
    expect(() => planMap(district, wishes())).toThrow(/no.* since 01\/07\/2025/);
  });
});
