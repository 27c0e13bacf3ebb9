import sharp from 'sharp';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { z } from 'zod';
import type {
  PortalView,
  PublicReport,
  ReportBulkResult,
  ReportCreated,
  ReportDetails,
  ReportView,
} from '#contracts/reports';
import { SYSTEM } from '../../server/access/actor.ts';
import { createOpen311Client } from '../../server/reports/open311-client.ts';
import { hasZeroBits } from '../../server/reports/puzzle.ts';
import { type House, openHouse, type Sender } from '../architecture/house.ts';
import { PLACE } from '../fakes/report-places.ts';

/** The public page, those who handle reports, and another city's program, at the real doors. */
let house: House;
let operator: Sender;
let unit: Sender;
let otherUnit: Sender;
let lead: Sender;

beforeAll(async () => {
  house = await openHouse();
  const unitScope = (unitId: string) => ({ kind: 'unit', unitId }) as const;
  await house.person('operator', [{ role: 'operator', scope: house.scopes.all }]);
  await house.person('lead', [{ role: 'shift_lead', scope: house.scopes.all }]);
  await house.person('so', [{ role: 'department', scope: unitScope('so') }]);
  await house.person('dien-luc', [{ role: 'department', scope: unitScope('dien-luc') }]);
  const sit = (name: string) => house.signIn(name, () => true);
  [operator, lead, unit, otherUnit] = [
    await sit('operator'),
    await sit('lead'),
    await sit('so'),
    await sit('dien-luc'),
  ];
});
afterAll(() => house.close());

async function ask<T>(
  sender: Sender | null,
  method: string,
  path: string,
  body?: unknown,
): Promise<{ status: number; reply: T }> {
  const reply = await fetch(new URL(path, house.url), {
    method,
    headers: { ...sender?.headers, ...(body === undefined ? {} : { 'content-type': 'application/json' }) },
    ...(body === undefined ? {} : { body: JSON.stringify(body) }),
  });
  const text = await reply.text();
  return { status: reply.status, reply: (text === '' ? undefined : JSON.parse(text)) as T };
}

function solve(puzzle: string): string {
  const [challenge = '', bits = '0'] = puzzle.split(':');
  for (let word = 0; ; word += 1) {
    if (hasZeroBits(`${challenge}:${word}`, Number(bits))) return `${challenge}:${word}`;
  }
}
const until = (ms: number) => new Promise((done) => setTimeout(done, ms));
const draft = {
  service: 'cay_do',
  text: 'Cây đổ chắn hết đường trước chợ',
  place: { ...PLACE.west, name: 'Chợ Bến Tràm' },
  contact: { name: 'Trần Thị Bí Mật', phone: '0912345678' },
};

describe('a report from the public page', () => {
  let sent: ReportCreated;
  let id: string;

  it('is sent with a proof, once, and not faster than a person can', async () => {
    const pages = await Promise.all([1, 2].map(async () => (await ask<PortalView>(null, 'GET', '/api/portal')).reply));
    const [first = '', second = ''] = pages.map(({ puzzle }) => solve(puzzle));
    expect(pages[0]?.areas).toContainEqual({ code: 'P01', name: 'Xã Bến Tràm' });
    const send = (more: object) =>
      ask<ReportCreated & { error: { code: string } }>(null, 'POST', '/api/portal/reports', { ...draft, ...more });
    expect((await send({ proof: first })).reply.error.code).toBe('portal.fast');
    await until(3000);
    expect((await send({})).reply.error.code).toBe('portal.puzzle');
    expect((await send({ proof: first, website: 'http://spam' })).reply.error.code).toBe('portal.hiddenField');
    const outside = await send({ proof: second, place: { latitude: 21, longitude: 105, name: '' } });
    expect([outside.status, outside.reply.error.code]).toEqual([400, 'report.outside']);
    const accepted = await send({ proof: first });
    expect(accepted.status).toBe(200);
    sent = accepted.reply;
    expect((await send({ proof: first })).reply.error.code).toBe('portal.puzzle');
    // From another page nobody sends in our visitors' name.
    const foreign = await fetch(new URL('/api/portal/reports', house.url), {
      method: 'POST',
      headers: { origin: 'https://evil.example', 'content-type': 'application/json' },
      body: JSON.stringify(draft),
    });
    expect(foreign.status).toBe(403);
    expect(foreign.headers.get('access-control-allow-origin')).toBeNull();
  });

  it('brings photos, and an event at once', async () => {
    const picture = await sharp({ create: { width: 60, height: 40, channels: 3, background: '#292' } })
      .withExif({ IFD3: { GPSLatitudeRef: 'N', GPSLatitude: '10/1 27/1 0/1' } })
      .jpeg()
      .toBuffer();
    const put = (ticket: string, body: Uint8Array<ArrayBuffer>) =>
      fetch(new URL(`/api/portal/reports/${sent.code}/photos`, house.url), {
        method: 'POST',
        headers: { 'x-ticket': ticket },
        body,
      });
    const bytes = new Uint8Array(picture);
    expect((await put('wrong', bytes)).status).toBe(403);
    expect((await put(sent.ticket, new TextEncoder().encode('<svg/>'))).status).toBe(400);
    expect((await put(sent.ticket, bytes)).status).toBe(204);
    const { reply } = await ask<ReportView[]>(operator, 'GET', '/api/reports');
    id = reply[0]?.id ?? '';
    expect(reply).toMatchObject([
      { emergency: true, areaCode: 'P01', hasContact: true, photoIds: [expect.any(String)] },
    ]);
    const photo = await fetch(new URL(`/api/reports/${id}/photos/${reply[0]?.photoIds[0]}`, house.url), {
      headers: operator.headers,
    });
    const kept = Buffer.from(await photo.arrayBuffer());
    expect((await sharp(kept).metadata()).exif).toBeUndefined();
    await expect.poll(() => house.reportEvents.open.has(`report.${id}`)).toBe(true);
  });

  it('is a unit’s once it was given to it, without its sender and code', async () => {
    const act = (sender: Sender, body: object) => ask<ReportDetails>(sender, 'POST', `/api/reports/${id}/acts`, body);
    expect((await ask(unit, 'GET', `/api/reports/${id}`)).status).toBe(404);
    expect((await act(unit, { act: 'verify' })).status).toBe(404);
    expect((await act(operator, { act: 'assign', unitId: 'cay-xanh' })).status).toBe(409);
    expect((await act(operator, { act: 'verify', publicText: 'Cây đổ chắn đường' })).status).toBe(200);
    expect((await act(operator, { act: 'assign', unitId: 'cay-xanh' })).status).toBe(200);
    // Above it in the organisation: its reports too. Beside it: not.
    const seen = await ask<ReportDetails>(unit, 'GET', `/api/reports/${id}`);
    expect(seen.reply).toMatchObject({ code: '', unitName: 'Công ty Cây xanh' });
    for (const secret of ['Bí Mật', '0912345678', sent.code, sent.ticket])
      expect(JSON.stringify(seen.reply)).not.toContain(secret);
    expect((await ask(otherUnit, 'GET', `/api/reports/${id}`)).status).toBe(404);
    expect((await ask<unknown[]>(otherUnit, 'GET', '/api/reports')).reply).toEqual([]);
    expect((await act(unit, { act: 'reject', text: 'không phải việc này' })).status).toBe(403);
    expect((await act(unit, { act: 'start' })).status).toBe(200);
    expect((await act(unit, { act: 'answer', text: 'Đã dọn xong' })).reply.state).toBe('answered');
    const mine = await ask<PublicReport>(null, 'GET', `/api/portal/reports/${sent.code}`);
    expect(mine.reply).toMatchObject({ state: 'answered', answers: [{ text: 'Đã dọn xong' }] });
    expect(
      (await ask<PublicReport>(null, 'POST', `/api/portal/reports/${sent.code}/rating`, { rating: 'satisfied' })).reply
        .rating,
    ).toBe('satisfied');
  });

  it('shows who sent it to those who may, and writes the look down', async () => {
    for (const [sender, status] of [
      [operator, 403],
      [unit, 403],
      [lead, 200],
    ] as const) {
      expect([sender.name, (await ask(sender, 'GET', `/api/reports/${id}/contact`)).status]).toEqual([
        sender.name,
        status,
      ]);
    }
    const looks = await house.database.all<{ actor: string; detail: string }>(
      "SELECT actor, detail FROM audit WHERE action = 'report.contactSeen'",
    );
    expect(looks).toMatchObject([{ actor: 'lead', detail: expect.stringContaining(id) }]);
    expect(house.logged.join('\n')).not.toContain('0912345678');
  });
});

// ---- Open311 -----------------------------------------------------------------------------------------------------------

/** Written from https://wiki.open311.org/GeoReport_v2: fields, types, the format of times. */
const w3c = z.string().regex(/^\d{4}-\d{2}-\d{2}T\d{2}:\d{2}:\d{2}(Z|[+-]\d{2}:\d{2})$/);
const words = z.string().nullable();
const SCHEMAS = {
  services: z
    .array(
      z.strictObject({
        ...{
          service_code: z.string().min(1),
          service_name: z.string().min(1),
          description: z.string(),
          metadata: z.boolean(),
        },
        ...{ type: z.enum(['realtime', 'batch', 'blackbox']), keywords: z.string(), group: z.string() },
      }),
    )
    .min(5),
  definition: z.strictObject({ service_code: z.string(), attributes: z.array(z.unknown()) }),
  requests: z.array(
    z.strictObject({
      ...{ service_request_id: z.string().min(1), status: z.enum(['open', 'closed']), status_notes: words },
      ...{ service_name: words, service_code: z.string(), description: z.string().max(4000).nullable() },
      ...{
        agency_responsible: words,
        service_notice: words,
        requested_datetime: w3c,
        updated_datetime: w3c.nullable(),
      },
      ...{ expected_datetime: w3c.nullable(), address: words, address_id: words, zipcode: words },
      ...{ lat: z.number().nullable(), long: z.number().nullable(), media_url: z.url().nullable() },
    }),
  ),
  created: z
    .array(z.strictObject({ service_request_id: z.string(), service_notice: words, account_id: words }))
    .length(1),
  errors: z.array(z.strictObject({ code: z.number(), description: z.string().min(1) })).min(1),
  discovery: z.strictObject({
    ...{ changeset: w3c, contact: z.string(), key_service: z.string() },
    endpoints: z
      .array(
        z.strictObject({
          ...{ specification: z.literal('http://wiki.open311.org/GeoReport_v2'), url: z.url(), changeset: w3c },
          ...{
            type: z.enum(['production', 'test']),
            formats: z.array(z.enum(['text/xml', 'application/json'])).length(2),
          },
        }),
      )
      .length(1),
  }),
};

describe('Open311 GeoReport v2', () => {
  let key: string;
  const open311 = (path: string, init?: RequestInit) => fetch(new URL(`/open311/v2/${path}`, house.url), init);
  const json = async (path: string, init?: RequestInit): Promise<unknown> => (await open311(path, init)).json();

  beforeAll(async () => {
    const body = { name: '1022', permissions: ['feed.push' as const], days: 1, addresses: [] };
    const { secret } = await house.access.tokens.create(SYSTEM, {
      ...body,
      scopes: [{ kind: 'sector', sector: 'phan_anh' }],
    });
    key = secret;
  });

  it.each(['json', 'xml'] as const)('goes round with our own client in %s', async (format) => {
    const client = createOpen311Client({
      endpoint: `${house.url}/open311/v2`,
      format,
      apiKey: key,
      jurisdiction: 'angiang.gov.vn',
      fetch,
    });
    const services = await client.services();
    expect(services.bad).toEqual([]);
    expect(services.items.find(({ code }) => code === 'rac_thai')).toMatchObject({
      name: 'Rác thải',
      type: 'realtime',
    });
    const description = `Rác <b>&</b> "đống" ${format}`;
    const created = await client.post({
      ...{
        service: 'rac_thai',
        description,
        ...PLACE.east,
        address: 'Đường số 3',
        lastName: 'Bí Mật',
        phone: '0987654321',
      },
    });
    expect(created.notice).toMatch(/[34679ACDEFHKMPRTWXY-]{14}$/);
    const number = created.id ?? '';
    // Nobody has looked at it: its state alone.
    expect(await client.request(number)).toMatchObject({
      status: 'open',
      detailedStatus: 'received',
      description: '',
      latitude: null,
    });
    const inside = (
      await ask<ReportView[]>(operator, 'GET', `/api/reports?text=${encodeURIComponent(`dong ${format}`)}`)
    ).reply[0];
    expect(inside).toMatchObject({ channel: 'open311', text: description, areaCode: 'P02', hasContact: true });
    const act = (body: object) =>
      ask<ReportBulkResult>(operator, 'POST', '/api/report-acts', { ids: [inside?.id], act: body });
    await act({ act: 'verify', publicText: description });
    await act({ act: 'assign', unitId: 'cay-xanh' });
    expect((await act({ act: 'answer', text: 'Đã thu gom' })).reply).toEqual({ done: [inside?.id], failed: [] });
    expect((await act({ act: 'verify', publicText: '' })).reply.failed).toMatchObject([{ code: 'report.state' }]);
    await act({ act: 'close' });
    const { items, bad } = await client.requests({
      services: ['rac_thai'],
      fromMs: Date.now() - 3_600_000,
      toMs: Date.now() + 1000,
    });
    expect(bad).toEqual([]);
    const read = items.find(({ id }) => id === number);
    expect(read).toMatchObject({
      status: 'closed',
      detailedStatus: 'closed',
      description,
      statusNotes: 'Đã thu gom',
      address: 'Phường Cồn Én',
    });
    expect(read).toMatchObject({ ...PLACE.east, agency: 'Công ty Cây xanh', expectedMs: null });
    expect(Math.abs((read?.requestedMs ?? 0) - Date.now())).toBeLessThan(60_000);
    expect(JSON.stringify(items)).not.toContain('0987654321');
    expect(await client.request('999999')).toBeUndefined();
    await expect(client.requests({ fromMs: Date.now() - 100 * 86_400_000, toMs: Date.now() })).rejects.toMatchObject({
      code: 'open311.refused',
      message: expect.stringContaining('90 days'),
    });
    const keyless = createOpen311Client({ endpoint: `${house.url}/open311/v2`, format, apiKey: 'tmn_wrong', fetch });
    await expect(keyless.post({ service: 'rac_thai', description, ...PLACE.east })).rejects.toThrow(/403.*api_key/);
  });

  it('answers what the specification says', async () => {
    SCHEMAS.services.parse(await json('services.json?jurisdiction_id=anything'));
    SCHEMAS.definition.parse(await json('services/rac_thai.json'));
    expect(SCHEMAS.requests.parse(await json('requests.json')).length).toBeGreaterThan(1);
    expect(
      SCHEMAS.requests.parse(await json('requests.json?status=open')).every(({ status }) => status === 'open'),
    ).toBe(true);
    SCHEMAS.discovery.parse(await json('discovery.json'));
    const form = new URLSearchParams({
      api_key: key,
      service_code: 'rac_thai',
      address_string: 'Chợ',
      description: 'Rác',
    });
    const posted = await open311('requests.json', { method: 'POST', body: form });
    const [created] = SCHEMAS.created.parse(await posted.json());
    const code = created?.service_notice?.slice(-14) ?? '';
    expect(await json(`tokens/${code}.json`)).toEqual([
      { service_request_id: created?.service_request_id, token: code },
    ]);
    const xml = await open311('services.xml');
    expect(xml.headers.get('content-type')).toBe('text/xml; charset=utf-8');
    expect(await xml.text()).toMatch(
      /^<\?xml version="1.0" encoding="UTF-8"\?>\n<services><service><service_code>chay_no<\/service_code>/,
    );
  });

  it.each<[string, number, RequestInit?]>([
    ['services/nothing.json', 404],
    ['requests/0.json', 404],
    ['tokens/nothing.json', 404],
    ['requests.json?status=half', 400],
    ['requests.json?start_date=yesterday', 400],
    ['requests.json?start_date=2026-01-01T00:00:00Z&end_date=2026-09-01T00:00:00Z', 400],
    ['requests.json', 403, { method: 'POST', body: new URLSearchParams({ service_code: 'khac' }) }],
    ['services.pdf', 404],
  ])('%s is refused with %i in its own format', async (path, status, init) => {
    const reply = await open311(path, init);
    expect(reply.status).toBe(status);
    if (path.includes('.json')) expect(SCHEMAS.errors.parse(await reply.json())[0]?.code).toBe(status);
    else expect(await reply.text()).toContain('<errors><error><code>404</code>');
  });

  it.each([
    ['', 400],
    ['service_code=nothing&address_string=x', 404],
    ['service_code=khac', 400],
    ['service_code=khac&lat=91&long=5', 400],
    ['service_code=khac&lat=21.03&long=105.85', 400],
  ])('a request «%s» is refused with %i', async (form, status) => {
    const body = `api_key=${encodeURIComponent(key)}&${form}`;
    const reply = await open311('requests.json', {
      method: 'POST',
      body,
      headers: { 'content-type': 'application/x-www-form-urlencoded' },
    });
    SCHEMAS.errors.parse(await reply.json());
    expect(reply.status).toBe(status);
  });

  it('tells the steps in between to who asks', async () => {
    const updates = z.array(
      z.object({
        update_id: z.string(),
        service_request_id: z.string(),
        status: z.enum(['open', 'closed']),
        updated_datetime: w3c,
        description: words,
      }),
    );
    const told = updates.parse(await json('servicerequestupdates.json'));
    expect(new Set(told.map(({ update_id }) => update_id)).size).toBe(told.length);
    expect(told.map(({ description }) => description)).toContain('Đã thu gom');
    expect(JSON.stringify(told)).not.toContain('satisfied');
  });
});

// Last: the address of these tests is one that has tried by then.
it('does not tell a wrong code from none, and slows down who tries', async () => {
  const replies = [];
  for (const code of ['XXXX-XXXX-XXXX', 'abc', '0000-0000-0000'])
    replies.push(await ask(null, 'GET', `/api/portal/reports/${code}`));
  expect(new Set(replies.map((reply) => JSON.stringify(reply))).size).toBe(1);
  for (let at = 0; at < 8; at += 1) await ask(null, 'GET', '/api/portal/reports/XXXX-XXXX-XXXX');
  expect((await ask(null, 'GET', '/api/portal/reports/XXXX-XXXX-XXXX')).status).toBe(429);
});
