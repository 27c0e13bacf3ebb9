import { describe, expect, it } from 'vitest';
import { corpus } from '../../tests/corpus/read-corpus.ts';
import { readCreated, readErrors, readRequests, readServices, readTime, writeList, writeTime } from './open311.ts';

const XML = `<?xml version="1.0" encoding="utf-8"?>
<service_requests>
  <request>
    <service_request_id>638344</service_request_id>
    <status>closed</status>
    <status_notes>Duplicate request.</status_notes>
    <service_name>Sidewalk &amp; Curb Issues</service_name>
    <service_code>006</service_code>
    <description><![CDATA[a <b> & c]]></description>
    <agency_responsible></agency_responsible>
    <requested_datetime>2010-04-14T06:37:38-08:00</requested_datetime>
    <updated_datetime>2010-04-14T06:37:38-0800</updated_datetime>
    <expected_datetime>2010-04-15 06:37:38</expected_datetime>
    <address>8TH AVE &#x110;</address>
    <lat>37.762221815</lat>
    <long>-122.4651145</long>
    <media_url>http://city.gov/photo.jpg</media_url>
  </request>
  <request><status>open</status></request>
  <request><service_request_id>2</service_request_id><lat>abc</lat><long>5</long></request>
</service_requests>`;

describe('requests', () => {
  it('are read from XML; a bad one costs only itself', () => {
    const { items, bad } = readRequests(XML);
    expect(bad).toEqual([{ at: 2, why: 'service_request_id is missing' }]);
    expect(items).toHaveLength(2);
    expect(items[0]).toMatchObject({
      id: '638344',
      status: 'closed',
      serviceName: 'Sidewalk & Curb Issues',
      // A code is no number.
      serviceCode: '006',
      description: 'a <b> & c',
      address: '8TH AVE Đ',
      requestedMs: Date.UTC(2010, 3, 14, 14, 37, 38),
      updatedMs: Date.UTC(2010, 3, 14, 14, 37, 38),
      // No zone: nobody knows when it was.
      expectedMs: null,
      latitude: 37.762221815,
    });
    expect(items[1]).toMatchObject({ id: '2', status: 'open', latitude: null, longitude: null });
  });

  it('are read from JSON, with numbers or words, bare or wrapped', () => {
    const raw = [{ service_request_id: 7, lat: '10.4', long: 105.1, media_url: null, status: 'OPEN' }];
    for (const text of [
      JSON.stringify(raw),
      JSON.stringify({ service_requests: raw }),
      `\uFEFF ${JSON.stringify(raw)}`,
    ]) {
      expect(readRequests(text).items).toMatchObject([{ id: '7', latitude: 10.4, longitude: 105.1, mediaUrl: '' }]);
    }
  });

  it('none are none, one is a list', () => {
    expect(readRequests('<service_requests/>').items).toEqual([]);
    expect(readRequests('<service_requests></service_requests>').items).toEqual([]);
    expect(readRequests('[]').items).toEqual([]);
  });

  it.each([
    ['', 'nothing'],
    ['<html><body>502</body></html>', 'another page'],
    ['<service_requests><request>', 'torn off'],
    ['{"error": 1}', 'another answer'],
    ['<!DOCTYPE x [<!ENTITY a "b">]><service_requests/>', 'a document type'],
    [`<service_requests>${'<a>'.repeat(5000)}${'</a>'.repeat(5000)}</service_requests>`, 'too deep'],
  ])('%j is refused: %s', (text) => {
    expect(() => readRequests(text)).toThrowError(expect.objectContaining({ code: 'open311.unreadable' }));
  });

  it('come back as they were written, hostile words and all, in both formats', () => {
    const description = 'Cây đổ <script>alert("1")</script> & \']]> &amp; &lt;';
    const entry = {
      service_request_id: '5',
      status: 'open',
      description,
      lat: 10.5,
      long: 105.2,
      expected_datetime: null,
    };
    for (const format of ['xml', 'json'] as const) {
      // A bell has no place in XML.
      const written = writeList(format, 'service_requests', 'request', [{ ...entry, address: 'a\u0007b' }]);
      const [read] = readRequests(written).items;
      expect(read?.description).toBe(description);
      expect(read?.address).toBe(format === 'xml' ? 'ab' : 'a\u0007b');
      expect(read).toMatchObject({ id: '5', latitude: 10.5, expectedMs: null });
    }
  });
});

describe('what other cities send', () => {
  const read = (name: string) => readRequests(corpus(`open311/${name}`).toString());
  const iso = (ms: number | null): string | null => (ms === null ? null : new Date(ms).toISOString());

  it.each<[string, readonly (readonly [id: string, status: string, service: string, at: string, place: unknown])[]]>([
    [
      'specification.xml',
      [['48213', 'closed', 'Vỉa hè & bó vỉa', '2026-11-11T23:37:38.000Z', [10.371234567, 105.432109876]]],
    ],
    [
      'fixmystreet.xml',
      [
        ['301', 'open', 'Ổ gà', '2026-11-20T01:00:00.000Z', [10.45021, 105.45102]],
        ['300', 'closed', 'Đèn đường', '2026-11-19T13:00:00.123Z', [10.44, 105.44]],
      ],
    ],
    [
      'fixmystreet-lists.json',
      [
        ['77', 'open', 'Rác thải', '2026-11-18T00:30:00.000Z', [10.46, 105.46]],
        ['76', 'closed', 'Cây xanh', '2026-11-17T00:30:00.000Z', [10.47, 105.47]],
      ],
    ],
    [
      'many-fields.json',
      [
        [
          'SR26-00123456',
          'closed',
          'Street Light Out Complaint',
          '2026-11-10T14:03:26.000Z',
          [41.88197204, -87.63236255],
        ],
        ['SR26-00123457', 'open', 'Pothole in Street Complaint', '2026-11-10T21:00:00.000Z', [null, null]],
      ],
    ],
    ['extended.json', [['hel9f8e7d', 'open', 'Puistot ja metsät', '2026-11-21T08:11:12.345Z', [60.1679, 24.952]]]],
    ['alone.json', [['5512', 'open', 'Ngập nước', '2026-11-22T11:00:00.000Z', [10.4, 105.4]]]],
  ])('%s is read whole', (name, expected) => {
    const { items, bad } = read(name);
    expect(bad).toEqual([]);
    expect(
      items.map(({ id, status, serviceName, requestedMs, latitude, longitude }) => [
        ...[id, status, serviceName, iso(requestedMs)],
        [latitude, longitude],
      ]),
    ).toEqual(expected);
  });

  it('lists, numbers, CDATA and what stands below names of its own come as words', () => {
    expect(read('fixmystreet.xml').items[0]?.agency).toBe('Phòng Hạ tầng, Công ty Cây xanh');
    expect(read('fixmystreet-lists.json').items[0]?.agency).toBe('Xã Bến Tràm, Công ty Môi trường');
    expect(read('extended.json').items[0]).toMatchObject({ serviceCode: '176', detailedStatus: 'IN_PROCESS' });
    expect(read('many-fields.json').items[0]).toMatchObject({ description: '', statusNotes: '', mediaUrl: '' });
    const { items, bad } = read('tokens.xml');
    // Without an id there is nothing that it could be known again by.
    expect(bad).toEqual([{ at: 1, why: 'service_request_id is missing' }]);
    expect(items).toMatchObject([
      {
        ...{ id: '1412907', description: 'Bàn ghế bỏ lại <bên đường> & hai tấm nệm', expectedMs: null },
        ...{ mediaUrl: 'http://city.example/media/p/5.jpg?a=1&b=2', serviceName: 'General Requests & Questions' },
      },
    ]);
  });

  it('a bad row says which it is and why, and costs only itself', () => {
    const { items, bad } = read('some-broken.json');
    expect(items.map(({ id }) => id)).toEqual(['1', '4', '5', '6', '8', '9']);
    expect(bad).toEqual([
      { at: 2, why: 'service_request_id is missing' },
      { at: 3, why: expect.stringMatching(/expected object, received string/) },
      { at: 7, why: expect.stringMatching(/expected object, received null/) },
    ]);
    // What is no time and no place is none.
    expect(items.slice(1, 3)).toMatchObject([{ requestedMs: null }, { latitude: null, longitude: null }]);
    expect(items[4]).toMatchObject({ latitude: null, longitude: null });
  });

  it.each([
    ['[{"code":404,"description":"not found"}]', [['404', 'not found']]],
    [
      '{"errors":[{"code":"400","description":"no place"},{"description":"no code"}]}',
      [
        ['400', 'no place'],
        ['', 'no code'],
      ],
    ],
    ['{"error":{"code":403,"message":"bad key"}}', [['403', 'bad key']]],
    ['{"error":"API key is not valid"}', [['', 'API key is not valid']]],
    ['{"code":500,"error":"down"}', [['500', 'down']]],
    [
      '<errors><error><code>400</code><description>a</description></error><error><code>404</code><description>b</description></error></errors>',
      [
        ['400', 'a'],
        ['404', 'b'],
      ],
    ],
    ['<error><code>403</code><description>no key</description></error>', [['403', 'no key']]],
    ['"not allowed"', [['', 'not allowed']]],
    ['Bad Gateway', []],
    ['<html><body><h1>502</h1></body></html>', []],
    [`${'['.repeat(50_000)}${']'.repeat(50_000)}`, []],
    ['', []],
  ])('errors in their own way: %.60s', (text, expected) => {
    expect(readErrors(text).map(({ code, description }) => [code, description])).toEqual(expected);
  });
});

it('reads services, answers and errors', () => {
  const { items } = readServices(
    '<services><service><service_code>001</service_code><metadata>true</metadata><type>batch</type><keywords>a, b;c</keywords></service></services>',
  );
  expect(items).toEqual([
    { code: '001', name: '001', description: '', metadata: true, type: 'batch', keywords: ['a', 'b', 'c'], group: '' },
  ]);
  expect(readCreated('[{"service_request_id":293944,"service_notice":"x"}]')).toEqual({
    id: '293944',
    token: null,
    notice: 'x',
  });
  expect(readCreated('<service_requests><request><token>12</token></request></service_requests>')).toMatchObject({
    token: '12',
  });
  expect(() => readCreated('[]')).toThrow();
  expect(readErrors('<errors><error><code>403</code><description>no key</description></error></errors>')).toEqual([
    { code: '403', description: 'no key' },
  ]);
  expect(readErrors('<html>')).toEqual([]);
});

it('writes times with the zone of the province and reads them back', () => {
  const ms = Date.UTC(2026, 10, 25, 2, 30, 5);
  expect(writeTime(ms, 'Asia/Ho_Chi_Minh')).toBe('2026-11-25T09:30:05+07:00');
  expect(readTime(writeTime(ms, 'Asia/Ho_Chi_Minh'))).toBe(ms);
  expect(writeTime(ms, 'UTC')).toBe('2026-11-25T02:30:05+00:00');
  for (const bad of ['2026-11-25', '25/11/2026 09:30', '2026-13-01T00:00:00Z', '']) expect(readTime(bad)).toBeNull();
});
