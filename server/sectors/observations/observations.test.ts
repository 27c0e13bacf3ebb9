import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { Database } from '#base/database';
import { createFakeClock, type FakeClock } from '../../../tests/fakes/clock.ts';
import { createTemporaryDatabase } from '../../../tests/fakes/database.ts';
import { createDeliveringStore, type DeliveringStore, dayValue } from '../../../tests/fakes/observations.ts';
import type { ObservationChange } from '../interfaces.ts';

let clock: FakeClock;
let database: Database;
let store: DeliveringStore;
beforeEach(async () => {
  clock = createFakeClock(Date.parse('2026-11-26T08:00:00+07:00'));
  database = await createTemporaryDatabase(clock);
  store = await createDeliveringStore(database, clock);
});
afterEach(() => database.close());

const ALWAYS = { fromMs: 0, toMs: Number.MAX_SAFE_INTEGER };
const values = async (indicator = 'y_te.kham', more = {}): Promise<unknown[]> =>
  (await store.newest({ indicator, ...ALWAYS, ...more })).map(({ areaCode, value }) => [areaCode, value]);
/** Everything that counts, and everything on record. */
async function whole(): Promise<unknown> {
  const cells = await database.all('SELECT * FROM observation_cells ORDER BY indicator, period_ms, area, unit, dims');
  return JSON.stringify(cells);
}

describe('append', () => {
  it('keeps what was delivered, and says what each value was', async () => {
    const a = dayValue('y_te.kham', '30307', '2026-11-25', 41, { unitId: 'unit-1', dims: { b: '2', a: '1' }, row: 7 });
    const b = dayValue('y_te.kham', '30308', '2026-11-25', null, { reason: 'notYet', status: 'provisional' });
    const c = dayValue('y_te.kham', '30309', '2026-11-25', null, { reason: 'nothing' });
    expect(await store.deliver('b1', [a, b, c], { feedId: 'clinics' })).toEqual(['new', 'new', 'new']);
    const kept = await store.newest({ indicator: 'y_te.kham', ...ALWAYS });
    expect(kept).toEqual(
      [a, b, c].map((one) => ({
        ...{ ...one, dims: one === a ? { a: '1', b: '2' } : {} },
        ...{ feedId: 'clinics', batchId: 'b1', receivedMs: clock.now(), revision: 1 },
      })),
    );
    const again = { ...a, dims: { a: '1', b: '2' }, resultMs: 5, row: 1 };
    expect(await store.deliver('b2', [again, { ...b, value: 3, reason: null }, c])).toEqual([
      'same',
      'revised',
      'same',
    ]);
    expect(await store.newest({ indicator: 'y_te.kham', areaCode: '30308', ...ALWAYS })).toMatchObject([
      { value: 3, revision: 2, batchId: 'b2' },
    ]);
  });

  it('takes a change of status for a revision', async () => {
    const first = dayValue('y_te.kham', '1', '2026-11-25', 4, { status: 'provisional' });
    await store.deliver('b1', [first]);
    expect(await store.deliver('b2', [{ ...first, status: 'final' }])).toEqual(['revised']);
  });

  it('sees the same cell twice in one batch, and new ones among known ones', async () => {
    const day = (area: number, value: number) => dayValue('y_te.kham', `${area}`, '2026-11-25', value);
    await store.deliver('b1', [day(3, 3), day(70, 70)]);
    const many = Array.from({ length: 150 }, (_, index) => day(index, index === 70 ? 71 : index));
    const outcomes = await store.deliver('b2', [...many, day(149, 149), day(149, 1)]);
    expect(outcomes.filter((one) => one === 'new')).toHaveLength(148);
    expect([outcomes[3], outcomes[70], outcomes[150], outcomes[151]]).toEqual(['same', 'revised', 'same', 'revised']);
    expect(await values('y_te.kham', { limit: 2 })).toHaveLength(2);
    expect(await values('y_te.kham', { areaCode: '149' })).toEqual([['149', 1]]);
    expect(await values('y_te.kham', { feedId: 'another' })).toEqual([]);
    expect(await values('y_te.unknown')).toEqual([]);
  });

  it('leaves nothing of a transaction that failed, neither values nor words', async () => {
    const row = dayValue('y_te.kham', '30307', '2026-11-25', 41);
    const failed = database.transaction(async (queries) => {
      await store.append(queries, { id: 'b1', feedId: 'feed', receivedMs: 0 }, [row]);
      throw new Error('no');
    });
    await expect(failed).rejects.toThrow('no');
    expect(await values()).toEqual([]);
    await store.deliver('other', [dayValue('du_lich.khach', '1', '2026-11-25', 1)]);
    expect(await store.deliver('b1', [row])).toEqual(['new']);
    expect(await values()).toEqual([['30307', 41]]);
    expect(await values('du_lich.khach')).toEqual([['1', 1]]);
  });

  it('reads the same after a restart', async () => {
    await store.deliver('b1', [dayValue('y_te.kham', '30307', '2026-11-25', 41)]);
    store = await createDeliveringStore(database, clock);
    expect(await values()).toEqual([['30307', 41]]);
  });

  it('tells listeners which cells have another value, once for a batch', async () => {
    const heard: ObservationChange[] = [];
    store.onChanged(() => {
      throw new Error('a listener that fails');
    });
    store.onChanged((change) => heard.push(change));
    const row = dayValue('y_te.kham', '1', '2026-11-25', 41);
    await store.deliver('b1', [row, { ...row, unitId: 'x' }, dayValue('y_te.kham', '2', '2026-11-25', 1)]);
    await store.deliver('b2', [row]);
    await store.takeBack('b1');
    const cell = (areaCode: string) => ({ indicator: 'y_te.kham', areaCode, period: row.period });
    expect(heard.map(({ batchId, cells }) => [batchId, cells])).toEqual([
      ['b1', [cell('1'), cell('2')]],
      ['b2', []],
      ['b1', [cell('1'), cell('2')]],
    ]);
  });
});

describe('undo', () => {
  it('brings back what stood before, and keeps everything on record', async () => {
    const row = (value: number) => dayValue('y_te.kham', '1', '2026-11-25', value);
    await store.deliver('b1', [row(1), dayValue('y_te.kham', '2', '2026-11-25', 5)]);
    const before = await whole();
    await store.deliver('b2', [row(2), dayValue('y_te.kham', '3', '2026-11-25', 9)]);
    expect(await store.takeBack('b2')).toBe(2);
    expect(await whole()).toBe(before);
    expect(await store.takeBack('b2')).toBe(0);
    expect(await store.takeBack('unknown')).toBe(0);
    await store.deliver('b3', [row(3)]);
    const place = { indicator: 'y_te.kham', areaCode: '1', periodStartMs: row(1).period.startMs };
    expect(await store.revisions(place)).toMatchObject([
      { revision: 3, value: 3, batchId: 'b3', newest: true, undone: false },
      { revision: 2, value: 2, batchId: 'b2', newest: false, undone: true },
      { revision: 1, value: 1, batchId: 'b1', newest: false, undone: false },
    ]);
  });

  it('of a batch in the middle leaves the newest alone', async () => {
    const row = (value: number) => dayValue('y_te.kham', '1', '2026-11-25', value);
    for (const value of [1, 2, 3]) await store.deliver(`b${value}`, [row(value)]);
    await store.takeBack('b2');
    expect(await values()).toEqual([['1', 3]]);
    await store.takeBack('b3');
    expect(await values()).toEqual([['1', 1]]);
    await store.takeBack('b1');
    expect(await values()).toEqual([]);
    expect(await store.deliver('b4', [row(4)])).toEqual(['new']);
    expect(await store.newest({ indicator: 'y_te.kham', ...ALWAYS })).toMatchObject([{ value: 4, revision: 4 }]);
  });

  it('leaves what another batch has said again, as that one says it', async () => {
    const row = (value: number, at = 1) => dayValue('y_te.kham', '1', '2026-11-25', value, { row: at });
    const place = { indicator: 'y_te.kham', areaCode: '1', periodStartMs: row(1).period.startMs };
    for (const [at, id] of ['b1', 'b2', 'b3', 'b4', 'b5', 'b6'].entries()) {
      const outcomes = await store.deliver(id, [row(5, at + 1)], { feedId: `feed ${id}` });
      expect(outcomes).toEqual([at === 0 ? 'new' : 'same']);
    }
    expect(await store.takeBack('b1')).toBe(1);
    expect(await store.newest({ indicator: 'y_te.kham', ...ALWAYS })).toMatchObject([
      { value: 5, batchId: 'b2', feedId: 'feed b2', row: 2, revision: 2 },
    ]);
    expect(await store.revisions(place)).toMatchObject([
      { batchId: 'b2', newest: true },
      { batchId: 'b1', undone: true, newest: false },
    ]);
    // The first three and the last are remembered.
    for (const [id, next] of [
      ['b3', 'b2'],
      ['b2', 'b4'],
      ['b4', 'b6'],
    ] as const) {
      await store.takeBack(id);
      expect(await store.newest({ indicator: 'y_te.kham', ...ALWAYS })).toMatchObject([{ value: 5, batchId: next }]);
    }
    await store.takeBack('b6');
    expect(await values()).toEqual([]);
    expect(await database.all('SELECT * FROM observation_repeats')).toEqual([]);
  });

  it('leaves it also where a later one has taken its place, and then goes', async () => {
    const row = (value: number) => dayValue('y_te.kham', '1', '2026-11-25', value);
    await store.deliver('b1', [row(5)]);
    await store.deliver('b2', [row(5)]);
    await store.deliver('b3', [row(6)]);
    await store.takeBack('b1');
    expect(await values()).toEqual([['1', 6]]);
    await store.takeBack('b3');
    expect(await store.newest({ indicator: 'y_te.kham', ...ALWAYS })).toMatchObject([{ value: 5, batchId: 'b2' }]);
    await store.takeBack('b2');
    expect(await values()).toEqual([]);
  });

  it('restores exactly, whatever was delivered and taken back in whatever order', async () => {
    let seed = 7;
    const random = (below: number): number => {
      seed = (seed * 1_103_515_245 + 12_345) % 2_147_483_648;
      return seed % below;
    };
    const alive: { id: string; rows: ReturnType<typeof dayValue>[] }[] = [];
    for (let step = 0; step < 60; step += 1) {
      if (alive.length > 0 && random(3) === 0) {
        const [gone] = alive.splice(random(alive.length), 1);
        await store.takeBack(gone?.id ?? '');
      } else {
        const rows = Array.from({ length: 1 + random(12) }, () =>
          dayValue(`y_te.i${random(2)}`, `${random(4)}`, `2026-11-0${1 + random(3)}`, random(5)),
        );
        await store.deliver(`b${step}`, rows);
        alive.push({ id: `b${step}`, rows });
      }
      const expected = new Map<string, number | null>();
      for (const { rows } of alive) {
        for (const row of rows) expected.set(`${row.indicator} ${row.areaCode} ${row.period.startMs}`, row.value);
      }
      const found = new Map<string, number | null>();
      for (const indicator of ['y_te.i0', 'y_te.i1']) {
        for (const row of await store.newest({ indicator, ...ALWAYS })) {
          found.set(`${row.indicator} ${row.areaCode} ${row.period.startMs}`, row.value);
        }
      }
      expect(new Map([...found].sort())).toEqual(new Map([...expected].sort()));
    }
  });
});

it('keeps what is unusual until a person confirms it, or it is revised', async () => {
  const row = dayValue('y_te.kham', '1', '2026-11-25', 900);
  await store.deliver('b1', [row]);
  const place = { indicator: 'y_te.kham', areaCode: '1', periodStartMs: row.period.startMs };
  const set = (flag: boolean) => database.transaction((queries) => store.setUnconfirmed(queries, place, flag));
  expect(await set(true)).toBe(true);
  expect(await store.revisions(place)).toMatchObject([{ unconfirmed: true }]);
  expect(await set(false)).toBe(true);
  await set(true);
  await store.deliver('b2', [{ ...row, value: 90 }]);
  expect(await store.revisions(place)).toMatchObject([{ unconfirmed: false }, { unconfirmed: true }]);
  await store.takeBack('b1');
  await store.takeBack('b2');
  expect(await set(true)).toBe(false);
});
