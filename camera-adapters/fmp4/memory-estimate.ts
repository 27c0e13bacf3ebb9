/**
 * How much memory a fragment of a kind will need, from those before: enough for nearly all of them, since growing costs
 * a copy of what is there, and little more, since what is too much stays with the fragment as long as it lives.
 */
export interface MemoryEstimate {
  /** Bytes. */
  readonly bytes: number;
  learn(bytes: number): void;
}

const WEIGHT = 1 / 8;
/** Of the mean deviation. */
const MARGIN = 2.5;
/** Whole blocks are found again more easily by whoever manages the memory. */
const BLOCK = 1024;

export function createMemoryEstimate(firstBytes: number): MemoryEstimate {
  let mean = firstBytes;
  let deviation = 0;
  let known = false;
  return {
    get bytes() {
      return Math.ceil((mean + MARGIN * deviation) / BLOCK) * BLOCK;
    },
    learn(bytes) {
      if (!known) {
        known = true;
        mean = bytes;
        deviation = bytes / 8;
        return;
      }
      deviation += (Math.abs(bytes - mean) - deviation) * WEIGHT;
      mean += (bytes - mean) * WEIGHT;
    },
  };
}
