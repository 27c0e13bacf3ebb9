import type { FeedFormat, Mapping, RowRepair } from '#contracts/feeds';
import type { NewObservation } from '../interfaces.ts';
import { breathe } from './breathe.ts';
import { type CheckContext, type Notes, textOf } from './check.ts';
import { createEventCheck, type NewFeedEvent } from './check-event.ts';
import { type CheckedValue, createObservationCheck } from './check-observation.ts';
import { dateOrderOf, isoDate } from './dates.ts';
import { formatOf } from './formats/index.ts';
import { createMapper, type Field, type MappedRow } from './mapping.ts';
import { decimalOf } from './numbers.ts';
import { personalData } from './personal-data.ts';
import type { RawRow, Reading, ReadLimits, RowFault } from './raw-row.ts';
import { isSecrecyColumn, isSecret, secrecyOfText } from './secrecy.ts';

/** What comes of a delivery before it meets what was delivered earlier: nothing here is kept or told. */
export interface JudgedRow {
  readonly row: number;
  readonly line: number | null;
  readonly sent: string;
  readonly verdict: 'accepted' | 'repaired' | 'duplicate' | 'rejected' | 'quarantined';
  readonly faults: readonly RowFault[];
  readonly repairs: readonly RowRepair[];
  /** Empty unless it is accepted or repaired. */
  readonly observations: readonly NewObservation[];
  readonly event: NewFeedEvent | null;
  /** What it is about, as far as it could be read. */
  readonly about: Omit<CheckedValue, 'observation'>;
}
export interface Judged {
  readonly reading: Reading;
  readonly rows: readonly JudgedRow[];
}
export type JudgeContext = Omit<CheckContext, 'decimal' | 'dates' | 'agreed'>;

/** Throws `Refusal` when nothing of it can be read. */
export async function judgeBytes(
  bytes: Uint8Array,
  format: FeedFormat,
  mapping: Mapping,
  context: JudgeContext,
  limits: ReadLimits,
): Promise<Judged> {
  return judgeReading(await formatOf(format).read(bytes, mapping, limits), mapping, context);
}

export async function judgeReading(reading: Reading, mapping: Mapping, context: JudgeContext): Promise<Judged> {
  const map = createMapper(reading.columns, mapping, reading.foreignColumns);
  const mapped: MappedRow[] = [];
  for (const raw of reading.rows) {
    mapped.push(map(raw));
    await breathe(raw.row);
  }
  const decimal = mapping.csv.decimal === 'auto' ? decimalOf(numbersOf(mapped)) : mapping.csv.decimal;
  const order = mapping.csv.dates === 'auto' ? dateOrderOf(datesOf(mapped)) : mapping.csv.dates;
  const judge = createJudge({
    ...context,
    decimal: decimal === 'mixed' ? null : decimal,
    dates: order ?? 'dmy',
    agreed: { decimal: mapping.csv.decimal !== 'auto', dates: mapping.csv.dates !== 'auto' },
  });
  const rows: JudgedRow[] = [];
  const withSecrecy = reading.columns.some(isSecrecyColumn);
  for (const [at, raw] of reading.rows.entries()) {
    const row = mapped[at];
    if (row !== undefined) rows.push(judge(raw, row, reading.repairs, withSecrecy));
    await breathe(at);
  }
  return { reading, rows };
}

const UNREAD = { indicator: null, areaCode: null, unitId: null, value: null, onTime: false };
const KEPT_CHARACTERS = 500;

function createJudge(context: CheckContext) {
  const checkObservation = createObservationCheck(context);
  const checkEvent = createEventCheck(context);
  /** By cell or event: which row said it first, and what. */
  const said = new Map<string, { row: number; what: string }>();

  function observationsOf(row: MappedRow, number: number, notes: Notes): CheckedValue[] {
    if (row.values.length === 0) {
      const from = row.fields.get('indicator');
      return [checkObservation(row, number, notes, { cell: row.fields.get('value'), code: textOf(from), from })];
    }
    const given = row.values.filter(({ cell }) => cell !== null || row.fields.get('reason')?.cell != null);
    if (given.length === 0) {
      notes.faults.push({ column: row.values[0]?.column ?? null, code: 'fieldMissing', detail: 'value' });
    }
    return given.map((cell) => checkObservation(row, number, notes, { cell, code: cell.indicator, from: cell }));
  }

  /** Says the row again what an earlier one of the same delivery said? A contradiction is no duplicate but wrong. */
  function repeated(keys: readonly { key: string; what: string }[], number: number, notes: Notes): boolean {
    const firsts = keys.map(({ key }) => said.get(key));
    const first = firsts.find((one) => one !== undefined);
    if (first === undefined) {
      for (const { key, what } of keys) said.set(key, { row: number, what });
      return false;
    }
    notes.faults.push({ column: null, code: 'duplicateInBatch', detail: String(first.row) });
    return firsts.every((one, at) => one?.what === keys[at]?.what);
  }

  return (raw: RawRow, row: MappedRow, whole: readonly RowRepair[], withSecrecy: boolean): JudgedRow => {
    const base = {
      row: raw.row,
      line: raw.line,
      sent: raw.sent.slice(0, KEPT_CHARACTERS),
      observations: [],
      event: null,
    };
    const bad = { ...base, about: UNREAD, repairs: [] };
    const secret = (column: string | null): JudgedRow => {
      return { ...bad, sent: '', verdict: 'rejected', faults: [{ column, code: 'secret', detail: '' }] };
    };
    if (raw.fault !== null) {
      const secrecy = secrecyOfText(raw.sent);
      if (secrecy === 'secret') return secret(null);
      // Which of its cells would say how secret it is, nobody can tell.
      if (secrecy === 'unknown' || withSecrecy) return { ...bad, sent: '', verdict: 'rejected', faults: [raw.fault] };
      const personal = personalData(raw.sent, false);
      if (personal === null) return { ...bad, verdict: 'rejected', faults: [raw.fault] };
      return { ...bad, verdict: 'quarantined', faults: [{ column: null, code: 'personalData', detail: personal }] };
    }
    for (const [column, cell] of raw.cells) {
      if (isSecret(column, cell)) return secret(column);
    }
    const notes: Notes = { faults: [...row.faults], repairs: new Set([...whole, ...row.repairs]) };
    const isEvent = context.feed.carries === 'events';
    const event = isEvent ? checkEvent(row, raw.row, notes) : null;
    const values = isEvent ? [] : observationsOf(row, raw.row, notes);
    const { observation: _, ...about } = values[0] ?? {
      ...UNREAD,
      observation: null,
      areaCode: event?.areaCode ?? null,
    };
    const personal = personalOf(raw, row, about, isEvent);
    if (personal !== null)
      return { ...bad, about: { ...about, value: null }, verdict: 'quarantined', faults: [personal] };
    if (notes.faults.length > 0) return { ...bad, about, verdict: 'rejected', faults: notes.faults };

    const observations = values.flatMap(({ observation }) => observation ?? []);
    const keys = event === null ? observations.map(keyOf) : [{ key: `${event.id}\0${event.over}`, what: event.hash }];
    const inside = new Set(keys.map(({ key }) => key)).size < keys.length;
    const again = inside || repeated(keys, raw.row, notes);
    const repairs = [...notes.repairs];
    if (notes.faults.length > 0 || inside) {
      return { ...base, about, repairs, verdict: again ? 'duplicate' : 'rejected', faults: notes.faults };
    }
    const verdict = repairs.length > 0 ? 'repaired' : 'accepted';
    return { ...base, about, observations, event, repairs, verdict, faults: [] };
  };
}

function keyOf({ indicator, areaCode, unitId, dims, period, value, reason }: NewObservation) {
  const split = Object.entries(dims).sort(([one], [other]) => (one < other ? -1 : 1));
  return {
    key: JSON.stringify([indicator, areaCode, unitId, split, period.startMs]),
    what: JSON.stringify([value, reason]),
  };
}

/** Cells that were understood as something of ours are no data of a person: codes and dates are digits as well. */
function personalOf(raw: RawRow, row: MappedRow, about: JudgedRow['about'], isEvent: boolean): RowFault | null {
  const understood = new Set<string>();
  const knows = (field: Field, yes: boolean): void => {
    const column = row.fields.get(field)?.column;
    if (yes && column != null) understood.add(column);
  };
  const dated = (field: Field): boolean => isoDate(textOf(row.fields.get(field)), 'dmy') !== null;
  knows('indicator', about.indicator !== null);
  knows('area', about.areaCode !== null);
  knows('unit', about.unitId !== null);
  knows('period', dated('period'));
  knows('time', dated('time'));
  for (const field of ['latitude', 'longitude'] as const) knows(field, true);
  if (isEvent) for (const field of ['id', 'link', 'type'] as const) knows(field, true);
  const numbers = new Set([row.fields.get('value')?.column, ...row.values.map(({ column }) => column)]);
  for (const [column, cell] of raw.cells) {
    if (understood.has(column)) continue;
    // A sum of money has twelve digits too, but never begins with a zero.
    if (
      numbers.has(column) &&
      (typeof cell === 'number' || !/^\s*\+?0\d/.test(String(cell))) &&
      !/\p{L}/u.test(String(cell))
    )
      continue;
    const kind = personalData(cell, isEvent);
    if (kind !== null) return { column, code: 'personalData', detail: kind };
  }
  return null;
}

function* numbersOf(rows: readonly MappedRow[]): Generator<string> {
  for (const { fields, values } of rows) {
    const value = fields.get('value')?.cell;
    if (typeof value === 'string') yield value;
    for (const { cell } of values) if (typeof cell === 'string') yield cell;
  }
}

function* datesOf(rows: readonly MappedRow[]): Generator<string> {
  for (const { fields } of rows) {
    for (const field of ['period', 'time'] as const) {
      const cell = fields.get(field)?.cell;
      if (typeof cell === 'string') yield cell;
    }
  }
}
