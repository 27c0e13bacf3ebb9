/**
 * Copies all of `source` to `at`. `fill` copies in one piece; where either memory may be shared, V8 copies by `set` a byte
 * at a time (Node 20 to 24).
 */
export function copyInto(to: Buffer, source: Uint8Array, at: number): void {
  if (source.length > 0) to.fill(source, at, at + source.length);
}
