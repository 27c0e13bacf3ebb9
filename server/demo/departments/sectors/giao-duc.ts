import { about, chance, count } from '../chance.ts';
import type { Department } from '../department.ts';
import { isWeekend } from '../moment.ts';

export const giaoDuc: Department = {
  sector: 'giao_duc',
  unit: 'SM-SGD',
  feed: 'Điểm danh trường học (demo)',
  format: 'csv',
  communes: {
    day(at, { code, size }): Readonly<Record<string, number>> {
      if (isWeekend(at)) return {};
      const pupils = Math.round(3200 * size);
      const present = Math.round(pupils * about(0.97, 0.012, chance('cm', code, at.dayNumber)));
      const schools = Math.max(1, Math.round(7 * size));
      return {
        si_so: pupils,
        co_mat: present,
        vang_khong_phep: count(0.004 * pupils, chance('vkp', code, at.dayNumber), 0.5),
        truong_phai_bao: schools,
        truong_bao_dung_gio: chance('bao', code, at.dayNumber) > 0.9 ? schools - 1 : schools,
        su_co: chance('sc', code, at.dayNumber) > 0.99 ? 1 : 0,
      };
    },
    year: (_, { code, size }) => {
      const schools = Math.max(1, Math.round(7 * size));
      return {
        truong: schools,
        truong_dat_chuan: Math.min(schools, Math.round(schools * about(0.68, 0.2, chance('dc', code)))),
      };
    },
  },
  province: {},
};
