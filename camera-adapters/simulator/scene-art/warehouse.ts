import { guard, walking } from './people.ts';
import { box, gradient, line, repeat, type Scene, shape, shuttling, standing } from './picture.ts';
import { forklift, leftwards } from './vehicles.ts';

const GOODS = ['#b98a54', '#a5764a', '#7d8f98', '#c2a36b', '#6f8a5b', '#9d5f4c'];

function shelf(x: number): string {
  return (
    repeat(
      3,
      (row) =>
        repeat(4, (at) =>
          box(
            x + 8 + at * 34,
            66 + row * 54 + ((at + row) % 3) * 4,
            28,
            44 - ((at + row) % 3) * 4,
            GOODS[(at * 2 + row) % GOODS.length] ?? '#888',
          ),
        ) + box(x, 110 + row * 54, 148, 6, '#d5722b'),
    ) +
    box(x, 56, 6, 176, '#2f5f8f') +
    box(x + 142, 56, 6, 176, '#2f5f8f')
  );
}

/** A store of goods, lit from above. */
export const warehouse: Scene = {
  background:
    gradient('wall', '#7b8288', '#a2a8aa', 0, 232) +
    repeat(5, (at) => line(`M${at * 160 - 20} 0 L${at * 160 + 40} 40`, '#5f666b', 5)) +
    repeat(
      4,
      (at) =>
        box(60 + at * 160, 26, 76, 8, '#f7f5dc') +
        shape(`M${60 + at * 160} 34 h76 l40 198 h-156 z`, '#f7f5dc', 'opacity="0.07"'),
    ) +
    repeat(4, (at) => shelf(at * 162 + 2)) +
    gradient('floor', '#8f9291', '#6d7071', 232, 128) +
    line('M0 250 H640 M0 350 H640', '#e3c331', 4),
  actors: [
    ...walking({ top: '#e0752c', legs: '#2b3550', head: 'cap' }, { ground: 262, speed: 21, every: 42 }),
    standing(guard('#4f7a52'), 564, 204),
    ...shuttling(
      { right: forklift(true), left: leftwards(forklift(false)) },
      { ground: 316, from: 30, to: 500, every: 26 },
    ),
    ...walking({ top: '#e0c12c', legs: '#333', head: 'cap' }, { ground: 344, speed: -24, every: 37, after: 13 }),
  ],
};
