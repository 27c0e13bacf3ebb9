import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { Database } from '#base/database';
import { silentLogger } from '#base/log';
import { HEAT_COLUMNS, type SeenCrossing, type SeenTrack } from '#contracts/statistics';
import { createFakeClock, type FakeClock } from '../../tests/fakes/clock.ts';
import { createTemporaryDatabase } from '../../tests/fakes/database.ts';
import { countsFile } from './counts-file.ts';
import { createStatistics, type Statistics } from './statistics.ts';

const DAY_MS = 86_400_000;
/** 08:30 in An Giang. */
const START = Date.parse('2026-11-25T01:30Z');
const crossing = (more: Partial<SeenCrossing> = {}): SeenCrossing => ({
  ...{ ruleId: 'gate', label: 'person', direction: 'forward', atMs: START },
  ...more,
});
const walker = (left: number, more: Partial<SeenTrack> = {}): SeenTrack => ({
  ...{ label: 'person', box: { left, top: 0.4, width: 0.1, height: 0.3 }, seen: true, stationarySinceMs: null },
  ...more,
});

describe('statistics', () => {
  let database: Database;
  let clock: FakeClock;
  let statistics: Statistics;
  let lines: { ruleId: string; name: string }[];
  const begin = (): Statistics =>
    createStatistics({ database, clock, log: silentLogger(), linesOf: () => lines, timeZone: 'Asia/Ho_Chi_Minh' });
  const day = { fromMs: START, toMs: START + 1 };

  beforeEach(async () => {
    clock = createFakeClock(START);
    database = await createTemporaryDatabase(clock);
    lines = [{ ruleId: 'gate', name: 'Cổng chính' }];
    statistics = begin();
  });
  afterEach(async () => {
    await statistics.close();
    await database.close();
  });

  it('sum crossings by hour, class and direction, over writes, ends and starts', async () => {
    const cross = (...crossings: SeenCrossing[]): void =>
      statistics.onScene('c1', { atMs: START, tracks: [] }, crossings);
    cross(crossing(), crossing({ direction: 'backward' }));
    clock.advance(60_000);
    cross(crossing(), crossing({ label: 'car' }), crossing({ atMs: START + 1_800_000 }));
    await statistics.close();
    statistics = begin();
    cross(crossing());
    statistics.onScene('other', { atMs: START, tracks: [] }, [crossing()]);
    const counts = await statistics.counts('c1', { fromMs: START, toMs: START + 3_600_000, by: 'hour' });
    const eight = Date.parse('2026-11-25T01:00Z');
    const nine = Date.parse('2026-11-25T02:00Z');
    expect(counts).toMatchObject({ starts: [eight, nine], timeZone: 'Asia/Ho_Chi_Minh' });
    expect(counts.counts).toEqual([
      { startMs: eight, ruleId: 'gate', label: 'car', direction: 'forward', count: 1 },
      { startMs: eight, ruleId: 'gate', label: 'person', direction: 'backward', count: 1 },
      { startMs: eight, ruleId: 'gate', label: 'person', direction: 'forward', count: 3 },
      { startMs: nine, ruleId: 'gate', label: 'person', direction: 'forward', count: 1 },
    ]);
    const byDay = await statistics.counts('c1', { fromMs: START, toMs: START + 2 * DAY_MS, by: 'day' });
    expect(byDay.starts).toHaveLength(3);
    expect(byDay.counts.map(({ label, direction, count }) => `${label} ${direction} ${count}`)).toEqual([
      'car forward 1',
      'person backward 1',
      'person forward 4',
    ]);
  });

  it('keep the name of a line whose rule is gone', async () => {
    statistics.onScene('c1', { atMs: START, tracks: [] }, [crossing()]);
    const range = { fromMs: START, toMs: START + 1, by: 'hour' } as const;
    expect((await statistics.counts('c1', range)).lines).toEqual([
      { ruleId: 'gate', name: 'Cổng chính', present: true },
    ]);
    lines = [{ ruleId: 'back', name: 'Cổng sau' }];
    expect((await statistics.counts('c1', range)).lines).toEqual([
      { ruleId: 'back', name: 'Cổng sau', present: true },
      { ruleId: 'gate', name: 'Cổng chính', present: false },
    ]);
  });

  it('lose nothing while the database cannot be written', async () => {
    statistics.onScene('c1', { atMs: START, tracks: [walker(0.2)] }, [crossing()]);
    statistics.onScene('c1', { atMs: START + 1000, tracks: [walker(0.2)] }, []);
    await database.run('ALTER TABLE crossing_counts RENAME TO away');
    await expect(statistics.counts('c1', { ...day, by: 'hour' })).rejects.toThrow();
    expect((await statistics.heat('c1', day)).fromMs).toBeNull();
    await database.run('ALTER TABLE away RENAME TO crossing_counts');
    expect((await statistics.counts('c1', { ...day, by: 'hour' })).counts).toMatchObject([{ count: 1 }]);
    expect(Math.max(...(await statistics.heat('c1', day)).seconds)).toBe(1);
  });

  it('map where something moved by its feet, and a parked car only until it stands', async () => {
    const parked = walker(0.8, { label: 'car' });
    for (let second = 0; second <= 10; second += 1) {
      const atMs = START + second * 1000;
      const stationarySinceMs = second < 3 ? null : START;
      statistics.onScene('c1', { atMs, tracks: [walker(0.05 * second), { ...parked, stationarySinceMs }] }, []);
    }
    // A minute without pictures says nothing.
    statistics.onScene('c1', { atMs: START + 70_000, tracks: [walker(0.55, { seen: false })] }, []);
    const map = await statistics.heat('c1', day);
    expect(map).toMatchObject({ columns: HEAT_COLUMNS, rows: 18, fromMs: Date.parse('2026-11-24T17:00Z') });
    const row = (at: number) => map.seconds.slice(at * HEAT_COLUMNS, (at + 1) * HEAT_COLUMNS);
    expect(row(12).reduce((sum, seconds) => sum + seconds, 0)).toBe(12);
    expect(row(12)[27]).toBe(2);
    expect(map.seconds.reduce((sum, seconds) => sum + seconds, 0)).toBe(12);
  });

  it('go after their time: hours after 400 days, maps after 60', async () => {
    statistics.onScene('c1', { atMs: START, tracks: [walker(0.2)] }, [crossing()]);
    statistics.onScene('c1', { atMs: START + 1000, tracks: [walker(0.2)] }, []);
    const left = async () => {
      await statistics.close();
      statistics = begin();
      return [
        (await statistics.heat('c1', day)).fromMs !== null,
        (await statistics.counts('c1', { ...day, by: 'day' })).counts.length,
      ];
    };
    expect(await left()).toEqual([true, 1]);
    clock.step(62 * DAY_MS);
    expect(await left()).toEqual([false, 1]);
    clock.step(340 * DAY_MS);
    expect(await left()).toEqual([false, 0]);
  });

  it('are a file in which no name becomes a formula', () => {
    const text = countsFile(
      {
        ...{ cameraId: 'c1', by: 'hour', starts: [START], timeZone: 'Asia/Ho_Chi_Minh' },
        lines: [{ ruleId: 'gate', name: '=HYPERLINK("http://x","y")', present: true }],
        counts: [{ startMs: START, ruleId: 'gate', label: '@car', direction: 'forward', count: 3 }],
      },
      statistics.words,
    );
    expect(text).toBe(
      `\uFEFFstart,line,class,direction,count\r\n2026-11-25 08:30,"'=HYPERLINK(""http://x"",""y"")",'@car,forward,3\r\n`,
    );
  });
});
