/**
 * What a scene is made of. Everything is drawn in a picture of 640×360 units, whatever its size in pixels will be.
 * Time runs with the wall clock, so that two streams of one scene show the same moment.
 */
export const UNITS = { width: 640, height: 360 } as const;

export interface Scene {
  /** SVG elements that stand still. */
  readonly background: string;
  /** From back to front. */
  readonly actors: readonly Actor[];
}

/** SVG elements in a box of its own; multiples of 4 keep colours and outlines together at every size. */
export interface Sprite {
  readonly width: number;
  readonly height: number;
  readonly svg: string;
}

export interface Actor {
  readonly sprite: Sprite;
  /** FFmpeg expressions of `t` (s since 1970) for the upper left corner, in units. */
  readonly x: string;
  readonly y: string;
  /** Expression: seen while it is not 0; always when absent. */
  readonly visible?: string;
}

/** A part of a repeated span of time: from `from` to `to` within each `every` seconds. */
export interface Times {
  readonly every: number;
  readonly from: number;
  readonly to: number;
}

export function during({ every, from, to }: Times): string {
  return `between(mod(t,${every}),${from},${to})`;
}

export function standing(sprite: Sprite, x: number, y: number, visible?: string): Actor {
  return { sprite, x: String(x), y: String(y), ...(visible === undefined ? {} : { visible }) };
}

export interface Crossing {
  /** Units from the top to the sprite's lower edge. */
  readonly ground: number;
  /** Units per second; below 0 from right to left. */
  readonly speed: number;
  /** Seconds from one passage to the next, and how far into that span it begins. */
  readonly every: number;
  readonly after?: number;
  /** Units and seconds of a swing up and down. */
  readonly swing?: { readonly height: number; readonly seconds: number };
}

/** Comes in at one side, leaves at the other, and comes again. */
export function crossing(sprite: Sprite, { ground, speed, every, after = 0, swing }: Crossing): Actor {
  const way = `mod(t+${every - after},${every})*${speed}`;
  const top = ground - sprite.height;
  return {
    sprite,
    x: speed > 0 ? `${way}-${sprite.width}` : `${UNITS.width}+${way}`,
    y: swing === undefined ? String(top) : `${top}+${swing.height}*sin(t*${round(6.2832 / swing.seconds)}+${after})`,
  };
}

/** Two pictures of the same, in turn: steps, wings, blinking. */
export function alternating(
  frames: readonly [Sprite, Sprite],
  seconds: number,
  place: (sprite: Sprite) => Actor,
): Actor[] {
  const half = round(seconds / 2);
  return [
    { ...place(frames[0]), visible: `lt(mod(t,${seconds}),${half})` },
    { ...place(frames[1]), visible: `gte(mod(t,${seconds}),${half})` },
  ];
}

/** Goes from `from` to `to` and back, looking where it goes. */
export function shuttling(
  faces: { readonly right: Sprite; readonly left: Sprite },
  way: { readonly ground: number; readonly from: number; readonly to: number; readonly every: number; after?: number },
): Actor[] {
  const { ground, from, to, every, after = 0 } = way;
  const phase = `mod(t+${after},${every})/${every}`;
  const x = `${from}+${to - from}*(1-abs(1-2*${phase}))`;
  const y = String(ground - faces.right.height);
  return [
    { sprite: faces.right, x, y, visible: `lt(${phase},0.5)` },
    { sprite: faces.left, x, y, visible: `gte(${phase},0.5)` },
  ];
}

export function mirrored({ width, height, svg }: Sprite): Sprite {
  return { width, height, svg: `<g transform="translate(${width} 0) scale(-1 1)">${svg}</g>` };
}

export function box(x: number, y: number, width: number, height: number, fill: string, more = ''): string {
  return `<rect x="${x}" y="${y}" width="${width}" height="${height}" fill="${fill}" ${more}/>`;
}

export function disc(x: number, y: number, radius: number, fill: string, more = ''): string {
  return `<circle cx="${x}" cy="${y}" r="${radius}" fill="${fill}" ${more}/>`;
}

export function shape(path: string, fill: string, more = ''): string {
  return `<path d="${path}" fill="${fill}" ${more}/>`;
}

export function line(path: string, stroke: string, width: number, more = ''): string {
  return `<path d="${path}" fill="none" stroke="${stroke}" stroke-width="${width}" stroke-linecap="round" ${more}/>`;
}

/** From the top of the picture to `height`. */
export function gradient(id: string, top: string, bottom: string, y: number, height: number): string {
  return `<linearGradient id="${id}" x2="0" y2="1"><stop stop-color="${top}"/><stop offset="1" stop-color="${bottom}"/></linearGradient>${box(0, y, UNITS.width, height, `url(#${id})`)}`;
}

export function repeat(count: number, draw: (index: number) => string): string {
  return Array.from({ length: count }, (_, index) => draw(index)).join('');
}

function round(value: number): number {
  return Math.round(value * 10_000) / 10_000;
}
