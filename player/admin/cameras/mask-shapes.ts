import { MOST_MASKS, type PrivacyMask } from '#contracts/camera';
import type { Point, Points } from '../drawing/shapes.ts';

/** What can be done to the masks of a picture, as values (pure). */

export type Masks = readonly PrivacyMask[];

/** Fewer points cover nothing. */
export const LEAST_POINTS = 3;

export const mayAddMask = (masks: Masks): boolean => masks.length < MOST_MASKS;

export function withMask(masks: Masks, name: string, points: Points): Masks {
  return [...masks, { name, points: [...points] }];
}

export const withoutMask = (masks: Masks, mask: number): Masks => masks.filter((_, at) => at !== mask);

export const renamed = (masks: Masks, mask: number, name: string): Masks =>
  masks.map((one, at) => (at === mask ? { ...one, name } : one));

export const reshaped = (masks: Masks, mask: number, to: (points: Points) => Points): Masks =>
  masks.map((one, at) => (at === mask ? { ...one, points: pointsOf(to(one.points)) } : one));

const pointsOf = (points: Points): Point[] => [...points];
