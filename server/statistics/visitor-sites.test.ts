import { afterEach, beforeEach, expect, it } from 'vitest';
import { silentLogger } from '#base/log';
import { type Rule, ruleSchema } from '#contracts/rules';
import { visitorSiteSchema } from '#contracts/visitor-sites';
import { createFakeClock, type FakeClock } from '../../tests/fakes/clock.ts';
import { createTemporaryDatabase } from '../../tests/fakes/database.ts';
import { createVisitorCounts, type VisitorCounts } from './visitor-sites.ts';

const HOUR = 3_600_000;
let clock: FakeClock;
let database: Awaited<ReturnType<typeof createTemporaryDatabase>>;
let visitors: VisitorCounts;
let lost: Set<string>;
let lines: Rule[];
let looks: boolean;
const line = ruleSchema.parse({
  ...{
    id: 'line',
    name: 'Cổng',
    enabled: true,
    kind: 'line',
    line: [
      [0, 0.5],
      [1, 0.5],
    ],
    direction: 'both',
  },
});
const site = (id: string, more: object = {}) =>
  visitorSiteSchema.parse({
    ...{ id, name: `Điểm ${id}`, areaCode: '01', capacity: 100 },
    entrances: [{ cameraId: `k-${id}`, ruleId: 'line', inward: 'forward' }],
    ...more,
  });
async function start(): Promise<void> {
  visitors = await createVisitorCounts({
    ...{ database, clock, log: silentLogger(), timeZone: 'Asia/Ho_Chi_Minh', isLive: (id) => !lost.has(id) },
    ...{ rulesOf: () => lines, looks: () => looks },
  });
}
beforeEach(async () => {
  clock = createFakeClock(Date.parse('2026-11-26T09:00:00+07:00'));
  database = await createTemporaryDatabase();
  lost = new Set();
  [lines, looks] = [[line], true];
  await start();
});
afterEach(async () => {
  await visitors.close();
  await database.close();
});
function cross(cameraId: string, direction: 'forward' | 'backward', times = 1, label = 'person'): void {
  const crossing = { ruleId: 'line', label, direction, atMs: clock.now() };
  for (let at = 0; at < times; at += 1) visitors.onCrossings(cameraId, [crossing]);
}

it('counts who is inside, of people only, never below nothing, and adds the sites of an area', async () => {
  await visitors.replace({ sites: [site('a'), site('b', { capacity: 50 })], version: 0 });
  cross('k-a', 'backward');
  cross('k-a', 'forward', 5);
  cross('k-a', 'backward', 2);
  cross('k-a', 'forward', 9, 'car');
  cross('k-b', 'forward', 4);
  cross('elsewhere', 'forward');
  expect(visitors.byArea()).toEqual([{ areaCode: '01', inside: 7, capacity: 150 }]);
  // What an entrance without a camera lets in, nobody knows.
  lost.add('k-b');
  expect(visitors.byArea()).toEqual([]);
  expect(visitors.list().sites.map(({ inside }) => inside)).toEqual([3, null]);
  // Nor where the line was drawn anew, is off, or nothing looks at pictures.
  lost.clear();
  for (const now of [[], [{ ...line, enabled: false }], [{ ...line, labels: ['car'] }]]) {
    lines = now;
    expect(visitors.byArea()).toEqual([]);
  }
  lines = [line];
  looks = false;
  expect(visitors.byArea()).toEqual([]);
  looks = true;
  expect(visitors.byArea()).toHaveLength(1);
});

it('keeps the count over a restart of the same day, and begins anew the next morning', async () => {
  await visitors.replace({ sites: [site('a')], version: 0 });
  cross('k-a', 'forward', 5);
  await visitors.close();
  await start();
  expect(visitors.byArea()).toMatchObject([{ inside: 5 }]);
  clock.step(18 * HOUR);
  expect(visitors.byArea()).toMatchObject([{ inside: 5 }]);
  clock.step(2 * HOUR);
  expect(visitors.byArea()).toMatchObject([{ inside: 0 }]);
});

it('is changed as a whole, by who saw the newest; what stays keeps its count', async () => {
  const { version } = await visitors.replace({ sites: [site('a')], version: 0 });
  cross('k-a', 'forward', 2);
  await expect(visitors.replace({ sites: [], version: 0 })).rejects.toMatchObject({ code: 'edit.stale' });
  await visitors.replace({ sites: [site('a', { capacity: 10 }), site('b')], version });
  expect(visitors.list().sites.map(({ id, inside, capacity }) => [id, inside, capacity])).toEqual([
    ['a', 2, 10],
    ['b', 0, 100],
  ]);
});
