import { describe, expect, it } from 'vitest';
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
