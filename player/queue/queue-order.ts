import type { AlertView } from '#contracts/alerts';
import type { SectorEventView } from '#contracts/sector-events';
import { SEVERITIES, type Severity } from '#contracts/severity';

/** Whatever needs somebody, of cameras and of sectors alike. Times are ms since 1970. */
interface Common {
  readonly id: string;
  readonly severity: Severity;
  /** Until then somebody must have acted; `null`: no clock runs. */
  readonly dueMs: number | null;
  readonly openedMs: number;
  /** Alerts are of the sector of the cameras. */
  readonly sector: string;
  /** Somebody has it. */
  readonly taken: boolean;
  readonly over: boolean;
}
export interface AlertItem extends Common {
  readonly kind: 'alert';
  readonly alert: AlertView;
}
export interface EventItem extends Common {
  readonly kind: 'event';
  readonly event: SectorEventView;
}
export type QueueItem = AlertItem | EventItem;

export const CAMERA_SECTOR = 'camera';

export function itemOfAlert(alert: AlertView): AlertItem {
  return {
    kind: 'alert',
    id: alert.id,
    severity: alert.severity,
    dueMs: alert.escalatesMs,
    openedMs: alert.openedMs,
    sector: CAMERA_SECTOR,
    taken: alert.owner !== null,
    over: alert.state === 'closed',
    alert,
  };
}

export function itemOfEvent(event: SectorEventView): EventItem {
  return {
    kind: 'event',
    id: event.id,
    severity: event.severity,
    // Once somebody has it, its clock has done its work.
    dueMs: event.acknowledgedMs === null ? event.dueMs : null,
    openedMs: event.openedMs,
    sector: event.sector,
    taken: event.acknowledgedMs !== null,
    over: event.state === 'closed' || event.state === 'expired',
    event,
  };
}

/** The worst first; of those, whose time runs out first; what nobody has before what somebody has; the newest first. */
export function byUrgency(a: QueueItem, b: QueueItem): number {
  return (
    SEVERITIES.indexOf(b.severity) - SEVERITIES.indexOf(a.severity) ||
    compare(a.dueMs ?? Number.POSITIVE_INFINITY, b.dueMs ?? Number.POSITIVE_INFINITY) ||
    Number(a.taken) - Number(b.taken) ||
    b.openedMs - a.openedMs ||
    (a.id < b.id ? -1 : 1)
  );
}

/** A difference of two infinities is no number. */
function compare(a: number, b: number): number {
  return a === b ? 0 : a < b ? -1 : 1;
}

export interface QueueFilter {
  readonly sector: string | null;
  readonly which: 'all' | 'untaken';
}
export const WHOLE_QUEUE: QueueFilter = { sector: null, which: 'all' };

export function queueOf(
  alerts: readonly AlertView[],
  events: readonly SectorEventView[],
  filter: QueueFilter,
): readonly QueueItem[] {
  // Of an alert that is listed itself, its event in the sector of the cameras says nothing more.
  const listed = new Set(alerts.map(({ id }) => id));
  const others = events.filter(({ source }) => source.kind !== 'alert' || !listed.has(source.id));
  return [...alerts.map(itemOfAlert), ...others.map(itemOfEvent)]
    .filter(
      (item) =>
        !item.over &&
        (filter.sector === null || item.sector === filter.sector) &&
        (filter.which === 'all' || !item.taken),
    )
    .sort(byUrgency);
}

/** ms of a recording around the time of an event: what led to it, and what came of it. */
export const BEFORE_MS = 60_000;
export const AFTER_MS = 120_000;

export function clipRange(
  occurredMs: number,
  nowMs: number,
): { readonly fromMs: number; readonly toMs: number } | null {
  const toMs = Math.min(occurredMs + AFTER_MS, nowMs);
  const fromMs = occurredMs - BEFORE_MS;
  return fromMs >= nowMs ? null : { fromMs, toMs };
}
