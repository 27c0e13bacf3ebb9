import { breathe } from '../breathe.ts';
import { decode } from '../decode.ts';
import { type Cell, MOST_COLUMNS, MOST_DEPTH, type RawRow, Refusal } from '../raw-row.ts';
import type { Format } from './format.ts';

/** An array of rows, or one row; `mapping.rowsAt` says where in it. */
export const json: Format = {
  format: 'json',
  types: ['application/json'],
  async read(bytes, mapping, { mostRows }) {
    const { text: decoded, bom, encoding, repairs } = decode(bytes);
    const text = decoded.replace(/^\ufeff/, '');
    if (text.trim() === '') throw new Refusal('empty');
    checkDepth(text);
    const whole = parseWhole(text);
    const found = memberAt(whole, mapping.rowsAt);
    const list: readonly unknown[] | undefined = Array.isArray(found) ? found : isObject(found) ? [found] : undefined;
    if (list === undefined) throw new Refusal('notRows', mapping.rowsAt);
    if (list.length > mostRows) throw new Refusal('tooManyRows', String(mostRows));
    if (list.length === 0) throw new Refusal('empty');
    const rows: RawRow[] = [];
    for (const [at, value] of list.entries()) {
      rows.push(rowOf(value, at + 1, null));
      await breathe(at);
    }
    return {
      columns: columnsOf(rows),
      rows,
      encoding,
      delimiter: null,
      // RFC 8259 §8.1 forbids the mark; a table's file often begins with it.
      repairs: bom && encoding === 'utf-8' ? ['bom'] : repairs,
      foreignColumns: false,
    };
  },
};

export function columnsOf(rows: readonly RawRow[]): string[] {
  const columns = new Set<string>();
  for (const { cells } of rows.slice(0, 200)) for (const column of cells.keys()) columns.add(column);
  return [...columns];
}

/** A row of a JSON value; one that is no object, or too wide, is a row that cannot be read. */
export function rowOf(value: unknown, row: number, line: number | null, text?: string): RawRow {
  const sent = text ?? JSON.stringify(value) ?? '';
  if (!isObject(value)) return unreadable(row, line, sent, 'not an object');
  const cells = new Map<string, Cell>();
  if (!flatten(value, '', cells)) return unreadable(row, line, sent, `more than ${MOST_COLUMNS} members`);
  return { row, line, cells, sent, fault: null };
}

export function unreadable(row: number, line: number | null, sent: string, detail: string): RawRow {
  return { row, line, cells: new Map(), sent, fault: { column: null, code: 'unreadable', detail } };
}

/** Lists below a row are kept as their text: no column of ours is a list. */
function flatten(value: object, path: string, into: Map<string, Cell>): boolean {
  for (const [name, member] of Object.entries(value)) {
    const key = path === '' ? name : `${path}.${name}`;
    if (isObject(member)) {
      if (!flatten(member, key, into)) return false;
    } else if (member === null || typeof member !== 'object') into.set(key, cellOf(member));
    else into.set(key, JSON.stringify(member));
    if (into.size > MOST_COLUMNS) return false;
  }
  return true;
}

function cellOf(member: unknown): Cell {
  return typeof member === 'string' || typeof member === 'number' || typeof member === 'boolean' ? member : null;
}

export function isObject(value: unknown): value is object {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

function memberAt(whole: unknown, path: string): unknown {
  if (path === '') return whole;
  let at = whole;
  for (const name of path.split('.')) {
    if (!isObject(at) || !Object.hasOwn(at, name)) return undefined;
    at = Object.entries(at).find(([key]) => key === name)?.[1];
  }
  return at;
}

/** Before it is parsed: what is nested a million times costs more than it can be worth. */
export function checkDepth(text: string): void {
  let depth = 0;
  let quoted = false;
  for (let at = 0; at < text.length; at += 1) {
    const code = text.charCodeAt(at);
    if (quoted) {
      if (code === 0x5c) at += 1;
      else if (code === 0x22) quoted = false;
    } else if (code === 0x22) quoted = true;
    else if (code === 0x7b || code === 0x5b) {
      depth += 1;
      if (depth > MOST_DEPTH) throw new Refusal('tooDeep', String(MOST_DEPTH), lineAt(text, at));
    } else if (code === 0x7d || code === 0x5d) depth -= 1;
  }
}

function parseWhole(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch (error) {
    const [, position] = /at position (\d+)/.exec(String(error)) ?? [];
    if (/^\s*<(!doctype|html)/i.test(text)) throw new Refusal('html');
    throw new Refusal('notJson', '', position === undefined ? null : lineAt(text, Number(position)));
  }
}

function lineAt(text: string, position: number): number {
  let line = 1;
  for (let at = text.indexOf('\n'); at >= 0 && at < position; at = text.indexOf('\n', at + 1)) line += 1;
  return line;
}
