import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import sharp from 'sharp';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { type ReportAct, reportQuerySchema } from '#contracts/reports';
import { PLACE, reportPlaces } from '../../tests/fakes/report-places.ts';
import {
  answer,
  assign,
  by,
  contact,
  DAY,
  HOUR,
  openReports,
  type ReportsHouse,
  verify,
} from '../../tests/fakes/reports.ts';
import { createPublishedReports } from './published-reports.ts';

let house: ReportsHouse;
beforeEach(async () => {
  house = await openReports();
});
afterEach(() => house.close());

const list = (query: Record<string, unknown> = {}, units: readonly string[] | null = null) =>
  house.reports.list(reportQuerySchema.parse(query), units);

describe('a report that comes in', () => {
  it('gets a number, a code that can be read out, its commune, and a time in working hours', async () => {
    const { report } = await house.receive();
    expect(report.number).toBe(1);
    expect(report.code).toMatch(/^([34679ACDEFHKMPRTWXY]{4}-){2}[34679ACDEFHKMPRTWXY]{4}$/);
    expect(report.areaCode).toBe('P01');
    // Three days of eight hours, counted by the calendar that was handed in.
    expect(report.dueMs).toBe(reportPlaces().addWorkingMinutes(house.clock.now(), 1440));
    const emergency = await house.receive({ service: 'cay_do' });
    expect(emergency.report.dueMs).toBe(house.clock.now() + 2 * HOUR);
    expect(new Set([report.code, emergency.report.code]).size).toBe(2);
  });

  it('is found by its code however it is typed, and no other', async () => {
    const { report } = await house.receive();
    const typed = report.code.toLowerCase().replaceAll('-', ' ');
    expect(await house.reports.ofCode(typed)).toMatchObject({
      state: 'received',
      areaName: 'Xã Bến Tràm',
      answers: [],
    });
    for (const code of ['3333-3333-3333', 'x', '', `${report.code}3`, "' OR 1=1"]) {
      await expect(house.reports.ofCode(code)).rejects.toMatchObject({ kind: 'notFound', code: 'report.unknown' });
    }
  });

  it.each([
    ['outside the province', { place: { latitude: 21, longitude: 105.8, name: '' } }, 'report.outside'],
    ['of an unknown kind', { service: 'nothing' }, 'report.service'],
    ['in an unknown commune', { place: null, areaCode: 'X' }, 'report.area'],
  ])('is refused when it is %s, and leaves nothing', async (_, more, code) => {
    await expect(house.receive(more)).rejects.toMatchObject({ kind: 'invalid', code });
    expect(await list()).toEqual([]);
  });

  it('keeps its sender apart and sealed', async () => {
    const { report } = await house.receive({ contact });
    const shown = JSON.stringify([
      await list(),
      await house.reports.details(report.id, () => true),
      await house.reports.ofCode(report.code),
    ]);
    for (const secret of Object.values(contact)) expect(shown).not.toContain(secret);
    expect((await list())[0]?.hasContact).toBe(true);
    const tables = await house.database.all<{ name: string }>("SELECT name FROM sqlite_master WHERE type = 'table'");
    for (const { name } of tables) {
      const rows = await house.database.all<Record<string, unknown>>(`SELECT * FROM ${name}`);
      const text = rows
        .map((row) =>
          Object.values(row)
            .map((value) => (value instanceof Uint8Array ? Buffer.from(value).toString('latin1') : String(value)))
            .join(' '),
        )
        .join(' ');
      expect(text).not.toContain('0912345678');
    }
    expect(await house.reports.contact(report.id)).toEqual(contact);
  });
});

describe('its code', () => {
  it('is searched whole by those who have all reports, and by no unit in any part', async () => {
    const { report } = await house.receive();
    await house.receive();
    await house.acts(report.id, verify, assign);
    const found = async (text: string, units: readonly string[] | null) =>
      (await list({ state: 'assigned', text }, units)).map(({ number }) => number);
    expect(await found(report.code.toLowerCase().replaceAll('-', ' '), null)).toEqual([report.number]);
    const unit = ['cay-xanh'];
    expect(await found('ben tram', unit)).toEqual([report.number]);
    for (const part of [report.code, ...report.code.split('-')]) expect(await found(part, unit)).toEqual([]);
  });
});

describe('what everybody may read', () => {
  it('has neither words nor place of one that nobody has let pass, whatever else became of it', async () => {
    const published = createPublishedReports(house.database);
    const { report: first } = await house.receive();
    const { report } = await house.receive({ text: 'Cây nghiêng trước nhà tôi, số 12' });
    const bare = { publicText: '', place: null, answer: '' };
    await house.acts(report.id, { act: 'merge', into: first.id });
    expect(await published.find(report.number)).toMatchObject({ ...bare, state: 'duplicate' });
    await house.acts(report.id, { act: 'reopen', text: 'không phải cây ấy' });
    expect(await published.find(report.number)).toMatchObject({ ...bare, state: 'received' });
    expect(await published.list({ limit: 10 })).toEqual([]);

    await house.acts(report.id, verify, assign, answer);
    expect(await published.find(report.number)).toMatchObject({ place: PLACE.west, answer: 'Đã cắt tỉa xong' });
    await house.acts(report.id, { act: 'reopen', text: '' }, { act: 'reject', text: 'nhầm' });
    expect(await published.find(report.number)).toMatchObject({ ...bare, state: 'rejected' });
    expect(await published.updates(0, house.clock.now(), 10)).toEqual([]);
  });
});

describe('what is done with it', () => {
  it('goes from receipt to its end, each step kept', async () => {
    const { report } = await house.receive();
    await house.acts(report.id, verify, assign, { act: 'start' }, { act: 'note', text: 'Gọi đội 2' }, answer);
    expect(await house.reports.ofCode(report.code)).toMatchObject({
      state: 'answered',
      unitName: 'Công ty Cây xanh',
      answers: [{ text: 'Đã cắt tỉa xong' }],
      dueMs: null,
    });
    await house.reports.rate(report.code, { rating: 'satisfied', text: 'Cảm ơn' });
    await house.acts(report.id, { act: 'close' });
    const { steps, version } = await house.reports.details(report.id, () => true);
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
    const { report } = await house.receive();
    const was = await house.acts(report.id, ...before);
    await expect(house.reports.act(report.id, act, by)).rejects.toMatchObject({
      kind: 'conflict',
      code: 'report.state',
    });
    expect((await house.reports.find(report.id)).version).toBe(was.version);
  });

  it('is put off with a reason, later than it was and not for ever; reopened, it has a new time', async () => {
    const { report } = await house.receive();
    await house.acts(report.id, verify, assign);
    const due = report.dueMs ?? 0;
    for (const untilMs of [due, house.clock.now() - 1, house.clock.now() + 100 * DAY]) {
      await expect(house.reports.act(report.id, { act: 'extend', untilMs, text: 'chờ' }, by)).rejects.toMatchObject({
        code: 'report.extension',
      });
    }
    const untilMs = due + DAY;
    expect(await house.acts(report.id, { act: 'extend', untilMs, text: 'Chờ xe cẩu' })).toMatchObject({
      dueMs: untilMs,
    });
    expect(await house.reports.ofCode(report.code)).toMatchObject({ extension: { untilMs, reason: 'Chờ xe cẩu' } });
    house.clock.advance(2 * DAY);
    const again = await house.acts(report.id, answer, { act: 'reopen', text: 'Vẫn còn nghiêng' });
    expect(again).toMatchObject({ state: 'assigned', reopened: 1, extension: null, answeredMs: null });
    expect(again.dueMs).toBeGreaterThan(house.clock.now());
  });

  it('is not done to an older version than there is', async () => {
    const { report } = await house.receive();
    const seen = await house.acts(report.id, verify);
    await house.acts(report.id, assign);
    await expect(house.reports.act(report.id, answer, by, seen.version)).rejects.toMatchObject({
      ...{ kind: 'conflict', code: 'edit.stale' },
    });
    expect((await house.reports.act(report.id, answer, by, seen.version + 1)).state).toBe('answered');
  });

  it('of two who verify at once one does', async () => {
    const { report } = await house.receive();
    const both = await Promise.allSettled([
      house.reports.act(report.id, verify, by),
      house.reports.act(report.id, verify, by),
    ]);
    expect(both.map(({ status }) => status).sort()).toEqual(['fulfilled', 'rejected']);
  });
});

describe('reports about the same', () => {
  it('are asked about once, of the first of them, until the others are joined', async () => {
    const { report: first } = await house.receive();
    const { report: second } = await house.receive();
    const { report: third } = await house.receive();
    await vi.waitFor(() => expect(house.told.open.get(`report.alike.${first.id}`)).toBeDefined());
    await house.acts(second.id, { act: 'merge', into: first.id });
    await vi.waitFor(() => expect(house.told.open.has(`report.alike.${first.id}`)).toBe(true));
    await house.acts(third.id, { act: 'merge', into: first.id });
    await vi.waitFor(() => expect(house.told.open.has(`report.alike.${first.id}`)).toBe(false));
  });

  it('are no question any longer once the later one is answered', async () => {
    const { report: first } = await house.receive();
    const { report: second } = await house.receive();
    await vi.waitFor(() => expect(house.told.open.get(`report.alike.${first.id}`)).toBeDefined());
    await house.acts(second.id, verify, assign, answer);
    await vi.waitFor(() => expect(house.told.open.has(`report.alike.${first.id}`)).toBe(false));
  });

  it('and near an incident are found for it, and are of one incident at a time', async () => {
    const { report } = await house.receive();
    const place = { ...PLACE.west };
    expect((await house.reports.near(place, 200, 0)).map(({ id }) => id)).toEqual([report.id]);
    expect(await house.reports.near(PLACE.east, 200, 0)).toEqual([]);
    await house.database.transaction((queries) => house.reports.setIncident(queries, report.id, 'i1'));
    expect(await house.reports.near(place, 200, 0)).toEqual([]);
    expect((await house.reports.ofIncident('i1')).map(({ id }) => id)).toEqual([report.id]);
    const other = house.database.transaction((queries) => house.reports.setIncident(queries, report.id, 'i2'));
    await expect(other).rejects.toMatchObject({ code: 'report.hasIncident' });
    await house.database.transaction((queries) => house.reports.setIncident(queries, report.id, null));
    expect(await house.reports.ofIncident('i1')).toEqual([]);
  });

  it('are found by place, time and words', async () => {
    const { report } = await house.receive();
    const near = { ...PLACE.west, latitude: PLACE.west.latitude + 0.001, name: '' };
    const same = await house.receive({ place: near, text: 'cay nghieng sap do truoc cho ben tram' });
    const otherWords = await house.receive({ place: near, service: 'rac_thai', text: 'Rác chất đống' });
    const elsewhere = await house.receive({ place: { ...PLACE.east, name: '' } });
    house.clock.advance(8 * DAY);
    const later = await house.receive();
    const { alike } = await house.reports.details(report.id, () => true);
    expect(alike.map(({ number }) => number)).toEqual([same.report.number]);
    expect([otherWords, elsewhere, later].map(({ report: { number } }) => number)).not.toContain(same.report.number);
    await house.acts(same.report.id, { act: 'merge', into: report.id });
    await house.acts(report.id, verify, assign, answer);
    // Who sent the other hears the same answer.
    expect(await house.reports.ofCode(same.report.code)).toMatchObject({
      state: 'duplicate',
      answers: [{ text: 'Đã cắt tỉa xong' }],
    });
    // Joined on to a third, what is said there.
    await house.acts(report.id, { act: 'reopen', text: 'cùng một việc' }, { act: 'merge', into: later.report.id });
    await house.acts(later.report.id, verify, assign, { act: 'answer', text: 'Đã trồng lại' });
    expect((await house.reports.ofCode(same.report.code)).answers).toMatchObject([{ text: 'Đã trồng lại' }]);
    for (const into of [report.id, same.report.id]) {
      await expect(house.reports.act(report.id, { act: 'merge', into }, by)).rejects.toMatchObject({
        kind: 'conflict',
      });
    }
  });
});

describe('the list', () => {
  it('is searched without accents, narrowed by state, unit and lateness, and paged', async () => {
    const { report } = await house.receive();
    await house.receive({
      service: 'rac_thai',
      text: 'Rác 100% chưa gom_dọn',
      place: { ...PLACE.east, name: 'Đường Cồn Én' },
    });
    await house.acts(report.id, verify, assign);
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
    house.clock.advance(10 * DAY);
    expect(await numbers({ overdue: 'true' })).toEqual([2, 1]);
    expect(await house.reports.counts(null)).toMatchObject({
      overdue: 2,
      states: { received: 1, assigned: 1, closed: 0 },
    });
    expect(await house.reports.counts(['dien-luc'])).toMatchObject({ overdue: 0, states: { assigned: 0 } });
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
    const { report, ticket } = await house.receive();
    await house.reports.addPhoto(report.code, ticket, await picture());
    const [id = ''] = (await list())[0]?.photoIds ?? [];
    const jpeg = await house.reports.photo(report.id, id);
    const facts = await sharp(jpeg).metadata();
    expect(facts).toMatchObject({ width: 683, height: 2048, format: 'jpeg' });
    expect([facts.exif, facts.xmp, facts.iptc, facts.orientation]).toEqual([
      undefined,
      undefined,
      undefined,
      undefined,
    ]);
    expect(Buffer.from(jpeg).includes('Secret phone')).toBe(false);
    expect(await readdir(join(house.folder, report.id))).toEqual([`${id}.jpg`]);
    expect(await house.reports.ofCode(report.code)).toMatchObject({ photos: 1 });
  });

  it('are taken of who sent the report, for an hour, as many as are allowed, and nothing but pictures', async () => {
    const { report, ticket } = await house.receive();
    const small = await sharp(await picture())
      .resize(40)
      .png()
      .toBuffer();
    await expect(house.reports.addPhoto(report.code, 'x', small)).rejects.toMatchObject({ code: 'photo.ticket' });
    const svg = Buffer.from('<svg xmlns="http://www.w3.org/2000/svg"><image href="file:///etc/passwd"/></svg>');
    for (const bytes of [svg, Buffer.from('GIF89a'), Buffer.alloc(0), small.subarray(0, 60)]) {
      await expect(house.reports.addPhoto(report.code, ticket, bytes)).rejects.toMatchObject({
        code: 'photo.unreadable',
      });
    }
    const all = await Promise.allSettled([1, 2, 3].map(() => house.reports.addPhoto(report.code, ticket, small)));
    expect(all.filter(({ status }) => status === 'fulfilled')).toHaveLength(2);
    expect(await readdir(join(house.folder, report.id))).toHaveLength(2);
    house.clock.advance(HOUR + 1);
    await expect(house.reports.addPhoto(report.code, ticket, small)).rejects.toMatchObject({ code: 'photo.ticket' });
  });
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
