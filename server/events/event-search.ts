import { setImmediate as immediate } from 'node:timers/promises';
import type { Database, SqlValue } from '#base/database';
import {
  EVENT_TYPES,
  type EventType,
  isSectorType,
  SEVERITIES,
  type SectorMark,
  type Severity,
  sectorMarkOf,
  type TamnhinEvent,
} from '#contracts/events';
import { COLUMNS, type EventRow, eventOf } from './event-row.ts';

/**
 * Reading the log. A search is taken apart into walks: each has one camera, one type and one severity, or all of them,
 * so that an index holds its events in the order that is asked for. The walks are merged, and each reads no further than
 * the others let it count. What nobody has indexed together is looked at row by row, within a bound.
 */
/** `sector`: of an event that belongs to one. */
export type Visible = (cameraId: string | null, sector?: SectorMark) => boolean;

export interface EventQuery {
  readonly after?: number | undefined;
  readonly before?: number | undefined;
  readonly cameraId?: string | undefined;
  /** ms since 1970, both inclusive. `after` then parts the events of the moment `fromMs`, `before` those of `toMs`. */
  readonly fromMs?: number | undefined;
  readonly toMs?: number | undefined;
  /** None is all. */
  readonly types?: readonly EventType[] | undefined;
  /** At least so severe. */
  readonly severity?: Severity | undefined;
  /** Detections of this rule. */
  readonly ruleId?: string | undefined;
  readonly limit: number;
  readonly visible?: Visible | undefined;
  /** Where the asker sees only some: which. `visible` alone would have to look at all the others, one by one. */
  readonly cameras?: readonly string[] | undefined;
}

export interface FoundEvents {
  readonly events: TamnhinEvent[];
  /** `false`: the search was given up within its bound; there may be more. */
  readonly complete: boolean;
  /** Oldest first, and not complete: up to this number nothing was missed. */
  readonly readTo: number;
}

/** Rows read at a time while looking for visible ones, and how many such reads one walk may cost. */
const PAGE = 500;
const PAGES = 40;
const QUICK_PAGES = 3;
/** More walks than this cost more than looking at rows one by one. */
const MOST_WALKS = 3000;
/** The database answers in this thread, and others want to run. */
const WALKS_AT_A_TIME = 100;

interface Walk {
  readonly where: readonly string[];
  readonly params: readonly SqlValue[];
}

export async function searchEvents(database: Database, query: EventQuery): Promise<FoundEvents> {
  if (query.cameras === undefined) return merge(database, query, walksOf(query), PAGES);
  // What is rare in the whole house is soon looked at, and what is usual soon fills a page: only what is neither is
  // worth a walk for each camera.
  const { cameras: _some, ...whole } = query;
  const quick = await merge(database, query, walksOf(whole), QUICK_PAGES);
  return quick.complete ? quick : merge(database, query, walksOf(query), PAGES);
}

async function merge(
  database: Database,
  query: EventQuery,
  walks: readonly Walk[],
  pages: number,
): Promise<FoundEvents> {
  const { limit, visible = () => true } = query;
  const order = orderOf(query);
  let found: EventRow[] = [];
  let complete = true;
  let readTo = Number.MAX_SAFE_INTEGER;
  let walked = 0;
  for (const walk of walks) {
    const before = found.length < limit ? undefined : found.at(-1);
    const read = await readWalk(database, walk, order, { limit, visible, before, pages });
    complete &&= read.complete;
    readTo = Math.min(readTo, read.readTo);
    if (read.rows.length > 0) found = [...found, ...read.rows].sort(order.compare).slice(0, limit);
    walked += 1;
    if (walked % WALKS_AT_A_TIME === 0) await immediate();
  }
  return { events: found.map(eventOf), complete, readTo };
}

interface Order {
  readonly ascending: boolean;
  readonly ranged: boolean;
  readonly compare: (a: EventRow, b: EventRow) => number;
  readonly lower: Place;
  readonly upper: Place;
}
interface Place {
  readonly timeMs: number;
  readonly sequence: number;
}

function orderOf({ after, before, fromMs, toMs }: EventQuery): Order {
  const ascending = after !== undefined;
  const ranged = fromMs !== undefined || toMs !== undefined;
  const sign = ascending ? 1 : -1;
  return {
    ascending,
    ranged,
    compare: (a, b) => sign * ((ranged ? a.timeMs - b.timeMs : 0) || a.sequence - b.sequence),
    lower: { timeMs: fromMs ?? 0, sequence: after ?? -1 },
    upper: { timeMs: toMs ?? Number.MAX_SAFE_INTEGER, sequence: before ?? Number.MAX_SAFE_INTEGER },
  };
}

async function readWalk(
  database: Database,
  walk: Walk,
  order: Order,
  { limit, visible, before, pages }: { limit: number; visible: Visible; before: EventRow | undefined; pages: number },
): Promise<{ rows: EventRow[]; complete: boolean; readTo: number }> {
  const { ascending, ranged } = order;
  const rows: EventRow[] = [];
  // What comes behind the last of a full page does not count any more.
  let lower = !ascending && before !== undefined ? before : order.lower;
  let upper = ascending && before !== undefined ? before : order.upper;
  const direction = ascending ? 'ASC' : 'DESC';
  const bounds = ranged
    ? ['time_ms >= ?', 'time_ms <= ?', '(time_ms > ? OR sequence > ?)', '(time_ms < ? OR sequence < ?)']
    : ['sequence > ?', 'sequence < ?'];
  const size = Math.min(PAGE, Math.max(limit, 50));
  for (let page = 0; page < pages; page += 1) {
    const places = ranged
      ? [lower.timeMs, upper.timeMs, lower.timeMs, lower.sequence, upper.timeMs, upper.sequence]
      : [lower.sequence, upper.sequence];
    const read = await database.all<EventRow>(
      `SELECT ${COLUMNS} FROM events WHERE ${[...walk.where, ...bounds].join(' AND ')}
       ORDER BY ${ranged ? `time_ms ${direction}, ` : ''}sequence ${direction} LIMIT ?`,
      ...walk.params,
      ...places,
      size,
    );
    for (const row of read) {
      if (visible(row.cameraId, isSectorType(row.type) ? sectorMarkOf(eventOf(row)) : undefined)) rows.push(row);
      if (rows.length === limit) return { rows, complete: true, readTo: Number.MAX_SAFE_INTEGER };
      if (ascending) lower = row;
      else upper = row;
    }
    if (read.length < size) return { rows, complete: true, readTo: Number.MAX_SAFE_INTEGER };
    if (page % 4 === 3) await immediate();
  }
  return { rows, complete: false, readTo: lower.sequence };
}

function walksOf(query: EventQuery): readonly Walk[] {
  const { cameraId, types = [], severity, ruleId } = query;
  const kinds = kindsOf(types, severity);
  if (ruleId !== undefined) return [ofRule(ruleId, query)];
  if (cameraId !== undefined)
    return kinds.map((kind) => joined({ where: ['camera_id = ?'], params: [cameraId] }, kind));
  const { cameras } = query;
  if (cameras === undefined || (cameras.length + 1) * kinds.length > MOST_WALKS) return kinds;
  const places: Walk[] = cameras.map((id) => ({ where: ['camera_id = ?'], params: [id] }));
  places.push({ where: ['camera_id IS NULL'], params: [] });
  return places.flatMap((place) => kinds.map((kind) => joined(place, kind)));
}

/** One for each type and severity that is wanted; one without conditions where all are. */
function kindsOf(types: readonly EventType[], severity: Severity | undefined): readonly Walk[] {
  const severities = atLeast(severity);
  if (types.length === 0 && severities.length === SEVERITIES.length) return [{ where: [], params: [] }];
  return (types.length === 0 ? EVENT_TYPES : [...new Set(types)]).flatMap((type) =>
    severities.map((one) => ({ where: ['type = ?', 'severity = ?'], params: [type, one] })),
  );
}

/** A rule has one type, and few severities over its life: the rest is looked at row by row. */
function ofRule(ruleId: string, { cameraId, types = [], severity }: EventQuery): Walk {
  const where = ['rule_id = ?'];
  const params: SqlValue[] = [ruleId];
  const severities = atLeast(severity);
  if (cameraId !== undefined) {
    where.push('+camera_id = ?');
    params.push(cameraId);
  }
  if (types.length > 0) {
    where.push(`+type IN (${types.map(() => '?').join(', ')})`);
    params.push(...types);
  }
  if (severities.length < SEVERITIES.length) {
    where.push(`+severity IN (${severities.map(() => '?').join(', ')})`);
    params.push(...severities);
  }
  return { where, params };
}

function joined(a: Walk, b: Walk): Walk {
  return { where: [...a.where, ...b.where], params: [...a.params, ...b.params] };
}

export function atLeast(severity: Severity | undefined): readonly Severity[] {
  return severity === undefined ? SEVERITIES : SEVERITIES.slice(SEVERITIES.indexOf(severity));
}
