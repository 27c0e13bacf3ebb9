import { z } from 'zod';
import type { PersonRef } from './alerts.ts';
import { SEVERITIES, type Severity } from './events.ts';
import { areaCodeSchema, type MapPoint, pointSchema, versionSchema, wordsSchema } from './places.ts';
import { eventTypeKeySchema, indicatorCodeSchema, sectorKeySchema } from './sectors.ts';

/**
 * What happened in a sector and needs somebody: delivered by a feed, raised by a rule, reported by a citizen. It closes
 * by itself when its cause is gone. Times are ms since 1970.
 */

export const SECTOR_EVENT_STATES = ['open', 'acknowledged', 'closed', 'expired'] as const;
export type SectorEventState = (typeof SECTOR_EVENT_STATES)[number];
/** CAP 1.2 §3.2.2. */
export const URGENCIES = ['unknown', 'past', 'future', 'expected', 'immediate'] as const;
export const CERTAINTIES = ['unknown', 'unlikely', 'possible', 'likely', 'observed'] as const;

/** `alert`: an alert of a camera, which people work on as an alert. `camera`: what is wrong with a camera of ours. */
export const SECTOR_EVENT_SOURCES = ['feed', 'rule', 'report', 'person', 'alert', 'camera'] as const;

/** Among `cameraIds`: more cameras than are named. */
export const EVERY_CAMERA = '*';

export interface SectorEventView {
  readonly id: string;
  /** For people to name it: rises by one with each. */
  readonly number: number;
  readonly version: number;
  readonly sector: string;
  /** One of the sector's types, or a type of the house: `quality.silent`, `rule.threshold` … */
  readonly type: string;
  /** In both languages; hostile text is text. */
  readonly title: { readonly vi: string; readonly en: string };
  readonly detail: string;
  readonly severity: Severity;
  readonly urgency: (typeof URGENCIES)[number];
  readonly certainty: (typeof CERTAINTIES)[number];
  readonly occurredMs: number;
  readonly openedMs: number;
  readonly expiresMs: number | null;
  /** Until then somebody must have acted. */
  readonly dueMs: number | null;
  readonly place: (MapPoint & { readonly name: string }) | null;
  readonly areaCode: string | null;
  readonly unitId: string | null;
  readonly source: { readonly kind: (typeof SECTOR_EVENT_SOURCES)[number]; readonly id: string };
  /** Cameras that it tells of, at most 20, or `EVERY_CAMERA`: it is there for who may view each of them. */
  readonly cameraIds: readonly string[];
  /** Of a rule: what it is about and its value when it opened and now. */
  readonly indicator: string | null;
  readonly value: number | null;
  /** How often it came again while it was open. */
  readonly count: number;
  readonly lastMs: number;
  readonly state: SectorEventState;
  readonly acknowledgedMs: number | null;
  readonly acknowledgedBy: PersonRef | null;
  readonly closedMs: number | null;
  /** `null`: closed by itself. */
  readonly closedBy: PersonRef | null;
  readonly incidentId: string | null;
  readonly link: string | null;
  readonly synthetic: boolean;
}
export interface SectorEventStep {
  readonly timeMs: number;
  readonly by: PersonRef | null;
  readonly kind:
    | 'opened'
    | 'repeated'
    | 'changed'
    | 'acknowledged'
    | 'noted'
    | 'closed'
    | 'reopened'
    | 'expired'
    | 'joined'
    | 'left';
  /**
   * In a person's words; of what the program did, codes and values with colons: `severity:moderate:severe`, `overdue`,
   * `cause:cleared`.
   */
  readonly text: string;
}
export interface SectorEventDetails extends SectorEventView {
  readonly steps: readonly SectorEventStep[];
  /** Open events, media mentions and reports near it in place and time. */
  readonly related: readonly SectorEventView[];
}

export const sectorEventQuerySchema = z.object({
  /** `open` is everything that is neither closed nor expired. */
  state: z.enum(['open', 'over']).default('open'),
  sector: sectorKeySchema.optional(),
  area: areaCodeSchema.optional(),
  severity: z.enum(SEVERITIES).optional(),
  text: z.string().trim().max(200).optional(),
  fromMs: z.coerce.number().int().optional(),
  toMs: z.coerce.number().int().optional(),
  /** Only with a lower number, to page on. */
  before: z.coerce.number().int().min(1).optional(),
  limit: z.coerce.number().int().min(1).max(500).default(100),
});
/** Of the event that was looked at; another one is refused with `conflict`. Left out: whatever it is now. */
const version = z.number().int().min(0).optional();
export const acknowledgeInputSchema = z.object({ comment: z.string().trim().max(2000).default(''), version });
export const sectorEventNoteSchema = z.object({ text: z.string().trim().min(1).max(2000) });
export const sectorEventCloseSchema = z.object({
  comment: z.string().trim().min(1, 'say how it ended').max(2000),
  version,
});
/** Raised by a person. */
export const sectorEventInputSchema = z.object({
  sector: sectorKeySchema,
  type: eventTypeKeySchema,
  title: z.string().trim().min(1).max(200),
  /** Empty: as the title. */
  titleEn: z.string().trim().max(200).default(''),
  detail: z.string().trim().max(4000).default(''),
  /** When it happened, at most 30 days ago; left out: now. */
  occurredMs: z.number().int().optional(),
  severity: z.enum(SEVERITIES).optional(),
  place: pointSchema
    .extend({ name: z.string().trim().max(200).default('') })
    .nullable()
    .default(null),
  areaCode: areaCodeSchema.nullable().default(null),
});
export type SectorEventDraft = z.input<typeof sectorEventInputSchema>;

// ---- rules -----------------------------------------------------------------------------------------------------------

const common = {
  id: z.string().min(1).max(64),
  name: wordsSchema,
  enabled: z.boolean().default(true),
  /** What it raises; `null`: the type of the house for its kind. */
  raises: eventTypeKeySchema.nullable().default(null),
  version: versionSchema,
};

/**
 * `value`: the figure itself. `target`: figure less target. `plan`: figure less the target's linear course. `weekday`,
 * `year`: change in percent against the mean of the same weekdays (four weeks), against the same period a year ago.
 * `median`: times the median of the same time of the last 28 days; of what is weekly or slower, of the last 28 periods.
 * `sigma`: standard deviations above the mean of the same periods.
 */
export const THRESHOLD_BASES = ['value', 'target', 'plan', 'weekday', 'year', 'median', 'sigma'] as const;

export const sectorRuleSchema = z.discriminatedUnion('kind', [
  z.object({
    ...common,
    kind: z.literal('threshold'),
    indicator: indicatorCodeSchema,
    level: z.enum(['province', 'commune']).default('province'),
    basis: z.enum(THRESHOLD_BASES).default('value'),
    /** `both`: away from zero either way. */
    side: z.enum(['above', 'below', 'both']),
    /** Above counts over the limit only, not from it on. */
    strict: z.boolean().default(false),
    warn: z.number().nullable().default(null),
    critical: z.number().nullable().default(null),
    /** It ends when the value is back by so much past the threshold: hysteresis. */
    clearBy: z.number().min(0).default(0),
    /** It must hold for so long before it is told, and be gone for so long before it ends. */
    forMinutes: z.number().int().min(0).max(525_600).default(0),
    keepForMinutes: z.number().int().min(0).max(525_600).default(0),
  }),
  z.object({
    ...common,
    kind: z.literal('absence'),
    indicator: indicatorCodeSchema,
    /** One event for each silent unit, or one for all of them. */
    each: z.enum(['unit', 'all']).default('all'),
    /** From so many silent units on. */
    least: z.number().int().min(1).default(1),
    /** So many due periods in a row must be missing. */
    periods: z.number().int().min(1).max(1000).default(1),
  }),
  z.object({
    ...common,
    kind: z.literal('revision'),
    /** One that is delivered: what is reckoned follows. */
    indicator: indicatorCodeSchema,
    /** A value that stood for a while is changed by at least so many percent. */
    percent: z.number().min(0.1).max(10_000),
  }),
  z.object({
    ...common,
    kind: z.literal('correlation'),
    /** `sector.type`, or `sector.*`. */
    types: z.array(z.string().min(3).max(100)).min(1).max(20),
    withinMinutes: z.number().int().min(1).max(43_200),
    withinMetres: z.number().int().min(10).max(100_000),
    least: z.number().int().min(2).max(1000).default(2),
    /** Of at least so many different types. */
    leastTypes: z.number().int().min(1).max(20).default(1),
  }),
]);
export type SectorRule = z.output<typeof sectorRuleSchema>;
export type SectorRuleDraft = z.input<typeof sectorRuleSchema>;
/** What a rule would have told, had it been there; `null` where that cannot be told from what is kept. */
export interface RulePreview {
  readonly fromMs: number;
  readonly toMs: number;
  readonly events: number;
  /** Of those, the ones that became critical. */
  readonly critical: number;
  /** The newest, latest first. */
  readonly newest: readonly { readonly atMs: number; readonly areaCode: string | null; readonly value: number }[];
}

// ---- video in context ------------------------------------------------------------------------------------------------

export const nearCamerasQuerySchema = pointSchema.extend({
  latitude: z.coerce.number().min(-90).max(90),
  longitude: z.coerce.number().min(-180).max(180),
  radiusMetres: z.coerce.number().int().min(10).max(20_000).default(500),
  limit: z.coerce.number().int().min(1).max(16).default(4),
});
/** Those that the person may see; cameras that face the place first, then by distance. */
export interface NearCamera {
  readonly cameraId: string;
  readonly distanceMetres: number;
  /** From the camera to the place, degrees clockwise from north. */
  readonly bearing: number;
  /** `null` where nobody said where it looks. */
  readonly faces: boolean | null;
}
