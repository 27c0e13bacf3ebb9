import type { Coverage } from './coverage.ts';
import { createChance, mutate } from './mutate.ts';
import type { FuzzTarget } from './target.ts';

/** An input that broke the program, and how. */
export interface Finding {
  readonly input: Uint8Array;
  readonly error: unknown;
}

export interface FuzzResult {
  readonly runs: number;
  /** Inputs that reached blocks which none before had. */
  readonly kept: readonly Uint8Array[];
  readonly finding: Finding | null;
  /** The slowest run, ms. */
  readonly slowestMs: number;
}

export interface FuzzOptions {
  readonly seed: number;
  /** Asked between rounds. */
  readonly goOn: (runs: number) => boolean;
  readonly corpus: readonly Uint8Array[];
  /** Inputs that reach something new are kept and mutated in turn; without it, only the corpus is. */
  readonly coverage?: Coverage;
}

/** Runs between two looks at the coverage, which cost as much as many runs. */
const ROUND = 200;

/** Runs the corpus, then what is made of it, until it is enough or something breaks. The same seed does the same. */
export function fuzz(target: FuzzTarget, { seed, goOn, corpus, coverage }: FuzzOptions): FuzzResult {
  const chance = createChance(seed);
  const pool: Uint8Array[] = [...target.seeds, ...corpus];
  const kept: Uint8Array[] = [];
  let runs = 0;
  let slowestMs = 0;
  let finding: Finding | null = null;

  function breaks(input: Uint8Array): boolean {
    const begunMs = performance.now();
    const own = Uint8Array.from(input);
    try {
      target.run(own);
      if (Buffer.compare(own, input) !== 0) throw new Error('the input was changed');
    } catch (error) {
      finding = { input, error };
    }
    slowestMs = Math.max(slowestMs, performance.now() - begunMs);
    runs += 1;
    return finding !== null;
  }

  function result(): FuzzResult {
    return { runs, kept, finding, slowestMs };
  }

  for (const input of pool) if (breaks(input)) return result();
  coverage?.fresh();
  while (goOn(runs)) {
    const round: Uint8Array[] = [];
    for (let count = 0; count < ROUND; count += 1) {
      const input = mutate(
        chance.pick(pool) ?? new Uint8Array(0),
        chance.pick(pool) ?? new Uint8Array(0),
        target.words,
        chance,
      );
      round.push(input);
      if (breaks(input)) return result();
    }
    if (coverage === undefined || !coverage.peek()) continue;
    // Something in this round was new: which it was shows when they run one by one.
    for (const input of round) {
      target.run(Uint8Array.from(input));
      if (coverage.fresh() === 0) continue;
      pool.push(input);
      kept.push(input);
    }
  }
  return result();
}
