export type CsvCell = string | number | null;

/** With it in front, spreadsheets read the file as UTF-8. */
export const CSV_MARK = '\uFEFF';

/** A line of CSV (RFC 4180), with its end. `null` is an empty cell. */
export function csvLine(cells: readonly CsvCell[], delimiter: ',' | ';' = ','): string {
  return `${cells.map((cell) => written(cell, delimiter)).join(delimiter)}\r\n`;
}

/**
 * A text that begins as a formula does would be one in a spreadsheet, and texts are typed by people (OWASP "CSV
 * injection"): an apostrophe before it makes it text.
 */
function written(cell: CsvCell, delimiter: string): string {
  if (cell === null) return '';
  if (typeof cell === 'number') return String(cell);
  const text = /^[\s]*[=+\-@\t\r]/.test(cell) ? `'${cell}` : cell;
  return text.includes(delimiter) || /["\r\n]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text;
}
