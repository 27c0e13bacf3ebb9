import { z } from 'zod';
import type { PersonRef } from './alerts.ts';
import { areaCodeSchema } from './places.ts';
import type { Scores } from './quality.ts';
import { type Figure, indicatorCodeSchema } from './sectors.ts';

/** A leader directs work from a figure: it is pinned as it stood, with its quality. Times are ms since 1970. */

export const DIRECTIVE_STATES = ['given', 'accepted', 'answered', 'closed', 'withdrawn'] as const;
export type DirectiveState = (typeof DIRECTIVE_STATES)[number];

export const directiveInputSchema = z.object({
  title: z.string().trim().min(1).max(200),
  text: z.string().trim().min(1).max(4000),
  unitId: z.string().min(1).max(64),
  dueMs: z.number().int(),
  /** `null`: of no figure. */
  figure: z.object({ indicator: indicatorCodeSchema, areaCode: areaCodeSchema }).nullable().default(null),
});
export const directiveTextSchema = z.object({ text: z.string().trim().min(1).max(4000) });
/** Another due time, with the reason that is told to both sides. */
export const directiveDueSchema = z.object({ dueMs: z.number().int(), text: z.string().trim().min(1).max(4000) });
export const directiveQuerySchema = z.object({
  state: z.enum(['open', 'over']).default('open'),
  unit: z.string().max(64).optional(),
  /** Given by whoever asks. */
  mine: z.stringbool().default(false),
  /** Past their time, and not answered. */
  overdue: z.stringbool().default(false),
  before: z.coerce.number().int().min(1).optional(),
  limit: z.coerce.number().int().min(1).max(200).default(50),
});
export interface DirectiveView {
  readonly id: string;
  readonly number: number;
  readonly version: number;
  readonly title: string;
  readonly text: string;
  readonly by: PersonRef;
  readonly givenMs: number;
  readonly unitId: string;
  readonly unitName: string;
  readonly dueMs: number;
  readonly overdue: boolean;
  readonly state: DirectiveState;
  /** As they stood when it was given. */
  readonly pinned: { readonly figure: Figure; readonly scores: Scores } | null;
  readonly steps: readonly {
    readonly timeMs: number;
    readonly by: PersonRef;
    readonly kind: 'given' | 'accepted' | 'answered' | 'returned' | 'closed' | 'withdrawn' | 'dueChanged';
    readonly text: string;
  }[];
}
