import type { Detection } from '#contracts/detection';
import { type Rule, type RuleDraft, ruleSchema } from '#contracts/rules';
import { createCameraRules } from '../../analytics/rules/camera-rules.ts';
import type { CameraRules, Crossing, Scene } from '../../analytics/rules/rule.ts';
import { createTracker } from '../../analytics/tracker/tracker.ts';

/** Objects on drawn ways, seen as by a detector: boxes shake, pictures are missed, the tracker loses whom it followed. */
export interface Walker {
  readonly label?: string;
  /** When it stands where (the middle of its lower edge), as `2s 0.05 0.6, 12s 0.95 0.6`; in between it goes straight. */
  readonly way: string;
  /** Of its box, shares of the picture. */
  readonly height?: number;
  readonly width?: number;
  readonly score?: number;
  /** From and to, s: not seen. */
  readonly hidden?: readonly (readonly [number, number])[];
}

export interface Conditions {
  readonly seconds: number;
  readonly framesPerSecond?: number;
  /** Heights of a box by which its sides are off, at most. */
  readonly shake?: number;
  /** Share of pictures in which an object is not seen. */
  readonly missed?: number;
  readonly seed?: number;
  /** Moments, s, at which every object gets another track. */
  readonly switches?: readonly number[];
  /** At a moment, s, the clock goes forward by so many seconds. */
  readonly jump?: readonly [atSeconds: number, bySeconds: number];
  /** Between these moments, s, no pictures come. */
  readonly away?: readonly [number, number];
  readonly startMs?: number;
}

export interface Told {
  readonly rule: string;
  /** Since the begin, s, by the walk. */
  readonly atSeconds: number;
  readonly label: string | null;
  readonly direction?: string;
  readonly count?: number;
  readonly signal?: string;
}

/** A Wednesday at 10 o'clock, local time. */
export const START_MS = new Date(2026, 6, 15, 10).getTime();

/** The same numbers each run. */
export function dice(seed: number): () => number {
  let state = (seed * 7919 + 17) % 2_147_483_647;
  return () => {
    state = (state * 48_271) % 2_147_483_647;
    return state / 2_147_483_647;
  };
}

let drawn = 0;
export function rule(draft: object): Rule {
  drawn += 1;
  const common: Pick<RuleDraft, 'id' | 'name' | 'enabled'> = { id: `rule ${drawn}`, name: 'A rule', enabled: true };
  return ruleSchema.parse({ ...common, ...draft });
}

/** What the rules tell of a walk, and what crossed their lines. */
export function walk(
  rules: readonly Rule[] | CameraRules,
  walkers: readonly Walker[],
  conditions: Conditions,
): { readonly told: readonly Told[]; readonly crossings: readonly Crossing[] } {
  const {
    seconds,
    framesPerSecond = 4,
    shake = 0,
    missed = 0,
    seed = 1,
    switches = [],
    startMs = START_MS,
  } = conditions;
  const random = dice(seed);
  const cameraRules = isRules(rules) ? rules : createCameraRules(rules);
  let tracker = createTracker();
  const told: Told[] = [];
  const crossings: Crossing[] = [];
  for (let picture = 0; picture <= seconds * framesPerSecond; picture += 1) {
    const at = picture / framesPerSecond;
    const [jumpAt, jumpBy] = conditions.jump ?? [Number.POSITIVE_INFINITY, 0];
    const [awayFrom, awayTo] = conditions.away ?? [0, 0];
    if (at >= awayFrom && at < awayTo) continue;
    if (switches.some((moment) => at >= moment && at - 1 / framesPerSecond < moment)) tracker = createTracker();
    const detections = walkers.flatMap((walker) => {
      const seen = detectionOf(walker, at, random, shake);
      return random() < missed ? [] : seen;
    });
    const atMs = startMs + at * 1000 + (at >= jumpAt ? jumpBy * 1000 : 0);
    const tracks = tracker.update(detections, atMs);
    const scene: Scene = { atMs, tracks, ended: tracker.ended, motion: null, signals: [] };
    for (const { rule: held, track, direction, count } of cameraRules.look(scene)) {
      told.push({
        ...{ rule: held.id, atSeconds: at, label: track?.label ?? null },
        ...(direction === undefined ? {} : { direction }),
        ...(count === undefined ? {} : { count }),
      });
    }
    crossings.push(...cameraRules.crossings);
  }
  return { told, crossings };
}

const isRules = (rules: readonly Rule[] | CameraRules): rules is CameraRules => 'look' in rules;

function detectionOf(walker: Walker, at: number, random: () => number, shake: number): Detection[] {
  const { label = 'person', height = 0.2, width = height * 0.25, score = 0.8, hidden = [] } = walker;
  const off = (): number => (random() * 2 - 1) * shake * height;
  const shaken = [off(), off(), off(), off()] as const;
  const way = pointsOf(walker.way);
  const after = way.findIndex(([moment]) => moment >= at);
  const next = way[after];
  const before = way[after - 1] ?? next;
  // Before its first moment and after its last it is not there.
  if (next === undefined || before === undefined || (after === 0 && next[0] > at)) return [];
  if (hidden.some(([from, to]) => at >= from && at < to)) return [];
  const share = next[0] === before[0] ? 1 : (at - before[0]) / (next[0] - before[0]);
  const x = before[1] + (next[1] - before[1]) * share;
  const y = before[2] + (next[2] - before[2]) * share;
  const clip = (value: number): number => Math.min(1, Math.max(0, value));
  const [left, right] = [clip(x - width / 2 + shaken[0]), clip(x + width / 2 + shaken[1])];
  const [top, bottom] = [clip(y - height + shaken[2]), clip(y + shaken[3])];
  if (right - left < width / 4 || bottom - top < height / 4) return [];
  return [{ label, score, box: { left, top, width: right - left, height: bottom - top } }];
}

type Moment = readonly [atSeconds: number, x: number, y: number];
const ways = new Map<string, readonly Moment[]>();

function pointsOf(way: string): readonly Moment[] {
  let points = ways.get(way);
  if (points === undefined) {
    points = way.split(', ').map((moment): Moment => {
      const [at = Number.NaN, x = Number.NaN, y = Number.NaN] = moment
        .split(' ')
        .map((each) => Number.parseFloat(each));
      return [at, x, y];
    });
    ways.set(way, points);
  }
  return points;
}
