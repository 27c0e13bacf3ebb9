import { io } from 'socket.io-client';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { PERMISSIONS } from '#contracts/access';
import type { SectorEventView } from '#contracts/sector-events';
import { AUDIENCES } from '#contracts/socket';
import { type House, openHouse, type Sender } from './house.ts';
import { ROUTES } from './route-table.ts';

/**
 * Whoever sees what of a sector is restricted is on record: every way by which somebody may read of sectors, with a
 * figure, an event and a directive that are restricted. A route or topic that stands in no table fails.
 */
const VALUE = 31_415_926;
const TITLE = 'Việc chỉ lãnh đạo được biết';
const CODE = 'mat.so_lieu';
/** Of the day before this one in the province. */
const DAY = new Date(Date.now() + 7 * 3_600_000 - 86_400_000).toISOString().slice(0, 10);
const startMs = Date.parse(`${DAY}T00:00:00+07:00`);

let house: House;
let chief: Sender;
const made = { province: '', feed: '', batch: '', event: '', directive: '', incident: '' };

/** What they show, and where that is. */
const SHOWING: Readonly<Record<string, { what: string; path: () => string }>> = {
  'GET /api/sectors/:sector/page': { what: `${VALUE}`, path: () => '/api/sectors/mat/page' },
  'GET /api/indicators/:indicator/history': {
    what: `${VALUE}`,
    path: () => `/api/indicators/${CODE}/history?fromMs=${startMs}&toMs=${startMs + 86_400_000}`,
  },
  'GET /api/indicators/:indicator/areas': { what: CODE, path: () => `/api/indicators/${CODE}/areas` },
  'GET /api/indicators/:indicator/targets': { what: `${VALUE + 1}`, path: () => `/api/indicators/${CODE}/targets` },
  'GET /api/observations': {
    what: `${VALUE}`,
    path: () => `/api/observations?indicator=${CODE}&area=${made.province}&periodStartMs=${startMs}`,
  },
  'GET /api/quality/failing': { what: CODE, path: () => `/api/quality/failing?quality=clean&feed=${made.feed}` },
  'GET /api/sector-events': { what: TITLE, path: () => '/api/sector-events?sector=mat' },
  'GET /api/sector-events/:event': { what: TITLE, path: () => `/api/sector-events/${made.event}` },
  'GET /api/incidents/:incident/links': { what: TITLE, path: () => `/api/incidents/${made.incident}/links` },
  'GET /api/directives': { what: `${VALUE}`, path: () => '/api/directives' },
  'GET /api/directives/:directive': { what: `${VALUE}`, path: () => `/api/directives/${made.directive}` },
  'GET /api/feeds/:feed/grid': {
    what: `${VALUE}`,
    path: () => `/api/feeds/${made.feed}/grid?atMs=${startMs + 86_400_000 + 3_600_000}`,
  },
  'GET /api/batches/:batch/rows': { what: `${VALUE}`, path: () => `/api/batches/${made.batch}/rows` },
  'GET /api/batches/:batch/errors.csv': { what: 'bốn', path: () => `/api/batches/${made.batch}/errors.csv` },
};
/** What has names, places, ratios and rules, and never a restricted value or event. */
const NEVER: Readonly<Record<string, () => string>> = {
  'GET /api/areas': () => '/api/areas',
  'GET /api/map': () => '/api/map',
  'GET /api/units': () => '/api/units',
  'GET /api/working-time': () => '/api/working-time',
  'GET /api/sectors': () => '/api/sectors',
  'GET /api/indicators': () => '/api/indicators',
  'GET /api/sector-tiles': () => '/api/sector-tiles',
  'GET /api/quality': () => '/api/quality',
  'GET /api/quality/league': () => '/api/quality/league',
  'GET /api/quality/league.csv': () => '/api/quality/league.csv',
  'GET /api/sector-rules': () => '/api/sector-rules',
  'GET /api/feeds': () => '/api/feeds',
  'GET /api/feeds/:feed': () => `/api/feeds/${made.feed}`,
  'GET /api/feeds/:feed/template.csv': () => `/api/feeds/${made.feed}/template.csv`,
  'GET /api/feeds/:feed/batches': () => `/api/feeds/${made.feed}/batches`,
  'GET /api/batches/:batch': () => `/api/batches/${made.batch}`,
  // The log leaves the house.
  'GET /api/events': () => '/api/events',
  // How many targets were reached.
  'GET /api/target-results': () => '/api/target-results',
  'GET /open/notices.atom': () => '/open/notices.atom',
  'GET /open/notices/:notice.cap': () => '/open/notices/unknown.cap',
  'GET /open/catalogue.jsonld': () => '/open/catalogue.jsonld',
  'GET /open/indicators/:indicator.csv': () => `/open/indicators/${CODE}.csv`,
  'GET /open/indicators/:indicator.json': () => `/open/indicators/${CODE}.json`,
};

async function send<T>(method: string, path: string, body?: unknown): Promise<T> {
  const reply = await fetch(new URL(path, house.url), {
    method,
    headers: { ...chief.headers, ...(body === undefined ? {} : { 'content-type': 'application/json' }) },
    ...(body === undefined ? {} : { body: JSON.stringify(body) }),
  });
  const text = await reply.text();
  if (!reply.ok && reply.status !== 422) throw new Error(`${method} ${path}: ${reply.status} ${text}`);
  return (text === '' ? undefined : JSON.parse(text)) as T;
}
const looks = (actor: string) =>
  house.database.all<{ detail: string }>(
    "SELECT detail FROM audit WHERE action = 'restricted.seen' AND actor = ?",
    actor,
  );

beforeAll(async () => {
  house = await openHouse();
  await house.person('chief', [{ role: 'administrator', scope: house.scopes.all }]);
  chief = await house.signIn('chief', () => true);
  const words = (vi: string) => ({ vi, en: vi });
  await send('POST', '/api/sectors', {
    ...{ key: 'mat', name: words('Lĩnh vực hạn chế') },
    eventTypes: [{ key: 'viec', name: words('Việc'), confidentiality: 'restricted' }],
  });
  await send('PUT', `/api/indicators/${CODE}`, {
    ...{ name: words('Số liệu hạn chế'), unit: words('việc'), kind: 'stock', level: 'province' },
    ...{ cadence: { every: 'day' }, confidentiality: 'restricted' },
  });
  const areas = await send<{ code: string; level: string }[]>('GET', '/api/areas');
  made.province = areas.find(({ level }) => level === 'province')?.code ?? '';
  const unit = await send<{ id: string }>('POST', '/api/units', { name: 'Sở', kind: 'department', code: 'S' });
  const feed = await send<{ id: string }>('POST', '/api/feeds', {
    ...{ name: 'Nguồn', sector: 'mat', ownerUnitId: unit.id, way: 'push' },
    obliged: [{ indicator: CODE, cells: [] }],
  });
  made.feed = feed.id;
  await send('PUT', `/api/indicators/${CODE}/targets`, [
    ...[{ areaCode: made.province, periodStartMs: startMs, periodEndMs: startMs + 86_400_000, value: VALUE + 1 }],
  ]);
  const row = { indicator: CODE, area: made.province, period: DAY };
  const report = await send<{ batch: { id: string } }>('POST', `/api/feeds/${feed.id}/batches`, [
    { ...row, value: VALUE },
    { ...row, value: 'bốn' },
  ]);
  made.batch = report.batch.id;
  made.event = (
    await send<SectorEventView>('POST', '/api/sector-events', { sector: 'mat', type: 'viec', title: TITLE })
  ).id;
  const joined = await send<{ id: string }>('POST', '/api/sector-events', {
    sector: 'mat',
    type: 'viec',
    title: TITLE,
  });
  made.incident = (await send<{ id: string }>('POST', `/api/sector-events/${joined.id}/incident`)).id;
  const figure = { indicator: CODE, areaCode: made.province };
  made.directive = (
    await send<{ id: string }>('POST', '/api/directives', {
      ...{ title: 'Làm rõ', text: 'Báo cáo trong ngày', unitId: unit.id, dueMs: Date.now() + 86_400_000, figure },
    })
  ).id;
  await vi.waitFor(async () =>
    expect(JSON.stringify(await send('GET', `/api/quality/failing?quality=clean&feed=${feed.id}`))).toContain(CODE),
  );
}, 60_000);
afterAll(() => house.close());

it('every way to read of sectors stands in one of the tables', () => {
  const reading = Object.entries(ROUTES).filter(
    ([name, { needs }]) =>
      name.startsWith('GET ') &&
      (['sector.read', 'feed.push', 'directive.give', 'directive.answer'].includes(needs) || / \/open\//.test(name)),
  );
  const known = [...Object.keys(SHOWING), ...Object.keys(NEVER)];
  expect(reading.map(([name]) => name).filter((name) => !known.includes(name))).toEqual([]);
  expect(known.filter((name) => !(name in ROUTES))).toEqual([]);
  const ofSectors = Object.entries(AUDIENCES).flatMap(([topic, audience]) => (audience === 'sector' ? [topic] : []));
  expect(ofSectors.sort()).toEqual(['sectorEvent:changed', 'tile:changed']);
});

describe.each(Object.entries(SHOWING))('%s', (name, { what, path }) => {
  it('shows it, and has on record to whom; another time within minutes is the same look', async () => {
    const { headers } = await house.token(name, PERMISSIONS, [house.scopes.all], () => true);
    for (let time = 0; time < 2; time += 1) {
      const reply = await fetch(new URL(path(), house.url), { headers });
      const text = await reply.text();
      expect([reply.status, text]).toEqual([200, expect.stringContaining(what)]);
      const seen = await looks(`token:${name}`);
      expect(seen).toHaveLength(1);
      expect(JSON.parse(seen[0]?.detail ?? '')).toMatchObject({ sector: 'mat' });
    }
  });

  it('is refused, or shows nothing of it, to those who only deliver elsewhere', async () => {
    const scopes = [{ kind: 'sector' as const, sector: 'du_lich' }];
    const { headers } = await house.token(`${name} elsewhere`, ['sector.read', 'feed.push'], scopes, () => true);
    const reply = await fetch(new URL(path(), house.url), { headers });
    expect([200, 403, 404]).toContain(reply.status);
    const text = await reply.text();
    for (const secret of [`${VALUE}`, `${VALUE + 1}`, TITLE]) expect(text).not.toContain(secret);
    expect(await looks(`token:${name} elsewhere`)).toEqual([]);
  });
});

it.each(Object.entries(NEVER))('%s never shows it, to anybody', async (name, path) => {
  const { headers } = await house.token(name, PERMISSIONS, [house.scopes.all], () => true);
  const reply = await fetch(new URL(path(), house.url), { headers });
  expect([200, 404]).toContain(reply.status);
  const text = await reply.text();
  for (const secret of [`${VALUE}`, TITLE]) expect(text).not.toContain(secret);
  expect(await looks(`token:${name}`)).toEqual([]);
});

it('who tries a rule or a formula on it is on record as well', async () => {
  const body = {
    ...{ id: 'thu', kind: 'threshold', name: { vi: 'Nhiều', en: 'Many' }, indicator: CODE, level: 'province' },
    ...{ basis: 'value', side: 'above', warn: 1 },
  };
  const input = { name: body.name, unit: body.name, kind: 'stock', level: 'province', cadence: { every: 'day' } };
  for (const [path, sent] of [
    ['/api/rule-previews', body],
    [`/api/indicators/${CODE}/trial`, { ...input, confidentiality: 'restricted' }],
  ] as const) {
    const { headers } = await house.token(path, PERMISSIONS, [house.scopes.all], () => true);
    const reply = await fetch(new URL(path, house.url), {
      ...{ method: 'POST', headers: { ...headers, 'content-type': 'application/json' }, body: JSON.stringify(sent) },
    });
    expect([reply.status, await reply.text()]).toEqual([200, expect.stringContaining(`${VALUE}`)]);
    expect(await looks(`token:${path}`)).toHaveLength(1);
  }
});

it('who hears of it by the socket is on record, and nobody hears of it who may not', async () => {
  await house.person('leader', [{ role: 'leader', scope: house.scopes.all }]);
  await house.person('guest', [{ role: 'leader', scope: { kind: 'sector', sector: 'du_lich' } }]);
  const heard: string[] = [];
  const lines = await Promise.all(
    ['leader', 'guest'].map(async (name) => {
      const { headers } = await house.signIn(name, () => true);
      const line = io(house.url, { transports: ['websocket'], extraHeaders: { ...headers }, forceNew: true });
      line.on('sectorEvent:changed', (event: SectorEventView) => heard.push(`${name} ${event.id}`));
      await new Promise<void>((resolve) => line.once('connect', resolve));
      return line;
    }),
  );
  await send('POST', `/api/sector-events/${made.event}/acknowledge`, {});
  await vi.waitFor(() => expect(heard).toEqual([`leader ${made.event}`]));
  await vi.waitFor(async () => expect(await looks('leader')).toHaveLength(1));
  expect(await looks('guest')).toEqual([]);
  for (const line of lines) line.disconnect();
});
