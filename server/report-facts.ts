import type { Period } from '#contracts/sectors';
import type { ReportFigures } from './reports/report-figures.ts';
import type { OwnFact, OwnFacts } from './sectors/connectors/connector.ts';

/** What citizens' reports have to say for the indicators of `config/sectors/phan_anh.json`. */
export function createReportFacts(
  figures: (fromMs: number, toMs: number) => Promise<readonly ReportFigures[]>,
): OwnFacts {
  /** Of the province, and of each commune where there was something; `stock`: also where there is nothing any longer. */
  const each =
    (value: (of: ReportFigures) => number | null, { stock = false, whole = false } = {}) =>
    async ({ startMs, endMs }: Period): Promise<readonly OwnFact[]> =>
      (await figures(startMs, endMs)).flatMap((of) => {
        const number = value(of);
        const told = of.areaCode === null || (!whole && (stock || !of.quiet));
        return number === null || !told ? [] : [{ areaCode: of.areaCode, value: number }];
      });
  return {
    'phan_anh.tiep_nhan': each(({ received }) => received),
    'phan_anh.dang_xu_ly': each(({ open }) => open, { stock: true }),
    'phan_anh.qua_han': each(({ overdue }) => overdue, { stock: true }),
    'phan_anh.xong': each(({ answered }) => answered),
    // Each of those answered is one of the three.
    'phan_anh.xong_dung_han': each(({ answeredOnTime, extendedOnTime }) => answeredOnTime - extendedOnTime),
    'phan_anh.xong_gia_han': each(({ extendedOnTime }) => extendedOnTime),
    'phan_anh.xong_tre_han': each(({ answered, answeredOnTime }) => answered - answeredOnTime),
    'phan_anh.phan_cong': each(({ dispatchMinutes }) => dispatchMinutes, { whole: true }),
    'phan_anh.danh_gia': each(({ rated }) => rated),
    'phan_anh.danh_gia_hai_long': each(({ satisfied }) => satisfied),
    'phan_anh.so_mo_lai': each(({ reopened }) => reopened),
    'phan_anh.so_dong': each(({ closed }) => closed),
  };
}
