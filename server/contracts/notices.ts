import { z } from 'zod';
import type { PersonRef } from './alerts.ts';
import { SEVERITIES, type Severity } from './events.ts';
import { areaCodeSchema } from './places.ts';
import { CERTAINTIES, URGENCIES } from './sector-events.ts';

/**
 * What somebody tells the public of an incident, in words made for it: nothing of an incident is public by itself. Times
 * are ms since 1970.
 */

/** CAP 1.2 §3.2.2. */
export const NOTICE_CATEGORIES = [
  ...(['safety', 'security', 'fire', 'met', 'geo', 'health', 'transport', 'env', 'infra', 'rescue', 'other'] as const),
] as const;
export type NoticeCategory = (typeof NOTICE_CATEGORIES)[number];

/** `over`: its time has passed. */
export const NOTICE_STATES = ['published', 'withdrawn', 'over'] as const;
export type NoticeState = (typeof NOTICE_STATES)[number];

export interface NoticeContent {
  readonly title: string;
  readonly text: string;
  /** What people should do; may be empty. */
  readonly instruction: string;
  /** Empty where there is none. */
  readonly titleEn: string;
  readonly textEn: string;
  readonly category: NoticeCategory;
  readonly severity: Severity;
  readonly urgency: (typeof URGENCIES)[number];
  readonly certainty: (typeof CERTAINTIES)[number];
  /** In words. */
  readonly areaName: string;
  /** A commune or the province as a whole; its border goes along. */
  readonly areaCode: string | null;
  readonly circle: { readonly latitude: number; readonly longitude: number; readonly metres: number } | null;
  readonly fromMs: number;
  readonly untilMs: number;
}
export interface NoticeView extends NoticeContent {
  readonly id: string;
  readonly number: number;
  readonly version: number;
  readonly state: NoticeState;
  /** For us; it is not public. */
  readonly incidentId: string | null;
  readonly publishedMs: number;
  readonly publishedBy: PersonRef;
  readonly changedMs: number;
  readonly withdrawnMs: number | null;
  readonly withdrawnBy: PersonRef | null;
  /** Why; public. */
  readonly withdrawnNote: string;
}

const text = (most: number) => z.string().trim().max(most);
/** CAP writes years with four digits. */
const moment = z.number().int().min(0).max(Date.UTC(9999, 0));
const LONGEST_MS = 60 * 86_400_000;

export const noticeContentSchema = z.object({
  title: text(160).min(1, 'a notice needs a title'),
  text: text(4000).min(1, 'say what the public is to know'),
  instruction: text(2000).default(''),
  titleEn: text(160).default(''),
  textEn: text(4000).default(''),
  category: z.enum(NOTICE_CATEGORIES).default('safety'),
  severity: z.enum(SEVERITIES).default('moderate'),
  urgency: z.enum(URGENCIES).default('immediate'),
  certainty: z.enum(CERTAINTIES).default('observed'),
  areaName: text(200).min(1, 'say where it holds'),
  areaCode: areaCodeSchema.nullable().default(null),
  circle: z
    .object({
      latitude: z.number().min(-90).max(90),
      longitude: z.number().min(-180).max(180),
      metres: z.number().int().min(50).max(200_000),
    })
    .nullable()
    .default(null),
  fromMs: moment,
  untilMs: moment,
});
const inOrder = ({ fromMs, untilMs }: { fromMs: number; untilMs: number }): boolean => untilMs > fromMs;
const short = ({ fromMs, untilMs }: { fromMs: number; untilMs: number }): boolean => untilMs - fromMs <= LONGEST_MS;
/** CAP 1.2 §3.2.4: an area that programs can find. */
const placed = ({ areaCode, circle }: { areaCode: unknown; circle: unknown }): boolean =>
  areaCode !== null || circle !== null;
const both = ({ titleEn, textEn }: { titleEn: string; textEn: string }): boolean =>
  (titleEn === '') === (textEn === '');

export const noticeInputSchema = noticeContentSchema
  .extend({ incidentId: z.string().min(1).max(64).nullable().default(null) })
  .refine(inOrder, { path: ['untilMs'], message: 'must be after fromMs' })
  .refine(short, { path: ['untilMs'], message: 'a notice holds for 60 days at most' })
  .refine(placed, { path: ['areaCode'], message: 'name an area, or a point with a distance' })
  .refine(both, { path: ['textEn'], message: 'in English both the title and the text, or neither' });
/** `version`: of the notice that was looked at; another one is refused with `conflict`. */
export const noticeChangeSchema = noticeContentSchema
  .extend({ version: z.number().int().min(1) })
  .refine(inOrder, { path: ['untilMs'], message: 'must be after fromMs' })
  .refine(short, { path: ['untilMs'], message: 'a notice holds for 60 days at most' })
  .refine(placed, { path: ['areaCode'], message: 'name an area, or a point with a distance' })
  .refine(both, { path: ['textEn'], message: 'in English both the title and the text, or neither' });
export const noticeWithdrawSchema = z.object({ note: text(500).min(3, 'say why') });
export type NoticeDraft = z.input<typeof noticeInputSchema>;
