import { parse } from 'csv-parse';
import { breathe } from '../breathe.ts';
import { decode } from '../decode.ts';
import { type Cell, MOST_COLUMNS, MOST_LINE_CHARACTERS, type RawRow, Refusal } from '../raw-row.ts';
import type { Format } from './format.ts';
import { unreadable } from './json.ts';

const DELIMITERS = [';', ',', '\t', '|'] as const;
type Delimiter = (typeof DELIMITERS)[number];
/** Given to the parser at a time. */
const CHUNK_CHARACTERS = 65_536;

/** A table with its names on the first line. */
export const csv: Format = {
  format: 'csv',
  types: ['text/csv', 'application/csv', 'text/tab-separated-values'],
  async read(bytes, mapping, { mostRows }) {
    const { text: decoded, encoding, repairs } = decode(bytes, mapping.csv.encoding);
    // Old programs end lines with CR alone; from here on a line ends where it has LF.
    const text = decoded.replace(/^\ufeff/, '').replace(/\r(?!\n)/g, '\n');
    if (text.trim() === '') throw new Refusal('empty');
    if (/^\s*<(!doctype|html)/i.test(text)) throw new Refusal('html');
    const delimiter = mapping.csv.delimiter === 'auto' ? delimiterOf(text) : mapping.csv.delimiter;
    const rows: RawRow[] = [];
    let columns: string[] | undefined;
    let row = 0;
    for await (const { line, fields, sent } of records(text, delimiter)) {
      if (columns === undefined) {
        columns = namesOf(fields);
        continue;
      }
      if (fields.every((field) => field.trim() === '')) continue;
      if (row === mostRows) throw new Refusal('tooManyRows', String(mostRows), line);
      row += 1;
      rows.push(tableRow(row, line, columns, fields, sent));
      await breathe(row);
    }
    if (columns === undefined || rows.length === 0) throw new Refusal('empty');
    return { columns, rows, encoding, delimiter, repairs, foreignColumns: false };
  },
};

function tableRow(
  row: number,
  line: number,
  columns: readonly string[],
  fields: readonly string[],
  sent: string,
): RawRow {
  if (fields.length > columns.length && fields.slice(columns.length).some((field) => field.trim() !== '')) {
    return unreadable(row, line, sent, `${fields.length} ≠ ${columns.length}`);
  }
  if (sent.includes('\0')) return unreadable(row, line, sent.replaceAll('\0', '\u2400'), 'NUL');
  const cells = new Map<string, Cell>();
  for (const [at, column] of columns.entries()) cells.set(column, fields[at] ?? '');
  return { row, line, cells, sent, fault: null };
}

/** Two columns of one name are told apart by a number; one without a name is called by its place. */
function namesOf(fields: readonly string[]): string[] {
  if (fields.length > MOST_COLUMNS) throw new Refusal('tooManyColumns', String(MOST_COLUMNS), 1);
  const names: string[] = [];
  for (const [at, field] of fields.entries()) {
    const name = field.normalize('NFC').replace(/\s+/g, ' ').trim().slice(0, 200) || `#${at + 1}`;
    names.push(names.includes(name) ? `${name} (${at + 1})` : name);
  }
  return names;
}

/** The one that cuts the first lines into the most columns, and into as many on each. */
function delimiterOf(text: string): Delimiter {
  const lines = text
    .slice(0, 20_000)
    .split(/\r?\n/)
    .filter((line) => line.trim() !== '')
    .slice(0, 10);
  let best: { delimiter: Delimiter; points: number } = { delimiter: ';', points: 0 };
  for (const delimiter of DELIMITERS) {
    const counts = lines.map((line) => line.replace(/"(?:[^"]|"")*"/g, '').split(delimiter).length - 1);
    const [first = 0] = counts;
    const same = counts.filter((count) => count === first).length / Math.max(1, counts.length);
    const points = first === 0 ? 0 : same * 10 + Math.min(first, 9) / 10;
    if (points > best.points) best = { delimiter, points };
  }
  return best.delimiter;
}

interface TableRecord {
  readonly line: number;
  readonly fields: readonly string[];
  readonly sent: string;
}

async function* records(text: string, delimiter: Delimiter): AsyncGenerator<TableRecord> {
  const parser = parse({
    delimiter,
    raw: true,
    relaxColumnCount: true,
    relaxQuotes: true,
    skipEmptyLines: true,
    maxRecordSize: MOST_LINE_CHARACTERS,
    columns: false,
  });
  void feed(parser, text);
  // The parser counts the line ends within quotes twice where they are two characters.
  let [from, line] = [0, 1];
  try {
    for await (const found of parser) {
      const { record, raw } = asRecord(found);
      // Only empty lines lie in between. A search would read all the rest where it finds nothing.
      let start = from;
      while (!text.startsWith(raw, start) && isLineEnd(text.charCodeAt(start))) start += 1;
      line += linesIn(text, from, start);
      yield { line, fields: record, sent: raw.replace(/[\r\n]+$/, '') };
      line += linesIn(text, start, start + raw.length);
      from = start + raw.length;
    }
  } catch (error) {
    throw refusalOf(error, text);
  } finally {
    parser.destroy();
  }
}

function linesIn(text: string, from: number, to: number): number {
  // Cut out first: the last search ends with the part, however far the next line end is.
  const part = text.slice(from, to);
  let lines = 0;
  for (let at = part.indexOf('\n'); at >= 0; at = part.indexOf('\n', at + 1)) lines += 1;
  return lines;
}

function isLineEnd(code: number): boolean {
  return code === 10 || code === 13;
}

async function feed(parser: ReturnType<typeof parse>, text: string): Promise<void> {
  try {
    for (let at = 0, end = 0; at < text.length; at = end) {
      if (parser.destroyed) return;
      end = at + CHUNK_CHARACTERS;
      // Not between the two halves of a character.
      if (/[\ud800-\udbff]/.test(text.charAt(end - 1))) end += 1;
      if (!parser.write(text.slice(at, end))) {
        await new Promise<void>((resolve) => {
          parser.once('drain', resolve);
          parser.once('close', resolve);
        });
      }
    }
    if (!parser.destroyed) parser.end();
  } catch {
    // Whoever reads is told by the parser's own error.
  }
}

/** What the parser gives with `raw`, which its types do not say. */
function asRecord(found: unknown): { record: string[]; raw: string } {
  return found as { record: string[]; raw: string };
}

function refusalOf(error: unknown, text: string): Refusal {
  if (error instanceof Refusal) return error;
  const code = typeof error === 'object' && error !== null && 'code' in error ? error.code : '';
  if (code === 'CSV_QUOTE_NOT_CLOSED') return new Refusal('quoteNotClosed', '', openQuoteLine(text));
  if (code === 'CSV_MAX_RECORD_SIZE') return new Refusal('lineTooLong', '', longLine(text));
  return new Refusal('unreadable');
}

/** Of the last quote that was opened. */
function openQuoteLine(text: string): number | null {
  let opened: number | null = null;
  for (let at = text.indexOf('"'); at >= 0; at = text.indexOf('"', at + 1)) opened = opened === null ? at : null;
  return opened === null ? null : 1 + linesIn(text, 0, opened);
}

function longLine(text: string): number | null {
  let line = 1;
  for (let at = 0; at >= 0 && at < text.length; line += 1) {
    const end = text.indexOf('\n', at);
    if ((end < 0 ? text.length : end) - at > MOST_LINE_CHARACTERS) return line;
    at = end < 0 ? -1 : end + 1;
  }
  return openQuoteLine(text);
}
