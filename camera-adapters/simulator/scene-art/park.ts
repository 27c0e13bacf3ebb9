import { walking } from './people.ts';
import {
  alternating,
  box,
  crossing,
  disc,
  gradient,
  mirrored,
  repeat,
  type Scene,
  type Sprite,
  shape,
} from './picture.ts';
import { bird, palm, tree } from './scenery.ts';
import { bicycle } from './vehicles.ts';

const DUCK: Sprite = {
  width: 32,
  height: 20,
  svg:
    shape('M2 12 Q8 18 18 18 Q28 18 27 10 Q20 11 14 10 Q6 8 2 12', '#f4f1e6') +
    disc(26, 7, 4, '#f4f1e6') +
    shape('M29 6 l3 2 l-4 1 z', '#e08a2b'),
};

/** Paths around a pond. */
export const park: Scene = {
  background:
    gradient('sky', '#b5d8ea', '#e9f2e4', 0, 130) +
    box(0, 118, 640, 242, '#7fb069') +
    repeat(11, (at) =>
      tree(20 + at * 62, 140 + (at % 3) * 8, 36 + (at % 4) * 7, ['#3b7f45', '#4f9150', '#357043'][at % 3]),
    ) +
    shape('M160 206 Q320 160 500 200 Q560 232 430 252 Q250 270 160 236 Q132 220 160 206', '#7fb6cf') +
    shape('M0 300 Q200 262 420 286 Q560 300 640 280 V330 Q540 348 400 330 Q180 306 0 346 z', '#d9c9a3') +
    palm(90, 260, 74) +
    palm(584, 262, 66) +
    box(252, 270, 64, 6, '#7a5a3a') +
    box(252, 256, 64, 5, '#7a5a3a') +
    box(258, 256, 4, 28, '#5b4229') +
    box(306, 256, 4, 28, '#5b4229'),
  actors: [
    ...alternating(bird('#4a5a52'), 0.7, (sprite) =>
      crossing(sprite, { ground: 56, speed: 38, every: 37, swing: { height: 10, seconds: 4 } }),
    ),
    ...shuttling({ right: DUCK, left: mirrored(DUCK) }, { ground: 226, from: 206, to: 400, every: 64 }),
    ...shuttling({ right: DUCK, left: mirrored(DUCK) }, { ground: 242, from: 250, to: 430, every: 78, after: 30 }),
    ...walking({ top: '#d8552f', legs: '#333' }, { ground: 308, speed: 46, every: 23 }),
    ...walking({ top: '#5c7fc2', legs: '#2b3550', head: 'cap' }, { ground: 314, speed: -19, every: 46, after: 11 }),
    ...walking({ top: '#c26a9c', legs: '#e8e2d8', head: 'cone' }, { ground: 318, speed: -19, every: 46, after: 13 }),
    crossing(bicycle('#d59a24'), { ground: 328, speed: 54, every: 28, after: 17 }),
  ],
};
