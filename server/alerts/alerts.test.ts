import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { createChangeLog } from '#base/change-log';
import { silentLogger } from '#base/log';
import type { AlertView, PersonRef } from '#contracts/alerts';
import type { NewEvent, TamnhinEvent } from '#contracts/events';
import { alertsSection } from '../../config/sections/alerts.ts';
import { createFakeClock, type FakeClock } from '../../tests/fakes/clock.ts';
import { createTemporaryDatabase } from '../../tests/fakes/database.ts';
import { detectionEvent } from '../../tests/fakes/detection-event.ts';
import { type Alerts, createAlerts } from './alerts.ts';

const T0 = Date.UTC(2026, 10, 25, 1);
const MINUTE = 60_000;
const HOUR = 60 * MINUTE;
const AN: PersonRef = { id: 'an', name: 'Nguyễn An' };
const BINH: PersonRef = { id: 'binh', name: 'Trần Bình' };
const CLOSING = { verdict: 'true', reason: 'handled', note: '' } as const;
const everything = () => true;

let database: Awaited<ReturnType<typeof createTemporaryDatabase>>;
let clock: FakeClock;
let alerts: Alerts;
let told: AlertView[];
let log: ReturnType<typeof createTestLog>;

/** As the event log, without its database: the parts of the house do not know each other. */
function createTestLog() {
  const stored: TamnhinEvent[] = [];
  const listeners = new Set<(event: TamnhinEvent) => void>();
  return {
    async query({ after, limit }: { after: number; limit: number }) {
      return stored.slice(after, after + limit);
    },
    onAppended(listener: (event: TamnhinEvent) => void) {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
    append(event: NewEvent): void {
      const whole: TamnhinEvent = { ...event, sequence: stored.length + 1, id: `event-${stored.length + 1}` };
      stored.push(whole);
      for (const listener of listeners) listener(whole);
    },
  };
}

async function start(config: Parameters<typeof alertsSection.parse>[0] = {}): Promise<void> {
  alerts = await createAlerts({
    ...{ database, events: log, clock, log: silentLogger() },
    config: alertsSection.parse(config),
  });
  alerts.onChanged((alert) => told.push(alert));
  alerts.begin();
  await alerts.settled();
}

async function happens(...events: NewEvent[]): Promise<void> {
  for (const event of events) log.append(event);
  await alerts.settled();
}

const open = () => alerts.list({ state: 'open', limit: 500 });
const only = async (): Promise<AlertView> => {
  const [alert, ...rest] = await open();
  if (alert === undefined || rest.length > 0) throw new Error(`${rest.length + 1} alerts`);
  return alert;
};
/** Runs the clock on, and waits until what fell due is stored. */
async function passes(ms: number): Promise<void> {
  for (let passed = 0; passed < ms; passed += 1000) {
    clock.advance(Math.min(1000, ms - passed));
    await database.run('UPDATE alert_marks SET value = value');
    await new Promise((resolve) => setImmediate(resolve));
  }
  await database.transaction(async () => {});
}

beforeEach(async () => {
  clock = createFakeClock(T0);
  database = await createTemporaryDatabase();
  log = createTestLog();
  told = [];
  await start();
});
afterEach(async () => {
  await alerts.close();
  await database.close();
});

describe('what those outside are told', () => {
  it('is written with each change, as the alert stood then; of repeats in a row the last', async () => {
    const seen = () => detectionEvent(clock.now(), { data: { trackId: 'track-1' } });
    await happens(seen(), seen(), seen());
    const { id } = await only();
    await alerts.acts.note(id, AN, 'Đang xem');
    await happens(seen());
    await alerts.acts.dispatch(id, BINH, 'Tổ 3');
    await alerts.acts.release(id, BINH);
    await passes(2 * MINUTE);
    await alerts.acts.close(id, AN, CLOSING);
    await alerts.acts.reopen(id, AN);
    const changes = await createChangeLog(database).follow(0, 100);
    const said = changes.flatMap((one) => (one.about === 'alert' ? [`${one.change} ${one.alert.state}`] : []));
    const parted = said.filter((one, at) => one !== said[at - 1]);
    expect(parted).toEqual([
      ...['opened new', 'repeated new', 'changed new', 'repeated new', 'dispatched dispatched', 'released new'],
      ...['escalated new', 'closed closed', 'reopened claimed'],
    ]);
    expect(said.slice(0, 4)).toEqual(parted.slice(0, 4));
    expect(changes[1]).toMatchObject({ alert: { version: 3, count: 3 } });
    expect(changes.at(-1)).toMatchObject({ alert: await only() });
  });
});

describe('opening', () => {
  it('begins when those who are to hear of it listen', async () => {
    await alerts.close();
    const late = await createAlerts({
      ...{ database, events: log, clock, log: silentLogger() },
      config: alertsSection.parse({}),
    });
    log.append(detectionEvent(T0));
    await passes(60_000);
    expect(await late.list({ state: 'open', limit: 1 })).toEqual([]);
    late.onChanged((alert) => told.push(alert));
    late.begin();
    await late.settled();
    expect(told).toHaveLength(1);
    await late.close();
  });

  it('makes an alert of an event that calls somebody, and nothing of the others', async () => {
    await happens(
      { type: 'vn.tamnhin.system.started', timeMs: T0, severity: 'unknown', cameraId: null, data: { version: '1' } },
      detectionEvent(T0, { data: { alert: null } }),
      detectionEvent(T0 + 5, { severity: 'severe' }),
    );
    expect(await only()).toMatchObject({
      ...{ number: 1, version: 1, state: 'new', severity: 'severe', cameraId: 'cam-1', eventId: 'event-3', count: 1 },
      ...{ openedMs: T0 + 5, receivers: ['operator', 'police'], level: 'operator', owner: null },
      escalatesMs: T0 + 30_000,
    });
    expect(told).toHaveLength(1);
  });

  it('adds 200 events of a rule to one alert', async () => {
    await happens(...Array.from({ length: 200 }, (_, at) => detectionEvent(T0 + at * 1000)));
    const alert = await only();
    expect(alert).toMatchObject({ count: 200, lastEventMs: T0 + 199_000, openedMs: T0 });
    const { steps } = await alerts.details(alert.id);
    expect(steps.map(({ sequence }) => sequence)).toEqual(steps.map((_, at) => at + 1));
    expect(steps.filter(({ step }) => step.kind === 'repeated')).toHaveLength(100);
  });

  it('parts by camera, by rule, and by a pause longer than the rule says', async () => {
    await happens(
      detectionEvent(T0),
      detectionEvent(T0, { cameraId: 'cam-2' }),
      detectionEvent(T0, { data: { ruleId: 'rule-2' } }),
      detectionEvent(T0 + 300_000),
      detectionEvent(T0 + 600_001),
    );
    expect((await open()).map(({ number, count }) => [number, count])).toEqual([
      [4, 1],
      [3, 1],
      [2, 1],
      [1, 2],
    ]);
  });

  it('keeps one object in one alert however long it stays, and after its closing for as long as the rule merges', async () => {
    const seen = (atMs: number) => detectionEvent(atMs, { data: { trackId: 'track-1' } });
    await happens(seen(T0), detectionEvent(T0 + HOUR - 1), seen(T0 + HOUR));
    expect((await open()).map(({ number, count }) => [number, count])).toEqual([
      [2, 1],
      [1, 2],
    ]);
    const [, first] = await open();
    clock.advance(HOUR);
    await alerts.acts.close(first?.id ?? '', AN, CLOSING);
    await happens(seen(T0 + HOUR + 300_000));
    expect(await alerts.find(first?.id ?? '')).toMatchObject({ state: 'closed', count: 3 });
    await happens(seen(T0 + HOUR + 300_001));
    expect((await open())[0]).toMatchObject({ count: 1, number: 3 });
  });

  it('opens another once it is closed', async () => {
    await happens(detectionEvent(T0));
    await alerts.acts.close((await only()).id, AN, CLOSING);
    await happens(detectionEvent(T0 + 1000));
    expect(await only()).toMatchObject({ number: 2, count: 1 });
  });

  it('becomes as severe as the worst of its events, which leaves less time', async () => {
    await happens(detectionEvent(T0));
    expect((await only()).escalatesMs).toBe(T0 + 60_000);
    clock.advance(10_000);
    await happens(detectionEvent(T0 + 10_000, { severity: 'extreme' }), detectionEvent(T0 + 11_000));
    expect(await only()).toMatchObject({ severity: 'extreme', escalatesMs: T0 + 25_000 });
  });

  it('goes on after a stop where it was: no event is lost, none counts twice', async () => {
    await happens(detectionEvent(T0), detectionEvent(T0 + 1000));
    await alerts.close();
    log.append(detectionEvent(T0 + 2000));
    log.append(detectionEvent(T0, { cameraId: 'cam-2' }));
    await start();
    expect((await open()).map(({ cameraId, count }) => [cameraId, count])).toEqual([
      ['cam-2', 1],
      ['cam-1', 3],
    ]);
    await alerts.close();
    await start();
    expect((await open()).map(({ count }) => count)).toEqual([1, 3]);
  });

  it('takes a batch again as a whole when the database failed in the middle of it', async () => {
    const { transaction } = database;
    let fails = true;
    database.transaction = (work) =>
      transaction(async (queries) => {
        const result = await work(queries);
        if (fails) throw new Error('disk full');
        return result;
      });
    await happens(detectionEvent(T0), detectionEvent(T0 + 1000));
    expect(await open()).toEqual([]);
    fails = false;
    clock.advance(2000);
    await alerts.settled();
    expect(await only()).toMatchObject({ count: 2 });
    database.transaction = transaction;
  });
});

describe('acting', () => {
  beforeEach(() => happens(detectionEvent(T0)));

  it('gives it to exactly one of those who claim at once, and tells the others who has it', async () => {
    const { id } = await only();
    const people = Array.from({ length: 8 }, (_, at): PersonRef => ({ id: `p${at}`, name: `Người ${at}` }));
    const results = await Promise.allSettled(people.map((one) => alerts.acts.claim(id, one, false)));
    expect(results.filter(({ status }) => status === 'fulfilled')).toHaveLength(1);
    const { owner } = await only();
    for (const result of results) {
      if (result.status === 'rejected')
        expect(result.reason).toMatchObject({ code: 'alert.owned', fields: [{ path: 'owner', message: owner?.name }] });
    }
  });

  it('goes its whole way, and every step of it stands', async () => {
    const { id } = await only();
    const { acts } = alerts;
    expect(await acts.claim(id, AN, false)).toMatchObject({ state: 'claimed', owner: AN, escalatesMs: null });
    expect(await acts.claim(id, AN, false)).toMatchObject({ version: 2 });
    expect(await acts.release(id, AN)).toMatchObject({
      state: 'new',
      owner: null,
      claimedMs: null,
      escalatesMs: T0 + 60_000,
    });
    await acts.claim(id, AN, false);
    await expect(acts.dispatch(id, BINH, 'Tổ 2')).rejects.toMatchObject({ code: 'alert.owned' });
    await expect(acts.release(id, BINH)).rejects.toMatchObject({ code: 'alert.owned' });
    expect(await acts.claim(id, BINH, true)).toMatchObject({ owner: BINH });
    expect(await acts.dispatch(id, BINH, 'Tổ 2')).toMatchObject({
      state: 'dispatched',
      unit: 'Tổ 2',
      dispatchedMs: T0,
    });
    await acts.note(id, AN, 'thấy ở cổng');
    await expect(acts.close(id, AN, CLOSING)).rejects.toMatchObject({ code: 'alert.owned' });
    expect(await acts.close(id, BINH, CLOSING)).toMatchObject({ state: 'closed', closedBy: BINH, verdict: 'true' });
    for (const late of [acts.claim(id, AN, true), acts.release(id, BINH), acts.close(id, BINH, CLOSING)]) {
      await expect(late).rejects.toMatchObject({ code: 'alert.closed' });
    }
    clock.advance(HOUR);
    expect(await acts.reopen(id, AN)).toMatchObject({ state: 'dispatched', owner: AN, verdict: null, closedMs: null });
    await expect(acts.reopen(id, AN)).rejects.toMatchObject({ code: 'alert.open' });
    await acts.close(id, AN, CLOSING);
    clock.advance(HOUR + 1);
    await expect(acts.reopen(id, AN)).rejects.toMatchObject({ code: 'alert.tooLate' });
    const { steps } = await alerts.details(id);
    expect(steps.map(({ by, step }) => `${step.kind} ${by?.name ?? '-'}`)).toEqual([
      ...['opened -', 'claimed Nguyễn An', 'released Nguyễn An', 'claimed Nguyễn An', 'claimed Trần Bình'],
      ...['dispatched Trần Bình', 'noted Nguyễn An', 'closed Trần Bình', 'reopened Nguyễn An', 'closed Nguyễn An'],
    ]);
    expect(steps[4]?.step).toEqual({ kind: 'claimed', from: AN });
    expect(told.map(({ version }) => version)).toEqual(told.map((_, at) => at + 1));
  });

  it('keeps its steps from everybody, the database included', async () => {
    await expect(database.run("UPDATE alert_steps SET step = '{}'")).rejects.toThrow('only added');
    await expect(database.run('DELETE FROM alert_steps')).rejects.toThrow('only added');
  });

  it('is taken over with what is in hand, and dispatched without claiming first', async () => {
    const { id } = await only();
    expect(await alerts.acts.dispatch(id, AN, 'Tổ 1')).toMatchObject({ state: 'dispatched', owner: AN, claimedMs: T0 });
    expect(await alerts.acts.claim(id, BINH, true)).toMatchObject({ state: 'dispatched', unit: 'Tổ 1', owner: BINH });
  });

  it('is new again when its owner can act no more, and stays with those who can', async () => {
    await happens(detectionEvent(T0, { cameraId: 'cam-2' }));
    for (const { id } of await open()) await alerts.acts.claim(id, AN, false);
    await alerts.acts.freeLost(async (_, cameraId) => cameraId === 'cam-1');
    expect((await open()).map(({ cameraId, state }) => [cameraId, state])).toEqual([
      ['cam-2', 'new'],
      ['cam-1', 'claimed'],
    ]);
    await alerts.acts.freeLost(async () => false, 'binh');
    expect((await open()).filter(({ owner }) => owner !== null)).toHaveLength(1);
  });
});

describe('escalation', () => {
  it('tells the shift lead, the duty officer, and then again in growing pauses', async () => {
    await happens(detectionEvent(T0));
    await passes(59_000);
    expect(await only()).toMatchObject({ level: 'operator' });
    await passes(1000);
    expect(await only()).toMatchObject({ level: 'shiftLead', escalatesMs: T0 + 180_000 });
    await passes(120_000);
    expect(await only()).toMatchObject({ level: 'dutyOfficer', escalatesMs: T0 + 480_000 });
    await passes(300_000);
    expect(await only()).toMatchObject({ level: 'dutyOfficer', escalatesMs: T0 + 480_000 + 600_000 });
    const { steps } = await alerts.details((await only()).id);
    expect(steps.filter(({ step }) => step.kind === 'escalated')).toHaveLength(3);
    expect(told.map(({ level }) => level)).toEqual(['operator', 'shiftLead', 'dutyOfficer', 'dutyOfficer']);
  });

  it('stops for who claims, and begins anew where it was when given back', async () => {
    await happens(detectionEvent(T0));
    await passes(60_000);
    const { id } = await only();
    await alerts.acts.claim(id, AN, false);
    await passes(10 * MINUTE);
    expect(await only()).toMatchObject({ level: 'shiftLead' });
    await alerts.acts.release(id, AN);
    expect((await only()).escalatesMs).toBe(clock.now() + 120_000);
  });

  it('outlives a restart: what fell due meanwhile goes up at once', async () => {
    await happens(detectionEvent(T0), detectionEvent(T0 + 1000, { cameraId: 'cam-2' }));
    await alerts.acts.claim((await open())[0]?.id ?? '', AN, false);
    await alerts.close();
    clock.advance(90_000);
    await start();
    await passes(1000);
    expect((await open()).map(({ level, state }) => [level, state])).toEqual([
      ['operator', 'claimed'],
      ['shiftLead', 'new'],
    ]);
  });

  it.each([HOUR, -HOUR])('keeps the time that was left when the calendar steps by %i ms', async (step) => {
    await happens(detectionEvent(T0));
    await passes(30_000);
    clock.step(step);
    await passes(29_000);
    expect(await only()).toMatchObject({ level: 'operator' });
    await passes(1000);
    expect(await only()).toMatchObject({ level: 'shiftLead' });
  });

  it('does not wait for a calendar that was set back while the program was down', async () => {
    await happens(detectionEvent(T0));
    await alerts.close();
    clock.step(-30 * 24 * HOUR);
    await start();
    await passes(61_000);
    expect(await only()).toMatchObject({ level: 'shiftLead' });
  });
});

describe('the list', () => {
  it('is as long as was asked for, however many newer ones the reader may not see', async () => {
    await happens(detectionEvent(T0), detectionEvent(T0 + 1, { cameraId: 'cam-2' }));
    await happens(...Array.from({ length: 30 }, (_, at) => detectionEvent(T0 + 2 + at, { cameraId: 'cam-3' })));
    const mine = { state: 'open', cameras: ['cam-1', 'cam-2'] } as const;
    const shown = await alerts.list({ ...mine, limit: 1 });
    expect(shown.map(({ cameraId }) => cameraId)).toEqual(['cam-2']);
    const older = await alerts.list({ ...mine, limit: 5, before: shown[0]?.number });
    expect(older.map(({ cameraId }) => cameraId)).toEqual(['cam-1']);
    expect(await alerts.list({ state: 'open', cameras: [], limit: 5 })).toEqual([]);
  });
});

describe('hand-over', () => {
  it('lists what is open, and the one who takes it has what the other had', async () => {
    await happens(
      detectionEvent(T0),
      detectionEvent(T0, { cameraId: 'cam-2' }),
      detectionEvent(T0, { cameraId: 'cam-3' }),
    );
    const [third, second, first] = await open();
    for (const alert of [first, third]) await alerts.acts.claim(alert?.id ?? '', AN, false);
    const { handovers } = alerts;
    let changes = 0;
    handovers.onChanged(() => {
      changes += 1;
    });
    const left = await handovers.leave(AN, 'cổng sau còn mở', (cameraId) => cameraId !== 'cam-2');
    expect(left).toMatchObject({ by: AN, openAlerts: [1, 3], takenBy: null });
    await expect(handovers.take(left.id, AN, { may: everything, visible: everything })).rejects.toMatchObject({
      code: 'handover.own',
    });
    const may = (cameraId: string) => cameraId === 'cam-1';
    const taken = await handovers.take(left.id, BINH, { may, visible: may });
    expect(taken).toMatchObject({ openAlerts: [1], takenBy: BINH, takenMs: T0 });
    await expect(handovers.take(left.id, BINH, { may, visible: may })).rejects.toMatchObject({
      code: 'handover.taken',
    });
    expect(await alerts.find(first?.id ?? '')).toMatchObject({ owner: BINH, state: 'claimed' });
    expect(await alerts.find(second?.id ?? '')).toMatchObject({ owner: null, state: 'new' });
    // Of a camera that the next may not act on: it must not stay with who went home.
    expect(await alerts.find(third?.id ?? '')).toMatchObject({ owner: null, state: 'new' });
    expect((await handovers.list(BINH.id, everything)).map(({ openAlerts }) => openAlerts)).toEqual([[1, 3]]);
    expect(changes).toBe(2);
  });

  it('is for those who may act on some of it; a note alone is for everybody', async () => {
    await happens(detectionEvent(T0), detectionEvent(T0, { cameraId: 'cam-2' }));
    const [second] = await open();
    await alerts.acts.claim(second?.id ?? '', AN, false);
    const { handovers } = alerts;
    const left = await handovers.leave(AN, 'số điện thoại của bảo vệ …', (cameraId) => cameraId === 'cam-2');
    await handovers.leave(AN, 'đổi ca lúc 6 giờ', () => false);
    const elsewhere = (cameraId: string) => cameraId === 'cam-1';
    const how = { may: elsewhere, visible: elsewhere };
    await expect(handovers.take(left.id, BINH, how)).rejects.toMatchObject({ code: 'handover.unknown' });
    expect(await alerts.find(second?.id ?? '')).toMatchObject({ owner: AN, state: 'claimed' });
    expect((await handovers.list(BINH.id, elsewhere)).map(({ note }) => note)).toEqual(['đổi ca lúc 6 giờ']);
    expect(await handovers.list(AN.id, elsewhere)).toHaveLength(2);
  });

  it('leaves to who left what they took up later', async () => {
    await happens(detectionEvent(T0), detectionEvent(T0, { cameraId: 'cam-2' }));
    const [second, first] = await open();
    await alerts.acts.claim(first?.id ?? '', AN, false);
    const left = await alerts.handovers.leave(AN, '', everything);
    await passes(1000);
    await alerts.acts.claim(second?.id ?? '', AN, false);
    await happens(detectionEvent(clock.now(), { cameraId: 'cam-3' }));
    const [third] = await open();
    await alerts.acts.claim(third?.id ?? '', AN, false);
    await alerts.handovers.take(left.id, BINH, { may: everything, visible: everything });
    expect((await open()).map(({ owner }) => owner)).toEqual([AN, AN, BINH]);
  });
});
