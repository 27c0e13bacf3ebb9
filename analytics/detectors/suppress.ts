import type { Box } from '#contracts/detection';
import type { Candidate } from './layouts/layout.ts';

/** Boxes of one object overlap by more. */
const SAME = 0.5;
/** Of different classes that are taken for each other, a van for car and truck: they must overlap by more. */
const SAME_OF_KIN = 0.7;

/**
 * Keeps the best of the boxes that are of one object (greedy non-maximum suppression). Boxes of different classes are
 * of one object only where `kinOf` gives both classes one kin. Best first.
 */
export function suppress(candidates: readonly Candidate[], kinOf: (classIndex: number) => number): Candidate[] {
  const kept: Candidate[] = [];
  for (const candidate of [...candidates].sort((a, b) => b.score - a.score)) {
    const kin = kinOf(candidate.classIndex);
    const same = kept.some((better) => {
      if (better.classIndex === candidate.classIndex) return overlap(better, candidate) > SAME;
      return kinOf(better.classIndex) === kin && overlap(better, candidate) > SAME_OF_KIN;
    });
    if (!same) kept.push(candidate);
  }
  return kept;
}

export type Sides = Pick<Candidate, 'left' | 'top' | 'right' | 'bottom'>;

/** `margin`: wider by this share on each side. */
export function sidesOf({ left, top, width, height }: Box, margin = 0): Sides {
  return {
    left: left - width * margin,
    top: top - height * margin,
    right: left + width * (1 + margin),
    bottom: top + height * (1 + margin),
  };
}

/** Intersection over union. */
export function overlap(a: Sides, b: Sides): number {
  const width = Math.min(a.right, b.right) - Math.max(a.left, b.left);
  const height = Math.min(a.bottom, b.bottom) - Math.max(a.top, b.top);
  if (width <= 0 || height <= 0) return 0;
  const shared = width * height;
  return shared / ((a.right - a.left) * (a.bottom - a.top) + (b.right - b.left) * (b.bottom - b.top) - shared);
}

/** By the names that models use. */
export const VEHICLES: ReadonlySet<string> = new Set([
  ...['bicycle', 'car', 'motorcycle', 'bus', 'train', 'truck', 'van', 'boat'],
]);
const LARGE_VEHICLES = new Set(['car', 'bus', 'truck', 'van', 'train']);

/** Which classes a model takes for each other, by their names: vehicles on four wheels and more are one kin. */
export function kinOfClasses(classes: readonly (string | null)[]): (classIndex: number) => number {
  const first = classes.findIndex((label) => label !== null && LARGE_VEHICLES.has(label));
  return (classIndex) => (LARGE_VEHICLES.has(classes[classIndex] ?? '') ? first : classIndex);
}

export const isVehicle = (label: string): boolean => VEHICLES.has(label);
