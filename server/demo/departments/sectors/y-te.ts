import type { EventRow } from '#contracts/feeds';
import { about, chance, count } from '../chance.ts';
import type { Department } from '../department.ts';
import { awake, isWeekend } from '../moment.ts';

export const yTe: Department = {
  sector: 'y_te',
  unit: 'SM-SYT',
  feed: 'Điều hành bệnh viện (demo)',
  format: 'json',
  communes: {
    hour(at, { code, size }) {
      const beds = Math.round(90 * size);
      const icu = Math.max(2, Math.round(6 * size));
      const icuFree = Math.min(icu, count(0.3 * icu, chance('icu', code, at.startMs)));
      return {
        giuong_ke_hoach: beds,
        giuong_dang_dung: Math.round(beds * about(0.8, 0.08, chance('g', code, at.dayNumber))),
        icu_tong: icu,
        icu_con_trong: icuFree,
        icu_dang_dung: icu - icuFree,
        cap_cuu: count(9 * size * awake(at), chance('cc', code, at.startMs)),
      };
    },
    day(at, { code, size }) {
      const reported = count(3 * size, chance('bd', code, at.dayNumber));
      return {
        kham_ngoai_tru: count((isWeekend(at) ? 90 : 310) * size, chance('nt', code, at.dayNumber), 0.12),
        bao_dich: reported,
        bao_dich_trong_han: chance('bdh', code, at.dayNumber) > 0.93 ? Math.max(0, reported - 1) : reported,
      };
    },
  },
  province: {},
  events(at, communes): readonly EventRow[] {
    if (chance('yte-sk', at.startMs) < 0.98) return [];
    const area = communes[Math.floor(chance('yte-o', at.startMs) * communes.length)];
    if (area === undefined) return [];
    const time = new Date(at.startMs).toISOString();
    return [
      {
        ...{ type: 'ngo_doc_thuc_pham', id: `ndtp-${at.startMs}`, time, area: area.code, state: 'open' },
        title: `Nghi ngộ độc thực phẩm tại ${area.name} (demo)`,
        ...{ latitude: area.latitude, longitude: area.longitude },
      },
    ];
  },
};
