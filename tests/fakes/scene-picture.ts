import { type Picture, readPicture, SOURCE_HEIGHT, SOURCE_WIDTH } from '../../analytics/picture-health/picture.ts';

/** A drawn street, as a camera of its own kind of light and noise would see it. Deterministic. */
export interface SceneOptions {
  /** 0 (no light at all) to 1 (day). */
  readonly light?: number;
  /** Levels of brightness, each pixel, each picture another. */
  readonly noise?: number;
  /** Pixels of the source by which the camera looks elsewhere. */
  readonly shift?: number;
  /** Radius of defocus, pixels of the source. */
  readonly blur?: number;
  /** Share of the picture, from the left, behind a cloth. */
  readonly cover?: number;
  /** Without colour, and lit from the camera: leaves are bright and the sky dark. */
  readonly infrared?: boolean;
  /** Lamps of a car, pixels from the left. */
  readonly headlights?: number;
  /** Another number, other noise. */
  readonly seed?: number;
}

export function scenePicture(options: SceneOptions = {}): Picture {
  const { light = 1, noise = 1.2, shift = 0, blur = 0, cover = 0, infrared = false, headlights, seed = 1 } = options;
  const view = viewOf(shift, infrared);
  let level = new Float32Array(SOURCE_WIDTH * SOURCE_HEIGHT);
  for (let y = 0; y < SOURCE_HEIGHT; y += 1) {
    for (let x = 0; x < SOURCE_WIDTH; x += 1) {
      let value = view[y * SOURCE_WIDTH + x] ?? 0;
      if (x < cover * SOURCE_WIDTH) value = 90;
      value *= light;
      if (headlights !== undefined && (x - headlights) ** 2 + (y - 140) ** 2 < 200) value = 255;
      level[y * SOURCE_WIDTH + x] = value;
    }
  }
  if (blur > 0) level = smear(smear(level, blur, 1), blur, SOURCE_WIDTH);
  const random = generator(seed);
  const rgb = new Uint8Array(level.length * 3);
  level.forEach((value, at) => {
    const seen = value + noise * (random() + random() - 1) * 1.5;
    for (const [channel, tint] of (infrared ? [0, 0, 0] : [10, 0, -12]).entries()) {
      rgb[3 * at + channel] = Math.max(0, Math.min(255, Math.round(seen + tint * light)));
    }
  });
  return readPicture(rgb);
}

const views = new Map<string, Float32Array>();
function viewOf(shift: number, infrared: boolean): Float32Array {
  const key = `${shift} ${infrared}`;
  let view = views.get(key);
  if (view === undefined) {
    view = Float32Array.from({ length: SOURCE_WIDTH * SOURCE_HEIGHT }, (_, at) =>
      street((at % SOURCE_WIDTH) + shift, Math.floor(at / SOURCE_WIDTH) + Math.round(shift / 2), infrared),
    );
    views.set(key, view);
  }
  return view;
}

/** Sky, houses with windows, a kerb and a road with marks. */
function street(x: number, y: number, infrared: boolean): number {
  if (y > 120) return y < 126 ? 190 : (x + y) % 60 < 8 && y > 150 && y < 158 ? 220 : 80;
  const house = Math.floor((x + 400) / 53);
  if (y < 30 + ((house * 37) % 40)) return infrared ? 25 : 210;
  const inWindow = ((x + 400) % 53) % 17 > 6 && (y + house * 5) % 23 > 9;
  const wall = 70 + ((house * 71) % 90);
  return inWindow ? 30 + ((house * 13) % 40) : infrared ? wall + 25 : wall;
}

/** A running mean along a row (`step` 1) or a column. */
function smear(level: Float32Array, radius: number, step: number): Float32Array<ArrayBuffer> {
  const out = new Float32Array(level.length);
  for (let at = 0; at < level.length; at += 1) {
    let sum = 0;
    for (let by = -radius; by <= radius; by += 1) sum += level[at + by * step] ?? level[at] ?? 0;
    out[at] = sum / (2 * radius + 1);
  }
  return out;
}

function generator(seed: number): () => number {
  let state = seed * 2_654_435_761;
  return () => {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0;
    return state / 2 ** 32;
  };
}
