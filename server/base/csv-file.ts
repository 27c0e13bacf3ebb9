/** A file for spreadsheets: UTF-8 with its mark, so that Vietnamese names are read as such. */
export function csvFile(rows: readonly (readonly string[])[]): string {
  const text = rows.map((row) => row.map(cell).join(',')).join('\r\n');
  return `\uFEFF${text}\r\n`;
}

/**
 * A cell that begins as a formula does would be one in a spreadsheet, and names are typed by people (OWASP "CSV
 * injection"): an apostrophe before it makes it text.
 */
function cell(value: string): string {
  const text = /^[\s]*[=+\-@\t\r]/.test(value) ? `'${value}` : value;
  return /[",\r\n]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text;
}
