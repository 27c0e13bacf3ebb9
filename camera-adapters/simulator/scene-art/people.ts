import {
  type Actor,
  alternating,
  box,
  type Crossing,
  crossing,
  disc,
  line,
  mirrored,
  type Sprite,
  shape,
} from './picture.ts';

export interface Clothes {
  readonly top: string;
  readonly legs: string;
  readonly head?: 'hair' | 'cone' | 'cap';
  /** A rucksack, a basket or a bag in this colour. */
  readonly bag?: string;
}

const SKIN = '#e0ac82';
const SIZE = { width: 24, height: 56 };

/** Seen from the side, walking to the right; the two frames are one step. */
export function walkerFrames(clothes: Clothes): readonly [Sprite, Sprite] {
  const legs = (front: number): string =>
    line(`M12 34 L${12 + front} 52 m0 0 l3 1`, clothes.legs, 5) +
    line(`M12 34 L${12 - front} 52 m0 0 l3 1`, clothes.legs, 5);
  const arms = (front: number): string => line(`M12 20 L${12 + front} 33`, SKIN, 3);
  const frame = (stride: number, swing: number): Sprite => ({
    ...SIZE,
    svg:
      legs(stride) +
      (clothes.bag === undefined ? '' : box(3, 18, 7, 13, clothes.bag, 'rx="3"')) +
      shape('M8 17 q4 -3 8 0 l1 18 h-10 z', clothes.top) +
      arms(swing) +
      disc(12, 10, 5, SKIN) +
      hat(clothes.head ?? 'hair'),
  });
  return [frame(6, -5), frame(1, 4)];
}

function hat(kind: 'hair' | 'cone' | 'cap'): string {
  if (kind === 'cone') return shape('M1 9 L12 0 L23 9 Q12 12 1 9', '#e8d9a4');
  if (kind === 'cap') return shape('M7 9 q0 -6 6 -6 q4 0 4 5 h4 v1 z', '#2f5d8a');
  return shape('M7 10 q-1 -7 6 -6 q5 0 4 4 q-5 -2 -7 0 q-1 3 -3 2', '#2a211c');
}

export function walking(clothes: Clothes, way: Crossing): Actor[] {
  const [first, second] = walkerFrames(clothes);
  const frames = way.speed > 0 ? ([first, second] as const) : ([mirrored(first), mirrored(second)] as const);
  return alternating(frames, 0.7, (sprite) => crossing(sprite, way));
}

/** Smaller than a grown-up, with a rucksack. */
export function childWalking(top: string, bag: string, way: Crossing): Actor[] {
  const shrink = ({ svg }: Sprite): Sprite => ({
    width: 16,
    height: 40,
    svg: `<g transform="scale(0.68 0.71)">${svg}</g>`,
  });
  const [first, second] = walkerFrames({ top, legs: '#23304f', bag });
  const pair = [shrink(first), shrink(second)] as const;
  const frames = way.speed > 0 ? pair : ([mirrored(pair[0]), mirrored(pair[1])] as const);
  return alternating(frames, 0.5, (sprite) => crossing(sprite, way));
}

/** Stands and looks at us. */
export function guard(top: string): Sprite {
  return {
    ...SIZE,
    svg:
      line('M9 34 V53 M15 34 V53', '#26323a', 5) +
      shape('M6 17 q6 -4 12 0 l1 18 h-14 z', top) +
      line('M6 20 L4 34 M18 20 L20 34', top, 3) +
      disc(12, 10, 5, SKIN) +
      shape('M6 8 q6 -9 12 0 z', '#33502f'),
  };
}
