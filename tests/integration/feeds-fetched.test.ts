import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { gzipSync } from 'node:zlib';
import { connectAsync } from 'mqtt';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it, vi } from 'vitest';
import type { FeedDraft } from '#contracts/feeds';
import { createFakeClock, createFastClock } from '../fakes/clock.ts';
import { createTemporaryDatabase } from '../fakes/database.ts';
import { good } from '../fakes/deliveries.ts';
import { openFeedsPart } from '../fakes/feeds-part.ts';
import { LGSP_MAPPING, openLgsp } from '../fakes/lgsp.ts';
import { openMosquitto } from '../fakes/mosquitto.ts';
import { at } from '../fakes/sectors.ts';

/** What we fetch ourselves: from a web server that does everything wrong, and from a real broker. */
let database: Awaited<ReturnType<typeof createTemporaryDatabase>>;
let stops: (() => Promise<unknown>)[];
beforeEach(async () => {
  database = await createTemporaryDatabase();
  stops = [];
});
afterEach(async () => {
  for (const stop of stops.reverse()) await stop();
  await database.close();
});

async function openPart(more: Omit<Parameters<typeof openFeedsPart>[0], 'database'> = {}) {
  const part = await openFeedsPart({ database, ...more });
  stops.push(part.stop);
  return part;
}

describe('over HTTP', () => {
  let server: Server;
  let origin: string;
  let answer: (request: IncomingMessage, response: ServerResponse) => void;
  let asked: IncomingMessage[];
  beforeAll(async () => {
    server = createServer((request, response) => {
      asked.push(request);
      answer(request, response);
    });
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    origin = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  });
  beforeEach(() => {
    asked = [];
  });
  afterAll(async () => {
    server.closeAllConnections();
    await new Promise((resolve) => server.close(resolve));
  });
  const says = (body: string | Uint8Array, headers: Record<string, string> = {}, status = 200): void => {
    answer = (_, response) => response.writeHead(status, headers).end(body);
  };
  const pull = (more: object = {}) => ({ url: `${origin}/feed`, schedule: '0 0 1 1 *', ...more });
  const news = { mapping: { constants: { type: 'tin_bai' } } };
  const item = (id: string, title = `Tin ${id}`) =>
    `<item><title>${title}</title><link>https://bao.example/${id}</link><guid>${id}</guid><pubDate>Wed, 25 Nov 2026 08:00:00 +0700</pubDate><description><![CDATA[<p>Nội dung <b>${id}</b></p>]]></description></item>`;
  const rss = (...items: string[]) =>
    `<?xml version="1.0" encoding="UTF-8"?><rss version="2.0"><channel><title>Báo</title><link>https://bao.example</link><description>x</description>${items.join('')}</channel></rss>`;

  it('takes new items alone, asks by ETag, and counts what it was told before as no delivery', async () => {
    const part = await openPart();
    const { id } = await part.add({ ...news, pull: pull({ secret: 'planted' }) });
    says(rss(item('1'), item('2')), { etag: '"a"', 'last-modified': 'Wed, 25 Nov 2026 01:00:00 GMT' });
    await part.deliveries.pullNow(id);
    await vi.waitFor(() => expect(part.opened).toHaveLength(2));
    expect(part.opened[0]).toMatchObject({
      title: { vi: 'Tin 1' },
      detail: 'Nội dung 1',
      link: 'https://bao.example/1',
      type: 'tin_bai',
    });
    expect(asked[0]?.headers.authorization).toBe('Bearer planted');
    says('', {}, 304);
    await part.deliveries.pullNow(id);
    expect(asked[1]?.headers).toMatchObject({
      'if-none-match': '"a"',
      'if-modified-since': 'Wed, 25 Nov 2026 01:00:00 GMT',
    });
    says(gzipSync(rss(item('1'), item('2', 'Tin 2 đã sửa'), item('3'))), { 'content-encoding': 'gzip', etag: '"b"' });
    await part.deliveries.pullNow(id);
    const [second, first] = await part.batches(id);
    expect([first?.counts.received, second?.counts]).toEqual([
      2,
      expect.objectContaining({ received: 2, accepted: 1, revised: 1, duplicate: 0 }),
    ]);
    says(rss(item('3'), item('2', 'Tin 2 đã sửa')));
    await part.deliveries.pullNow(id);
    expect(await part.batches(id)).toHaveLength(2);
    expect(part.view(id)).toMatchObject({ state: 'ok', lastError: null, pull: { hasSecret: true } });
    // Taken back, the same body is news once more.
    await part.intake.undo(second?.id ?? '', 'an');
    await part.deliveries.pullNow(id);
    expect((await part.batches(id))[0]?.counts).toMatchObject({ received: 2, duplicate: 0 });
    expect(JSON.stringify(part.view(id))).not.toContain('planted');
  });

  it('counts once what it does not take, however often it is fetched and whatever changes around it', async () => {
    const part = await openPart();
    const { id } = await part.add({ ...news, pull: pull() });
    const person = item('9', 'Biển số 67A-123.45 gây tai nạn');
    const personal = () => part.opened.filter(({ type }) => type === 'quality.personalData').length;
    for (let at = 0; at < 3; at += 1) {
      says(
        rss(item('1'), person).replace(
          '<link>',
          `<lastBuildDate>Wed, 25 Nov 2026 08:0${at}:00 +0700</lastBuildDate><link>`,
        ),
      );
      await part.deliveries.pullNow(id);
    }
    expect((await part.batches(id)).map(({ counts }) => counts)).toMatchObject([
      { received: 2, accepted: 1, quarantined: 1 },
    ]);
    expect(personal()).toBe(1);
    expect(part.view(id)).toMatchObject({ state: 'ok', lastError: null });
    // Another one is news again, and what is right besides goes on being a sign of life.
    says(rss(item('1'), person, item('10', 'Biển số 67A-543.21 gây tai nạn')));
    await part.deliveries.pullNow(id);
    expect((await part.batches(id))[0]?.counts).toMatchObject({ received: 1, quarantined: 1 });
    expect([personal(), part.view(id).state]).toEqual([2, 'ok']);
    // Where nothing right is left, the feed is as broken as it would be without the memory.
    says(rss(person));
    await part.deliveries.pullNow(id);
    expect(part.view(id)).toMatchObject({ state: 'failing', lastError: { code: 'allRejected' } });
    expect(await part.batches(id)).toHaveLength(2);
  });

  it('runs by its schedule in the time of the province, and asks less often of who does not answer', async () => {
    const clock = createFakeClock(at('2026-11-26', '05:59'));
    const part = await openPart({ clock });
    says('', {}, 503);
    const { id } = await part.add({ ...news, pull: pull({ schedule: '0 6 * * *' }) });
    const until = async (count: number) => {
      await vi.waitFor(() => expect(asked).toHaveLength(count));
      await vi.waitFor(() => expect(part.view(id).lastAttemptMs).toBe(clock.now()));
    };
    // Nobody has connected it before the next turn of the loop.
    await vi.waitFor(() => expect(clock.pending()).toBeGreaterThan(4));
    clock.advance(50_000);
    expect(asked).toHaveLength(0);
    clock.advance(15_000);
    await until(1);
    expect(part.view(id)).toMatchObject({ state: 'failing', lastError: { code: 'http503' } });
    clock.advance(60_000);
    await until(2);
    clock.advance(59_000);
    expect(asked).toHaveLength(2);
    says(rss(item('1')));
    clock.advance(61_000);
    await vi.waitFor(() => expect(part.view(id)).toMatchObject({ lastError: null }));
    clock.advance(3_600_000);
    expect(asked).toHaveLength(3);
    clock.advance(23 * 3_600_000);
    await vi.waitFor(() => expect(asked).toHaveLength(4));
  });

  it.each([
    ['a cut off document', () => says(rss(item('1')).slice(0, 200)), 'notXml'],
    ['a web page', () => says('<!DOCTYPE html><html><body>Bảo trì</body></html>'), 'html'],
    [
      'an entity bomb',
      () =>
        says(
          `<?xml version="1.0"?><!DOCTYPE l [<!ENTITY a "${'x'.repeat(50)}"><!ENTITY b "&a;&a;">]>${rss(item('&b;')).slice(38)}`,
        ),
      'entities',
    ],
    ['depth', () => says('<a>'.repeat(100_000)), 'tooDeep'],
    ['50 MB', () => says(Buffer.alloc(50_000_000, 'x')), 'tooLarge'],
    ['50 MB in 50 KB', () => says(gzipSync(Buffer.alloc(50_000_000)), { 'content-encoding': 'gzip' }), 'tooLarge'],
    ['what cannot be unpacked', () => says('no gzip', { 'content-encoding': 'gzip' }), 'packing'],
    [
      'silence',
      () => {
        answer = () => {};
      },
      'timeout',
    ],
    [
      'a word at a time',
      () => {
        answer = (_, response) => {
          response.writeHead(200);
          response.write('<rss>');
        };
      },
      'timeout',
    ],
    ['a circle', () => says('', { location: '/feed' }, 302), 'redirects'],
    [
      'a way into the house',
      () => says('', { location: 'http://169.254.169.254/latest/meta-data' }, 302),
      'refusedAddress',
    ],
    ['another scheme', () => says('', { location: 'file:///etc/passwd' }, 302), 'refusedAddress'],
    ['not found', () => says('', {}, 404), 'http404'],
  ])('survives %s', async (_, prepare, code) => {
    const part = await openPart();
    prepare();
    const { id } = await part.add({ ...news, pull: pull({ timeoutMs: 1000, mostBytes: 1_000_000 }) });
    await expect(part.deliveries.pullNow(id)).rejects.toMatchObject({ code: 'feed.pullFailed' });
    if (code !== 'timeout') await expect(part.deliveries.pullNow(id)).rejects.toThrow();
    expect(part.view(id)).toMatchObject({ state: 'failing', lastError: { code } });
    // The same broken thing again and again is told once.
    expect((await part.batches(id)).length).toBeLessThan(2);
    expect(part.opened).toHaveLength(0);
  });

  it('does not carry its secret to where it is sent', async () => {
    const part = await openPart();
    const other = createServer((request, response) => {
      asked.push(request);
      response.end(rss(item('9')));
    });
    await new Promise<void>((resolve) => other.listen(0, '127.0.0.1', resolve));
    says('', { location: `http://127.0.0.1:${(other.address() as AddressInfo).port}/x` }, 302);
    const { id } = await part.add({ ...news, pull: pull({ secret: 'mine' }) });
    await part.deliveries.pullNow(id);
    expect(asked.map(({ headers }) => headers.authorization)).toEqual(['Bearer mine', undefined]);
    other.closeAllConnections();
    await new Promise((resolve) => other.close(resolve));
  });

  it('goes to no address of the house, knows a line of cron, and what a secret can be', async () => {
    const part = await openPart({ networks: [] });
    const fields = { fields: [expect.objectContaining({ path: 'pull.url' })] };
    await expect(part.add({ ...news, pull: pull() })).rejects.toMatchObject(fields);
    await expect(part.add({ ...news, pull: pull({ secret: 'bí mật' }) })).rejects.toMatchObject({
      fields: [expect.objectContaining({ path: 'pull.secret' })],
    });
    await expect(
      part.add({ ...news, pull: { url: 'https://bao.example/rss', schedule: 'every now and then' } }),
    ).rejects.toMatchObject({
      fields: [expect.objectContaining({ path: 'pull.schedule' })],
    });
  });

  it('reads Atom, JSON Feed, items without guid, Open311 and CAP', async () => {
    const part = await openPart();
    const read = async (format: FeedDraft['format'], body: string, mapping: object) => {
      says(body);
      const { id } = await part.add({ sector: 'y_te', format, mapping, pull: pull() });
      await part.deliveries.pullNow(id);
      await part.deliveries.pullNow(id);
      const before = part.opened.length;
      await vi.waitFor(() => expect(part.opened.length).toBeGreaterThan(0));
      const [batch] = await part.batches(id);
      return { batch, events: () => part.opened.filter(({ source }) => source.id === id), before };
    };
    const type = { constants: { type: 'o_dich' } };
    const atom = await read(
      'feed',
      `<feed xmlns="http://www.w3.org/2005/Atom"><id>f</id><title>A</title><updated>2026-11-25T01:00:00Z</updated><entry><id>tag:1</id><title>Một</title><updated>2026-11-25T01:00:00Z</updated><link href="https://bao.example/1"/></entry></feed>`,
      type,
    );
    await vi.waitFor(() =>
      expect(atom.events()).toMatchObject([{ title: { vi: 'Một' }, link: 'https://bao.example/1' }]),
    );
    const json = await read(
      'feed',
      JSON.stringify({
        version: 'https://jsonfeed.org/version/1.1',
        title: 'J',
        items: [{ id: '1', url: 'https://bao.example/2', title: 'Hai', date_published: '2026-11-25T01:00:00Z' }],
      }),
      type,
    );
    await vi.waitFor(() => expect(json.events()).toMatchObject([{ title: { vi: 'Hai' } }]));
    const bare = await read(
      'feed',
      rss('<item><title>Ba</title><pubDate>Wed, 25 Nov 2026 08:00:00 +0700</pubDate></item>'),
      type,
    );
    await vi.waitFor(() => expect(bare.events()).toHaveLength(1));
    const request = (id: string, status: string) =>
      `<request><service_request_id>${id}</service_request_id><status>${status}</status><service_name>Rác</service_name><service_code>RAC</service_code><description>Đống rác</description><requested_datetime>2026-11-25T08:00:00+07:00</requested_datetime><lat>10.37</lat><long>105.43</long></request>`;
    const codes = { columns: { type: 'service_code' }, words: { type: { RAC: 'ngo_doc' } } };
    const city = await read(
      'open311',
      `<?xml version="1.0"?><service_requests>${request('7', 'open')}${request('8', 'closed')}</service_requests>`,
      codes,
    );
    await vi.waitFor(() =>
      expect(city.events()).toMatchObject([{ type: 'ngo_doc', areaCode: '30307', detail: 'Đống rác' }]),
    );
    const alert = (id: string, kind: string, more = '') =>
      `<alert xmlns="urn:oasis:names:tc:emergency:cap:1.2"><identifier>${id}</identifier><sender>s@x</sender><sent>2026-11-25T08:00:00+07:00</sent><status>Actual</status><msgType>${kind}</msgType><scope>Public</scope>${more}<info><event>Lũ</event><severity>Severe</severity><headline>Lũ lên nhanh</headline><area><areaDesc>Sông Hậu</areaDesc><polygon>10.3,105.4 10.3,105.5 10.4,105.5 10.4,105.4 10.3,105.4</polygon></area></info></alert>`;
    const cap = await read('cap', alert('c1', 'Alert'), type);
    await vi.waitFor(() =>
      expect(cap.events()).toMatchObject([{ severity: 'severe', title: { vi: 'Lũ lên nhanh' }, areaCode: '30307' }]),
    );
    const key = cap.events()[0]?.key;
    says(alert('c2', 'Cancel', '<references>s@x,c1,2026-11-25T08:00:00+07:00</references>'));
    await part.deliveries.pullNow(cap.events()[0]?.source.id ?? '');
    await vi.waitFor(() => expect(part.ended.map((one) => one.key)).toContain(key));
    says(alert('c3', 'Alert').replace('Actual', 'Exercise'));
    await part.deliveries.pullNow(cap.events()[0]?.source.id ?? '');
    expect((await part.batches(cap.events()[0]?.source.id ?? ''))[0]?.counts).toMatchObject({
      rejected: 1,
      accepted: 0,
    });
  });
});

describe('from a data sharing platform', () => {
  it('takes what it gives out, by the identifiers of units, and says what the platform says is wrong', async () => {
    const lgsp = await openLgsp();
    stops.push(lgsp.close);
    const part = await openPart({ facts: {} });
    const row = (maDonVi: string, giaTri: number, more = {}) => ({
      ...{ maDonVi, maChiTieu: 'thu_tuc.tiep_nhan', ky: '2026-11-25', giaTri, ...more },
    });
    lgsp.publish('mot-cua', [row('H01.01', 41), row('H01.01.07', 12), row('H01.99', 5), row('H01.77', 5)]);
    const add = (secret: string) =>
      part.add({
        ...{ sector: 'thu_tuc', carries: 'observations', format: 'json' },
        // Its rows name no area: each unit speaks for one and the same here.
        mapping: { ...LGSP_MAPPING, constants: { area: '30307' } },
        pull: { url: lgsp.urlOf('mot-cua'), schedule: '0 0 1 1 *', secret },
      });
    const { id } = await add(lgsp.token);
    await part.deliveries.pullNow(id);
    const [batch] = await part.batches(id);
    expect(batch?.counts).toMatchObject({ received: 4, accepted: 2, rejected: 2 });
    const rows = await part.deliveries.batches.rows(batch?.id ?? '', { after: 0, limit: 10 });
    expect(rows.flatMap(({ row: at, faults }) => faults.map(({ code, detail }) => [at, code, detail]))).toEqual([
      [3, 'notYourUnit', 'H01.99'],
      [4, 'unknownUnit', 'H01.77'],
    ]);
    const values = await part.observations.newest({
      indicator: 'thu_tuc.tiep_nhan',
      fromMs: 0,
      toMs: at('2030-01-01'),
    });
    expect(values.map(({ unitId, value }) => [unitId, value]).sort()).toEqual([
      ['lx', 12],
      ['so', 41],
    ]);

    for (const [answer, code] of [
      [{ status: 200, body: { status: { code: '99', message: 'Hệ thống bận' } } }, 'notRows'],
      [{ status: 429, body: { fault: { code: 900_802 } } }, 'http429'],
      [{ status: 503, body: {} }, 'http503'],
    ] as const) {
      lgsp.fails(answer);
      await expect(part.deliveries.pullNow(id)).rejects.toMatchObject({ code: 'feed.pullFailed' });
      expect(part.view(id)).toMatchObject({ state: 'failing', lastError: { code } });
    }
    lgsp.fails(null);
    lgsp.publish('mot-cua', [row('H01.01', 42)]);
    await part.deliveries.pullNow(id);
    expect(part.view(id)).toMatchObject({ state: 'ok', lastError: null });
    const stranger = await add('another');
    await expect(part.deliveries.pullNow(stranger.id)).rejects.toThrow();
    expect(part.view(stranger.id)).toMatchObject({ lastError: { code: 'http401' } });
  });
});

describe('over MQTT', () => {
  let broker: Awaited<ReturnType<typeof openMosquitto>>;
  beforeAll(async () => {
    broker = await openMosquitto();
  });
  afterAll(() => broker.close());

  it('takes what devices publish, loses nothing, and sees a device die', { timeout: 40_000 }, async () => {
    const clock = createFastClock(10);
    const part = await openPart({ clock });
    const feed: Partial<FeedDraft> = {
      ...{ sector: 'thu_tuc', way: 'mqtt', carries: 'observations', format: 'json' },
      mqtt: { url: broker.url, prefix: 'so/mot-cua' },
    };
    const { id } = await part.add(feed);
    await vi.waitFor(async () => expect(part.view(id).lastError).toBeNull());
    const device = await connectAsync(broker.url, {
      will: { topic: 'so/mot-cua/heartbeat', payload: Buffer.from('offline'), qos: 1, retain: false },
    });
    const publish = (row: object | string) =>
      device.publishAsync('so/mot-cua/quay/1', typeof row === 'string' ? row : JSON.stringify(row), { qos: 1 });
    // It may not listen yet: a broker forgets what nobody wants.
    await vi.waitFor(async () => {
      await device.publishAsync('so/mot-cua/heartbeat', 'online', { qos: 1 });
      expect(part.view(id).lastHeartbeatMs).not.toBeNull();
    }, 10_000);
    await publish(good({ value: 1 }));
    await publish([good({ period: '2026-11-24' }), good({ area: '?' })]);
    await publish('not JSON');
    await device.publishAsync('other/topic', JSON.stringify(good({ period: '2026-11-20' })), { qos: 1 });
    const sums = async () =>
      (await part.batches(id)).reduce(
        ([received, accepted, rejected], { counts }) =>
          [received + counts.received, accepted + counts.accepted, rejected + counts.rejected] as const,
        [0, 0, 0] as readonly [number, number, number],
      );
    await vi.waitFor(async () => expect(await sums()).toEqual([4, 2, 2]), 10_000);
    expect(await database.all('SELECT id FROM feed_inbox')).toEqual([]);

    // Published while we are away, it waits at the broker.
    await part.stop();
    await publish(good({ period: '2026-11-23' }));
    const again = await openPart({ clock });
    await vi.waitFor(async () => expect((await again.batches(id))[0]?.counts.accepted).toBe(1), 10_000);

    device.stream.destroy();
    await device.endAsync(true);
    await vi.waitFor(() => expect(again.view(id).lastError).toMatchObject({ code: 'deviceGone' }), 10_000);
    await broker.stop();
    await vi.waitFor(() => expect(again.view(id).lastError).toMatchObject({ code: 'unreachable' }), 10_000);
    await broker.start();
    await vi.waitFor(() => expect(again.view(id).lastError).toBeNull(), 15_000);
  });
});
