import { z } from 'zod';
import type { Severity } from './events.ts';
import { areaCodeSchema, versionSchema, wordsSchema } from './places.ts';
import type { Scores } from './quality.ts';
import { eventTypeKeySchema, indicatorCodeSchema, sectorKeySchema } from './sector-keys.ts';

/**
 * Sectors of government, their indicators, and the figures that come of what departments deliver. Values are never
 * typed percentages: a ratio is computed of its parts, over areas and time as well. Times are ms since 1970.
 */

export { eventTypeKeySchema, indicatorCodeSchema, sectorKeySchema };

// ---- periods ---------------------------------------------------------------------------------------------------------

export const CADENCES = [
  'minute',
  'fiveMinutes',
  'quarterHour',
  'hour',
  'day',
  'week',
  'month',
  'quarter',
  'year',
] as const;
export type Every = (typeof CADENCES)[number];

/** When values are for and when they must be here, in the province's time zone. */
export const cadenceSchema = z.object({
  every: z.enum(CADENCES),
  /** Of `month`, `quarter` and `year`: the day of the month on which they begin (25: from the 25th to the 25th). */
  startDay: z.number().int().min(1).max(28).default(1),
  /** Of `day` and above: minutes after midnight at which they begin. */
  startMinute: z.number().int().min(0).max(1439).default(0),
  /** On which days (of `day` and below) a value is due at all. */
  days: z.enum(['all', 'working', 'school']).default('all'),
  /** Minutes from the end of a period until its value is due; negative where it is due before the period ends. */
  lagMinutes: z.number().int().min(-1440).max(525_600).default(0),
  /** Minutes after that until it is late. */
  graceMinutes: z.number().int().min(0).max(525_600).default(0),
});
export type Cadence = z.output<typeof cadenceSchema>;
export interface Period {
  readonly startMs: number;
  /** The first moment that is no longer in it. */
  readonly endMs: number;
}

// ---- sectors and indicators ------------------------------------------------------------------------------------------

export const sectorInputSchema = z.object({
  name: wordsSchema,
  owningUnitId: z.string().max(64).nullable().default(null),
  position: z.number().int().min(0).max(999).default(0),
  enabled: z.boolean().default(true),
  /** The indicator on the tile. */
  headline: indicatorCodeSchema.nullable().default(null),
  /** Of the page, in order; those that are left out follow. */
  layout: z.array(indicatorCodeSchema).max(100).default([]),
  version: versionSchema,
});
export type SectorInput = z.output<typeof sectorInputSchema>;

/** What can happen in a sector. */
export const sectorEventTypeSchema = z.object({
  key: eventTypeKeySchema,
  name: wordsSchema,
  severity: z.enum(['unknown', 'minor', 'moderate', 'severe', 'extreme']).default('moderate'),
  /** Minutes until somebody must have acted; `null`: no clock. */
  dueMinutes: z.number().int().min(1).max(525_600).nullable().default(null),
  /** Minutes after which it is over by itself; `null`: until it is closed. */
  expiresMinutes: z.number().int().min(1).max(525_600).nullable().default(null),
  /** Never shown to those who see only cameras; `vn.tamnhin` types of our own cameras are listed here as well. */
  confidentiality: z.enum(['public', 'internal', 'restricted']).default('internal'),
});
export type SectorEventType = z.output<typeof sectorEventTypeSchema>;

/** Event types are replaced where they are given. */
export const sectorChangeSchema = sectorInputSchema.extend({
  eventTypes: z.array(sectorEventTypeSchema).max(100).readonly().optional(),
});
export const newSectorSchema = sectorChangeSchema.extend({ key: sectorKeySchema });

export interface SectorView extends SectorInput {
  readonly key: string;
  readonly eventTypes: readonly SectorEventType[];
}

/** Sum of values, each times its factor. */
export const termsSchema = z
  .array(z.object({ indicator: indicatorCodeSchema, factor: z.number().min(-1e9).max(1e9).default(1) }))
  .min(1)
  .max(20);
export type Terms = z.output<typeof termsSchema>;

/** What must hold among values of one area and period: left = right, give or take `tolerance` (in units of the value). */
export const identitySchema = z.object({
  key: eventTypeKeySchema,
  name: wordsSchema,
  left: termsSchema,
  right: termsSchema,
  tolerance: z.number().min(0).max(1e12).default(0),
});
export type Identity = z.output<typeof identitySchema>;

/**
 * `stock`: how much there is; summed over areas, the last one over time. `flow`: how much came; summed over both.
 * `ratio`: computed of its parts, never delivered. `index`: delivered for each area by itself; never summed.
 */
export const INDICATOR_KINDS = ['stock', 'flow', 'ratio', 'index'] as const;
export const CONFIDENTIALITIES = ['public', 'internal', 'restricted'] as const;
export type Confidentiality = (typeof CONFIDENTIALITIES)[number];

export const indicatorInputSchema = z
  .object({
    name: wordsSchema,
    /** As it is written behind the value: `%`, `hồ sơ`. */
    unit: wordsSchema,
    kind: z.enum(INDICATOR_KINDS),
    /** Of a ratio: scale × numerator ÷ denominator. */
    formula: z
      .object({ numerator: termsSchema, denominator: termsSchema, scale: z.number().min(1e-9).max(1e9).default(100) })
      .nullable()
      .default(null),
    /** `false`: a part of others, on no page of its own. */
    shown: z.boolean().default(true),
    decimals: z.number().int().min(0).max(6).default(0),
    cadence: cadenceSchema,
    /** For which areas it is delivered. */
    level: z.enum(['province', 'commune']).default('commune'),
    better: z.enum(['up', 'down', 'none']).default('none'),
    /** What a delivered value can be at all. */
    least: z.number().nullable().default(0),
    most: z.number().nullable().default(null),
    whole: z.boolean().default(false),
    /** A ratio of fewer than so many in the denominator is not judged. */
    minVolume: z.number().min(0).default(0),
    /** Outside the house, cells with fewer than so many are left out. */
    smallestPublic: z.number().int().min(0).default(0),
    /** What values are split by, besides area: `{"disease": ["dengue", "hfmd"]}`; an empty list takes any word. */
    dimensions: z.record(eventTypeKeySchema, z.array(z.string().trim().min(1).max(64)).max(500)).default({}),
    confidentiality: z.enum(CONFIDENTIALITIES).default('internal'),
    legalBasis: z.string().trim().max(400).default(''),
    /** ISO 37120, 37122 or 37123, where it is one of theirs. */
    isoRef: z.string().trim().max(40).default(''),
    version: versionSchema,
  })
  .refine(({ kind, formula }) => (kind === 'ratio') === (formula !== null), {
    path: ['formula'],
    message: 'a ratio, and nothing else, has a formula',
  });
export type IndicatorInput = z.output<typeof indicatorInputSchema>;
export interface Indicator extends IndicatorInput {
  readonly code: string;
  /** The sector's key: what stands before the dot. */
  readonly sector: string;
}

export const targetInputSchema = z.object({
  areaCode: areaCodeSchema,
  periodStartMs: z.number().int(),
  periodEndMs: z.number().int(),
  value: z.number(),
  /** `linear`: it is approached evenly over the period; `flat`: it holds at each moment. */
  course: z.enum(['flat', 'linear']).default('flat'),
});
export type Target = z.output<typeof targetInputSchema>;
export const targetsInputSchema = z.array(targetInputSchema).max(20_000);
/** What was there and is not to be any more, and what is to be there: refused whole where one of `removed` is not so any more. */
export const targetChangeSchema = z.object({
  removed: z.array(targetInputSchema).max(500).default([]),
  added: z.array(targetInputSchema).max(500).default([]),
});
export type TargetChange = z.output<typeof targetChangeSchema>;
export const targetResultQuerySchema = z.object({ sector: sectorKeySchema.optional() });
/** How many of the targets in force a unit reaches, of those for which there are figures. */
export interface TargetResult {
  readonly unitId: string;
  readonly reached: number;
  readonly of: number;
}

/** A file of `config/sectors`: one sector as it is seeded, which an administrator can change afterwards. */
export const sectorSeedSchema = z.object({
  key: sectorKeySchema,
  sector: sectorInputSchema,
  indicators: z.record(indicatorCodeSchema, indicatorInputSchema),
  identities: z.array(identitySchema).max(100).default([]),
  eventTypes: z.array(sectorEventTypeSchema).max(100).default([]),
  /** As `sectorRuleSchema` of sector-events.ts. */
  rules: z.array(z.unknown()).max(200).default([]),
});

// ---- observations ----------------------------------------------------------------------------------------------------

export const OBSERVATION_STATUSES = ['provisional', 'final', 'revised', 'estimated'] as const;
export type ObservationStatus = (typeof OBSERVATION_STATUSES)[number];

/** Why a cell has no value; `nothing` is a reported zero ("không phát sinh"). */
export const NO_VALUE_REASONS = ['nothing', 'notMeasured', 'notYet', 'withheld', 'other'] as const;
export type NoValueReason = (typeof NO_VALUE_REASONS)[number];

/** One value as it was delivered. Nothing of it is ever changed: the newest revision of a cell counts. */
export interface ObservationView {
  readonly indicator: string;
  readonly areaCode: string;
  readonly unitId: string | null;
  readonly dims: Readonly<Record<string, string>>;
  readonly periodStartMs: number;
  readonly periodEndMs: number;
  readonly value: number | null;
  readonly reason: NoValueReason | null;
  readonly status: ObservationStatus;
  /** When it was so, and when the sender computed it. */
  readonly phenomenonMs: number;
  readonly resultMs: number | null;
  readonly receivedMs: number;
  readonly feedId: string;
  readonly feedName: string;
  readonly batchId: string;
  /** Of the batch, 1 is the first. */
  readonly row: number;
  /** Who delivered the batch. */
  readonly sender: string;
  /** 1 is the first value of this cell. */
  readonly revision: number;
  readonly newest: boolean;
  /** Its batch was taken back. */
  readonly undone: boolean;
  /** Far from what is usual, until a person confirms it. */
  readonly unconfirmed: boolean;
}

export const observationQuerySchema = z.object({
  indicator: indicatorCodeSchema,
  area: areaCodeSchema,
  periodStartMs: z.coerce.number().int(),
});

// ---- figures ---------------------------------------------------------------------------------------------------------

/**
 * `stale`: the newest value is older than it may be; it is shown with its age, greyed. `missing`: there is none.
 */
export const FIGURE_STATES = ['fresh', 'stale', 'missing'] as const;
export type FigureState = (typeof FIGURE_STATES)[number];
export type FigureBand = 'normal' | 'warn' | 'critical';

export interface Figure {
  readonly indicator: string;
  readonly areaCode: string;
  readonly period: Period;
  /** `null`: missing, or nothing to divide by. */
  readonly value: number | null;
  /** Of a ratio; both before the scale. */
  readonly numerator: number | null;
  readonly denominator: number | null;
  readonly state: FigureState;
  /** When it turns stale by itself, if nothing comes; `null` where it already is, or never does. */
  readonly staleAtMs: number | null;
  /** The newest of the moments for which its values are; `null` when missing. */
  readonly phenomenonMs: number | null;
  readonly receivedMs: number | null;
  readonly status: ObservationStatus | null;
  /** Some value in it is unusual and not confirmed. */
  readonly unconfirmed: boolean;
  /** Of those areas that must deliver for this period, so many have. */
  readonly reporting: { readonly delivered: number; readonly obliged: number };
  /** The same period before: of the same weekday, month or year, by cadence. */
  readonly before: { readonly period: Period; readonly value: number } | null;
  /** What it should be by now. */
  readonly target: number | null;
  /** By the threshold rules; `null` where none judges it. */
  readonly band: FigureBand | null;
  /** Some of it was made by a program that plays a department. */
  readonly synthetic: boolean;
}

export interface SectorTile {
  readonly sector: string;
  /** Rises with every change; an older one that comes late is dropped. */
  readonly revision: number;
  readonly headline: Figure | null;
  /** The last values of the headline for a small curve, oldest first; at most 30. */
  readonly curve: readonly (number | null)[];
  readonly scores: Scores;
  readonly openEvents: Readonly<Partial<Record<Severity, number>>>;
  readonly newestMs: number | null;
  readonly synthetic: boolean;
}

export const sectorPageQuerySchema = z.object({
  area: areaCodeSchema.optional(),
  /** As it stood then; now, when left out. */
  atMs: z.coerce.number().int().optional(),
});
export interface SectorPage {
  readonly sector: SectorView;
  readonly areaCode: string;
  readonly atMs: number;
  readonly indicators: readonly Indicator[];
  /** Of the shown indicators, in the order of the page. */
  readonly figures: readonly Figure[];
  /** The last values of each, oldest first; at most 60. */
  readonly curves: Readonly<Record<string, readonly { readonly startMs: number; readonly value: number | null }[]>>;
  readonly scores: Scores;
}

export const historyQuerySchema = z.object({
  area: areaCodeSchema.optional(),
  fromMs: z.coerce.number().int(),
  toMs: z.coerce.number().int(),
});
/** At most 2,000 points; longer ranges come in coarser periods, summed as the kind says. */
export interface FigureHistory {
  readonly indicator: string;
  readonly areaCode: string;
  readonly every: Every;
  readonly points: readonly {
    readonly startMs: number;
    readonly value: number | null;
    readonly target: number | null;
    readonly revised: boolean;
    /** Of a ratio: what its value is a share of. */
    readonly denominator: number | null;
  }[];
}
export const areaFiguresQuerySchema = z.object({ atMs: z.coerce.number().int().optional() });
export interface AreaFigures {
  readonly indicator: string;
  readonly figures: readonly Figure[];
}
