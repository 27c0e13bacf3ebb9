import { mkdtemp, readdir, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import sharp from 'sharp';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import type { Database } from '#base/database';
import { silentLogger } from '#base/log';
import { createSecretBox } from '#base/secrets';
import { type ReportAct, reportQuerySchema } from '#contracts/reports';
import { createFakeClock, type FakeClock } from '../../tests/fakes/clock.ts';
import { createTemporaryDatabase } from '../../tests/fakes/database.ts';
import { PLACE, recordedEvents, reportPlaces } from '../../tests/fakes/report-places.ts';
import { createReportFigures } from './report-figures.ts';
import { createReportPhotos } from './report-photos.ts';
import { createReportServices } from './report-services.ts';
import { createReportWatch, type ReportWatch } from './report-watch.ts';
import { createReports, type NewReport, type Reports } from './reports.ts';

const HOUR = 3_600_000;
const DAY = 24 * HOUR;
const by = { id: 'u1', name: 'Lan' };

let database: Database;
let clock: FakeClock;
let reports: Reports;
let watch: ReportWatch;
let told: ReturnType<typeof recordedEvents>;
let folder: string;

beforeEach(async () => {
  clock = createFakeClock(Date.UTC(2026, 0, 5, 8));
  database = await createTemporaryDatabase(clock);
  folder = await mkdtemp(join(tmpdir(), 'tamnhin-reports-'));
  told = recordedEvents();
  const services = await createReportServices({
    database,
    seedFile: new URL('../../config/report-services.json', import.meta.url).pathname,
  });
  const photos = createReportPhotos(folder);
  const common = { database, clock, log: silentLogger(), services, photos };
  reports = createReports({
    ...{ ...common, places: reportPlaces(), mostPhotos: 2 },
    secretBox: createSecretBox(new Uint8Array(32).fill(9)),
  });
  const keep = { closeDays: 7, contactDays: 90, reportDays: 365 };
  watch = await createReportWatch({ ...common, reports, events: told.events, keep });
});
afterEach(async () => {
  await watch.close();
  await database.close();
  await rm(folder, { recursive: true });
});

const contact = { name: 'Trần Thị Bí Mật', phone: '0912345678', email: 'bimat@example.vn' };
async function receive(more: Partial<NewReport> = {}) {
  return reports.receive({
    ...{ service: 'cay_xanh', text: 'Cây nghiêng trước chợ Bến Tràm', language: 'vi', channel: 'web', contact: null },
    place: { ...PLACE.west, name: 'Chợ Bến Tràm' },
    ...more,
  });
}
const list = (query: Record<string, unknown> = {}, units: readonly string[] | null = null) =>
  reports.list(reportQuerySchema.parse(query), units);
async function acts(id: string, ...all: ReportAct[]) {
  let report = await reports.find(id);
  for (const act of all) report = await reports.act(id, act, by);
  return report;
}
const verify: ReportAct = { act: 'verify', publicText: 'Cây nghiêng' };
const assign: ReportAct = { act: 'assign', unitId: 'cay-xanh', text: '' };
const answer: ReportAct = { act: 'answer', text: 'Đã cắt tỉa xong' };
/** Time passes, and the watch looks. */
function look(ms: number): void {
  clock.step(ms - 60_000);
  clock.advance(60_000);
}

describe('a report that comes in', () => {
  it('gets a number, a code that can be read out, its commune, and a time in working hours', async () => {
    const { report } = await receive();
    expect(report.number).toBe(1);
    expect(report.code).toMatch(/^([34679ACDEFHKMPRTWXY]{4}-){2}[34679ACDEFHKMPRTWXY]{4}$/);
    expect(report.areaCode).toBe('P01');
    // Three days of eight hours, counted by the calendar that was handed in.
    expect(report.dueMs).toBe(reportPlaces().addWorkingMinutes(clock.now(), 1440));
    const emergency = await receive({ service: 'cay_do' });
    expect(emergency.report.dueMs).toBe(clock.now() + 2 * HOUR);
    expect(new Set([report.code, emergency.report.code]).size).toBe(2);
  });

  it('is found by its code however it is typed, and no other', async () => {
    const { report } = await receive();
    const typed = report.code.toLowerCase().replaceAll('-', ' ');
    expect(await reports.ofCode(typed)).toMatchObject({ state: 'received', areaName: 'Xã Bến Tràm', answers: [] });
    for (const code of ['3333-3333-3333', 'x', '', `${report.code}3`, "' OR 1=1"]) {
      await expect(reports.ofCode(code)).rejects.toMatchObject({ kind: 'notFound', code: 'report.unknown' });
    }
  });

  it.each([
    ['outside the province', { place: { latitude: 21, longitude: 105.8, name: '' } }, 'report.outside'],
    ['of an unknown kind', { service: 'nothing' }, 'report.service'],
    ['in an unknown commune', { place: null, areaCode: 'X' }, 'report.area'],
  ])('is refused when it is %s, and leaves nothing', async (_, more, code) => {
    await expect(receive(more)).rejects.toMatchObject({ kind: 'invalid', code });
    expect(await list()).toEqual([]);
  });

  it('keeps its sender apart and sealed', async () => {
    const { report } = await receive({ contact });
    const shown = JSON.stringify([
      await list(),
      await reports.details(report.id, () => true),
      await reports.ofCode(report.code),
    ]);
    for (const secret of Object.values(contact)) expect(shown).not.toContain(secret);
    expect((await list())[0]?.hasContact).toBe(true);
    const tables = await database.all<{ name: string }>("SELECT name FROM sqlite_master WHERE type = 'table'");
    for (const { name } of tables) {
      const rows = await database.all<Record<string, unknown>>(`SELECT * FROM ${name}`);
      const text = rows
        .map((row) =>
          Object.values(row)
            .map((value) => (value instanceof Uint8Array ? Buffer.from(value).toString('latin1') : String(value)))
            .join(' '),
        )
        .join(' ');
      expect(text).not.toContain('0912345678');
    }
    expect(await reports.contact(report.id)).toEqual(contact);
  });
});

describe('what is done with it', () => {
  it('goes from receipt to its end, each step kept', async () => {
    const { report } = await receive();
    await acts(report.id, verify, assign, { act: 'start' }, { act: 'note', text: 'Gọi đội 2' }, answer);
    expect(await reports.ofCode(report.code)).toMatchObject({
      state: 'answered',
      unitName: 'Công ty Cây xanh',
      answers: [{ text: 'Đã cắt tỉa xong' }],
      dueMs: null,
    });
    await reports.rate(report.code, { rating: 'satisfied', text: 'Cảm ơn' });
    await acts(report.id, { act: 'close' });
    const { steps, version } = await reports.details(report.id, () => true);
    expect(steps.map(({ kind }) => kind)).toEqual([
      'received',
      'verified',
      'assigned',
      'started',
      'noted',
      'answered',
      'rated',
      'closed',
    ]);
    expect(steps.find(({ kind }) => kind === 'noted')?.public).toBe(false);
    expect(version).toBe(8);
  });

  it.each<[string, ReportAct[], ReportAct]>([
    ['assigned before it is verified', [], assign],
    ['answered before it is assigned', [verify], answer],
    ['closed before it is answered', [verify, assign], { act: 'close' }],
    ['verified twice', [verify], verify],
    ['rejected after it was answered', [verify, assign, answer], { act: 'reject', text: 'không' }],
    ['reopened while it is open', [verify], { act: 'reopen', text: 'chưa xong' }],
  ])('cannot be %s', async (_, before, act) => {
    const { report } = await receive();
    const was = await acts(report.id, ...before);
    await expect(reports.act(report.id, act, by)).rejects.toMatchObject({ kind: 'conflict', code: 'report.state' });
    expect((await reports.find(report.id)).version).toBe(was.version);
  });

  it('is put off with a reason, later than it was and not for ever; reopened, it has a new time', async () => {
    const { report } = await receive();
    await acts(report.id, verify, assign);
    const due = report.dueMs ?? 0;
    for (const untilMs of [due, clock.now() - 1, clock.now() + 100 * DAY]) {
      await expect(reports.act(report.id, { act: 'extend', untilMs, text: 'chờ' }, by)).rejects.toMatchObject({
        code: 'report.extension',
      });
    }
    const untilMs = due + DAY;
    expect(await acts(report.id, { act: 'extend', untilMs, text: 'Chờ xe cẩu' })).toMatchObject({ dueMs: untilMs });
    expect(await reports.ofCode(report.code)).toMatchObject({ extension: { untilMs, reason: 'Chờ xe cẩu' } });
    clock.advance(2 * DAY);
    const again = await acts(report.id, answer, { act: 'reopen', text: 'Vẫn còn nghiêng' });
    expect(again).toMatchObject({ state: 'assigned', reopened: 1, extension: null, answeredMs: null });
    expect(again.dueMs).toBeGreaterThan(clock.now());
  });

  it('is not done to an older version than there is', async () => {
    const { report } = await receive();
    const seen = await acts(report.id, verify);
    await acts(report.id, assign);
    await expect(reports.act(report.id, answer, by, seen.version)).rejects.toMatchObject({
      ...{ kind: 'conflict', code: 'edit.stale' },
    });
    expect((await reports.act(report.id, answer, by, seen.version + 1)).state).toBe('answered');
  });

  it('of two who verify at once one does', async () => {
    const { report } = await receive();
    const both = await Promise.allSettled([reports.act(report.id, verify, by), reports.act(report.id, verify, by)]);
    expect(both.map(({ status }) => status).sort()).toEqual(['fulfilled', 'rejected']);
  });
});

describe('reports about the same', () => {
  it('are asked about once, of the first of them, until the others are joined', async () => {
    const { report: first } = await receive();
    const { report: second } = await receive();
    const { report: third } = await receive();
    await vi.waitFor(() => expect(told.open.get(`report.alike.${first.id}`)).toBeDefined());
    await acts(second.id, { act: 'merge', into: first.id });
    await vi.waitFor(() => expect(told.open.has(`report.alike.${first.id}`)).toBe(true));
    await acts(third.id, { act: 'merge', into: first.id });
    await vi.waitFor(() => expect(told.open.has(`report.alike.${first.id}`)).toBe(false));
  });

  it('are no question any longer once the later one is answered', async () => {
    const { report: first } = await receive();
    const { report: second } = await receive();
    await vi.waitFor(() => expect(told.open.get(`report.alike.${first.id}`)).toBeDefined());
    await acts(second.id, verify, assign, answer);
    await vi.waitFor(() => expect(told.open.has(`report.alike.${first.id}`)).toBe(false));
  });

  it('and near an incident are found for it, and are of one incident at a time', async () => {
    const { report } = await receive();
    const place = { ...PLACE.west };
    expect((await reports.near(place, 200, 0)).map(({ id }) => id)).toEqual([report.id]);
    expect(await reports.near(PLACE.east, 200, 0)).toEqual([]);
    await database.transaction((queries) => reports.setIncident(queries, report.id, 'i1'));
    expect(await reports.near(place, 200, 0)).toEqual([]);
    expect((await reports.ofIncident('i1')).map(({ id }) => id)).toEqual([report.id]);
    const other = database.transaction((queries) => reports.setIncident(queries, report.id, 'i2'));
    await expect(other).rejects.toMatchObject({ code: 'report.hasIncident' });
    await database.transaction((queries) => reports.setIncident(queries, report.id, null));
    expect(await reports.ofIncident('i1')).toEqual([]);
  });

  it('are found by place, time and words', async () => {
    const { report } = await receive();
    const near = { ...PLACE.west, latitude: PLACE.west.latitude + 0.001, name: '' };
    const same = await receive({ place: near, text: 'cay nghieng sap do truoc cho ben tram' });
    const otherWords = await receive({ place: near, service: 'rac_thai', text: 'Rác chất đống' });
    const elsewhere = await receive({ place: { ...PLACE.east, name: '' } });
    clock.advance(8 * DAY);
    const later = await receive();
    const { alike } = await reports.details(report.id, () => true);
    expect(alike.map(({ number }) => number)).toEqual([same.report.number]);
    expect([otherWords, elsewhere, later].map(({ report: { number } }) => number)).not.toContain(same.report.number);
    await acts(same.report.id, { act: 'merge', into: report.id });
    await acts(report.id, verify, assign, answer);
    // Who sent the other hears the same answer.
    expect(await reports.ofCode(same.report.code)).toMatchObject({
      state: 'duplicate',
      answers: [{ text: 'Đã cắt tỉa xong' }],
    });
    // Joined on to a third, what is said there.
    await acts(report.id, { act: 'reopen', text: 'cùng một việc' }, { act: 'merge', into: later.report.id });
    await acts(later.report.id, verify, assign, { act: 'answer', text: 'Đã trồng lại' });
    expect((await reports.ofCode(same.report.code)).answers).toMatchObject([{ text: 'Đã trồng lại' }]);
    for (const into of [report.id, same.report.id]) {
      await expect(reports.act(report.id, { act: 'merge', into }, by)).rejects.toMatchObject({ kind: 'conflict' });
    }
  });
});

describe('the list', () => {
  it('is searched without accents, narrowed by state, unit and lateness, and paged', async () => {
    const { report } = await receive();
    await receive({
      service: 'rac_thai',
      text: 'Rác 100% chưa gom_dọn',
      place: { ...PLACE.east, name: 'Đường Cồn Én' },
    });
    await acts(report.id, verify, assign);
    const numbers = async (...about: Parameters<typeof list>) => (await list(...about)).map(({ number }) => number);
    expect(await numbers({ text: 'cay NGHIENG' })).toEqual([1]);
    expect(await numbers({ text: 'duong con en' })).toEqual([2]);
    expect(await numbers({ text: '100%' })).toEqual([2]);
    expect(await numbers({ text: '%' })).toEqual([2]);
    expect(await numbers({ text: 'm_d' })).toEqual([2]);
    expect(await numbers({}, ['cay-xanh'])).toEqual([1]);
    expect(await numbers({}, [])).toEqual([]);
    expect(await numbers({ area: 'P02' })).toEqual([2]);
    expect(await numbers({ before: 2 })).toEqual([1]);
    expect(await numbers({ overdue: 'true' })).toEqual([]);
    clock.advance(10 * DAY);
    expect(await numbers({ overdue: 'true' })).toEqual([2, 1]);
    expect(await reports.counts(null)).toMatchObject({ overdue: 2, states: { received: 1, assigned: 1, closed: 0 } });
    expect(await reports.counts(['dien-luc'])).toMatchObject({ overdue: 0, states: { assigned: 0 } });
  });
});

describe('photos', () => {
  const picture = (): Promise<Buffer> =>
    sharp({ create: { width: 3000, height: 1000, channels: 3, background: '#3a7' } })
      .withExif({
        IFD0: { Make: 'Secret phone', Copyright: 'Bí mật' },
        IFD3: {
          GPSLatitudeRef: 'N',
          GPSLatitude: '10/1 30/1 0/1',
          GPSLongitudeRef: 'E',
          GPSLongitude: '105/1 7/1 0/1',
        },
      })
      .withMetadata({ orientation: 6 })
      .jpeg()
      .toBuffer();

  it('are written anew: turned upright, smaller, and without what the phone knew', async () => {
    const { report, ticket } = await receive();
    await reports.addPhoto(report.code, ticket, await picture());
    const [id = ''] = (await list())[0]?.photoIds ?? [];
    const jpeg = await reports.photo(report.id, id);
    const facts = await sharp(jpeg).metadata();
    expect(facts).toMatchObject({ width: 683, height: 2048, format: 'jpeg' });
    expect([facts.exif, facts.xmp, facts.iptc, facts.orientation]).toEqual([
      undefined,
      undefined,
      undefined,
      undefined,
    ]);
    expect(Buffer.from(jpeg).includes('Secret phone')).toBe(false);
    expect(await readdir(join(folder, report.id))).toEqual([`${id}.jpg`]);
    expect(await reports.ofCode(report.code)).toMatchObject({ photos: 1 });
  });

  it('are taken of who sent the report, for an hour, as many as are allowed, and nothing but pictures', async () => {
    const { report, ticket } = await receive();
    const small = await sharp(await picture())
      .resize(40)
      .png()
      .toBuffer();
    await expect(reports.addPhoto(report.code, 'x', small)).rejects.toMatchObject({ code: 'photo.ticket' });
    const svg = Buffer.from('<svg xmlns="http://www.w3.org/2000/svg"><image href="file:///etc/passwd"/></svg>');
    for (const bytes of [svg, Buffer.from('GIF89a'), Buffer.alloc(0), small.subarray(0, 60)]) {
      await expect(reports.addPhoto(report.code, ticket, bytes)).rejects.toMatchObject({ code: 'photo.unreadable' });
    }
    const all = await Promise.allSettled([1, 2, 3].map(() => reports.addPhoto(report.code, ticket, small)));
    expect(all.filter(({ status }) => status === 'fulfilled')).toHaveLength(2);
    expect(await readdir(join(folder, report.id))).toHaveLength(2);
    clock.advance(HOUR + 1);
    await expect(reports.addPhoto(report.code, ticket, small)).rejects.toMatchObject({ code: 'photo.ticket' });
  });
});

describe('what follows by itself', () => {
  it('an emergency is an event at once, which ends with its answer', async () => {
    const { report } = await receive({ service: 'cay_do' });
    const key = `report.${report.id}`;
    await vi.waitFor(async () => expect((await reports.find(report.id)).eventId).toBe(`event-${key}`));
    expect(told.open.get(key)).toMatchObject({
      type: 'khan_cap',
      severity: 'severe',
      areaCode: 'P01',
      dueMs: report.dueMs,
    });
    await acts(report.id, verify, assign, answer);
    await vi.waitFor(() => expect(told.open.has(key)).toBe(false));
  });

  it('a report that is late opens one event, and not twenty; put off, it ends', async () => {
    const { report } = await receive();
    await acts(report.id, verify, assign);
    const key = `report.overdue.${report.id}`;
    look(5 * DAY);
    await vi.waitFor(() => expect(told.open.has(key)).toBe(true));
    look(DAY);
    await acts(report.id, { act: 'extend', untilMs: clock.now() + DAY, text: 'chờ vật tư' });
    await vi.waitFor(() => expect(told.open.has(key)).toBe(false));
    expect(told.all.filter((event) => event.key === key)).toHaveLength(1);
    look(2 * DAY);
    await vi.waitFor(() => expect(told.open.has(key)).toBe(true));
  });

  it('five within half a kilometre and a day are one hotspot, which cools down', async () => {
    for (let at = 0; at < 7; at += 1) {
      await receive({
        place: { latitude: PLACE.west.latitude + at * 0.0005, longitude: PLACE.west.longitude, name: '' },
      });
      clock.advance(HOUR);
    }
    await vi.waitFor(() => expect([...told.open.values()].find(({ type }) => type === 'diem_nong')?.value).toBe(7));
    expect([...told.open.keys()].filter((key) => key.startsWith('report.hotspot'))).toHaveLength(1);
    look(25 * HOUR);
    await vi.waitFor(() => expect([...told.open.keys()].filter((key) => key.startsWith('report.hotspot'))).toEqual([]));
  });

  it('who is not content is heard; who says nothing has it closed; what was kept long enough goes', async () => {
    const { report, ticket } = await receive({ contact });
    await reports.addPhoto(
      report.code,
      ticket,
      await sharp({ create: { width: 9, height: 9, channels: 3, background: '#fff' } })
        .png()
        .toBuffer(),
    );
    await expect(reports.rate(report.code, { rating: 'satisfied', text: '' })).rejects.toMatchObject({
      code: 'report.notAnswered',
    });
    await acts(report.id, verify, assign, answer);
    await reports.rate(report.code, { rating: 'unsatisfied', text: 'Chưa dọn' });
    await vi.waitFor(() => expect([...told.open.keys()]).toContain(`report.unsatisfied.${report.id}`));
    await reports.rate(report.code, { rating: 'acceptable', text: '' });
    look(8 * DAY);
    await vi.waitFor(async () => expect((await reports.find(report.id)).state).toBe('closed'));
    look(91 * DAY);
    await vi.waitFor(() => expect(reports.contact(report.id)).rejects.toMatchObject({ code: 'report.noContact' }));
    look(366 * DAY);
    await vi.waitFor(async () => expect(await readdir(folder)).toEqual([]));
    await vi.waitFor(async () =>
      expect(await reports.find(report.id)).toMatchObject({ text: '', rating: 'acceptable', number: 1 }),
    );
  });
});

it('words stay with the report, and who sent it is forgotten though never content', async () => {
  const { report } = await receive({ contact, service: 'cay_do' });
  await acts(report.id, verify, assign, answer);
  await reports.rate(report.code, { rating: 'unsatisfied', text: '' });
  await vi.waitFor(() => expect([...told.open.keys()]).toContain(`report.unsatisfied.${report.id}`));
  expect(JSON.stringify(told.all)).not.toContain(report.text);
  look(91 * DAY);
  await vi.waitFor(() => expect(reports.contact(report.id)).rejects.toMatchObject({ code: 'report.noContact' }));
  expect(await reports.find(report.id)).toMatchObject({ state: 'answered', text: expect.stringContaining('Cây') });
  // Never closed, its words and what the place was called go as long after the answer as of others after their end.
  look(275 * DAY);
  await vi.waitFor(async () =>
    expect(await reports.find(report.id)).toMatchObject({ state: 'answered', text: '', place: { name: '' } }),
  );
  expect(JSON.stringify(await database.all('SELECT * FROM report_steps'))).not.toContain('Đã dọn');
});

it('what a place was called goes with the report from the event of an emergency, and is in no other', async () => {
  const { report } = await receive({ service: 'cay_do' });
  await vi.waitFor(async () => expect((await reports.find(report.id)).eventId).not.toBeNull());
  expect(told.open.get(`report.${report.id}`)?.place?.name).toBe('Chợ Bến Tràm');
  clock.advance(5 * HOUR);
  await vi.waitFor(() => expect(told.open.has(`report.overdue.${report.id}`)).toBe(true));
  expect(told.open.get(`report.overdue.${report.id}`)?.place).toMatchObject({ ...PLACE.west, name: '' });
  await acts(report.id, verify, assign, answer, { act: 'close' });
  clock.advance(366 * DAY);
  await vi.waitFor(() => expect(told.forgotten).toEqual([`event-report.${report.id}`]));
});

it('the figures of the sector are counted of the reports', async () => {
  const startMs = clock.now();
  const [one, two, three] = [await receive(), await receive(), await receive({ place: { ...PLACE.east, name: '' } })];
  clock.advance(6 * 60_000);
  await acts(one.report.id, verify, assign, answer);
  await reports.rate(one.report.code, { rating: 'satisfied', text: '' });
  clock.advance(5 * DAY);
  await acts(two.report.id, verify, assign, answer, { act: 'reopen', text: 'chưa' });
  const [province, ...areas] = await createReportFigures(database)(startMs, clock.now() + 1);
  expect(province).toEqual({
    ...{ areaCode: null, received: 3, open: 2, overdue: 1, answered: 1, answeredOnTime: 1, extendedOnTime: 0 },
    ...{ dispatchMinutes: (6 + 6 + 7200) / 2, rated: 1, satisfied: 1, closed: 0, reopened: 1, quiet: false },
  });
  expect(areas.map(({ areaCode, received, overdue }) => [areaCode, received, overdue])).toEqual([
    ['P01', 2, 0],
    ['P02', 1, 1],
  ]);
  expect(three.report.areaCode).toBe('P02');
});

it('who was put off is counted apart only when answered in time; ratings count on their day; nothing is told too', async () => {
  const firstMs = clock.now();
  const [late, inTime] = [await receive(), await receive()];
  const extend: ReportAct = { act: 'extend', untilMs: (late.report.dueMs ?? 0) + DAY, text: 'chờ xe' };
  await acts(inTime.report.id, verify, assign, extend, answer, { act: 'close' });
  await acts(late.report.id, verify, assign, extend);
  clock.advance(8 * DAY);
  await acts(late.report.id, answer);
  const figures = createReportFigures(database);
  expect((await figures(firstMs, clock.now() + 1))[0]).toMatchObject({
    ...{ answered: 2, answeredOnTime: 1, extendedOnTime: 1 },
  });

  clock.advance(DAY);
  const dayMs = clock.now();
  await reports.rate(inTime.report.code, { rating: 'unsatisfied', text: 'chưa' });
  await reports.rate(inTime.report.code, { rating: 'satisfied', text: 'satisfied: đã xong' });
  await acts(late.report.id, { act: 'reopen', text: 'vẫn còn' }, answer, { act: 'close' });
  clock.advance(HOUR);
  const happened = { rated: 1, satisfied: 1, reopened: 1, closed: 1 };
  expect(await figures(dayMs, clock.now())).toMatchObject([happened, { areaCode: 'P01', ...happened }]);
  expect((await figures(firstMs, dayMs))[0]).toMatchObject({ rated: 0, satisfied: 0, reopened: 0, closed: 1 });
  clock.advance(HOUR);
  const quiet = { open: 0, overdue: 0, dispatchMinutes: null, quiet: true };
  expect(await figures(clock.now(), clock.now() + HOUR)).toMatchObject([quiet, { areaCode: 'P01', ...quiet }]);
});

it('the seed holds the five groups of the region and the others, each with a time', async () => {
  const { services } = JSON.parse(
    await readFile(new URL('../../config/report-services.json', import.meta.url), 'utf8'),
  );
  const groups = new Set(services.map((service: { group: { en: string } }) => service.group.en));
  for (const group of [
    'Administrative reform and procedures',
    'Environment',
    'Telecommunications',
    'Traffic order and safety',
  ]) {
    expect(groups).toContain(group);
  }
  expect(
    services.filter(
      ({ emergency, dueMinutes, dueIn }: { emergency: boolean; dueMinutes: number; dueIn: string }) =>
        emergency && (dueMinutes > 120 || dueIn !== 'clock'),
    ),
  ).toEqual([]);
});
