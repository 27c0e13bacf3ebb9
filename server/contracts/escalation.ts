import type { Role } from './access.ts';

/** Who has to see that somebody acts. Nobody claims within the time of a level: the next is told as well. */
export const ESCALATION_LEVELS = ['operator', 'shiftLead', 'dutyOfficer'] as const;
export type EscalationLevel = (typeof ESCALATION_LEVELS)[number];

/** Who is told from a level on, besides the rule's receivers. */
const JOINING: Readonly<Record<EscalationLevel, readonly Role[]>> = {
  operator: [],
  shiftLead: ['shift_lead'],
  dutyOfficer: ['leader'],
};

/** The roles that an alert calls at the level where it stands: the rule's receivers, and who joined on the way up. */
export function calledRoles(alert: {
  readonly receivers: readonly Role[];
  readonly level: EscalationLevel;
}): readonly Role[] {
  const reached = ESCALATION_LEVELS.slice(0, ESCALATION_LEVELS.indexOf(alert.level) + 1);
  return [...new Set([...alert.receivers, ...reached.flatMap((each) => JOINING[each])])];
}
