import { expect, it } from 'vitest';
import { silentLogger } from '#base/log';
import { createFakeClock } from '../../tests/fakes/clock.ts';
import { createTemporaryDatabase } from '../../tests/fakes/database.ts';
import { createShapeIndex } from '../places/area-shapes.ts';
import { installMap } from '../places/map/map-plan.ts';
import { createPlaces } from '../places/places.ts';
import { readWorkingTimeSeed } from '../places/working-time-seed.ts';
import { demoMap, demoUnits } from './province.ts';
import { TOWN } from './town.ts';

it('holds the cameras of the town, each where its name says', () => {
  const plan = demoMap();
  expect(plan.synthetic).toBe(true);
  const communes = plan.areas.filter(({ level }) => level === 'commune');
  expect(communes).toHaveLength(18);
  const find = createShapeIndex(communes);
  const places = TOWN.map(({ name, place: { latitude, longitude } }) => [
    name,
    communes.find(({ code }) => code === find({ latitude: latitude ?? 0, longitude: longitude ?? 0 }))?.name,
  ]);
  expect(Object.fromEntries(places)).toEqual({
    'Ngã tư Hoa Sữa': 'Phường Sông Mây',
    'Chợ Bến Lá': 'Phường Sông Mây',
    'Cổng Trường Tiểu học Mây Trắng': 'Phường Sông Mây',
    'Sảnh Trung tâm hành chính': 'Phường Sông Mây',
    'Công viên Hồ Sen': 'Phường Sông Mây',
    'Bến đò Sông Mây': 'Xã Vọng Nguyệt',
    'Cầu Vọng Nguyệt': 'Xã Vọng Nguyệt',
    'Cửa khẩu Đèo Gió': 'Xã Đèo Gió',
    'Kho vật tư số 3': 'Xã Vọng Nguyệt',
  });
});

it('is the same each time, and says in every name of its units that it is invented', () => {
  expect(JSON.stringify(demoMap())).toBe(JSON.stringify(demoMap()));
  expect(demoUnits().filter(({ name }) => !name.includes('mô phỏng'))).toEqual([]);
});

it('comes where there is no map, goes without a trace, and never takes the place of a real one', async () => {
  const clock = createFakeClock();
  const database = await createTemporaryDatabase(clock);
  const house = { database, clock, log: silentLogger(), timeZone: 'Asia/Ho_Chi_Minh' };
  const places = await createPlaces({ ...house, seed: await readWorkingTimeSeed() });
  await places.installDemo(demoMap(), demoUnits());
  expect([places.map()?.synthetic, places.rootArea(), places.units().length]).toEqual([true, 'SM', 30]);
  expect(places.unitsAbove('demo-SM23')).toEqual(['demo-SM23', 'demo-SM']);
  await places.installDemo(demoMap(), demoUnits());
  expect([places.map()?.version, places.units().length]).toEqual([1, 30]);
  await places.removeDemo();
  const left = [places.map(), places.rootArea(), places.units().length, places.areas().length];
  expect(left).toEqual([null, 'tinh', 0, 1]);

  await installMap(database, { ...demoMap(), synthetic: false }, clock.now());
  await places.refresh();
  await places.installDemo(demoMap(), demoUnits());
  await places.removeDemo();
  expect([places.map()?.synthetic, places.rootArea()]).toEqual([false, 'SM']);
  places.close();
  await database.close();
});
