import { fold } from '#base/fold';
import { MAPPED_FIELDS, type Mapping, type RowRepair } from '#contracts/feeds';
import type { Cell, RawRow, RowFault } from './raw-row.ts';

/** What their columns are to us. */
export type Field = (typeof MAPPED_FIELDS)[number];

export interface MappedCell {
  /** Their name of the column; `null` of what every row says without saying it. */
  readonly column: string | null;
  /** Trimmed, in one form of Unicode; empty text is `null`. */
  readonly cell: Cell;
}
export interface MappedRow {
  readonly fields: ReadonlyMap<Field, MappedCell>;
  readonly dims: ReadonlyMap<string, MappedCell>;
  /** Of a table with a column for each indicator. */
  readonly values: readonly (MappedCell & { readonly indicator: string })[];
  readonly repairs: ReadonlySet<RowRepair>;
  readonly faults: readonly RowFault[];
}

/** Says where a message came from; a column of ours that nobody has to map. */
const OWN_COLUMNS = new Set<string>([...MAPPED_FIELDS, 'dims', 'topic']);
const DIMS = 'dims.';

/** `foreign`: the rows have columns of their format beyond ours. */
export function createMapper(columns: readonly string[], mapping: Mapping, foreign: boolean) {
  const byFold = new Map(columns.map((column) => [plain(column), column]));
  // With nothing mapped, rows are in our own words, and a word that is not ours is a slip of the pen.
  const ownWords =
    !foreign && Object.keys(mapping.columns).length === 0 && Object.keys(mapping.indicators).length === 0;
  const taken = new Set(Object.values(mapping.columns));
  const sources = MAPPED_FIELDS.map((field) => ({
    field,
    column: mapping.columns[field] ?? field,
    named: mapping.columns[field] !== undefined,
  }));
  const words = new Map(
    Object.entries(mapping.words).map(([field, list]) => [
      field,
      new Map(
        Object.entries(list ?? {}).flatMap(([theirs, ours]) => [
          [theirs, ours] as const,
          [plain(theirs), ours] as const,
        ]),
      ),
    ]),
  );

  function look(row: RawRow, column: string): { column: string; cell: Cell } | undefined {
    const cell = row.cells.get(column);
    if (cell !== undefined) return { column, cell };
    const similar = byFold.get(plain(column));
    const found = similar === undefined ? undefined : row.cells.get(similar);
    return similar === undefined || found === undefined ? undefined : { column: similar, cell: found };
  }

  return (row: RawRow): MappedRow => {
    const repairs = new Set<RowRepair>();
    const faults: RowFault[] = [];
    const fields = new Map<Field, MappedCell>();
    const dims = new Map<string, MappedCell>();
    const clean = (cell: Cell): Cell => cleaned(cell, repairs);

    for (const { field, column, named } of sources) {
      // A column that was said to be something else is not that of its own name.
      const found = named || !taken.has(column) ? look(row, column) : undefined;
      const constant = mapping.constants[field];
      const cell = found === undefined ? null : translate(words.get(field), clean(found.cell));
      if (cell !== null && found !== undefined) fields.set(field, { column: found.column, cell });
      else if (constant !== undefined && constant !== '') fields.set(field, { column: null, cell: constant });
      else if (found !== undefined || named) fields.set(field, { column, cell: null });
    }
    for (const [column, dim] of Object.entries(mapping.dims)) {
      const found = look(row, column);
      const cell = found === undefined ? null : clean(found.cell);
      if (cell !== null) dims.set(dim, { column, cell });
    }
    for (const [column, cell] of row.cells) {
      if (column.startsWith(DIMS) && !taken.has(column)) {
        const value = clean(cell);
        if (value !== null) dims.set(column.slice(DIMS.length), { column, cell: value });
      } else if (ownWords && !OWN_COLUMNS.has(column) && mapping.dims[column] === undefined) {
        faults.push({ column, code: 'fieldUnknown', detail: column.slice(0, 100) });
      }
    }
    const values = Object.entries(mapping.indicators).map(([column, indicator]) => {
      const found = look(row, column);
      return { column: found?.column ?? column, cell: found === undefined ? null : clean(found.cell), indicator };
    });
    return { fields, dims, values, repairs, faults };
  };
}

/** How columns are compared: without accents, case and what stands between words. */
export function plain(text: string): string {
  return fold(text)
    .replace(/[^a-z0-9]+/g, ' ')
    .trim();
}

function translate(words: ReadonlyMap<string, string> | undefined, cell: Cell): Cell {
  if (words === undefined || cell === null) return cell;
  const text = String(cell);
  return words.get(text) ?? words.get(plain(text)) ?? cell;
}

/** Spaces that no one sees are spaces as well. */
const EDGES = /^[\s\u00a0\u200b\u2060\ufeff]+|[\s\u00a0\u200b\u2060\ufeff]+$/g;

function cleaned(cell: Cell, repairs: Set<RowRepair>): Cell {
  if (typeof cell !== 'string') return cell;
  const composed = cell.normalize('NFC');
  if (composed !== cell) repairs.add('unicodeForm');
  const text = composed.replace(EDGES, '');
  if (text !== composed && text !== '') repairs.add('trimmed');
  return text === '' ? null : text;
}
