import { CSV_MARK, csvLine } from '#base/csv';
import type { CrossingCounts } from '#contracts/statistics';

/** The same figures as a file for spreadsheets. */
export function countsFile({ counts, lines }: CrossingCounts, words: (atMs: number) => string): string {
  const names = new Map(lines.map(({ ruleId, name }) => [ruleId, name]));
  const rows = counts.map(({ startMs, ruleId, label, direction, count }) =>
    csvLine([words(startMs), names.get(ruleId) ?? ruleId, label, direction, count]),
  );
  return `${CSV_MARK}${csvLine(['start', 'line', 'class', 'direction', 'count'])}${rows.join('')}`;
}
