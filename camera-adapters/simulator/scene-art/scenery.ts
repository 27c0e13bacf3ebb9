import { box, disc, line, repeat, type Sprite, shape } from './picture.ts';

/** What stands around in several scenes. */
export function palm(x: number, ground: number, height: number, leaf = '#2f7a48'): string {
  const top = ground - height;
  const leaves = [-60, -25, 15, 50, 85, 130]
    .map(
      (angle) =>
        `<path d="M0 0 q14 -12 30 2 q-16 -4 -30 -2" transform="translate(${x} ${top}) rotate(${angle - 90})"/>`,
    )
    .join('');
  return line(`M${x} ${ground} q-4 -${height / 2} 0 -${height}`, '#6e5136', 5) + `<g fill="${leaf}">${leaves}</g>`;
}

export function tree(x: number, ground: number, size: number, leaf = '#3b7f45'): string {
  return (
    box(x - 3, ground - size, 6, size, '#5e4630') +
    disc(x, ground - size - 6, size * 0.5, leaf) +
    disc(x - size * 0.35, ground - size + 4, size * 0.36, leaf) +
    disc(x + size * 0.35, ground - size + 2, size * 0.38, leaf)
  );
}

/** A narrow town house with a shop below. */
export function townHouse(
  x: number,
  ground: number,
  width: number,
  height: number,
  wall: string,
  sign: string,
): string {
  const top = ground - height;
  return (
    box(x, top, width, height, wall) +
    box(x, top, width, 5, '#00000022') +
    repeat(Math.floor((height - 56) / 34), (floor) =>
      repeat(2, (side) =>
        box(x + width * (side * 0.45 + 0.14), top + 12 + floor * 34, width * 0.26, 20, '#4e6470', 'rx="1"'),
      ),
    ) +
    box(x, ground - 46, width, 12, sign) +
    box(x + 5, ground - 32, width - 10, 32, '#3a3f44') +
    box(x + 7, ground - 30, width - 14, 30, '#c7b489', 'opacity="0.55"')
  );
}

export function lamp(x: number, ground: number, lit: boolean): string {
  return (
    line(`M${x} ${ground} V${ground - 96} q0 -10 14 -10`, '#59626a', 4) +
    shape(`M${x + 12} ${ground - 108} h16 l-3 6 h-10 z`, lit ? '#ffe9a8' : '#c9ced1') +
    (lit ? shape(`M${x + 14} ${ground - 100} L${x - 22} ${ground} H${x + 62} z`, '#ffe9a8', 'opacity="0.13"') : '')
  );
}

/** A red, amber or green light on a pole. */
export function trafficLight(on: 'red' | 'amber' | 'green'): Sprite {
  const glass = (name: string, colour: string, y: number): string => disc(8, y, 4, on === name ? colour : '#3b3b3b');
  return {
    width: 16,
    height: 40,
    svg:
      box(1, 1, 14, 38, '#191c1e', 'rx="4"') +
      glass('red', '#ff3b30', 8) +
      glass('amber', '#ffb300', 20) +
      glass('green', '#30d158', 32),
  };
}

/** Something that flutters: a flag of one colour, in two frames. */
export function flag(colour: string): readonly [Sprite, Sprite] {
  const frame = (bend: number): Sprite => ({
    width: 44,
    height: 32,
    svg: shape(`M2 4 q10 ${-bend} 20 0 q10 ${bend} 20 0 v22 q-10 ${bend} -20 0 q-10 ${-bend} -20 0 z`, colour),
  });
  return [frame(5), frame(-5)];
}

/** A bird in two frames. */
export function bird(colour: string): readonly [Sprite, Sprite] {
  const frame = (wing: number): Sprite => ({
    width: 24,
    height: 16,
    svg: line(`M2 ${8 - wing} Q8 ${8 - wing} 12 9 Q16 ${8 - wing} 22 ${8 - wing}`, colour, 2),
  });
  return [frame(5), frame(-4)];
}
