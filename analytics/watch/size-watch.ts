/**
 * How large predicted pictures usually are, and whether they have grown: what moves must be described by the encoder, so
 * that a quiet camera tells that it is quiet without being decoded. Where the encoder fills a constant rate it tells
 * nothing, and the key frames must.
 */
export interface SizeWatch {
  /**
   * `bytes`: of one predicted picture. `place`: of its fragment in its group, from 1: encoders mend what the key frame
   * left coarse, always at the same places. Whether it and those just before it are larger than usual.
   */
  look(bytes: number, place: number): boolean;
}

/** Groups, half a minute where there is a key frame every two seconds; and those that are known enough to judge by. */
const REMEMBERED = 15;
const LEAST_REMEMBERED = 3;
/** Before its place is known a picture is judged by all, if there are so many. */
const LEAST_OF_ALL = 15;
/** Places beyond are one: groups that are so long are decoded anyway. */
const MOST_PLACES = 50;
const RECKONED_EACH = 10;
/** What is usual: low, for the quiet moments of a busy camera are what the others are measured by. */
const USUAL = 0.2;
/** Above the usual: in spreads (of how far sizes lie from it), as a share of it, and in bytes. */
const SPREADS = 6;
const SPREAD = 0.35;
const SHARE = 0.35;
const LEAST_BYTES = 60;
/** So much larger, once is enough; otherwise twice in a row. */
const AT_ONCE = 3;

export function createSizeWatch(): SizeWatch {
  const places: { readonly sizes: number[]; next: number }[] = [];
  let risen = 0;
  /** It describes half a minute: reckoning it anew with each fragment would change nothing. */
  let ofAll: { readonly usual: number; readonly spread: number } | undefined;
  let sinceReckoned = 0;

  function reckon(): void {
    const all = places.flatMap(({ sizes }) => sizes);
    if (all.length < LEAST_OF_ALL) return;
    const off = places.flatMap(({ sizes }) => {
      const usual = quantile(sizes, USUAL);
      return sizes.length < LEAST_REMEMBERED ? [] : sizes.map((size) => Math.abs(size - usual));
    });
    const usual = quantile(all, USUAL);
    const spread = off.length > 0 ? off : all.map((size) => Math.abs(size - usual));
    ofAll = { usual, spread: quantile(spread, SPREAD) };
  }

  return {
    look(bytes, place) {
      const at = Math.min(MOST_PLACES, Math.max(1, place)) - 1;
      sinceReckoned += 1;
      if (ofAll === undefined || sinceReckoned >= RECKONED_EACH) {
        reckon();
        sinceReckoned = 0;
      }
      for (let missing = places.length; missing <= at; missing += 1) places.push({ sizes: [], next: 0 });
      const known = places[at] ?? { sizes: [], next: 0 };
      const usual = known.sizes.length < LEAST_REMEMBERED ? ofAll?.usual : quantile(known.sizes, USUAL);
      known.sizes[known.next] = bytes;
      known.next = (known.next + 1) % REMEMBERED;
      if (usual === undefined || ofAll === undefined) return false;
      const above = (bytes - usual) / Math.max(SPREADS * ofAll.spread, SHARE * usual, LEAST_BYTES);
      risen = above > 1 ? risen + 1 : 0;
      return risen >= 2 || above > AT_ONCE;
    },
  };
}

function quantile(values: readonly number[], share: number): number {
  const sorted = Float64Array.from(values).sort();
  return sorted[Math.floor(sorted.length * share)] ?? 0;
}
