import { about, chance, count } from '../chance.ts';
import type { Department } from '../department.ts';
import { awake } from '../moment.ts';

export const mangXaHoi: Department = {
  sector: 'mang_xa_hoi',
  unit: 'SM-IOC',
  feed: 'Giám sát tin bài (demo)',
  format: 'ndjson',
  communes: {},
  province: {
    quarterHour(at) {
      const told = count(26 * awake(at), chance('tb', at.startMs));
      const bad = count(0.12 * told, chance('tc', at.startMs));
      const good = Math.min(told - bad, count(0.4 * told, chance('ti', at.startMs)));
      return {
        tin_bai: told,
        tin_phan_loai: told,
        tin_tieu_cuc: bad,
        tin_tich_cuc: good,
        tin_trung_tinh: told - bad - good,
        lan_truyen: Math.round(about(30, 0.4, chance('lt', at.startMs)) * awake(at)),
      };
    },
    hour: (at) => ({ nguon: 120, nguon_co_tin: 116 + Math.floor(5 * chance('ng', at.startMs)) }),
    day(at) {
      const asked = count(6, chance('hoi', at.dayNumber));
      return {
        cau_hoi_bao_chi: asked,
        tra_loi_dung_han: chance('dap', at.dayNumber) > 0.85 ? Math.max(0, asked - 1) : asked,
      };
    },
  },
};
