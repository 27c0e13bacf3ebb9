import { setImmediate as immediate } from 'node:timers/promises';
import type { AlertView, IncidentView } from '#contracts/alerts';
import type { AlertChange } from '#contracts/outputs';
import type { Database, Queries } from './database.ts';

/**
 * What became of alerts and incidents, numbered. Each change is written in the transaction that makes it: who tells others
 * of it reads on from the number that they had reached, and misses nothing over a kill or while they were away.
 */
export type Change =
  | { readonly about: 'alert'; readonly change: AlertChange; readonly timeMs: number; readonly alert: AlertView }
  | {
      readonly about: 'incident';
      readonly change: IncidentChange;
      readonly timeMs: number;
      readonly incident: IncidentStanding;
    };
export type NumberedChange = Change & { readonly number: number };
export type IncidentChange = 'opened' | 'changed' | 'closed';

/** How an incident stood. */
export interface IncidentStanding
  extends Pick<
    IncidentView,
    | 'id'
    | 'number'
    | 'version'
    | 'title'
    | 'description'
    | 'severity'
    | 'state'
    | 'place'
    | 'openedMs'
    | 'closedMs'
    | 'cameraIds'
  > {
  /** Number of the last entry of its timeline. */
  readonly lastEntry: number;
}

export interface ChangeLog {
  /** What came after `number`, oldest first. */
  follow(number: number, limit: number): Promise<readonly NumberedChange[]>;
  /** 0 where there is none. */
  newest(): Promise<number>;
  /** Deletes what is old or too much. */
  trim(nowMs: number): Promise<void>;
  /** The last number that `trim` deleted since the start; who is not past it has missed some. */
  goneTo(): number;
}

/** An alert has some ten changes in its life: enough for who was away over the New Year. */
const MOST = 50_000;
const KEPT_MS = 14 * 86_400_000;
/** The database works in the thread that carries live video. */
const TRIM = 200;

/**
 * As part of the transaction that makes the change. Of repeats without anything between only the last stays: it counts the
 * others, and a rule that fires all day must not push out what people did.
 */
export async function noteChange(queries: Queries, change: Change): Promise<void> {
  const state = change.about === 'alert' ? change.alert : change.incident;
  if (change.change === 'repeated') {
    await queries.run(
      `DELETE FROM changes WHERE change = 'repeated'
         AND number = (SELECT MAX(number) FROM changes WHERE about = ? AND about_id = ?)`,
      ...[change.about, state.id],
    );
  }
  await queries.run(
    'INSERT INTO changes (about, about_id, change, time_ms, state) VALUES (?, ?, ?, ?, ?)',
    ...[change.about, state.id, change.change, Math.round(change.timeMs), JSON.stringify(state)],
  );
}

export function createChangeLog(database: Database, most = MOST): ChangeLog {
  let gone = 0;

  return {
    goneTo: () => gone,
    async follow(number, limit) {
      const rows = await database.all<Row>(
        `SELECT number, about, change, time_ms AS timeMs, state FROM changes
         WHERE number > ? ORDER BY number LIMIT ?`,
        ...[number, limit],
      );
      return rows.map(changeOf);
    },
    async newest() {
      const row = await database.get<{ number: number | null }>('SELECT MAX(number) AS number FROM changes');
      return row?.number ?? 0;
    },
    async trim(nowMs) {
      for (;;) {
        const row = await database.get<{ last: number | null }>(
          `SELECT MAX(number) AS last FROM (SELECT number, time_ms FROM changes ORDER BY number LIMIT ?)
           WHERE time_ms < ? OR number <= (SELECT MAX(number) FROM changes) - ?`,
          ...[TRIM, nowMs - KEPT_MS, most],
        );
        const last = row?.last ?? null;
        if (last === null) return;
        await database.run('DELETE FROM changes WHERE number <= ?', last);
        gone = Math.max(gone, last);
        await immediate();
      }
    },
  };
}

interface Row {
  readonly number: number;
  readonly about: string;
  readonly change: string;
  readonly timeMs: number;
  readonly state: string;
}

/** The row was written by `noteChange`. */
function changeOf({ state, about, ...row }: Row): NumberedChange {
  const standing: unknown = JSON.parse(state);
  return { ...row, about, [about]: standing } as NumberedChange;
}
