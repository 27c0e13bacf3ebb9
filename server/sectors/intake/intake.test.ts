import { readFileSync } from 'node:fs';
import { readdir } from 'node:fs/promises';
import { join } from 'node:path';
import { gunzipSync } from 'node:zlib';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { mappingSchema, ROW_FAULTS, type RowFaultCode } from '#contracts/feeds';
import { codes, type Deliveries, good, openDeliveries, verdicts } from '../../../tests/fakes/deliveries.ts';
import { formatOf } from './formats/index.ts';

let test: Deliveries;
beforeEach(async () => {
  test = await openDeliveries();
});
afterEach(() => test.close());

describe('a delivery', () => {
  it('takes what is right and says of the rest which row, and why, in Vietnamese', async () => {
    const feed = await test.addFeed();
    const done = await test.send(feed, [
      good(),
      good({ area: 'Xã Không Có' }),
      good({ area: 'my hoa hung', value: 7 }),
    ]);
    expect(done.batch.counts).toMatchObject({ received: 3, accepted: 2, rejected: 1 });
    expect(verdicts(done)).toEqual([
      expect.objectContaining({
        row: 2,
        verdict: 'rejected',
        faults: [{ column: 'area', code: 'unknownArea', message: 'Không có địa bàn «Xã Không Có»' }],
      }),
    ]);
    expect((await test.values()).map(({ areaCode, value, row, unitId }) => [areaCode, value, row, unitId])).toEqual([
      ['30307', 41, 1, 'so'],
      ['30313', 7, 3, 'so'],
    ]);
  });

  it('is the same delivery under the same key, and not counted again; another body is a conflict', async () => {
    const feed = await test.addFeed();
    const first = await test.send(feed, [good(), good({ area: '?' })], { idempotencyKey: 'k1' });
    const again = await test.send(feed, [good(), good({ area: '?' })], { idempotencyKey: 'k1' });
    expect(again).toMatchObject({ repeated: true, batch: { id: first.batch.id, counts: first.batch.counts } });
    expect(codes(again)).toEqual(codes(first));
    await expect(test.send(feed, [good({ value: 5 })], { idempotencyKey: 'k1' })).rejects.toMatchObject({
      code: 'feed.keyUsed',
    });
    expect(await test.batches.facts(feed.id, 0, Number.MAX_SAFE_INTEGER)).toHaveLength(1);
    const both = await Promise.all([1, 2].map(() => test.send(feed, [good({ value: 9 })], { idempotencyKey: 'k2' })));
    expect(new Set(both.map(({ batch }) => batch.id)).size).toBe(1);
  });

  it('is new under the key of one that was taken back', async () => {
    const feed = await test.addFeed();
    const first = await test.send(feed, [good()], { idempotencyKey: 'k1' });
    await test.intake.undo(first.batch.id, 'an');
    const again = await test.send(feed, [good()], { idempotencyKey: 'k1' });
    expect(again).toMatchObject({ repeated: false, batch: { counts: { accepted: 1 } } });
    expect(await test.values()).toHaveLength(1);
    expect(await test.send(feed, [good()], { idempotencyKey: 'k1' })).toMatchObject({
      repeated: true,
      batch: { id: again.batch.id },
    });
  });

  it('sent under two keys leaves the values as they are, and half of it is clean', async () => {
    const feed = await test.addFeed({ format: 'csv' });
    const file =
      'indicator;area;period;value\nthu_tuc.tiep_nhan;30307;2026-11-25;41\nthu_tuc.tiep_nhan;30313;2026-11-25;7\n';
    await test.send(feed, file, { idempotencyKey: 'a' });
    const before = await test.values();
    const second = await test.send(feed, file, { idempotencyKey: 'b' });
    expect(second.batch.counts).toMatchObject({ received: 2, duplicate: 2 });
    expect(await test.values()).toEqual(before);
    const facts = await test.batches.facts(feed.id, 0, Number.MAX_SAFE_INTEGER);
    const clean = facts.reduce((sum, { accepted, revised }) => sum + accepted + revised, 0);
    expect(clean / facts.reduce((sum, { received }) => sum + received, 0)).toBe(0.5);
  });

  it('of a period that runs still says the same when it is sent again later, unless it says another time', async () => {
    const feed = await test.addFeed();
    const rows = [good({ period: '2026-11-26' }), good({ period: '2026-11-26', area: '30313' })];
    test.clock.advance(9 * 3_600_000);
    await test.send(feed, rows);
    const before = await test.values();
    for (const minutes of [5, 60 * 24]) {
      test.clock.advance(minutes * 60_000);
      const again = await test.send(feed, rows);
      expect(again.batch).toMatchObject({
        counts: { accepted: 0, revised: 0, duplicate: 2 },
        scores: { clean: { a: 0, b: 2 } },
      });
    }
    // Nothing is new but that it holds still.
    const heldMs = Date.UTC(2026, 10, 26, 17);
    expect(await test.values()).toEqual(before.map((value) => ({ ...value, phenomenonMs: heldMs })));
    expect(before.every(({ phenomenonMs }) => phenomenonMs < heldMs)).toBe(true);
    const facts = await test.batches.facts(feed.id, 0, Number.MAX_SAFE_INTEGER);
    expect(facts.map(({ accepted, revised, received }) => [accepted + revised, received])).toEqual([
      [2, 2],
      [0, 2],
      [0, 2],
    ]);
    const said = rows.map((row) => ({ ...row, time: '2026-11-26T08:00:00+07:00' }));
    expect((await test.send(feed, said)).batch.counts).toMatchObject({ revised: 2, duplicate: 0 });
    expect((await test.send(feed, said)).batch.counts).toMatchObject({ revised: 0, duplicate: 2 });
  });

  it('revises, and taken back leaves what stood before', async () => {
    const feed = await test.addFeed();
    await test.send(feed, [good()]);
    const second = await test.send(feed, [good({ value: 50 })]);
    expect(second.batch.counts).toMatchObject({ revised: 1, accepted: 0 });
    expect((await test.values())[0]?.value).toBe(50);
    await test.intake.undo(second.batch.id, 'an');
    expect((await test.values())[0]?.value).toBe(41);
    await expect(test.intake.undo(second.batch.id, 'an')).rejects.toMatchObject({ code: 'batch.undone' });
    await expect(test.intake.undo('unknown', 'an')).rejects.toMatchObject({ kind: 'notFound' });
    expect(await test.batches.facts(feed.id, 0, Number.MAX_SAFE_INTEGER)).toHaveLength(1);
  });

  it('keeps nothing of a trial, and nothing of what fails half way', async () => {
    const feed = await test.addFeed();
    await test.send(feed, [good()]);
    const delivery = { feed, bytes: Buffer.from(JSON.stringify([good(), good({ area: '30313' })])) };
    const trial = await test.intake.dryRun({
      ...{ ...delivery, format: 'json', mapping: feed.input.mapping, way: 'push', sender: 's', mayUnit: () => true },
    });
    expect(trial).toMatchObject({ dryRun: true, batch: { counts: { received: 2, duplicate: 1, accepted: 1 } } });
    const within = async (): Promise<void> => {
      throw new Error('the disk is full');
    };
    await expect(test.send(feed, [good({ value: 1 })], { within })).rejects.toThrow('the disk is full');
    expect((await test.values()).map(({ value }) => value)).toEqual([41]);
    expect(await test.batches.list(feed.id, Number.MAX_SAFE_INTEGER, 10)).toHaveLength(1);
    expect(await readdir(join(test.folder, 'raw'))).toHaveLength(1);
  });

  it('that cannot be read leaves its record, the line, and a feed that is failing', async () => {
    const feed = await test.addFeed();
    const done = await test.send(feed, '[{"indicator": "a",\n "area": }]');
    expect(done.batch).toMatchObject({ counts: { received: 0 }, refused: { code: 'notJson', line: 2 } });
    expect(test.register.view(test.register.get(feed.id))).toMatchObject({
      state: 'failing',
      lastError: { code: 'notJson' },
    });
    await test.send(feed, [good()]);
    expect(test.register.view(test.register.get(feed.id))).toMatchObject({ state: 'ok', lastError: null });
  });

  it('sets aside what names a person, sealed, and tells the owner', async () => {
    const feed = await test.addFeed();
    const person = '089201001234';
    const done = await test.send(feed, [good(), good({ area: '30313', unit: `Nguyễn Văn A ${person}` })]);
    expect(done.batch.counts).toMatchObject({ accepted: 1, quarantined: 1 });
    expect(verdicts(done)).toMatchObject([{ sent: null, verdict: 'quarantined', faults: [{ code: 'personalData' }] }]);
    expect((await test.batches.rows(done.batch.id, { after: 0, limit: 9 }))[0]?.sealed).toContain(person);
    const row = await test.database.get<{ sealed: Uint8Array }>('SELECT sealed FROM batch_rows');
    expect(Buffer.from(row?.sealed ?? []).toString('latin1')).not.toContain(person);
    const [file = ''] = await readdir(join(test.folder, 'raw'));
    expect(gunzipSync(readFileSync(join(test.folder, 'raw', file))).toString()).not.toContain(person);
    expect(test.opened).toMatchObject([{ type: 'quality.personalData', unitId: 'so', sector: 'thu_tuc' }]);
  });

  it('keeps the words of rows as long as it is to, and of a repeated file the first thousand', async () => {
    await test.close();
    test = await openDeliveries({ mostRows: 2000 });
    const feed = await test.addFeed({ format: 'csv' });
    const file = (rows: number) =>
      `indicator;area;period;value\n${Array.from({ length: rows }, (_, at) => `thu_tuc.tiep_nhan;30307;${new Date(Date.UTC(2020, 0, 1 + at)).toISOString().slice(0, 10)};1\n`).join('')}`;
    const kept = async () => (await test.database.all('SELECT row FROM batch_rows WHERE sent IS NOT NULL')).length;
    await test.send(feed, file(1005));
    await test.send(feed, file(1005));
    expect([await kept(), (await test.database.all('SELECT row FROM batch_rows')).length]).toEqual([1000, 1005]);
    expect(await test.batches.forgetSent(test.clock.now())).toBe(false);
    expect(await kept()).toBe(1000);
    await test.batches.forgetSent(test.clock.now() + 1);
    expect(await kept()).toBe(0);
  });

  it('with state secrets keeps neither row nor text', async () => {
    const feed = await test.addFeed();
    const done = await test.send(feed, [good({ 'độ mật': 'Tối mật' }), good({ reason: 'Mật' })]);
    expect(codes(done)).toEqual(['secret', 'secret']);
    const rows = await test.database.all<{ sent: string | null; sealed: unknown }>(
      'SELECT sent, sealed FROM batch_rows',
    );
    expect(rows).toEqual([
      { sent: null, sealed: null },
      { sent: null, sealed: null },
    ]);
    expect(await test.raw.read(done.batch.id)).toEqual([]);
  });

  it('with state secrets in a row that cannot be read keeps it as little', async () => {
    const all = async () => {
      const rows = await test.database.all<{ sent: string | null }>('SELECT sent FROM batch_rows');
      return JSON.stringify([rows, await readFiles(join(test.folder, 'raw'))]);
    };
    const table = await test.addFeed({ format: 'csv' });
    const head = 'indicator;area;period;value;note\n';
    const stamped = await test.send(table, `${head}a;b;c;d;kế hoạch A;Tối mật\n`);
    expect(codes(stamped)).toEqual(['secret']);
    const column = await test.send(table, `${head.replace('note', 'Độ mật')}a;b;c;d;kế hoạch A;loại 2\n`);
    expect(codes(column)).toEqual(['unreadable']);
    const lines = await test.addFeed({ format: 'ndjson' });
    const broken = await test.send(
      lines,
      '{"note": "kế hoạch A", "secrecy": "A", }\n{"note": "kế hoạch A", x "M\\u1eadt"}\n',
    );
    expect(codes(broken)).toEqual(['unreadable', 'secret']);
    expect(await all()).not.toContain('kế hoạch A');
    await test.send(lines, '{"note": "kế hoạch B", }\n');
    expect(await all()).toContain('kế hoạch B');
  });
});

async function readFiles(folder: string): Promise<string[]> {
  const names = await readdir(folder);
  return names.map((name) => gunzipSync(readFileSync(join(folder, name))).toString());
}

it('keeps of a request of another city only what was looked into', async () => {
  const request = { service_request_id: '7', description: 'Rác', email: 'an@example.vn', phone: '0912 345 678' };
  const reading = await formatOf('open311').read(Buffer.from(JSON.stringify([request])), mappingSchema.parse({}), {
    mostRows: 9,
  });
  expect(reading.rows[0]?.sent).toContain('Rác');
  expect(reading.rows[0]?.sent).not.toMatch(/example|0912/);
});

describe('every fault', () => {
  const health = (more: object) => good({ indicator: 'y_te.ca_benh', value: 1, ...more });
  const event = (more: object) => ({
    type: 'o_dich',
    id: '1',
    title: 'Ổ dịch',
    time: '2026-11-25T08:00:00+07:00',
    ...more,
  });
  /** Of rows of procedures, of health, and of events: the first fault. */
  const cases: readonly [RowFaultCode, object, ('thu_tuc' | 'y_te' | 'events')?][] = [
    ['fieldMissing', good({ indicator: undefined })],
    ['fieldUnknown', good({ vlaue: 3 })],
    ['notANumber', good({ value: 'nhiều' })],
    ['ambiguousNumber', good({ indicator: 'thu_tuc.diem', value: '1.234' })],
    ['notADate', good({ period: 'hôm qua' })],
    ['tooLong', event({ title: 'x'.repeat(301) }), 'events'],
    ['unknownIndicator', good({ indicator: 'thu_tuc.khong_co' })],
    ['notOfFeed', health({})],
    ['unknownArea', good({ area: 'Sao Hỏa' })],
    ['areaEnded', good({ area: '885' })],
    ['areaDivided', good({ area: 'Châu Thành' })],
    ['unknownUnit', good({ unit: 'H99' })],
    ['notYourUnit', good({ unit: 'H01.99' })],
    ['unknownDimension', health({ dims: { benh: 'sởi' } }), 'y_te'],
    ['outOfRange', good({ value: -1 })],
    ['notWhole', good({ value: 1.5 })],
    ['wrongPeriod', good({ period: '2026-11' })],
    ['future', good({ period: '2026-11-28' })],
    ['outsideProvince', event({ latitude: 21.03, longitude: 105.85 }), 'events'],
    ['ratioDelivered', good({ indicator: 'thu_tuc.ty_le' })],
    ['valueOrReason', good({ value: null })],
    ['personalData', good({ unit: '0912 345 678' })],
    ['secret', good({ secrecy: 'A' })],
    ['unknownType', event({ type: 'chay' }), 'events'],
  ];

  it.each(cases)('%s', async (code, row, of = 'thu_tuc') => {
    const feed = await test.addFeed({
      sector: of === 'thu_tuc' ? 'thu_tuc' : 'y_te',
      carries: of === 'events' ? 'events' : 'observations',
    });
    const done = await test.send(feed, [row]);
    expect(codes(done)[0]).toBe(code);
    expect(done.batch.counts.accepted).toBe(0);
    expect(verdicts(done)[0]?.faults[0]?.message).not.toMatch(/\{0\}|undefined/);
  });

  it('of a row against others, and of rows that are too many or cannot be read', async () => {
    const feed = await test.addFeed({ format: 'ndjson' });
    const lines = [good(), good(), good({ value: 42 })].map((row) => JSON.stringify(row));
    const done = await test.send(feed, [...lines, 'no JSON', '7'].join('\n'));
    expect(verdicts(done).map(({ row, line, verdict, faults }) => [row, line, verdict, faults[0]?.code])).toEqual([
      [2, 2, 'duplicate', 'duplicateInBatch'],
      [3, 3, 'rejected', 'duplicateInBatch'],
      [4, 4, 'rejected', 'unreadable'],
      [5, 5, 'rejected', 'unreadable'],
    ]);
    expect(codes(await test.send(feed, JSON.stringify(good())))).toEqual(['duplicateOfEarlier']);
    const many = await test.send(feed, Array.from({ length: 1001 }, () => lines[0]).join('\n'));
    expect(many.batch.refused).toMatchObject({ code: 'tooManyRows', line: 1001 });
    const seen: string[] = [
      ...cases.map(([code]) => code),
      'duplicateInBatch',
      'unreadable',
      'duplicateOfEarlier',
      'tooManyRows',
    ];
    expect(ROW_FAULTS.filter((code) => !seen.includes(code))).toEqual([]);
  });
});

describe('events', () => {
  it('are told once, changed, ended, and taken back', async () => {
    const feed = await test.addFeed({ sector: 'y_te', carries: 'events', heartbeatMinutes: 60 });
    const event = {
      type: 'o_dich',
      id: 'e1',
      title: 'Ổ dịch',
      time: '2026-11-25T08:00:00+07:00',
      latitude: '10,37',
      longitude: 105.43,
    };
    await test.send(feed, [event]);
    await test.box.tell();
    expect(test.opened).toMatchObject([
      { key: `feed:${feed.id}:e1`, areaCode: '30307', place: { latitude: 10.37 }, unitId: 'so' },
    ]);
    expect(codes(await test.send(feed, [event]))).toEqual(['duplicateOfEarlier']);
    const changed = await test.send(feed, [
      { ...event, severity: 'severe' },
      { ...event, id: 'e2' },
    ]);
    expect(changed.batch.counts).toMatchObject({ revised: 1, accepted: 1 });
    await test.box.tell();
    expect(test.opened.map(({ severity }) => severity)).toEqual([undefined, 'severe', undefined]);
    await test.send(feed, [{ ...event, state: 'over' }]);
    await test.box.tell();
    expect(test.ended.map(({ key }) => key)).toEqual([`feed:${feed.id}:e1`]);
    await test.intake.undo(changed.batch.id, 'an');
    await test.box.tell();
    expect(test.ended.at(-1)).toMatchObject({ key: `feed:${feed.id}:e2`, why: 'the delivery was taken back' });
  });

  it('end where nothing is said but that they are over, as a Cancel of CAP without <info> does', async () => {
    const feed = await test.addFeed({
      ...{ sector: 'y_te', carries: 'events', format: 'cap' },
      mapping: { columns: { type: 'event' }, words: { type: { Dịch: 'o_dich' } } },
    });
    const cap = (id: string, msgType: string, more: string) =>
      `<alert xmlns="urn:oasis:names:tc:emergency:cap:1.2"><identifier>${id}</identifier><sender>cdc</sender>
       <sent>2026-11-25T08:00:00+07:00</sent><status>Actual</status><msgType>${msgType}</msgType>${more}</alert>`;
    await test.send(feed, cap('VN-1', 'Alert', '<info><event>Dịch</event><headline>Ổ dịch</headline></info>'));
    const cancel = cap('VN-2', 'Cancel', '<references>cdc,VN-1,2026-11-25T07:00:00+07:00</references>');
    const done = await test.send(feed, cancel);
    expect(done.batch.counts).toMatchObject({ received: 1, revised: 1, rejected: 0 });
    await test.box.tell();
    expect(test.opened).toHaveLength(1);
    expect(test.ended.map(({ key }) => key)).toEqual([`feed:${feed.id}:VN-1`]);
    expect(codes(await test.send(feed, cancel))).toEqual(['duplicateOfEarlier']);
    // Taken back, the alert stands as it was told.
    await test.intake.undo(done.batch.id, 'an');
    await test.box.tell();
    expect(test.opened.at(-1)).toMatchObject({ type: 'o_dich', title: { vi: 'Ổ dịch' } });
  });

  it('need their id, and no time, to be over; while they are open they need all', async () => {
    const feed = await test.addFeed({ sector: 'y_te', carries: 'events' });
    const event = { type: 'o_dich', id: 'e1', title: 'Ổ dịch', time: '2026-11-25T08:00:00+07:00' };
    await test.send(feed, [event]);
    expect(codes(await test.send(feed, [{ state: 'over' }]))).toEqual(['fieldMissing']);
    expect(codes(await test.send(feed, [{ id: 'e1' }]))).toEqual(['fieldMissing', 'fieldMissing', 'fieldMissing']);
    expect(codes(await test.send(feed, [{ id: 'e1', type: 'chay', state: 'over' }]))).toEqual(['unknownType']);
    const over = [{ id: 'e1', state: 'over' }];
    expect((await test.send(feed, over)).batch.counts).toMatchObject({ revised: 1 });
    test.clock.advance(60_000);
    expect(codes(await test.send(feed, over))).toEqual(['duplicateOfEarlier']);
    await test.box.tell();
    expect(test.ended.map(({ key }) => key)).toEqual([`feed:${feed.id}:e1`]);
  });

  it('are again what an earlier delivery said when a later one is taken back', async () => {
    const feed = await test.addFeed({ sector: 'y_te', carries: 'events' });
    const event = { type: 'o_dich', id: 'e1', title: 'Ổ dịch', time: '2026-11-25T08:00:00+07:00' };
    await test.send(feed, [event]);
    const second = await test.send(feed, [{ ...event, title: 'Nhầm' }]);
    await test.box.tell();
    await test.intake.undo(second.batch.id, 'an');
    await test.box.tell();
    expect(test.ended).toEqual([]);
    expect(test.opened.at(-1)).toMatchObject({ title: { vi: 'Ổ dịch' } });
    expect(codes(await test.send(feed, [event]))).toEqual(['duplicateOfEarlier']);
    // What is corrected a hundred times keeps its newest states, and a wrong end is no end.
    for (let at = 0; at < 30; at += 1) await test.send(feed, [{ ...event, title: `Ổ dịch ${at}` }]);
    expect(await test.database.all('SELECT number FROM feed_event_versions')).toHaveLength(10);
    const over = await test.send(feed, [{ ...event, state: 'over' }]);
    await test.intake.undo(over.batch.id, 'an');
    await test.box.tell();
    expect(test.opened.at(-1)).toMatchObject({ title: { vi: 'Ổ dịch 29' } });
  });

  it('whose link would run in a browser are refused; a hotline in a text is no personal data, a plate is', async () => {
    const feed = await test.addFeed({ sector: 'y_te', carries: 'events' });
    const event = { type: 'o_dich', title: 'x', time: '2026-11-25T08:00:00+07:00' };
    const done = await test.send(feed, [
      { ...event, id: '1', link: 'javascript:alert(1)' },
      { ...event, id: '2', detail: 'Gọi 0296 3 952 952 hoặc 0912345678' },
      { ...event, id: '3', detail: 'Xe 67A-123.45 gây tai nạn' },
    ]);
    expect(done.rows.map(({ row, verdict }) => [row, verdict])).toEqual([
      [1, 'rejected'],
      [3, 'quarantined'],
    ]);
  });
});
