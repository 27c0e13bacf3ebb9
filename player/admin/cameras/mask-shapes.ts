import { MOST_MASK_POINTS, MOST_MASKS, type PrivacyMask } from '#contracts/camera';

/** What can be done to the masks of a picture, as values; points are shares of width and height (pure). */

export type Point = PrivacyMask['points'][number];
export type Masks = readonly PrivacyMask[];

/** Fewer points cover nothing. */
export const LEAST_POINTS = 3;
/** A rectangle with a shorter side was a click. */
const LEAST_SIDE = 0.02;

const clamp = (value: number): number => Math.min(1, Math.max(0, value));
/** What a picture of 10,000 pixels needs, and no more: these numbers are read by people in manifests. */
const round = (value: number): number => Math.round(value * 10_000) / 10_000;
const inside = ([x, y]: Point): Point => [round(clamp(x)), round(clamp(y))];

export const mayAddMask = (masks: Masks): boolean => masks.length < MOST_MASKS;

/** A rectangle between two corners; `undefined` where it is too small to be meant. */
export function rectangle(from: Point, to: Point): Point[] | undefined {
  const [[ax, ay], [bx, by]] = [inside(from), inside(to)];
  if (Math.abs(ax - bx) < LEAST_SIDE || Math.abs(ay - by) < LEAST_SIDE) return undefined;
  return [
    [ax, ay],
    [bx, ay],
    [bx, by],
    [ax, by],
  ];
}

/** In the middle, each a little beside the last, so that none lies hidden under another. */
export function starter(masks: Masks): Point[] {
  const aside = (masks.length % 6) * 0.04;
  return rectangle([0.36 + aside, 0.36 + aside], [0.56 + aside, 0.56 + aside]) ?? [];
}

export function withMask(masks: Masks, name: string, points: readonly Point[]): Masks {
  return [...masks, { name, points: [...points] }];
}

export const withoutMask = (masks: Masks, mask: number): Masks => masks.filter((_, at) => at !== mask);

export const renamed = (masks: Masks, mask: number, name: string): Masks =>
  changed(masks, mask, (one) => ({ ...one, name }));

export function withPointAt(masks: Masks, mask: number, point: number, to: Point): Masks {
  return changed(masks, mask, (one) => ({
    ...one,
    points: one.points.map((known, at) => (at === point ? inside(to) : known)),
  }));
}

/** As far as it can go: a mask keeps its form at the edge of the picture. */
export function moved(masks: Masks, mask: number, [dx, dy]: Point): Masks {
  return changed(masks, mask, (one) => {
    const [xs, ys] = [one.points.map(([x]) => x), one.points.map(([, y]) => y)];
    const stepX = Math.min(1 - Math.max(...xs), Math.max(-Math.min(...xs), dx));
    const stepY = Math.min(1 - Math.max(...ys), Math.max(-Math.min(...ys), dy));
    return { ...one, points: one.points.map(([x, y]) => inside([x + stepX, y + stepY])) };
  });
}

/** In the middle of the edge that begins at `edge`. */
export function middleOf(points: readonly Point[], edge: number): Point {
  const [ax, ay] = points[edge] ?? [0, 0];
  const [bx, by] = points[(edge + 1) % points.length] ?? [0, 0];
  return inside([(ax + bx) / 2, (ay + by) / 2]);
}

export const mayAddPoint = (points: readonly Point[]): boolean => points.length < MOST_MASK_POINTS;

export function withPointAdded(masks: Masks, mask: number, edge: number): Masks {
  return changed(masks, mask, (one) =>
    mayAddPoint(one.points) ? { ...one, points: one.points.toSpliced(edge + 1, 0, middleOf(one.points, edge)) } : one,
  );
}

export function withPointRemoved(masks: Masks, mask: number, point: number): Masks {
  return changed(masks, mask, (one) =>
    one.points.length > LEAST_POINTS ? { ...one, points: one.points.toSpliced(point, 1) } : one,
  );
}

function changed(masks: Masks, mask: number, change: (one: PrivacyMask) => PrivacyMask): Masks {
  return masks.map((one, at) => (at === mask ? change(one) : one));
}

// ---- undo ------------------------------------------------------------------------------------------------------------

export interface History {
  readonly past: readonly Masks[];
  readonly now: Masks;
  readonly future: readonly Masks[];
  /** What the last change belongs to: all steps of one drag, or of one run of arrow keys, are undone together. */
  readonly gesture: string | null;
}
export type HistoryAction =
  | { readonly kind: 'change'; readonly to: (masks: Masks) => Masks; readonly gesture?: string }
  | { readonly kind: 'undo' | 'redo' }
  | { readonly kind: 'begin'; readonly masks: Masks };

const MOST_STEPS = 200;

export const begin = (masks: Masks): History => ({ past: [], now: masks, future: [], gesture: null });

export function historyAfter(history: History, action: HistoryAction): History {
  const { past, now, future } = history;
  switch (action.kind) {
    case 'begin':
      return begin(action.masks);
    case 'undo': {
      const before = past.at(-1);
      return before === undefined
        ? history
        : { past: past.slice(0, -1), now: before, future: [now, ...future], gesture: null };
    }
    case 'redo': {
      const [after, ...rest] = future;
      return after === undefined ? history : { past: [...past, now], now: after, future: rest, gesture: null };
    }
    case 'change': {
      const next = action.to(now);
      if (next === now) return history;
      const gesture = action.gesture ?? null;
      const goesOn = gesture !== null && gesture === history.gesture;
      return { past: goesOn ? past : [...past, now].slice(-MOST_STEPS), now: next, future: [], gesture };
    }
  }
}
