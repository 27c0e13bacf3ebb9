import { decode } from '../decode.ts';
import { type Cell, type RawRow, Refusal } from '../raw-row.ts';
import type { Format } from './format.ts';
import { checkDepth, isObject } from './json.ts';
import { entriesIn, fieldOf, isNowhere, REQUEST_LISTS, wordOf } from './open311-entries.ts';
import { parseXml, plainText, safeXml } from './xml.ts';

/**
 * Requests of another city (Open311 GeoReport v2, `GET requests`), JSON or XML. Which event type a `service_code` is, the
 * mapping says: `columns: {type: "service_code"}, words: {type: {…}}`.
 */
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
  return { found: listOf(parseXml(text, ['request'])), encoding };
}

function listOf(whole: unknown): readonly unknown[] {
  const found = entriesIn(whole, REQUEST_LISTS, 'request');
  if (found === undefined) throw new Refusal('notThisFormat', 'Open311 GeoReport v2');
  return found;
}

function rowOf(value: unknown, row: number): RawRow {
  if (!isObject(value)) {
    return {
      row,
      line: null,
      cells: new Map(),
      sent: (JSON.stringify(value) ?? '').slice(0, 2000),
      fault: { column: null, code: 'unreadable', detail: 'not an object' },
    };
  }
  const word = (name: string): string => wordOf(fieldOf(value, name));
  const service = word('service_name');
  const text = plainText(word('description'), 4000);
  const [latitude, longitude] = isNowhere(word('lat'), word('long')) ? ['', ''] : [word('lat'), word('long')];
  const cells = new Map<string, Cell>([
    ['id', word('service_request_id') || word('token') || null],
    ['title', plainText(service || text, 200)],
    ['detail', text],
    ['time', word('requested_datetime') || word('updated_datetime') || null],
    ['place', plainText(word('address'), 200)],
    ['latitude', latitude || null],
    ['longitude', longitude || null],
    ['state', word('status').toLowerCase() === 'closed' ? 'over' : 'open'],
    ['service_code', word('service_code') || null],
    ['service_name', service || null],
    ['agency_responsible', word('agency_responsible') || null],
  ]);
  // Names and numbers of who asked stand beside what we read: what was not looked into is not kept.
  return { row, line: null, cells, sent: JSON.stringify(Object.fromEntries(cells)), fault: null };
}
