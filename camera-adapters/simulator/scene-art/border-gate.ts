import { guard, walking } from './people.ts';
import {
  alternating,
  box,
  during,
  gradient,
  line,
  repeat,
  type Scene,
  type Sprite,
  shape,
  standing,
} from './picture.ts';
import { flag, lamp, tree } from './scenery.ts';
import { car, truck } from './vehicles.ts';

/** One round: a vehicle comes, stands at the barrier, and drives on when it is lifted. */
const ROUND = 28;

const CLOSED: Sprite = {
  width: 200,
  height: 12,
  svg: box(0, 2, 200, 8, '#f4f4f0') + repeat(5, (at) => box(at * 40, 2, 20, 8, '#c8352b')),
};
const OPEN: Sprite = {
  width: 60,
  height: 140,
  svg: `<g transform="translate(6 136) rotate(-78)">${box(0, -4, 136, 8, '#f4f4f0') + repeat(4, (at) => box(at * 36, -4, 18, 8, '#c8352b'))}</g>`,
};

/** Drives in until 6 s, waits until 14 s, and is out at 22 s. */
function passing(sprite: Sprite, ground: number, which: number) {
  const at = `mod(t,${ROUND * 2})`;
  const since = which === 0 ? at : `mod(t+${ROUND},${ROUND * 2})`;
  const stop = 352 - sprite.width;
  const x = `if(lt(${since},6),-${sprite.width}+${since}*${((stop + sprite.width) / 6).toFixed(3)},if(lt(${since},14),${stop},${stop}+(${since}-14)*(${since}-14)*7))`;
  return { sprite, x, y: String(ground - sprite.height) };
}

/** A border crossing in the evening. */
export const borderGate: Scene = {
  background:
    gradient('sky', '#3f4f7a', '#e0a07a', 0, 190) +
    shape('M0 150 Q90 96 180 140 Q280 92 380 138 Q500 88 640 146 V200 H0 z', '#4a5a56') +
    box(0, 190, 640, 38, '#4d5850') +
    tree(40, 206, 44, '#3c5a45') +
    tree(606, 206, 48, '#3c5a45') +
    box(150, 64, 440, 26, '#d8d2c2') +
    box(150, 88, 440, 6, '#9a3b2d') +
    box(176, 92, 12, 140, '#b9b3a4') +
    box(552, 92, 12, 140, '#b9b3a4') +
    box(420, 150, 74, 84, '#e9e4d6') +
    box(428, 162, 58, 32, '#2b4250') +
    box(412, 142, 90, 10, '#9a3b2d') +
    gradient('road', '#74706b', '#55524f', 226, 134) +
    line('M0 300 H640', '#d8cf9a', 3) +
    lamp(110, 232, true) +
    line('M540 236 V96', '#8a9298', 3) +
    box(352, 224, 14, 72, '#2f3a40'),
  actors: [
    ...alternating(flag('#c8352b'), 1.1, (sprite) => standing(sprite, 544, 98)),
    standing(guard('#5b6f3c'), 508, 182),
    ...walking({ top: '#5b6f3c', legs: '#33402a', head: 'cap' }, { ground: 246, speed: 16, every: 56, after: 10 }),
    passing(truck('#a8402e', '#5f7a86'), 318, 0),
    passing(car('#cfc7b4'), 314, 1),
    standing(CLOSED, 356, 244, `not(${during({ every: ROUND, from: 12, to: 21 })})`),
    standing(OPEN, 352, 120, during({ every: ROUND, from: 12, to: 21 })),
    ...walking(
      { top: '#7a5a8c', legs: '#2b2b33', head: 'cone', bag: '#a5722f' },
      { ground: 350, speed: -21, every: 48, after: 22 },
    ),
  ],
};
