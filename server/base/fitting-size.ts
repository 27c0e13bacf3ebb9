export interface Size {
  readonly width: number;
  readonly height: number;
}

/** Pixels of a picture that fits into `maxWidth` × `maxHeight`, keeps its proportions and is never enlarged. */
export function fittingSize(
  { width, height }: Size,
  { maxWidth, maxHeight }: { readonly maxWidth: number; readonly maxHeight: number },
): Size {
  const scale = Math.min(1, maxWidth / width, maxHeight / height);
  const side = (pixels: number): number => Math.max(1, Math.round(pixels * scale));
  return { width: side(width), height: side(height) };
}
