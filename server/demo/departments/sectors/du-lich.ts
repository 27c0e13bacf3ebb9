import { about, chance, count } from '../chance.ts';
import type { Department } from '../department.ts';
import { awake, isWeekend } from '../moment.ts';

export const duLich: Department = {
  sector: 'du_lich',
  unit: 'SM-SVH',
  feed: 'Lượt khách và điểm đến (demo)',
  format: 'json',
  communes: {
    fiveMinutes(at, { code, size }) {
      const room = Math.round(1500 * size);
      const share = (isWeekend(at) ? 0.6 : 0.35) * awake(at);
      return { suc_chua: room, nguoi_tai_diem: Math.round(room * about(share, 0.15, chance('nd', code, at.startMs))) };
    },
    day(at, { code, size }) {
      const visitors = count((isWeekend(at) ? 1900 : 900) * size, chance('lk', code, at.dayNumber), 0.2);
      return {
        luot_khach: visitors,
        khach_quoc_te: Math.round(visitors * about(0.06, 0.3, chance('qt', code, at.dayNumber))),
      };
    },
    month(at, { code, size }) {
      const guests = count(8200 * size, chance('klt', code, at.month), 0.1);
      return {
        khach_luu_tru: guests,
        ngay_khach: Math.round(guests * about(1.9, 0.08, chance('nk', code, at.month))),
        tong_thu: Math.round(10 * about(14 * size, 0.15, chance('tt', code, at.month))) / 10,
      };
    },
  },
  province: {
    month: (at) => ({
      ke_hoach_thu: 2400,
      thu_luy_ke: Math.round(about((2400 / 12) * at.month, 0.03, chance('lk', at.month))),
    }),
  },
};
