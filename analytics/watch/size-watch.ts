/**
 * How large predicted pictures usually are, and whether they have grown: what moves must be described by the encoder, so
 * that a quiet camera tells that it is quiet without being decoded. It knows when it cannot tell: where an encoder fills a
 * rate with the noise of the sensor, something small that moves is lost in it.
 */
export interface SizeWatch {
  /** A picture that stands for itself: what a whole picture costs. */
  key(bytes: number): void;
  /**
   * `bytes`: of one predicted picture. `place`: of its fragment in its group, from 0: encoders mend what the key frame
   * left coarse, always at the same places. Whether it and those just before it are larger than usual.
   */
  look(bytes: number, place: number): boolean;
  /** Whether something small would be seen to move; false while it is learnt what is usual. */
  readonly tells: boolean;
}

/** Groups, half a minute where there is a key frame every two seconds; and those that are known enough to judge by. */
const REMEMBERED = 15;
const LEAST_REMEMBERED = 3;
/** Places beyond are one: groups that are so long are decoded anyway. */
const MOST_PLACES = 50;
const RECKONED_EACH = 10;
/** What is usual: low, for the quiet moments of a busy camera are what the others are measured by. */
const USUAL = 0.2;
/** Above the usual: in spreads (of how far sizes lie from it), as a share of it, and in bytes. */
const SPREADS = 6;
const SPREAD = 0.35;
const SHARE = 0.15;
const LEAST_BYTES = 24;
/** What is above in sum, less what chance gives, until it has grown. */
const BY_CHANCE = 0.5;
const GROWN = 1;
/** The least that must be seen, as a share of what a whole picture costs; nothing that moves costs less than so many bytes. */
const SMALL = 0.012;
const SMALL_BYTES = 40;

/** To sort in: looks are one after another. */
const scratch = new Float32Array(MOST_PLACES * REMEMBERED);

export function createSizeWatch(): SizeWatch {
  const sizes = new Float32Array(MOST_PLACES * REMEMBERED);
  const counts = new Uint8Array(MOST_PLACES);
  const nexts = new Uint8Array(MOST_PLACES);
  const usuals = new Float32Array(MOST_PLACES);
  const keys = new Float32Array(REMEMBERED);
  let keyCount = 0;
  let risen = 0;
  /** Of all places, and how far sizes lie from the usual of theirs; -1 while too little is known. */
  let usualOfAll = -1;
  let spread = -1;
  let tells = false;
  let sinceReckoned = RECKONED_EACH;

  function reckon(): void {
    let known = 0;
    for (let place = 0; place < MOST_PLACES; place += 1) {
      if ((counts[place] ?? 0) < LEAST_REMEMBERED) continue;
      for (let at = 0; at < (counts[place] ?? 0); at += 1, known += 1) {
        scratch[known] = Math.abs((sizes[place * REMEMBERED + at] ?? 0) - (usuals[place] ?? 0));
      }
    }
    if (known === 0) return;
    spread = quantile(known, SPREAD);
    let places = 0;
    for (let place = 0; place < MOST_PLACES; place += 1) {
      if ((counts[place] ?? 0) >= LEAST_REMEMBERED) scratch[places++] = usuals[place] ?? 0;
    }
    usualOfAll = quantile(places, 0.5);
    scratch.set(keys.subarray(0, Math.min(keyCount, REMEMBERED)));
    const key = quantile(Math.min(keyCount, REMEMBERED), 0.5);
    tells = keyCount >= LEAST_REMEMBERED && least(usualOfAll) <= Math.max(SMALL_BYTES, SMALL * key);
  }

  const least = (usual: number): number => Math.max(SPREADS * spread, SHARE * usual, LEAST_BYTES);

  function note(bytes: number, place: number): void {
    const next = nexts[place] ?? 0;
    sizes[place * REMEMBERED + next] = bytes;
    nexts[place] = (next + 1) % REMEMBERED;
    const count = Math.min(REMEMBERED, (counts[place] ?? 0) + 1);
    counts[place] = count;
    scratch.set(sizes.subarray(place * REMEMBERED, place * REMEMBERED + count));
    usuals[place] = quantile(count, USUAL);
  }

  return {
    key(bytes) {
      keys[keyCount % REMEMBERED] = bytes;
      keyCount += 1;
    },
    look(bytes, anyPlace) {
      const place = Math.min(MOST_PLACES - 1, Math.max(0, anyPlace));
      sinceReckoned += 1;
      if (sinceReckoned >= RECKONED_EACH) {
        reckon();
        sinceReckoned = 0;
      }
      const usual = (counts[place] ?? 0) < LEAST_REMEMBERED ? usualOfAll : (usuals[place] ?? 0);
      note(bytes, place);
      if (usual < 0 || spread < 0) return false;
      const above = (bytes - usual) / least(usual);
      risen = Math.min(3 * GROWN, Math.max(0, risen + above - BY_CHANCE));
      if (above < BY_CHANCE) risen = 0;
      return risen >= GROWN;
    },
    get tells() {
      return tells;
    },
  };
}

/** Of the first `count` of `scratch`, which are sorted for it. */
function quantile(count: number, share: number): number {
  const values = scratch.subarray(0, count).sort();
  return values[Math.floor(count * share)] ?? 0;
}
