import { z } from 'zod';
import { ROLES } from './access.ts';
import { type EventType, SEVERITIES } from './events.ts';
import { hoursSchema } from './recordings.ts';
import { lineSchema, pointSchema, polygonSchema } from './shapes.ts';

/**
 * What a camera is watched for, drawn on its picture. The point where an object stands (the middle of the lower edge of
 * its box) decides where it is. Times are seconds of the picture's own clock, so that a rule says of recorded video what
 * it would have said live.
 */

const seconds = (most: number) => z.number().min(0).max(most);

/** What differs between the kinds. `area` is the whole picture where it may be `null`. */
const kinds = [
  /** Something comes in, or goes out. Out is seen only of what was inside. */
  z.object({ kind: z.literal('zone'), area: polygonSchema, on: z.enum(['enter', 'leave']) }),
  /** Stays inside for so long. */
  z.object({ kind: z.literal('loitering'), area: polygonSchema, forSeconds: seconds(86_400).min(1) }),
  /** Crosses; both directions are counted in any case. */
  z.object({ kind: z.literal('line'), line: lineSchema, direction: z.enum(['forward', 'backward', 'both']) }),
  /** At least so many for so long; over again when they have been fewer for `forSeconds`. */
  z.object({
    kind: z.literal('crowd'),
    area: polygonSchema.nullable(),
    atLeast: z.number().int().min(2).max(200),
    forSeconds: seconds(3600),
  }),
  /** A vehicle stands where none should. */
  z.object({ kind: z.literal('stopped'), area: polygonSchema, forSeconds: seconds(86_400).min(8) }),
  /** Moves against the arrow, inside the area. */
  z.object({ kind: z.literal('wrongWay'), area: polygonSchema, way: z.tuple([pointSchema, pointSchema]) }),
  /** A thing stands alone: whoever brought it is gone. */
  z.object({ kind: z.literal('abandoned'), area: polygonSchema.nullable(), forSeconds: seconds(86_400).min(8) }),
  /** Anything of these classes while the schedule holds: once for each object. */
  z.object({ kind: z.literal('presence'), area: polygonSchema.nullable() }),
  /** Something moved, whatever it is: for sites without a model. `share` of the area that must move. */
  z.object({
    kind: z.literal('motion'),
    area: polygonSchema.nullable(),
    share: z.number().min(0.001).max(1).default(0.01),
    forSeconds: seconds(60).default(1),
  }),
  /** The camera itself reports something (ONVIF events); `topics`: ends of topic names, none is all that begin. */
  z.object({ kind: z.literal('cameraSignal'), topics: z.array(z.string().trim().min(1).max(120)).max(20).default([]) }),
] as const;

const common = z.object({
  id: z.string().min(1).max(64),
  name: z.string().trim().min(1, 'a rule needs a name').max(80),
  enabled: z.boolean(),
  /** Classes of the model; none are those that the kind is usually about. */
  labels: z.array(z.string().trim().min(1).max(60)).max(80).default([]),
  /** Median over the track, 0 to 1. */
  leastScore: z.number().min(0).max(1).default(0.4),
  /** Height of the box as a share of the picture. */
  leastHeight: z.number().min(0).max(1).default(0),
  /** When it is looked for, in the server's time zone; none is always. */
  hours: z.array(hoursSchema).max(50).default([]),
  /** Least seconds between two events; of objects that were not seen yet, too. 0: each counts. */
  cooldownSeconds: seconds(86_400).default(0),
  severity: z.enum(SEVERITIES).default('moderate'),
  /** A person must see it; otherwise it is only written down. */
  alert: z.boolean().default(true),
  /** Who is told of the alert. */
  receivers: z.array(z.enum(ROLES)).max(ROLES.length).default(['operator', 'shift_lead', 'police']),
  /** Seconds in which more events of this rule add to an alert that is open, instead of making another. */
  mergeSeconds: seconds(86_400).default(300),
});

export const ruleSchema = z.intersection(common, z.discriminatedUnion('kind', kinds));
export type Rule = z.output<typeof ruleSchema>;
export type RuleDraft = z.input<typeof ruleSchema>;
export type RuleKind = Rule['kind'];
export type RuleOf<Kind extends RuleKind> = Extract<Rule, { kind: Kind }>;
export const RULE_KINDS: readonly RuleKind[] = kinds.map(({ shape }) => shape.kind.value);

export const MOST_RULES = 32;
/** All rules of a camera; they are replaced together. */
export const ruleSetInputSchema = z.object({
  rules: z
    .array(ruleSchema)
    .max(MOST_RULES, `a camera has at most ${MOST_RULES} rules`)
    .refine((rules) => new Set(rules.map(({ id }) => id)).size === rules.length, 'two rules have the same id'),
  /** Of the set that was looked at; another one is refused with `conflict`. */
  version: z.number().int().min(0),
});
/** The version is 0 where there never were any. */
export type RuleSet = z.output<typeof ruleSetInputSchema>;

/** What a rule tells when it holds. */
export const EVENT_OF_RULE = {
  zone: 'vn.tamnhin.detection.zone',
  loitering: 'vn.tamnhin.detection.loitering',
  line: 'vn.tamnhin.detection.line',
  crowd: 'vn.tamnhin.detection.crowd',
  stopped: 'vn.tamnhin.detection.stopped',
  wrongWay: 'vn.tamnhin.detection.wrongWay',
  abandoned: 'vn.tamnhin.detection.abandoned',
  presence: 'vn.tamnhin.detection.presence',
  motion: 'vn.tamnhin.detection.motion',
  cameraSignal: 'vn.tamnhin.detection.cameraSignal',
} as const satisfies Readonly<Record<RuleKind, EventType>>;

// ---- trying a rule on recorded video ---------------------------------------------------------------------------------

const MOST_TRIAL_MS = 24 * 3600 * 1000;
export const ruleTrialInputSchema = z
  .object({ rule: ruleSchema, fromMs: z.number().int().min(0), toMs: z.number().int().min(0) })
  .refine(({ fromMs, toMs }) => fromMs < toMs, { path: ['toMs'], message: 'must be after fromMs' })
  .refine(({ fromMs, toMs }) => toMs - fromMs <= MOST_TRIAL_MS, { path: ['toMs'], message: 'at most 24 hours' });

export interface RuleTrialHit {
  readonly timeMs: number;
  readonly label: string | null;
  readonly score: number | null;
}
/** A trial that runs or has run; kept for an hour, by who started it. */
export interface RuleTrial {
  readonly id: string;
  readonly cameraId: string;
  readonly fromMs: number;
  readonly toMs: number;
  readonly state: 'waiting' | 'running' | 'done' | 'stopped' | 'failed';
  /** Up to where it has looked. */
  readonly atMs: number;
  /** Recorded time that was looked at, ms; gaps do not count. */
  readonly lookedMs: number;
  /** The first 500. */
  readonly hits: readonly RuleTrialHit[];
  readonly hitCount: number;
  /** English, for administrators. */
  readonly detail: string | null;
}
