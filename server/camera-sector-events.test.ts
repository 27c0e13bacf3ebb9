import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { silentLogger } from '#base/log';
import type { AlertView } from '#contracts/alerts';
import type { PictureFault } from '#contracts/camera';
import { sectorRuleSchema } from '#contracts/sector-events';
import { createFakeClock, type FakeClock } from '../tests/fakes/clock.ts';
import { createTemporaryDatabase } from '../tests/fakes/database.ts';
import { cameraInput, createTestRegister, type TestRegister } from '../tests/fakes/register.ts';
import { fakeCatalogue, fakePlaces, fakeSector } from '../tests/fakes/sector-parts.ts';
import { type CameraSectorEvents, createCameraSectorEvents } from './camera-sector-events.ts';
import { createDeviceCompliance } from './cameras/device-compliance.ts';
import { createSectorEvents, type SectorEventDesk } from './sectors/events/sector-events.ts';

const LAN = { id: 'lan', name: 'Lê Lan' };
let clock: FakeClock;
let database: Awaited<ReturnType<typeof createTemporaryDatabase>>;
let events: SectorEventDesk;
let house: TestRegister;
let cameras: CameraSectorEvents;
let openAlerts: AlertView[];
let tellAlert: (alert: AlertView) => void;
let lost: Set<string>;
let isOn: boolean;
let live: Set<string>;
let faults: Map<string, { fault: PictureFault; sinceMs: number }>;
const commune = sectorRuleSchema.parse({
  ...{ id: 'r', name: { vi: 'r', en: 'r' }, kind: 'threshold', indicator: 'camera.mat_tin_hieu' },
  ...{ side: 'above', warn: 3, level: 'commune' },
});
let rules: (typeof commune)[];

async function begin(): Promise<void> {
  events = await createSectorEvents({
    ...{ database, clock, log: silentLogger(), places: fakePlaces(2) },
    catalogue: fakeCatalogue([fakeSector('camera')]),
  });
  const listeners = new Set<(alert: AlertView) => void>();
  tellAlert = (alert) => {
    for (const listener of listeners) listener(alert);
  };
  cameras = createCameraSectorEvents({
    ...{ register: house.register, events, clock, log: silentLogger() },
    places: fakePlaces(2, { areaAt: ({ latitude }) => (latitude > 10 ? 'c1' : 'c2') }),
    alerts: {
      list: async () => openAlerts,
      onChanged(listener) {
        listeners.add(listener);
        return () => listeners.delete(listener);
      },
    },
    isLive: (id) => live.has(id),
    isLost: (id) => lost.has(id),
    pictureFaultOf: (id) => faults.get(id) ?? null,
    onPictureChanged: () => () => {},
    hasDefaultPassword: createDeviceCompliance(house.register.credentials).hasDefaultPassword,
    rules: { list: () => rules },
    isOn: () => isOn,
  });
  cameras.begin();
  await cameras.settled();
}
beforeEach(async () => {
  clock = createFakeClock();
  database = await createTemporaryDatabase();
  house = await createTestRegister(database, clock);
  isOn = true;
  [lost, live, faults, openAlerts, rules] = [new Set(), new Set(), new Map(), [], []];
});
afterEach(async () => {
  await cameras.close();
  await events.stop();
  await database.close();
});

async function look(): Promise<void> {
  clock.advance(30_000);
  await cameras.settled();
}
const titles = async (): Promise<string[]> =>
  (await events.list({ state: 'open', limit: 100 }, { visible: () => true })).map(
    ({ type, title }) => `${type}: ${title.vi}`,
  );
async function camera(name: string, more: Parameters<typeof cameraInput>[0] = {}): Promise<string> {
  const place = { latitude: 10.5, longitude: 105, heading: null, fieldOfView: null };
  return (await house.register.create(cameraInput({ name, place, ...more }))).camera.id;
}
function alert(more: Partial<AlertView> = {}): AlertView {
  return {
    ...{ id: 'a1', number: 1, version: 1, state: 'new', severity: 'severe', cameraId: 'gone' },
    ...{ eventType: 'vn.tamnhin.detection.crowd', eventId: 'e1', openedMs: clock.now() },
    detection: {
      ...{ ruleId: 'r1', ruleName: 'Tụ tập ở chợ', label: 'person', score: null, box: null, trackId: null, path: [] },
      ...{ count: 12, direction: null, signal: null, fromMs: 0, toMs: 1, pictures: null, model: null, alert: null },
    },
    ...{ count: 1, lastEventMs: clock.now(), receivers: [], level: 'operator', escalatesMs: null, owner: null },
    ...{ claimedMs: null, unit: null, dispatchedMs: null, closedMs: null, closedBy: null, verdict: null },
    ...{ reason: null, closeNote: null, incidentId: null },
    ...more,
  };
}

it('tells nothing while the sector is switched off, and of what there is when it is in use again', async () => {
  await begin();
  const cameraId = await camera('Chợ');
  lost.add(cameraId);
  openAlerts = [alert({ cameraId })];
  tellAlert(alert({ cameraId }));
  await look();
  expect(await titles()).toHaveLength(2);
  isOn = false;
  await look();
  tellAlert(alert({ id: 'a2', cameraId }));
  await look();
  expect(await titles()).toEqual([]);
  isOn = true;
  await look();
  expect((await titles()).toSorted()).toEqual(['dam_dong: Tụ tập ở chợ – Chợ', 'mat_tin_hieu: Mất tín hiệu: Chợ']);
});

describe('alerts of cameras', () => {
  it('are events of the sector where the camera stands, taken and over with the alert', async () => {
    await begin();
    const cameraId = await camera('Chợ');
    tellAlert(alert({ cameraId }));
    await cameras.settled();
    const [event] = await events.list({ state: 'open', limit: 9 }, { visible: () => true });
    expect(event).toMatchObject({ type: 'dam_dong', severity: 'severe', source: { kind: 'alert', id: 'a1' } });
    expect(event).toMatchObject({ place: { latitude: 10.5, name: 'Chợ' }, expiresMs: null, count: 1 });
    expect(event?.cameraIds).toEqual([cameraId]);
    // The same again is the alert's to count.
    tellAlert(alert({ cameraId, count: 2 }));
    tellAlert(alert({ cameraId, count: 2, owner: LAN, state: 'claimed' }));
    await cameras.settled();
    expect(await events.find(event?.id ?? '')).toMatchObject({ state: 'acknowledged', acknowledgedBy: LAN, count: 1 });
    tellAlert(alert({ cameraId, owner: LAN, state: 'closed' }));
    await cameras.settled();
    expect(await titles()).toEqual([]);
  });

  it('are caught up with after a stop: what was closed meanwhile ends, what was opened is there', async () => {
    openAlerts = [alert(), alert({ id: 'a2', number: 2 })];
    await begin();
    expect(await titles()).toHaveLength(2);
    await cameras.close();
    openAlerts = [alert({ id: 'a2', number: 2 }), alert({ id: 'a3', number: 3 })];
    await begin();
    const open = await events.list({ state: 'open', limit: 9 }, { visible: () => true });
    expect(open.map(({ source, count }) => [source.id, count])).toEqual([
      ['a3', 1],
      ['a2', 1],
    ]);
  });

  it('of fire in the device’s own words are fires', async () => {
    await begin();
    const { detection } = alert();
    const signal = {
      eventType: 'vn.tamnhin.detection.cameraSignal' as const,
      detection: { ...detection, signal: 'Smoke' },
    };
    tellAlert(alert(signal));
    await cameras.settled();
    expect(await titles()).toEqual(['chay_khoi: Tụ tập ở chợ – gone']);
  });
});

describe('what is wrong with cameras', () => {
  it('is told once and ends by itself; a lost camera is not forgotten by a restart', async () => {
    const id = await camera('Cổng');
    lost.add(id);
    faults.set(id, { fault: 'covered', sinceMs: 5 });
    await begin();
    expect(await titles()).toEqual(['mat_tin_hieu: Mất tín hiệu: Cổng', 'bi_che_doi_goc: Camera bị che: Cổng']);
    await look();
    faults.clear();
    await look();
    await cameras.close();
    lost.clear();
    await begin();
    expect(await titles()).toEqual(['mat_tin_hieu: Mất tín hiệu: Cổng']);
    live.add(id);
    await look();
    expect(await titles()).toEqual([]);
  });

  it('is one event where several of an area are lost, and none where a rule tells of the area', async () => {
    for (const name of ['A', 'B', 'C']) lost.add(await camera(name));
    await begin();
    expect(await titles()).toEqual(['mat_tin_hieu: 3 camera mất tín hiệu – c1']);
    rules = [commune];
    await look();
    expect(await titles()).toEqual([]);
  });

  it('stays closed when a person has closed it', async () => {
    lost.add(await camera('Cổng'));
    await begin();
    const [event] = await events.list({ state: 'open', limit: 9 }, { visible: () => true });
    await events.close(event?.id ?? '', LAN, 'đang sửa');
    await look();
    expect(await titles()).toEqual([]);
    // A restart is no news of it; that it was back once is.
    await cameras.close();
    await begin();
    expect(await titles()).toEqual([]);
    const ids = [...lost];
    lost.clear();
    for (const id of ids) live.add(id);
    await look();
    await cameras.close();
    live.clear();
    for (const id of ids) lost.add(id);
    await begin();
    expect(await titles()).toEqual(['mat_tin_hieu: Mất tín hiệu: Cổng']);
  });

  it('of several stays closed for those that a person knew of, also over a restart, and is told of others', async () => {
    for (const name of ['A', 'B', 'C']) lost.add(await camera(name));
    const fifth = await camera('E');
    const close = async (): Promise<void> => {
      const [event] = await events.list({ state: 'open', limit: 1 }, { visible: () => true });
      await events.close(event?.id ?? '', LAN, 'đang bảo trì');
    };
    await begin();
    await close();
    await look();
    expect(await titles()).toEqual([]);
    lost.add(await camera('D'));
    await look();
    expect(await titles()).toEqual(['mat_tin_hieu: 4 camera mất tín hiệu – c1']);
    await close();
    await cameras.close();
    // After a start nothing is live yet, and nothing known to be lost.
    const before = [...lost];
    lost.clear();
    await begin();
    for (const id of before) lost.add(id);
    await look();
    expect(await titles()).toEqual([]);
    lost.add(fifth);
    await look();
    expect(await titles()).toEqual(['mat_tin_hieu: 5 camera mất tín hiệu – c1']);
  });

  it('stays with whoever took it when more are lost, until few are', async () => {
    const ids = [await camera('A'), await camera('B')];
    for (const id of ids) lost.add(id);
    await begin();
    for (const { id } of await events.list({ state: 'open', limit: 9 }, { visible: () => true })) {
      await events.acknowledge(id, LAN, '');
    }
    const third = await camera('C');
    lost.add(third);
    await look();
    expect((await titles()).toSorted()).toEqual([
      'mat_tin_hieu: Mất tín hiệu: A',
      'mat_tin_hieu: Mất tín hiệu: B',
      'mat_tin_hieu: Thêm 1 camera mất tín hiệu – c1',
    ]);
    for (const id of ids) {
      lost.delete(id);
      live.add(id);
    }
    await look();
    expect(await titles()).toEqual(['mat_tin_hieu: Mất tín hiệu: C']);
    const [group] = await events.list({ state: 'over', limit: 1, text: 'Thêm' }, { visible: () => true });
    const { steps } = await events.details(group?.id ?? '', () => true);
    expect(steps.at(-1)?.text).toBe('cause:regrouped');
  });

  it('tells of devices with the password that they came with, and of no other', async () => {
    const source = { kind: 'rtsp' as const, mainUrl: 'rtsp://10.0.0.9/1', username: 'admin' };
    await camera('Mặc định', { source: { ...source, password: '12345' } });
    await camera('Đã đổi', { source: { ...source, password: 'Mot-Mat-Khau-Rieng' } });
    await begin();
    expect(await titles()).toEqual(['mat_khau_mac_dinh: 1 camera còn dùng mật khẩu mặc định']);
    const { complies, isDevice } = createDeviceCompliance(house.register.credentials);
    const [weak, strong] = house.register.list();
    if (weak === undefined || strong === undefined) throw new Error('there are two');
    expect([
      complies({ ...weak, certificate: 'A' }),
      complies(strong),
      complies({ ...strong, certificate: 'B' }),
    ]).toEqual([false, false, true]);
    expect(isDevice({ ...weak, source: { kind: 'phone' } })).toBe(false);
  });
});
