import type { Period } from '#contracts/sectors';
import type { ReportFigures } from './reports/report-figures.ts';
import type { OwnFact, OwnFacts } from './sectors/connectors/connector.ts';

/** What citizens' reports have to say for the indicators of `config/sectors/phan_anh.json`. */
export function createReportFacts(
  figures: (fromMs: number, toMs: number) => Promise<readonly ReportFigures[]>,
): OwnFacts {
  /** Of the province, and of each commune that has reports. */
  const each =
    (value: (of: ReportFigures) => number | null, whole = false) =>
    async ({ startMs, endMs }: Period): Promise<readonly OwnFact[]> =>
      (await figures(startMs, endMs)).flatMap((of) => {
        const number = value(of);
        return number === null || (whole && of.areaCode !== null) ? [] : [{ areaCode: of.areaCode, value: number }];
      });
  const onTime = ({ answeredOnTime, extended }: ReportFigures): number => Math.max(0, answeredOnTime - extended);
  return {
    'phan_anh.tiep_nhan': each(({ received }) => received),
    'phan_anh.dang_xu_ly': each(({ open }) => open),
    'phan_anh.qua_han': each(({ overdue }) => overdue),
    'phan_anh.xong': each(({ answered }) => answered),
    'phan_anh.xong_dung_han': each(onTime),
    'phan_anh.xong_gia_han': each(({ extended }) => extended),
    'phan_anh.xong_tre_han': each((of) => of.answered - onTime(of) - of.extended),
    'phan_anh.phan_cong': each(({ dispatchMinutes }) => dispatchMinutes, true),
    'phan_anh.danh_gia': each(({ rated }) => rated),
    'phan_anh.danh_gia_hai_long': each(({ satisfied }) => satisfied),
    'phan_anh.so_mo_lai': each(({ reopened }) => reopened),
    'phan_anh.so_dong': each(({ closed }) => closed),
  };
}
