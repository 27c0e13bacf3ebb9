import { z } from 'zod';
import { decode } from '../decode.ts';
import { type Cell, type RawRow, Refusal } from '../raw-row.ts';
import type { Format } from './format.ts';
import { checkDepth, isObject } from './json.ts';
import { parseXml, plainText, safeXml } from './xml.ts';

/**
 * Requests of another city (Open311 GeoReport v2, `GET requests`), JSON or XML. Which event type a `service_code` is, the
 * mapping says: `columns: {type: "service_code"}, words: {type: {…}}`.
 */
const word = z
  .union([z.string(), z.number().transform(String)])
  .nullish()
  .catch(null);
const requestSchema = z.looseObject({
  service_request_id: word,
  token: word,
  status: word,
  status_notes: word,
  service_name: word,
  service_code: word,
  description: word,
  agency_responsible: word,
  requested_datetime: word,
  updated_datetime: word,
  address: word,
  lat: word,
  long: word,
  media_url: word,
});

export const open311: Format = {
  format: 'open311',
  types: [],
  async read(bytes, _mapping, { mostRows }) {
    const { found, encoding } = requestsOf(bytes);
    if (found.length > mostRows) throw new Refusal('tooManyRows', String(mostRows));
    const rows = found.map((request, at) => rowOf(request, at + 1));
    const columns = [...(rows[0]?.cells.keys() ?? [])];
    return { columns, rows, encoding, delimiter: null, repairs: [], foreignColumns: true };
  },
};

function requestsOf(bytes: Uint8Array): { found: readonly unknown[]; encoding: string } {
  const first = Buffer.from(bytes.subarray(0, 100))
    .toString('utf8')
    .replace(/^\ufeff/, '')
    .trimStart();
  if (first.startsWith('[') || first.startsWith('{')) {
    const { text, encoding } = decode(bytes);
    checkDepth(text);
    try {
      const whole: unknown = JSON.parse(text.replace(/^\ufeff/, ''));
      return { found: listOf(whole), encoding };
    } catch (error) {
      throw error instanceof Refusal ? error : new Refusal('notJson');
    }
  }
  const { text, encoding } = safeXml(bytes);
  const document = z
    .object({ service_requests: z.union([z.object({ request: z.array(z.unknown()).default([]) }), z.literal('')]) })
    .safeParse(parseXml(text, ['request'])).data;
  if (document === undefined) throw new Refusal('notThisFormat', 'Open311 GeoReport v2');
  const { service_requests: list } = document;
  return { found: list === '' ? [] : list.request, encoding };
}

/** Some servers wrap the list in an object of its name. */
function listOf(whole: unknown): readonly unknown[] {
  if (Array.isArray(whole)) return whole;
  const inside = isObject(whole) ? Object.values(whole).find(Array.isArray) : undefined;
  if (inside === undefined) throw new Refusal('notThisFormat', 'Open311 GeoReport v2');
  return inside;
}

function rowOf(value: unknown, row: number): RawRow {
  const request = requestSchema.safeParse(value).data;
  if (request === undefined) {
    return {
      row,
      line: null,
      cells: new Map(),
      sent: (JSON.stringify(value) ?? '').slice(0, 2000),
      fault: { column: null, code: 'unreadable', detail: 'not an object' },
    };
  }
  const { description, service_name, address, lat, long } = request;
  const text = plainText(description ?? '', 4000);
  const cells = new Map<string, Cell>([
    ['id', request.service_request_id ?? request.token ?? null],
    ['title', plainText(service_name ?? text, 200) || text.slice(0, 200)],
    ['detail', text],
    ['time', request.requested_datetime ?? request.updated_datetime ?? null],
    ['place', plainText(address ?? '', 200)],
    ['latitude', lat ?? null],
    ['longitude', long ?? null],
    ['state', request.status === 'closed' ? 'over' : 'open'],
    ['service_code', request.service_code ?? null],
    ['service_name', service_name ?? null],
    ['agency_responsible', request.agency_responsible ?? null],
  ]);
  // Names and numbers of who asked stand beside what we read: what was not looked into is not kept.
  return { row, line: null, cells, sent: JSON.stringify(Object.fromEntries(cells)), fault: null };
}
