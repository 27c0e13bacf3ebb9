import { z } from 'zod';
import type { Box } from './detection.ts';

/** Figures that come of what cameras see: who crossed which line, and where in the picture something moved. */

/** What statistics need of a track; a tracker's own has more. */
export interface SeenTrack {
  readonly label: string;
  readonly box: Box;
  /** In this picture. */
  readonly seen: boolean;
  /** Since when it has stood where it is, ms since 1970; `null` while it moves. */
  readonly stationarySinceMs: number | null;
}

export interface SeenScene {
  /** ms since 1970, of the picture. */
  readonly atMs: number;
  readonly tracks: readonly SeenTrack[];
}

/** Somebody crossed the line of a rule. */
export interface SeenCrossing {
  readonly ruleId: string;
  readonly label: string;
  readonly direction: 'forward' | 'backward';
  /** ms since 1970. */
  readonly atMs: number;
}

const DAY_MS = 86_400_000;
/** Longest ranges that are answered: of hours, and of days. */
export const MOST_HOURS_MS = 62 * DAY_MS;
export const MOST_COUNTS_MS = 400 * DAY_MS;

/** The last moment that a `Date` can hold. */
const moment = z.coerce.number().min(0).max(8_640_000_000_000_000);
const range = { fromMs: moment, toMs: moment };
const isRange = ({ fromMs, toMs }: { fromMs: number; toMs: number }): boolean => fromMs < toMs;
const notReversed = { path: ['toMs'], message: 'must be after fromMs' };

export const countsQuerySchema = z
  .object({ ...range, by: z.enum(['hour', 'day']).default('hour') })
  .refine(isRange, notReversed)
  .refine(({ fromMs, toMs, by }) => toMs - fromMs <= (by === 'hour' ? MOST_HOURS_MS : MOST_COUNTS_MS), {
    path: ['toMs'],
    message: 'at most 62 days by hour, 400 days by day',
  });

export const heatQuerySchema = z
  .object(range)
  .refine(isRange, notReversed)
  .refine(({ fromMs, toMs }) => toMs - fromMs <= MOST_COUNTS_MS, { path: ['toMs'], message: 'at most 400 days' });

/** A line that is counted, or was: its name is the last that it had. */
export interface CountedLine {
  readonly ruleId: string;
  readonly name: string;
  /** The rule is still there. */
  readonly present: boolean;
}

/** How often a line was crossed; nobody, no entry. */
export interface CrossingCount {
  /** Begin of the hour or day in `timeZone`, ms since 1970. */
  readonly startMs: number;
  readonly ruleId: string;
  /** Class of the model. */
  readonly label: string;
  readonly direction: 'forward' | 'backward';
  readonly count: number;
}

/** Whole hours or days, those that touch the range. */
export interface CrossingCounts {
  readonly cameraId: string;
  readonly by: 'hour' | 'day';
  /** Begins of all hours or days of the range, also of those in which nobody crossed, ms since 1970. */
  readonly starts: readonly number[];
  /** IANA name of the server's time zone. */
  readonly timeZone: string;
  readonly lines: readonly CountedLine[];
  /** Oldest first. */
  readonly counts: readonly CrossingCount[];
}

export const HEAT_COLUMNS = 32;
export const HEAT_ROWS = 18;

/** Where something moved, in whole days of the server's time zone. */
export interface HeatMap {
  readonly cameraId: string;
  readonly columns: number;
  readonly rows: number;
  /** Seconds that moving objects stood in each cell, summed over objects; row by row from the upper left. */
  readonly seconds: readonly number[];
  /** Begin of the first and end of the last day that has figures, ms since 1970; `null` without any. */
  readonly fromMs: number | null;
  readonly toMs: number | null;
  readonly timeZone: string;
}
