import { ROLES, type Role } from '#contracts/access';
import type { Rule, RuleKind } from '#contracts/rules';
import { SEVERITIES, type Severity } from '#contracts/severity';
import { areApart, coversSomething, crossingSides, MOST_POINTS } from '#contracts/shapes';
import type { Points } from '../drawing/shapes.ts';
import { areComplete, type HoursRow, hoursOf, rowsOf } from '../hours/hours-rows.ts';

/** A rule as it stands in the editor: what is being drawn may be no shape yet, and numbers are as typed. Pure. */
export interface RuleForm {
  readonly id: string;
  readonly name: string;
  readonly enabled: boolean;
  readonly kind: RuleKind;
  readonly labels: readonly string[];
  /** Percent. */
  readonly leastScore: number | string;
  /** Percent of the picture's height. */
  readonly leastHeight: number | string;
  readonly hours: readonly HoursRow[];
  readonly cooldownSeconds: number | string;
  readonly severity: Severity;
  readonly alert: boolean;
  readonly receivers: readonly Role[];
  readonly mergeSeconds: number | string;
  /** The kinds that may be about the whole picture are, while this is true. */
  readonly wholePicture: boolean;
  readonly area: Points;
  readonly line: Points;
  /** From where to where one should move: two points. */
  readonly way: Points;
  readonly on: 'enter' | 'leave';
  readonly direction: 'forward' | 'backward' | 'both';
  readonly forSeconds: number | string;
  readonly atLeast: number | string;
  /** Percent of the area. */
  readonly share: number | string;
  readonly topics: readonly string[];
}

/** What differs between the kinds, for the editor. */
export interface KindFacts {
  readonly area: 'needed' | 'optional' | 'none';
  readonly line?: true;
  readonly way?: true;
  /** Seconds: least, most, and what a new rule begins with. */
  readonly forSeconds?: readonly [least: number, most: number, first: number];
  /** Works by what a model recognises. */
  readonly objects: boolean;
}
export const KINDS: Readonly<Record<RuleKind, KindFacts>> = {
  zone: { area: 'needed', objects: true },
  loitering: { area: 'needed', forSeconds: [1, 86_400, 60], objects: true },
  line: { area: 'none', line: true, objects: true },
  crowd: { area: 'optional', forSeconds: [0, 3600, 10], objects: true },
  stopped: { area: 'needed', forSeconds: [8, 86_400, 120], objects: true },
  wrongWay: { area: 'needed', way: true, objects: true },
  abandoned: { area: 'optional', forSeconds: [8, 86_400, 60], objects: true },
  presence: { area: 'optional', objects: true },
  motion: { area: 'optional', forSeconds: [0, 60, 1], objects: false },
  cameraSignal: { area: 'none', objects: false },
};

/** The parts of a rule that are drawn, each by its name in the form. */
export type ShapeName = 'area' | 'line' | 'way';
export const LEAST_POINTS: Readonly<Record<ShapeName, number>> = { area: 3, line: 2, way: 2 };
export const MOST_SHAPE_POINTS: Readonly<Record<ShapeName, number>> = { area: MOST_POINTS, line: MOST_POINTS, way: 2 };

/** What is drawn of this rule, in the order in which a person draws it. */
export function shapesOf({ kind, wholePicture }: Pick<RuleForm, 'kind' | 'wholePicture'>): readonly ShapeName[] {
  const { area, line, way } = KINDS[kind];
  return [
    ...(area === 'needed' || (area === 'optional' && !wholePicture) ? (['area'] as const) : []),
    ...(line === true ? (['line'] as const) : []),
    ...(way === true ? (['way'] as const) : []),
  ];
}

const EMPTY = {
  labels: [],
  leastScore: 40,
  leastHeight: 0,
  hours: [],
  cooldownSeconds: 0,
  severity: 'moderate',
  alert: true,
  receivers: ['operator', 'shift_lead', 'police'],
  mergeSeconds: 300,
  wholePicture: false,
  area: [],
  line: [],
  way: [],
  on: 'enter',
  direction: 'both',
  forSeconds: 0,
  atLeast: 5,
  share: 1,
  topics: [],
} as const satisfies Partial<RuleForm>;

/** Works on the whole picture where its kind can: what needs no drawing should need none. */
export function newRule(kind: RuleKind, id: string, name: string): RuleForm {
  const { area, forSeconds } = KINDS[kind];
  return {
    ...EMPTY,
    ...{ id, name, enabled: true, kind },
    wholePicture: area === 'optional',
    forSeconds: forSeconds?.[2] ?? 0,
  };
}

/** Also where the page is not served securely, which `randomUUID` wants. */
export function newRuleId(): string {
  const bytes = crypto.getRandomValues(new Uint8Array(12));
  return [...bytes].map((byte) => byte.toString(16).padStart(2, '0')).join('');
}

export function formOf(rule: Rule): RuleForm {
  const { id, name, enabled, labels, cooldownSeconds, severity, alert, receivers, mergeSeconds } = rule;
  return {
    ...EMPTY,
    ...{ id, name, enabled, labels, cooldownSeconds, severity, alert, receivers, mergeSeconds },
    hours: rowsOf(rule.hours),
    leastScore: percentOf(rule.leastScore),
    leastHeight: percentOf(rule.leastHeight),
    ...drawnOf(rule),
  };
}

function drawnOf(rule: Rule): Pick<RuleForm, 'kind'> & Partial<RuleForm> {
  switch (rule.kind) {
    case 'zone':
      return { kind: rule.kind, area: rule.area, on: rule.on };
    case 'loitering':
    case 'stopped':
      return { kind: rule.kind, area: rule.area, forSeconds: rule.forSeconds };
    case 'line':
      return { kind: rule.kind, line: rule.line, direction: rule.direction };
    case 'crowd':
      return { kind: rule.kind, ...placeOf(rule.area), atLeast: rule.atLeast, forSeconds: rule.forSeconds };
    case 'wrongWay':
      return { kind: rule.kind, area: rule.area, way: rule.way };
    case 'abandoned':
      return { kind: rule.kind, ...placeOf(rule.area), forSeconds: rule.forSeconds };
    case 'presence':
      return { kind: rule.kind, ...placeOf(rule.area) };
    case 'motion':
      return { kind: rule.kind, ...placeOf(rule.area), share: percentOf(rule.share), forSeconds: rule.forSeconds };
    case 'cameraSignal':
      return { kind: rule.kind, topics: rule.topics };
  }
}

const placeOf = (area: Points | null): Pick<RuleForm, 'area' | 'wholePicture'> => ({
  area: area ?? [],
  wholePicture: area === null,
});

/** Of a form without faults. */
export function ruleOf(form: RuleForm): Rule {
  const { id, enabled, severity, alert } = form;
  const common = {
    ...{ id, enabled, severity, alert },
    name: form.name.trim(),
    labels: KINDS[form.kind].objects ? [...form.labels] : [],
    leastScore: shareOf(form.leastScore),
    leastHeight: shareOf(form.leastHeight),
    hours: form.hours.flatMap(hoursOf),
    cooldownSeconds: Number(form.cooldownSeconds),
    receivers: [...form.receivers],
    mergeSeconds: Number(form.mergeSeconds),
  };
  const area = [...form.area];
  const place = form.wholePicture ? null : area;
  const forSeconds = Number(form.forSeconds);
  const { kind } = form;
  switch (kind) {
    case 'zone':
      return { ...common, kind, area, on: form.on };
    case 'loitering':
    case 'stopped':
      return { ...common, kind, area, forSeconds };
    case 'line':
      return { ...common, kind, line: [...form.line], direction: form.direction };
    case 'crowd':
      return { ...common, kind, area: place, atLeast: Number(form.atLeast), forSeconds };
    case 'wrongWay': {
      const [from = [0, 0], to = [0, 0]] = form.way;
      return { ...common, kind, area, way: [from, to] };
    }
    case 'abandoned':
      return { ...common, kind, area: place, forSeconds };
    case 'presence':
      return { ...common, kind, area: place };
    case 'motion':
      return { ...common, kind, area: place, share: shareOf(form.share), forSeconds };
    case 'cameraSignal':
      return { ...common, kind, topics: [...form.topics] };
  }
}

/** Without the noise of binary fractions: 0.35 is 35 and comes back as 0.35. */
const percentOf = (share: number): number => Math.round(share * 10_000) / 100;
const shareOf = (percent: number | string): number => Math.round(Number(percent) * 100) / 10_000;

// ---- what is wrong ---------------------------------------------------------------------------------------------------

export type RuleFault =
  | 'nameNeeded'
  | 'drawArea'
  | 'drawLine'
  | 'drawWay'
  | 'crosses'
  | 'tooSmall'
  | 'samePoint'
  | 'outOfRange'
  | 'hoursIncomplete'
  | 'noReceivers';
/** By the field, as the server names it. */
export type RuleFaults = Partial<Record<keyof RuleForm, RuleFault>>;

/** What the server would refuse, and an alert that nobody is told of. */
export function faultsOf(form: RuleForm): RuleFaults {
  const faults: RuleFaults = {};
  const facts = KINDS[form.kind];
  if (form.name.trim() === '') faults.name = 'nameNeeded';
  for (const shape of shapesOf(form)) {
    const fault = faultOfShape(shape, form[shape]);
    if (fault !== null) faults[shape] = fault;
  }
  const bound = (field: keyof RuleForm & NumberField, least: number, most: number): void => {
    if (!isWithin(form[field], least, most)) faults[field] = 'outOfRange';
  };
  if (facts.forSeconds !== undefined) bound('forSeconds', facts.forSeconds[0], facts.forSeconds[1]);
  if (form.kind === 'crowd') {
    bound('atLeast', 2, 200);
    if (!Number.isInteger(Number(form.atLeast))) faults.atLeast = 'outOfRange';
  }
  if (form.kind === 'motion') bound('share', 0.1, 100);
  if (facts.objects) {
    bound('leastScore', 0, 100);
    bound('leastHeight', 0, 100);
  }
  bound('cooldownSeconds', 0, 86_400);
  if (!areComplete(form.hours)) faults.hours = 'hoursIncomplete';
  if (form.alert) {
    bound('mergeSeconds', 0, 86_400);
    if (form.receivers.length === 0) faults.receivers = 'noReceivers';
  }
  return faults;
}

type NumberField =
  | 'forSeconds'
  | 'atLeast'
  | 'share'
  | 'leastScore'
  | 'leastHeight'
  | 'cooldownSeconds'
  | 'mergeSeconds';

function isWithin(value: number | string, least: number, most: number): boolean {
  return value !== '' && Number.isFinite(Number(value)) && Number(value) >= least && Number(value) <= most;
}

function faultOfShape(shape: ShapeName, points: Points): RuleFault | null {
  if (points.length < LEAST_POINTS[shape]) {
    return shape === 'area' ? 'drawArea' : shape === 'line' ? 'drawLine' : 'drawWay';
  }
  if (shape === 'area') {
    if (crossingSides(points).length > 0) return 'crosses';
    return coversSomething(points) ? null : 'tooSmall';
  }
  return points.every((point, at) => at === 0 || areApart(points[at - 1], point)) ? null : 'samePoint';
}

export const isRole = (value: string): value is Role => ROLES.some((role) => role === value);
export const isSeverity = (value: string | null): value is Severity => SEVERITIES.some((one) => one === value);
