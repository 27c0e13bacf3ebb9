import { io } from 'socket.io-client';
import { afterAll, beforeAll, expect, it, vi } from 'vitest';
import type { IncidentDetails } from '#contracts/alerts';
import type { BatchReport, FeedDraft, FeedView } from '#contracts/feeds';
import type { IncidentLinks } from '#contracts/incident-links';
import type { NoticeView } from '#contracts/notices';
import type { QualityView } from '#contracts/quality';
import type { SectorEventDetails, SectorEventView, SectorRule } from '#contracts/sector-events';
import { type House, openHouse } from '../architecture/house.ts';
import { dueDay } from '../fakes/due-day.ts';

/** From the file of a department to the queue of the centre, through the real parts. */
let house: House;
let headers: Readonly<Record<string, string>>;
let feed: FeedView;

async function send<T>(method: string, path: string, body?: unknown, type = 'application/json'): Promise<T> {
  const answer = await fetch(new URL(path, house.url), {
    method,
    headers: { ...headers, ...(body === undefined ? {} : { 'content-type': type }) },
    ...(body === undefined ? {} : { body: typeof body === 'string' ? body : JSON.stringify(body) }),
  });
  const text = await answer.text();
  if (!answer.ok) throw new Error(`${method} ${path}: ${answer.status} ${text}`);
  return text === '' ? JSON.parse('null') : JSON.parse(text);
}
const queue = (query = ''): Promise<SectorEventView[]> => send('GET', `/api/sector-events?sector=du_lich${query}`);

const today = dueDay(1);
const CODE = 'du_lich.luot_khach';

beforeAll(async () => {
  house = await openHouse();
  await house.person('chief', [{ role: 'administrator', scope: house.scopes.all }]);
  ({ headers } = await house.signIn('chief', () => true));
}, 60_000);
afterAll(() => house.close());

it('opens one event of a value past its threshold, closes it by the correction, and names the silent unit', async () => {
  const indicators = await send<{ code: string; kind: string; level: string; cadence: { every: string } }[]>(
    'GET',
    '/api/indicators',
  );
  const chosen = indicators.find(
    ({ code, kind, cadence }) => code.startsWith('du_lich.') && kind === 'flow' && cadence.every === 'day',
  );
  const code = chosen?.code ?? CODE;
  const areas = await send<{ code: string; level: string }[]>('GET', '/api/areas');
  const root = areas.find(({ level }) => level === 'province')?.code ?? '';
  const unit = await send<{ id: string }>('POST', '/api/units', {
    name: 'Sở Du lịch',
    kind: 'department',
    code: 'SDL',
  });
  const rule = { kind: 'threshold', indicator: code, side: 'above', warn: 1000, clearBy: 100 };
  const name = { vi: 'Quá đông khách', en: 'Too many visitors' };
  await send<SectorRule>('PUT', '/api/sector-rules/crowded', { ...rule, id: 'crowded', name });
  const draft: FeedDraft = {
    ...{ name: 'Lượt khách', sector: 'du_lich', ownerUnitId: unit.id, way: 'push', format: 'csv' },
    obliged: [{ indicator: code, cells: [{ areaCode: root, unitId: null }] }],
  };
  feed = await send('POST', '/api/feeds', draft);
  const push = (value: number): Promise<BatchReport> =>
    send(
      'POST',
      `/api/feeds/${feed.id}/batches`,
      `indicator;area;period;value\r\n${code};${root};${today};${value}\r\n`,
      'text/csv',
    );

  expect((await push(1200)).batch.counts).toMatchObject({ accepted: 1 });
  await vi.waitFor(async () => expect(await queue()).toHaveLength(1), 5000);
  const [opened] = await queue();
  expect(opened).toMatchObject({ indicator: code, value: 1200, count: 1, type: 'rule.threshold' });
  expect(opened?.title.vi).toMatch(/^Quá đông khách: 1\.200 /);
  await push(1300);
  await vi.waitFor(async () => expect((await queue())[0]?.value).toBe(1300), 5000);

  const acknowledged = await send<SectorEventView>('POST', `/api/sector-events/${opened?.id}/acknowledge`, {});
  expect(acknowledged.state).toBe('acknowledged');
  const incident = await send<{ entries: { entry: { kind: string } }[] }>(
    'POST',
    `/api/sector-events/${opened?.id}/incident`,
  );
  expect(incident.entries.map(({ entry }) => entry.kind)).toEqual(['opened', 'eventJoined']);

  expect((await push(400)).batch.counts).toMatchObject({ revised: 1 });
  await vi.waitFor(async () => expect(await queue()).toEqual([]), 5000);
  const details = await send<SectorEventDetails>('GET', `/api/sector-events/${opened?.id}`);
  expect(details).toMatchObject({ state: 'closed', closedBy: null, count: 1 });
  expect(details.steps.map(({ kind }) => kind)).toEqual(['opened', 'acknowledged', 'joined', 'closed']);
  const told = await send<{ type: string }[]>(
    'GET',
    '/api/events?types=vn.tamnhin.sector.opened,vn.tamnhin.sector.closed',
  );
  expect(told.map(({ type }) => type)).toEqual(['vn.tamnhin.sector.closed', 'vn.tamnhin.sector.opened']);

  // Two of three values were revised by more than the tolerance.
  await vi.waitFor(async () => {
    const [quality] = await send<QualityView[]>('GET', `/api/quality?feed=${feed.id}`);
    expect(quality?.scores).toMatchObject({ correct: { a: 1, b: 3 }, clean: { a: 3, b: 3 } });
  }, 5000);
}, 30_000);

it('suggests mentions and events of an incident by place, time and words; one call takes one in, and it leaves again', async () => {
  const at = { latitude: 10.386, longitude: 105.435 };
  const raise = (more: object): Promise<SectorEventDetails> =>
    send('POST', '/api/sector-events', { sector: 'du_lich', type: 'tai_nan_duoi_nuoc', title: 'Tai nạn', ...more });
  const near = await raise({ place: { ...at, latitude: 10.388, name: 'Bến phà' } });
  await raise({ title: 'Ở nơi khác', place: { ...at, latitude: 10.6, name: '' } });
  const media = { sector: 'mang_xa_hoi', type: 'tin_bai' };
  const mention = await raise({ ...media, title: 'Cháy lớn ở chợ Long Xuyên, khói đen cao' });
  await raise({ ...media, title: 'Khai mạc hội chợ trái cây' });
  const incident = await send<IncidentDetails>('POST', '/api/incidents', {
    title: 'Cháy chợ Long Xuyên',
    place: { name: 'Chợ Long Xuyên', ...at },
  });
  const links = (): Promise<IncidentLinks> => send('GET', `/api/incidents/${incident.id}/links`);
  expect((await links()).suggested.map(({ id, why, metres }) => [id, why, metres === null])).toEqual([
    [near.id, 'near', false],
    [mention.id, 'words', true],
  ]);
  const linked = await send<IncidentDetails>('POST', `/api/incidents/${incident.id}/links`, {
    ...{ kind: 'event', id: mention.id },
  });
  expect(linked.entries.at(-1)?.entry).toMatchObject({ kind: 'eventJoined', eventNumber: mention.number });
  expect(await links()).toMatchObject({ linked: [{ id: mention.id }], suggested: [{ id: near.id }] });
  // It is somebody's now, and of no second incident.
  expect(await send('GET', `/api/sector-events/${mention.id}`)).toMatchObject({ state: 'acknowledged' });
  const other = await send<IncidentDetails>('POST', '/api/incidents', { title: 'Việc khác' });
  const again = send('POST', `/api/incidents/${other.id}/links`, { kind: 'event', id: mention.id });
  await expect(again).rejects.toThrow('409');
  await send('DELETE', `/api/incidents/${incident.id}/links/event/${mention.id}`);
  expect((await links()).suggested.map(({ id }) => id)).toContain(mention.id);
  const audit = await send<{ action: string }[]>('GET', '/api/audit?limit=20');
  const actions = audit.map(({ action }) => action);
  expect(actions).toContain('incident.linked');
  expect(actions).toContain('incident.unlinked');
});

it('opens an event by hand in both languages, with the time at which it happened', async () => {
  const open = (more: object): Promise<SectorEventDetails> =>
    send('POST', '/api/sector-events', { sector: 'du_lich', type: 'tai_nan_duoi_nuoc', title: 'Lật xuồng', ...more });
  const occurredMs = Date.now() - 3_600_000;
  expect(await open({ titleEn: 'Boat capsized', occurredMs, severity: 'severe' })).toMatchObject({
    ...{ title: { vi: 'Lật xuồng', en: 'Boat capsized' }, occurredMs, severity: 'severe', source: { kind: 'person' } },
  });
  expect(await open({})).toMatchObject({ title: { vi: 'Lật xuồng', en: 'Lật xuồng' } });
  for (const wrong of [Date.now() + 3_600_000, Date.now() - 31 * 86_400_000]) {
    await expect(open({ occurredMs: wrong })).rejects.toThrow('400');
  }
});

it('has nothing public until somebody publishes it, and takes it back for all to see', async () => {
  const open = (path: string, more: Record<string, string> = {}): Promise<Response> =>
    fetch(new URL(path, house.url), { headers: more });
  expect(await (await open('/open/notices.atom')).text()).not.toContain('<entry>');
  const areas = await send<{ code: string; level: string }[]>('GET', '/api/areas');
  const nowMs = Date.now();
  const notice = await send<NoticeView>('POST', '/api/notices', {
    ...{ title: 'Ngập đường Trần Hưng Đạo', text: 'Tránh đi qua khu vực này.', areaName: 'Phường Long Xuyên' },
    ...{ areaCode: areas[0]?.code, fromMs: nowMs, untilMs: nowMs + 3_600_000 },
  });
  const feedOf = await open('/open/notices.atom');
  expect(await feedOf.text()).toContain('Ngập đường Trần Hưng Đạo');
  const unchanged = await open('/open/notices.atom', { 'if-none-match': feedOf.headers.get('etag') ?? '' });
  expect([unchanged.status, feedOf.headers.get('cache-control')]).toEqual([304, 'public, max-age=30']);
  expect(await (await open(`/open/notices/${notice.id}.cap`)).text()).toContain('<msgType>Alert</msgType>');
  await send('POST', `/api/notices/${notice.id}/withdraw`, { note: 'Nước đã rút' });
  const cancelled = await (await open(`/open/notices/${notice.id}.cap`)).text();
  expect(cancelled).toContain('<msgType>Cancel</msgType>');
  expect(cancelled).toContain('Nước đã rút');
  await house.person('watcher', [{ role: 'operator', scope: house.scopes.all }]);
  const { headers: theirs } = await house.signIn('watcher', () => true);
  expect((await open('/api/notices', { ...theirs })).status).toBe(403);
});

it('lets nobody look by a rule into sectors that are not theirs', async () => {
  await house.person('keeper', [{ role: 'administrator', scope: { kind: 'sector', sector: 'phan_anh' } }]);
  const { headers: theirs } = await house.signIn('keeper', () => true);
  const put = async (...types: string[]): Promise<number> => {
    const rule = { id: 'wide', name: { vi: 'Rộng', en: 'Wide' }, kind: 'correlation', types };
    const answer = await fetch(new URL('/api/sector-rules/wide', house.url), {
      method: 'PUT',
      headers: { ...theirs, 'content-type': 'application/json' },
      body: JSON.stringify({ ...rule, withinMinutes: 60, withinMetres: 500 }),
    });
    return answer.status;
  };
  expect([await put('phan_anh.*', 'camera.*'), await put('phan_anh.*', 'khong_co.*'), await put('phan_anh.*')]).toEqual(
    [403, 403, 200],
  );
});

it('shows of cameras only what tells of those that one may view, in the list, by id and on the socket', async () => {
  const { inside, outside } = house;
  const raise = (key: string, cameraIds: readonly string[]): Promise<SectorEventView> =>
    house.sectorEvents.open({
      ...{ key, sector: 'camera', type: 'xam_nhap', title: { vi: `Xâm nhập ${key}`, en: key } },
      ...{ occurredMs: Date.now(), source: { kind: 'alert', id: key }, cameraIds },
    });
  const inSector = { kind: 'sector', sector: 'camera' } as const;
  await house.person('guard', [
    { role: 'operator', scope: house.scopes.group },
    { role: 'operator', scope: inSector },
  ]);
  await house.person('clerk', [{ role: 'operator', scope: inSector }]);
  const [guard, clerk] = [await house.signIn('guard', () => true), await house.signIn('clerk', () => true)];
  const heard: string[] = [];
  const lines = [guard, clerk].map((sender) =>
    io(house.url, { transports: ['websocket'], extraHeaders: { ...sender.headers }, forceNew: true }),
  );
  try {
    await Promise.all(lines.map((line) => new Promise<void>((resolve) => line.once('connect', resolve))));
    for (const [at, line] of lines.entries()) {
      line.on('sectorEvent:changed', ({ title }: SectorEventView) =>
        heard.push(`${['guard', 'clerk'][at]} ${title.en}`),
      );
    }
    const mine = await raise('mine', [inside.id]);
    const other = await raise('other', [outside.id]);
    const both = await raise('both', [inside.id, outside.id]);
    const plain = await raise('plain', []);
    await vi.waitFor(() => expect(heard.filter((one) => one.endsWith('plain'))).toHaveLength(2));
    expect(heard.sort()).toEqual(['clerk plain', 'guard mine', 'guard plain']);
    const get = (who: { headers: Readonly<Record<string, string>> }, path: string): Promise<Response> =>
      fetch(new URL(path, house.url), { headers: { ...who.headers } });
    const listed = async (who: { headers: Readonly<Record<string, string>> }, query: string): Promise<string[]> => {
      const list: SectorEventView[] = await (await get(who, `/api/sector-events?sector=camera${query}`)).json();
      return list.map(({ title }) => title.en);
    };
    expect(await listed(guard, '')).toEqual(['plain', 'mine']);
    expect(await listed(guard, '&text=xam+nhap&limit=1')).toEqual(['plain']);
    expect(await listed(guard, `&limit=1&before=${plain.number}`)).toEqual(['mine']);
    expect(await listed(clerk, '')).toEqual(['plain']);
    const status = async (who: typeof guard, { id }: SectorEventView) =>
      (await get(who, `/api/sector-events/${id}`)).status;
    expect([await status(guard, mine), await status(guard, other), await status(guard, both)]).toEqual([200, 404, 404]);
    expect(await status(clerk, mine)).toBe(404);
    const noted = await fetch(new URL(`/api/sector-events/${other.id}/notes`, house.url), {
      method: 'POST',
      headers: { ...guard.headers, 'content-type': 'application/json' },
      body: '{"text":"x"}',
    });
    expect(noted.status).toBe(404);
  } finally {
    for (const line of lines) line.disconnect();
  }
});
