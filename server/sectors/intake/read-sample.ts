import { type FeedFormat, type Mapping, mappingSchema, type SampleReading } from '#contracts/feeds';
import type { Catalogue } from '../interfaces.ts';
import { dateOrderOf, isoDate } from './dates.ts';
import { formatOf } from './formats/index.ts';
import { type Field, plain } from './mapping.ts';
import { decimalOf } from './numbers.ts';
import type { Reading } from './raw-row.ts';

/** What a sample looks like, and what its columns might be: a suggestion that a person confirms. */

const SHOWN_ROWS = 20;
const SAMPLE_ROWS = 5000;

/** How offices call our fields, without accents and case. */
const NAMES: Readonly<Partial<Record<Field, readonly string[]>>> = {
  indicator: ['chi tieu', 'ma chi tieu', 'indicator', 'indicator code', 'metric', 'chi so'],
  area: [
    'dia ban',
    'ma dia ban',
    'ma xa',
    'xa',
    'phuong',
    'xa phuong',
    'phuong xa',
    'don vi hanh chinh',
    'area',
    'area code',
    'commune',
    'ward',
    'ma dvhc',
  ],
  unit: ['don vi', 'ma don vi', 'co quan', 'unit', 'unit code', 'agency', 'ma dinh danh'],
  period: [
    'ky',
    'ky bao cao',
    'ngay',
    'ngay bao cao',
    'thang',
    'quy',
    'nam',
    'period',
    'date',
    'day',
    'month',
    'week',
    'ngay thang',
  ],
  value: ['gia tri', 'so luong', 'so lieu', 'tong', 'tong so', 'value', 'count', 'amount', 'total', 'quantity', 'so'],
  reason: ['ly do', 'reason', 'ghi chu khong co so lieu'],
  status: ['tinh trang so lieu', 'data status'],
  time: ['thoi diem', 'thoi gian', 'time', 'timestamp', 'datetime', 'xay ra luc', 'thoi gian xay ra'],
  type: ['loai', 'loai su kien', 'type', 'event type', 'category', 'linh vuc', 'service code'],
  id: ['ma', 'ma so', 'ma su kien', 'id', 'so ho so', 'code', 'guid'],
  title: ['tieu de', 'ten', 'ten su kien', 'title', 'name', 'summary', 'headline'],
  detail: ['noi dung', 'mo ta', 'chi tiet', 'description', 'detail', 'content'],
  severity: ['muc do', 'muc do nghiem trong', 'severity', 'priority'],
  latitude: ['vi do', 'lat', 'latitude', 'y'],
  longitude: ['kinh do', 'long', 'lng', 'lon', 'longitude', 'x'],
  place: ['dia diem', 'dia chi', 'place', 'address', 'location'],
  link: ['lien ket', 'duong dan', 'link', 'url'],
  state: ['trang thai', 'state'],
};

export async function readSample(
  bytes: Uint8Array,
  { sector, format }: { sector?: string | undefined; format?: FeedFormat | undefined },
  catalogue: Pick<Catalogue, 'indicators'>,
): Promise<SampleReading> {
  const used = format ?? formatOfText(bytes);
  const reading = await formatOf(used).read(bytes, mappingSchema.parse({}), { mostRows: 100_000 });
  return sampleOf(reading, used, catalogue, sector);
}

export function sampleOf(
  reading: Reading,
  format: FeedFormat,
  catalogue: Pick<Catalogue, 'indicators'>,
  sector: string | undefined,
): SampleReading {
  const sample = reading.rows.slice(0, SAMPLE_ROWS);
  const columnText = (column: string): string[] =>
    sample.flatMap(({ cells }) => {
      const cell = cells.get(column);
      return cell == null || cell === '' ? [] : [String(cell)];
    });
  const dateColumns = reading.columns.filter((column) => {
    const cells = columnText(column).slice(0, 50);
    return cells.length > 0 && cells.every((cell) => isoDate(cell, 'dmy') !== null || isoDate(cell, 'mdy') !== null);
  });
  const numberColumns = reading.columns.filter((column) => {
    const cells = columnText(column).slice(0, 50);
    const numeric = cells.filter((cell) => /^[+-]?[\d.,\s]*\d%?$/.test(cell)).length;
    return cells.length > 0 && numeric / cells.length > 0.8 && !dateColumns.includes(column);
  });
  const decimal = decimalOf(numberColumns.flatMap(columnText));
  const dates = dateOrderOf(dateColumns.flatMap(columnText));
  return {
    format,
    encoding: reading.encoding,
    delimiter: reading.delimiter,
    decimal: decimal === 'mixed' ? null : decimal,
    dates,
    columns: reading.columns,
    rows: reading.rows
      .slice(0, SHOWN_ROWS)
      .map(({ cells }) => reading.columns.map((column) => String(cells.get(column) ?? '').slice(0, 200))),
    mapping: suggest(
      reading,
      { dateColumns, numberColumns, decimal: decimal === 'mixed' ? null : decimal, dates },
      catalogue,
      sector,
    ),
  };
}

function suggest(
  reading: Reading,
  found: {
    dateColumns: readonly string[];
    numberColumns: readonly string[];
    decimal: SampleReading['decimal'];
    dates: SampleReading['dates'];
  },
  catalogue: Pick<Catalogue, 'indicators'>,
  sector: string | undefined,
): Mapping {
  const columns: Partial<Record<Field, string>> = {};
  const free = new Set(reading.columns);
  const take = (field: Field, column: string | undefined): void => {
    if (column === undefined || columns[field] !== undefined || !free.delete(column)) return;
    columns[field] = column;
  };
  for (const [field, names] of Object.entries(NAMES) as [Field, readonly string[]][]) {
    take(
      field,
      reading.columns.find((column) => plain(column) === field),
    );
    for (const name of names)
      take(
        field,
        reading.columns.find((column) => free.has(column) && plain(column) === name),
      );
  }
  take(
    'period',
    found.dateColumns.find((column) => free.has(column)),
  );

  // A column for each indicator, by its code, the part behind the dot, or its name.
  const indicators: Record<string, string> = {};
  for (const column of reading.columns) {
    const match = catalogue
      .indicators()
      .filter((one) => sector === undefined || one.sector === sector)
      .find(({ code, name }) =>
        [code, code.split('.')[1] ?? '', name.vi, name.en].some((word) => plain(word) === plain(column)),
      );
    if (match === undefined || match.kind === 'ratio' || columns.indicator !== undefined) continue;
    if (free.delete(column)) indicators[column] = match.code;
  }
  if (Object.keys(indicators).length === 0)
    take(
      'value',
      found.numberColumns.find((column) => free.has(column)),
    );
  return {
    columns,
    indicators,
    dims: {},
    constants: {},
    words: {},
    rowsAt: '',
    csv: {
      delimiter: DELIMITERS.find((one) => one === reading.delimiter) ?? 'auto',
      decimal: found.decimal ?? 'auto',
      dates: found.dates ?? 'auto',
      encoding: ENCODINGS.find((one) => one === reading.encoding) ?? 'auto',
    },
  };
}
const DELIMITERS = [',', ';', '\t', '|'] as const;
const ENCODINGS = ['utf-8', 'utf-16', 'windows-1258', 'tcvn3'] as const;

/** By its first characters, where nobody said. */
function formatOfText(bytes: Uint8Array): FeedFormat {
  const text = Buffer.from(bytes.subarray(0, 4000))
    .toString('utf8')
    .replace(/^\ufeff/, '')
    .trimStart();
  if (text.startsWith('[')) return 'json';
  if (text.startsWith('{')) {
    const [first = ''] = text.split('\n');
    try {
      JSON.parse(first);
      return text.trimEnd().includes('\n') ? 'ndjson' : 'json';
    } catch {
      return /"version"\s*:\s*"https:\/\/jsonfeed/.test(text) ? 'feed' : 'json';
    }
  }
  if (/<service_requests/.test(text)) return 'open311';
  if (/urn:oasis:names:tc:emergency:cap/.test(text)) return 'cap';
  return /^<(\?xml|rss|feed|rdf)/i.test(text) ? 'feed' : 'csv';
}
