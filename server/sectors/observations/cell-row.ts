import type { SqlValue } from '#base/database';
import { NO_VALUE_REASONS, OBSERVATION_STATUSES } from '#contracts/sectors';
import type { NewObservation, StoredObservation } from '../interfaces.ts';
import type { Words } from './words.ts';

/** A row of `observation_cells`, and how it is said and read. */
export interface CellRow {
  readonly indicator: number;
  readonly period_ms: number;
  readonly area: number;
  readonly unit: number;
  readonly dims: number;
  readonly revision: number;
  readonly period_end_ms: number;
  readonly value: number | null;
  readonly reason: number | null;
  readonly status: number;
  readonly phenomenon_ms: number;
  readonly result_ms: number | null;
  readonly feed: number;
  readonly batch: number;
  readonly row: number;
  readonly revised: number;
  readonly unconfirmed: number;
}

/** With what the batch says. */
export interface FullRow extends CellRow {
  readonly batch_id: string;
  readonly received_ms: number;
}

export const KEY_COLUMNS = 'indicator, period_ms, area, unit, dims';
export const SAME_CELL = 'indicator = ? AND period_ms = ? AND area = ? AND unit = ? AND dims = ?';
/** As `valuesOf` gives them; `revision`, `revised` and `unconfirmed` have defaults. */
export const FIRST_COLUMNS = `${KEY_COLUMNS}, period_end_ms, value, reason, status, phenomenon_ms, result_ms, feed, batch, row`;
export const ALL_COLUMNS = `${FIRST_COLUMNS}, revision, revised, unconfirmed`;

export interface CellKey {
  readonly indicator: number;
  readonly periodMs: number;
  readonly area: number;
  readonly unit: number;
  readonly dims: number;
}
export interface BatchKey {
  readonly number: number;
  readonly feed: number;
}

export function keyValues({ indicator, periodMs, area, unit, dims }: CellKey): SqlValue[] {
  return [indicator, periodMs, area, unit, dims];
}

/** `null` with the reason "nothing" is a reported zero, and is kept as one. */
export function storedValue({ value, reason }: Pick<NewObservation, 'value' | 'reason'>): number | null {
  return reason === 'nothing' ? 0 : value;
}

export function placeOf<T>(list: readonly T[], word: T | null): number | null {
  return word === null ? null : list.indexOf(word);
}

export function pushValues(into: SqlValue[], key: CellKey, observation: NewObservation, batch: BatchKey): void {
  into.push(
    ...keyValues(key),
    observation.period.endMs,
    storedValue(observation),
    placeOf(NO_VALUE_REASONS, observation.reason),
    OBSERVATION_STATUSES.indexOf(observation.status),
    observation.phenomenonMs,
    observation.resultMs,
    batch.feed,
    batch.number,
    observation.row,
  );
}

/** Says a delivery what is stored already? When it was computed does not count, nor a moment that nobody said. */
export function saysTheSame(row: CellRow, observation: NewObservation): boolean {
  return (
    row.value === storedValue(observation) &&
    row.reason === placeOf(NO_VALUE_REASONS, observation.reason) &&
    row.status === OBSERVATION_STATUSES.indexOf(observation.status) &&
    (observation.timeAssumed === true || row.phenomenon_ms === observation.phenomenonMs) &&
    row.period_end_ms === observation.period.endMs
  );
}

export function toStored(row: FullRow, words: Pick<Words, 'word'>): StoredObservation {
  const reason = row.reason === null ? null : (NO_VALUE_REASONS[row.reason] ?? 'other');
  return {
    indicator: words.word(row.indicator),
    areaCode: words.word(row.area),
    unitId: row.unit === 0 ? null : words.word(row.unit),
    dims: row.dims === 0 ? {} : dimsOf(words.word(row.dims)),
    period: { startMs: row.period_ms, endMs: row.period_end_ms },
    value: reason === 'nothing' ? null : row.value,
    reason,
    status: OBSERVATION_STATUSES[row.status] ?? 'provisional',
    phenomenonMs: row.phenomenon_ms,
    resultMs: row.result_ms,
    row: row.row,
    feedId: words.word(row.feed),
    batchId: row.batch_id,
    receivedMs: row.received_ms,
    revision: row.revision,
  };
}

function dimsOf(word: string): Record<string, string> {
  const entries: unknown = JSON.parse(word);
  if (!Array.isArray(entries)) return {};
  return Object.fromEntries(
    entries.flatMap((entry: unknown) =>
      Array.isArray(entry) && typeof entry[0] === 'string' && typeof entry[1] === 'string'
        ? [[entry[0], entry[1]]]
        : [],
    ),
  );
}
