import type { SectorEventDesk } from '../events/sector-events.ts';
import type { Catalogue } from '../interfaces.ts';
import type { RuleStates } from './rule-store.ts';

/** What each kind of rule needs to tell what it found, and to know what it has told. */
export interface JudgeDeps {
  readonly clock: { now(): number };
  readonly events: Pick<SectorEventDesk, 'open' | 'end' | 'revalue' | 'since'>;
  readonly states: RuleStates;
  readonly catalogue: Pick<Catalogue, 'isRestricted'>;
}

/** Of the event that a rule has opened about something: an area, a unit, a place. */
export function keyOf(ruleId: string, subject: string): string {
  return `rule:${ruleId}:${subject}`;
}
