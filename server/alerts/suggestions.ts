import type { RuleSuggestion, Verdict } from '#contracts/alerts';
import type { DetectionData } from '#contracts/events';
import type { Rule } from '#contracts/rules';
import type { Point } from '#contracts/shapes';
import { type Cut, cutOut } from './cut-out.ts';

/**
 * What would have kept wrong alerts of a rule away, computed from the closed ones: pure. A wrong one is false, or nuisance:
 * either way nobody needed to be called.
 */

export interface ClosedAlert {
  readonly verdict: Verdict;
  readonly detection: Pick<DetectionData, 'score' | 'box'>;
}
export type Change = RuleSuggestion['change'];
export type Finding = Pick<RuleSuggestion, 'change' | 'wrongAvoided' | 'trueLost'>;

/** Fewer say nothing. */
const LEAST_CLOSED = 8;
const LEAST_AVOIDED = 3;
/** Of the wrong ones: a change that helps against fewer is not worth it. */
const LEAST_SHARE = 0.4;
/** Of the true ones, that may be lost. */
const MOST_LOST = 0.05;
/** A true one that is lost weighs as much as so many wrong ones. */
const WEIGHT = 3;
/** Where no true one says where to stop. */
const HIGHEST = { leastScore: 0.9, leastHeight: 0.5 } as const;
/** Shares of the picture: how far wrong ones of one cause stand from one another, and what is left around them. */
const NEAR = 0.12;
const MARGIN = 0.015;
const LARGEST = 0.25;
/** The newest; each is compared with each. */
const MOST_PLACES = 500;

/** The change that helps most; `null` where none helps enough, or too little is known. */
export function suggest(closed: readonly ClosedAlert[], rule: Rule): Finding | null {
  const wrong = closed.filter(({ verdict }) => verdict !== 'true');
  const right = closed.filter(({ verdict }) => verdict === 'true');
  if (closed.length < LEAST_CLOSED) return null;
  const enough = ({ wrongAvoided, trueLost }: Finding): boolean =>
    wrongAvoided >= Math.max(LEAST_AVOIDED, LEAST_SHARE * wrong.length) && trueLost <= MOST_LOST * right.length;
  const found = [
    atLeast('leastScore', rule.leastScore, wrong, right, scoreOf),
    atLeast('leastHeight', rule.leastHeight, wrong, right, heightOf),
    ...exclusions(wrong, right, rule),
  ].filter((one) => one !== undefined);
  const worth = ({ wrongAvoided, trueLost }: Finding): number => wrongAvoided - WEIGHT * trueLost;
  // Of equals the first: a number is easier to follow than a cut.
  return found
    .filter(enough)
    .reduce<Finding | null>((best, one) => (best === null || worth(one) > worth(best) ? one : best), null);
}

/** As the rule would be with it; `undefined` where it cannot be had. */
export function changed(rule: Rule, change: Change): Rule | undefined {
  if (change.kind !== 'exclude') return { ...rule, [change.kind]: change.to };
  if (!('area' in rule)) return undefined;
  const area = cutOut(rule.area, change);
  return area === undefined ? undefined : { ...rule, area };
}

const scoreOf = ({ detection }: ClosedAlert): number | null => detection.score;
const heightOf = ({ detection }: ClosedAlert): number | null => detection.box?.height ?? null;
/** The point that decides where something is. */
function footOf({ detection: { box } }: ClosedAlert): Point[] {
  return box === null ? [] : [[box.left + box.width / 2, box.top + box.height]];
}

function atLeast(
  kind: 'leastScore' | 'leastHeight',
  from: number,
  wrong: readonly ClosedAlert[],
  right: readonly ClosedAlert[],
  measure: (alert: ClosedAlert) => number | null,
): Finding | undefined {
  const valuesOf = (alerts: readonly ClosedAlert[]): number[] =>
    alerts.flatMap((alert) => measure(alert) ?? []).sort((a, b) => a - b);
  const [bad, good] = [valuesOf(wrong), valuesOf(right)];
  const limit = good[Math.floor(MOST_LOST * right.length)] ?? HIGHEST[kind];
  const below = bad.filter((value) => value < limit).at(-1);
  if (below === undefined) return undefined;
  // No stricter than it takes to be above the last wrong one, in steps that a person would choose.
  const to = Math.min(Math.floor(below * 100 + 1) / 100, Math.floor(limit * 100) / 100);
  if (to <= from) return undefined;
  const lost = (values: readonly number[]): number => values.filter((value) => value < to).length;
  return { change: { kind, from, to }, wrongAvoided: lost(bad), trueLost: lost(good) };
}

function exclusions(wrong: readonly ClosedAlert[], right: readonly ClosedAlert[], rule: Rule): Finding[] {
  if (!('area' in rule)) return [];
  const bad = wrong.slice(0, MOST_PLACES).flatMap(footOf);
  const good = right.flatMap(footOf);
  const boxes = new Map<string, Cut>();
  for (const [x, y] of bad) {
    const near = bad.filter(([a, b]) => Math.hypot(a - x, b - y) <= NEAR);
    const box = around(near);
    boxes.set(JSON.stringify(box), box);
  }
  return [...boxes.values()].flatMap((box): Finding[] => {
    const change = { kind: 'exclude', ...box } as const;
    if ((box.right - box.left) * (box.bottom - box.top) > LARGEST || changed(rule, change) === undefined) return [];
    const inside = (points: readonly Point[]): number =>
      points.filter(([x, y]) => x >= box.left && x <= box.right && y >= box.top && y <= box.bottom).length;
    return [{ change, wrongAvoided: inside(bad), trueLost: inside(good) }];
  });
}

function around(points: readonly Point[]): Cut {
  const [xs, ys] = [points.map(([x]) => x), points.map(([, y]) => y)];
  const low = (values: readonly number[]): number => Math.max(0, round(Math.min(...values) - MARGIN));
  const high = (values: readonly number[]): number => Math.min(1, round(Math.max(...values) + MARGIN));
  return { left: low(xs), top: low(ys), right: high(xs), bottom: high(ys) };
}
const round = (value: number): number => Math.round(value * 1000) / 1000;
