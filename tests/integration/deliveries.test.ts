import { gzipSync } from 'node:zlib';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import type {
  BatchReport,
  BatchView,
  FeedDraft,
  FeedGrid,
  FeedView,
  RowVerdict,
  SampleReading,
  UploadPreview,
} from '#contracts/feeds';
import type { TokenCreated } from '#contracts/http';
import type { ObservationView } from '#contracts/sectors';
import { type House, openHouse, type Sender } from '../architecture/house.ts';
import { LGSP_MAPPING, openLgsp } from '../fakes/lgsp.ts';

/** How a department delivers, over HTTP and through the real house: push, upload, grid; and who may see and undo it. */
let house: House;
let admin: Sender;
let office: Sender;
let stranger: Sender;
let unitId: string;
let otherId: string;

async function ask(sender: Sender | string, name: string, body?: unknown, headers: Record<string, string> = {}) {
  const [method = '', path = ''] = name.split(' ');
  const who = typeof sender === 'string' ? { authorization: `Bearer ${sender}` } : sender.headers;
  const raw = typeof body === 'string' || body instanceof Uint8Array;
  const reply = await fetch(new URL(path, house.url), {
    method,
    headers: {
      ...(body === undefined ? {} : { 'content-type': raw ? 'text/csv' : 'application/json' }),
      ...who,
      ...headers,
    },
    ...(body === undefined
      ? {}
      : { body: raw ? (typeof body === 'string' ? body : new Uint8Array(body)) : JSON.stringify(body) }),
  });
  // As bytes: `text()` would take the mark at the beginning away.
  const text = Buffer.from(await reply.arrayBuffer()).toString('utf8');
  const isJson = reply.headers.get('content-type')?.includes('json') === true;
  return { status: reply.status, headers: reply.headers, text, json: isJson ? JSON.parse(text) : undefined };
}
/** The reply, where it was given. */
async function get<Reply>(
  sender: Sender | string,
  name: string,
  body?: unknown,
  headers?: Record<string, string>,
): Promise<Reply> {
  const { status, text, json } = await ask(sender, name, body, headers);
  expect(status, text).toBeLessThan(300);
  return json;
}

beforeAll(async () => {
  house = await openHouse();
  await house.person('boss', [{ role: 'administrator', scope: { kind: 'all' } }]);
  admin = await house.signIn('boss', () => true);
  const unit = (name: string, code: string) =>
    get<{ id: string }>(admin, 'POST /api/units', { name, code, kind: 'department' });
  unitId = (await unit('Sở Nội vụ', 'H01.01')).id;
  otherId = (await unit('Sở Khác', 'H01.02')).id;
  await house.person('office', [{ role: 'department', scope: { kind: 'unit', unitId } }]);
  await house.person('stranger', [{ role: 'department', scope: { kind: 'unit', unitId: otherId } }]);
  office = await house.signIn('office', () => true);
  // The first in a sector is made by somebody with the whole of it.
  await addFeed({ name: 'Đầu tiên' }, admin);
  stranger = await house.signIn('stranger', () => true);
}, 60_000);
afterAll(() => house.close());

const addFeed = (more: Partial<FeedDraft> = {}, sender = office) =>
  get<FeedView>(sender, 'POST /api/feeds', {
    ...{ name: 'Một cửa', sector: 'thu_tuc', ownerUnitId: unitId, way: 'push' },
    obliged: [{ indicator: 'thu_tuc.qua_han', cells: [] }],
    ...more,
  });
/** Of the hour that began so many hours ago. */
function row(hours: number, value: unknown = 5, more: object = {}) {
  const hour = new Date(Math.floor(Date.now() / 3_600_000 - hours) * 3_600_000).toISOString();
  return { indicator: 'thu_tuc.qua_han', period: hour, value, ...more };
}
async function province(): Promise<string> {
  const areas = await get<{ code: string; level: string }[]>(admin, 'GET /api/areas');
  return areas.find(({ level }) => level === 'province')?.code ?? '';
}
const revisions = async (hours: number) => {
  const area = await province();
  return house.observations.newest({
    indicator: 'thu_tuc.qua_han',
    areaCode: area,
    fromMs: Date.parse(row(hours).period),
    toMs: Date.parse(row(hours).period) + 1,
  });
};

it('tells the second of two who change a feed that it has changed meanwhile', async () => {
  const feed = await addFeed({ name: 'Hai người sửa' });
  const draft = { sector: 'thu_tuc', ownerUnitId: unitId, way: 'push' };
  const change = (name: string, version: number | undefined) =>
    ask(office, `PUT /api/feeds/${feed.id}`, { ...draft, name, version });
  expect(await change('Một', feed.version)).toMatchObject({ status: 200, json: { version: feed.version + 1 } });
  expect(await change('Hai', feed.version)).toMatchObject({
    ...{ status: 409, json: { error: { code: 'feed.changedMeanwhile' } } },
  });
  expect((await change('Ba', undefined)).status).toBe(400);
  expect((await get<FeedView>(office, `GET /api/feeds/${feed.id}`)).name).toBe('Một');
});

describe('by push', () => {
  it('takes what a data sharing platform forwards once, though its answers are lost on the way', async () => {
    const lgsp = await openLgsp();
    const feed = await addFeed({ name: 'Qua trục dữ liệu', mapping: LGSP_MAPPING });
    const { secret } = await get<TokenCreated>(office, `POST /api/feeds/${feed.id}/token`, { days: 30 });
    const to = { url: `${house.url}/api/feeds/${feed.id}/batches`, token: secret };
    const { indicator, period } = row(7);
    const of = (maDonVi: string, giaTri: number | string) => ({ maDonVi, maChiTieu: indicator, ky: period, giaTri });
    const done = await lgsp.forward(to, [of('H01.01', 9), of('H01.02', 9), of('H01.01', 'chín')], 1);
    expect(done).toMatchObject({
      ...{ tries: 2, status: 200 },
      json: {
        ...{ repeated: true, batch: { counts: { received: 3, accepted: 1, rejected: 2 }, refused: null } },
        rows: [
          { row: 2, faults: [{ column: 'maDonVi', code: 'notYourUnit' }] },
          { row: 3, faults: [{ column: 'giaTri', code: 'notANumber', message: '«chín» không phải là số' }] },
        ],
      },
    });
    expect(await get<unknown[]>(office, `GET /api/feeds/${feed.id}/batches`)).toHaveLength(1);
    expect(await revisions(7)).toMatchObject([{ value: 9, unitId, row: 1 }]);
    expect((await lgsp.forward({ ...to, token: 'wrong' }, [of('H01.01', 1)])).status).toBe(401);
    await lgsp.close();
  });

  it('takes a delivery by a token of its own, once for each key, and can take it back', async () => {
    const feed = await addFeed();
    const { secret, token } = await get<TokenCreated>(office, `POST /api/feeds/${feed.id}/token`, { days: 30 });
    expect(token).toMatchObject({ permissions: ['feed.push'], scopes: [{ kind: 'feed', feedId: feed.id }] });
    const push = (body: unknown, headers = {}) => ask(secret, `POST /api/feeds/${feed.id}/batches`, body, headers);
    const key = { 'idempotency-key': 'a', 'accept-language': 'en' };
    const first = await push([row(1), row(2, 'x')], key);
    expect(first).toMatchObject({
      status: 202,
      json: { batch: { counts: { accepted: 1, rejected: 1 }, sender: 'token:Một cửa' } },
    });
    expect(first.json.rows).toMatchObject([{ row: 2, faults: [{ column: 'value', message: '«x» is not a number' }] }]);
    expect(await push([row(1), row(2, 'x')], key)).toMatchObject({
      status: 200,
      json: { repeated: true, batch: { id: first.json.batch.id } },
    });
    expect((await push([row(3)], key)).status).toBe(409);
    expect(await ask(secret, `POST /api/feeds/${feed.id}/batches?dryRun=true`, [row(3)])).toMatchObject({
      status: 200,
      json: { dryRun: true },
    });
    expect(await push('{', { 'content-type': 'application/json' })).toMatchObject({
      status: 422,
      json: { batch: { refused: { line: 1, message: 'Không phải JSON' } } },
    });
    expect(await revisions(1)).toMatchObject([{ value: 5, row: 1, unitId, batchId: first.json.batch.id }]);
    expect(await revisions(3)).toEqual([]);
    expect((await ask(secret, `POST /api/feeds/${feed.id}/heartbeat`)).status).toBe(204);

    // Another token ends this one; and it never opened anything else.
    expect((await ask(secret, 'GET /api/feeds')).status).toBe(403);
    const next = await get<TokenCreated>(office, `POST /api/feeds/${feed.id}/token`, {
      days: 30,
      addresses: ['10.0.0.0/8'],
    });
    expect((await push([row(4)])).status).toBe(401);
    expect((await ask(next.secret, `POST /api/feeds/${feed.id}/batches`, [row(4)])).status).toBe(401);

    expect((await ask(stranger, `POST /api/batches/${first.json.batch.id}/undo`)).status).toBe(404);
    const undone = await get<BatchView>(office, `POST /api/batches/${first.json.batch.id}/undo`);
    expect(undone).toMatchObject({ undoneBy: 'office' });
    expect(await revisions(1)).toEqual([]);
  });

  it('refuses what is too much with the time to come again, and loses nothing of what it took', async () => {
    const feed = await addFeed();
    const { secret } = await get<TokenCreated>(office, `POST /api/feeds/${feed.id}/token`, {});
    const replies = await Promise.all(
      Array.from({ length: 100 }, (_, at) => ask(secret, `POST /api/feeds/${feed.id}/batches`, [row(10 + at, at)])),
    );
    const taken = replies.filter(({ status }) => status === 202);
    const refused = replies.filter(({ status }) => status === 429);
    expect([taken.length + refused.length, refused.length > 30, taken.length > 0]).toEqual([100, true, true]);
    expect(refused.every(({ headers }) => Number(headers.get('retry-after')) >= 1)).toBe(true);
    const kept = await get<BatchView[]>(office, `GET /api/feeds/${feed.id}/batches?limit=200`);
    expect(kept).toHaveLength(taken.length);
    expect(kept.every(({ counts }) => counts.accepted === 1)).toBe(true);
  });

  it('unpacks, but no bomb; and takes nothing larger than it says', async () => {
    const feed = await addFeed();
    const push = (body: Uint8Array, headers: Record<string, string>) =>
      ask(office, `POST /api/feeds/${feed.id}/batches`, body, { 'content-type': 'application/json', ...headers });
    const packed = { 'content-encoding': 'gzip' };
    expect((await push(gzipSync(JSON.stringify([row(200)])), packed)).status).toBe(202);
    expect((await push(gzipSync(Buffer.alloc(50_000_000, ' ')), packed)).status).toBe(413);
    expect((await push(Buffer.from('no gzip'), packed)).status).toBe(400);
    expect((await push(Buffer.from('[]'), { 'content-encoding': 'zip' })).status).toBe(400);
  });

  it('is nobody else’s to see, to send, or to set up', async () => {
    const feed = await addFeed({ pull: null });
    const of = (name: string, body?: unknown) => ask(stranger, name, body).then(({ status }) => status);
    expect(await of(`GET /api/feeds/${feed.id}`)).toBe(404);
    expect(await of(`POST /api/feeds/${feed.id}/batches`, [row(1)])).toBe(404);
    expect(await of(`POST /api/feeds/${feed.id}/token`, {})).toBe(404);
    expect(await of(`DELETE /api/feeds/${feed.id}`)).toBe(404);
    expect(await of('POST /api/feeds', { name: 'x', sector: 'thu_tuc', ownerUnitId: unitId, way: 'push' })).toBe(403);
    expect((await get<FeedView[]>(stranger, 'GET /api/feeds')).map(({ id }) => id)).not.toContain(feed.id);
    expect(await of('POST /api/feeds', { name: 'x', sector: 'thu_tuc', ownerUnitId: unitId, way: 'builtin' })).toBe(
      403,
    );
  });
});

describe('by file', () => {
  it('is looked at, mapped, committed once, and taken back', async () => {
    const feed = await addFeed({ way: 'upload', format: 'csv' });
    const file = [
      'Ngày giờ;Hồ sơ quá hạn',
      `${row(300).period};1.234`,
      `${row(301).period};-7`,
      `${row(302).period};=1+1`,
    ].join('\n');
    const first = await get<UploadPreview>(office, `POST /api/feeds/${feed.id}/uploads`, file);
    expect(first).toMatchObject({
      reading: { delimiter: ';', columns: ['Ngày giờ', 'Hồ sơ quá hạn'] },
      report: { dryRun: true, batch: { counts: { rejected: 3 } } },
    });
    const mapping = {
      columns: { period: 'Ngày giờ' },
      indicators: { 'Hồ sơ quá hạn': 'thu_tuc.qua_han' },
      csv: { decimal: 'comma' },
    };
    const second = await get<UploadPreview>(office, `PUT /api/feeds/${feed.id}/uploads/${first.uploadId}`, mapping);
    expect(second.report.batch.counts).toMatchObject({ accepted: 1, rejected: 2 });
    expect((await ask(admin, `POST /api/feeds/${feed.id}/uploads/${first.uploadId}/commit`)).status).toBe(404);
    const commit = () => get<BatchReport>(office, `POST /api/feeds/${feed.id}/uploads/${first.uploadId}/commit`);
    const done = await commit();
    expect((await commit()).repeated).toBe(true);
    expect(await revisions(300)).toMatchObject([{ value: 1234 }]);
    const rows = await get<RowVerdict[]>(office, `GET /api/batches/${done.batch.id}/rows`);
    expect(rows.map(({ row: number, line, verdict, sent }) => [number, line, verdict, sent?.split(';')[1]])).toEqual([
      [1, 2, 'accepted', '1.234'],
      [2, 3, 'rejected', '-7'],
      [3, 4, 'rejected', '=1+1'],
    ]);
    const table = await ask(office, `GET /api/batches/${done.batch.id}/errors.csv`);
    expect(table.headers.get('content-type')).toContain('text/csv');
    expect(table.text).toContain('Hồ sơ quá hạn: Ngoài khoảng cho phép');
    await get(office, `POST /api/batches/${done.batch.id}/undo`);
    expect(await revisions(300)).toEqual([]);
    await get(office, `DELETE /api/feeds/${feed.id}/uploads/${first.uploadId}`);
    expect((await ask(office, `POST /api/feeds/${feed.id}/uploads/${first.uploadId}/commit`)).status).toBe(404);
  });

  it('with formulas is shown as text in what a person opens', async () => {
    const feed = await addFeed({ way: 'upload', format: 'csv', mapping: { columns: { area: 'indicator' } } });
    const bad = 'indicator;period;value\n=HYPERLINK("http://x");2026;1\n@SUM(1);2026;1\n-1+2;2026;1\n';
    const { uploadId } = await get<UploadPreview>(office, `POST /api/feeds/${feed.id}/uploads`, bad);
    const { batch } = await get<BatchReport>(office, `POST /api/feeds/${feed.id}/uploads/${uploadId}/commit`);
    const { text } = await ask(office, `GET /api/batches/${batch.id}/errors.csv`);
    const cells = text
      .split('\r\n')
      .slice(1)
      .flatMap((line) => line.split(/;(?=(?:[^"]*"[^"]*")*[^"]*$)/))
      .map((cell) => cell.replace(/^"/, ''));
    expect(cells.filter((cell) => /^[=+@]/.test(cell) || /^-\D/.test(cell))).toEqual([]);
    expect(text).toContain("'=HYPERLINK");
  });

  it('starts from a template that it reads again', async () => {
    const feed = await addFeed({ way: 'upload', format: 'csv' });
    const { text } = await ask(office, `GET /api/feeds/${feed.id}/template.csv`);
    expect(text.startsWith('\ufeffindicator;area;period;value;reason\r\nthu_tuc.qua_han;')).toBe(true);
    const { report } = await get<UploadPreview>(
      office,
      `POST /api/feeds/${feed.id}/uploads`,
      text.replace(';;', ';3;'),
    );
    expect(report.batch.counts).toMatchObject({ received: 1, accepted: 1 });
    const sample = await get<SampleReading>(
      office,
      'POST /api/feeds/read-sample?sector=thu_tuc',
      'Kỳ,Số lượng\n26/11/2026,"12,5"\n',
      { 'content-type': 'text/plain' },
    );
    expect(sample).toMatchObject({
      format: 'csv',
      decimal: 'comma',
      dates: 'dmy',
      mapping: { columns: { period: 'Kỳ', value: 'Số lượng' }, csv: { delimiter: ',' } },
    });
  });
});

describe('by hand', () => {
  it('fills in what is due, or says that there is nothing', async () => {
    const feed = await addFeed({ way: 'manual' });
    const read = () => get<FeedGrid>(office, `GET /api/feeds/${feed.id}/grid`);
    const [column] = (await read()).columns;
    const areaCode = (await read()).rows[0]?.areaCode;
    const cell = { indicator: column?.indicator, areaCode, periodStartMs: column?.periodStartMs };
    const done = await get<BatchReport>(office, `PUT /api/feeds/${feed.id}/grid`, {
      cells: [{ ...cell, value: null, reason: 'nothing' }],
    });
    expect(done.batch).toMatchObject({ way: 'manual', counts: { received: 1, rejected: 0 } });
    expect((await read()).rows[0]?.cells).toEqual([{ value: null, reason: 'nothing', known: true }]);
    await get(office, `PUT /api/feeds/${feed.id}/grid`, { cells: [{ ...cell, value: 4 }] });
    expect((await read()).rows[0]?.cells).toEqual([{ value: 4, reason: null, known: true }]);
    expect((await ask(office, `PUT /api/feeds/${feed.id}/grid`, { cells: [] })).status).toBe(400);
  });
});

it('shows whoever answers for some cells of a feed those cells alone', async () => {
  const cells = [
    { areaCode: '30301', unitId },
    { areaCode: '30302', unitId: otherId },
  ];
  const shared: Partial<FeedDraft> = {
    way: 'manual',
    ownerUnitId: unitId,
    obliged: [{ indicator: 'thu_tuc.qua_han', cells }],
  };
  expect((await ask(office, 'POST /api/feeds', { name: 'x', sector: 'thu_tuc', ...shared })).status).toBe(403);
  const feed = await addFeed(shared, admin);
  const grid = (sender: Sender) => get<FeedGrid>(sender, `GET /api/feeds/${feed.id}/grid`);
  expect((await grid(office)).rows).toHaveLength(2);
  expect((await grid(stranger)).rows.map(({ unitId: id }) => id)).toEqual([otherId]);

  const sent = ['H01.01', 'H01.02'].map((unit) => row(600, 'x', { area: '30301', unit }));
  const { batch } = await get<BatchReport>(admin, `POST /api/feeds/${feed.id}/batches`, sent);
  const rows = (sender: Sender) => get<RowVerdict[]>(sender, `GET /api/batches/${batch.id}/rows`);
  expect((await rows(office)).map(({ row: number }) => number)).toEqual([1, 2]);
  expect((await rows(stranger)).map(({ row: number }) => number)).toEqual([2]);
  const table = await ask(stranger, `GET /api/batches/${batch.id}/errors.csv`);
  expect(table.text.trim().split('\r\n')).toHaveLength(2);
});

it('shows what was set aside to those alone who manage the feed, and writes that down', async () => {
  const feed = await addFeed();
  const done = await get<BatchReport>(office, `POST /api/feeds/${feed.id}/batches`, [
    row(400, 1, { unit: 'Nguyễn Văn A, 089201001234' }),
  ]);
  const rows = (sender: Sender) =>
    get<RowVerdict[]>(sender, `GET /api/batches/${done.batch.id}/rows?verdict=quarantined`);
  await house.person('reader', [{ role: 'leader', scope: { kind: 'all' } }]);
  expect((await rows(await house.signIn('reader', () => true)))[0]?.sent).toBeNull();
  expect((await rows(office))[0]?.sent).toContain('089201001234');
  const trail = await house.access.audit.query({ limit: 20, action: 'feed.quarantineSeen' });
  expect(trail).toHaveLength(1);
  expect(JSON.stringify(trail) + house.logged.join('')).not.toContain('089201001234');
  await vi.waitFor(async () => {
    const events = await house.database.all<{ type: string }>(
      "SELECT type FROM sector_events WHERE type = 'quality.personalData'",
    );
    expect(events).toHaveLength(1);
  });
});

it('tries a feed before there is one', async () => {
  const feed = { name: 'x', sector: 'thu_tuc', ownerUnitId: unitId, way: 'push', format: 'json' };
  const whole = await province();
  const tried = await get<BatchReport>(office, 'POST /api/feeds/try', {
    feed,
    sample: JSON.stringify([row(1, 1, { area: whole }), row(2, -1, { area: whole })]),
  });
  expect(tried).toMatchObject({
    dryRun: true,
    batch: { counts: { received: 2, accepted: 1, rejected: 1 } },
    scores: { clean: { a: 1, b: 2 }, correct: { a: 1, b: 2 } },
  });
});

it('traces a figure to the batch, the row and whoever sent it', async () => {
  const feed = await addFeed();
  const { batch } = await get<BatchReport>(office, `POST /api/feeds/${feed.id}/batches`, [row(500, 77)]);
  const [value] = await revisions(500);
  expect(value).toMatchObject({
    value: 77,
    batchId: batch.id,
    row: 1,
    feedId: feed.id,
  } satisfies Partial<ObservationView>);
  const [sent] = await get<RowVerdict[]>(office, `GET /api/batches/${value?.batchId}/rows?after=0&limit=1`);
  expect(JSON.parse(sent?.sent ?? '{}')).toMatchObject({ value: 77 });
  expect(await get<BatchView>(office, `GET /api/batches/${value?.batchId}`)).toMatchObject({ sender: 'office' });
});
