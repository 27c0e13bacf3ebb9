import { fold } from '#base/fold';
import { type Indicator, NO_VALUE_REASONS, type NoValueReason, type Period } from '#contracts/sectors';
import { NO_UNIT } from '../feeds/feed-store.ts';
import type { NewObservation } from '../interfaces.ts';
import { lateMs, parsePeriod } from '../periods.ts';
import { areaOf, blame, type CheckContext, CLOCK_AHEAD_MS, type Notes, textOf } from './check.ts';
import { isoDate } from './dates.ts';
import type { MappedCell, MappedRow } from './mapping.ts';
import { momentOf } from './moments.ts';
import { readNumber } from './numbers.ts';

/** What a cell is found to be; `observation` only where nothing is wrong. */
export interface CheckedValue {
  readonly observation: NewObservation | null;
  readonly indicator: string | null;
  readonly areaCode: string | null;
  readonly unitId: string | null;
  readonly value: number | null;
  /** It came before it was late. */
  readonly onTime: boolean;
}

const STATUSES = ['provisional', 'final', 'estimated'] as const;
/** What people write into a cell to say that nothing happened. */
const NOTHING = new Set(['khong phat sinh', 'kps', 'k phat sinh']);

export function createObservationCheck(context: CheckContext) {
  const { catalogue, feed, places, nowMs } = context;
  const periods = new Map<string, Period | 'notADate' | 'wrongPeriod'>();
  const oblige = new Map(
    feed.obliged.map(({ indicator, cells }) => [indicator, new Map(cells.map((cell) => [cell.areaCode, cell.unitId]))]),
  );
  const units = new Map<string, boolean>();

  function periodOf(notes: Notes, cell: MappedCell | undefined, indicator: Indicator): Period | undefined {
    const text = textOf(cell);
    if (text === '') return blame(notes, cell, 'fieldMissing', 'period');
    const read = isoDate(text, context.dates);
    if (read === null) return blame(notes, cell, 'notADate', text);
    if (read.ordered && !context.agreed.dates) notes.repairs.add('dateOrder');
    const key = `${indicator.code} ${read.iso}`;
    let period = periods.get(key);
    if (period === undefined) {
      period = parsePeriod(indicator.cadence, read.iso, places.timeZone) ?? 'wrongPeriod';
      periods.set(key, period);
    }
    if (typeof period === 'string') return blame(notes, cell, period, text);
    if (period.startMs > nowMs + CLOCK_AHEAD_MS) return blame(notes, cell, 'future', text);
    return period;
  }

  /** Does the unit deliver here: the owner, those who are named, and all below them? */
  function deliversHere(unitId: string): boolean {
    const above = places.unitsAbove(unitId);
    const named = feed.obliged.flatMap(({ cells }) => cells.flatMap(({ unitId: id }) => id ?? []));
    return above.includes(feed.ownerUnitId) || named.some((id) => above.includes(id));
  }

  function unitOf(notes: Notes, cell: MappedCell | undefined, answers: string | null): string | null | undefined {
    const word = textOf(cell);
    let unitId = answers ?? feed.ownerUnitId;
    if (word !== '') {
      const unit = places.unitByCode(word) ?? places.unit(word);
      if (unit === undefined) return blame(notes, cell, 'unknownUnit', word);
      unitId = unit.id;
    }
    if (unitId === NO_UNIT) return null;
    let may = units.get(unitId);
    if (may === undefined) {
      may = context.mayUnit(unitId) && (word === '' || deliversHere(unitId));
      units.set(unitId, may);
    }
    return may ? unitId : blame(notes, cell, 'notYourUnit', word === '' ? (places.unit(unitId)?.name ?? unitId) : word);
  }

  function indicatorOf(notes: Notes, cell: MappedCell | undefined, code: string): Indicator | undefined {
    if (code === '') return blame(notes, cell, 'fieldMissing', 'indicator');
    const indicator = catalogue.indicator(code);
    if (indicator === undefined) return blame(notes, cell, 'unknownIndicator', code);
    if (indicator.kind === 'ratio') return blame(notes, cell, 'ratioDelivered', code);
    // What we count ourselves may be owed by nobody.
    const any = oblige.size === 0 || feed.way === 'builtin';
    const ours = indicator.sector === feed.sector && (any || oblige.has(code));
    return ours ? indicator : blame(notes, cell, 'notOfFeed', code);
  }

  function dimsOf(notes: Notes, row: MappedRow, indicator: Indicator): Record<string, string> {
    const dims: Record<string, string> = {};
    for (const [name, cell] of row.dims) {
      const allowed = Object.hasOwn(indicator.dimensions, name) ? indicator.dimensions[name] : undefined;
      const word = textOf(cell);
      if (allowed === undefined) blame(notes, cell, 'unknownDimension', name);
      else if (word.length > 64) blame(notes, cell, 'tooLong', '64');
      else if (allowed.length > 0 && !allowed.includes(word))
        blame(notes, cell, 'unknownDimension', `${name}: ${word}`);
      else dims[name] = word;
    }
    return dims;
  }

  function valueIn(
    notes: Notes,
    row: MappedRow,
    cell: MappedCell | undefined,
    indicator: Indicator,
  ): { value: number | null; reason: NoValueReason | null } | undefined {
    const reasonCell = row.fields.get('reason');
    const reasonWord = textOf(reasonCell);
    const raw = cell?.cell ?? null;
    const saidNothing = typeof raw === 'string' && NOTHING.has(fold(raw));
    const reason = saidNothing ? 'nothing' : NO_VALUE_REASONS.find((one) => one === reasonWord);
    if (reasonWord !== '' && reason === undefined) return blame(notes, reasonCell, 'valueOrReason', reasonWord);
    if (raw === null || saidNothing) {
      return reason === undefined ? blame(notes, cell, 'valueOrReason') : { value: null, reason };
    }
    if (reason !== undefined) return blame(notes, cell, 'valueOrReason');
    const read = readNumber(raw, context.decimal, indicator.whole);
    if ('fault' in read) return blame(notes, cell, read.fault, String(raw));
    if (read.comma && !context.agreed.decimal) notes.repairs.add('decimalComma');
    if (indicator.whole && !Number.isInteger(read.value)) return blame(notes, cell, 'notWhole', String(raw));
    const { least, most } = indicator;
    if ((least !== null && read.value < least) || (most !== null && read.value > most) || Math.abs(read.value) > 1e15) {
      return blame(notes, cell, 'outOfRange', `${least ?? '…'} – ${most ?? '…'}`);
    }
    return { value: read.value, reason: null };
  }

  function timeOf(notes: Notes, cell: MappedCell | undefined, period: Period): number | undefined {
    const text = textOf(cell);
    if (text === '') return Math.min(period.endMs, nowMs);
    const timeMs = momentOf(text, context.dates, places.timeZone);
    if (timeMs === undefined) return blame(notes, cell, 'notADate', text);
    return timeMs > nowMs + CLOCK_AHEAD_MS ? blame(notes, cell, 'future', text) : timeMs;
  }

  function areaFor(
    notes: Notes,
    row: MappedRow,
    answers: ReadonlyMap<string, string | null> | undefined,
    atMs: number,
  ) {
    const cell = row.fields.get('area');
    // A feed that delivers for one area only need not say which.
    const only = answers?.size === 1 ? [...answers.keys()][0] : undefined;
    if (textOf(cell) === '') {
      const whole = only ?? (answers?.size === 0 ? places.rootArea() : undefined);
      return whole ?? blame(notes, cell, 'fieldMissing', 'area');
    }
    const code = areaOf(context, notes, cell, atMs);
    if (code === undefined || answers === undefined || answers.size === 0 || answers.has(code)) return code;
    return blame(notes, cell, 'notOfFeed', textOf(cell));
  }

  /** One value of a row; `cell` and `code` say where it stands. Notes are the row's. */
  return (
    row: MappedRow,
    rowNumber: number,
    notes: Notes,
    at: { cell: MappedCell | undefined; code: string; from: MappedCell | undefined },
  ): CheckedValue => {
    const { fields } = row;
    const before = notes.faults.length;
    const indicator = indicatorOf(notes, at.from, at.code);
    const nothing = { observation: null, areaCode: null, unitId: null, value: null, onTime: false };
    if (indicator === undefined) return { ...nothing, indicator: null };
    const answers = oblige.get(indicator.code);
    const period = periodOf(notes, fields.get('period'), indicator);
    const areaCode = areaFor(notes, row, answers, period?.startMs ?? nowMs);
    const unitId = unitOf(notes, fields.get('unit'), (areaCode === undefined ? null : answers?.get(areaCode)) ?? null);
    const dims = dimsOf(notes, row, indicator);
    const given = valueIn(notes, row, at.cell, indicator);
    const statusWord = textOf(fields.get('status'));
    const status = statusWord === '' ? 'final' : STATUSES.find((one) => one === statusWord);
    if (status === undefined) blame(notes, fields.get('status'), 'unreadable', statusWord);
    const phenomenonMs = period === undefined ? undefined : timeOf(notes, fields.get('time'), period);
    const found = {
      indicator: indicator.code,
      areaCode: areaCode ?? null,
      unitId: unitId ?? null,
      value: given?.value ?? null,
      onTime: period !== undefined && nowMs <= lateMs(indicator.cadence, period),
    };
    const whole = period && areaCode && unitId !== undefined && given && status && phenomenonMs !== undefined;
    if (!whole || notes.faults.length > before) return { ...found, observation: null };
    return {
      ...found,
      observation: {
        ...{ indicator: indicator.code, areaCode, unitId, dims, period, status, phenomenonMs },
        ...(textOf(fields.get('time')) === '' ? { timeAssumed: true } : {}),
        ...{ value: given.value, reason: given.reason, resultMs: null, row: rowNumber },
      },
    };
  };
}
