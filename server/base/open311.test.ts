import { expect, it } from 'vitest';
import { readTime, writeList, writeTime } from './open311.ts';

const DESCRIPTION = 'Cây đổ <script>alert("1")</script> & \']]> &amp; &lt;';
const ENTRY = { service_request_id: '5', description: DESCRIPTION, lat: 10.5, expected_datetime: null };

it('writes lists in JSON as they are, and in XML with nothing in them that is no word of XML', () => {
  expect(JSON.parse(writeList('json', 'service_requests', 'request', [ENTRY]))).toEqual([ENTRY]);
  // A bell has no place in XML.
  const xml = writeList('xml', 'service_requests', 'request', [{ ...ENTRY, address: 'a\u0007b' }]);
  expect(xml).toContain('<service_requests><request><service_request_id>5</service_request_id>');
  expect(xml).toContain('<expected_datetime/>');
  expect(xml).toContain('<address>ab</address>');
  expect(xml).toContain('&lt;script&gt;');
  expect(xml).not.toContain('<script>');
});

it('writes times with the zone of the province and reads them back', () => {
  const ms = Date.UTC(2026, 10, 25, 2, 30, 5);
  expect(writeTime(ms, 'Asia/Ho_Chi_Minh')).toBe('2026-11-25T09:30:05+07:00');
  expect(readTime(writeTime(ms, 'Asia/Ho_Chi_Minh'))).toBe(ms);
  expect(writeTime(ms, 'UTC')).toBe('2026-11-25T02:30:05+00:00');
  for (const bad of ['2026-11-25', '25/11/2026 09:30', '2026-13-01T00:00:00Z', '']) expect(readTime(bad)).toBeNull();
});
