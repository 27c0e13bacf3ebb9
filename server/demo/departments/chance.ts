/** A number from 0 to 1 that is always the same for the same words: what was sent before a restart stays so after it. */
export function chance(...words: readonly (string | number)[]): number {
  let hash = 0x811c9dc5;
  for (const character of words.join('|')) {
    hash = Math.imul(hash ^ (character.codePointAt(0) ?? 0), 0x01000193);
  }
  // FNV-1a alone barely spreads the last characters, which are those that differ.
  hash = Math.imul(hash ^ (hash >>> 16), 0x85ebca6b);
  hash = Math.imul(hash ^ (hash >>> 13), 0xc2b2ae35);
  return ((hash ^ (hash >>> 16)) >>> 0) / 2 ** 32;
}

/** About `middle`, up to `spread` (a share of it) away. */
export function about(middle: number, spread: number, dice: number): number {
  return middle * (1 + spread * (2 * dice - 1));
}

/** A count about `middle`: whole, and with a fair chance of one where `middle` is below one. */
export function count(middle: number, dice: number, spread = 0.3): number {
  return Math.max(0, Math.floor(about(middle, spread, dice) + dice));
}
