import { box, crossing, disc, gradient, line, repeat, type Scene, type Sprite, standing } from './picture.ts';
import { lamp } from './scenery.ts';
import { bus, car, leftwards, motorbike, truck } from './vehicles.ts';

/** Between the road and us. */
const RAILING: Sprite = {
  width: 640,
  height: 36,
  svg: line('M0 6 H640 M0 20 H640', '#2c3945', 4) + repeat(17, (at) => box(at * 40, 2, 5, 34, '#2c3945')),
};

/** A long bridge at night. */
export const bridge: Scene = {
  background:
    gradient('sky', '#0b1324', '#27304d', 0, 200) +
    repeat(40, (at) => disc((at * 131) % 640, (at * 47) % 110, 1, '#cfd8ea', 'opacity="0.7"')) +
    repeat(
      16,
      (at) =>
        box(at * 41, 172 - ((at * 13) % 34), 26, 40, '#151d30') +
        box(at * 41 + 6, 180 - ((at * 13) % 24), 4, 4, '#f2c979'),
    ) +
    gradient('water', '#131d33', '#0a101d', 200, 60) +
    repeat(16, (at) => line(`M${at * 41 + 8} 206 v${14 + (at % 3) * 8}`, '#f2c979', 2, 'opacity="0.3"')) +
    line('M150 40 V238 M490 40 V238', '#7d8894', 10) +
    repeat(7, (at) =>
      line(
        `M150 48 L${20 + at * 18} 236 M150 48 L${170 + at * 22} 236 M490 48 L${362 + at * 18} 236 M490 48 L${512 + at * 20} 236`,
        '#aeb7c0',
        1,
        'opacity="0.5"',
      ),
    ) +
    box(0, 236, 640, 124, '#343a42') +
    box(0, 236, 640, 6, '#4d545d') +
    repeat(14, (at) => box(at * 48, 290, 28, 3, '#d8cf9a', 'opacity="0.8"')) +
    lamp(60, 246, true) +
    lamp(260, 246, true) +
    lamp(420, 246, true) +
    lamp(590, 246, true),
  actors: [
    crossing(leftwards(truck('#6a4a3a', '#3d5566')), { ground: 286, speed: -62, every: 31, after: 6 }),
    crossing(leftwards(car('#5a3f46', true)), { ground: 280, speed: -112, every: 16, after: 2 }),
    crossing(leftwards(motorbike('#4b5b46', '#2a2a30')), { ground: 288, speed: -78, every: 20, after: 11 }),
    crossing(car('#40566e', true), { ground: 326, speed: 118, every: 14 }),
    crossing(bus('#8a5a2e'), { ground: 334, speed: 70, every: 43, after: 19 }),
    crossing(motorbike('#73576b', '#30343a'), { ground: 338, speed: 82, every: 17, after: 7 }),
    standing(RAILING, 0, 324),
  ],
};
