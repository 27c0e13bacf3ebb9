import { guard, walking } from './people.ts';
import { box, disc, during, gradient, line, repeat, type Scene, type Sprite, shape, standing } from './picture.ts';
import { palm } from './scenery.ts';

const LIFT: Sprite = { width: 64, height: 112, svg: box(0, 0, 64, 112, '#8d969c') + line('M32 0 V112', '#6b747a', 2) };
const DESK: Sprite = {
  width: 200,
  height: 60,
  svg:
    box(0, 0, 200, 8, '#e8ded0') +
    box(6, 8, 188, 52, '#8a5f3c') +
    repeat(6, (at) => box(14 + at * 31, 16, 24, 38, '#7a5233')),
};
const ARROW: Sprite = { width: 16, height: 16, svg: shape('M8 2 L14 13 H2 z', '#ffb300') };

/** The hall of a public office. */
export const lobby: Scene = {
  background:
    gradient('wall', '#d7d2c6', '#efe9dc', 0, 232) +
    repeat(4, (at) => box(24 + at * 40, 40, 34, 150, '#a9c9d6') + box(24 + at * 40, 110, 34, 3, '#e9e5da')) +
    box(250, 60, 200, 60, '#2f6f8f', 'rx="4"') +
    box(266, 76, 120, 8, '#dfe9ee') +
    box(266, 94, 160, 6, '#9fc0cf') +
    box(520, 108, 80, 124, '#5b646a') +
    box(528, 120, 64, 112, '#3a4147') +
    box(528, 88, 64, 14, '#23282c') +
    disc(212, 70, 18, '#f7f5ee', 'stroke="#5b646a" stroke-width="3"') +
    line('M212 70 V58 M212 70 L221 74', '#333', 2) +
    gradient('floor', '#c9c1b1', '#a59c8a', 232, 128) +
    repeat(9, (at) => line(`M${320 + (at - 4) * 34} 232 L${320 + (at - 4) * 110} 360`, '#b5ac9a', 2)) +
    palm(226, 238, 52, '#3f8f57') +
    box(212, 226, 28, 20, '#a5663f') +
    palm(492, 238, 46, '#3f8f57') +
    box(480, 226, 24, 20, '#a5663f'),
  actors: [
    standing(guard('#3f6fb5'), 356, 172),
    standing(LIFT, 528, 120, `not(${during({ every: 22, from: 8, to: 14 })})`),
    standing(ARROW, 552, 88, during({ every: 22, from: 3, to: 14 })),
    standing(DESK, 272, 204),
    ...walking({ top: '#e6e6e0', legs: '#2b3550', bag: '#5b3f2a' }, { ground: 290, speed: 25, every: 36 }),
    ...walking({ top: '#8c4a5c', legs: '#24242c' }, { ground: 306, speed: -22, every: 43, after: 8 }),
    ...walking({ top: '#4f7a52', legs: '#4a4236', head: 'cap' }, { ground: 328, speed: 19, every: 51, after: 24 }),
    ...walking({ top: '#c9a24a', legs: '#333', bag: '#35639e' }, { ground: 348, speed: -28, every: 32, after: 17 }),
  ],
};
