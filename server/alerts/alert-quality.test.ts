import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { silentLogger } from '#base/log';
import type { RuleQuality, Verdict } from '#contracts/alerts';
import type { NewEvent, TamnhinEvent } from '#contracts/events';
import { type Rule, ruleSchema } from '#contracts/rules';
import { alertsSection } from '../../config/sections/alerts.ts';
import { createFakeClock, type FakeClock } from '../../tests/fakes/clock.ts';
import { createTemporaryDatabase } from '../../tests/fakes/database.ts';
import { detectionEvent } from '../../tests/fakes/detection-event.ts';
import { type AlertQuality, createAlertQuality } from './alert-quality.ts';
import { type Alerts, createAlerts } from './alerts.ts';
import { createNightlyReport } from './nightly-report.ts';
import { createPresence } from './presence.ts';

const MINUTE = 60_000;
const HOUR = 60 * MINUTE;
const AN = { id: 'an', name: 'Nguyễn An' };
const REASONS = { true: 'handled', false: 'animal', nuisance: 'staff' } as const;
const everything = () => true;

let database: Awaited<ReturnType<typeof createTemporaryDatabase>>;
let clock: FakeClock;
let alerts: Alerts;
let quality: AlertQuality;
let presence: ReturnType<typeof createPresence>;
let rule: Rule | undefined;
const events: TamnhinEvent[] = [];
const stops: (() => Promise<void>)[] = [];

beforeEach(async () => {
  clock = createFakeClock(new Date(2026, 10, 25, 4).getTime());
  database = await createTemporaryDatabase();
  events.length = 0;
  const log = silentLogger();
  alerts = await createAlerts({
    ...{ database, clock, log, config: alertsSection.parse({}) },
    events: {
      query: async ({ after, limit }) => events.slice(after, after + limit),
      onAppended: () => () => {},
    },
  });
  alerts.begin();
  presence = createPresence({ database, clock, log });
  rule = zone();
  quality = createAlertQuality({
    ...{ database, clock, presence },
    rules: {
      find: async () => rule,
      async changeRule(_camera, _rule, change) {
        if (rule !== undefined) rule = ruleSchema.parse(change(rule));
      },
    },
  });
  stops.push(() => presence.close(), alerts.close);
});
afterEach(async () => {
  for (const stop of stops.splice(0)) await stop();
  await database.close();
});

function zone(): Rule {
  return ruleSchema.parse({
    ...{ id: 'rule-1', name: 'Cổng sau', enabled: true, kind: 'zone', on: 'enter' },
    area: [
      [0.1, 0.1],
      [0.9, 0.1],
      [0.9, 0.9],
      [0.1, 0.9],
    ],
  });
}

type Data = NonNullable<Parameters<typeof detectionEvent>[1]>['data'];
/** An alert that was claimed after `waitMs` and closed. */
async function closed(verdict: Verdict, data: Data = {}, waitMs = 10_000): Promise<void> {
  events.push({
    ...detectionEvent(clock.now(), { data: data ?? {} }),
    ...{ sequence: events.length + 1, id: `e${events.length + 1}` },
  });
  await alerts.settled();
  const [alert] = await alerts.list({ state: 'open', limit: 1 });
  clock.advance(waitMs);
  await alerts.acts.claim(alert?.id ?? '', AN, false);
  await alerts.acts.close(alert?.id ?? '', AN, { verdict, reason: REASONS[verdict], note: '' });
}

const only = async (days = 30): Promise<RuleQuality> => {
  const [found, ...more] = await quality.list(days, everything);
  if (found === undefined || more.length > 0) throw new Error(`${more.length + 1} rules`);
  return found;
};

describe('quality', () => {
  it('counts what alerts were closed as, how soon somebody had them, and what an hour of work brought', async () => {
    presence.follow(() => ['an', 'binh', 'an']);
    for (const verdict of ['true', 'false', 'true', 'nuisance'] as const) await closed(verdict);
    await closed('true', {}, 50_000);
    events.push({ ...detectionEvent(clock.now()), sequence: 6, id: 'e6' });
    await alerts.settled();
    clock.advance(30 * MINUTE);
    await presence.close();
    expect(await only()).toMatchObject({
      ...{ cameraId: 'cam-1', ruleId: 'rule-1', ruleName: 'Cổng sau', opened: 6, true: 3, false: 1, nuisance: 1 },
      ...{ precision: 0.6, acknowledgeP50Ms: 10_000, acknowledgeP95Ms: 50_000 },
    });
    expect((await only()).perOperatorHour).toBeGreaterThan(0);
    expect(await quality.list(30, () => false)).toEqual([]);
  });

  it('knows nothing where nobody was there and none is closed', async () => {
    events.push({ ...detectionEvent(clock.now()), sequence: 1, id: 'e1' });
    await alerts.settled();
    expect(await only()).toMatchObject({ precision: null, perOperatorHour: null, acknowledgeP50Ms: null });
    clock.advance(2 * 24 * HOUR);
    expect(await quality.list(1, everything)).toEqual([]);
  });
});

describe('a suggestion', () => {
  async function unsure(): Promise<string> {
    for (let at = 0; at < 6; at += 1) await closed('false', { score: 0.45 + at / 100 });
    for (let at = 0; at < 6; at += 1) await closed('true', { score: 0.8 });
    const { suggestion } = await only();
    expect(suggestion).toMatchObject({ wrongAvoided: 6, trueLost: 0, appliedMs: null });
    return suggestion?.id ?? '';
  }

  it('is applied and taken back by one call each', async () => {
    const id = await unsure();
    expect(await quality.cameraOf(id)).toBe('cam-1');
    const applied = await quality.apply(id);
    expect(rule?.leastScore).toBe(0.51);
    expect(applied.suggestion).toMatchObject({ id, appliedMs: clock.now() });
    expect((await quality.apply(id)).suggestion?.id).toBe(id);
    expect((await quality.undo(id)).suggestion).toBeNull();
    expect(rule).toEqual(zone());
    await expect(quality.undo(id)).rejects.toMatchObject({ code: 'suggestion.unknown' });
  });

  it('does not touch a rule that somebody changed since', async () => {
    const id = await unsure();
    await quality.apply(id);
    if (rule !== undefined) rule = { ...rule, leastScore: 0.6 };
    expect((await only()).suggestion).toBeNull();
    await expect(quality.undo(id)).rejects.toMatchObject({ code: 'suggestion.changedSince' });
    expect(rule?.leastScore).toBe(0.6);
  });

  it('is none where the rule is gone', async () => {
    const id = await unsure();
    rule = undefined;
    expect((await only()).suggestion).toBeNull();
    await expect(quality.apply(id)).rejects.toMatchObject({ code: 'suggestion.unknown' });
  });

  it('cuts the place of wrong ones out of the area, and puts it back', async () => {
    const box = { left: 0.78, top: 0.1, width: 0.04, height: 0.4 };
    for (let at = 0; at < 8; at += 1) await closed('false', { box });
    for (let at = 0; at < 8; at += 1) await closed('true');
    const { suggestion } = await only();
    expect(suggestion?.change).toMatchObject({ kind: 'exclude', left: 0.785, top: 0.485 });
    await quality.apply(suggestion?.id ?? '');
    expect(rule).not.toEqual(zone());
    expect((await only()).suggestion?.appliedMs).not.toBeNull();
    await quality.undo(suggestion?.id ?? '');
    expect(rule).toEqual(zone());
  });
});

describe('the report', () => {
  const told: NewEvent[] = [];
  const begin = () => {
    const report = createNightlyReport({
      ...{ database, clock, log: silentLogger(), hour: 6, totals: quality.totals },
      append: async (event) => void told.push(event),
    });
    stops.unshift(() => report.close());
    return report;
  };
  /** Runs the clock on by minutes and lets what falls due be stored. */
  async function passes(ms: number): Promise<void> {
    for (let passed = 0; passed < ms; passed += 10 * MINUTE) {
      clock.advance(10 * MINUTE);
      await database.transaction(async () => {});
      await new Promise((resolve) => setTimeout(resolve, 2));
    }
  }

  it('is told once a day at its hour, late where the program was down, and not on the first day of all', async () => {
    told.length = 0;
    const report = begin();
    await closed('true');
    await closed('false');
    await passes(3 * HOUR);
    expect(told).toHaveLength(1);
    expect(told[0]).toMatchObject({
      ...{ type: 'vn.tamnhin.alerts.report', cameraId: null },
      data: {
        toMs: new Date(2026, 10, 25, 6).getTime(),
        opened: 2,
        true: 1,
        false: 1,
        open: 0,
        acknowledgeP50Ms: 10_000,
      },
    });
    await passes(3 * HOUR);
    expect(told).toHaveLength(1);
    await report.close();
    clock.advance(24 * HOUR);
    const next = begin();
    await passes(20 * MINUTE);
    await next.close();
    expect(told.map(({ data }) => 'opened' in data && data.opened)).toEqual([2, 0]);
  });
});
