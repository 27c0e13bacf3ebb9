import { about, chance, count } from '../chance.ts';
import type { Department } from '../department.ts';
import { isWeekend } from '../moment.ts';

export const luuTru: Department = {
  sector: 'luu_tru',
  unit: 'SM-CA',
  feed: 'Thông báo lưu trú (demo)',
  format: 'csv',
  communes: {
    day(at, { code, size }) {
      const places = Math.max(1, Math.round(11 * size));
      const rooms = Math.round(380 * size);
      const taken = Math.round(rooms * about(isWeekend(at) ? 0.72 : 0.55, 0.12, chance('p', code, at.dayNumber)));
      const guests = Math.round(taken * 1.7);
      const late = count(0.03 * guests, chance('tre', code, at.dayNumber));
      return {
        co_so: places,
        co_so_khai_bao: chance('kb', code, at.dayNumber) > 0.88 ? places - 1 : places,
        phong: rooms,
        phong_co_khach: taken,
        phong_trong: rooms - taken,
        khach: guests,
        khach_quoc_te: Math.round(guests * about(0.07, 0.3, chance('qt', code, at.dayNumber))),
        khai_bao: guests,
        khai_bao_tre: late,
      };
    },
  },
  province: {},
};
