import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { systemClock } from '#base/clock';
import { silentLogger } from '#base/log';
import { configSchema } from '../config/schema.ts';
import { type MapCommandOptions, mapCommand } from './map-command.ts';
import { createPlaces, type PlaceRegister } from './places/places.ts';
import { readWorkingTimeSeed } from './places/working-time-seed.ts';
import { createSqliteDatabase } from './store/sqlite.ts';

let folder: string;
let said: string;
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'tamnhin-map-command-'));
  said = '';
});
afterEach(() => rm(folder, { recursive: true }));

function map(files: string[], more: Partial<MapCommandOptions> = {}): Promise<number> {
  const config = configSchema.parse({ data: { directory: folder } });
  return mapCommand(config, files, {
    ...{ units: false, replace: false, source: 'Sở Xây dựng, 2026', province: '91=Tỉnh An Giang' },
    ...more,
    write: (text) => {
      said += text;
    },
  });
}
async function written(name: string, communes: readonly [code: string, name: string][]): Promise<string> {
  const features = communes.map(([code, fullName], at) => ({
    type: 'Feature',
    properties: { code, fullName },
    geometry: {
      type: 'Polygon',
      // Clockwise, as the state draws them.
      coordinates: [
        [
          [105 + at, 10],
          [105 + at, 11],
          [106 + at, 11],
          [106 + at, 10],
          [105 + at, 10],
        ],
      ],
    },
  }));
  const path = join(folder, name);
  await writeFile(path, JSON.stringify({ type: 'FeatureCollection', features }));
  return path;
}
async function kept<T>(look: (places: PlaceRegister) => T): Promise<T> {
  const path = join(folder, 'tamnhin.db');
  const house = { clock: systemClock, log: silentLogger() };
  const database = await createSqliteDatabase({ path, ...house });
  const places = await createPlaces({
    ...{ database, ...house, timeZone: 'Asia/Ho_Chi_Minh' },
    seed: await readWorkingTimeSeed(),
  });
  const found = look(places);
  places.close();
  await database.close();
  return found;
}

describe('tamnhin map', () => {
  it('brings a map with its history and committees, says what it did, and does nothing the second time', async () => {
    const file = await written('communes.geojson', [
      ['1', 'Xã Một'],
      ['2', 'Phường Hai'],
    ]);
    const history = join(folder, 'history.csv');
    await writeFile(history, 'code,name,ended,successors\n881,Huyện Cũ,2025-07-01,2\n');
    expect(await map([file], { history, units: true })).toBe(0);
    expect(said).toContain('2 areas, 10 points; code = «code», name = «fullName»');
    expect(said).toMatch(/1 tỉnh, 1 xã, 1 phường; 1 that have ended; 10 points became \d+/);
    expect(said).toContain('2 organisations are new');
    expect(said).toContain('Source: Sở Xây dựng, 2026');
    said = '';
    expect(await map([file], { history, units: true })).toBe(0);
    expect(said).toContain('The same map is there already, version 1');
    expect(said).toContain('0 organisations are new');
    const found = await kept((places) => ({
      source: places.map()?.source,
      old: places.resolveArea('huyện cũ', Date.UTC(2026, 0)),
      here: places.areaAt({ latitude: 10.5, longitude: 106.5 }),
      unit: places.unitByCode('2')?.name,
    }));
    expect(found).toEqual({
      ...{ source: 'Sở Xây dựng, 2026', old: { code: '2', old: true } },
      ...{ here: '2', unit: 'UBND phường Hai' },
    });
  });

  it('keeps the map that is there when the next one is wrong', async () => {
    const file = await written('communes.geojson', [['1', 'Xã Một']]);
    expect(await map([file])).toBe(0);
    await writeFile(join(folder, 'broken.geojson'), '{"type":"FeatureCollection","features":[{"type":"Feature"');
    const other = await written('other.geojson', [['8', 'Xã Tám']]);
    for (const files of [[join(folder, 'broken.geojson')], [join(folder, 'missing.geojson')], [other], [file, file]]) {
      said = '';
      expect(await map(files)).toBe(1);
      expect(said).toContain('Nothing was changed.');
    }
    expect(await kept((places) => [places.map()?.version, places.area('8')])).toEqual([1, undefined]);
    expect(await map([other], { replace: true })).toBe(0);
    expect(said).toContain('kept as ended: 1');
  });

  it('says how it is used, and asks where a map comes from', async () => {
    expect(await map([])).toBe(2);
    expect(said).toContain('usage: tamnhin map');
    expect(await map(['x'], { source: ' ' })).toBe(2);
    expect(said).toContain('--source says where');
    expect(await map(['x'], { province: 'An Giang' })).toBe(2);
    expect(await map(['x'], { detail: 'fine' })).toBe(2);
  });
});
