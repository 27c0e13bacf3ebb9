import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { silentLogger } from '#base/log';
import type { FeedView } from '#contracts/feeds';
import { type SectorRule, sectorRuleSchema } from '#contracts/sector-events';
import { createFakeClock, type FakeClock } from '../../../tests/fakes/clock.ts';
import { createTemporaryDatabase } from '../../../tests/fakes/database.ts';
import { fakeFeed, fakeFeeds } from '../../../tests/fakes/feeds.ts';
import { createDeliveringStore, dayValue } from '../../../tests/fakes/observations.ts';
import { fakeCatalogue, fakeIndicator, fakePlaces, fakeSector } from '../../../tests/fakes/sector-parts.ts';
import { createSectorEvents, type SectorEventDesk } from '../events/sector-events.ts';
import { createScoreValues } from '../observations/score-values.ts';
import { createOverdueFeeds, type OverdueFeeds } from './overdue.ts';
import { revisionsIn } from './preview-revision.ts';
import { createRevisionWatch } from './revision.ts';

const MINUTE = 60_000;
const HOUR = 60 * MINUTE;
const START = Date.parse('2026-11-26T08:00:00+07:00');
const HOURLY = 'thu_tuc.qua_han';
const DAILY = 'thu_tuc.tiep_nhan';
const RATE = 'thu_tuc.cpi';
const places = fakePlaces(2);
const catalogue = fakeCatalogue(
  [fakeSector('thu_tuc')],
  [
    fakeIndicator(HOURLY, { cadence: { every: 'hour', graceMinutes: 30 } }),
    fakeIndicator(DAILY, { cadence: { every: 'day', graceMinutes: 60 } }),
    fakeIndicator(RATE, { kind: 'index', decimals: 1, unit: { vi: '%', en: '%' } }),
  ],
);
let clock: FakeClock;
let database: Awaited<ReturnType<typeof createTemporaryDatabase>>;
let events: SectorEventDesk;
beforeEach(async () => {
  clock = createFakeClock(START);
  database = await createTemporaryDatabase();
  events = await createSectorEvents({ database, clock, log: silentLogger(), catalogue, places });
});
afterEach(async () => {
  await events.stop();
  await database.close();
});
const open = async () => events.list({ state: 'open', limit: 100 }, { visible: () => true });
const titles = async () => (await open()).map(({ title }) => title.vi);

describe('a feed that is silent', () => {
  let overdue: OverdueFeeds;
  let came: Map<string, Map<string, number>>;
  let rules: SectorRule[];
  function begin(...views: FeedView[]): void {
    [came, rules] = [new Map(), []];
    overdue = createOverdueFeeds({
      ...{ feeds: fakeFeeds(views), newest: (id) => came.get(id) ?? new Map(), catalogue, places },
      ...{ rules: { list: () => rules }, events, clock, log: silentLogger() },
    });
    overdue.begin();
  }
  async function later(ms: number): Promise<void> {
    clock.step(ms - 30_000);
    clock.advance(30_000);
    await overdue.settled();
  }
  const owing = (id: string, more: Parameters<typeof fakeFeed>[1] = {}): FeedView =>
    fakeFeed(id, {
      obliged: [HOURLY, DAILY].map((indicator) => ({ indicator, cells: [] })),
      ...{ createdMs: START - HOUR / 2, ...more },
    });
  afterEach(() => overdue.close());

  it('is one event with all that is missing, by the cadence of each, and ends when it has come', async () => {
    begin(owing('f'), owing('paused', { paused: true }));
    // The hour is over at eight, has half an hour of grace, and may be an hour late.
    await later(1.4 * HOUR);
    expect(await titles()).toEqual([]);
    await later(0.2 * HOUR);
    expect(await open()).toMatchObject([
      { title: { vi: 'Quá hạn gửi số liệu: Nguồn f – 1 chỉ tiêu' }, type: 'quality.silent', detail: HOURLY, count: 1 },
    ]);
    // The day itself is due in the night.
    await later(20 * HOUR);
    expect(await titles()).toEqual(['Quá hạn gửi số liệu: Nguồn f – 2 chỉ tiêu']);
    came.set(
      'f',
      new Map([
        [HOURLY, clock.now()],
        [DAILY, clock.now()],
      ]),
    );
    await later(MINUTE);
    expect(await titles()).toEqual([]);
  });

  it('is not told of what it owes only since today', async () => {
    const obliged = [HOURLY, DAILY].map((indicator) => ({ indicator, cells: [], sinceMs: START + HOUR }));
    begin(owing('f', { createdMs: START - 400 * HOUR, obliged }));
    await later(3.4 * HOUR);
    expect(await titles()).toEqual([]);
    await later(0.2 * HOUR);
    expect(await titles()).toEqual(['Quá hạn gửi số liệu: Nguồn f – 1 chỉ tiêu']);
  });

  it('is not told where a rule of the sector watches for it, nor again once a person has closed it', async () => {
    begin(owing('f'));
    rules = [sectorRuleSchema.parse({ id: 'r', name: { vi: 'r', en: 'r' }, kind: 'absence', indicator: HOURLY })];
    await later(3 * HOUR);
    expect(await titles()).toEqual([]);
    rules = [];
    await later(MINUTE);
    const [event] = await open();
    await events.close(event?.id ?? '', { id: 'an', name: 'An' }, 'đã gọi');
    await later(MINUTE);
    expect(await titles()).toEqual([]);
  });

  it('is one of many: an outage is one event of its sector', async () => {
    const eight = Array.from({ length: 8 }, (_, at) => owing(`f${at}`));
    begin(...eight);
    await later(3 * HOUR);
    expect(await titles()).toEqual(['Quá hạn gửi số liệu: 8 nguồn']);
    // Whoever closed it knew of these eight.
    await events.close((await open())[0]?.id ?? '', { id: 'an', name: 'An' }, 'mất điện');
    await later(MINUTE);
    expect(await titles()).toEqual([]);
    await overdue.close();
    begin(...eight, owing('f8'));
    await later(11 * MINUTE);
    expect(await titles()).toEqual(['Quá hạn gửi số liệu: 9 nguồn']);
  });

  it('stays with whoever took it when one more is silent, and closed over a restart where it was closed', async () => {
    const five = Array.from({ length: 5 }, (_, at) => owing(`f${at}`, { createdMs: START - 40 * HOUR }));
    begin(...five);
    await later(11 * MINUTE);
    const taken = await open();
    expect(taken).toHaveLength(5);
    await events.close(taken[0]?.id ?? '', { id: 'an', name: 'An' }, 'đã gọi');
    await overdue.close();
    begin(...five, owing('f5', { createdMs: START - 40 * HOUR }));
    await later(11 * MINUTE);
    const now = await open();
    expect(now.map(({ title }) => title.vi).filter((title) => title.includes('thêm'))).toEqual([
      'Quá hạn gửi số liệu: thêm 1 nguồn',
    ]);
    expect(now.map(({ id }) => id)).toEqual(expect.arrayContaining(taken.slice(1).map(({ id }) => id)));
    expect(now).toHaveLength(5);
  });

  it('gets time to find us again after a start, and what was told stays told', async () => {
    const feed = owing('f', { createdMs: START - 40 * HOUR });
    begin(feed);
    await later(MINUTE);
    expect(await titles()).toEqual([]);
    await later(10 * MINUTE);
    expect(await titles()).toHaveLength(1);
    await overdue.close();
    begin(feed);
    await later(MINUTE);
    expect((await open()).map(({ count }) => count)).toEqual([1]);
  });
});

describe('a figure that is revised', () => {
  const rule = sectorRuleSchema.parse({
    ...{ id: 'r', name: { vi: 'r', en: 'r' }, kind: 'revision', indicator: RATE, percent: 5 },
  });

  it('is told when it stood for a while and changes by much, with what it was', async () => {
    const store = await createDeliveringStore(database, clock);
    const watch = createRevisionWatch({
      ...{
        rules: { list: () => [rule, { ...rule, id: 'grave', percent: 1000 }] },
        observations: store,
        catalogue,
        places,
        events,
        log: silentLogger(),
      },
    });
    let batch = 0;
    async function deliver(value: number, area = 'p'): Promise<void> {
      batch += 1;
      await store.deliver(`b${batch}`, [dayValue(RATE, area, '2026-11-25', value)], { feedId: 'f' });
      await watch.settled();
    }
    await deliver(4);
    // A slip that is put right at once.
    await deliver(8);
    clock.step(2 * HOUR);
    await deliver(8.2);
    expect(await titles()).toEqual([]);
    clock.step(2 * HOUR);
    await deliver(9.2);
    await deliver(1, 'c1');
    expect(await titles()).toEqual(['Điều chỉnh số liệu: thu_tuc.cpi (2026-11-25): 8,2 → 9,2 % (+12,2%)']);
    // Two small steps in a short time are one large one.
    clock.step(2 * HOUR);
    await deliver(1.04, 'c1');
    clock.step(HOUR / 2);
    await deliver(1.6, 'c1');
    expect(await titles()).toContain('Điều chỉnh số liệu: thu_tuc.cpi (2026-11-25) – c1: 1 → 1,6 % (+60%)');
    // A corrected week is one event.
    const days = [1, 2, 3, 4, 5, 6].map((day) => `2026-11-1${day}`);
    for (const [at, value] of [1, 2].entries()) {
      await store.deliver(
        `w${at}`,
        days.map((day) => dayValue(RATE, 'p', day, value)),
        { feedId: 'f' },
      );
      clock.step(2 * HOUR);
    }
    await watch.settled();
    const week = (await open()).find(({ title }) => title.vi.includes('6 số liệu'));
    expect(week?.title.vi).toBe('Điều chỉnh 6 số liệu: thu_tuc.cpi');
    expect(week?.detail.split('\n')).toHaveLength(6);
    expect(week?.detail).toContain('(2026-11-11): 1 → 2 % (+100%)');
    // A try of the rule says what it has told.
    const indicator = catalogue.indicator(RATE) ?? fakeIndicator(RATE);
    const range = { fromMs: clock.now() - 30 * 24 * HOUR, toMs: clock.now() };
    if (rule.kind !== 'revision') throw new Error('not the rule that was meant');
    const tried = await revisionsIn(rule, indicator, range, { values: createScoreValues(database, store) });
    expect(tried.map(({ areaCode, value }) => `${areaCode} ${value}`).toSorted()).toEqual([
      'c1 1.6',
      'null 6',
      'p 9.2',
    ]);
    expect(await open()).toHaveLength(tried.length);
    await watch.close();
  });
});
