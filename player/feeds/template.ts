import type { FeedView } from '#contracts/feeds';
import { csvOf } from '../sectors/csv.ts';

/** A CSV file to be filled in: the columns that the feed knows, with a row for each value that is due. */
export function templateOf(feed: Pick<FeedView, 'mapping' | 'obliged' | 'carries'>): string {
  const { columns, indicators } = feed.mapping;
  const wide = Object.keys(indicators);
  const areaColumn = columns.area ?? 'area';
  const periodColumn = columns.period ?? 'period';
  if (feed.carries === 'events') {
    const known = ['type', 'id', 'title', 'severity', 'time', 'area', 'latitude', 'longitude'] as const;
    return csvOf([known.map((field) => columns[field] ?? field)]);
  }
  if (wide.length > 0) {
    const areas = [...new Set(feed.obliged.flatMap(({ cells }) => cells.map(({ areaCode }) => areaCode)))];
    return csvOf([[areaColumn, periodColumn, ...wide], ...areas.map((area) => [area, '', ...wide.map(() => '')])]);
  }
  return csvOf([
    [columns.indicator ?? 'indicator', areaColumn, periodColumn, columns.value ?? 'value'],
    ...feed.obliged.flatMap(({ indicator, cells }) =>
      (cells.length === 0 ? [''] : cells.map(({ areaCode }) => areaCode)).map((area) => [indicator, area, '', '']),
    ),
  ]);
}
