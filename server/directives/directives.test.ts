import { afterEach, beforeEach, expect, it, vi } from 'vitest';
import { silentLogger } from '#base/log';
import type { DirectiveView } from '#contracts/directives';
import { NO_SCORES } from '#contracts/quality';
import { createFakeClock, type FakeClock } from '../../tests/fakes/clock.ts';
import { createTemporaryDatabase } from '../../tests/fakes/database.ts';
import { fakePlaces } from '../../tests/fakes/sector-parts.ts';
import { createDirectives, type Directives } from './directives.ts';

const LEADER = { id: 'l', name: 'Chủ tịch' };
const UNIT = { id: 'u', name: 'Chuyên viên' };
let clock: FakeClock;
let database: Awaited<ReturnType<typeof createTemporaryDatabase>>;
let directives: Directives;
let value: number;
const overdue: string[] = [];

async function start(): Promise<void> {
  directives = await createDirectives({
    ...{ database, clock, log: silentLogger(), unit: fakePlaces(3).unit, hasArea: (code) => code === 'p' },
    figure: async (indicator, areaCode) => ({
      ...{ indicator, areaCode, period: { startMs: 0, endMs: 1 }, value, numerator: null, denominator: null },
      ...{ state: 'fresh', staleAtMs: null, phenomenonMs: 1, receivedMs: 1, status: 'final', unconfirmed: false },
      ...{ reporting: { delivered: 98, obliged: 102 }, before: null, target: null, band: 'warn', synthetic: false },
    }),
    sectorOf: (indicator) => (indicator === 'thu_tuc.qua_han' ? 'thu_tuc' : undefined),
    scoresOf: () => ({ ...NO_SCORES, complete: { a: 98, b: 102 } }),
    overdue: async ({ number }, sector) => void overdue.push(`late ${number} ${sector}`),
    settled: async ({ number }) => void overdue.push(`settled ${number}`),
  });
}
beforeEach(async () => {
  clock = createFakeClock();
  database = await createTemporaryDatabase();
  value = 120;
  overdue.length = 0;
  await start();
});
afterEach(async () => {
  await directives.stop();
  await database.close();
});
const give = (more: object = {}): Promise<DirectiveView> =>
  directives.give(
    {
      ...{ title: 'Giải quyết hồ sơ quá hạn', text: 'Báo cáo trước thứ sáu', unitId: 'u1' },
      ...{ dueMs: clock.now() + 3_600_000, figure: { indicator: 'thu_tuc.qua_han', areaCode: 'p' }, ...more },
    },
    LEADER,
  );

it('keeps the figure as it stood, and goes from giver to unit and back until it is good', async () => {
  const { id, pinned } = await give();
  expect(pinned).toMatchObject({ figure: { value: 120 }, scores: { complete: { a: 98, b: 102 } } });
  value = 5;
  await directives.accept(id, UNIT);
  await expect(directives.accept(id, UNIT)).rejects.toMatchObject({ code: 'directive.accepted' });
  await expect(directives.close(id, LEADER, 'xong')).rejects.toMatchObject({ kind: 'conflict' });
  await directives.answer(id, UNIT, 'Đã xử lý 100');
  await directives.return(id, LEADER, 'Còn 20');
  await directives.answer(id, UNIT, 'Đã xử lý hết');
  expect(directives.openCounts()).toEqual({ open: 1, overdue: 0 });
  const closed = await directives.close(id, LEADER, 'Tốt');
  expect(closed.pinned?.figure.value).toBe(120);
  expect(closed.steps.map(({ kind, by }) => `${kind} ${by?.id}`)).toEqual([
    ...['given l', 'accepted u', 'answered u', 'returned l', 'answered u', 'closed l'],
  ]);
  expect(directives.openCounts()).toEqual({ open: 0, overdue: 0 });
  await expect(database.run("UPDATE directive_steps SET text = ''")).rejects.toThrow('only added');
  await expect(database.run('UPDATE directives SET pinned = NULL')).rejects.toThrow('stays as it stood');
});

it('is overdue by the clock, once, over a restart too, until it is answered', async () => {
  const { id } = await give();
  clock.advance(3_600_001);
  directives.begin();
  await vi.waitFor(() => expect(overdue).toEqual(['late 1 thu_tuc']));
  await directives.stop();
  await start();
  directives.begin();
  await directives.stop();
  expect(directives.openCounts()).toEqual({ open: 1, overdue: 1 });
  expect((await directives.find(id)).overdue).toBe(true);
  expect((await directives.answer(id, UNIT, 'xong')).overdue).toBe(false);
  expect(overdue).toEqual(['late 1 thu_tuc', 'settled 1']);
});

it('does not count as overdue what is answered and waits for its giver, after a restart neither', async () => {
  const { id } = await give();
  await directives.answer(id, UNIT, 'xong');
  clock.advance(3_600_001);
  expect(directives.openCounts()).toEqual({ open: 1, overdue: 0 });
  await directives.stop();
  await start();
  expect(directives.openCounts()).toEqual({ open: 1, overdue: 0 });
  await directives.return(id, LEADER, 'chưa');
  expect(directives.openCounts()).toEqual({ open: 1, overdue: 1 });
});

it('is told again when it was sent back and is late still', async () => {
  const { id } = await give();
  clock.advance(3_600_001);
  directives.begin();
  await vi.waitFor(() => expect(overdue).toEqual(['late 1 thu_tuc']));
  await directives.answer(id, UNIT, 'xong');
  await directives.return(id, LEADER, 'chưa');
  await vi.waitFor(() => {
    clock.advance(5000);
    expect(overdue).toEqual(['late 1 thu_tuc', 'settled 1', 'late 1 thu_tuc']);
  });
});

it('ends what was told also where it was cut off after its answer was written down', async () => {
  const { id } = await give();
  clock.advance(3_600_001);
  directives.begin();
  await vi.waitFor(() => expect(overdue).toHaveLength(1));
  await directives.stop();
  await database.run("UPDATE directives SET state = 'answered' WHERE id = ?", id);
  await start();
  directives.begin();
  await vi.waitFor(() => expect(overdue).toEqual(['late 1 thu_tuc', 'settled 1']));
});

const ASKED = { state: 'open', limit: 2, mine: false, overdue: false, askedBy: LEADER.id } as const;

it('is narrowed to what one gave, and to what is overdue', async () => {
  const numbers = async (query: object) =>
    (await directives.list({ ...ASKED, limit: 9, ...query }, () => true)).map(({ number }) => number);
  await give();
  await give({ dueMs: clock.now() + 9_000_000 });
  clock.advance(3_600_001);
  expect(await numbers({ mine: true })).toEqual([2, 1]);
  expect(await numbers({ mine: true, askedBy: 'somebody else' })).toEqual([]);
  expect(await numbers({ overdue: true })).toEqual([1]);
});

it('is due later for a reason that both sides read, and late no more by that', async () => {
  const { id, dueMs } = await give();
  clock.advance(3_600_001);
  directives.begin();
  await vi.waitFor(() => expect(overdue).toHaveLength(1));
  const later = clock.now() + 86_400_000;
  const moved = await directives.moveDue(id, LEADER, { dueMs: later, text: 'chờ nghị quyết' });
  expect(moved).toMatchObject({ dueMs: later, overdue: false });
  expect(moved.steps.at(-1)).toMatchObject({ kind: 'dueChanged', text: `${dueMs}:${later}:chờ nghị quyết` });
  expect(overdue).toEqual(['late 1 thu_tuc', 'settled 1']);
  const past = directives.moveDue(id, LEADER, { dueMs: clock.now(), text: 'x' });
  await expect(past).rejects.toMatchObject({ code: 'directive.past' });
  await directives.answer(id, UNIT, 'xong');
  const answered = directives.moveDue(id, LEADER, { dueMs: later, text: 'x' });
  await expect(answered).rejects.toMatchObject({ kind: 'conflict' });
});

it('is listed for those who see its unit, and given of what there is alone', async () => {
  for (const unitId of ['u1', 'u2', 'u1']) await give({ unitId, figure: null });
  const numbers = async (query: object, visible = (_: { unitId: string }) => true) =>
    (await directives.list({ ...ASKED, ...query }, visible)).map(({ number }) => number);
  expect(await numbers({})).toEqual([3, 2]);
  expect(await numbers({ before: 2 })).toEqual([1]);
  expect(await numbers({ unit: 'u1' })).toEqual([3, 1]);
  expect(await numbers({}, ({ unitId }) => unitId === 'u2')).toEqual([2]);
  const [last] = await directives.list({ ...ASKED, limit: 1 }, () => true);
  await directives.withdraw(last?.id ?? '', LEADER, 'nhầm');
  expect(await numbers({ state: 'over' })).toEqual([3]);
  await expect(give({ unitId: 'gone' })).rejects.toMatchObject({ fields: [{ path: 'unitId' }] });
  await expect(give({ dueMs: clock.now() })).rejects.toMatchObject({ code: 'directive.past' });
  await expect(give({ figure: { indicator: 'x.gone', areaCode: 'p' } })).rejects.toMatchObject({ kind: 'invalid' });
  await expect(directives.find('gone')).rejects.toMatchObject({ kind: 'notFound' });
});
