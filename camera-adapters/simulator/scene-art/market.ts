import { walking } from './people.ts';
import { box, crossing, disc, gradient, repeat, type Scene, type Sprite, shape, standing } from './picture.ts';
import { bicycle, leftwards, motorbike } from './vehicles.ts';

const AWNINGS = ['#c8452f', '#2f7d5b', '#d59a24', '#35639e', '#a8487a'];

function stall(x: number, colour: string, fruit: string): string {
  return (
    box(x + 6, 96, 4, 112, '#6b5a45') +
    box(x + 106, 96, 4, 112, '#6b5a45') +
    shape(
      `M${x} 84 h116 l8 30 q-11 10 -22 0 q-11 10 -22 0 q-11 10 -22 0 q-11 10 -22 0 q-11 10 -22 0 q-11 10 -22 0 z`,
      colour,
    ) +
    box(x + 8, 166, 100, 42, '#8a6a45') +
    repeat(8, (at) => disc(x + 18 + at * 11, 164, 6, fruit)) +
    repeat(7, (at) => disc(x + 23 + at * 11, 156, 6, fruit))
  );
}

/** A load on a carrying pole, in front of everything else. */
const BASKETS: Sprite = {
  width: 96,
  height: 40,
  svg:
    shape('M6 16 h34 l-6 22 h-22 z', '#b9935a') +
    repeat(4, (at) => disc(11 + at * 8, 15, 5, '#4f9a4a')) +
    shape('M54 16 h34 l-6 22 h-22 z', '#b9935a') +
    repeat(4, (at) => disc(59 + at * 8, 15, 5, '#d9742c')),
};

/** A lane of stalls in the morning. */
export const market: Scene = {
  background:
    gradient('sky', '#f0dcb6', '#efe8d8', 0, 120) +
    box(0, 60, 640, 148, '#b9a888') +
    repeat(13, (at) => box(at * 52 + 6, 66, 36, 22, '#9c8b6c')) +
    repeat(5, (at) =>
      stall(at * 128 + 4, AWNINGS[at] ?? '#888', ['#d9742c', '#5aa046', '#d8c23a', '#c23b4b', '#8e5bb0'][at] ?? '#888'),
    ) +
    gradient('lane', '#b3aa9a', '#8d8578', 208, 152) +
    repeat(9, (at) => box(at * 76 + 14, 236 + (at % 3) * 34, 46, 3, '#7d7569', 'opacity="0.5"')),
  actors: [
    ...walking({ top: '#7a4c9c', legs: '#24242c', head: 'cone' }, { ground: 236, speed: 18, every: 44 }),
    ...walking(
      { top: '#d06a4a', legs: '#2b3550', head: 'cone', bag: '#4f9a4a' },
      { ground: 250, speed: -20, every: 39, after: 12 },
    ),
    ...walking({ top: '#e2e2dc', legs: '#5a4634' }, { ground: 262, speed: 24, every: 33, after: 20 }),
    crossing(leftwards(bicycle('#3f8f8a')), { ground: 276, speed: -44, every: 24, after: 5 }),
    ...walking({ top: '#3f6fb5', legs: '#3a3a3a', head: 'cap' }, { ground: 292, speed: 21, every: 47, after: 31 }),
    crossing(motorbike('#c94f7c', '#b0862a'), { ground: 318, speed: 40, every: 29, after: 15 }),
    ...walking({ top: '#50803c', legs: '#222', head: 'cone' }, { ground: 332, speed: -23, every: 36, after: 3 }),
    standing(BASKETS, 500, 312),
  ],
};
