import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Scope } from '#contracts/access';
import type { ApiReplies, ApiRoute } from '#contracts/api';
import { demoMap, demoUnits } from '../../server/demo/province.ts';
import { type House, openHouse, type Sender } from '../architecture/house.ts';

/** The routes of areas, organisations, working time, sectors and indicators, as the console and programs use them. */
let house: House;
let admin: Sender;
let leader: Sender;
const sector = (key: string): Scope => ({ kind: 'sector', sector: key });

beforeAll(async () => {
  house = await openHouse();
  await house.person('admin', [{ role: 'administrator', scope: { kind: 'all' } }]);
  admin = await house.signIn('admin', () => true);
  await house.person('leader', [{ role: 'leader', scope: sector('y_te') }]);
  leader = await house.signIn('leader', () => true);
});
afterAll(() => house.close());

interface Reply<T> {
  readonly status: number;
  readonly body: T;
  readonly code: string | undefined;
  readonly headers: Headers;
}
async function send<Route extends ApiRoute>(
  sender: Sender,
  route: Route,
  options: { path?: string; body?: unknown; headers?: Record<string, string> } = {},
): Promise<Reply<ApiReplies[Route]>> {
  const [method, path] = route.split(' ');
  const reply = await fetch(new URL(options.path ?? path ?? '', house.url), {
    ...(method === undefined ? {} : { method }),
    headers: { 'content-type': 'application/json', ...sender.headers, ...options.headers },
    ...(options.body === undefined ? {} : { body: JSON.stringify(options.body) }),
  });
  const text = await reply.text();
  const body = text === '' ? undefined : JSON.parse(text);
  return { status: reply.status, body, code: body?.error?.code, headers: reply.headers };
}

describe('the map', () => {
  it('is not there, then is, and is sent once to each who keeps it', async () => {
    expect(await send(admin, 'GET /api/map')).toMatchObject({ status: 404, code: 'map.none' });
    await house.places.installDemo(demoMap(), demoUnits());
    const first = await send(leader, 'GET /api/map');
    expect([first.status, first.body.synthetic, first.body.areas.length]).toEqual([200, true, 19]);
    const etag = first.headers.get('etag') ?? '';
    expect((await send(leader, 'GET /api/map', { headers: { 'if-none-match': etag } })).status).toBe(304);
    const areas = (await send(leader, 'GET /api/areas')).body;
    expect(areas.find(({ code }) => code === 'SM23')).toMatchObject({ name: 'Phường Sông Mây', parentCode: 'SM' });
    expect((await send(leader, 'GET /api/units')).body).toHaveLength(30);
  });
});

describe('organisations', () => {
  it('are added, changed from the newest version, and removed, by those who manage sectors', async () => {
    const input = { name: 'Trạm bơm số 1', kind: 'company', code: 'TB1', areaCode: 'SM23' };
    expect((await send(leader, 'POST /api/units', { body: input })).status).toBe(403);
    const made = (await send(admin, 'POST /api/units', { body: input })).body;
    const path = `/api/units/${made.id}`;
    const changed = await send(admin, 'PUT /api/units/:unit', { path, body: { ...made, name: 'Trạm bơm' } });
    expect(changed.body).toMatchObject({ name: 'Trạm bơm', version: 2 });
    expect(await send(admin, 'PUT /api/units/:unit', { path, body: made })).toMatchObject({
      ...{ status: 409, code: 'edit.stale' },
    });
    expect(await send(admin, 'POST /api/units', { body: input })).toMatchObject({
      status: 409,
      code: 'unit.codeTaken',
    });
    expect((await send(admin, 'DELETE /api/units/:unit', { path })).status).toBe(204);
    const log = await house.access.audit.query({ limit: 10 });
    expect(log.map(({ action }) => action).slice(0, 3)).toEqual(['unit.removed', 'unit.changed', 'unit.created']);
  });

  it('and their working time', async () => {
    const time = (await send(leader, 'GET /api/working-time')).body;
    const body = { ...time, hours: [{ fromMinute: 480, toMinute: 960 }] };
    expect((await send(leader, 'PUT /api/working-time', { body })).status).toBe(403);
    expect((await send(admin, 'PUT /api/working-time', { body })).body).toMatchObject({
      hours: body.hours,
      version: 2,
    });
    expect(await send(admin, 'PUT /api/working-time', { body })).toMatchObject({ status: 409 });
    const none = await send(admin, 'PUT /api/working-time', { body: { ...body, version: 2, weekdays: [] } });
    expect(none).toMatchObject({ status: 400, code: 'workingTime.none' });
  });
});

describe('sectors and indicators', () => {
  it('are seen by those who may read them, and are not there for others', async () => {
    expect((await send(admin, 'GET /api/sectors')).body).toHaveLength(10);
    expect((await send(leader, 'GET /api/sectors')).body.map(({ key }) => key)).toEqual(['y_te']);
    const seen = (await send(leader, 'GET /api/indicators')).body;
    expect(new Set(seen.map(({ sector: key }) => key))).toEqual(new Set(['y_te']));
    const targetsOf = (code: string) => `/api/indicators/${code}/targets`;
    const own = await send(leader, 'GET /api/indicators/:indicator/targets', { path: targetsOf('y_te.cap_cuu') });
    expect([own.status, own.body]).toEqual([200, []]);
    const other = await send(leader, 'GET /api/indicators/:indicator/targets', { path: targetsOf('thu_tuc.qua_han') });
    expect(other).toMatchObject({ status: 404, code: 'indicator.unknown' });
  });

  it('are changed by who manages that sector, and by nobody else', async () => {
    await house.person('keeper', [{ role: 'administrator', scope: sector('y_te') }]);
    const keeper = await house.signIn('keeper', () => true);
    const health = (await send(keeper, 'GET /api/sectors')).body[0];
    const path = '/api/sectors/y_te';
    const body = { ...health, headline: 'y_te.cap_cuu' };
    expect((await send(leader, 'PUT /api/sectors/:sector', { path, body })).status).toBe(403);
    expect((await send(keeper, 'PUT /api/sectors/:sector', { path, body })).body).toMatchObject({
      ...{ headline: 'y_te.cap_cuu', version: 2 },
    });
    expect(await send(keeper, 'PUT /api/sectors/:sector', { path, body })).toMatchObject({ status: 409 });
    const foreign = await send(keeper, 'PUT /api/sectors/:sector', { path: '/api/sectors/thu_tuc', body });
    expect(foreign).toMatchObject({ status: 404, code: 'sector.unknown' });

    const indicator = (await send(keeper, 'GET /api/indicators')).body.find(({ code }) => code === 'y_te.cap_cuu');
    const at = '/api/indicators/y_te.cap_cuu';
    const renamed = { ...indicator, name: { vi: 'Cấp cứu', en: 'Emergencies' } };
    expect((await send(keeper, 'PUT /api/indicators/:indicator', { path: at, body: renamed })).body.version).toBe(2);
    // What one may not read, one does not reckon with.
    const terms = [{ indicator: 'thu_tuc.tiep_nhan', factor: 1 }];
    const parts = { formula: { numerator: terms, denominator: terms, scale: 100 } };
    const { cadence, level } =
      (await send(admin, 'GET /api/indicators')).body.find(({ code }) => code === 'thu_tuc.tiep_nhan') ?? renamed;
    const ratio = { ...renamed, ...parts, cadence, level, kind: 'ratio' };
    const spied = await send(keeper, 'PUT /api/indicators/:indicator', {
      ...{ path: '/api/indicators/y_te.ty_le_la', body: ratio },
    });
    expect(spied).toMatchObject({ status: 404, code: 'indicator.unknown' });
    const used = await send(keeper, 'DELETE /api/indicators/:indicator', { path: at });
    expect(used).toMatchObject({ status: 409, code: 'indicator.inUse' });
    const period = { periodStartMs: Date.UTC(2026, 0), periodEndMs: Date.UTC(2027, 0) };
    const targets = await send(keeper, 'PUT /api/indicators/:indicator/targets', {
      path: `${at}/targets`,
      body: [{ areaCode: 'SM', value: 40, ...period }],
    });
    expect(targets.body).toEqual([{ areaCode: 'SM', value: 40, course: 'flat', ...period }]);
  });
});

describe('who manages one organisation that delivers to a sector', () => {
  it('does not open to it the events of a restricted type', async () => {
    const [unit] = (await send(admin, 'GET /api/units')).body;
    const unitId = unit?.id ?? '';
    const feed = { name: 'Camera của xã', sector: 'camera', ownerUnitId: unitId, way: 'push', format: 'csv' };
    const obliged = [{ indicator: 'camera.mat_tin_hieu', cells: [] }];
    expect((await send(admin, 'POST /api/feeds', { body: { ...feed, obliged } })).status).toBe(200);
    await house.person('of-unit', [{ role: 'administrator', scope: { kind: 'unit', unitId } }]);
    const ofUnit = await house.signIn('of-unit', () => true);
    const path = '/api/sectors/camera';
    const before = (await send(ofUnit, 'GET /api/sectors')).body.find(({ key }) => key === 'camera');
    const types = before?.eventTypes ?? [];
    expect(types.some(({ confidentiality }) => confidentiality === 'restricted')).toBe(true);
    const opened = types.map((type) => ({ ...type, confidentiality: 'internal' }));
    const open = { path, body: { ...before, eventTypes: opened } };
    expect((await send(ofUnit, 'PUT /api/sectors/:sector', open)).status).toBe(403);
    // Nor by taking it away and putting it back.
    const without = types.filter(({ confidentiality }) => confidentiality !== 'restricted');
    const taken = await send(ofUnit, 'PUT /api/sectors/:sector', { path, body: { ...before, eventTypes: without } });
    expect(taken.status).toBe(200);
    const back = { path, body: { ...taken.body, eventTypes: opened } };
    expect((await send(ofUnit, 'PUT /api/sectors/:sector', back)).status).toBe(403);
    expect((await send(admin, 'PUT /api/sectors/:sector', back)).status).toBe(200);
  });
});

describe('rules and what citizens report', () => {
  it('are saved from their newest version alone', async () => {
    const path = '/api/sector-rules/nhanh';
    const name = { vi: 'Cấp cứu nhiều', en: 'Many emergencies' };
    const body = { id: 'nhanh', name, kind: 'threshold', indicator: 'y_te.cap_cuu', side: 'above', warn: 5 };
    const made = (await send(admin, 'PUT /api/sector-rules/:rule', { path, body })).body;
    const again = await send(admin, 'PUT /api/sector-rules/:rule', { path, body: { ...made, enabled: false } });
    expect([made.version, again.body.version]).toEqual([1, 2]);
    const late = await send(admin, 'PUT /api/sector-rules/:rule', { path, body: made });
    expect(late).toMatchObject({ status: 409, code: 'edit.stale' });
    const [service] = (await send(admin, 'GET /api/report-services')).body;
    const at = { path: `/api/report-services/${service?.code}` };
    const change = { ...service, dueMinutes: 77 };
    const saved = await send(admin, 'PUT /api/report-services/:service', { ...at, body: change });
    expect(saved.body).toMatchObject({ dueMinutes: 77, version: 2 });
    const stale = await send(admin, 'PUT /api/report-services/:service', { ...at, body: change });
    expect(stale).toMatchObject({ status: 409, code: 'edit.stale' });
  });
});

describe('grants and tokens', () => {
  it('name only sectors and organisations that are there', async () => {
    const grant = (scope: Scope) => ({
      ...{ username: 'somebody', displayName: 'Somebody', enabled: true, password: 'ba con gà trống nâu' },
      grants: [{ role: 'department', scope }],
    });
    for (const scope of [sector('nowhere'), { kind: 'unit', unitId: 'nobody' } as const]) {
      const reply = await send(admin, 'POST /api/users', { body: grant(scope) });
      expect(reply).toMatchObject({ status: 400, code: 'user.scopeUnknown' });
      const token = { name: 'x', permissions: ['feed.push'], scopes: [scope], days: 1, addresses: [] };
      expect(await send(admin, 'POST /api/tokens', { body: token })).toMatchObject({ code: 'user.scopeUnknown' });
    }
    const known = await send(admin, 'POST /api/users', { body: grant({ kind: 'unit', unitId: 'demo-SM-SYT' }) });
    expect(known.status).toBe(200);
  });
});
