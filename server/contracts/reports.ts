import { z } from 'zod';
import type { PersonRef } from './alerts.ts';
import { areaCodeSchema, type MapPoint, pointSchema, versionSchema, wordsSchema } from './places.ts';

/**
 * What citizens report: a superset of Open311 GeoReport v2. Who sent it is kept apart, encrypted, and hidden from the
 * units that handle it. Times are ms since 1970.
 */

export const REPORT_STATES = [
  'received',
  'verified',
  'rejected',
  'assigned',
  'inProgress',
  'answered',
  'closed',
  'duplicate',
] as const;
export type ReportState = (typeof REPORT_STATES)[number];
/** Open311 knows only these two. */
export const REPORT_OVER: readonly ReportState[] = ['rejected', 'closed', 'duplicate'];
export const REPORT_CHANNELS = ['web', 'app', 'hotline', 'zalo', 'vneid', 'counter', 'open311'] as const;
/** Hài lòng, chấp nhận được, không hài lòng. */
export const REPORT_RATINGS = ['satisfied', 'acceptable', 'unsatisfied'] as const;

export const serviceInputSchema = z.object({
  code: z.string().regex(/^[a-z][a-z0-9_]{1,31}$/),
  name: wordsSchema,
  description: wordsSchema,
  /** Under which it is listed. */
  group: wordsSchema,
  /** Who gets it when nobody says otherwise; `null`: the operator chooses. */
  unitId: z.string().max(64).nullable().default(null),
  /** Working minutes, or minutes of the clock, until it must be answered. */
  dueMinutes: z.number().int().min(1).max(525_600),
  dueIn: z.enum(['workingTime', 'clock']).default('workingTime'),
  emergency: z.boolean().default(false),
  enabled: z.boolean().default(true),
  version: versionSchema,
});
export type ServiceInput = z.output<typeof serviceInputSchema>;
export type ServiceView = ServiceInput;

/** From the public page. */
export const reportInputSchema = z.object({
  service: z.string().max(32),
  text: z.string().trim().min(5).max(4000),
  place: pointSchema.extend({ name: z.string().trim().max(200).default('') }).nullable(),
  /** Where no point is known. */
  areaCode: areaCodeSchema.nullable().default(null),
  contact: z
    .object({
      name: z.string().trim().max(120).default(''),
      phone: z.string().trim().max(40).default(''),
      email: z.string().trim().max(200).default(''),
    })
    .nullable()
    .default(null),
  language: z.enum(['vi', 'en']).default('vi'),
  /** Answer to a puzzle that costs a program more than it is worth and a person nothing. */
  proof: z.string().max(200).default(''),
  /** No person sees this field; programs fill it in. */
  website: z.string().max(200).default(''),
});
export type ReportInput = z.output<typeof reportInputSchema>;
export type ReportDraft = z.input<typeof reportInputSchema>;

/** What a citizen sees by the code. */
export interface PublicReport {
  readonly code: string;
  readonly service: string;
  readonly text: string;
  readonly place: (MapPoint & { readonly name: string }) | null;
  readonly areaName: string | null;
  readonly state: ReportState;
  readonly receivedMs: number;
  readonly dueMs: number | null;
  readonly unitName: string | null;
  readonly photos: number;
  readonly answers: readonly { readonly timeMs: number; readonly text: string }[];
  readonly extension: { readonly untilMs: number; readonly reason: string } | null;
  readonly rating: (typeof REPORT_RATINGS)[number] | null;
}

export interface ReportView {
  readonly id: string;
  readonly number: number;
  /** For the citizen to follow it. */
  readonly code: string;
  readonly version: number;
  readonly service: string;
  readonly text: string;
  /** What the public may read of it; empty until somebody has verified it. */
  readonly publicText: string;
  readonly place: (MapPoint & { readonly name: string }) | null;
  readonly areaCode: string | null;
  readonly channel: (typeof REPORT_CHANNELS)[number];
  readonly state: ReportState;
  readonly emergency: boolean;
  readonly receivedMs: number;
  readonly dueMs: number | null;
  readonly overdue: boolean;
  /** Asked for and granted, with its reason; counted apart from late ones. */
  readonly extension: { readonly untilMs: number; readonly reason: string } | null;
  readonly unitId: string | null;
  readonly unitName: string | null;
  readonly handler: PersonRef | null;
  readonly photoIds: readonly string[];
  readonly hasContact: boolean;
  readonly duplicateOf: string | null;
  readonly rating: (typeof REPORT_RATINGS)[number] | null;
  readonly reopened: number;
  readonly eventId: string | null;
  readonly incidentId: string | null;
  readonly synthetic: boolean;
}
/** For the head of the list: how many there are of those that the person may see. */
export interface ReportCounts {
  readonly states: Readonly<Partial<Record<ReportState, number>>>;
  readonly overdue: number;
}
export interface ReportStep {
  readonly timeMs: number;
  /** `null`: the citizen, or the program. */
  readonly by: PersonRef | null;
  readonly kind:
    | 'received'
    | 'verified'
    | 'rejected'
    | 'assigned'
    | 'started'
    | 'noted'
    | 'answered'
    | 'closed'
    | 'reopened'
    | 'extended'
    | 'merged'
    | 'rated'
    | 'changed';
  readonly text: string;
  /** The citizen sees it. */
  readonly public: boolean;
}
export interface ReportDetails extends ReportView {
  readonly steps: readonly ReportStep[];
  /** Near it in place, time and words. */
  readonly alike: readonly ReportView[];
}

export const reportQuerySchema = z.object({
  state: z.enum(['open', 'over', ...REPORT_STATES]).default('open'),
  service: z.string().max(32).optional(),
  unit: z.string().max(64).optional(),
  area: areaCodeSchema.optional(),
  overdue: z.enum(['true', 'false']).optional(),
  text: z.string().trim().max(200).optional(),
  fromMs: z.coerce.number().int().optional(),
  toMs: z.coerce.number().int().optional(),
  before: z.coerce.number().int().min(1).optional(),
  limit: z.coerce.number().int().min(1).max(500).default(100),
});

/** What is done with one report, or with many at once. */
export const reportActSchema = z.discriminatedUnion('act', [
  z.object({ act: z.literal('verify'), publicText: z.string().trim().max(4000).default('') }),
  z.object({ act: z.literal('reject'), text: z.string().trim().min(3).max(2000) }),
  z.object({
    act: z.literal('assign'),
    unitId: z.string().min(1).max(64),
    text: z.string().trim().max(2000).default(''),
  }),
  z.object({ act: z.literal('start') }),
  z.object({ act: z.literal('note'), text: z.string().trim().min(1).max(2000) }),
  z.object({ act: z.literal('answer'), text: z.string().trim().min(3).max(4000) }),
  z.object({ act: z.literal('close') }),
  z.object({ act: z.literal('reopen'), text: z.string().trim().min(3).max(2000) }),
  z.object({ act: z.literal('extend'), untilMs: z.number().int(), text: z.string().trim().min(3).max(2000) }),
  z.object({ act: z.literal('merge'), into: z.string().min(1).max(64) }),
  z.object({ act: z.literal('changeService'), service: z.string().min(1).max(32) }),
]);
export type ReportAct = z.output<typeof reportActSchema>;
/** With one report: `version` is the one that the person saw; done to an older one it is refused. */
export const versionedActSchema = reportActSchema.and(z.object({ version: z.number().int().min(1).optional() }));
export const reportBulkSchema = z.object({
  ids: z.array(z.string().min(1).max(64)).min(1).max(200),
  act: reportActSchema,
});
export interface ReportBulkResult {
  readonly done: readonly string[];
  readonly failed: readonly { readonly id: string; readonly code: string }[];
}
export const ratingInputSchema = z.object({
  rating: z.enum(REPORT_RATINGS),
  text: z.string().trim().max(2000).default(''),
});
/** A reporter and how to reach them, for those with `report.contact`; each look is on record. */
export interface ReportContact {
  readonly name: string;
  readonly phone: string;
  readonly email: string;
}
export interface ReportCreated {
  readonly code: string;
  /** With it, for an hour, photos can be added. */
  readonly ticket: string;
}
/** What stands for the public page: which services there are, and what must be answered before sending. */
export interface PortalView {
  readonly services: readonly ServiceView[];
  /**
   * `<challenge>:<bits>`; empty where none is asked. The proof is `<challenge>:<word>` whose SHA-256 begins with so many
   * zero bits.
   */
  readonly puzzle: string;
  /** 0: there is no map. */
  readonly mapVersion: number;
  /** Communes, by name. */
  readonly areas: readonly { readonly code: string; readonly name: string }[];
  readonly mostPhotos: number;
  readonly synthetic: boolean;
}
