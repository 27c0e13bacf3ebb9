import type { Clock } from '#base/clock';
import type { Database, Queries } from '#base/database';
import { messageOf } from '#base/errors';
import type { Logger } from '#base/log';
import {
  type CountedLine,
  type CrossingCount,
  type CrossingCounts,
  HEAT_COLUMNS,
  HEAT_ROWS,
  type HeatMap,
  type SeenCrossing,
  type SeenScene,
} from '#contracts/statistics';
import { createCalendar } from './calendar.ts';
import { addGrid, addScene, emptyGrid, fromBytes, type HeatGrid, toBytes } from './heat-grid.ts';

/**
 * Sums what is seen in memory and writes it once a minute, all of it or nothing. What could not be written waits for the
 * next minute; a kill loses the last one.
 */
export interface Statistics {
  /** After each look at a picture. Cheap; never throws, never waits. */
  onScene(cameraId: string, scene: SeenScene, crossings: readonly SeenCrossing[]): void;
  /** Whole hours or days that touch the range. */
  counts(cameraId: string, range: { fromMs: number; toMs: number; by: 'hour' | 'day' }): Promise<CrossingCounts>;
  heat(cameraId: string, range: { fromMs: number; toMs: number }): Promise<HeatMap>;
  /** `2026-11-25 23:00` in the server's time zone. */
  words(atMs: number): string;
  /** Writes what is in memory. */
  close(): Promise<void>;
}

export interface StatisticsDeps {
  readonly database: Database;
  readonly clock: Clock;
  readonly log: Logger;
  /** Lines that rules of this camera count now. */
  readonly linesOf: (cameraId: string) => readonly { readonly ruleId: string; readonly name: string }[];
  /** The server's own where it is not given. */
  readonly timeZone?: string;
}

const WRITE_MS = 60_000;
const CLEAN_MS = 6 * 3_600_000;
const DAY_MS = 86_400_000;
const KEPT_HOURS_MS = 400 * DAY_MS;
const KEPT_HEAT_MS = 60 * DAY_MS;
/** Sums that wait: far above what a minute of a province has, and an end where the database is gone for hours. */
const MOST_PENDING = 200_000;

interface Sums {
  readonly counts: Map<string, CrossingCount & { readonly cameraId: string }>;
  readonly heat: Map<string, { readonly cameraId: string; readonly dayMs: number; readonly grid: HeatGrid }>;
}

const noSums = (): Sums => ({ counts: new Map(), heat: new Map() });

export function createStatistics(deps: StatisticsDeps): Statistics {
  const { database, clock, linesOf } = deps;
  const log = deps.log.child({ part: 'statistics' });
  const calendar = createCalendar(deps.timeZone ?? Intl.DateTimeFormat().resolvedOptions().timeZone);
  const lastSceneMs = new Map<string, number>();
  let sums = noSums();
  let dropped = 0;
  /** Writes are one after another: each begins when the one before has ended, whichever way. */
  let writing: Promise<void> = Promise.resolve();

  function count(cameraId: string, { ruleId, label, direction, atMs }: SeenCrossing, more: number): void {
    const startMs = calendar.hourOf(atMs);
    const key = JSON.stringify([cameraId, startMs, ruleId, label, direction]);
    const known = sums.counts.get(key);
    if (known === undefined && sums.counts.size >= MOST_PENDING) {
      dropped += more;
      return;
    }
    sums.counts.set(key, { cameraId, startMs, ruleId, label, direction, count: (known?.count ?? 0) + more });
  }

  function gridOf(cameraId: string, atMs: number): HeatGrid | undefined {
    const dayMs = calendar.dayOf(atMs);
    const key = `${dayMs} ${cameraId}`;
    const known = sums.heat.get(key);
    if (known !== undefined) return known.grid;
    if (sums.heat.size >= MOST_PENDING / 10) return undefined;
    const grid = emptyGrid();
    sums.heat.set(key, { cameraId, dayMs, grid });
    return grid;
  }

  async function write(): Promise<void> {
    const now = sums;
    sums = noSums();
    if (now.counts.size === 0 && now.heat.size === 0) return;
    try {
      await database.transaction(async (queries) => {
        await writeCounts(queries, now);
        await writeHeat(queries, now);
      });
    } catch (error) {
      log.error({ reason: messageOf(error), sums: now.counts.size }, 'statistics could not be written: they wait');
      for (const { cameraId, startMs, ...one } of now.counts.values()) {
        count(cameraId, { ...one, atMs: startMs }, one.count);
      }
      for (const { cameraId, dayMs, grid } of now.heat.values()) {
        const waiting = gridOf(cameraId, dayMs);
        if (waiting !== undefined) addGrid(waiting, grid);
      }
    }
    if (dropped > 0) log.error({ dropped }, 'crossings were not counted: too many sums wait to be written');
    dropped = 0;
  }

  async function writeCounts(queries: Queries, { counts }: Sums): Promise<void> {
    const lines = new Map<string, { cameraId: string; ruleId: string; atMs: number }>();
    for (const { cameraId, startMs, ruleId, label, direction, count } of counts.values()) {
      await queries.run(
        `INSERT INTO crossing_counts (camera_id, hour_ms, rule_id, label, direction, count) VALUES (?, ?, ?, ?, ?, ?)
         ON CONFLICT (camera_id, hour_ms, rule_id, label, direction)
         DO UPDATE SET count = crossing_counts.count + excluded.count`,
        cameraId,
        startMs,
        ruleId,
        label,
        direction,
        count,
      );
      lines.set(`${cameraId} ${ruleId}`, { cameraId, ruleId, atMs: startMs });
    }
    for (const { cameraId, ruleId, atMs } of lines.values()) {
      const name = linesOf(cameraId).find((line) => line.ruleId === ruleId)?.name;
      // A rule that was removed within this minute: it was counted, and its name is the one that is known.
      if (name === undefined) continue;
      await queries.run(
        `INSERT INTO counted_lines (camera_id, rule_id, name, counted_ms) VALUES (?, ?, ?, ?)
         ON CONFLICT (camera_id, rule_id) DO UPDATE SET name = excluded.name, counted_ms = excluded.counted_ms`,
        cameraId,
        ruleId,
        name,
        atMs,
      );
    }
  }

  async function writeHeat(queries: Queries, { heat }: Sums): Promise<void> {
    for (const { cameraId, dayMs, grid } of heat.values()) {
      const old = await queries.get<{ cells: Uint8Array }>(
        'SELECT cells FROM heat_maps WHERE camera_id = ? AND day_ms = ?',
        cameraId,
        dayMs,
      );
      const sum = grid.slice();
      if (old !== undefined) addGrid(sum, fromBytes(old.cells));
      await queries.run(
        `INSERT INTO heat_maps (camera_id, day_ms, end_ms, cells) VALUES (?, ?, ?, ?)
         ON CONFLICT (camera_id, day_ms) DO UPDATE SET cells = excluded.cells`,
        cameraId,
        dayMs,
        calendar.after(dayMs, 'day'),
        toBytes(sum),
      );
    }
  }

  function flush(): Promise<void> {
    writing = writing.then(write);
    return writing;
  }

  async function clean(): Promise<void> {
    try {
      const now = clock.now();
      await database.run('DELETE FROM crossing_counts WHERE hour_ms < ?', now - KEPT_HOURS_MS);
      await database.run('DELETE FROM counted_lines WHERE counted_ms < ?', now - KEPT_HOURS_MS);
      await database.run('DELETE FROM heat_maps WHERE day_ms < ?', now - KEPT_HEAT_MS);
    } catch (error) {
      log.warn({ reason: messageOf(error) }, 'old statistics were not removed: the next pass tries again');
    }
  }

  const stops = [clock.every(WRITE_MS, () => void flush()), clock.every(CLEAN_MS, () => void clean())];
  writing = clean();

  return {
    onScene(cameraId, scene, crossings) {
      for (const crossing of crossings) count(cameraId, crossing, 1);
      const beforeMs = lastSceneMs.get(cameraId);
      lastSceneMs.set(cameraId, scene.atMs);
      if (
        beforeMs === undefined ||
        !scene.tracks.some(({ seen, stationarySinceMs }) => seen && stationarySinceMs === null)
      )
        return;
      const grid = gridOf(cameraId, scene.atMs);
      if (grid !== undefined) addScene(grid, scene, beforeMs);
    },

    async counts(cameraId, { fromMs, toMs, by }) {
      await flush();
      const startOf = by === 'hour' ? calendar.hourOf : calendar.dayOf;
      const starts: number[] = [];
      for (let start = startOf(fromMs); start < toMs; start = calendar.after(start, by)) starts.push(start);
      const begin = starts[0] ?? fromMs;
      const last = starts.at(-1);
      const end = last === undefined ? toMs : calendar.after(last, by);
      const [rows, names] = await Promise.all([
        database.all<{ hour: number; rule: string; label: string; direction: 'forward' | 'backward'; count: number }>(
          `SELECT hour_ms AS hour, rule_id AS rule, label, direction, count FROM crossing_counts
           WHERE camera_id = ? AND hour_ms >= ? AND hour_ms < ? ORDER BY hour_ms, rule_id, label, direction`,
          cameraId,
          begin,
          end,
        ),
        database.all<{ rule: string; name: string }>(
          'SELECT rule_id AS rule, name FROM counted_lines WHERE camera_id = ? ORDER BY name, rule_id',
          cameraId,
        ),
      ]);
      const counts = new Map<string, CrossingCount>();
      for (const { hour, rule: ruleId, label, direction, count } of rows) {
        const startMs = startOf(hour);
        const key = JSON.stringify([startMs, ruleId, label, direction]);
        counts.set(key, { startMs, ruleId, label, direction, count: (counts.get(key)?.count ?? 0) + count });
      }
      const counted = new Set(rows.map(({ rule }) => rule));
      return {
        ...{ cameraId, by, starts, timeZone: calendar.timeZone },
        lines: linesFor(linesOf(cameraId), names, counted),
        counts: [...counts.values()],
      };
    },

    async heat(cameraId, { fromMs, toMs }) {
      await flush();
      const rows = await database.all<{ day: number; end: number; cells: Uint8Array }>(
        `SELECT day_ms AS day, end_ms AS "end", cells FROM heat_maps
         WHERE camera_id = ? AND end_ms > ? AND day_ms < ? ORDER BY day_ms`,
        cameraId,
        fromMs,
        toMs,
      );
      const sum = emptyGrid();
      for (const { cells } of rows) addGrid(sum, fromBytes(cells));
      return {
        ...{ cameraId, columns: HEAT_COLUMNS, rows: HEAT_ROWS, timeZone: calendar.timeZone },
        seconds: [...sum].map((ms) => Math.round(ms / 100) / 10),
        fromMs: rows[0]?.day ?? null,
        toMs: rows.at(-1)?.end ?? null,
      };
    },

    words: calendar.words,
    async close() {
      for (const stop of stops) stop();
      await flush();
    },
  };
}

/** Those that there are now, and those that are gone but were counted in this time. */
function linesFor(
  present: readonly { readonly ruleId: string; readonly name: string }[],
  known: readonly { readonly rule: string; readonly name: string }[],
  counted: ReadonlySet<string>,
): CountedLine[] {
  const names = new Map(known.map(({ rule, name }) => [rule, name]));
  const here = new Set(present.map(({ ruleId }) => ruleId));
  const gone = [...counted].filter((ruleId) => !here.has(ruleId));
  return [
    ...present.map(({ ruleId, name }) => ({ ruleId, name, present: true })),
    ...gone.map((ruleId) => ({ ruleId, name: names.get(ruleId) ?? ruleId, present: false })),
  ];
}
