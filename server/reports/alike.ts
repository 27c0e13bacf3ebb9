import { fold } from '#base/fold';
import { metresBetween } from '#base/geo';
import type { MapPoint } from '#contracts/places';

/** When two reports may be about the same thing: near in place and time, and alike in words. */

/** Metres between two places that may be the same, as phones know them. */
export const SAME_PLACE_METRES = 150;
/** Words this alike are about the same where the place is too; more alike, where no place is known. */
const ALIKE_HERE = 0.25;
const ALIKE_ANYWHERE = 0.6;

/** 0 to 1: the share of letter triples that two texts have in common, without accents and signs (Jaccard). */
function wordsAlike(one: string, other: string): number {
  const [first, second] = [trigrams(one), trigrams(other)];
  if (first.size === 0 || second.size === 0) return 0;
  let common = 0;
  for (const each of first) if (second.has(each)) common += 1;
  return common / (first.size + second.size - common);
}

function trigrams(text: string): Set<string> {
  const found = new Set<string>();
  for (const word of fold(text).split(/[^\p{L}\p{N}]+/u)) {
    const padded = ` ${word} `;
    if (word !== '') for (let at = 0; at + 3 <= padded.length; at += 1) found.add(padded.slice(at, at + 3));
  }
  return found;
}

interface Compared {
  readonly service: string;
  readonly text: string;
  readonly place: MapPoint | null;
}

/** How alike, 0 to 1; `null`: not about the same. Of the same kind at the same place, hardly any words are needed. */
export function likeness(one: Compared, other: Compared): number | null {
  const words = wordsAlike(one.text, other.text);
  if (one.place === null || other.place === null) return words >= ALIKE_ANYWHERE ? words : null;
  if (metresBetween(one.place, other.place) > SAME_PLACE_METRES) return null;
  if (one.service === other.service) return Math.min(1, 0.5 + words / 2);
  return words >= ALIKE_HERE ? words : null;
}
