import type { Database, SqlValue } from '#base/database';
import { boxAround, metresBetween } from '#base/geo';
import type { MapPoint } from '#contracts/places';
import { numberBefore, readEvents, type StoredEvent } from './event-store.ts';

/** What is so near belongs together. */
const NEAR_METRES = 1000;
const NEAR_MS = 24 * 3_600_000;
const MOST_RELATED = 20;
/** Looked at; an area with more open events than this at once has other worries. */
const MOST_LOOKED_AT = 500;

/**
 * Open events near in place and time, those of media and reports among them: the nearest first. One that says no place
 * is near where its area is the same.
 */
export async function relatedEvents(database: Database, event: StoredEvent): Promise<StoredEvent[]> {
  const { place, areaCode, occurredMs } = event;
  const found = new Map<number, { event: StoredEvent; metres: number }>();
  const take = (other: StoredEvent, metres: number): void => {
    if (other.number === event.number || Math.abs(other.occurredMs - occurredMs) > NEAR_MS) return;
    if (!found.has(other.number)) found.set(other.number, { event: other, metres });
  };
  if (place !== null) {
    const { south, north, west, east } = boxAround(place, NEAR_METRES);
    const inBox = await readEvents(
      database,
      `WHERE open = 1 AND latitude IS NOT NULL AND latitude >= ? AND latitude <= ? AND longitude >= ?
         AND longitude <= ? LIMIT ?`,
      ...[south, north, west, east, MOST_LOOKED_AT],
    );
    for (const other of inBox) {
      const metres = other.place === null ? Infinity : metresBetween(place, other.place);
      if (metres <= NEAR_METRES) take(other, metres);
    }
  }
  if (areaCode !== null) {
    const inArea = await readEvents(
      database,
      'WHERE area_code = ? AND open = 1 ORDER BY number DESC LIMIT ?',
      ...[areaCode, MOST_LOOKED_AT],
    );
    for (const other of inArea) if (place === null || other.place === null) take(other, NEAR_METRES);
  }
  return [...found.values()]
    .sort(
      (a, b) =>
        a.metres - b.metres || Math.abs(a.event.occurredMs - occurredMs) - Math.abs(b.event.occurredMs - occurredMs),
    )
    .slice(0, MOST_RELATED)
    .map(({ event: one }) => one);
}

/** What may belong to a thing that happened at a place: near it, or, of what says no place, in the area or the sector. */
export interface NearEvents {
  readonly place: MapPoint | null;
  readonly metres: number;
  readonly areaCode: string | null;
  /** Of a sector whose events say no place: all of them. */
  readonly placeless: string;
  /** ms since 1970, by when they were opened. */
  readonly fromMs: number;
}

/** The newest first; at most 500 of each kind. Who asks sorts out what else it may be about. */
export async function nearEvents(database: Database, what: NearEvents): Promise<StoredEvent[]> {
  const { place, metres, areaCode, placeless, fromMs } = what;
  const newest = (where: string, params: readonly SqlValue[]): Promise<StoredEvent[]> =>
    readEvents(
      database,
      `WHERE opened_ms >= ? AND incident_id IS NULL AND (${where}) ORDER BY opened_ms DESC LIMIT ?`,
      ...[fromMs, ...params, MOST_LOOKED_AT],
    );
  const where: string[] = [];
  const params: SqlValue[] = [];
  if (place !== null) {
    const { south, north, west, east } = boxAround(place, metres);
    where.push('(latitude BETWEEN ? AND ? AND longitude BETWEEN ? AND ?)');
    params.push(south, north, west, east);
  }
  if (areaCode !== null) {
    where.push('(latitude IS NULL AND area_code = ?)');
    params.push(areaCode);
  }
  // Each with a limit of its own: of what says no place there may be so much that it hides what happened here.
  const [here, anywhere] = await Promise.all([
    where.length === 0 ? [] : newest(where.join(' OR '), params),
    newest('latitude IS NULL AND sector = ?', [placeless]),
  ]);
  const found = new Map([...here, ...anywhere].map((event) => [event.number, event]));
  return [...found.values()]
    .filter((event) => place === null || event.place === null || metresBetween(place, event.place) <= metres)
    .toSorted((a, b) => b.openedMs - a.openedMs);
}

/**
 * Events of these sectors that were opened since, open or not; the newest first. Each sector is walked by itself: of a
 * quiet one among busy ones a month is a few rows, not all that happened in it anywhere.
 */
export async function eventsSince(
  database: Database,
  sectors: readonly string[],
  { fromMs, limit }: { readonly fromMs: number; readonly limit: number },
): Promise<StoredEvent[]> {
  const after = await numberBefore(database, fromMs);
  if (after === undefined) return [];
  const found: StoredEvent[] = [];
  for (const sector of sectors) {
    for (const open of [1, 0]) {
      const where = 'WHERE sector = ? AND open = ? AND number > ? ORDER BY number DESC LIMIT ?';
      found.push(...(await readEvents(database, where, sector, open, after, limit)));
    }
  }
  return found
    .filter(({ openedMs }) => openedMs >= fromMs)
    .sort((a, b) => b.openedMs - a.openedMs || b.number - a.number)
    .slice(0, limit);
}
