import { z } from 'zod';
import { indicatorCodeSchema, sectorKeySchema } from './sector-keys.ts';

/**
 * Đúng, đủ, sạch, sống: four ratios of counted things (ISO/IEC 25024), never averaged. Nothing counted is not zero: it
 * is `null`, grey.
 */
export const QUALITIES = ['correct', 'complete', 'clean', 'live'] as const;
export type Quality = (typeof QUALITIES)[number];

export interface Score {
  /** a ÷ b; of `live`, seconds. */
  readonly a: number;
  readonly b: number;
}
export type Scores = Readonly<Record<Quality, Score>>;
export const NO_SCORES: Scores = {
  correct: { a: 0, b: 0 },
  complete: { a: 0, b: 0 },
  clean: { a: 0, b: 0 },
  live: { a: 0, b: 0 },
};

/** From these ratios on a score is green, and amber; below it is red. */
export const QUALITY_BANDS: Readonly<Record<Quality, { readonly green: number; readonly amber: number }>> = {
  correct: { green: 0.98, amber: 0.9 },
  complete: { green: 0.98, amber: 0.9 },
  clean: { green: 0.98, amber: 0.9 },
  live: { green: 0.99, amber: 0.95 },
};
export type Grade = 'green' | 'amber' | 'red' | 'none';
export function gradeOf(quality: Quality, { a, b }: Score): Grade {
  if (b === 0) return 'none';
  const { green, amber } = QUALITY_BANDS[quality];
  return a / b >= green ? 'green' : a / b >= amber ? 'amber' : 'red';
}

export const QUALITY_WINDOWS = ['day', 'week', 'month', 'period'] as const;
/** The last 24 h, 7 days, 30 days; or the current period of the feed's coarsest indicator. */
export type QualityWindow = (typeof QUALITY_WINDOWS)[number];

export const qualityQuerySchema = z.object({
  window: z.enum(QUALITY_WINDOWS).default('week'),
  sector: sectorKeySchema.optional(),
  feed: z.string().max(64).optional(),
  unit: z.string().max(64).optional(),
});
export interface QualityView {
  readonly feedId: string;
  readonly feedName: string;
  readonly sector: string;
  /** `null`: of the whole feed. */
  readonly unitId: string | null;
  readonly fromMs: number;
  readonly toMs: number;
  readonly scores: Scores;
  /** Of those that must deliver, so many did at all. */
  readonly units: Score;
}

/** Why something counted against a score. */
export const FAILURE_CODES = [
  'range',
  'type',
  'identity',
  'sumOfAreas',
  'unknownArea',
  'outsideProvince',
  'future',
  'unusual',
  'revised',
  'missing',
  'null',
  'fieldEmpty',
  'invalid',
  'unknownCode',
  'duplicate',
  'repaired',
  'personalData',
  'stale',
  'frozen',
  'clockSkew',
  'noHeartbeat',
] as const;
export type FailureCode = (typeof FAILURE_CODES)[number];
export const failingQuerySchema = z.object({
  quality: z.enum(QUALITIES),
  window: z.enum(QUALITY_WINDOWS).default('week'),
  feed: z.string().max(64).optional(),
  unit: z.string().max(64).optional(),
  sector: sectorKeySchema.optional(),
  /** How many to leave out, to page on. */
  skip: z.coerce.number().int().min(0).max(100_000).default(0),
  limit: z.coerce.number().int().min(1).max(500).default(100),
});
export interface FailingRow {
  readonly code: FailureCode;
  /** When it came, or when it was due. */
  readonly atMs: number;
  readonly feedId: string;
  readonly unitId: string | null;
  readonly areaCode: string | null;
  readonly indicator: string | null;
  readonly periodStartMs: number | null;
  readonly batchId: string | null;
  readonly row: number | null;
  readonly value: number | null;
  /** Of an identity: its key and by how much it is off; of `stale`: for how many seconds. */
  readonly detail: Readonly<Record<string, string | number>>;
}
export interface FailingRows {
  readonly score: Score;
  readonly total: number;
  readonly rows: readonly FailingRow[];
}

/** One line of the league table: the worst quality first. */
export interface LeagueRow {
  readonly unitId: string;
  readonly unitName: string;
  readonly sectors: readonly string[];
  readonly scores: Scores;
  /** The worst of the four. */
  readonly grade: Grade;
  /** A week earlier, to see who moves. */
  readonly before: Scores;
}

export const confirmInputSchema = z.object({
  indicator: indicatorCodeSchema,
  areaCode: z.string().max(16),
  periodStartMs: z.number().int(),
  note: z.string().trim().max(500).default(''),
});
