import { expect, it } from 'vitest';
import { createShapeIndex } from '../places/area-shapes.ts';
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
