import { breathe } from '../breathe.ts';
import { decode } from '../decode.ts';
import { MOST_LINE_CHARACTERS, type RawRow, Refusal } from '../raw-row.ts';
import type { Format } from './format.ts';
import { checkDepth, columnsOf, rowOf, unreadable } from './json.ts';

/** One row on each line; a line that cannot be read costs only itself. */
export const ndjson: Format = {
  format: 'ndjson',
  types: ['application/x-ndjson', 'application/ndjson', 'application/jsonl'],
  async read(bytes, _mapping, { mostRows }) {
    const { text, bom, encoding, repairs } = decode(bytes);
    const rows: RawRow[] = [];
    let line = 0;
    let from = text.startsWith('\ufeff') ? 1 : 0;
    while (from < text.length) {
      const end = text.indexOf('\n', from);
      const sent = text.slice(from, end < 0 ? text.length : end).trim();
      from = end < 0 ? text.length : end + 1;
      line += 1;
      if (sent === '') continue;
      if (rows.length === mostRows) throw new Refusal('tooManyRows', String(mostRows), line);
      rows.push(readLine(sent, rows.length + 1, line));
      await breathe(line);
    }
    if (rows.length === 0) throw new Refusal('empty');
    return {
      columns: columnsOf(rows),
      rows,
      encoding,
      delimiter: null,
      repairs: bom && encoding === 'utf-8' ? ['bom'] : repairs,
      foreignColumns: false,
    };
  },
};

function readLine(sent: string, row: number, line: number): RawRow {
  if (sent.length > MOST_LINE_CHARACTERS) return unreadable(row, line, sent.slice(0, 500), 'the line is too long');
  try {
    checkDepth(sent);
    return rowOf(JSON.parse(sent), row, line, sent);
  } catch {
    return unreadable(row, line, sent, 'not JSON');
  }
}
