import { randomUUID } from 'node:crypto';
import type { Clock } from '#base/clock';
import type { Database } from '#base/database';
import { Fault } from '#base/errors';
import type { AlertView, HandoverView, PersonRef } from '#contracts/alerts';
import type { AlertActs } from './alert-acts.ts';
import { personOf, readAlerts } from './alert-store.ts';

/**
 * What a shift leaves to the next: a note and what is open. Whoever takes it has from then on what the other had in hand
 * when they left it.
 * Nothing is taken from people who merely sign out: they may be back in a minute.
 */
export interface Handovers {
  /**
   * The last ones, newest first; of the open alerts those that `visible` lets through. One whose alerts are all hidden
   * from the reader is another place's, and only the reader's own is among them still.
   */
  list(readerId: string, visible: Visible): Promise<HandoverView[]>;
  /** Lists what is open and visible to who leaves. */
  leave(by: PersonRef, note: string, visible: Visible): Promise<HandoverView>;
  /**
   * Rejects with `conflict` when somebody has it already, or it is one's own, and with `notFound` when its alerts are all
   * of cameras that `may` refuses. `may`: act on alerts of this camera.
   */
  take(handoverId: string, by: PersonRef, how: { may: Visible; visible: Visible }): Promise<HandoverView>;
  onChanged(listener: () => void): () => void;
}
type Visible = (cameraId: string) => boolean;

const LISTED = 50;
/** To find so many among those of other places. */
const MOST_READ = 1000;

interface Row {
  readonly id: string;
  readonly timeMs: number;
  readonly byId: string;
  readonly byName: string;
  readonly note: string;
  readonly openAlerts: string;
  readonly takenById: string | null;
  readonly takenByName: string | null;
  readonly takenMs: number | null;
}
const COLUMNS = `id, time_ms AS timeMs, by_id AS byId, by_name AS byName, note, open_alerts AS openAlerts,
  taken_by_id AS takenById, taken_by_name AS takenByName, taken_ms AS takenMs`;

export function createHandovers(options: {
  database: Database;
  clock: Clock;
  acts: Pick<AlertActs, 'pass'>;
  onAlert: (alert: AlertView) => void;
}): Handovers {
  const { database, clock, acts, onAlert } = options;
  const listeners = new Set<() => void>();

  async function get(id: string, visible: Visible): Promise<HandoverView> {
    const row = await database.get<Row>(`SELECT ${COLUMNS} FROM alert_handovers WHERE id = ?`, id);
    if (row === undefined) throw unknown();
    return viewOf(row, visible);
  }

  function changed(): void {
    for (const listener of listeners) listener();
  }

  return {
    async list(readerId, visible) {
      const rows = await database.all<Row>(
        `SELECT ${COLUMNS} FROM alert_handovers ORDER BY time_ms DESC, id LIMIT ?`,
        MOST_READ,
      );
      return rows
        .filter((row) => row.byId === readerId || concerns(row, visible))
        .slice(0, LISTED)
        .map((row) => viewOf(row, visible));
    },
    async leave(by, note, visible) {
      const id = randomUUID();
      await database.transaction(async (queries) => {
        const open = await readAlerts(queries, "WHERE state <> 'closed' ORDER BY number");
        const listed = open
          .filter(({ cameraId }) => visible(cameraId))
          .map(({ number, cameraId }) => [number, cameraId]);
        await queries.run(
          'INSERT INTO alert_handovers (id, time_ms, by_id, by_name, note, open_alerts) VALUES (?, ?, ?, ?, ?, ?)',
          ...[id, Math.round(clock.now()), by.id, by.name, note, JSON.stringify(listed)],
        );
      });
      changed();
      return get(id, visible);
    },
    async take(handoverId, by, { may, visible }) {
      const passed = await database.transaction(async (queries) => {
        const row = await queries.get<Row>(`SELECT ${COLUMNS} FROM alert_handovers WHERE id = ?`, handoverId);
        if (row === undefined || !(row.byId === by.id || concerns(row, may))) throw unknown();
        if (row.takenByName !== null) {
          throw new Fault('conflict', 'handover.taken', `${row.takenByName} has taken it already`);
        }
        if (row.byId === by.id) {
          throw new Fault('conflict', 'handover.own', 'somebody else takes what one hands over');
        }
        await queries.run(
          'UPDATE alert_handovers SET taken_by_id = ?, taken_by_name = ?, taken_ms = ? WHERE id = ?',
          ...[by.id, by.name, Math.round(clock.now()), handoverId],
        );
        const { timeMs, by: from, openAlerts } = viewOf(row, () => true);
        return acts.pass(queries, { by: from, numbers: openAlerts, timeMs }, by, may);
      });
      for (const alert of passed) onAlert(alert);
      changed();
      return get(handoverId, visible);
    },
    onChanged(listener) {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
  };
}

/** Number and camera of each. */
function openOf(row: Row): readonly (readonly [number, string])[] {
  // Written by `leave`.
  return JSON.parse(row.openAlerts);
}

/** A note without alerts is for everybody. */
function concerns(row: Row, allowed: Visible): boolean {
  const open = openOf(row);
  return open.length === 0 || open.some(([, cameraId]) => allowed(cameraId));
}

function viewOf(row: Row, visible: Visible): HandoverView {
  const open = openOf(row);
  return {
    ...{ id: row.id, timeMs: row.timeMs, by: { id: row.byId, name: row.byName }, note: row.note },
    openAlerts: open.filter(([, cameraId]) => visible(cameraId)).map(([number]) => number),
    ...{ takenBy: personOf(row.takenById, row.takenByName), takenMs: row.takenMs },
  };
}

function unknown(): Fault {
  return new Fault('notFound', 'handover.unknown', 'there is no such hand-over');
}
