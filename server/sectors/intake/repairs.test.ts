import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type FeedDraft, mappingSchema } from '#contracts/feeds';
import { codes, type Deliveries, good, openDeliveries, verdicts } from '../../../tests/fakes/deliveries.ts';
import { dateOrderOf, isoDate } from './dates.ts';
import { decode } from './decode.ts';
import { decimalOf, readNumber } from './numbers.ts';
import { personalData } from './personal-data.ts';
import { languageOf } from './words.ts';

let test: Deliveries;
beforeAll(async () => {
  test = await openDeliveries({ mostRows: 1000 });
});
afterAll(() => test.close());

const WORDS = 'Phường Long Xuyên, xã Mỹ Hòa Hưng: đúng, đủ, sạch, sống';
/** As offices typed it with .VnTime. */
const TCVN3 = Buffer.from(
  'Ph\u00ad\u00eang Long Xuy\u00aan, x\u00b7 M\u00fc Hßa H\u00adng: \u00aeóng, \u00aeñ, s\u00b9ch, sèng',
  'latin1',
);

function windows1258(text: string): Uint8Array {
  const bytes: number[] = [];
  for (const character of text.normalize('NFC')) {
    const one = Array.from({ length: 256 }, (_, byte) => byte).find(
      (byte) => new TextDecoder('windows-1258').decode(Uint8Array.of(byte)) === character,
    );
    if (one !== undefined) {
      bytes.push(one);
      continue;
    }
    // A letter with its own mark, and the tone behind it.
    const parts = Array.from(character.normalize('NFD'));
    const tone = parts.find((part) => '\u0300\u0309\u0303\u0301\u0323'.includes(part)) ?? '';
    const letter = parts
      .filter((part) => part !== tone)
      .join('')
      .normalize('NFC');
    bytes.push(
      ...windows1258(letter),
      ...[tone].flatMap((mark) =>
        Array.from({ length: 256 }, (_, byte) => byte)
          .filter((byte) => new TextDecoder('windows-1258').decode(Uint8Array.of(byte)) === mark)
          .slice(0, 1),
      ),
    );
  }
  return Uint8Array.from(bytes);
}

describe('encodings', () => {
  const big = (text: string): Uint8Array => Buffer.from(`\ufeff${text}`, 'utf16le').swap16();
  it.each([
    ['utf-8', Buffer.from(WORDS), []],
    ['utf-8 with a mark', Buffer.from(`\ufeff${WORDS}`), []],
    ['utf-16', Buffer.from(`\ufeff${WORDS}`, 'utf16le'), ['encoding']],
    ['utf-16 without a mark', Buffer.from('indicator;area;period;value', 'utf16le'), ['encoding']],
    ['utf-16, the other way round', big(WORDS), ['encoding']],
    ['windows-1258', windows1258(WORDS), ['encoding']],
    ['tcvn3', TCVN3, ['encoding']],
    ['tcvn3 that was saved as UTF-8', Buffer.from(TCVN3.toString('latin1')), ['encoding']],
  ])('%s', (name, bytes, repairs) => {
    const decoded = decode(bytes);
    expect(decoded.encoding).toBe(name.split(/[ ,]/)[0]);
    expect(decoded.repairs).toEqual(repairs);
    if (!name.includes('without')) expect(decoded.text.replace('\ufeff', '')).toBe(WORDS);
  });

  it('that were agreed on are no repair; western text stays what it is', () => {
    expect(decode(TCVN3, 'tcvn3')).toMatchObject({ text: WORDS, repairs: [] });
    expect(decode(Buffer.from('Café crème à Genève'))).toMatchObject({ encoding: 'utf-8', repairs: [] });
  });
});

describe('numbers', () => {
  it.each([
    ['1.234,5', null, false, 1234.5],
    ['1,234.5', null, false, 1234.5],
    ['1.234.567', null, false, 1234567],
    ['12,5', null, false, 12.5],
    ['-0,75 ', null, false, -0.75],
    ['1 234', null, false, 1234],
    ['95,5%', null, false, 95.5],
    ['1.234', 'comma', false, 1234],
    ['1.234', 'point', false, 1.234],
    ['1.234', null, true, 1234],
    ['1.234', null, false, 'ambiguousNumber'],
    ['1.23.4', null, false, 'notANumber'],
    ['12.34,5', null, false, 'notANumber'],
    ['=1+1', null, false, 'notANumber'],
    ['0x10', null, false, 'notANumber'],
    ['1e400', null, false, 'notANumber'],
    ['', null, false, 'notANumber'],
  ] as const)('%s (%s, whole %s) is %s', (text, decimal, whole, expected) => {
    const read = readNumber(text, decimal, whole);
    expect('fault' in read ? read.fault : read.value).toBe(expected);
  });

  it('of a file tell its mark together, or contradict one another', () => {
    expect(decimalOf(['1.234', '12,5', '7'])).toBe('comma');
    expect(decimalOf(['1.234', '5.678'])).toBeNull();
    expect(decimalOf(['12,5', '12.5'])).toBe('mixed');
  });

  it('are read by the whole file: asked once, never guessed row by row', async () => {
    const table = (more: string) => `indicator;area;period;value\nthu_tuc.diem;30307;2026-11-20;1.234\n${more}`;
    const range: Partial<FeedDraft> = { format: 'csv' };
    const feed = await test.addFeed(range);
    expect(codes(await test.send(feed, table('')))).toEqual(['ambiguousNumber']);
    const said = { csv: { decimal: 'point' as const } };
    const pinned = await test.send(await test.addFeed({ ...range, mapping: said }), table(''));
    expect(pinned.batch.counts).toMatchObject({ accepted: 1, repaired: 0 });
    const told = await test.send(feed, table('thu_tuc.diem;30313;2026-11-20;12,5\n'));
    expect(verdicts(told).map(({ row, faults, repairs }) => [row, faults[0]?.code, repairs])).toEqual([
      [1, 'outOfRange', []],
      [2, undefined, ['decimalComma']],
    ]);
  });
});

describe('dates', () => {
  it.each([
    ['26/11/2026', '2026-11-26'],
    ['2026-11-26', '2026-11-26'],
    ['2026/1/5', '2026-01-05'],
    ['11/2026', '2026-11'],
    ['Tháng 11/2026', '2026-11'],
    ['Quý 4/2026', '2026-Q4'],
    ['Quý IV/2026', '2026-Q4'],
    ['Năm 2026', '2026'],
    ['26/11/2026 14:05', '2026-11-26T14:05:00'],
    ['31/02/2026', undefined],
    ['13/13/2026', undefined],
    ['hôm qua', undefined],
  ])('%s is %s', (text, iso) => {
    expect(isoDate(text, 'dmy')?.iso).toBe(iso);
  });
  it('of a file tell their order together', () => {
    expect(dateOrderOf(['03/04/2026', '04/25/2026'])).toBe('mdy');
    expect(dateOrderOf(['03/04/2026'])).toBe('dmy');
    // One slip does not turn what all the others say.
    expect(dateOrderOf(['05/13/2026', '03/04/2026', '25/04/2026'])).toBe('dmy');
    expect(isoDate('05/13/2026', 'dmy')).toBeNull();
    expect(dateOrderOf(['2026-04-03'])).toBe('ymd');
    expect(isoDate('04/25/2026', 'mdy')?.iso).toBe('2026-04-25');
  });
});

describe('rows', () => {
  it('are put right and say so: spaces, form of Unicode, comma, order, an old area', async () => {
    const feed = await test.addFeed();
    const done = await test.send(feed, [
      good({ area: ' 30313 ' }),
      good({ area: 'Phường Long Xuyên'.normalize('NFD'), period: '2026-11-24' }),
      good({ area: '883', period: '23/11/2026', value: '12,0' }),
      good({ area: '30313', period: '2026-11-22', value: 'không phát sinh' }),
    ]);
    expect(verdicts(done).map(({ verdict, repairs }) => [verdict, repairs])).toEqual([
      ['repaired', ['trimmed']],
      ['repaired', ['unicodeForm']],
      ['repaired', ['dateOrder', 'oldArea', 'decimalComma']],
    ]);
    const values = (await test.values()).filter(({ feedId }) => feedId === feed.id);
    expect(values.map(({ areaCode, value, reason }) => [areaCode, value, reason])).toEqual([
      ['30313', null, 'nothing'],
      ['30307', 12, null],
      ['30307', 41, null],
      ['30313', 41, null],
    ]);
  });

  it('of a table with a column for each indicator and their own words', async () => {
    const mapping = mappingSchema.parse({
      columns: { area: 'Địa bàn', period: 'Ngày' },
      indicators: { 'Tiếp nhận': 'thu_tuc.tiep_nhan', 'Đúng hạn': 'thu_tuc.dung_han' },
      words: { area: { LX: '30307' } },
      csv: { dates: 'dmy' },
    });
    const feed = await test.addFeed({ format: 'csv', mapping });
    const file =
      'Ghi chú,dia ban,NGÀY,Tiếp nhận,Đúng hạn\nx,LX,20/11/2026,10,9\n,30313,20/11/2026,,4\n,30313,19/11/2026,,\n,LX,18/11/2026,5,x\n';
    const done = await test.send(feed, file);
    expect(done.batch.counts).toMatchObject({ accepted: 2, rejected: 2 });
    expect(codes(done)).toEqual(['fieldMissing', 'notANumber']);
    expect((await test.values('thu_tuc.dung_han')).map(({ value }) => value)).toEqual([9, 4]);
  });
});

it('finds what names people, and leaves codes, sums and dates alone', () => {
  const found = (text: string | number, inText = false) => personalData(text, inText);
  expect(['089201001234', '089 201 001 234', 'CCCD: 001099012345.'].map((text) => found(text))).toEqual(
    Array(3).fill('citizenId'),
  );
  expect(['0912345678', '+84 912 345 678', '0296.3952.952'].map((text) => found(text))).toEqual(Array(3).fill('phone'));
  expect(['67A-123.45', '67-H1 234.56', '68B1-23456', '51F 1234'].map((text) => found(text))).toEqual(
    Array(4).fill('plate'),
  );
  expect(found('nguyen.van.a@angiang.gov.vn')).toBe('email');
  const clean = [
    '30307',
    'thu_tuc.tiep_nhan',
    '2026-11-26T08:00:00',
    '123456789012',
    123456789012,
    'H01.01.07',
    '000.00.10.H01',
    'QĐ 1043/QĐ-UBND',
    '1.234,5',
  ];
  expect(clean.flatMap((text) => found(text) ?? [])).toEqual([]);
});

it('speaks Vietnamese unless English is wanted more', () => {
  expect([undefined, '*', 'fr', 'vi,en;q=0.8', 'en-US,en;q=0.9', 'vi;q=0.5, en'].map(languageOf)).toEqual([
    'vi',
    'vi',
    'vi',
    'vi',
    'en',
    'en',
  ]);
});
