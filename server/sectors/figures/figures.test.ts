import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { Database } from '#base/database';
import { type Cadence, cadenceSchema, type Target } from '#contracts/sectors';
import { type CatalogueFake, createCatalogue, ratioOf } from '../../../tests/fakes/catalogue.ts';
import { createFakeClock, type FakeClock } from '../../../tests/fakes/clock.ts';
import { createTemporaryDatabase } from '../../../tests/fakes/database.ts';
import { createDeliveringStore, type DeliveringStore, dayValue } from '../../../tests/fakes/observations.ts';
import { createPlaces, type PlacesFake } from '../../../tests/fakes/places.ts';
import type { NewObservation } from '../interfaces.ts';
import { periodOf } from '../periods.ts';
import { createFigures, type FigureService } from './figures.ts';
import type { Obligation } from './reporting.ts';
import { createTargetResults } from './target-results.ts';

const [ROOT, A, B, C] = ['91', '30301', '30302', '30303'];
const at = (text: string): number => Date.parse(`${text}+07:00`);
const every = (cadence: Partial<Cadence> & Pick<Cadence, 'every'>): Cadence => cadenceSchema.parse(cadence);

let clock: FakeClock;
let database: Database;
let store: DeliveringStore;
let places: PlacesFake;
let catalogue: CatalogueFake;
let figures: FigureService;
const obligations = new Map<string, Obligation[]>();
const targets: Target[] = [];
let batch = 0;

beforeEach(async () => {
  clock = createFakeClock(at('2026-11-26T08:00:00'));
  database = await createTemporaryDatabase(clock);
  store = await createDeliveringStore(database, clock);
  places = createPlaces();
  obligations.clear();
  targets.length = 0;
  catalogue = createCatalogue({
    'se.flow': { kind: 'flow' },
    'se.stock': { kind: 'stock' },
    'se.index': { kind: 'index' },
    'se.done': { kind: 'flow', shown: false },
    'se.share': ratioOf(['se.done'], ['se.flow']),
  });
  figures = createFigures({
    ...{ database, clock, catalogue, places, observations: store },
    obligations: (indicator) => obligations.get(indicator) ?? [],
    syntheticFeeds: () => ['played'],
    targets: async () => targets,
  });
});
afterEach(async () => {
  figures.close();
  await database.close();
});

async function deliver(...rows: NewObservation[]): Promise<string> {
  batch += 1;
  await store.deliver(`b${batch}`, rows);
  return `b${batch}`;
}
/** `value` of each day for each area, in one delivery. */
const days = (indicator: string, values: Readonly<Record<string, Readonly<Record<string, number | null>>>>) =>
  Object.entries(values).flatMap(([date, areas]) =>
    Object.entries(areas).map(([area, value]) => dayValue(indicator, area, date, value)),
  );
const value = async (indicator: string, area = ROOT, atMs?: number) =>
  (await figures.figure(indicator, area, atMs)).value;

describe('the value of an indicator', () => {
  it('is summed over areas; an index is not', async () => {
    for (const indicator of ['se.flow', 'se.stock', 'se.index']) {
      await deliver(...days(indicator, { '2026-11-25': { [A]: 3, [B]: 4, [C]: null } }));
    }
    expect(await value('se.flow')).toBe(7);
    expect(await value('se.stock')).toBe(7);
    expect(await value('se.index')).toBeNull();
    expect(await value('se.index', A)).toBe(3);
    expect(await value('se.flow', B)).toBe(4);
    expect(await figures.figure('se.flow', C)).toMatchObject({ value: null, state: 'missing', phenomenonMs: null });
    await deliver(...days('se.index', { '2026-11-25': { [ROOT]: 3.2 } }));
    expect(await value('se.index')).toBe(3.2);
  });

  it('of a ratio is that of sums, never a mean of percentages', async () => {
    await deliver(...days('se.done', { '2026-11-25': { [A]: 1, [B]: 90 } }));
    await deliver(...days('se.flow', { '2026-11-25': { [A]: 10, [B]: 100 } }));
    const figure = await figures.figure('se.share', ROOT);
    expect(figure).toMatchObject({ numerator: 91, denominator: 110 });
    expect(figure.value).toBeCloseTo(82.727, 3);
    expect(await value('se.share', A)).toBe(10);
  });

  it('is reckoned of an indicator that is only tried, which stays what it is', async () => {
    await deliver(
      ...days('se.done', { '2026-11-25': { [A]: 1, [B]: 2 } }),
      ...days('se.flow', { '2026-11-25': { [A]: 4, [B]: 2 } }),
    );
    const share = catalogue.indicator('se.share');
    const tried = { ...catalogue.put('se.other', ratioOf(['se.flow'], ['se.done'])), code: 'se.share' };
    expect(await figures.trial(tried)).toMatchObject({ value: 200, numerator: 6, denominator: 3, band: null });
    expect(catalogue.indicator('se.share')).toBe(share);
    expect(await value('se.share')).toBe(50);
  });

  it('says who reaches what they are to reach, where anything is known', async () => {
    await deliver(...days('se.done', { '2026-11-25': { [A]: 9, [B]: 5 } }));
    const period = {
      periodStartMs: at('2026-01-01T00:00:00'),
      periodEndMs: at('2027-01-01T00:00:00'),
      course: 'flat',
    } as const;
    targets.push(...[A, B, C, ROOT].map((areaCode) => ({ ...period, areaCode, value: 8 })));
    catalogue.put('se.done', { kind: 'flow', better: 'up' });
    const results = createTargetResults({ catalogue, places, figures, targets: async () => targets });
    const ofDone = await results(({ code }) => code === 'se.done');
    // The province reaches it too, and nobody owns the sector.
    expect(ofDone).toEqual([
      { unitId: `unit-${A}`, reached: 1, of: 1 },
      { unitId: `unit-${B}`, reached: 0, of: 1 },
    ]);
    expect(await results(() => false)).toEqual([]);
  });

  it('of a ratio leaves out areas that sent only one part', async () => {
    await deliver(...days('se.done', { '2026-11-25': { [A]: 8 } }));
    await deliver(...days('se.flow', { '2026-11-25': { [A]: 10, [B]: 100 } }));
    expect(await figures.figure('se.share', ROOT)).toMatchObject({ value: 80, numerator: 8, denominator: 10 });
    await deliver(...days('se.done', { '2026-11-25': { [B]: 90, [C]: 5 } }));
    expect(await figures.figure('se.share', ROOT)).toMatchObject({ numerator: 98, denominator: 110 });
  });

  it('of a ratio leaves out areas whose denominator was delivered as missing, or for other areas of the same sum', async () => {
    await deliver(...days('se.done', { '2026-11-25': { [A]: 8, [B]: 90 } }));
    await deliver(...days('se.flow', { '2026-11-25': { [A]: 10, [B]: null } }));
    expect(await figures.figure('se.share', ROOT)).toMatchObject({ value: 80, numerator: 8, denominator: 10 });
    // Numbers of words are given in the order in which they come: of these pairs the sums are the same.
    const areas = ['30304', '30305', '30306', '30307'];
    await deliver(...days('se.stock', { '2026-11-24': Object.fromEntries(areas.map((area) => [area, 1])) }));
    const [first = '', second = '', third = '', fourth = ''] = areas;
    await deliver(...days('se.done', { '2026-11-24': { [first]: 5, [fourth]: 5 } }));
    await deliver(...days('se.flow', { '2026-11-24': { [second]: 10, [third]: 10 } }));
    const range = { indicator: 'se.share', areaCode: ROOT, fromMs: at('2026-11-24T00:00:00'), toMs: clock.now() };
    expect((await figures.history(range)).points.slice(0, 2).map((point) => point.value)).toEqual([null, 80]);
  });

  it('of a ratio with a plan leaves out areas without a plan, and plans without anything done', async () => {
    const period = { startMs: at('2026-01-01T00:00:00'), endMs: at('2027-01-01T00:00:00') };
    catalogue.put('se.plan', { kind: 'stock', cadence: every({ every: 'year' }) });
    catalogue.put('se.of_plan', ratioOf(['se.stock'], ['se.plan']));
    const plan = (area: string, planned: number) => dayValue('se.plan', area, '2026-01-01', planned, { period });
    await deliver(plan(A, 10), plan(C, 1000), ...days('se.stock', { '2026-11-25': { [A]: 5, [B]: 400 } }));
    expect(await figures.figure('se.of_plan', ROOT)).toMatchObject({ value: 50, numerator: 5, denominator: 10 });
    await deliver(plan(B, 800));
    expect(await figures.figure('se.of_plan', ROOT)).toMatchObject({ value: 50, numerator: 405, denominator: 810 });
  });

  it('of a ratio of a part of the province is of its own areas', async () => {
    places.gather('X', [A, B]);
    await deliver(...days('se.done', { '2026-11-25': { [A]: 8, [C]: 90 } }));
    await deliver(...days('se.flow', { '2026-11-25': { [A]: 10, [B]: 100, [C]: 100 } }));
    expect(await figures.figure('se.share', 'X')).toMatchObject({ value: 80, numerator: 8, denominator: 10 });
  });

  it('of a ratio with nothing to divide by is nothing, and not missing', async () => {
    await deliver(...days('se.done', { '2026-11-25': { [A]: 0 } }), ...days('se.flow', { '2026-11-25': { [A]: 0 } }));
    expect(await figures.figure('se.share', A)).toMatchObject({ value: null, denominator: 0, state: 'fresh' });
  });

  it('takes what was delivered for the province itself before the sum of its communes', async () => {
    await deliver(...days('se.flow', { '2026-11-24': { [A]: 5 }, '2026-11-25': { [A]: 3, [ROOT]: 10 } }));
    const figure = await figures.figure('se.flow', ROOT);
    expect(figure.value).toBe(10);
    expect((await figures.curve(figure, 5)).map((one) => one.value)).toEqual([5, 10]);
  });

  it('counts "nothing to report" as zero, and other reasons as no value', async () => {
    await deliver(
      dayValue('se.flow', A, '2026-11-25', null, { reason: 'nothing' }),
      dayValue('se.flow', B, '2026-11-25', null, { reason: 'notYet' }),
    );
    obligations.set('se.flow', [
      { areaCode: A, unitId: null },
      { areaCode: B, unitId: null },
    ]);
    clock.advance(86_400_000);
    expect(await figures.figure('se.flow', ROOT)).toMatchObject({ value: 0, reporting: { delivered: 1, obliged: 2 } });
  });

  it('of the province is the sum of the figures of its communes', async () => {
    places = createPlaces(102);
    figures.close();
    figures = createFigures({
      ...{ database, clock, catalogue, places, observations: store },
      ...{ obligations: () => [], syntheticFeeds: () => [], targets: async () => [] },
    });
    const areas = places.areas().slice(1);
    const rows = ['se.flow', 'se.done'].flatMap((indicator, part) =>
      areas.map(({ code }, index) => dayValue(indicator, code, '2026-11-25', (index * 7919) % (50 * (part + 1)))),
    );
    await deliver(...rows);
    for (const indicator of ['se.flow', 'se.share']) {
      const each = await figures.ofAreas(indicator);
      const sum = (pick: 'value' | 'numerator' | 'denominator') =>
        each.reduce((total, figure) => total + (figure[pick] ?? 0), 0);
      const whole = await figures.figure(indicator, ROOT);
      expect(each).toHaveLength(102);
      if (indicator === 'se.flow') expect(whole.value).toBe(sum('value'));
      else expect([whole.numerator, whole.denominator]).toEqual([sum('numerator'), sum('denominator')]);
      expect(each[5]).toEqual(await figures.figure(indicator, each[5]?.areaCode ?? ''));
    }
  });
});

describe('the period of a figure', () => {
  it('is the last that is over, and turns stale when the next is late', async () => {
    catalogue.put('se.flow', { kind: 'flow', cadence: every({ every: 'day', lagMinutes: 60, graceMinutes: 30 }) });
    await deliver(...days('se.flow', { '2026-11-25': { [A]: 3 }, '2026-11-26': { [A]: 4 } }));
    const staleAtMs = at('2026-11-27T01:30:00');
    expect(await figures.figure('se.flow', A)).toMatchObject({ value: 3, state: 'fresh', staleAtMs });
    clock.advance(staleAtMs - clock.now() - 1);
    expect(await figures.figure('se.flow', A)).toMatchObject({ value: 4, state: 'fresh' });
    clock.advance(86_400_000 + 1);
    expect(await figures.figure('se.flow', A)).toMatchObject({ value: 4, state: 'stale', staleAtMs: null });
  });

  it('is the newest that came where values come more than once a day', async () => {
    catalogue.put('se.live', { kind: 'stock', cadence: every({ every: 'quarterHour' }) });
    const quarter = (time: string, one: number) => {
      const period = periodOf(every({ every: 'quarterHour' }), at(time), places.timeZone);
      return dayValue('se.live', A, '2026-11-26', one, { period, phenomenonMs: period.startMs + 1000 });
    };
    await deliver(
      quarter('2026-11-26T07:45:00', 1),
      quarter('2026-11-26T08:00:00', 2),
      quarter('2026-11-19T08:00:00', 9),
    );
    expect(await figures.figure('se.live', A)).toMatchObject({
      ...{ value: 2, state: 'fresh', staleAtMs: at('2026-11-26T08:30:00'), phenomenonMs: at('2026-11-26T08:00:01') },
      before: { value: 9, period: { startMs: at('2026-11-19T08:00:00') } },
    });
    clock.advance(30 * 60_000);
    expect(await figures.figure('se.live', A)).toMatchObject({ value: 2, state: 'stale' });
  });

  it('is today where today is due before it ends, once all have delivered', async () => {
    catalogue.put('se.pupils', { kind: 'stock', cadence: every({ every: 'day', lagMinutes: -15 * 60 }) });
    obligations.set(
      'se.pupils',
      [A, B].map((areaCode) => ({ areaCode, unitId: null })),
    );
    await deliver(...days('se.pupils', { '2026-11-25': { [A]: 10, [B]: 10 }, '2026-11-26': { [A]: 9 } }));
    expect(await figures.figure('se.pupils', ROOT)).toMatchObject({
      value: 20,
      reporting: { delivered: 2, obliged: 2 },
    });
    expect(await value('se.pupils', A)).toBe(9);
    await deliver(...days('se.pupils', { '2026-11-26': { [B]: 8 } }));
    expect(await value('se.pupils')).toBe(17);
  });

  it('does not show the sum of those who were quick, unless there is nothing else or it is due', async () => {
    obligations.set(
      'se.flow',
      [A, B, C].map((areaCode) => ({ areaCode, unitId: null })),
    );
    catalogue.put('se.flow', { kind: 'flow', cadence: every({ every: 'day', lagMinutes: 600 }) });
    await deliver(...days('se.flow', { '2026-11-25': { [A]: 1 } }));
    expect(await value('se.flow')).toBe(1);
    await deliver(...days('se.flow', { '2026-11-24': { [A]: 2, [B]: 2, [C]: 2 } }));
    expect(await value('se.flow')).toBe(6);
    expect(await value('se.flow', A)).toBe(1);
    clock.advance(2 * 3_600_000);
    expect(await figures.figure('se.flow', ROOT)).toMatchObject({ value: 1, reporting: { delivered: 1, obliged: 3 } });
  });

  it('stays fresh over days on which nothing is due', async () => {
    catalogue.put('se.flow', { kind: 'flow', cadence: every({ every: 'day', days: 'working' }) });
    places.holidays.add('2026-11-30');
    await deliver(...days('se.flow', { '2026-11-27': { [A]: 3 } }));
    clock.advance(at('2026-11-29T12:00:00') - clock.now());
    expect(await figures.figure('se.flow', A)).toMatchObject({ state: 'fresh', staleAtMs: at('2026-12-02T00:00:00') });
  });

  it("of a citizens' month begins on the 25th at noon", async () => {
    const cadence = every({ every: 'month', startDay: 25, startMinute: 720 });
    catalogue.put('se.month', { kind: 'flow', cadence });
    const month = (time: string) => ({ period: periodOf(cadence, at(time), places.timeZone) });
    await deliver(
      dayValue('se.month', A, '2026-11-01', 14_707, month('2026-11-01T00:00:00')),
      dayValue('se.month', A, '2026-11-01', 12_000, month('2025-11-01T00:00:00')),
    );
    const period = { startMs: at('2026-10-25T12:00:00'), endMs: at('2026-11-25T12:00:00') };
    expect(await figures.figure('se.month', A)).toMatchObject({ period, value: 14_707, before: { value: 12_000 } });
  });

  it('is the last that is over where nothing was ever delivered', async () => {
    obligations.set('se.flow', [{ areaCode: A, unitId: null }]);
    expect(await figures.figure('se.flow', ROOT)).toMatchObject({
      ...{ value: null, state: 'missing', staleAtMs: null, before: null, target: null, band: null },
      ...{ period: { startMs: at('2026-11-25T00:00:00') }, reporting: { delivered: 0, obliged: 1 } },
    });
    await expect(figures.figure('se.unknown', ROOT)).rejects.toMatchObject({ kind: 'notFound' });
  });
});

describe('what is told with a figure', () => {
  it('is how many of those who must have delivered, of each unit where there are several', async () => {
    obligations.set('se.flow', [
      { areaCode: A, unitId: 'school-1' },
      { areaCode: A, unitId: 'school-2' },
      { areaCode: B, unitId: 'unit-30302' },
    ]);
    await deliver(
      dayValue('se.flow', A, '2026-11-25', 1, { unitId: 'school-1' }),
      dayValue('se.flow', B, '2026-11-25', 1, { unitId: 'unit-30302' }),
    );
    expect(await figures.figure('se.flow', ROOT)).toMatchObject({ reporting: { delivered: 1, obliged: 2 } });
    await deliver(dayValue('se.flow', A, '2026-11-25', 1, { unitId: 'school-2' }));
    expect(await figures.figure('se.flow', ROOT)).toMatchObject({ value: 3, reporting: { delivered: 2, obliged: 2 } });
    obligations.set('se.done', [{ areaCode: B, unitId: null }]);
    expect(await figures.figure('se.share', ROOT)).toMatchObject({ reporting: { delivered: 1, obliged: 2 } });
  });

  it('is where it comes from, and whether it is sure', async () => {
    await store.deliver('real', [dayValue('se.flow', A, '2026-11-25', 3)], { receivedMs: 5000 });
    const place = { indicator: 'se.flow', areaCode: A, periodStartMs: at('2026-11-25T00:00:00') };
    expect(await figures.figure('se.flow', ROOT)).toMatchObject({
      ...{ receivedMs: 5000, status: 'final', unconfirmed: false, synthetic: false },
      phenomenonMs: at('2026-11-26T00:00:00'),
    });
    await store.deliver('played', [dayValue('se.flow', B, '2026-11-25', 3, { status: 'provisional' })], {
      ...{ receivedMs: 6000, feedId: 'played' },
    });
    await database.transaction((queries) => store.setUnconfirmed(queries, place, true));
    const period = dayValue('se.flow', A, '2026-11-25', 3).period;
    store.settled({ feedId: '', batchId: '', receivedMs: 0, cells: [{ indicator: 'se.flow', areaCode: A, period }] });
    expect(await figures.figure('se.flow', ROOT)).toMatchObject({
      ...{ receivedMs: 6000, status: 'provisional', unconfirmed: true, synthetic: true },
    });
    expect(await figures.figure('se.flow', A)).toMatchObject({ status: 'final', synthetic: false });
  });

  it('is the same weekday before, and what it should be by now', async () => {
    await deliver(...days('se.flow', { '2026-11-18': { [A]: 8 }, '2026-11-25': { [A]: 9 } }));
    const year = { areaCode: ROOT, periodStartMs: at('2026-01-01T00:00:00'), periodEndMs: at('2027-01-01T00:00:00') };
    targets.push({ ...year, value: 365, course: 'linear' });
    expect(await figures.figure('se.flow', ROOT)).toMatchObject({
      before: { value: 8, period: { startMs: at('2026-11-18T00:00:00') } },
      target: 329,
    });
    const month = { periodStartMs: at('2026-11-01T00:00:00'), periodEndMs: at('2026-12-01T00:00:00') };
    targets.push({ ...year, ...month, value: 7, course: 'flat' });
    expect(await figures.figure('se.flow', ROOT)).toMatchObject({ target: 7 });
    expect(await figures.figure('se.flow', A)).toMatchObject({ target: null });
  });
});

describe('a late revision', () => {
  it('recomputes ratios of their parts, and the old figure stays as it stood', async () => {
    await deliver(...days('se.done', { '2026-11-25': { [A]: 5 } }), ...days('se.flow', { '2026-11-25': { [A]: 10 } }));
    expect(await value('se.share')).toBe(50);
    const beforeMs = clock.now();
    clock.advance(3_600_000);
    const late = await deliver(...days('se.done', { '2026-11-25': { [A]: 9 } }));
    expect(await value('se.share')).toBe(90);
    expect(await value('se.share', ROOT, beforeMs)).toBe(50);
    const range = { indicator: 'se.share', areaCode: ROOT, fromMs: at('2026-11-24T00:00:00'), toMs: clock.now() };
    const { points } = await figures.history(range);
    expect(points.map((point) => [point.value, point.revised])).toEqual([
      [null, false],
      [90, true],
      [null, false],
    ]);
    const revisedMs = clock.now();
    clock.advance(3_600_000);
    await store.takeBack(late);
    expect(await value('se.share')).toBe(50);
    expect(await value('se.share', ROOT, revisedMs)).toBe(90);
    expect(await value('se.share', ROOT, beforeMs)).toBe(50);
    expect((await figures.history(range)).points[1]).toMatchObject({ value: 50, revised: false });
  });

  it('does not count at a moment at which it had not come', async () => {
    const earlyMs = clock.now() - 1;
    await deliver(...days('se.flow', { '2026-11-24': { [A]: 1, [B]: 1 }, '2026-11-25': { [A]: 1 } }));
    clock.advance(1000);
    await deliver(...days('se.flow', { '2026-11-25': { [B]: 5 } }));
    expect((await figures.figure('se.flow', ROOT, earlyMs)).state).toBe('missing');
    expect(await value('se.flow', ROOT, earlyMs + 2)).toBe(1);
    expect(await value('se.flow')).toBe(6);
  });
});

describe('history', () => {
  it('comes in coarser periods where it is long: flows summed, stocks as they were last', async () => {
    const hour = every({ every: 'hour' });
    for (const [code, kind] of [
      ['se.hflow', 'flow'],
      ['se.hstock', 'stock'],
      ['se.hdone', 'flow'],
    ] as const) {
      catalogue.put(code, { kind, cadence: hour });
    }
    catalogue.put('se.hshare', { ...ratioOf(['se.hdone'], ['se.hflow']), cadence: hour });
    const rows = ['se.hflow', 'se.hstock', 'se.hdone'].flatMap((indicator) =>
      Array.from({ length: 48 }, (_, index) => {
        const startMs = at('2026-11-23T00:00:00') + index * 3_600_000;
        const one = indicator === 'se.hdone' ? index % 2 : index;
        return dayValue(indicator, A, '2026-11-23', one, { period: { startMs, endMs: startMs + 3_600_000 } });
      }),
    );
    await deliver(...rows);
    const range = { areaCode: ROOT, fromMs: at('2026-08-01T00:00:00'), toMs: at('2026-11-25T00:00:00') };
    const last = async (indicator: string) => {
      const { every: length, points } = await figures.history({ ...range, indicator });
      return [length, ...points.slice(-2).map((point) => point.value)];
    };
    expect(await last('se.hflow')).toEqual(['day', 276, 852]);
    expect(await last('se.hstock')).toEqual(['day', 23, 47]);
    expect(await last('se.hshare')).toEqual(['day', (100 * 12) / 276, (100 * 12) / 852]);
    const short = await figures.history({ ...range, indicator: 'se.hflow', fromMs: at('2026-11-24T12:00:00') });
    expect([short.every, short.points.length]).toEqual(['hour', 12]);
    const long = figures.history({ ...range, indicator: 'se.hflow', fromMs: at('1990-01-01T00:00:00') });
    await expect(long).rejects.toMatchObject({ code: 'sectors.rangeTooLong' });
  });
});

it('reckons with plans of a longer period', async () => {
  catalogue.put('se.plan', { kind: 'stock', level: 'province', cadence: every({ every: 'year' }) });
  catalogue.put('se.of_plan', { ...ratioOf(['se.flow'], ['se.plan']) });
  const period = { startMs: at('2026-01-01T00:00:00'), endMs: at('2027-01-01T00:00:00') };
  await deliver(
    dayValue('se.plan', ROOT, '2026-01-01', 50, { period }),
    ...days('se.flow', { '2026-11-25': { [A]: 5 } }),
  );
  expect(await figures.figure('se.of_plan', ROOT)).toMatchObject({ value: 10, numerator: 5, denominator: 50 });
});
