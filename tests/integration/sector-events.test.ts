import { afterAll, beforeAll, expect, it, vi } from 'vitest';
import type { BatchReport, FeedDraft, FeedView } from '#contracts/feeds';
import type { QualityView } from '#contracts/quality';
import type { SectorEventDetails, SectorEventView, SectorRule } from '#contracts/sector-events';
import { type House, openHouse } from '../architecture/house.ts';

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

const today = new Date(Date.now() + 7 * 3_600_000 - 86_400_000).toISOString().slice(0, 10);
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
