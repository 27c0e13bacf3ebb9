import { childWalking, walking } from './people.ts';
import { alternating, box, crossing, gradient, line, repeat, type Scene, shape, standing } from './picture.ts';
import { flag, tree } from './scenery.ts';
import { leftwards, motorbike } from './vehicles.ts';

/** The gate of a school when the lessons begin. */
export const schoolGate: Scene = {
  background:
    gradient('sky', '#9fcbe8', '#e6f0ee', 0, 200) +
    box(60, 70, 520, 120, '#f0d9a0') +
    shape('M40 74 L320 26 L600 74 z', '#b2523a') +
    repeat(9, (at) => box(82 + at * 56, 88, 30, 34, '#587684') + box(82 + at * 56, 134, 30, 34, '#587684')) +
    box(286, 124, 68, 66, '#7a4e33') +
    box(0, 190, 640, 38, '#c9c3b4') +
    line('M118 190 V24', '#8a9298', 4) +
    box(0, 184, 250, 44, '#e2d6c2') +
    box(390, 184, 250, 44, '#e2d6c2') +
    repeat(24, (at) => (at < 9 || at > 14 ? box(at * 27, 172, 4, 56, '#54717f') : '')) +
    box(244, 150, 16, 80, '#c46a4a') +
    box(380, 150, 16, 80, '#c46a4a') +
    box(236, 132, 168, 22, '#2f6f8f', 'rx="3"') +
    tree(40, 196, 46) +
    tree(600, 196, 50) +
    box(0, 228, 640, 30, '#c9c3b4') +
    box(0, 258, 640, 102, '#6a6f72') +
    repeat(14, (at) => box(at * 48, 306, 28, 4, '#e8e6dc')) +
    repeat(8, (at) => box(290 + at * 9, 260, 5, 98, '#e8e6dc', 'opacity="0.7"')),
  actors: [
    ...alternating(flag('#c8452f'), 1.2, (sprite) => standing(sprite, 120, 28)),
    ...childWalking('#f4f4f0', '#c8452f', { ground: 246, speed: 22, every: 31 }),
    ...childWalking('#f4f4f0', '#2f7d5b', { ground: 250, speed: 23, every: 31, after: 2 }),
    ...childWalking('#f4f4f0', '#d59a24', { ground: 252, speed: -26, every: 27, after: 7 }),
    ...walking({ top: '#c994b8', legs: '#efe6ee', head: 'cone' }, { ground: 254, speed: -17, every: 49, after: 16 }),
    ...childWalking('#f4f4f0', '#35639e', { ground: 250, speed: 27, every: 38, after: 21 }),
    crossing(leftwards(motorbike('#3f6fb5', '#a02828')), { ground: 300, speed: -62, every: 18, after: 3 }),
    crossing(motorbike('#e0b84a', '#335577', '#d24b3a'), { ground: 344, speed: 58, every: 21, after: 10 }),
  ],
};
