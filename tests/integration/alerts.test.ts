import { createHash } from 'node:crypto';
import { readdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { io, type Socket } from 'socket.io-client';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import type { Role, Scope } from '#contracts/access';
import type {
  AlertDetails,
  AlertView,
  HandoverView,
  IncidentDetails,
  IncidentView,
  RuleQuality,
} from '#contracts/alerts';
import type { AuditEntry } from '#contracts/http';
import { ruleSchema } from '#contracts/rules';
import type { ClientToServer, ServerToClient } from '#contracts/socket';
import { SYSTEM } from '../../server/access/actor.ts';
import { type House, openHouse, type Sender } from '../architecture/house.ts';
import { detectionEvent } from '../fakes/detection-event.ts';

/**
 * Alerts and incidents through the real doors, over a real database, with an operator and an officer: who may see what,
 * who has it, what was done, and what is kept.
 */
let house: House;
let operator: Sender;
let officer: Sender;
let second: Sender;
let stranger: Sender;
let auditor: Sender;

beforeAll(async () => {
  house = await openHouse();
  const join = async (name: string, role: Role, scope: Scope): Promise<Sender> => {
    await house.person(name, [{ role, scope }]);
    return house.signIn(name, () => true);
  };
  operator = await join('operator', 'operator', house.scopes.group);
  officer = await join('officer', 'police', house.scopes.all);
  second = await join('second', 'police', house.scopes.group);
  // Works on another camera only.
  stranger = await join('stranger', 'police', { kind: 'camera', cameraId: house.outside.id });
  await join('chief', 'administrator', house.scopes.all);
  auditor = await join('auditor', 'auditor', house.scopes.all);
}, 60_000);
afterAll(() => house.close());

async function call<T>(
  sender: Sender,
  name: string,
  body?: unknown,
): Promise<{ status: number; body: T; code: string }> {
  const [method = '', path = ''] = name.split(' ');
  const reply = await fetch(new URL(path, house.url), {
    method,
    headers: { ...sender.headers, ...(body === undefined ? {} : { 'content-type': 'application/json' }) },
    ...(body === undefined ? {} : { body: JSON.stringify(body) }),
  });
  const read = JSON.parse((await reply.text()) || 'null');
  return { status: reply.status, body: read, code: read?.error?.code ?? '' };
}
async function ask<T>(sender: Sender, name: string, body?: unknown): Promise<T> {
  const reply = await call<T>(sender, name, body);
  expect([name, reply.status, reply.status === 200 ? '' : reply.body]).toEqual([name, 200, '']);
  return reply.body;
}

let rules = 0;
/** An alert of its own, of a camera inside the scope of most or outside. */
async function alertOf(where: 'inside' | 'outside', pictures: string | null = null): Promise<AlertView> {
  rules += 1;
  const ruleId = `rule-${rules}`;
  const event = detectionEvent(Date.now(), { cameraId: house[where].id, data: { ruleId, pictures } });
  await house.events.append(event);
  await house.alerts.settled();
  const [alert] = await ask<AlertView[]>(officer, `GET /api/alerts?ruleId=${ruleId}`);
  if (alert === undefined) throw new Error('no alert was opened');
  return alert;
}

describe('alerts', () => {
  it('go the whole way between two people, and the record shows every step', async () => {
    const { id } = await alertOf('inside');
    const path = `/api/alerts/${id}`;
    const [one, other] = await Promise.all([
      call<AlertView>(operator, `POST ${path}/claim`, {}),
      call<AlertView>(officer, `POST ${path}/claim`, {}),
    ]);
    expect([one.status, other.status].sort()).toEqual([200, 409]);
    const [lost, winner, loser] = one.status === 409 ? [one, officer, operator] : [other, operator, officer];
    expect(lost).toMatchObject({
      code: 'alert.owned',
      body: { error: { fields: [{ path: 'owner', message: winner.name }] } },
    });
    expect((await ask<AlertDetails>(loser, `GET ${path}`)).owner?.name).toBe(winner.name);
    // An operator cannot take over, and cannot close.
    expect((await call(operator, `POST ${path}/claim`, { takeOver: true })).status).toBe(403);
    expect((await call(operator, `POST ${path}/close`, CLOSING)).status).toBe(403);
    await ask(officer, `POST ${path}/claim`, { takeOver: true });
    expect(await call(operator, `POST ${path}/dispatch`, { unit: 'Tổ 1' })).toMatchObject({ code: 'alert.owned' });
    await ask(officer, `POST ${path}/dispatch`, { unit: 'Tổ 1' });
    await ask(operator, `POST ${path}/notes`, { text: 'đã thấy trên màn hình' });
    expect((await call(officer, `POST ${path}/close`, { verdict: 'true', reason: 'animal' })).status).toBe(400);
    expect((await call(officer, `POST ${path}/close`, { verdict: 'true', reason: 'other' })).status).toBe(400);
    expect(await ask(officer, `POST ${path}/close`, CLOSING)).toMatchObject({ state: 'closed', verdict: 'true' });
    await ask(officer, `POST ${path}/reopen`);
    await ask(officer, `POST ${path}/close`, CLOSING);

    const { steps } = await ask<AlertDetails>(auditor, `GET ${path}`);
    const kinds = steps.map(({ step }) => step.kind).filter((kind, at, all) => kind !== all[at - 1]);
    expect(kinds).toEqual(['opened', 'claimed', 'dispatched', 'noted', 'closed', 'reopened', 'closed']);
    const audited = await ask<AuditEntry[]>(auditor, `GET /api/audit?cameraId=${house.inside.id}&limit=50`);
    const acts = audited.filter(({ detail }) => detail.id === id).map(({ action }) => action);
    for (const action of ['claimed', 'dispatched', 'noted', 'closed', 'reopened']) {
      expect(acts).toContain(`alert.${action}`);
    }
  });

  it('of a camera that one may not see are not there, and who only reads may not act', async () => {
    const { id, number } = await alertOf('inside');
    expect((await ask<AlertView[]>(stranger, 'GET /api/alerts')).map((alert) => alert.number)).not.toContain(number);
    expect((await call(stranger, `GET /api/alerts/${id}`)).status).toBe(404);
    for (const [act, body] of Object.entries(ACTS)) {
      expect([act, (await call(stranger, `POST /api/alerts/${id}/${act}`, body)).status]).toEqual([act, 404]);
      expect([act, (await call(auditor, `POST /api/alerts/${id}/${act}`, body)).status]).toEqual([act, 403]);
    }
    expect(await ask(auditor, `GET /api/alerts/${id}`)).toMatchObject({ state: 'new', version: 1 });
  });

  it('stay when their camera is removed, for those who could see it', async () => {
    const camera = await house.addCamera('inside');
    await house.events.append(detectionEvent(Date.now(), { cameraId: camera.id }));
    await house.alerts.settled();
    await house.register.remove(camera.id);
    const [alert] = await ask<AlertView[]>(operator, `GET /api/alerts?cameraId=${camera.id}`);
    expect(await ask(operator, `POST /api/alerts/${alert?.id}/claim`, {})).toMatchObject({ state: 'claimed' });
    expect(await ask(stranger, `GET /api/alerts?cameraId=${camera.id}`)).toEqual([]);
  });

  it('are told, and incidents too, to those who may know of them and to nobody else', async () => {
    const lines = new Map<string, { line: Socket<ServerToClient, ClientToServer>; heard: string[] }>();
    for (const sender of [operator, officer, stranger, auditor]) {
      const line: Socket<ServerToClient, ClientToServer> = io(house.url, {
        ...{ transports: ['websocket'], extraHeaders: sender.headers, forceNew: true },
      });
      const heard: string[] = [];
      line.on('alert:changed', ({ cameraId, version }) => heard.push(`alert ${cameraId} ${version}`));
      line.on('incident:changed', ({ id, version }) => heard.push(`incident ${id} ${version}`));
      line.on('lists:changed', ({ list }) => heard.push(list));
      await new Promise<void>((resolve) => line.once('connect', resolve));
      lines.set(sender.name, { line, heard });
    }
    const inside = await alertOf('inside');
    await alertOf('outside');
    await ask(operator, `POST /api/alerts/${inside.id}/claim`, {});
    const { id } = await ask<IncidentView>(operator, 'POST /api/incidents', { title: 'Ẩu đả' });
    await ask(operator, 'POST /api/handovers', {});
    const hears = (name: string): readonly string[] => lines.get(name)?.heard ?? [];
    await vi.waitFor(() => {
      for (const { heard } of lines.values()) expect(heard).toContain('handovers');
    });
    const [ofInside, ofOutside] = [`alert ${house.inside.id}`, `alert ${house.outside.id}`];
    expect(hears('operator')).toEqual([`${ofInside} 1`, `${ofInside} 2`, `incident ${id} 1`, 'handovers']);
    expect(hears('officer')).toEqual([
      ...[`${ofInside} 1`, `${ofOutside} 1`, `${ofInside} 2`, `incident ${id} 1`, 'handovers'],
    ]);
    expect(hears('stranger')).toEqual([`${ofOutside} 1`, `incident ${id} 1`, 'handovers']);
    expect(hears('auditor')).toEqual([`${ofInside} 1`, `${ofOutside} 1`, `${ofInside} 2`, 'handovers']);
    for (const { line } of lines.values()) line.disconnect();
  });
});

describe('people who go', () => {
  it('hand over what they have, to who may have it', async () => {
    const [inside, outside] = [await alertOf('inside'), await alertOf('outside')];
    for (const { id } of [inside, outside]) await ask(officer, `POST /api/alerts/${id}/claim`, {});
    const left = await ask<HandoverView>(officer, 'POST /api/handovers', { note: 'cổng sau còn mở' });
    expect(left.openAlerts).toEqual(expect.arrayContaining([inside.number, outside.number]));
    expect(await call(officer, `POST /api/handovers/${left.id}/take`)).toMatchObject({ code: 'handover.own' });
    const taken = await ask<HandoverView>(second, `POST /api/handovers/${left.id}/take`);
    expect(taken.takenBy?.name).toBe('second');
    expect(taken.openAlerts).not.toContain(outside.number);
    expect(await call(operator, `POST /api/handovers/${left.id}/take`)).toMatchObject({ code: 'handover.taken' });
    expect(await ask(officer, `GET /api/alerts/${inside.id}`)).toMatchObject({ owner: { name: 'second' } });
    expect(await ask(officer, `GET /api/alerts/${outside.id}`)).toMatchObject({ owner: null, state: 'new' });
  });

  it('keep theirs when they sign out, and lose them with their account or their rights', async () => {
    await house.person('leaving', [{ role: 'police', scope: house.scopes.all }]);
    const leaving = await house.signIn('leaving', () => true);
    const { id } = await alertOf('inside');
    await ask(leaving, `POST /api/alerts/${id}/claim`, {});
    await call(leaving, 'DELETE /api/session');
    expect(await ask(officer, `GET /api/alerts/${id}`)).toMatchObject({ state: 'claimed' });
    const user = (await house.access.users.list()).find(({ username }) => username === 'leaving');
    const account = { username: 'leaving', displayName: 'leaving', grants: user?.grants.slice() ?? [] };
    await house.access.users.update(SYSTEM, user?.id ?? '', { ...account, enabled: false });
    await vi.waitFor(async () => {
      expect(await ask(officer, `GET /api/alerts/${id}`)).toMatchObject({ state: 'new', owner: null });
    });
  });

  it('are called on no device any more once all their sessions were ended, or their account is off', async () => {
    await house.person('lost', [{ role: 'police', scope: house.scopes.all }]);
    const { id: userId = '', grants = [] } =
      (await house.access.users.list()).find(({ username }) => username === 'lost') ?? {};
    const devices = async (): Promise<number> =>
      (await house.database.all('SELECT endpoint FROM push_subscriptions WHERE user_id = ?', userId)).length;
    const subscribe = async (): Promise<void> => {
      const lost = await house.signIn('lost', () => true);
      const keys = { p256dh: 'AAAA', auth: 'AAAA' };
      const device = { endpoint: 'https://push.invalid/device', keys };
      expect((await call(lost, 'POST /api/push/subscriptions', device)).status).toBe(204);
      expect(await devices()).toBe(1);
    };
    const account = { username: 'lost', displayName: 'lost', grants: grants.slice() };
    await subscribe();
    // Who still is signed in somewhere keeps their devices.
    await house.access.users.update(SYSTEM, userId, { ...account, enabled: true });
    for (let look = 0; look < 5; look += 1) expect(await devices()).toBe(1);
    await house.access.sessions.endAll(SYSTEM, userId);
    await vi.waitFor(async () => expect(await devices()).toBe(0));
    await subscribe();
    await house.access.users.update(SYSTEM, userId, { ...account, enabled: false });
    await vi.waitFor(async () => expect(await devices()).toBe(0));
  });

  it('lose what they have of a camera that is moved away from them', async () => {
    const { id: cameraId } = await house.addCamera('inside');
    await house.events.append(detectionEvent(Date.now(), { cameraId }));
    await house.alerts.settled();
    const [alert] = await ask<AlertView[]>(operator, `GET /api/alerts?cameraId=${cameraId}`);
    await ask(operator, `POST /api/alerts/${alert?.id}/claim`, {});
    const camera = house.register.find(cameraId);
    const elsewhere = house.register.find(house.outside.id);
    if (camera === undefined || elsewhere === undefined) throw new Error('no camera');
    const { id: _, ...known } = camera;
    await house.register.update(cameraId, { ...known, groupId: elsewhere.groupId });
    await vi.waitFor(async () => {
      expect(await ask(officer, `GET /api/alerts/${alert?.id}`)).toMatchObject({ state: 'new', owner: null });
    }, 5000);
  });
});

describe('incidents', () => {
  it('take a phone where who shares it sees it, also without a camera beside it, and twenty of them at most', async () => {
    const { id } = await ask<IncidentView>(second, 'POST /api/incidents', { title: 'Va chạm tàu' });
    const share = (sender: Sender, name: string) => call(sender, `POST /api/incidents/${id}/phones`, { name });
    const shared = await ask<{ cameraId: string; incident: IncidentDetails }>(
      second,
      `POST /api/incidents/${id}/phones`,
      { name: 'Điện thoại 1' },
    );
    expect(shared.incident.cameraIds).toEqual([shared.cameraId]);
    expect((await call(second, `GET /api/cameras/${shared.cameraId}`)).status).toBe(200);

    // Whose right is to one camera and no group would see none of it.
    expect(await share(stranger, 'Điện thoại khác')).toMatchObject({ status: 409, code: 'incident.phoneUnseen' });
    for (let more = 2; more <= 20; more += 1) expect((await share(second, `Điện thoại ${more}`)).status).toBe(200);
    expect(await share(officer, 'Điện thoại 21')).toMatchObject({ code: 'incident.tooManyPhones' });
    await ask(second, `POST /api/incidents/${id}/close`, { note: 'xong' });
  });

  it('gather alerts, cameras and people on one timeline', async () => {
    const [first, later] = [await alertOf('inside'), await alertOf('inside')];
    const { id, version } = await ask<IncidentDetails>(officer, 'POST /api/incidents', {
      ...{ title: 'Đột nhập kho', alertIds: [first.id], cameraIds: [house.outside.id] },
    });
    const path = `/api/incidents/${id}`;
    await ask(officer, `POST /api/alerts/${later.id}/close`, CLOSING);
    await ask(operator, `POST ${path}/alerts`, { alertIds: [later.id, first.id] });
    await ask(officer, `DELETE ${path}/alerts/${first.id}`);
    expect(await ask(officer, `GET /api/alerts/${later.id}`)).toMatchObject({ incidentId: id, state: 'closed' });
    expect(
      (await ask<AlertDetails>(officer, `GET /api/alerts/${first.id}`)).steps.map(({ step }) => step.kind),
    ).toEqual([...['opened', 'joined', 'left']]);
    const user = (await house.access.users.list()).find(({ username }) => username === 'second');
    await ask(officer, `POST ${path}/people/${user?.id}`);
    await ask(operator, `POST ${path}/notes`, { text: 'xe máy đỏ' });
    const change = { title: 'Trộm kho', description: '', severity: 'severe', place: null, leadId: user?.id };
    expect(await call(officer, `PUT ${path}`, { ...change, version })).toMatchObject({
      code: 'incident.changedElsewhere',
    });
    const now = await ask<IncidentDetails>(officer, `GET ${path}`);
    await ask(officer, `PUT ${path}`, { ...change, version: now.version });
    await ask(officer, `POST ${path}/close`, { note: 'đã bắt' });
    expect(await call(officer, `POST ${path}/cameras/${house.inside.id}`)).toMatchObject({ code: 'incident.closed' });
    await ask(officer, `POST ${path}/notes`, { text: 'hồ sơ đã chuyển' });
    const whole = await ask<IncidentDetails>(officer, `POST ${path}/reopen`);
    expect(whole.entries.map(({ entry }) => entry.kind)).toEqual([
      ...['opened', 'cameraAdded', 'alertJoined', 'alertJoined', 'alertLeft', 'personAdded', 'note', 'changed'],
      ...['closed', 'note', 'reopened'],
    ]);
    expect(whole).toMatchObject({
      ...{ title: 'Trộm kho', severity: 'severe', state: 'open', alertIds: [later.id], lead: { name: 'second' } },
      cameraIds: [house.outside.id, house.inside.id],
    });
    expect(whole.people.map(({ name }) => name)).toEqual(['officer', 'second']);
    // Of the camera that the operator may not see nothing is said.
    const less = await ask<IncidentDetails>(operator, `GET ${path}`);
    expect(less.cameraIds).toEqual([house.inside.id]);
    expect(JSON.stringify(less)).not.toContain(house.outside.id);
    expect(await call(operator, `POST ${path}/cameras/${house.outside.id}`)).toMatchObject({ code: 'camera.unknown' });
    expect((await call(auditor, `GET ${path}`)).status).toBe(403);
    await expect(house.database.run('DELETE FROM incident_entries')).rejects.toThrow('only added');
  });

  it('keep the picture of an alert by its fingerprint, when the event has lost its own, and notice a change', async () => {
    const jpeg = Buffer.from('ảnh của sự kiện');
    house.pictures.set('1790000000000-picture', jpeg);
    const alert = await alertOf('outside', '1790000000000-picture');
    const { id } = await ask<IncidentDetails>(officer, 'POST /api/incidents', { title: 'A', alertIds: [alert.id] });
    const path = `/api/incidents/${id}/exhibits`;
    const { exhibits } = await ask<IncidentDetails>(officer, `POST ${path}`, { kind: 'snapshot', alertId: alert.id });
    house.pictures.clear();
    const [exhibit] = exhibits;
    const sha256 = createHash('sha256').update(jpeg).digest('hex');
    expect(exhibit).toMatchObject({ kind: 'snapshot', sha256, bytes: jpeg.length, name: `alert-${alert.number}.jpg` });
    const fetched = () => fetch(new URL(`${path}/${exhibit?.id}`, house.url), { headers: officer.headers });
    const reply = await fetched();
    expect(reply.headers.get('content-type')).toBe('image/jpeg');
    expect(Buffer.from(await reply.arrayBuffer())).toEqual(jpeg);
    expect(await call(officer, `POST ${path}`, { kind: 'snapshot', alertId: alert.id })).toMatchObject({
      code: 'event.noPicture',
    });
    // Of a camera that they may not see.
    expect((await call(operator, `GET ${path}/${exhibit?.id}`)).status).toBe(404);
    expect(await ask(operator, `GET /api/incidents/${id}`)).toMatchObject({
      exhibits: [],
      exhibitCount: 0,
      alertIds: [],
    });
    await writeFile(join(house.folder, 'incidents', id, exhibit?.id ?? ''), 'ảnh khác');
    expect((await fetched()).status).toBe(503);
    house.logged.length = 0;
  });

  it('keep a clip beyond its export, hold what it was made of, and say when it could not be made', async () => {
    const { id } = await ask<IncidentDetails>(officer, 'POST /api/incidents', { title: 'B' });
    const path = `/api/incidents/${id}/exhibits`;
    const clip = { kind: 'clip', cameraId: house.inside.id, fromMs: house.recordedMs, toMs: house.recordedMs + 8000 };
    expect((await call(operator, `POST ${path}`, { ...clip, reason: 'bằng chứng' })).status).toBe(403);
    const begun = await ask<IncidentDetails>(officer, `POST ${path}`, { ...clip, reason: 'bằng chứng' });
    expect(begun.exhibits[0]).toMatchObject({ kind: 'clip', error: null, holdId: expect.any(String) });
    expect(house.recordings.holds.find(begun.exhibits[0]?.holdId ?? '')).toMatchObject({ cameraId: house.inside.id });
    const details = () => ask<IncidentDetails>(officer, `GET /api/incidents/${id}`);
    await vi.waitFor(async () => expect((await details()).exhibits[0]?.sha256).not.toBeNull(), { timeout: 15_000 });
    const [made] = (await details()).exhibits;
    const last = (await details()).entries.at(-1)?.entry;
    expect(last).toMatchObject({ kind: 'exhibitAdded', exhibit: { sha256: made?.sha256 } });
    expect(await ask(officer, 'GET /api/exports')).toEqual([]);
    await house.evidence.exports.remove(made?.exportId ?? '');
    const reply = await fetch(new URL(`${path}/${made?.id}`, house.url), { headers: officer.headers });
    const bytes = Buffer.from(await reply.arrayBuffer());
    expect(bytes.subarray(0, 2).toString()).toBe('PK');
    expect(createHash('sha256').update(bytes).digest('hex')).toBe(made?.sha256);
    expect(await readdir(join(house.folder, 'incidents', id))).toEqual([made?.id]);
    const nothing = { ...clip, fromMs: 0, toMs: 1000, reason: 'bằng chứng' };
    expect(await call(officer, `POST ${path}`, nothing)).toMatchObject({ code: 'export.nothingRecorded' });
    expect((await details()).exhibits).toHaveLength(1);
  });
});

describe('the quality of alerts', () => {
  it('leads to a change of the rule, by who may configure the camera, and back', async () => {
    const ruleId = 'unsure';
    const rule = ruleSchema.parse({
      ...{ id: ruleId, name: 'Cổng', enabled: true, kind: 'presence', area: null, leastScore: 0.4 },
    });
    await house.rules.replace(house.inside.id, { rules: [rule], version: 0 });
    for (const [at, verdict] of [...Array(6).fill('false'), ...Array(6).fill('true')].entries()) {
      const data = { ruleId, score: verdict === 'true' ? 0.8 : 0.5, trackId: `t${at}` };
      await house.events.append(detectionEvent(Date.now(), { cameraId: house.inside.id, data }));
      await house.alerts.settled();
      const [alert] = await ask<AlertView[]>(officer, `GET /api/alerts?ruleId=${ruleId}`);
      const closing = { verdict, reason: verdict === 'true' ? 'handled' : 'shadowOrLight' };
      await ask(officer, `POST /api/alerts/${alert?.id}/close`, closing);
    }
    const mine = (all: readonly RuleQuality[]) => all.find((one) => one.ruleId === ruleId);
    const quality = mine(await ask<RuleQuality[]>(operator, 'GET /api/alert-quality?days=1'));
    expect(quality).toMatchObject({ opened: 12, true: 6, false: 6, precision: 0.5 });
    expect(mine(await ask<RuleQuality[]>(stranger, 'GET /api/alert-quality'))).toBeUndefined();
    const path = `/api/alert-quality/${quality?.suggestion?.id}`;
    expect((await call(officer, `POST ${path}/apply`)).status).toBe(403);
    await house.person('elsewhere', [{ role: 'administrator', scope: { kind: 'camera', cameraId: house.outside.id } }]);
    const elsewhere = await house.signIn('elsewhere', () => true);
    expect((await call(elsewhere, `POST ${path}/apply`)).status).toBe(404);
    const chief = await house.signIn('chief', () => true);
    expect(await ask(chief, `POST ${path}/apply`)).toMatchObject({ suggestion: { appliedMs: expect.any(Number) } });
    expect(house.rules.set(house.inside.id).rules[0]).toMatchObject({ leastScore: 0.51 });
    await ask(chief, `POST ${path}/undo`);
    expect(house.rules.set(house.inside.id)).toMatchObject({ rules: [rule], version: 3 });
    const audited = await ask<AuditEntry[]>(auditor, 'GET /api/audit?limit=5');
    expect(audited.map(({ action }) => action)).toEqual(
      expect.arrayContaining(['suggestion.applied', 'suggestion.undone']),
    );
  });
});

const CLOSING = { verdict: 'true', reason: 'handled' };
const ACTS = {
  claim: {},
  release: {},
  dispatch: { unit: 'Tổ 1' },
  notes: { text: 'x' },
  close: CLOSING,
  reopen: {},
};
