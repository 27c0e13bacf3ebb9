import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { mappingSchema } from '#contracts/feeds';
import type { ReportBulkResult, ReportView } from '#contracts/reports';
import { SYSTEM } from '../../server/access/actor.ts';
import { open311 as pulled } from '../../server/sectors/intake/formats/open311.ts';
import { type House, openHouse, type Sender } from '../architecture/house.ts';
import { type GeoReportDocument, wrongInJson, wrongInXml } from '../fakes/georeport-v2.ts';
import { createOpen311Client } from '../fakes/open311-client.ts';
import { PLACE } from '../fakes/report-places.ts';

/** Another city's program at our door. */
let house: House;
let operator: Sender;

beforeAll(async () => {
  house = await openHouse();
  await house.person('operator', [{ role: 'operator', scope: house.scopes.all }]);
  operator = await house.signIn('operator', () => true);
});
afterAll(() => house.close());

async function ask<T>(method: string, path: string, body?: unknown): Promise<T> {
  const reply = await fetch(new URL(path, house.url), {
    method,
    headers: { ...operator.headers, ...(body === undefined ? {} : { 'content-type': 'application/json' }) },
    ...(body === undefined ? {} : { body: JSON.stringify(body) }),
  });
  return (await reply.json()) as T;
}

describe('Open311 GeoReport v2', () => {
  let key: string;
  const open311 = (path: string, init?: RequestInit) => fetch(new URL(`/open311/v2/${path}`, house.url), init);

  beforeAll(async () => {
    const body = { name: '1022', permissions: ['feed.push' as const], days: 1, addresses: [] };
    const { secret } = await house.access.tokens.create(SYSTEM, {
      ...body,
      scopes: [{ kind: 'sector', sector: 'phan_anh' }],
    });
    key = secret;
  });

  it.each(['json', 'xml'] as const)(
    'goes round: what another city sends in %s is read by it, and by our feeds',
    async (format) => {
      const client = createOpen311Client({ endpoint: `${house.url}/open311/v2`, format, apiKey: key });
      const services = await client.services();
      expect(services.find(({ service_code: code }) => code === 'rac_thai')).toMatchObject({
        ...{ service_name: 'Rác thải', type: 'realtime' },
      });
      const description = `Rác <b>&</b> "đống" ${format}`;
      const [lat, long] = [String(PLACE.east.latitude), String(PLACE.east.longitude)];
      const form = { service_code: 'rac_thai', description, lat, long };
      const who = { address_string: 'Đường số 3', last_name: 'Bí Mật', phone: '0987654321' };
      const { service_request_id: number = '', service_notice: notice } = await client.post({ ...form, ...who });
      expect(notice).toMatch(/[34679ACDEFHKMPRTWXY-]{14}$/);
      // Nobody has looked at it: its state alone.
      const sent = await client.request(number);
      expect(sent).toMatchObject({ status: 'open', description: '', lat: '' });
      expect(JSON.stringify(sent)).toContain('received');
      const [inside] = await ask<ReportView[]>('GET', `/api/reports?text=${encodeURIComponent(`dong ${format}`)}`);
      expect(inside).toMatchObject({ channel: 'open311', text: description, areaCode: 'P02', hasContact: true });
      const act = (body: object) => ask<ReportBulkResult>('POST', '/api/report-acts', { ids: [inside?.id], act: body });
      await act({ act: 'verify', publicText: description });
      await act({ act: 'assign', unitId: 'cay-xanh' });
      expect(await act({ act: 'answer', text: 'Đã thu gom' })).toEqual({ done: [inside?.id], failed: [] });
      expect((await act({ act: 'verify', publicText: '' })).failed).toMatchObject([{ code: 'report.state' }]);
      await act({ act: 'close' });
      const days = (ago: number): string => new Date(Date.now() - ago * 86_400_000).toISOString();
      const requests = await client.requests({ service_code: 'rac_thai', start_date: days(1), end_date: days(0) });
      const read = requests.find(({ service_request_id: id }) => id === number);
      expect(read).toMatchObject({
        ...{ status: 'closed', description, status_notes: 'Đã thu gom', address: 'Phường Cồn Én' },
        ...{ lat, long, agency_responsible: 'Công ty Cây xanh', expected_datetime: '' },
      });
      expect(Math.abs(Date.parse(read?.requested_datetime ?? '') - Date.now())).toBeLessThan(60_000);
      expect(JSON.stringify(requests)).not.toContain('0987654321');
      expect(await client.request('999999')).toBeUndefined();
      await expect(client.requests({ start_date: days(100), end_date: days(0) })).rejects.toThrow('90 days');
      const keyless = createOpen311Client({ endpoint: `${house.url}/open311/v2`, format, apiKey: 'tmn_wrong' });
      await expect(keyless.post(form)).rejects.toThrow(/403.*api_key/s);

      // A feed of ours that fetches it, as of any other city.
      const body = Buffer.from(await (await open311(`requests.${format}`)).arrayBuffer());
      const { rows } = await pulled.read(body, mappingSchema.parse({}), { mostRows: 100 });
      const row = rows.find(({ cells }) => cells.get('id') === number);
      expect(row?.fault).toBeNull();
      expect(Object.fromEntries(row?.cells ?? [])).toMatchObject({
        ...{
          detail: `Rác & "đống" ${format}`,
          state: 'over',
          latitude: lat,
          longitude: long,
          service_code: 'rac_thai',
        },
      });
    },
  );

  /** The answer, once it is seen to be as the specification has it, in the format that was asked for. */
  async function valid(document: GeoReportDocument, path: string, status = 200, init?: RequestInit): Promise<string> {
    const reply = await open311(path, init);
    const text = await reply.text();
    const isXml = path.includes('.xml');
    const type = isXml ? 'text/xml; charset=utf-8' : 'application/json; charset=utf-8';
    expect([path, reply.status, reply.headers.get('content-type')]).toEqual([path, status, type]);
    expect([path, (isXml ? wrongInXml : wrongInJson)(document, text), text]).toEqual([path, [], text]);
    return text;
  }
  const form = (fields: Record<string, string>): RequestInit => ({
    method: 'POST',
    body: new URLSearchParams({ api_key: key, ...fields }),
  });

  describe.each(['json', 'xml'] as const)('in %s', (format) => {
    it.each<[GeoReportDocument, string]>([
      ['discovery', 'discovery.F'],
      ['services', 'services.F'],
      ['services', 'services.F?jurisdiction_id=anything&locale=en'],
      ['definition', 'services/rac_thai.F'],
      ['requests', 'requests.F'],
      ['requests', 'requests.F?status=open'],
      ['requests', 'requests.F?status=closed&service_code=rac_thai,cay_do'],
      ['requests', 'requests.F?status=open,closed'],
      ['requests', 'requests.F?service_code=dien'],
      ['requests', 'requests.F?service_request_id=1,2,999'],
      ['requests', 'requests.F?start_date=2000-01-01T00:00:00Z&end_date=2000-02-01T00:00:00%2B07:00'],
      ['requests', 'requests.F?updated_after=2026-11-01T00:00:00Z'],
      ['extended', 'requests.F?extensions=true'],
      ['requests', 'requests/1.F'],
      ['extended', 'requests/1.F?extensions=true'],
      ['updates', 'servicerequestupdates.F'],
    ])('%s %s is as the specification has it', async (document, path) => {
      await valid(document, path.replace('F', format));
    });

    it('a new request is answered with its id and its code, which is a token', async () => {
      const sent = form({ service_code: 'rac_thai', address_string: 'Chợ', description: 'Rác' });
      const text = await valid('created', `requests.${format}`, 201, sent);
      const [id] = /(?<=service_request_id(":"|>))\d+/.exec(text) ?? [];
      const [code] = /[34679ACDEFHKMPRTWXY-]{14}/.exec(text) ?? [];
      expect(await valid('token', `tokens/${code}.${format}`)).toContain(id);
    });

    it.each<[string, number, Record<string, string>?]>([
      ['services/nothing.F', 404],
      ['requests/0.F', 404],
      ['requests/abc.F', 404],
      ['tokens/nothing.F', 404],
      ['requests.F?status=half', 400],
      ['requests.F?start_date=yesterday', 400],
      ['requests.F?start_date=2026-01-01T00:00:00Z&end_date=2026-09-01T00:00:00Z', 400],
      ['requests.F?start_date=2026-02-01T00:00:00Z&end_date=2026-01-01T00:00:00Z', 400],
      ['requests.F', 403, { api_key: 'wrong', service_code: 'khac' }],
      ['requests.F', 400, {}],
      ['requests.F', 404, { service_code: 'nothing', address_string: 'x' }],
      ['requests.F', 400, { service_code: 'khac' }],
      ['requests.F', 400, { service_code: 'khac', lat: '91', long: '5' }],
      ['requests.F', 400, { service_code: 'khac', lat: 'ten', long: '5' }],
      ['requests.F', 400, { service_code: 'khac', lat: '21.03', long: '105.85' }],
    ])('%s is refused with %i', async (path, status, fields) => {
      const text = await valid(
        'errors',
        path.replace('F', format),
        status,
        fields === undefined ? undefined : form(fields),
      );
      expect(text).toContain(String(status));
    });
  });

  it('another format than these two is refused in XML', async () => {
    const reply = await open311('services.pdf');
    expect([reply.status, wrongInXml('errors', await reply.text())]).toEqual([404, []]);
  });

  it('filters leave what they should', async () => {
    const open = JSON.parse(await valid('requests', 'requests.json?status=open')) as { status: string }[];
    expect(open.every(({ status }) => status === 'open')).toBe(true);
    const closed = JSON.parse(await valid('requests', 'requests.json?status=closed')) as { status: string }[];
    expect(closed.length).toBeGreaterThan(1);
    const told = JSON.parse(await valid('updates', 'servicerequestupdates.json')) as {
      update_id: string;
      description: string | null;
    }[];
    expect(new Set(told.map(({ update_id }) => update_id)).size).toBe(told.length);
    expect(told.map(({ description }) => description)).toContain('Đã thu gom');
    expect(JSON.stringify(told)).not.toContain('satisfied');
  });
});

describe('the schemas', () => {
  const [good] = [{ service_request_id: '1', token: 'a' }];
  it.each<[string, string[]]>([
    [JSON.stringify([good]), []],
    [JSON.stringify([{ ...good, service_request_id: 1 }]), [expect.stringContaining('service_request_id')]],
    [JSON.stringify([{ ...good, more: 1 }]), [expect.stringContaining('more')]],
    ['[]', [expect.any(String)]],
  ])('find what is wrong in %s', (text, wrong) => {
    expect(wrongInJson('token', text)).toEqual(wrong);
  });

  const xml = (inside: string): string =>
    `<?xml version="1.0" encoding="UTF-8"?><service_requests>${inside}</service_requests>`;
  const [id, token] = ['<service_request_id>1</service_request_id>', '<token>a</token>'];
  it.each<[string, number]>([
    [xml(`<request>${id}${token}</request>`), 0],
    [xml(`<request>${token}${id}</request>`), 1],
    [xml(`<request>${id}</request>`), 1],
    [xml(`<request>${id}<token/></request>`), 1],
    [xml(`<request>${id}${token}${token}</request>`), 1],
    [xml(`<request a="b">${id}${token}</request>`), 1],
    [xml(`<request>words${id}${token}</request>`), 1],
    [xml(`<request>${id}<token><b>a</b></token></request>`), 2],
    [xml('<other/>'), 1],
    [xml(''), 1],
    [`<services>${id}</services>`, 2],
  ])('find what is wrong in %s', (text, count) => {
    expect(wrongInXml('token', text)).toHaveLength(count);
  });
});
