/**
 * How large predicted pictures usually are, and whether they have grown: what moves must be described by the encoder, so
 * that a quiet camera tells that it is quiet without being decoded. Where the encoder fills a constant rate it tells
 * nothing, and the key frames must.
 */
export interface SizeWatch {
  /** `bytes`: of one predicted picture. Whether it and those just before it are larger than usual. */
  look(bytes: number): boolean;
}

/** Half a minute of fragments. */
const REMEMBERED = 150;
const LEAST_REMEMBERED = 15;
const RECKONED_EACH = 10;
/** Above the median: in spreads (median absolute deviations), as a share of it, and in bytes. */
const SPREADS = 5;
const SHARE = 0.35;
const LEAST_BYTES = 60;
/** So much larger, once is enough; otherwise twice in a row. */
const AT_ONCE = 3;

export function createSizeWatch(): SizeWatch {
  const sizes: number[] = [];
  let next = 0;
  let risen = 0;
  /** It describes half a minute: reckoning it anew with each fragment would change nothing. */
  let usual: ReturnType<typeof usualOf> | undefined;
  let sinceReckoned = 0;
  return {
    look(bytes) {
      sinceReckoned += 1;
      if (sizes.length >= LEAST_REMEMBERED && (usual === undefined || sinceReckoned >= RECKONED_EACH)) {
        usual = usualOf(sizes);
        sinceReckoned = 0;
      }
      sizes[next] = bytes;
      next = (next + 1) % REMEMBERED;
      if (usual === undefined) return false;
      const above = (bytes - usual.median) / usual.most;
      risen = above > 1 ? risen + 1 : 0;
      return risen >= 2 || above > AT_ONCE;
    },
  };
}

function usualOf(sizes: readonly number[]): { readonly median: number; readonly most: number } {
  const median = medianOf(sizes);
  const spread = medianOf(sizes.map((size) => Math.abs(size - median)));
  return { median, most: Math.max(SPREADS * spread, SHARE * median, LEAST_BYTES) };
}

function medianOf(values: readonly number[]): number {
  const sorted = Float64Array.from(values).sort();
  return sorted[Math.floor(sorted.length / 2)] ?? 0;
}
