import { afterEach, beforeEach, expect, it } from 'vitest';
import type { ReportAct } from '#contracts/reports';
import { PLACE } from '../../tests/fakes/report-places.ts';
import { answer, assign, DAY, HOUR, openReports, type ReportsHouse, verify } from '../../tests/fakes/reports.ts';
import { createReportFigures } from './report-figures.ts';

let house: ReportsHouse;
beforeEach(async () => {
  house = await openReports();
});
afterEach(() => house.close());

it('the figures of the sector are counted of the reports', async () => {
  const startMs = house.clock.now();
  const [one, two, three] = [
    await house.receive(),
    await house.receive(),
    await house.receive({ place: { ...PLACE.east, name: '' } }),
  ];
  house.clock.advance(6 * 60_000);
  await house.acts(one.report.id, verify, assign, answer);
  await house.reports.rate(one.report.code, { rating: 'satisfied', text: '' });
  house.clock.advance(5 * DAY);
  await house.acts(two.report.id, verify, assign, answer, { act: 'reopen', text: 'chưa' });
  const [province, ...areas] = await createReportFigures(house.database)(startMs, house.clock.now() + 1);
  expect(province).toEqual({
    ...{ areaCode: null, received: 3, open: 2, overdue: 1, answered: 1, answeredOnTime: 1, extendedOnTime: 0 },
    ...{ dispatchMinutes: (6 + 6 + 7200) / 2, rated: 1, satisfied: 1, closed: 0, reopened: 1, quiet: false },
  });
  expect(areas.map(({ areaCode, received, overdue }) => [areaCode, received, overdue])).toEqual([
    ['P01', 2, 0],
    ['P02', 1, 1],
  ]);
  expect(three.report.areaCode).toBe('P02');
});

it('who was put off is counted apart only when answered in time; ratings count on their day; nothing is told too', async () => {
  const firstMs = house.clock.now();
  const [late, inTime] = [await house.receive(), await house.receive()];
  const extend: ReportAct = { act: 'extend', untilMs: (late.report.dueMs ?? 0) + DAY, text: 'chờ xe' };
  await house.acts(inTime.report.id, verify, assign, extend, answer, { act: 'close' });
  await house.acts(late.report.id, verify, assign, extend);
  house.clock.advance(8 * DAY);
  await house.acts(late.report.id, answer);
  const figures = createReportFigures(house.database);
  expect((await figures(firstMs, house.clock.now() + 1))[0]).toMatchObject({
    ...{ answered: 2, answeredOnTime: 1, extendedOnTime: 1 },
  });

  house.clock.advance(DAY);
  const dayMs = house.clock.now();
  await house.reports.rate(inTime.report.code, { rating: 'unsatisfied', text: 'chưa' });
  await house.reports.rate(inTime.report.code, { rating: 'satisfied', text: 'satisfied: đã xong' });
  await house.acts(late.report.id, { act: 'reopen', text: 'vẫn còn' }, answer, { act: 'close' });
  house.clock.advance(HOUR);
  const happened = { rated: 1, satisfied: 1, reopened: 1, closed: 1 };
  expect(await figures(dayMs, house.clock.now())).toMatchObject([happened, { areaCode: 'P01', ...happened }]);
  expect((await figures(firstMs, dayMs))[0]).toMatchObject({ rated: 0, satisfied: 0, reopened: 0, closed: 1 });
  house.clock.advance(HOUR);
  const quiet = { open: 0, overdue: 0, dispatchMinutes: null, quiet: true };
  expect(await figures(house.clock.now(), house.clock.now() + HOUR)).toMatchObject([
    quiet,
    { areaCode: 'P01', ...quiet },
  ]);
});
