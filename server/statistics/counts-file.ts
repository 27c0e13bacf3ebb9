import type { CrossingCounts } from '#contracts/statistics';

/** The same figures as a file for spreadsheets: UTF-8 with its mark, so that Vietnamese names are read as such. */
export function countsFile({ counts, lines }: CrossingCounts, words: (atMs: number) => string): string {
  const names = new Map(lines.map(({ ruleId, name }) => [ruleId, name]));
  const rows = counts.map(({ startMs, ruleId, label, direction, count }) => [
    words(startMs),
    names.get(ruleId) ?? ruleId,
    label,
    direction,
    String(count),
  ]);
  const text = [['start', 'line', 'class', 'direction', 'count'], ...rows]
    .map((row) => row.map(cell).join(','))
    .join('\r\n');
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
