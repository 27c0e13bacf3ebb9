import type { Clock } from '#base/clock';
import type { Database, Queries } from '#base/database';
import { Fault } from '#base/errors';
import type { AlertView, CloseReason, PersonRef, Verdict } from '#contracts/alerts';
import { type LevelSeconds, patienceMs } from './alert-clock.ts';
import { getAlert, type NewStep, readAlerts, type StoredAlert, saveAlert, viewOf } from './alert-store.ts';

/**
 * What people do with an alert. Each act is one transaction over the alert as it is at that moment, so that of two
 * people who claim at once exactly one has it. Whether they may is asked before by the door.
 */
export interface AlertActs {
  /** Rejects with `conflict` `alert.owned` when somebody else has it and it is not taken over. */
  claim(alertId: string, by: PersonRef, takeOver: boolean): Promise<AlertView>;
  /** Gives it back: it is new again, and its clock runs. */
  release(alertId: string, by: PersonRef): Promise<AlertView>;
  /** Also claims one that nobody has. */
  dispatch(alertId: string, by: PersonRef, unit: string): Promise<AlertView>;
  /** On closed ones too: what turns out later belongs to it. */
  note(alertId: string, by: PersonRef, text: string): Promise<AlertView>;
  close(alertId: string, by: PersonRef, closing: Closing): Promise<AlertView>;
  /** Within an hour; it then belongs to who took the closing back. */
  reopen(alertId: string, by: PersonRef): Promise<AlertView>;
  /**
   * As part of the caller's transaction: those that `left.by` had when they left them go to `to`, where `to` may have
   * them, and are new again otherwise. Who calls tells of what it resolves to.
   */
  pass(queries: Queries, left: Left, to: PersonRef, may: (cameraId: string) => boolean): Promise<AlertView[]>;
  /** Gives back what was claimed by people who cannot act on it any more. */
  freeLost(mayAct: (ownerId: string, cameraId: string) => Promise<boolean>, ownerId?: string): Promise<void>;
  /** As part of the caller's transaction; `null` takes it out. Resolves to what it was, and as it is now. */
  setIncident(
    queries: Queries,
    alertId: string,
    incidentId: string | null,
    by: PersonRef,
  ): Promise<{ before: AlertView; now: AlertView }>;
}

/** What a person left to the next. */
export interface Left {
  readonly by: PersonRef;
  readonly numbers: readonly number[];
  /** What they claimed after it is theirs. */
  readonly timeMs: number;
}

export interface Closing {
  readonly verdict: Verdict;
  readonly reason: CloseReason;
  readonly note: string;
}

/** ms for which a closing can be taken back. */
const REOPEN_MS = 3_600_000;

export function createAlertActs(options: {
  database: Database;
  clock: Clock;
  seconds: LevelSeconds;
  onChanged: (alert: AlertView) => void;
}): AlertActs {
  const { database, clock, seconds, onChanged } = options;

  /** `change` gives what is new of it and what was done; nothing done changes nothing. */
  async function act(
    alertId: string,
    change: (alert: StoredAlert, nowMs: number) => { next: StoredAlert; steps: readonly NewStep[] },
  ): Promise<AlertView> {
    const nowMs = Math.round(clock.now());
    const [changed, alert] = await database.transaction(async (queries) => {
      const before = await getAlert(queries, alertId);
      const { next, steps } = change(before, nowMs);
      return steps.length === 0 ? [false, before] : [true, await saveAlert(queries, next, steps, nowMs)];
    });
    const view = viewOf(alert);
    if (changed) onChanged(view);
    return view;
  }

  const renewed = (alert: StoredAlert, nowMs: number): StoredAlert => ({
    ...alert,
    ...{ state: 'new', owner: null, claimedMs: null, unit: null, dispatchedMs: null },
    escalatesMs: nowMs + patienceMs(seconds, alert),
  });

  return {
    claim: (alertId, by, takeOver) =>
      act(alertId, (alert, nowMs) => {
        guardOpen(alert);
        if (alert.owner?.id === by.id) return { next: alert, steps: [] };
        if (alert.owner !== null && !takeOver) throw owned(alert.owner);
        return {
          next: { ...owning(alert, by, nowMs), state: alert.state === 'dispatched' ? 'dispatched' : 'claimed' },
          steps: [{ by, step: { kind: 'claimed', from: alert.owner } }],
        };
      }),

    release: (alertId, by) =>
      act(alertId, (alert, nowMs) => {
        guardOpen(alert);
        if (alert.owner === null) return { next: alert, steps: [] };
        guardOwner(alert, by);
        return { next: renewed(alert, nowMs), steps: [{ by, step: { kind: 'released' } }] };
      }),

    dispatch: (alertId, by, unit) =>
      act(alertId, (alert, nowMs) => {
        guardOpen(alert);
        guardOwner(alert, by);
        const claiming: NewStep[] = alert.owner === null ? [{ by, step: { kind: 'claimed', from: null } }] : [];
        return {
          next: { ...owning(alert, by, nowMs), state: 'dispatched', unit, dispatchedMs: nowMs },
          steps: [...claiming, { by, step: { kind: 'dispatched', unit } }],
        };
      }),

    note: (alertId, by, text) =>
      act(alertId, (alert) => ({ next: alert, steps: [{ by, step: { kind: 'noted', text } }] })),

    close: (alertId, by, { verdict, reason, note }) =>
      act(alertId, (alert, nowMs) => {
        guardOpen(alert);
        guardOwner(alert, by);
        return {
          next: {
            ...owning(alert, by, nowMs),
            ...{ state: 'closed', closedMs: nowMs, closedBy: by, verdict, reason, closeNote: note },
          },
          steps: [{ by, step: { kind: 'closed', verdict, reason, note } }],
        };
      }),

    reopen: (alertId, by) =>
      act(alertId, (alert, nowMs) => {
        if (alert.closedMs === null) throw new Fault('conflict', 'alert.open', 'this alert is open');
        if (nowMs - alert.closedMs > REOPEN_MS) {
          throw new Fault('conflict', 'alert.tooLate', 'a closing can be taken back for an hour only');
        }
        return {
          next: {
            ...owning(alert, by, nowMs),
            state: alert.unit === null ? 'claimed' : 'dispatched',
            ...{ closedMs: null, closedBy: null, verdict: null, reason: null, closeNote: null },
          },
          steps: [{ by, step: { kind: 'reopened' } }],
        };
      }),

    async pass(queries, left, to, may) {
      const nowMs = Math.round(clock.now());
      const passed: AlertView[] = [];
      const numbers = new Set(left.numbers);
      for (const alert of await readAlerts(queries, OWNED, left.by.id)) {
        if (!numbers.has(alert.number) || (alert.claimedMs ?? 0) > left.timeMs) continue;
        const taken = may(alert.cameraId);
        const step: NewStep = taken
          ? { by: to, step: { kind: 'claimed', from: alert.owner } }
          : { by: null, step: { kind: 'released' } };
        const next = taken ? { ...alert, owner: to, claimedMs: nowMs } : renewed(alert, nowMs);
        passed.push(viewOf(await saveAlert(queries, next, [step], nowMs)));
      }
      return passed;
    },

    async freeLost(mayAct, ownerId) {
      const owned = await (ownerId === undefined
        ? readAlerts(database, "WHERE state <> 'closed' AND owner_id IS NOT NULL ORDER BY number")
        : readAlerts(database, OWNED, ownerId));
      for (const { id, cameraId, owner } of owned) {
        if (owner === null || (await mayAct(owner.id, cameraId))) continue;
        await act(id, (alert, nowMs) =>
          alert.closedMs !== null || alert.owner?.id !== owner.id
            ? { next: alert, steps: [] }
            : { next: renewed(alert, nowMs), steps: [{ by: null, step: { kind: 'released' } }] },
        );
      }
    },

    async setIncident(queries, alertId, incidentId, by) {
      const alert = await getAlert(queries, alertId);
      const nowMs = Math.round(clock.now());
      const steps: NewStep[] = [];
      if (alert.incidentId !== null) steps.push({ by, step: { kind: 'left', incidentId: alert.incidentId } });
      if (incidentId !== null) steps.push({ by, step: { kind: 'joined', incidentId } });
      if (alert.incidentId === incidentId) return { before: viewOf(alert), now: viewOf(alert) };
      const now = await saveAlert(queries, { ...alert, incidentId }, steps, nowMs);
      return { before: viewOf(alert), now: viewOf(now) };
    },
  };
}

const OWNED = "WHERE owner_id = ? AND state <> 'closed' ORDER BY number";

/** In the hands of `by`; whoever acts has seen it. */
function owning(alert: StoredAlert, by: PersonRef, nowMs: number): StoredAlert {
  return {
    ...alert,
    owner: by,
    claimedMs: alert.owner?.id === by.id ? (alert.claimedMs ?? nowMs) : nowMs,
    acknowledgedMs: alert.acknowledgedMs ?? nowMs,
    escalatesMs: null,
  };
}

function guardOpen({ closedMs, closedBy }: StoredAlert): void {
  if (closedMs === null) return;
  throw new Fault('conflict', 'alert.closed', `${closedBy?.name ?? 'somebody'} has closed this alert`);
}

function guardOwner({ owner }: StoredAlert, by: PersonRef): void {
  if (owner !== null && owner.id !== by.id) throw owned(owner);
}

/** Who it is stands in the fields, for the console to say. */
function owned(owner: PersonRef): Fault {
  return new Fault('conflict', 'alert.owned', `${owner.name} has this alert`, {
    fields: [{ path: 'owner', code: owner.id, message: owner.name }],
  });
}
