import { randomUUID } from 'node:crypto';
import type { Clock } from '#base/clock';
import type { Database, Queries } from '#base/database';
import { messageOf } from '#base/errors';
import type { Logger } from '#base/log';
import type { AlertView } from '#contracts/alerts';
import { SEVERITIES, type TamnhinEvent } from '#contracts/events';
import { FIRST_LEVEL, type LevelSeconds, patienceMs } from './alert-clock.ts';
import { type AlertSeed, seedOf } from './alert-seed.ts';
import {
  findAlert,
  insertAlert,
  readAlerts,
  readMark,
  type StoredAlert,
  saveAlert,
  setMark,
  viewOf,
} from './alert-store.ts';

/**
 * From the event log to alerts, each event once: how far the log was read is kept in the same transaction as what it
 * opened, and a start goes on from there.
 */
export interface AlertOpening {
  /** Follows the log from now on. */
  begin(): void;
  /** Resolves when everything that is in the log by now was looked at. */
  settled(): Promise<void>;
  close(): Promise<void>;
}

export interface AlertOpeningOptions {
  readonly database: Database;
  readonly events: {
    query(query: { after: number; limit: number }): Promise<readonly TamnhinEvent[]>;
    onAppended(listener: (event: TamnhinEvent) => void): () => void;
  };
  readonly seconds: LevelSeconds;
  readonly clock: Clock;
  readonly log: Logger;
  readonly onChanged: (alert: AlertView) => void;
}

/** Events that are read, and go into one transaction, at a time. */
const BATCH = 500;
/** Events without an alert that may be looked at again after a kill. */
const NOTE_EVERY = 2000;
const RETRY_MS = 2000;
/** Steps that say that it was repeated; later ones only count. */
const MOST_REPEATS = 100;
const MARK = 'sequence';

export async function createAlertOpening(options: AlertOpeningOptions): Promise<AlertOpening> {
  const { database, events, seconds, clock, log, onChanged } = options;
  let handled = (await readMark(database, MARK)) ?? 0;
  let noted = handled;
  /** There may be more in the log than was read. */
  let more = true;
  let running: Promise<void> | undefined;
  let closed = false;
  let cancelRetry = (): void => {};

  function go(): void {
    more = true;
    if (closed) return;
    running ??= readOn().finally(() => {
      running = undefined;
      if (more && !closed) go();
    });
  }

  async function readOn(): Promise<void> {
    try {
      while (more && !closed) {
        more = false;
        const batch = await events.query({ after: handled, limit: BATCH });
        if (batch.length === BATCH) more = true;
        await take(batch);
      }
    } catch (error) {
      // Nothing of the batch was kept: it comes again.
      log.error({ reason: messageOf(error) }, 'alerts could not be opened; trying again');
      more = false;
      cancelRetry();
      cancelRetry = clock.after(RETRY_MS, go);
    }
  }

  async function take(batch: readonly TamnhinEvent[]): Promise<void> {
    const last = batch.at(-1)?.sequence;
    if (last === undefined) return;
    const seeds = batch.flatMap((event) => seedOf(event) ?? []);
    if (seeds.length > 0 || last - noted >= NOTE_EVERY) {
      const changed = await database.transaction(async (queries) => {
        const touched = new Map<string, AlertView>();
        for (const seed of seeds) {
          const alert = await plant(queries, seed);
          touched.set(alert.id, viewOf(alert));
        }
        await setMark(queries, MARK, last);
        return touched;
      });
      noted = last;
      for (const alert of changed.values()) onChanged(alert);
    }
    handled = last;
  }

  async function plant(queries: Queries, seed: AlertSeed): Promise<StoredAlert> {
    const known = await alertFor(queries, seed);
    const alert = known === undefined ? await open(queries, seed) : await repeat(queries, known, seed);
    const { trackId, ruleId } = seed.event.data;
    if (trackId !== null) {
      await queries.run(
        `INSERT INTO alert_tracks (camera_id, rule_id, track_id, alert_id) VALUES (?, ?, ?, ?)
         ON CONFLICT (camera_id, rule_id, track_id) DO UPDATE SET alert_id = excluded.alert_id`,
        ...[seed.cameraId, ruleId, trackId, alert.id],
      );
    }
    return alert;
  }

  async function open(queries: Queries, { event, cameraId, receivers }: AlertSeed): Promise<StoredAlert> {
    const nowMs = Math.round(clock.now());
    const { severity } = event;
    const alert: Omit<StoredAlert, 'number' | 'version'> = {
      ...{ id: randomUUID(), state: 'new', severity, cameraId },
      ...{ eventType: event.type, eventId: event.id, openedMs: Math.round(event.timeMs), detection: event.data },
      ...{ count: 1, lastEventMs: Math.round(event.timeMs), receivers, level: FIRST_LEVEL, retold: 0 },
      // From now, not from the event: after a stop nobody could have seen it before.
      escalatesMs: nowMs + patienceMs(seconds, { level: FIRST_LEVEL, severity, retold: 0 }),
      ...{ owner: null, claimedMs: null, acknowledgedMs: null, unit: null, dispatchedMs: null },
      ...{ closedMs: null, closedBy: null, verdict: null, reason: null, closeNote: null, incidentId: null },
    };
    return insertAlert(queries, alert, nowMs);
  }

  async function repeat(queries: Queries, alert: StoredAlert, { event, receivers }: AlertSeed): Promise<StoredAlert> {
    const worse = SEVERITIES.indexOf(event.severity) > SEVERITIES.indexOf(alert.severity);
    const severity = worse ? event.severity : alert.severity;
    const nowMs = Math.round(clock.now());
    const { level, retold, escalatesMs } = alert;
    return saveAlert(
      queries,
      {
        ...alert,
        severity,
        count: alert.count + 1,
        lastEventMs: Math.max(alert.lastEventMs, Math.round(event.timeMs)),
        receivers: [...new Set([...alert.receivers, ...receivers])],
        // What became worse leaves less time.
        escalatesMs:
          escalatesMs === null || !worse
            ? escalatesMs
            : Math.min(escalatesMs, nowMs + patienceMs(seconds, { level, severity, retold })),
      },
      alert.count > MOST_REPEATS ? [] : [{ by: null, step: { kind: 'repeated', eventId: event.id } }],
      nowMs,
      'repeated',
    );
  }

  let stopFollowing = (): void => {};

  return {
    begin() {
      stopFollowing();
      stopFollowing = events.onAppended(go);
      go();
    },
    async settled() {
      go();
      while (running !== undefined) await running;
    },
    async close() {
      closed = true;
      stopFollowing();
      cancelRetry();
      await running;
      if (handled > noted) await setMark(database, MARK, handled);
    },
  };
}

/**
 * The alert that an event adds to: of the same object one that is open, or was closed so lately that people would not
 * call it another; else the newest open one of the rule, unless it has been quiet for longer than the rule says.
 */
async function alertFor(queries: Queries, seed: AlertSeed): Promise<StoredAlert | undefined> {
  const { event, cameraId, mergeSeconds } = seed;
  const { ruleId, trackId } = event.data;
  const mergeMs = mergeSeconds * 1000;
  if (trackId !== null) {
    const track = await queries.get<{ alertId: string }>(
      'SELECT alert_id AS alertId FROM alert_tracks WHERE camera_id = ? AND rule_id = ? AND track_id = ?',
      ...[cameraId, ruleId, trackId],
    );
    const same = track && (await findAlert(queries, track.alertId));
    if (same !== undefined && (same.closedMs === null || event.timeMs <= same.closedMs + mergeMs)) return same;
  }
  const [newest] = await readAlerts(
    queries,
    "WHERE camera_id = ? AND rule_id = ? AND state <> 'closed' ORDER BY number DESC LIMIT 1",
    ...[cameraId, ruleId],
  );
  return newest !== undefined && event.timeMs - newest.lastEventMs <= mergeMs ? newest : undefined;
}
