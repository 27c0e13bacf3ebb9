import { walking } from './people.ts';
import { box, crossing, during, gradient, repeat, type Scene, standing } from './picture.ts';
import { lamp, townHouse, trafficLight, tree } from './scenery.ts';
import { bus, car, leftwards, motorbike } from './vehicles.ts';

const LIGHTS = 30;

/** A crossroads in the town, by day. */
export const junction: Scene = {
  background:
    gradient('sky', '#a9cbe0', '#dfe9e6', 0, 170) +
    townHouse(0, 176, 84, 120, '#e4c99a', '#b5402f') +
    townHouse(84, 176, 72, 152, '#9fc0bd', '#2f6f8f') +
    townHouse(156, 176, 90, 108, '#e7ded0', '#3f8f52') +
    townHouse(318, 176, 78, 138, '#d8a48a', '#6b4a9c') +
    townHouse(396, 176, 92, 112, '#eee3b8', '#b5402f') +
    townHouse(488, 176, 70, 156, '#b9c7d6', '#c77f1b') +
    townHouse(558, 176, 82, 124, '#cdd8b0', '#2f6f8f') +
    box(246, 96, 72, 80, '#8e979b') +
    box(0, 176, 640, 22, '#c4bfb3') +
    box(0, 198, 640, 162, '#5a5f63') +
    box(246, 176, 72, 24, '#5a5f63') +
    repeat(16, (at) => box(at * 42, 276, 24, 4, '#e8e6dc')) +
    repeat(7, (at) => box(250 + at * 10, 204, 6, 62, '#e8e6dc', 'opacity="0.85"')) +
    tree(30, 188, 34) +
    tree(612, 188, 30) +
    lamp(210, 196, false) +
    box(334, 150, 4, 46, '#59626a'),
  actors: [
    ...walking({ top: '#c94f7c', legs: '#2b3550', head: 'cone' }, { ground: 196, speed: 26, every: 34 }),
    ...walking({ top: '#3f6fb5', legs: '#3a3a3a', bag: '#a5722f' }, { ground: 194, speed: -22, every: 41, after: 9 }),
    standing(trafficLight('red'), 328, 120, during({ every: LIGHTS, from: 0, to: 13 })),
    standing(trafficLight('green'), 328, 120, during({ every: LIGHTS, from: 13, to: 27 })),
    standing(trafficLight('amber'), 328, 120, during({ every: LIGHTS, from: 27, to: 30 })),
    crossing(leftwards(bus('#d8622a')), { ground: 262, speed: -74, every: 37, after: 4 }),
    crossing(leftwards(car('#c8cdd2')), { ground: 256, speed: -96, every: 19, after: 11 }),
    crossing(leftwards(motorbike('#d9b13b', '#a02828')), { ground: 270, speed: -84, every: 12, after: 2 }),
    crossing(motorbike('#5d8f4e', '#244a7a', '#e04b3a'), { ground: 322, speed: 88, every: 11 }),
    crossing(car('#3d6ea8'), { ground: 330, speed: 104, every: 17, after: 6 }),
    crossing(motorbike('#a65fb0', '#333333'), { ground: 346, speed: 76, every: 14, after: 8 }),
  ],
};
