/** Corners of what is masked, as shares of the picture. */
export type MaskShape = readonly Place[];

type Place = readonly [number, number];

export function isMasked(masks: readonly MaskShape[], [x, y]: Place): boolean {
  return masks.some((points) => {
    let inside = false;
    for (const [at, [x1, y1]] of points.entries()) {
      const [x2, y2] = points[(at + 1) % points.length] ?? [x1, y1];
      if (y1 > y !== y2 > y && x < ((x2 - x1) * (y - y1)) / (y2 - y1) + x1) inside = !inside;
    }
    return inside;
  });
}

/** A byte for each pixel of a small picture, 1 where it is masked; `undefined` where nothing is. */
export function maskOf(masks: readonly MaskShape[], width: number, height: number): Uint8Array | undefined {
  if (masks.length === 0) return undefined;
  return Uint8Array.from({ length: width * height }, (_, at) => {
    const point: Place = [((at % width) + 0.5) / width, (Math.floor(at / width) + 0.5) / height];
    return isMasked(masks, point) ? 1 : 0;
  });
}
