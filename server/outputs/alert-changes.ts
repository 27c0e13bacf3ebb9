import type { AlertView } from '#contracts/alerts';
import { ESCALATION_LEVELS } from '#contracts/escalation';
import type { AlertChange } from '#contracts/outputs';

/** Tells from how an alert stood before and stands now what happened to it. */
export interface AlertChanges {
  of(alert: AlertView): AlertChange;
}

/** Alerts that are remembered; of one that is older it is told how it stands. */
const MOST = 5000;

export function createAlertChanges(): AlertChanges {
  const known = new Map<string, AlertView>();
  return {
    of(alert) {
      const before = known.get(alert.id);
      known.delete(alert.id);
      known.set(alert.id, alert);
      if (known.size > MOST) {
        const oldest = known.keys().next();
        if (oldest.done === false) known.delete(oldest.value);
      }
      return before === undefined ? standing(alert) : changeOf(before, alert);
    },
  };
}

function standing({ state, level, count }: AlertView): AlertChange {
  if (state !== 'new') return state;
  if (level !== ESCALATION_LEVELS[0]) return 'escalated';
  return count > 1 ? 'repeated' : 'opened';
}

function changeOf(before: AlertView, now: AlertView): AlertChange {
  if (before.state !== now.state) {
    if (before.state === 'closed') return 'reopened';
    return now.state === 'new' ? 'released' : now.state;
  }
  if (now.state === 'dispatched' && before.unit !== now.unit) return 'dispatched';
  if (before.owner?.id !== now.owner?.id) return now.owner === null ? 'released' : 'claimed';
  if (ESCALATION_LEVELS.indexOf(now.level) > ESCALATION_LEVELS.indexOf(before.level)) return 'escalated';
  // At the last level it is told again by a new clock alone.
  if (now.state === 'new' && now.count === before.count && now.escalatesMs !== before.escalatesMs) return 'escalated';
  return now.count > before.count ? 'repeated' : 'changed';
}
