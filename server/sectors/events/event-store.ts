import type { Queries, SqlValue } from '#base/database';
import { Fault } from '#base/errors';
import { fold } from '#base/fold';
import type { PersonRef } from '#contracts/alerts';
import type { SectorEventStep, SectorEventView } from '#contracts/sector-events';
import { addMarks, marksOf, removeMarks } from './event-marks.ts';

/** Events of the sectors and their steps as they are kept. What it writes goes into the caller's transaction. */

export interface StoredEvent extends SectorEventView {
  readonly key: string;
  /** It was told that nobody acted in time. */
  readonly overdue: boolean;
  /** It is over, and found by its marks; see event-filing.ts. */
  readonly filed: boolean;
}

type Parted =
  | 'title'
  | 'place'
  | 'source'
  | 'cameraIds'
  | 'acknowledgedBy'
  | 'closedBy'
  | 'synthetic'
  | 'overdue'
  | 'filed';
interface Row extends Omit<StoredEvent, Parted> {
  readonly titleVi: string;
  readonly titleEn: string;
  readonly latitude: number | null;
  readonly longitude: number | null;
  readonly placeName: string | null;
  readonly sourceKind: SectorEventView['source']['kind'];
  readonly sourceId: string;
  readonly cameraIds: string | null;
  readonly acknowledgedById: string | null;
  readonly acknowledgedByName: string | null;
  readonly closedById: string | null;
  readonly closedByName: string | null;
  readonly synthetic: number;
  readonly overdue: number;
  readonly filed: number;
}

const COLUMNS = `number, id, key, version, sector, type, title_vi AS titleVi, title_en AS titleEn, detail, severity,
  urgency, certainty, occurred_ms AS occurredMs, opened_ms AS openedMs, expires_ms AS expiresMs, due_ms AS dueMs,
  overdue, latitude, longitude, place_name AS placeName, area_code AS areaCode, unit_id AS unitId,
  source_kind AS sourceKind, source_id AS sourceId, camera_ids AS cameraIds, indicator, value, count, last_ms AS lastMs, state,
  acknowledged_ms AS acknowledgedMs, acknowledged_by_id AS acknowledgedById,
  acknowledged_by_name AS acknowledgedByName, closed_ms AS closedMs, closed_by_id AS closedById,
  closed_by_name AS closedByName, incident_id AS incidentId, link, synthetic,
  words IS NULL AS filed`;

/** `where` is SQL of this part's own, with `?` for `params`. */
export async function readEvents(queries: Queries, where: string, ...params: SqlValue[]): Promise<StoredEvent[]> {
  const rows = await queries.all<Row>(`SELECT ${COLUMNS} FROM sector_events ${where}`, ...params);
  return rows.map(eventOf);
}

/** Rejects with `notFound`. */
export async function getEvent(queries: Queries, id: string): Promise<StoredEvent> {
  const [event] = await readEvents(queries, 'WHERE id = ?', id);
  if (event === undefined) throw unknownEvent();
  return event;
}

/** A clock that was set back: events may be out of order in time by so much. */
export const SLACK_MS = 3_600_000;

/** Numbers rise with time: whatever was opened since has a greater one than this. `undefined`: nothing was. */
export async function numberBefore(queries: Queries, fromMs: number): Promise<number | undefined> {
  const first = await queries.get<{ number: number }>(
    'SELECT number FROM sector_events WHERE opened_ms >= ? ORDER BY opened_ms LIMIT 1',
    fromMs - SLACK_MS,
  );
  return first === undefined ? undefined : first.number - 1;
}

export function unknownEvent(): Fault {
  return new Fault('notFound', 'sectorEvent.unknown', 'there is no such event');
}

/** Gives it the next number. Breaks the key's constraint where one with this key is open. */
export async function insertEvent(
  queries: Queries,
  event: Omit<StoredEvent, 'number' | 'version' | 'filed'>,
): Promise<StoredEvent> {
  const last = await queries.get<{ number: number | null }>('SELECT MAX(number) AS number FROM sector_events');
  const whole: StoredEvent = { ...event, number: (last?.number ?? 0) + 1, version: 1, filed: false };
  await queries.run(
    `INSERT INTO sector_events (number, id, key, sector, type, occurred_ms, opened_ms, source_kind, source_id,
       indicator, synthetic, ${CHANGING.join(', ')})
     VALUES (${Array(11 + CHANGING.length)
       .fill('?')
       .join(', ')})`,
    ...[whole.number, whole.id, whole.key, whole.sector, whole.type, whole.occurredMs, whole.openedMs],
    ...[whole.source.kind, whole.source.id, whole.indicator, whole.synthetic ? 1 : 0],
    ...changing(whole),
  );
  return whole;
}

/** Keeps what is new of it, under the next version. `before` says which words it was found by. */
export async function saveEvent(queries: Queries, event: StoredEvent, before: StoredEvent): Promise<StoredEvent> {
  const filed = before.filed && !isOpen(event);
  const next: StoredEvent = { ...event, version: event.version + 1, filed };
  await queries.run(
    `UPDATE sector_events SET ${CHANGING.map((column) => `${column} = ?`).join(', ')} WHERE number = ?`,
    ...changing(next),
    next.number,
  );
  if (before.filed) {
    const { number } = next;
    const [were, are] = [new Set(allMarksOf(before)), new Set(filed ? allMarksOf(next) : [])];
    await removeMarks(queries, [{ number, marks: [...were].filter((mark) => !are.has(mark)) }]);
    await addMarks(queries, [{ number, marks: [...are].filter((mark) => !were.has(mark)) }]);
  }
  return next;
}

const CHANGING = [
  ...['version', 'title_vi', 'title_en', 'detail', 'severity', 'urgency', 'certainty', 'expires_ms', 'due_ms'],
  ...[
    'overdue',
    'latitude',
    'longitude',
    'place_name',
    'area_code',
    'unit_id',
    'camera_ids',
    'value',
    'count',
    'last_ms',
    'state',
  ],
  ...['open', 'acknowledged_ms', 'acknowledged_by_id', 'acknowledged_by_name', 'closed_ms', 'closed_by_id'],
  ...['closed_by_name', 'incident_id', 'link', 'words'],
];

function changing(one: StoredEvent): SqlValue[] {
  return [
    ...[one.version, one.title.vi, one.title.en, one.detail, one.severity, one.urgency, one.certainty],
    ...[one.expiresMs, one.dueMs, one.overdue ? 1 : 0],
    ...[one.place?.latitude ?? null, one.place?.longitude ?? null, one.place?.name ?? null],
    ...[
      one.areaCode,
      one.unitId,
      one.cameraIds.join(' ') || null,
      one.value,
      one.count,
      one.lastMs,
      one.state,
      isOpen(one) ? 1 : 0,
    ],
    ...[one.acknowledgedMs, one.acknowledgedBy?.id ?? null, one.acknowledgedBy?.name ?? null],
    ...[one.closedMs, one.closedBy?.id ?? null, one.closedBy?.name ?? null, one.incidentId, one.link],
    one.filed ? null : ` ${wordsOf(one).join(' ')} `,
  ];
}

export function isOpen({ state }: Pick<SectorEventView, 'state'>): boolean {
  return state === 'open' || state === 'acknowledged';
}

// ---- steps -----------------------------------------------------------------------------------------------------------

export type NewStep = Omit<SectorEventStep, 'timeMs'>;

/** A source that repeats itself for days must not grow its event without end: so many repetitions are written down. */
const MOST_REPEATED = 100;

export async function addSteps(
  queries: Queries,
  { number, count }: Pick<StoredEvent, 'number' | 'count'>,
  steps: readonly NewStep[],
  nowMs: number,
): Promise<void> {
  const written = steps.filter(({ kind }) => kind !== 'repeated' || count <= MOST_REPEATED);
  if (written.length === 0) return;
  const last = await queries.get<{ sequence: number | null }>(
    'SELECT MAX(sequence) AS sequence FROM sector_event_steps WHERE event_number = ?',
    number,
  );
  let sequence = last?.sequence ?? 0;
  for (const { by, kind, text } of written) {
    sequence += 1;
    await queries.run(
      `INSERT INTO sector_event_steps (event_number, sequence, time_ms, by_id, by_name, kind, text)
       VALUES (?, ?, ?, ?, ?, ?, ?)`,
      ...[number, sequence, nowMs, by?.id ?? null, by?.name ?? null, kind, text],
    );
  }
}

interface StepRow {
  readonly timeMs: number;
  readonly byId: string | null;
  readonly byName: string | null;
  readonly kind: SectorEventStep['kind'];
  readonly text: string;
}

export async function readSteps(queries: Queries, number: number): Promise<SectorEventStep[]> {
  const rows = await queries.all<StepRow>(
    `SELECT time_ms AS timeMs, by_id AS byId, by_name AS byName, kind, text FROM sector_event_steps
     WHERE event_number = ? ORDER BY sequence`,
    number,
  );
  return rows.map(({ timeMs, byId, byName, kind, text }) => ({ timeMs, by: personOf(byId, byName), kind, text }));
}

// ---- what it is found by ---------------------------------------------------------------------------------------------

/** Words of a text, folded; each is looked for as a whole. */
export function searchWords(text: string): readonly string[] {
  return fold(text).match(/[\p{L}\p{N}]+/gu) ?? [];
}

function wordsOf({ title, detail, place }: StoredEvent): readonly string[] {
  return [...new Set(searchWords([title.vi, title.en, detail, place?.name ?? ''].join(' ')))];
}

/** Its words too. */
export function allMarksOf(event: StoredEvent): readonly string[] {
  return [...marksOf(event), ...wordsOf(event)];
}

/** What a search asks of an event that is not filed, whatever its words are. */
export interface UnfiledEvent {
  readonly number: number;
  readonly marks: readonly string[];
}
interface UnfiledRow {
  readonly number: number;
  readonly sector: string;
  readonly severity: string;
  readonly areaCode: string | null;
  readonly unitId: string | null;
  readonly cameraIds: string | null;
}

/** `where` narrows it, with `?` for `params`. */
export async function readUnfiled(
  queries: Queries,
  open: boolean,
  where: string,
  ...params: SqlValue[]
): Promise<UnfiledEvent[]> {
  const rows = await queries.all<UnfiledRow>(
    `SELECT number, sector, severity, area_code AS areaCode, unit_id AS unitId, camera_ids AS cameraIds
     FROM sector_events INDEXED BY sector_events_unfiled WHERE words IS NOT NULL AND open = ? ${where}`,
    ...[open ? 1 : 0, ...params],
  );
  return rows.map(({ cameraIds, ...row }) => ({
    number: row.number,
    marks: marksOf({ ...row, cameraIds: cameraIds?.split(' ') ?? [] }),
  }));
}

function eventOf(row: Row): StoredEvent {
  const { titleVi, titleEn, latitude, longitude, placeName, sourceKind, sourceId, synthetic, overdue, ...rest } = row;
  const { cameraIds, acknowledgedById, acknowledgedByName, closedById, closedByName, filed, ...flat } = rest;
  return {
    ...flat,
    title: { vi: titleVi, en: titleEn },
    place: latitude === null || longitude === null ? null : { latitude, longitude, name: placeName ?? '' },
    source: { kind: sourceKind, id: sourceId },
    cameraIds: cameraIds?.split(' ') ?? [],
    acknowledgedBy: personOf(acknowledgedById, acknowledgedByName),
    closedBy: personOf(closedById, closedByName),
    synthetic: synthetic !== 0,
    overdue: overdue !== 0,
    filed: filed !== 0,
  };
}

function personOf(id: string | null, name: string | null): PersonRef | null {
  return id === null ? null : { id, name: name ?? '' };
}

/** As everybody sees it. */
export function viewOf({ key: _key, overdue: _told, filed: _filed, ...view }: StoredEvent): SectorEventView {
  return view;
}
