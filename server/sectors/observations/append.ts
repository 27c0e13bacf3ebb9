import type { Queries, SqlValue } from '#base/database';
import { NO_VALUE_REASONS, OBSERVATION_STATUSES } from '#contracts/sectors';
import type { NewObservation } from '../interfaces.ts';
import {
  ALL_COLUMNS,
  type BatchKey,
  type CellKey,
  type CellRow,
  FIRST_COLUMNS,
  KEY_COLUMNS,
  keyValues,
  placeOf,
  pushValues,
  SAME_CELL,
  saysTheSame,
  storedValue,
} from './cell-row.ts';
import { dimsWord, type WordKind, type Words } from './words.ts';

export type Outcome = 'new' | 'revised' | 'same';

/** Rows of one statement: more cost more to bind than they save. */
const ROWS = 64;
const COLUMNS = FIRST_COLUMNS.split(',').length;
const PLACES = `(${Array(COLUMNS).fill('?').join(', ')})`;
/** One statement for each number of rows up to `ROWS`, so that few are ever prepared. */
const insertOf = (rows: number): string =>
  `INSERT INTO observation_cells (${FIRST_COLUMNS}) VALUES ${Array(rows).fill(PLACES).join(', ')}
   ON CONFLICT (indicator, period_ms, area, unit, dims) DO NOTHING`;
const INSERTS = Array.from({ length: ROWS + 1 }, (_, rows) => (rows === 0 ? '' : insertOf(rows)));

/** The last of the slots is that of the newest, over and over. */
const LAST_SLOT = 3;
const REPEAT = `INSERT OR REPLACE INTO observation_repeats (${KEY_COLUMNS}, revision, feed, batch, row, slot)
  SELECT ?, ?, ?, ?, ?, ?, ?, ?, ?, COALESCE(MIN(MAX(slot) + 1, ${LAST_SLOT}), 0) FROM observation_repeats
  WHERE ${SAME_CELL} AND revision = ?`;

interface Placed {
  readonly key: CellKey;
  readonly observation: NewObservation;
}

/** Writes values in the caller's transaction; what each of them was, in their order. */
export async function appendRows(
  queries: Queries,
  words: Words,
  batch: BatchKey,
  observations: readonly NewObservation[],
): Promise<readonly Outcome[]> {
  const placed = await place(queries, words, observations);
  await noteParts(queries, batch, placed);
  const before = await formerlyDelivered(queries, placed);
  const outcomes: Outcome[] = [];
  for (let from = 0; from < placed.length; from += ROWS) {
    const chunk = placed.slice(from, from + ROWS);
    const free = !chunk.some(({ key }) => before.has(key.indicator)) && !repeats(chunk);
    if (free && (await insertAll(queries, batch, chunk))) {
      for (const _ of chunk) outcomes.push('new');
    } else {
      for (const one of chunk) outcomes.push(await write(queries, batch, one, free));
    }
  }
  return outcomes;
}

async function place(queries: Queries, words: Words, observations: readonly NewObservation[]): Promise<Placed[]> {
  const write = words.writer(queries);
  // Most are known: a promise for each of them would cost as much as the write itself.
  const number = (kind: WordKind, word: string): number | Promise<number> =>
    word === '' ? 0 : (words.id(kind, word) ?? write(kind, word));
  const placed: Placed[] = [];
  for (const observation of observations) {
    let indicator = number('indicator', observation.indicator);
    if (typeof indicator !== 'number') indicator = await indicator;
    let area = number('area', observation.areaCode);
    if (typeof area !== 'number') area = await area;
    let unit = number('unit', observation.unitId ?? '');
    if (typeof unit !== 'number') unit = await unit;
    let dims = number('dims', dimsWord(observation.dims));
    if (typeof dims !== 'number') dims = await dims;
    placed.push({ key: { indicator, periodMs: observation.period.startMs, area, unit, dims }, observation });
  }
  return placed;
}

/** All of them, where none was there; otherwise some are written, and each is to be looked at. */
async function insertAll(queries: Queries, batch: BatchKey, chunk: readonly Placed[]): Promise<boolean> {
  const values: SqlValue[] = [];
  for (const { key, observation } of chunk) pushValues(values, key, observation, batch);
  const { changes } = await queries.run(INSERTS[chunk.length] ?? insertOf(chunk.length), ...values);
  return changes === chunk.length;
}

/** `tried`: it may just have been written with its chunk. */
async function write(
  queries: Queries,
  batch: BatchKey,
  { key, observation }: Placed,
  tried: boolean,
): Promise<Outcome> {
  const cell = keyValues(key);
  const known = await queries.get<CellRow>(`SELECT ${ALL_COLUMNS} FROM observation_cells WHERE ${SAME_CELL}`, ...cell);
  if (known !== undefined) {
    if (tried && known.batch === batch.number && known.row === observation.row && known.revision === 1) return 'new';
    if (saysTheSame(known, observation)) {
      // It holds still: of a period that runs, the value is as old as its last word.
      if (observation.timeAssumed === true && observation.phenomenonMs > known.phenomenon_ms) {
        const later = `UPDATE observation_cells SET phenomenon_ms = ? WHERE ${SAME_CELL}`;
        await queries.run(later, observation.phenomenonMs, ...cell);
      }
      if (known.batch !== batch.number) {
        await queries.run(
          REPEAT,
          ...cell,
          known.revision,
          batch.feed,
          batch.number,
          observation.row,
          ...cell,
          known.revision,
        );
      }
      return 'same';
    }
    await queries.run(
      `INSERT INTO observation_revisions (${ALL_COLUMNS}) SELECT ${ALL_COLUMNS} FROM observation_cells WHERE ${SAME_CELL}`,
      ...cell,
    );
  }
  const revision = await nextRevision(queries, cell);
  if (known === undefined) {
    const values: SqlValue[] = [];
    pushValues(values, key, observation, batch);
    await queries.run(
      `INSERT INTO observation_cells (${FIRST_COLUMNS}, revision) VALUES (${Array(COLUMNS + 1)
        .fill('?')
        .join(', ')})`,
      ...values,
      revision,
    );
    return 'new';
  }
  await queries.run(
    `UPDATE observation_cells SET period_end_ms = ?, value = ?, reason = ?, status = ?, phenomenon_ms = ?, result_ms = ?,
       feed = ?, batch = ?, row = ?, revision = ?, revised = 1, unconfirmed = 0
     WHERE ${SAME_CELL}`,
    observation.period.endMs,
    storedValue(observation),
    placeOf(NO_VALUE_REASONS, observation.reason),
    OBSERVATION_STATUSES.indexOf(observation.status),
    observation.phenomenonMs,
    observation.resultMs,
    batch.feed,
    batch.number,
    observation.row,
    revision,
    ...cell,
  );
  return 'revised';
}

async function nextRevision(queries: Queries, cell: readonly SqlValue[]): Promise<number> {
  const last = await queries.get<{ revision: number | null }>(
    `SELECT MAX(revision) AS revision FROM observation_revisions WHERE ${SAME_CELL}`,
    ...cell,
  );
  return (last?.revision ?? 0) + 1;
}

interface Part {
  firstMs: number;
  lastMs: number;
}

function partsOf(placed: readonly Placed[]): Map<number, Part> {
  const parts = new Map<number, Part>();
  for (const { key } of placed) {
    const part = parts.get(key.indicator);
    if (part === undefined) parts.set(key.indicator, { firstMs: key.periodMs, lastMs: key.periodMs });
    else {
      part.firstMs = Math.min(part.firstMs, key.periodMs);
      part.lastMs = Math.max(part.lastMs, key.periodMs);
    }
  }
  return parts;
}

async function noteParts(queries: Queries, batch: BatchKey, placed: readonly Placed[]): Promise<void> {
  for (const [indicator, { firstMs, lastMs }] of partsOf(placed)) {
    await queries.run(
      `INSERT INTO observation_batch_parts (batch, indicator, first_ms, last_ms) VALUES (?, ?, ?, ?)
       ON CONFLICT (batch, indicator) DO UPDATE SET
         first_ms = CASE WHEN excluded.first_ms < observation_batch_parts.first_ms
           THEN excluded.first_ms ELSE observation_batch_parts.first_ms END,
         last_ms = CASE WHEN excluded.last_ms > observation_batch_parts.last_ms
           THEN excluded.last_ms ELSE observation_batch_parts.last_ms END`,
      batch.number,
      indicator,
      firstMs,
      lastMs,
    );
  }
}

/** Indicators with values in these periods that were replaced or taken back: their next revision is not the first. */
async function formerlyDelivered(queries: Queries, placed: readonly Placed[]): Promise<ReadonlySet<number>> {
  const found = new Set<number>();
  for (const [indicator, { firstMs, lastMs }] of partsOf(placed)) {
    const row = await queries.get(
      'SELECT 1 FROM observation_revisions WHERE indicator = ? AND period_ms >= ? AND period_ms <= ? LIMIT 1',
      indicator,
      firstMs,
      lastMs,
    );
    if (row !== undefined) found.add(indicator);
  }
  return found;
}

/** Is a cell named twice? Then each must see what the one before left. */
function repeats(chunk: readonly Placed[]): boolean {
  const seen = new Set<string>();
  for (const { key } of chunk) seen.add(`${key.indicator} ${key.periodMs} ${key.area} ${key.unit} ${key.dims}`);
  return seen.size < chunk.length;
}
