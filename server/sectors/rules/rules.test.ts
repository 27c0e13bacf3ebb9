import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { silentLogger } from '#base/log';
import { type SectorRule, type SectorRuleDraft, sectorRuleSchema } from '#contracts/sector-events';
import { createFakeClock, type FakeClock } from '../../../tests/fakes/clock.ts';
import { createTemporaryDatabase } from '../../../tests/fakes/database.ts';
import { fakeFeed, fakeFeeds } from '../../../tests/fakes/feeds.ts';
import { createDeliveringStore, type DeliveringStore, dayValue } from '../../../tests/fakes/observations.ts';
import { fakeCatalogue, fakeIndicator, fakePlaces, fakeSector } from '../../../tests/fakes/sector-parts.ts';
import { createSectorEvents, type SectorEventDesk } from '../events/sector-events.ts';
import { createFigures, type FigureService } from '../figures/figures.ts';
import { createScoreValues } from '../observations/score-values.ts';
import { createRulePreview } from './preview.ts';
import { createRules, type Rules } from './rules.ts';

const HOUR = 3_600_000;
const START = Date.parse('2026-11-26T08:00:00+07:00');
const NAME = { vi: 'Quá hạn', en: 'Overdue' };
const CODE = 'thu_tuc.qua_han';
const RULE: SectorRuleDraft = {
  ...{ id: 'overdue', name: NAME, kind: 'threshold', indicator: CODE, side: 'above', warn: 100, critical: 500 },
  clearBy: 10,
};
const SILENT: SectorRuleDraft = { id: 'silent', name: NAME, kind: 'absence', indicator: CODE, each: 'unit' };
const HOTSPOT: SectorRuleDraft = {
  ...{
    id: 'hotspot',
    name: { vi: 'Điểm nóng', en: 'Hotspot' },
    kind: 'correlation',
    types: ['phan_anh.*', 'y_te.*'],
  },
  ...{ withinMinutes: 1440, withinMetres: 500, least: 3 },
};
let clock: FakeClock;
let database: Awaited<ReturnType<typeof createTemporaryDatabase>>;
let store: DeliveringStore;
let figures: FigureService;
let events: SectorEventDesk;
let rules: Rules;
let batches = 0;

const places = fakePlaces(4);
const HOURLY = fakeIndicator(CODE, { cadence: { every: 'hour', graceMinutes: 30 } });
const sectors = [fakeSector('thu_tuc'), fakeSector('phan_anh'), fakeSector('y_te')];
const indicators = [HOURLY];
const catalogue = fakeCatalogue(sectors, indicators);
const obliging = (...cells: [area: number, unit: number][]) =>
  fakeFeed('f', {
    obliged: [{ indicator: CODE, cells: cells.map(([area, unit]) => ({ areaCode: `c${area}`, unitId: `u${unit}` })) }],
    createdMs: START - HOUR,
  });
const FEED = obliging([1, 1], [2, 2], [3, 3], [4, 4]);
const feeds = fakeFeeds([FEED]);

async function start(...seeds: SectorRuleDraft[]): Promise<void> {
  events = await createSectorEvents({ database, clock, log: silentLogger(), catalogue, places });
  figures = createFigures({
    ...{ database, clock, observations: store, catalogue, places, obligations: () => [], targets: async () => [] },
    syntheticFeeds: () => [],
    judge: (figure) => rules.judge(figure),
  });
  rules = await createRules({
    ...{ database, clock, log: silentLogger(), seeds: seeds.map((seed) => sectorRuleSchema.parse(seed)) },
    ...{ catalogue, places, figures, feeds, observations: store, events },
  });
}
async function end(): Promise<void> {
  await rules.close();
  figures.close();
  await events.stop();
}
beforeEach(async () => {
  sectors.splice(0, 1, fakeSector('thu_tuc'));
  indicators.splice(0, 1, HOURLY);
  clock = createFakeClock(START);
  database = await createTemporaryDatabase();
  store = await createDeliveringStore(database, clock);
});
afterEach(async () => {
  await end();
  feeds.changed(FEED);
  await database.close();
});

/** A value of the hour that is over. */
async function deliver(area: string, value: number, unitId: string | null = null): Promise<void> {
  await send(area, value, unitId);
  await rules.settled();
}
async function send(area: string, value: number, unitId: string | null = null): Promise<void> {
  batches += 1;
  const endMs = Math.floor(clock.now() / HOUR) * HOUR;
  const period = { startMs: endMs - HOUR, endMs };
  const one = dayValue(CODE, area, '2026-11-26', value, { unitId, period, phenomenonMs: endMs });
  await store.deliver(`b${batches}`, [one], { feedId: 'f' });
}
const open = async (state: 'open' | 'over' = 'open') =>
  (await events.list({ state, limit: 100 }, { visible: () => true })).map(
    ({ title, severity, count, type, value, unitId }) => ({ title: title.vi, severity, count, type, value, unitId }),
  );

describe('a threshold', () => {
  it('opens one event, however often it is passed, and closes it by itself when the value is well back', async () => {
    await start(RULE);
    await deliver('c1', 60);
    expect(await open()).toEqual([]);
    for (const value of [50, 55, 52, 45, 60]) await deliver('c2', value);
    // 110 at first, and said anew each time: 120 in the end.
    expect(await open()).toEqual([
      {
        ...{ title: 'Quá hạn: 120 hồ sơ', severity: 'moderate', count: 1, type: 'rule.threshold', value: 120 },
        unitId: null,
      },
    ]);
    expect((await figures.figure(CODE, 'p')).band).toBe('warn');
    await deliver('c3', 400);
    expect(await open()).toMatchObject([{ title: 'Quá hạn: 520 hồ sơ', severity: 'severe', count: 2 }]);
    await deliver('c3', 0);
    expect(await open()).toMatchObject([{ title: 'Quá hạn: 120 hồ sơ', severity: 'moderate', count: 3 }]);
    await deliver('c2', 35);
    expect(await open()).toHaveLength(1);
    await deliver('c2', 25);
    expect(await open()).toEqual([]);
    expect(await open('over')).toHaveLength(1);
    expect((await figures.figure(CODE, 'p')).band).toBe('normal');
  });

  it('stands where it stood after a restart, and ends when its rule is changed or goes', async () => {
    await start(RULE);
    await deliver('c1', 105);
    await end();
    await start(RULE);
    await deliver('c1', 95);
    expect(await open()).toMatchObject([{ title: 'Quá hạn: 95 hồ sơ' }]);
    const [rule] = rules.list();
    const changes = [false, true].map((enabled) => rules.save({ ...(rule as SectorRule), enabled }));
    // Of two who change it at once, the second is told of the first.
    expect(await Promise.allSettled(changes)).toMatchObject([
      { value: { enabled: false, version: 2 } },
      { reason: { kind: 'conflict', code: 'edit.stale' } },
    ]);
    await rules.settled();
    expect(await open()).toEqual([]);
    // What was changed by hand is not seeded again; what was taken away stays away.
    await end();
    await start(RULE);
    expect(rules.find('overdue')?.enabled).toBe(false);
    await rules.remove('overdue');
    await end();
    await start(RULE);
    expect(rules.list()).toEqual([]);
    await expect(rules.remove('overdue')).rejects.toMatchObject({ kind: 'notFound' });
    await expect(rules.save(rule as SectorRule)).rejects.toMatchObject({ code: 'sectorRule.unknown' });
    const nowhere = sectorRuleSchema.parse({ ...RULE, indicator: 'thu_tuc.gone' });
    await expect(rules.save(nowhere)).rejects.toMatchObject({ code: 'indicator.unknown' });
  });

  it('says nothing that stays when it is removed while it judges', async () => {
    await start(RULE);
    await send('c1', 150);
    const judging = rules.settled();
    await Promise.all([judging, rules.remove('overdue')]);
    expect(await open()).toEqual([]);
  });

  it('must hold for its time before it is told', async () => {
    await start({ ...RULE, forMinutes: 20, keepForMinutes: 10 });
    rules.begin();
    await deliver('c1', 150);
    expect(await open()).toEqual([]);
    clock.advance(19 * 60_000);
    await rules.settled();
    expect(await open()).toEqual([]);
    clock.advance(70_000);
    await rules.settled();
    expect(await open()).toHaveLength(1);
    await deliver('c1', 20);
    expect(await open()).toHaveLength(1);
    clock.advance(11 * 60_000);
    await rules.settled();
    expect(await open()).toEqual([]);
  });

  it('holds what it said last while its value is too old', async () => {
    await start(RULE);
    rules.begin();
    await deliver('c1', 150);
    clock.advance(5 * HOUR);
    await rules.settled();
    expect((await figures.figure(CODE, 'p')).state).toBe('stale');
    expect(await open()).toMatchObject([{ title: 'Quá hạn: 150 hồ sơ' }]);
  });

  it('ends when nobody is to deliver it any more, and when its sector is switched off', async () => {
    await start(RULE);
    rules.begin();
    await deliver('c1', 150);
    clock.advance(5 * HOUR);
    await rules.settled();
    feeds.changed({ ...FEED, paused: true });
    await rules.settled();
    expect(await open()).toEqual([]);
    feeds.changed(FEED);
    await deliver('c1', 150);
    expect(await open()).toHaveLength(1);
    sectors.splice(0, 1, { ...fakeSector('thu_tuc'), enabled: false });
    rules.begin();
    await rules.settled();
    expect(await open()).toEqual([]);
    await deliver('c1', 160);
    expect(await open()).toEqual([]);
  });

  it('opens no other event by getting better after somebody has closed it', async () => {
    await start(RULE);
    await deliver('c1', 600);
    const [event] = await events.list({ state: 'open', limit: 1 }, { visible: () => true });
    await events.close(event?.id ?? '', { id: 'an', name: 'An' }, 'xong');
    await deliver('c1', 200);
    expect(await open()).toEqual([]);
    await deliver('c1', 700);
    expect(await open()).toMatchObject([{ severity: 'severe' }]);
  });

  it('tells again what it was cut off from telling', async () => {
    await start(RULE);
    const { open: tell } = events;
    events.open = async () => Promise.reject(new Error('killed'));
    await deliver('c1', 150);
    events.open = tell;
    await end();
    await start(RULE);
    await deliver('c1', 150);
    rules.begin();
    await rules.settled();
    expect(await open()).toHaveLength(1);
  });

  it('of what is restricted carries no value', async () => {
    indicators.splice(0, 1, { ...HOURLY, confidentiality: 'restricted' });
    await start(RULE);
    await deliver('c1', 150);
    expect(await open()).toMatchObject([{ title: 'Quá hạn', value: null }]);
  });

  it('of communes names the one that has passed it', async () => {
    await start({ ...RULE, level: 'commune', warn: 10, critical: null });
    await deliver('c1', 5);
    await deliver('c2', 30);
    expect(await open()).toMatchObject([{ title: 'Quá hạn – c2: 30 hồ sơ' }]);
    expect([(await figures.figure(CODE, 'c1')).band, (await figures.figure(CODE, 'c2')).band]).toEqual([
      ...['normal', 'warn'],
    ]);
  });
});

describe('a rule that is tried', () => {
  it('says what it would have told, and tells nothing', async () => {
    await start();
    const values = createScoreValues(database, store);
    const preview = createRulePreview({ clock, catalogue, places, figures, events, feeds, values });
    for (const value of [150, 95, 600, 20, 130]) {
      await deliver('c1', value);
      clock.advance(HOUR);
    }
    // 95 is within what it clears by: the first one lasts, and becomes critical.
    expect(await preview(sectorRuleSchema.parse(RULE))).toMatchObject({
      ...{ events: 2, critical: 1 },
      newest: [{ value: 130 }, { value: 150 }],
    });
    const communes = await preview(sectorRuleSchema.parse({ ...RULE, level: 'commune', clearBy: 0 }));
    expect(communes).toMatchObject({ events: 3, newest: [{ areaCode: 'c1' }, { areaCode: 'c1' }, { areaCode: 'c1' }] });
    expect(await open()).toEqual([]);
    const gone = preview(sectorRuleSchema.parse({ ...RULE, indicator: 'thu_tuc.gone' }));
    await expect(gone).rejects.toMatchObject({ kind: 'invalid' });
  });

  it('says of silence what the rule itself has told', async () => {
    await start(SILENT);
    rules.begin();
    const preview = createRulePreview({
      ...{ clock, catalogue, places, figures, events, feeds },
      values: createScoreValues(database, store),
    });
    for (let hour = 0; hour < 3; hour += 1) {
      for (const area of ['c1', 'c2', 'c3']) await deliver(area, hour);
      clock.advance(45 * 60_000);
      await rules.settled();
      // Late once, and silent anew from the next hour on.
      if (hour === 0) await deliver('c4', 7);
      clock.advance(15 * 60_000);
    }
    const told = [...(await open()), ...(await open('over'))];
    expect(told.map(({ unitId }) => unitId)).toEqual(['u4', 'u4']);
    expect(await preview(sectorRuleSchema.parse(SILENT))).toMatchObject({
      ...{ events: 2, newest: [{ areaCode: 'c4', value: 1 }, { areaCode: 'c4' }] },
    });
    const two = sectorRuleSchema.parse({ ...SILENT, least: 2 });
    expect(await preview(two)).toMatchObject({ events: 0 });
    // At first nobody owed three hours in a row.
    expect(await preview(sectorRuleSchema.parse({ ...SILENT, periods: 2 }))).toMatchObject({ events: 1 });
  });

  it('leaves out shares of too little', async () => {
    const parts = ['tre', 'tat_ca'].map((key) => fakeIndicator(`thu_tuc.${key}`, { cadence: HOURLY.cadence }));
    const [late, whole] = parts.map(({ code }) => [{ indicator: code, factor: 1 }]);
    const share = fakeIndicator('thu_tuc.ty_le', {
      ...{ kind: 'ratio', cadence: HOURLY.cadence, minVolume: 10 },
      formula: { numerator: late ?? [], denominator: whole ?? [], scale: 100 },
    });
    indicators.push(...parts, share);
    try {
      await start();
      const preview = createRulePreview({
        ...{ clock, catalogue, places, figures, events, feeds },
        values: createScoreValues(database, store),
      });
      for (const [at, [part, of]] of [
        [3, 4],
        [0, 40],
        [30, 40],
      ].entries()) {
        const endMs = START + at * HOUR;
        const period = { startMs: endMs - HOUR, endMs };
        const value = (code: string, n = 0) => dayValue(code, 'c1', '2026-11-26', n, { period, phenomenonMs: endMs });
        const both = [value('thu_tuc.tre', part), value('thu_tuc.tat_ca', of)];
        await store.deliver(`share-${at}`, both, { feedId: 'f' });
        clock.advance(HOUR);
      }
      const rule = { ...RULE, id: 'share', indicator: share.code, warn: 50, critical: null };
      expect(await preview(sectorRuleSchema.parse(rule))).toMatchObject({ events: 1, newest: [{ value: 75 }] });
      expect((await preview(sectorRuleSchema.parse(rule)))?.newest[0]?.atMs).toBe(START + 2 * HOUR);
    } finally {
      indicators.length = 1;
    }
  });
});

describe('absence', () => {
  it('names each silent unit after its grace, and ends when it has delivered', async () => {
    await start(SILENT);
    rules.begin();
    for (const area of ['c1', 'c2', 'c3']) await deliver(area, 1);
    // The hour until eight is late at half past eight.
    expect(await open()).toEqual([]);
    clock.advance(30 * 60_000 + 20_000);
    await rules.settled();
    expect(await open()).toMatchObject([
      { title: 'Mất dữ liệu: Đơn vị u4 – Quá hạn', type: 'quality.silent', unitId: 'u4', count: 1 },
    ]);
    await deliver('c4', 1);
    expect(await open()).toEqual([]);
    clock.advance(HOUR);
    await rules.settled();
    expect(await open()).toHaveLength(4);
    clock.advance(HOUR);
    await rules.settled();
    expect((await open()).map(({ count }) => count)).toEqual([1, 1, 1, 1]);
  });

  it('of two in one commune names the one that is silent', async () => {
    feeds.changed(obliging([1, 1], [1, 2]));
    await start(SILENT);
    await deliver('c1', 1, 'u1');
    clock.advance(40 * 60_000);
    rules.begin();
    await rules.settled();
    expect(await open()).toMatchObject([{ unitId: 'u2' }]);
  });

  it('blames nobody for what was not asked of them yet', async () => {
    const cells = [
      { areaCode: 'c1', unitId: 'u1' },
      { areaCode: 'c2', unitId: 'u2', sinceMs: START },
    ];
    feeds.changed(fakeFeed('f', { obliged: [{ indicator: CODE, cells }], createdMs: START - HOUR }));
    await start(SILENT);
    rules.begin();
    clock.advance(40 * 60_000);
    await rules.settled();
    expect((await open()).map(({ unitId }) => unitId)).toEqual(['u1']);
    clock.advance(HOUR);
    await rules.settled();
    expect((await open()).map(({ unitId }) => unitId).toSorted()).toEqual(['u1', 'u2']);
  });

  it('is told after as many periods as the rule asks for', async () => {
    await start({ ...SILENT, periods: 3 });
    rules.begin();
    for (const area of ['c1', 'c2', 'c3', 'c4']) await deliver(area, 1);
    clock.advance(3 * HOUR);
    await rules.settled();
    expect(await open()).toEqual([]);
    clock.advance(HOUR);
    await rules.settled();
    expect(await open()).toHaveLength(4);
  });

  it('stays with whoever took it when more units are silent, and is told of those whom nobody closed it for', async () => {
    const units = Array.from({ length: 9 }, (_, at) => [1, at + 1] satisfies [number, number]);
    feeds.changed(obliging(...units.slice(0, 5)));
    await start(SILENT);
    rules.begin();
    clock.advance(31 * 60_000);
    await rules.settled();
    const taken = await events.list({ state: 'open', limit: 9 }, { visible: () => true });
    expect(taken).toHaveLength(5);
    await events.acknowledge(taken[0]?.id ?? '', { id: 'an', name: 'An' }, '');
    feeds.changed(obliging(...units.slice(0, 7)));
    await rules.settled();
    const titles = async () => (await open()).map(({ title }) => title.split(' –')[0]);
    expect(await titles()).toHaveLength(6);
    expect(await titles()).toContain('Mất dữ liệu: thêm 2 đơn vị');
    expect((await events.find(taken[0]?.id ?? '')).state).toBe('acknowledged');
    const [more] = await events.list({ state: 'open', limit: 1 }, { visible: () => true });
    await events.close(more?.id ?? '', { id: 'an', name: 'An' }, 'đã gọi');
    await deliver('c1', 1, 'u1');
    expect(await titles()).toHaveLength(4);
    feeds.changed(obliging(...units));
    await rules.settled();
    expect(await titles()).toContain('Mất dữ liệu: thêm 4 đơn vị');
  });

  it('of all units is one event', async () => {
    await start({ ...SILENT, each: 'all', least: 2 });
    rules.begin();
    for (const area of ['c1', 'c2', 'c3']) await deliver(area, 1);
    clock.advance(HOUR - 60_000);
    await rules.settled();
    expect(await open()).toEqual([]);
    clock.advance(HOUR);
    await rules.settled();
    expect(await open()).toMatchObject([{ title: 'Mất dữ liệu: 4 đơn vị – Quá hạn', value: 4, unitId: null }]);
    await deliver('c1', 1);
    expect(await open()).toMatchObject([{ title: 'Mất dữ liệu: 3 đơn vị – Quá hạn', count: 1 }]);
  });
});

it('finds what happens near one another, as one that grows', async () => {
  await start(HOTSPOT);
  const report = (key: string, north: number, cameraIds: readonly string[] = [], sector = 'phan_anh') =>
    events.open({
      ...{ key, sector, type: 'phan_anh', title: { vi: key, en: key } },
      ...{ occurredMs: clock.now(), cameraIds, source: { kind: 'report', id: key } },
      place: { latitude: 10.38 + north / 111_195, longitude: 105.43, name: 'nhà ông Ba' },
    });
  await report('một', 0);
  await report('hai', 100);
  await report('xa', 3000);
  await rules.settled();
  expect(await open()).toHaveLength(3);
  clock.advance(HOUR);
  await report('ba', 200);
  await rules.settled();
  expect((await open())[0]).toMatchObject({
    title: 'Điểm nóng: 3 sự kiện',
    count: 1,
    type: 'rule.correlation',
    value: 3,
  });
  // Whoever may not view the camera hears of it no more by the rule than by the event itself.
  await report('bốn', 300, ['k1']);
  await rules.settled();
  const hot = (await open()).filter(({ type }) => type === 'rule.correlation');
  expect(hot).toMatchObject([{ title: 'Điểm nóng: 4 sự kiện', count: 2 }]);
  const cluster = async () =>
    (await events.list({ state: 'open', text: 'Điểm nóng', limit: 1 }, { visible: () => true }))[0];
  expect((await cluster())?.cameraIds).toEqual(['k1']);
  // What another sector says is for those of that sector; what a citizen calls their house is kept nowhere.
  await report('năm', 0, [], 'y_te');
  await rules.settled();
  expect((await cluster())?.detail.split('\n').toSorted()).toEqual([
    ...['#1 một', '#2 hai', '#4 ba', '#6 bốn', '+ 1 sự kiện khác'],
  ]);
  expect((await cluster())?.place?.name).toBe('');
});
