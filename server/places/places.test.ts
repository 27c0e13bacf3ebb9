import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { silentLogger } from '#base/log';
import { type UnitInput, unitInputSchema } from '#contracts/places';
import { createFakeClock, type FakeClock } from '../../tests/fakes/clock.ts';
import { createTemporaryDatabase } from '../../tests/fakes/database.ts';
import { installMap, type MapPlan } from './map/map-plan.ts';
import { createPlaces, type PlaceRegister } from './places.ts';
import { readWorkingTimeSeed } from './working-time-seed.ts';

let database: Awaited<ReturnType<typeof createTemporaryDatabase>>;
let clock: FakeClock;
let places: PlaceRegister;

const open = async (): Promise<PlaceRegister> =>
  createPlaces({
    ...{ database, clock, log: silentLogger(), timeZone: 'Asia/Ho_Chi_Minh' },
    seed: await readWorkingTimeSeed(),
  });
beforeEach(async () => {
  clock = createFakeClock();
  database = await createTemporaryDatabase(clock);
  places = await open();
});
afterEach(async () => {
  places.close();
  await database.close();
});

const square = (west: number, south: number): MapPlan['areas'][number]['polygons'] => [
  [
    [
      [west, south],
      [west + 1, south],
      [west + 1, south + 1],
      [west, south + 1],
      [west, south],
    ],
  ],
];
const commune = (code: string, name: string, west: number): MapPlan['areas'][number] => ({
  ...{ code, name, kind: 'commune', level: 'commune', areaKm2: null, polygons: square(west, 10) },
});
const PROVINCE: MapPlan['areas'][number] = {
  ...{ code: '91', name: 'Tỉnh An Giang', kind: 'province', level: 'province', areaKm2: 9888, polygons: [] },
};
const plan = (more: Partial<MapPlan> = {}): MapPlan => ({
  ...{ source: 'the province itself', synthetic: false, ended: [] },
  areas: [PROVINCE, commune('1', 'Xã Một', 104), commune('2', 'Xã Hai', 105), commune('3', 'Xã Ba', 106)],
  ...more,
});
const input = (more: Partial<UnitInput> = {}): UnitInput =>
  unitInputSchema.parse({ name: 'Sở Y tế', kind: 'department', code: 'H01.08', ...more });

describe('before there is a map', () => {
  it('figures have a province to stand for', () => {
    expect(places.area(places.rootArea())).toMatchObject({ level: 'province', name: 'Toàn tỉnh' });
    expect([places.map(), places.areaAt({ latitude: 10.5, longitude: 105.5 })]).toEqual([null, null]);
  });
});

describe('a map', () => {
  it('that another process brought is there within seconds, and figures of before go to the new province', async () => {
    let told = 0;
    const changed = new Promise<void>((resolve) => {
      places.onChanged(() => {
        told += 1;
        resolve();
      });
    });
    await installMap(database, plan(), clock.now());
    clock.advance(2000);
    await changed;
    expect([told, places.rootArea(), places.map()?.version, places.map()?.bounds]).toEqual([
      1,
      '91',
      1,
      [104, 10, 107, 11],
    ]);
    expect(places.areaAt({ latitude: 10.5, longitude: 105.5 })).toBe('2');
    expect(places.areaAt({ latitude: 12, longitude: 105.5 })).toBeNull();
    expect(places.resolveArea('tinh', clock.now())).toEqual({ code: '91', old: true });
    expect(places.area('1')).toMatchObject({ parentCode: '91', bounds: [104, 10, 105, 11] });
    const elsewhere = await open();
    await elsewhere.organisation.create(input());
    elsewhere.close();
    await places.refresh();
    expect(places.unitByCode('H01.08')?.name).toBe('Sở Y tế');
  });

  it('that is the same changes nothing; one that lacks an area ends it, one that has it again revives it', async () => {
    expect(await installMap(database, plan(), clock.now())).toMatchObject({ changed: true, version: 1 });
    expect(await installMap(database, plan(), clock.now())).toMatchObject({ changed: false, version: 1 });
    const { areas } = plan();
    const less = plan({ areas: areas.slice(0, 3) });
    expect(await installMap(database, less, clock.now())).toEqual({ changed: true, version: 2, left: ['3'] });
    await places.refresh();
    expect(places.resolveArea('Xã Ba', clock.now())).toEqual({ fault: 'areaEnded' });
    await installMap(database, plan({ source: 'again' }), clock.now());
    await places.refresh();
    expect(places.resolveArea('xa ba', clock.now())).toEqual({ code: '3', old: false });
  });

  it('of something else does not take the place of the one that is there, unless it is meant to', async () => {
    await installMap(database, plan(), clock.now());
    const other = plan({ areas: [PROVINCE, commune('9', 'Xã Chín', 100)] });
    await expect(installMap(database, other, clock.now(), { mayLose: false })).rejects.toThrow(/3 of the 3 communes/);
    await places.refresh();
    expect(places.map()?.areas.map(({ code }) => code)).toEqual(['1', '2', '3']);
    expect((await installMap(database, other, clock.now(), { mayLose: true })).left).toEqual(['1', '2', '3']);
  });

  it('keeps what has ended, with what it became', async () => {
    const ended = [
      ...[
        { code: '881', name: 'Huyện Cũ', successors: ['2'] },
        { code: '882', name: 'Huyện Chia', successors: ['1', '3'] },
      ],
    ].map((one) => ({
      ...one,
      kind: 'district' as const,
      level: 'district' as const,
      endedMs: Date.UTC(2025, 5, 30, 17),
    }));
    await installMap(database, plan({ ended }), clock.now());
    await places.refresh();
    expect(places.resolveArea('huyện cũ', clock.now())).toEqual({ code: '2', old: true });
    expect(places.resolveArea('H. Chia', clock.now())).toEqual({ fault: 'areaDivided' });
    places.close();
    places = await open();
    expect(places.resolveArea('huyện cũ', clock.now())).toEqual({ code: '2', old: true });
  });
});

describe('organisations', () => {
  it('are found by their code in any case, and know who is above them', async () => {
    const { organisation } = places;
    const committee = await organisation.create(input({ code: 'H01', name: 'UBND tỉnh', kind: 'agency' }));
    const health = await organisation.create(input({ parentId: committee.id, code: 'H01.Đ8' }));
    const hospital = await organisation.create(input({ code: 'BV1', kind: 'hospital', parentId: health.id }));
    expect(places.unitByCode('h01.d8')?.id).toBe(health.id);
    expect(places.unitsAbove(hospital.id)).toEqual([hospital.id, health.id, committee.id]);
    const around = organisation.update(committee.id, { ...committee, parentId: hospital.id });
    await expect(around).rejects.toMatchObject({ code: 'unit.cycle' });
    await expect(organisation.create(input({ code: 'h01.d8' }))).rejects.toMatchObject({ code: 'unit.codeTaken' });
    await expect(organisation.create(input({ areaCode: 'nowhere' }))).rejects.toMatchObject({
      code: 'unit.unknownArea',
    });
    await expect(organisation.create(input({ parentId: 'nobody' }))).rejects.toMatchObject({
      code: 'unit.unknownUnit',
    });
    await expect(organisation.remove(health.id)).rejects.toMatchObject({ code: 'unit.inUse' });
    await organisation.remove(hospital.id);
    expect(places.unit(hospital.id)).toBeUndefined();
  });

  it('are not changed over the head of somebody else, nor removed while they are needed', async () => {
    const { organisation } = places;
    const unit = await organisation.create(input());
    const { unit: renamed } = await organisation.update(unit.id, { ...unit, name: 'Sở Y tế mới' });
    await expect(organisation.update(unit.id, { ...unit, name: 'cũ' })).rejects.toMatchObject({ code: 'edit.stale' });
    const { version: _, ...unversioned } = renamed;
    await expect(organisation.update(unit.id, unversioned)).rejects.toMatchObject({ code: 'edit.versionMissing' });
    organisation.guardRemoval(async (id) => (id === unit.id ? 'a feed is theirs' : null));
    await expect(organisation.remove(unit.id)).rejects.toThrow(/a feed is theirs/);
    places.close();
    places = await open();
    expect(places.unit(unit.id)).toMatchObject({ name: 'Sở Y tế mới', version: 2 });
  });
});

describe('working time', () => {
  it('is changed from its newest version, lasts, and takes in new days of a later program alone', async () => {
    const time = places.workingTime();
    const told: boolean[] = [];
    places.onChanged(({ workingTime }) => told.push(workingTime));
    const saved = await places.setWorkingTime({ ...time, weekdays: [0, 1, 2, 3, 4, 5], days: time.days.slice(1) });
    expect(told).toEqual([true]);
    await expect(places.setWorkingTime(time)).rejects.toMatchObject({ code: 'edit.stale' });
    expect(places.isDueDay(Date.parse('2026-11-28T00:00+07:00'), 'working')).toBe(true);
    places.close();
    const seed = await readWorkingTimeSeed();
    const next = { date: '2028-01-03', kind: 'holiday' as const, name: 'Tết Dương lịch' };
    places = await createPlaces({
      ...{ database, clock, log: silentLogger(), timeZone: 'Asia/Ho_Chi_Minh' },
      seed: { ...seed, days: [...seed.days, next] },
    });
    const dates = places.workingTime().days.map(({ date }) => date);
    // The day that somebody took out stays out.
    expect(dates).toEqual([...saved.days.map(({ date }) => date), next.date]);
    expect(places.workingTime()).toMatchObject({ weekdays: [0, 1, 2, 3, 4, 5], schoolTerms: seed.schoolTerms });
  });
});
