import { chance } from './chance.ts';
import { type Delivery, type Department, type SentRow, table, written } from './department.ts';

/** What goes wrong with deliveries in life. */
export const FAULTS = [
  'late',
  'missing',
  'duplicate',
  'bom',
  'decimalComma',
  'oldTypeface',
  'wrongCode',
  'wrongCommune',
  'future',
  'personalData',
  'outOfRange',
  'brokenSum',
  'burst',
  'cutOff',
  'clockSkew',
] as const;
export type Fault = (typeof FAULTS)[number];

export interface Faulty {
  readonly deliveries: readonly Delivery[];
  /** They come so much later, ms. */
  readonly laterMs: number;
}

/** How one delivery comes when this is wrong with it. */
export function withFault(
  fault: Fault,
  rows: readonly SentRow[],
  { format, key }: { readonly format: Department['format']; readonly key: string },
): Faulty {
  const send = (these: readonly SentRow[], end = ''): Delivery => written(these, format, `${key}${end}`);
  const now = (...deliveries: readonly Delivery[]): Faulty => ({ deliveries, laterMs: 0 });
  const asTable = (body: Buffer, charset = 'utf-8'): Faulty =>
    now({ body, contentType: `text/csv; charset=${charset}`, idempotencyKey: key });
  switch (fault) {
    case 'late':
      return { deliveries: [send(rows)], laterMs: 3 * 3_600_000 };
    case 'missing':
      return now();
    case 'duplicate':
      return now(send(rows), send(rows, '-again'));
    case 'bom':
      return asTable(Buffer.from(`\uFEFF${table(rows)}`));
    case 'decimalComma':
      return asTable(Buffer.from(table(rows).replaceAll(/;(\d+)\r/g, ';$1,0\r')));
    case 'oldTypeface':
      return asTable(Buffer.from(table(rows), 'utf16le'), 'utf-16le');
    case 'wrongCode':
      return now(send(changed(rows, key, (row) => ({ ...row, indicator: `${row.indicator}_cu` }))));
    case 'wrongCommune':
      return now(send(changed(rows, key, (row) => ({ ...row, area: 'Xã Không Có' }))));
    case 'future':
      return now(send(changed(rows, key, (row) => ({ ...row, period: '2099-01-01' }))));
    case 'personalData':
      return now(send(changed(rows, key, (row) => ({ ...row, note: 'Nguyễn Văn A, CCCD 089012345678' }))));
    case 'outOfRange':
      return now(send(changed(rows, key, (row) => ({ ...row, value: -7 }))));
    case 'brokenSum':
      return now(send(changed(rows, key, (row) => ({ ...row, value: (row.value ?? 0) + 3 }))));
    case 'burst':
      return now(...Array.from({ length: 10 }, (_, at) => send(rows, at === 0 ? '' : `-${at}`)));
    case 'clockSkew':
      return now({ ...send(rows), skewMs: chance('skew', key) < 0.5 ? -2 * 3_600_000 : 45 * 60_000 });
    case 'cutOff': {
      const whole = send(rows);
      // The line breaks in the middle; what comes then is whole again.
      return now(
        { ...whole, body: whole.body.subarray(0, Math.floor(whole.body.length / 2)), idempotencyKey: `${key}-cut` },
        whole,
      );
    }
  }
}

/** The fault of a delivery, or none; the same for the same key. `share` of all deliveries have one. */
export function faultOf(key: string, share: number): Fault | null {
  if (chance('fault', key) >= share) return null;
  return FAULTS[Math.floor(chance('which', key) * FAULTS.length)] ?? null;
}

/** A sensor or a form that says the same all day: `share` of all communes of a department, each day others. */
export function isStuck(sector: string, area: string, dayNumber: number, share: number): boolean {
  return chance('stuck', sector, area, dayNumber) < share;
}

/** One of the rows, the same for the same key. */
function changed(rows: readonly SentRow[], key: string, change: (row: SentRow) => SentRow): readonly SentRow[] {
  const which = Math.floor(chance('row', key) * rows.length);
  return rows.map((row, at) => (at === which ? change(row) : row));
}
