import type { Role } from '#contracts/access';
import type { AlertView } from '#contracts/alerts';
import type { EscalationLevel } from '#contracts/escalation';
import { calledRoles, ESCALATION_LEVELS } from '#contracts/escalation';
import { SEVERITIES, type Severity } from '#contracts/severity';

/** What the list shows of all alerts. */
export interface AlertFilter {
  readonly which: 'open' | 'new' | 'mine' | 'closed';
  readonly atLeast: Severity;
  readonly cameraId: string | null;
}
export const OPEN_ALERTS: AlertFilter = { which: 'open', atLeast: 'unknown', cameraId: null };
/** For who looks on: what is serious, and by one click the rest. */
export const SERIOUS_ALERTS: AlertFilter = { ...OPEN_ALERTS, atLeast: 'severe' };

export function isOpen({ state }: Pick<AlertView, 'state'>): boolean {
  return state !== 'closed';
}

/** One that was closed a moment ago still passes: the list lets it go when nobody is busy in it. */
export function passes(alert: AlertView, filter: AlertFilter, userId: string): boolean {
  if (filter.cameraId !== null && alert.cameraId !== filter.cameraId) return false;
  if (severityOf(alert) < SEVERITIES.indexOf(filter.atLeast)) return false;
  if (filter.which === 'new') return alert.state === 'new';
  if (filter.which === 'mine') return isOpen(alert) && alert.owner?.id === userId;
  return filter.which === 'closed' ? !isOpen(alert) : isOpen(alert);
}

/** The worst first; of those, whose time runs out first; what is somebody's comes after what is nobody's. */
export function byUrgency(a: AlertView, b: AlertView): number {
  return (
    severityOf(b) - severityOf(a) ||
    (a.escalatesMs ?? Number.POSITIVE_INFINITY) - (b.escalatesMs ?? Number.POSITIVE_INFINITY) ||
    b.number - a.number
  );
}

/** The last closed first. */
export function byClosing(a: AlertView, b: AlertView): number {
  return (b.closedMs ?? 0) - (a.closedMs ?? 0) || b.number - a.number;
}

function severityOf({ severity }: AlertView): number {
  return SEVERITIES.indexOf(severity);
}

/**
 * Where a list keeps its rows while somebody is busy in it: the order of `held` stays, what is new waits at the end of
 * the answer's `waiting`, and what does not pass any more stays as long as `all` knows it.
 */
export function heldOrder<Item extends { readonly id: string }>(
  held: readonly string[],
  passing: readonly Item[],
  all: ReadonlyMap<string, Item>,
): { readonly shown: readonly Item[]; readonly waiting: number } {
  const inPlace = new Set(held);
  return {
    shown: held.flatMap((id) => all.get(id) ?? []),
    waiting: passing.filter(({ id }) => !inPlace.has(id)).length,
  };
}

/** ms until it goes up a level, below 0 when that is due; `null` where no clock runs. */
export function untilEscalation({ escalatesMs }: AlertView, nowMs: number): number | null {
  return escalatesMs === null ? null : escalatesMs - nowMs;
}

/** `0:42`, `12:05`, `1:02:03`; 0 for what has passed. */
export function clockText(ms: number): string {
  const whole = Math.max(0, Math.ceil(ms / 1000));
  const two = (value: number): string => String(value).padStart(2, '0');
  const [hours, minutes, seconds] = [Math.floor(whole / 3600), Math.floor(whole / 60) % 60, whole % 60];
  return hours > 0 ? `${hours}:${two(minutes)}:${two(seconds)}` : `${minutes}:${two(seconds)}`;
}

/** Whether an alert, at the level where it stands, is meant for somebody with these roles. */
export function concerns(alert: Pick<AlertView, 'receivers' | 'level'>, roles: readonly Role[]): boolean {
  return calledRoles(alert).some((role) => roles.includes(role));
}

/**
 * Why a change of an alert deserves a sound: it is new, or new again because it was given back, or nobody came and it
 * went up or is told again.
 */
export function callOf(
  known: Pick<AlertView, 'state' | 'level' | 'escalatesMs' | 'version'> | undefined,
  alert: AlertView,
): 'opened' | 'escalated' | null {
  if (alert.state !== 'new' || (known !== undefined && known.version >= alert.version)) return null;
  const rank = (level: EscalationLevel): number => ESCALATION_LEVELS.indexOf(level);
  if (known === undefined) return rank(alert.level) > 0 ? 'escalated' : 'opened';
  if (known.state !== 'new') return 'opened';
  return rank(alert.level) > rank(known.level) || isToldAgain(known, alert) ? 'escalated' : null;
}

/** At the last level only a later clock says so; what is merged into an alert can but bring its clock forward. */
function isToldAgain(known: Pick<AlertView, 'escalatesMs'>, { level, escalatesMs }: AlertView): boolean {
  if (level !== ESCALATION_LEVELS.at(-1) || known.escalatesMs === null || escalatesMs === null) return false;
  return escalatesMs > known.escalatesMs;
}

/** The worst open alert of each camera. */
export function worstByCamera(alerts: readonly AlertView[]): ReadonlyMap<string, Severity> {
  const worst = new Map<string, Severity>();
  for (const alert of alerts) {
    const known = worst.get(alert.cameraId);
    if (!isOpen(alert)) continue;
    if (known === undefined || SEVERITIES.indexOf(alert.severity) > SEVERITIES.indexOf(known))
      worst.set(alert.cameraId, alert.severity);
  }
  return worst;
}
