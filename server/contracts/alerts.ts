import { z } from 'zod';
import type { Role } from './access.ts';
import type { EscalationLevel } from './escalation.ts';
import type { DetectionData, EventType, Severity } from './events.ts';
import { SEVERITIES } from './events.ts';

/**
 * An alert is an event that a person must see, and what people did about it: `new → claimed → dispatched → closed`. It
 * has one owner at most; whose clock runs out, it goes up a level. Times are ms since 1970.
 */

export const ALERT_STATES = ['new', 'claimed', 'dispatched', 'closed'] as const;
export type AlertState = (typeof ALERT_STATES)[number];

/** `nuisance`: it is as the rule says, and nobody needs to know. */
export const VERDICTS = ['true', 'false', 'nuisance'] as const;
export type Verdict = (typeof VERDICTS)[number];

/** Why it is closed; each belongs to a verdict. */
export const CLOSE_REASONS = {
  true: ['handled', 'arrest', 'warned', 'rescued', 'passedOn', 'other'],
  false: ['wrongObject', 'shadowOrLight', 'animal', 'weather', 'pictureFault', 'other'],
  nuisance: ['allowedPerson', 'usualTraffic', 'staff', 'test', 'other'],
} as const satisfies Readonly<Record<Verdict, readonly string[]>>;
export type CloseReason = (typeof CLOSE_REASONS)[Verdict][number];

export interface PersonRef {
  readonly id: string;
  readonly name: string;
}

export interface AlertView {
  readonly id: string;
  /** For people to name it: rises by one with each alert. */
  readonly number: number;
  /** Rises with each change; who acts on an older one is refused with `conflict` where it matters. */
  readonly version: number;
  readonly state: AlertState;
  readonly severity: Severity;
  readonly cameraId: string;
  /** Of the event that opened it; later ones of the same rule and object only count. */
  readonly eventType: EventType;
  readonly eventId: string;
  readonly openedMs: number;
  readonly detection: DetectionData;
  /** Events that were merged into it. */
  readonly count: number;
  readonly lastEventMs: number;
  readonly receivers: readonly Role[];
  readonly level: EscalationLevel;
  /** When it goes up a level, or, at the last one, is told again; `null` once it is claimed. */
  readonly escalatesMs: number | null;
  readonly owner: PersonRef | null;
  readonly claimedMs: number | null;
  /** Who was sent, in the owner's words. */
  readonly unit: string | null;
  readonly dispatchedMs: number | null;
  readonly closedMs: number | null;
  readonly closedBy: PersonRef | null;
  readonly verdict: Verdict | null;
  readonly reason: CloseReason | null;
  readonly closeNote: string | null;
  readonly incidentId: string | null;
}

/** What was done, in order; nothing of it is ever changed. `by` is `null` for the program itself. */
export interface AlertStep {
  readonly sequence: number;
  readonly timeMs: number;
  readonly by: PersonRef | null;
  readonly step:
    | { readonly kind: 'opened' }
    | { readonly kind: 'repeated'; readonly eventId: string }
    | { readonly kind: 'escalated'; readonly level: EscalationLevel }
    | { readonly kind: 'claimed'; readonly from: PersonRef | null }
    | { readonly kind: 'released' }
    | { readonly kind: 'dispatched'; readonly unit: string }
    | { readonly kind: 'noted'; readonly text: string }
    | { readonly kind: 'closed'; readonly verdict: Verdict; readonly reason: CloseReason; readonly note: string }
    | { readonly kind: 'reopened' }
    | { readonly kind: 'joined'; readonly incidentId: string }
    | { readonly kind: 'left'; readonly incidentId: string };
}
export interface AlertDetails extends AlertView {
  readonly steps: readonly AlertStep[];
}

const text = (most: number) => z.string().trim().max(most);

export const alertQuerySchema = z.object({
  /** `open` is everything but closed. */
  state: z.enum(['open', 'closed']).default('open'),
  cameraId: z.string().max(64).optional(),
  ruleId: z.string().max(64).optional(),
  severity: z.enum(SEVERITIES).optional(),
  /** Only with a lower number, to page on. */
  before: z.coerce.number().int().min(1).optional(),
  limit: z.coerce.number().int().min(1).max(500).default(100),
});

/** `takeOver`: also from somebody else, which needs `alert.close`. */
export const claimInputSchema = z.object({ takeOver: z.boolean().default(false) });
export const dispatchInputSchema = z.object({ unit: text(120).min(1, 'who was sent?') });
export const noteInputSchema = z.object({ text: text(2000).min(1, 'a note needs words') });
export const closeInputSchema = z
  .object({
    verdict: z.enum(VERDICTS),
    reason: z.string(),
    /** Needed where the reason is `other`. */
    note: text(2000).default(''),
  })
  .refine(({ verdict, reason }) => CLOSE_REASONS[verdict].some((known) => known === reason), {
    path: ['reason'],
    message: 'choose a reason that belongs to the verdict',
  })
  .refine(({ reason, note }) => reason !== 'other' || note !== '', { path: ['note'], message: 'say what it was' })
  .transform((input) => ({ ...input, reason: input.reason as CloseReason }));

/** What a shift leaves to the next. */
export interface HandoverView {
  readonly id: string;
  readonly timeMs: number;
  readonly by: PersonRef;
  readonly note: string;
  /** Those that were open, by number. */
  readonly openAlerts: readonly number[];
  readonly takenBy: PersonRef | null;
  readonly takenMs: number | null;
}
export const handoverInputSchema = z.object({ note: text(4000).default('') });

// ---- how good the alerts are -----------------------------------------------------------------------------------------

export const qualityQuerySchema = z.object({ days: z.coerce.number().int().min(1).max(365).default(30) });

/** Of one rule of one camera, over the days that were asked for. */
export interface RuleQuality {
  readonly cameraId: string;
  readonly ruleId: string;
  readonly ruleName: string;
  readonly opened: number;
  readonly true: number;
  readonly false: number;
  readonly nuisance: number;
  /** true ÷ (true + false + nuisance); `null` while none is closed. */
  readonly precision: number | null;
  /** For each hour in which somebody was signed in to work on alerts; `null` where none was. */
  readonly perOperatorHour: number | null;
  /** From opened to claimed, ms. */
  readonly acknowledgeP50Ms: number | null;
  readonly acknowledgeP95Ms: number | null;
  readonly suggestion: RuleSuggestion | null;
}
/** What would have kept wrong alerts away, computed from the closed ones. */
export interface RuleSuggestion {
  readonly id: string;
  readonly change:
    | { readonly kind: 'leastScore'; readonly from: number; readonly to: number }
    | { readonly kind: 'leastHeight'; readonly from: number; readonly to: number }
    /** Cut out of the rule's area: the corners of a box, as shares of the picture. */
    | {
        readonly kind: 'exclude';
        readonly left: number;
        readonly top: number;
        readonly right: number;
        readonly bottom: number;
      };
  /** Of the closed alerts, so many wrong and so many true ones would not have been raised. */
  readonly wrongAvoided: number;
  readonly trueLost: number;
  readonly appliedMs: number | null;
}

// ---- incidents -------------------------------------------------------------------------------------------------------

export const INCIDENT_STATES = ['open', 'closed'] as const;
export type IncidentState = (typeof INCIDENT_STATES)[number];

export interface IncidentView {
  readonly id: string;
  readonly number: number;
  readonly version: number;
  readonly title: string;
  readonly description: string;
  readonly severity: Severity;
  readonly state: IncidentState;
  /** WGS 84, degrees; `null` where nobody said. */
  readonly place: { readonly name: string; readonly latitude: number | null; readonly longitude: number | null } | null;
  readonly openedMs: number;
  readonly openedBy: PersonRef;
  readonly closedMs: number | null;
  readonly lead: PersonRef | null;
  readonly alertIds: readonly string[];
  /** Those that the person may see. */
  readonly cameraIds: readonly string[];
  readonly people: readonly PersonRef[];
  readonly exhibitCount: number;
}

/** One line of an incident; only ever added to. */
export interface IncidentEntry {
  readonly sequence: number;
  readonly timeMs: number;
  readonly by: PersonRef | null;
  readonly entry:
    | { readonly kind: 'opened' }
    | { readonly kind: 'changed'; readonly what: readonly ('title' | 'description' | 'severity' | 'place' | 'lead')[] }
    | { readonly kind: 'note'; readonly text: string }
    | { readonly kind: 'alertJoined' | 'alertLeft'; readonly alertId: string; readonly alertNumber: number }
    /** Something that happened in a sector; `eventNumber` is what people name it by. */
    | {
        readonly kind: 'eventJoined' | 'eventLeft';
        readonly eventId: string;
        readonly eventNumber: number;
        readonly sector: string;
      }
    | { readonly kind: 'reportJoined' | 'reportLeft'; readonly reportId: string; readonly reportNumber: number }
    | { readonly kind: 'cameraAdded' | 'cameraRemoved'; readonly cameraId: string }
    | { readonly kind: 'personAdded' | 'personRemoved'; readonly person: PersonRef }
    | { readonly kind: 'exhibitAdded'; readonly exhibit: Exhibit }
    | { readonly kind: 'closed'; readonly note: string }
    | { readonly kind: 'reopened' };
}

/** Kept with the incident, known by what it is: its fingerprint. */
export interface Exhibit {
  readonly id: string;
  readonly kind: 'snapshot' | 'clip' | 'file';
  readonly name: string;
  readonly cameraId: string | null;
  readonly fromMs: number | null;
  readonly toMs: number | null;
  /** Lower-case hexadecimal; `null` while a clip is being made. */
  readonly sha256: string | null;
  readonly bytes: number | null;
  /** Of a clip: the export that made it. */
  readonly exportId: string | null;
  /** Of a clip: keeps the recording behind it; `null` where who took it may not hold recordings. */
  readonly holdId: string | null;
  /** Of a clip that could not be made: a fault code, as of an export. */
  readonly error: string | null;
}
export interface IncidentDetails extends IncidentView {
  readonly entries: readonly IncidentEntry[];
  readonly exhibits: readonly Exhibit[];
}

const placeSchema = z.object({
  name: text(200),
  latitude: z.number().min(-90).max(90).nullable(),
  longitude: z.number().min(-180).max(180).nullable(),
});
export const incidentInputSchema = z.object({
  title: text(200).min(1, 'an incident needs a title'),
  description: text(4000).default(''),
  severity: z.enum(SEVERITIES).default('moderate'),
  place: placeSchema.nullable().default(null),
  alertIds: z.array(z.string().min(1).max(64)).max(200).default([]),
  cameraIds: z.array(z.string().min(1).max(64)).max(100).default([]),
});
export const incidentChangeSchema = incidentInputSchema
  .pick({ title: true, description: true, severity: true, place: true })
  .extend({ leadId: z.string().max(64).nullable(), version: z.number().int().min(0) });
export const incidentQuerySchema = z.object({
  state: z.enum(INCIDENT_STATES).optional(),
  before: z.coerce.number().int().min(1).optional(),
  limit: z.coerce.number().int().min(1).max(200).default(50),
});
export const incidentAlertsSchema = z.object({ alertIds: z.array(z.string().min(1).max(64)).min(1).max(200) });
/** A phone that joins an incident with its camera; `name` is what the camera is called. */
export const phoneShareInputSchema = z.object({ name: text(120).min(1) });
export interface PhoneShare {
  readonly incident: IncidentDetails;
  readonly cameraId: string;
  /** The end of a link to `/share`; shown this one time. */
  readonly streamKey: string;
}
export const incidentCloseSchema = z.object({ note: text(4000).min(1, 'how did it end?') });
/** What is taken into the incident: the picture of an alert, or a recorded range. */
export const exhibitInputSchema = z.discriminatedUnion('kind', [
  z.object({ kind: z.literal('snapshot'), alertId: z.string().min(1).max(64) }),
  z
    .object({
      kind: z.literal('clip'),
      cameraId: z.string().min(1).max(64),
      fromMs: z.number().int().min(0),
      toMs: z.number().int().min(0),
      /** For the record of who takes what out, as with any export. */
      reason: text(500).min(3, 'say what for'),
    })
    .refine(({ fromMs, toMs }) => fromMs < toMs && toMs - fromMs <= 3_600_000, 'a clip is at most an hour long'),
]);
