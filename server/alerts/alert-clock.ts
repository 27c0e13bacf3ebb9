import { ESCALATION_LEVELS, type EscalationLevel } from '#contracts/escalation';
import type { Severity } from '#contracts/events';

/** Seconds in which somebody must claim an alert, by level; at the last one, after which it is told again. */
export type LevelSeconds = Readonly<Record<EscalationLevel, number>>;

/** Share of the time that is left for what cannot wait. */
const HURRY: Readonly<Record<Severity, number>> = { unknown: 1, minor: 1, moderate: 1, severe: 1 / 2, extreme: 1 / 4 };
/** Who was told again and again is not helped by being told each minute. */
const LONGEST_PAUSE_MS = 3_600_000;

/** ms that a level has. `retold`: how often it was told again there. */
export function patienceMs(
  seconds: LevelSeconds,
  { level, severity, retold }: { level: EscalationLevel; severity: Severity; retold: number },
): number {
  const ms = Math.round(seconds[level] * 1000 * HURRY[severity]);
  return level === LAST_LEVEL ? Math.min(Math.max(ms, LONGEST_PAUSE_MS), ms * 2 ** Math.min(retold, 30)) : ms;
}

export const FIRST_LEVEL: EscalationLevel = 'operator';
export const LAST_LEVEL: EscalationLevel = 'dutyOfficer';

/** The last one stays. */
export function levelAbove(level: EscalationLevel): EscalationLevel {
  return ESCALATION_LEVELS[ESCALATION_LEVELS.indexOf(level) + 1] ?? LAST_LEVEL;
}
