import { z } from 'zod';
import type { Severity } from './events.ts';
import type { Words } from './places.ts';

/** What else tells of an incident: mentions in the media, citizens' reports, events of the sectors. */

export const INCIDENT_LINK_KINDS = ['event', 'report'] as const;

export interface IncidentLink {
  readonly kind: (typeof INCIDENT_LINK_KINDS)[number];
  readonly id: string;
  /** What people name it by. */
  readonly number: number;
  readonly sector: string;
  readonly title: Words;
  /** Of an event of its type; `null` of a report, whose severity nobody says. */
  readonly severity: Severity | null;
  /** ms since 1970. */
  readonly occurredMs: number;
  /** From the incident's place; `null` where one of them has none. */
  readonly metres: number | null;
  /** Why it is suggested: it is near, it is in the same area, or it speaks of the same. */
  readonly why: 'near' | 'area' | 'words';
  readonly synthetic: boolean;
}
/** As far as the person may see it. */
export interface IncidentLinks {
  /** What was made part of the incident, in the order of numbers. */
  readonly linked: readonly IncidentLink[];
  /** The nearest first; what says no place after those, the newest first. */
  readonly suggested: readonly IncidentLink[];
  /** Where and since when they were looked for. */
  readonly metres: number;
  readonly fromMs: number;
}

export const incidentLinkInputSchema = z.object({
  kind: z.enum(INCIDENT_LINK_KINDS),
  id: z.string().min(1).max(64),
});
