import type { FeedGrid } from '#contracts/feeds';

/** What somebody typed into a cell: a number as they write it, `nothing`, or empty. */
export interface Typed {
  readonly text: string;
  readonly nothing: boolean;
}
export type TypedCells = ReadonlyMap<string, Typed>;

export function cellKey(areaCode: string, column: number): string {
  return `${areaCode} ${column}`;
}

/**
 * A number as people of the language write it: `1.234,5` in Vietnamese, `1,234.5` in English; spaces may part the
 * thousands. `null` for anything else: a wrong guess would be a wrong figure.
 */
export function numberOf(text: string, language: string): number | null {
  const compact = text.replace(/[\s\u00a0\u202f]/g, '');
  const [thousands, decimal] = language === 'en' ? [',', '.'] : ['.', ','];
  const grouped = new RegExp(`^-?\\d{1,3}(\\${thousands}\\d{3})+(\\${decimal}\\d+)?$`);
  const plain = new RegExp(`^-?\\d+(\\${decimal}\\d+)?$`);
  if (!grouped.test(compact) && !plain.test(compact)) return null;
  return Number(compact.replaceAll(thousands, '').replace(decimal, '.'));
}

export interface GridChange {
  readonly indicator: string;
  readonly areaCode: string;
  readonly periodStartMs: number;
  readonly value: number | null;
  readonly reason: 'nothing' | null;
}

/** What is to be saved, and the cells that hold no number. */
export function changesOf(
  grid: FeedGrid,
  typed: TypedCells,
  language: string,
): { readonly changes: readonly GridChange[]; readonly wrong: ReadonlySet<string> } {
  const changes: GridChange[] = [];
  const wrong = new Set<string>();
  for (const { areaCode, cells } of grid.rows) {
    grid.columns.forEach(({ indicator, periodStartMs }, column) => {
      const key = cellKey(areaCode, column);
      const entry = typed.get(key);
      if (entry === undefined || cells[column] == null) return;
      const cell = { indicator, areaCode, periodStartMs };
      if (entry.nothing) changes.push({ ...cell, value: null, reason: 'nothing' });
      else if (entry.text.trim() !== '') {
        const value = numberOf(entry.text, language);
        if (value === null) wrong.add(key);
        else changes.push({ ...cell, value, reason: null });
      }
    });
  }
  return { changes, wrong };
}

/** A block of cells copied from a spreadsheet, put in from one cell on. */
export function pasted(
  grid: FeedGrid,
  typed: TypedCells,
  from: { areaCode: string; column: number },
  text: string,
): TypedCells {
  const lines = text.replace(/\r\n?/g, '\n').replace(/\n$/, '').split('\n');
  const first = grid.rows.findIndex(({ areaCode }) => areaCode === from.areaCode);
  const next = new Map(typed);
  lines.forEach((line, down) => {
    line.split('\t').forEach((value, right) => {
      const row = grid.rows[first + down];
      const column = from.column + right;
      if (row !== undefined && row.cells[column] != null)
        next.set(cellKey(row.areaCode, column), { text: value.trim(), nothing: false });
    });
  });
  return next;
}
