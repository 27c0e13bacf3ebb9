import type { EventRow, FeedDraft, ObservationRow } from '#contracts/feeds';
import type { Every } from '#contracts/sectors';
import type { Moment } from './moment.ts';

/** An invented department: what it knows of a period, and how it sends that. */
export interface Department {
  readonly sector: string;
  /** Code of its organisation in the invented province. */
  readonly unit: string;
  readonly feed: string;
  readonly format: 'json' | 'ndjson' | 'csv';
  /** Of one commune of `size` (1 is the usual one): values by what stands behind the dot of the indicator. */
  readonly communes: Readonly<Partial<Record<Every, Values>>>;
  /** Of the province as a whole. */
  readonly province: Readonly<Partial<Record<Every, Values>>>;
  /** What can happen in a quarter of an hour. */
  readonly events?: (at: Moment, communes: readonly DemoArea[]) => readonly EventRow[];
}
export type Values = (at: Moment, area: DemoArea) => Readonly<Record<string, number>>;
export interface DemoArea {
  readonly code: string;
  readonly name: string;
  /** By people who live there; 1 is the usual one. */
  readonly size: number;
  readonly latitude: number;
  readonly longitude: number;
}

/** What goes over the line, faults and all. */
export interface Delivery {
  readonly body: Buffer;
  readonly contentType: string;
  readonly idempotencyKey: string;
  /** The sender's clock less ours, where it is wrong; ms. */
  readonly skewMs?: number;
}

/** The headings of those who send tables, as such tables have them. */
const CSV_HEADINGS = { indicator: 'Chỉ tiêu', area: 'Địa bàn', period: 'Kỳ', value: 'Giá trị' } as const;

/** How a table is to be read: as spreadsheets here write it. */
export const CSV_MAPPING: FeedDraft['mapping'] = {
  columns: CSV_HEADINGS,
  csv: { delimiter: ';', decimal: 'comma', dates: 'ymd', encoding: 'auto' },
};

export type SentRow = Pick<ObservationRow, 'indicator' | 'area' | 'period' | 'value'> & { readonly note?: string };

export function written(rows: readonly SentRow[], format: Department['format'], key: string): Delivery {
  switch (format) {
    case 'json':
      return { body: Buffer.from(JSON.stringify(rows)), contentType: 'application/json', idempotencyKey: key };
    case 'ndjson':
      return {
        body: Buffer.from(rows.map((row) => `${JSON.stringify(row)}\n`).join('')),
        contentType: 'application/x-ndjson',
        idempotencyKey: key,
      };
    case 'csv':
      return { body: Buffer.from(table(rows)), contentType: 'text/csv; charset=utf-8', idempotencyKey: key };
  }
}

export function table(rows: readonly SentRow[]): string {
  const lines = rows.map(({ indicator, area, period, value }) =>
    [indicator, area, period, String(value).replace('.', ',')].join(';'),
  );
  return [Object.values(CSV_HEADINGS).join(';'), ...lines, ''].join('\r\n');
}
