import { about, chance, count } from '../chance.ts';
import type { Department } from '../department.ts';
import { office } from '../moment.ts';

export const vanBan: Department = {
  sector: 'van_ban',
  unit: 'SM-VP',
  feed: 'Trục liên thông văn bản (demo)',
  format: 'ndjson',
  communes: {
    quarterHour: (at, { code, size }) => ({
      den: count(3 * size * office(at), chance('den', code, at.startMs)),
      di: count(1.8 * size * office(at), chance('di', code, at.startMs)),
      loi_lien_thong: chance('loi', code, at.startMs) > 0.999 ? 1 : 0,
    }),
    hour(at, { code, size }) {
      const done = count(10 * size * office(at), chance('xl', code, at.startMs));
      const late = count(0.03 * done, chance('xlt', code, at.startMs));
      return {
        da_xu_ly: done,
        xu_ly_dung_han: done - late,
        xu_ly_tre_han: late,
        qua_han: count(0.8 * size, chance('qh', code, at.dayNumber)),
      };
    },
    day(at, { code, size }) {
      const issued = count((at.weekday < 5 ? 38 : 2) * size, chance('ph', code, at.dayNumber));
      return {
        phat_hanh: issued,
        phat_hanh_ky_so: Math.min(issued, Math.round(issued * about(0.99, 0.01, chance('ks', code, at.dayNumber)))),
      };
    },
  },
  province: {},
};
