import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { silentLogger } from '#base/log';
import type { FeedDraft } from '#contracts/feeds';
import type { Quality, QualityWindow, Scores } from '#contracts/quality';
import type { Identity, Indicator } from '#contracts/sectors';
import { createFakeClock, type FakeClock } from '../../../tests/fakes/clock.ts';
import { createTemporaryDatabase } from '../../../tests/fakes/database.ts';
import { fakeFeed, fakeFeeds } from '../../../tests/fakes/feeds.ts';
import { createDeliveringStore, type DeliveringStore, dayValue } from '../../../tests/fakes/observations.ts';
import { fakeCatalogue, fakeIndicator, fakePlaces, fakeSector } from '../../../tests/fakes/sector-parts.ts';
import type { NewObservation, RowFacts } from '../interfaces.ts';
import { createScoreValues } from '../observations/score-values.ts';
import { leagueFile } from './league.ts';
import { createScoring, type ScoreDesk } from './scoring.ts';

const HOUR = 3_600_000;
const DAY = 24 * HOUR;
const day = (date: string) => Date.parse(`${date}T00:00:00+07:00`);
let clock: FakeClock;
let database: Awaited<ReturnType<typeof createTemporaryDatabase>>;
let store: DeliveringStore;
let feeds: ReturnType<typeof fakeFeeds>;
let scores: ScoreDesk;
let batchNumber: number;
const all = () => true;

async function open(
  indicators: readonly Indicator[],
  feed: Partial<FeedDraft> & { createdMs?: number },
  more: { communes?: number; identities?: readonly Identity[] } = {},
): Promise<void> {
  clock = createFakeClock(day('2026-11-26') + 8 * HOUR);
  database = await createTemporaryDatabase();
  store = await createDeliveringStore(database, clock);
  feeds = fakeFeeds([fakeFeed('f', { createdMs: day('2026-11-20'), ...feed })]);
  batchNumber = 0;
  await start(indicators, more);
}
let startAgain: () => Promise<void>;
async function start(
  indicators: readonly Indicator[],
  { communes = 3, identities = [] }: { communes?: number; identities?: readonly Identity[] },
): Promise<void> {
  startAgain = async () => {
    scores = await createScoring({
      ...{ database, clock, log: silentLogger(), feeds, observations: store, places: fakePlaces(communes) },
      catalogue: fakeCatalogue([fakeSector('thu_tuc')], indicators, identities),
      values: createScoreValues(database, store),
    });
  };
  await startAgain();
}
beforeEach(() => {
  batchNumber = 0;
});
afterEach(async () => {
  await scores.close();
  await database.close();
});

/** A delivery of values that are all new, and of rows that were not taken. */
async function deliver(values: readonly NewObservation[], bad: readonly Omit<RowFacts, 'batchId'>[] = [], more = {}) {
  batchNumber += 1;
  const id = `b${batchNumber}`;
  const outcomes = await store.deliver(
    id,
    values.map((value, at) => ({ ...value, row: at + 1 })),
    { feedId: 'f' },
  );
  const count = (verdict: string) => bad.filter((row) => row.verdict === verdict).length;
  feeds.delivered(
    {
      ...{ id, feedId: 'f', receivedMs: clock.now(), received: values.length + bad.length - count('repaired') },
      accepted: outcomes.filter((outcome) => outcome === 'new').length - count('repaired'),
      revised: outcomes.filter((outcome) => outcome === 'revised').length,
      duplicate: outcomes.filter((outcome) => outcome === 'same').length + count('duplicate'),
      ...{ repaired: count('repaired'), quarantined: count('quarantined'), rejected: count('rejected'), ...more },
    },
    [
      ...bad.map((row) => ({ ...row, batchId: id })),
      ...outcomes.flatMap((outcome, at): RowFacts[] => {
        const value = values[at];
        if (outcome !== 'same' || value === undefined) return [];
        const { areaCode, indicator, unitId } = value;
        return [
          {
            ...{ batchId: id, row: at + 1, unitId, areaCode, indicator, value: value.value },
            ...{ code: 'duplicateOfEarlier', verdict: 'duplicate' },
          },
        ];
      }),
    ],
  );
}
const bad = (row: number, verdict: RowFacts['verdict'], code: string, areaCode: string | null = null) => ({
  ...{ row, verdict, code, areaCode, unitId: null, indicator: null, value: null },
});
async function now(window: QualityWindow = 'week'): Promise<Scores> {
  await scores.settled();
  const [view] = await scores.quality({ window, feed: 'f' }, all);
  if (view === undefined) throw new Error('there are no scores');
  return view.scores;
}
async function failing(quality: Quality, window: QualityWindow = 'week') {
  await scores.settled();
  return scores.failing({ quality, window, skip: 0, limit: 100 }, all);
}
const obliged = (indicator: string, communes: number): FeedDraft['obliged'] => [
  { indicator, cells: Array.from({ length: communes }, (_, at) => ({ areaCode: `c${at + 1}`, unitId: `u${at + 1}` })) },
];
const DAILY = { every: 'day', lagMinutes: 120, graceMinutes: 60 } as const;

describe('correct', () => {
  const parts = ['giai_quyet', 'som', 'dung_han', 'tre'].map((key) => fakeIndicator(`thu_tuc.${key}`));
  const identity: Identity = {
    ...{ key: 'phan_theo_han', name: { vi: 'Theo hạn', en: 'By due time' }, tolerance: 0 },
    left: [{ indicator: 'thu_tuc.giai_quyet', factor: 1 }],
    right: ['som', 'dung_han', 'tre'].map((key) => ({ indicator: `thu_tuc.${key}`, factor: 1 })),
  };

  it('finds the three violations of the table of Huế, and by how much each is off', async () => {
    await open(parts, {}, { identities: [identity] });
    // processed = early + on time + late, of each level of online service.
    const levels = [
      ['c1', 257_141, 124_907, 102_770, 19_852],
      ['c2', 41_310, 20_000, 15_043, 4000],
      ['c3', 8203, 5000, 3000, 200],
    ] as const;
    await deliver(
      levels.flatMap(([area, ...values]) =>
        parts.map(({ code }, at) => dayValue(code, area, '2026-11-25', values[at] ?? 0)),
      ),
    );
    expect((await now()).correct).toEqual({ a: 9, b: 12 });
    const { rows, total, score } = await failing('correct');
    expect(total).toBe(score.b - score.a);
    expect(rows.map(({ code, areaCode, detail }) => [code, areaCode, detail.identity, detail.off])).toEqual([
      ['identity', 'c1', 'phan_theo_han', 9612],
      ['identity', 'c2', 'phan_theo_han', 2267],
      ['identity', 'c3', 'phan_theo_han', 3],
    ]);
    expect(rows[0]).toMatchObject({ batchId: 'b1', row: 1, value: 257_141, indicator: 'thu_tuc.giai_quyet' });

    // A class that nobody had shown: the part is revised on another day, and the total is right from then on.
    clock.advance(DAY);
    await deliver([dayValue('thu_tuc.tre', 'c3', '2026-11-25', 203)]);
    expect((await failing('correct')).rows.map(({ areaCode }) => areaCode)).toEqual(['c1', 'c2']);
  });

  it('counts a revision beyond tolerance against the first value, and one within it not', async () => {
    await open([fakeIndicator('thu_tuc.tiep_nhan')], { revisionTolerance: 5 });
    await deliver([
      dayValue('thu_tuc.tiep_nhan', 'c1', '2026-11-25', 100),
      dayValue('thu_tuc.tiep_nhan', 'c2', '2026-11-25', 100),
    ]);
    expect((await now()).correct).toEqual({ a: 2, b: 2 });
    clock.advance(2 * DAY);
    await deliver([
      dayValue('thu_tuc.tiep_nhan', 'c1', '2026-11-25', 104),
      dayValue('thu_tuc.tiep_nhan', 'c2', '2026-11-25', 120),
    ]);
    expect((await now()).correct).toEqual({ a: 3, b: 4 });
    const { rows } = await failing('correct');
    expect(rows).toMatchObject([
      { code: 'revised', areaCode: 'c2', value: 100, batchId: 'b1', detail: { from: 100, to: 120, percent: 20 } },
    ]);
    // Taken back, it was never said.
    feeds.undone('b2');
    await database.transaction((queries) => store.undo(queries, 'b2'));
    store.settled({ feedId: 'f', batchId: 'b2', receivedMs: clock.now(), cells: [] });
    expect((await now()).correct).toEqual({ a: 2, b: 2 });
  });

  it('holds a value of the province against the sum of its communes, once all of them are there', async () => {
    await open([fakeIndicator('thu_tuc.tiep_nhan', { whole: true })], {});
    const value = (area: string, count: number) => dayValue('thu_tuc.tiep_nhan', area, '2026-11-25', count);
    await deliver([value('p', 60), value('c1', 10), value('c2', 20)]);
    expect((await now()).correct).toEqual({ a: 3, b: 3 });
    clock.advance(60_000);
    await deliver([value('c3', 29)]);
    expect((await now()).correct).toEqual({ a: 3, b: 4 });
    expect((await failing('correct')).rows).toMatchObject([
      { code: 'sumOfAreas', areaCode: 'p', detail: { sum: 59, off: 1 } },
    ]);
  });

  it('calls a value unconfirmed that is far from the same weekday, until a person confirms it', async () => {
    const code = 'thu_tuc.tiep_nhan';
    await open([fakeIndicator(code)], { revisionTolerance: 1000 });
    for (let week = 8; week >= 1; week -= 1) {
      const date = new Date(day('2026-11-25') - week * 7 * DAY + 12 * HOUR).toISOString().slice(0, 10);
      await deliver([dayValue(code, 'c1', date, 100 + (week % 3) * 4), dayValue(code, 'c2', date, 100 + (week % 3))]);
    }
    await deliver([dayValue(code, 'c1', '2026-11-25', 400), dayValue(code, 'c2', '2026-11-25', 106)]);
    expect((await now()).correct).toEqual({ a: 17, b: 18 });
    expect((await failing('correct')).rows).toMatchObject([{ code: 'unusual', areaCode: 'c1', value: 400 }]);
    const flags = () =>
      store
        .revisions({ indicator: code, areaCode: 'c1', periodStartMs: day('2026-11-25') })
        .then((found) => found.map(({ unconfirmed }) => unconfirmed));
    expect(await flags()).toEqual([true]);

    const place = { indicator: code, areaCode: 'c1', periodStartMs: day('2026-11-25') };
    await scores.confirm(place, { name: 'An', note: 'Ngày hội' });
    expect((await now()).correct).toEqual({ a: 18, b: 18 });
    expect(await flags()).toEqual([false]);
    // Another value is another question, over a restart too.
    clock.advance(HOUR);
    await deliver([dayValue(code, 'c1', '2026-11-25', 4000)]);
    await now();
    expect(await flags()).toContain(true);
    await expect(scores.confirm({ ...place, areaCode: 'c3' }, { name: 'An', note: '' })).rejects.toMatchObject({
      kind: 'notFound',
    });
  });

  it('counts rows that were refused for what they say', async () => {
    await open([fakeIndicator('thu_tuc.tiep_nhan')], {});
    await deliver(
      [dayValue('thu_tuc.tiep_nhan', 'c1', '2026-11-25', 1)],
      [bad(2, 'rejected', 'outOfRange'), bad(3, 'rejected', 'future'), bad(4, 'rejected', 'fieldMissing')],
    );
    const { correct, clean } = await now();
    expect([correct, clean]).toEqual([
      { a: 1, b: 3 },
      { a: 1, b: 4 },
    ]);
    expect((await failing('correct')).rows.map(({ code, row }) => [code, row])).toEqual([
      ['range', 2],
      ['future', 3],
    ]);
  });
});

describe('complete', () => {
  it('of 102 communes with four silent ones is 0.961; nothing to report is a report', async () => {
    const code = 'thu_tuc.tiep_nhan';
    await open(
      [fakeIndicator(code, { cadence: DAILY })],
      { obliged: obliged(code, 102), createdMs: day('2026-11-25') },
      {
        communes: 102,
      },
    );
    expect((await now()).complete).toEqual({ a: 0, b: 102 });
    await deliver(
      Array.from({ length: 98 }, (_, at) =>
        at === 7
          ? dayValue(code, `c${at + 1}`, '2026-11-25', null, { unitId: `u${at + 1}`, reason: 'nothing' })
          : dayValue(code, `c${at + 1}`, '2026-11-25', at, { unitId: `u${at + 1}` }),
      ),
    );
    await deliver([dayValue(code, 'c99', '2026-11-25', null, { reason: 'notMeasured' })]);
    const { complete } = await now();
    expect(complete).toEqual({ a: 98, b: 102 });
    expect((complete.a / complete.b).toFixed(3)).toBe('0.961');
    const { rows } = await failing('complete');
    expect(rows.map(({ code: why, unitId, detail }) => [why, unitId, detail])).toEqual([
      ['null', 'u99', { reason: 'notMeasured' }],
      ['missing', 'u100', {}],
      ['missing', 'u101', {}],
      ['missing', 'u102', {}],
    ]);
    const [whole] = await scores.quality({ window: 'week' }, all);
    expect(whole?.units).toEqual({ a: 98, b: 102 });
    const [silent] = await scores.quality({ window: 'week', unit: 'u100' }, all);
    expect(silent).toMatchObject({ unitId: 'u100', scores: { complete: { a: 0, b: 1 }, clean: { a: 0, b: 0 } } });
  });

  it('and live are of the hospital that delivered, not of its neighbour in the same commune', async () => {
    const code = 'thu_tuc.tiep_nhan';
    const cells = [
      { areaCode: 'c1', unitId: 'u1' },
      { areaCode: 'c1', unitId: 'u2' },
    ];
    await open([fakeIndicator(code, { cadence: DAILY })], {
      ...{ obliged: [{ indicator: code, cells }], createdMs: day('2026-11-25') },
    });
    await deliver([dayValue(code, 'c1', '2026-11-25', 5, { unitId: 'u1' })]);
    expect((await now()).complete).toEqual({ a: 1, b: 2 });
    expect((await failing('complete')).rows.map(({ unitId }) => unitId)).toEqual(['u2']);
    clock.advance(HOUR);
    await deliver([dayValue(code, 'c1', '2026-11-25', 6, { unitId: 'u1' })]);
    await scores.settled();
    const lived = async (unit: string) => (await scores.quality({ window: 'week', unit }, all))[0]?.scores.live.a;
    expect([await lived('u1'), await lived('u2')]).toEqual([3600, 0]);
  });

  it('and live are of a cell from the period on in which it was added', async () => {
    const code = 'thu_tuc.tiep_nhan';
    const cells = [
      { areaCode: 'c1', unitId: 'u1' },
      { areaCode: 'c2', unitId: 'u2', sinceMs: day('2026-11-26') },
    ];
    const feed = { obliged: [{ indicator: code, cells }], createdMs: day('2026-11-24') };
    await open([fakeIndicator(code, { cadence: DAILY })], feed);
    expect((await now()).complete).toEqual({ a: 0, b: 2 });
    const live = async (unit: string) => (await scores.quality({ window: 'week', unit }, all))[0]?.scores.live.b;
    expect([await live('u1'), await live('u2')]).toEqual([29 * 3600, 0]);
  });

  it('and live ask nobody for what was due before they were asked', async () => {
    const code = 'thu_tuc.tiep_nhan';
    const early = { every: 'day', lagMinutes: -20 * 60, graceMinutes: 60 } as const;
    const createdMs = day('2026-11-26') + 7 * HOUR;
    await open([fakeIndicator(code, { cadence: early })], { obliged: obliged(code, 1), createdMs });
    scores.begin();
    expect((await now()).complete).toEqual({ a: 0, b: 0 });
    const [whole] = await scores.quality({ window: 'week' }, all);
    expect(whole?.scores.live).toEqual({ a: 0, b: 0 });
    clock.advance(22 * HOUR);
    expect((await now()).complete).toEqual({ a: 0, b: 1 });
  });

  it('is not met by what another feed delivers for the same commune', async () => {
    const code = 'thu_tuc.tiep_nhan';
    await open([fakeIndicator(code, { cadence: DAILY })], { obliged: obliged(code, 1), createdMs: day('2026-11-25') });
    await store.deliver('other', [dayValue(code, 'c1', '2026-11-25', 5, { unitId: 'u2' })], { feedId: 'g' });
    expect((await now()).complete).toEqual({ a: 0, b: 1 });
    await deliver([dayValue(code, 'c1', '2026-11-25', 5, { unitId: 'u3' })]);
    expect((await now()).complete).toEqual({ a: 1, b: 1 });
  });

  it('counts a cell when it was due, is told so by the clock alone, and again when the value comes at last', async () => {
    const code = 'thu_tuc.tiep_nhan';
    await open([fakeIndicator(code, { cadence: DAILY })], { obliged: obliged(code, 1), createdMs: day('2026-11-26') });
    scores.begin();
    expect((await now()).complete).toEqual({ a: 0, b: 0 });
    expect(scores.scoresOf('thu_tuc').complete).toEqual({ a: 0, b: 0 });
    // Due at two in the morning of the 27th, and late an hour later.
    clock.advance(19 * HOUR - 60_000);
    expect((await now()).complete).toEqual({ a: 0, b: 0 });
    clock.advance(2 * 60_000);
    expect((await now()).complete).toEqual({ a: 0, b: 1 });
    await deliver([dayValue(code, 'c1', '2026-11-26', 5)]);
    expect((await now()).complete).toEqual({ a: 1, b: 1 });
    expect(scores.scoresOf('thu_tuc').complete).toEqual({ a: 1, b: 1 });
  });
});

describe('clean', () => {
  it('of the same file under two keys is one half, and the values are as they were', async () => {
    await open([fakeIndicator('thu_tuc.tiep_nhan')], {});
    const file = [1, 2, 3].map((at) => dayValue('thu_tuc.tiep_nhan', `c${at}`, '2026-11-25', at, { unitId: `u${at}` }));
    await deliver(file);
    const before = await database.all('SELECT * FROM observation_cells');
    clock.advance(60_000);
    await deliver(file);
    expect((await now()).clean).toEqual({ a: 3, b: 6 });
    expect(await database.all('SELECT * FROM observation_cells')).toEqual(before);
    expect((await failing('clean')).rows.map(({ code, row, unitId }) => [code, row, unitId])).toEqual([
      ['duplicate', 1, 'u1'],
      ['duplicate', 2, 'u2'],
      ['duplicate', 3, 'u3'],
    ]);
    const units = await scores.quality({ window: 'day', feed: 'f' }, all);
    expect(units.map(({ unitId, scores: { clean } }) => [unitId, clean.a, clean.b])).toEqual([
      [null, 3, 6],
      ['u1', 1, 2],
      ['u2', 1, 2],
      ['u3', 1, 2],
    ]);
  });

  it('names what was repaired, set aside and unknown', async () => {
    await open([fakeIndicator('thu_tuc.tiep_nhan')], {});
    await deliver(
      [dayValue('thu_tuc.tiep_nhan', 'c1', '2026-11-25', 1), dayValue('thu_tuc.tiep_nhan', 'c2', '2026-11-25', 1)],
      [
        bad(2, 'repaired', 'decimalComma', 'c2'),
        bad(3, 'quarantined', 'personalData'),
        bad(4, 'rejected', 'unknownIndicator'),
        bad(5, 'rejected', 'secret'),
      ],
    );
    expect((await now()).clean).toEqual({ a: 1, b: 5 });
    expect((await failing('clean')).rows.map(({ code }) => code)).toEqual([
      'repaired',
      'personalData',
      'unknownCode',
      'invalid',
    ]);
  });
});

describe('live', () => {
  const code = 'thu_tuc.cho_xu_ly';
  const hourly = fakeIndicator(code, { cadence: { every: 'hour', graceMinutes: 30 } });
  const hourValue = (startMs: number, value: number): NewObservation => ({
    ...dayValue(code, 'c1', '2026-11-25', value),
    ...{ period: { startMs, endMs: startMs + HOUR }, phenomenonMs: startMs + HOUR, unitId: 'u1' },
  });

  it('is the time during which the newest value is young enough, and the gaps are named', async () => {
    await open([hourly], { obliged: obliged(code, 1), createdMs: day('2026-11-26') - 2 * HOUR });
    clock.step(-8 * HOUR);
    // From half past eleven in the evening on it must be live; hours are delivered as they end, three are left out.
    for (let hour = -1; hour < 8; hour += 1) {
      clock.step(day('2026-11-26') + (hour + 1) * HOUR - clock.now());
      if (hour < 2 || hour > 4) await deliver([hourValue(day('2026-11-26') + hour * HOUR, hour + 10)]);
    }
    // Young until half past four: the fresh one of one o'clock to two ends then; the next came at six.
    const { live } = await now('day');
    const { rows } = await failing('live', 'day');
    expect(rows.map(({ code: why, detail }) => [why, detail.seconds])).toEqual([
      ['stale', 2.5 * 3600],
      ['stale', 1800],
    ]);
    expect(live).toEqual({ a: (8.5 - 3) * 3600, b: 8.5 * 3600 });
    // It goes silent: by itself it is too old at half past nine.
    clock.step(3 * HOUR);
    await scores.recount('f', clock.now(), clock.now() + 1);
    expect((await now('day')).live).toEqual({ a: (8.5 - 3 + 1.5) * 3600, b: 11.5 * 3600 });
  });

  it('does not count a value that never changes, nor one from a sender whose clock is wrong', async () => {
    await open([hourly], { obliged: obliged(code, 1), createdMs: day('2026-11-26'), frozenPeriods: 2 });
    clock.step(-8 * HOUR);
    for (let hour = 0; hour < 8; hour += 1) {
      clock.step(day('2026-11-26') + (hour + 1) * HOUR - clock.now());
      const skewMs = hour === 7 ? 600_000 : null;
      await deliver([hourValue(day('2026-11-26') + hour * HOUR, hour < 5 ? 42 : hour)], [], { skewMs });
    }
    clock.step(2.5 * HOUR);
    await scores.recount('f', clock.now(), clock.now() + 1);
    const { rows } = await failing('live', 'day');
    // The third 42 came at three, another value at six; the last good one was young until half past eight.
    expect(rows.map(({ code: why, detail }) => [why, detail.seconds])).toEqual([
      ['stale', 3600],
      ['clockSkew', 3600],
      ['frozen', 3 * 3600],
    ]);
  });

  it('of a feed of events is its heart-beats met', async () => {
    await open([], { carries: 'events', heartbeatMinutes: 60, createdMs: day('2026-11-26') });
    feeds.beats.push(day('2026-11-26') + 10 * 60_000, day('2026-11-26') + 2.5 * HOUR);
    await deliver([]);
    feeds.delivered({ id: 'x', feedId: 'f', receivedMs: day('2026-11-26') + 5 * HOUR, received: 2, accepted: 2 });
    await scores.recount('f', day('2026-11-26'), clock.now());
    expect((await now('day')).live).toEqual({ a: 3 * 3600, b: 8 * 3600 });
    expect((await failing('live', 'day')).rows).toHaveLength(5);
    expect((await now('day')).complete).toEqual({ a: 8, b: 8 });
  });
});

describe('scores', () => {
  it('are the same when counted again from what was delivered, and over a restart', async () => {
    const code = 'thu_tuc.tiep_nhan';
    await open([fakeIndicator(code, { cadence: DAILY })], { obliged: obliged(code, 3), createdMs: day('2026-11-24') });
    await deliver([dayValue(code, 'c1', '2026-11-24', 5, { unitId: 'u1' })], [bad(2, 'rejected', 'outOfRange')]);
    const first = await now();
    await database.run('DELETE FROM quality_counts');
    await database.run('DELETE FROM quality_failures');
    await scores.recount('f', day('2026-11-20'), clock.now());
    expect(await now()).toEqual(first);
    await scores.close();
    await startAgain();
    expect(await now()).toEqual(first);
  });

  it('where nothing counts are nothing, never nought or one', async () => {
    await open([], {});
    expect(await now()).toEqual({
      ...{ correct: { a: 0, b: 0 }, complete: { a: 0, b: 0 } },
      ...{ clean: { a: 0, b: 0 }, live: { a: 0, b: 0 } },
    });
  });

  it('rank units, the worst first, and leave as a file that runs no formula', async () => {
    const code = 'thu_tuc.tiep_nhan';
    await open([fakeIndicator(code, { cadence: DAILY })], { obliged: obliged(code, 3), createdMs: day('2026-11-25') });
    await deliver([1, 3].map((at) => dayValue(code, `c${at}`, '2026-11-25', at, { unitId: `u${at}` })));
    await scores.settled();
    const league = await scores.league({ window: 'week' }, all);
    expect(league[0]).toMatchObject({ unitId: 'u2', grade: 'red', scores: { complete: { a: 0, b: 1 } } });
    expect(league[0]?.before.complete).toEqual({ a: 0, b: 0 });
    expect(await scores.league({ window: 'week' }, (_, unitId) => unitId === 'u1')).toHaveLength(1);
    const text = leagueFile([{ ...league[0], unitName: '=HYPERLINK("x")' }] as typeof league, 'vi', (key) => key);
    expect(text).toContain(`"'=HYPERLINK(""x"")",thu_tuc,`);
    expect(text.split('\r\n')[0]).toContain('Đủ,Đủ A,Đủ B');
  });
});
