import { about, chance } from '../chance.ts';
import type { Department } from '../department.ts';

const tenth = (value: number): number => Math.round(10 * value) / 10;

export const kinhTeXaHoi: Department = {
  sector: 'kinh_te_xa_hoi',
  unit: 'SM-STC',
  feed: 'Báo cáo kinh tế – xã hội (demo)',
  format: 'csv',
  communes: {},
  province: {
    day: (at) => ({ thu_ngan_sach: tenth(about(at.weekday < 5 ? 46 : 4, 0.2, chance('tns', at.dayNumber))) }),
    month: (at) => ({
      du_toan_thu: 12_600,
      thu_luy_ke: Math.round(about((12_600 / 12) * at.month, 0.02, chance('tlk', at.month))),
      ke_hoach_von: 7900,
      giai_ngan_luy_ke: Math.round(about((7900 / 13) * at.month, 0.03, chance('gn', at.month))),
      iip: tenth(about(6.8, 0.3, chance('iip', at.month))),
      cpi: tenth(about(3.2, 0.15, chance('cpi', at.month))),
      xuat_khau: tenth(about(104, 0.1, chance('xk', at.month))),
    }),
    quarter: (at) => ({ tang_truong_grdp: tenth(about(6.9, 0.1, chance('grdp', at.month))) }),
  },
};
