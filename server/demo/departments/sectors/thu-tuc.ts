import { about, chance, count } from '../chance.ts';
import type { Department } from '../department.ts';
import { office } from '../moment.ts';

export const thuTuc: Department = {
  sector: 'thu_tuc',
  unit: 'SM-HCC',
  feed: 'Hệ thống thủ tục hành chính (demo)',
  format: 'json',
  communes: {
    quarterHour: (at, { code, size }) => ({
      tiep_nhan: count(2.2 * size * office(at), chance('tn', code, at.startMs)),
      chua_tiep_nhan_8_gio: chance('ctn', code, at.startMs) > 0.995 ? 1 : 0,
    }),
    hour(at, { code, size }) {
      const received = count(8.6 * size * office(at), chance('tng', code, at.startMs));
      const done = count(8.4 * size * office(at), chance('gq', code, at.startMs));
      const late = count(0.03 * done, chance('tre', code, at.startMs));
      const early = Math.min(done - late, count(0.6 * done, chance('som', code, at.startMs)));
      const carried = count(64 * size, chance('ton', code, at.dayNumber)) + done;
      return {
        tiep_nhan_gio: received,
        ton_dau_ky: carried,
        da_giai_quyet: done,
        giai_quyet_som: early,
        giai_quyet_tre: late,
        giai_quyet_dung_han: done - early - late,
        dang_giai_quyet: received + carried - done,
        qua_han: chance('qh', code, at.dayNumber) > 0.93 ? count(2 * size, chance('qhn', code, at.dayNumber)) : 0,
      };
    },
    day(at, { code, size }) {
      const received = count((at.weekday < 5 ? 46 : 3) * size, chance('tnn', code, at.dayNumber));
      const online = Math.round(received * about(0.86, 0.08, chance('tt', code, at.dayNumber)));
      return { tiep_nhan_ngay: received, nop_truc_tuyen: Math.min(received, online) };
    },
  },
  province: {
    day: (at) => ({ diem_766: Math.round(10 * about(84, 0.02, chance('766', Math.floor(at.dayNumber / 7)))) / 10 }),
  },
};
