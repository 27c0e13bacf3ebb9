import { describe, expect, it } from 'vitest';
import { readCorpus } from '../fuzz/corpus.ts';
import { fuzz } from '../fuzz/fuzz.ts';
import { TARGETS } from '../fuzz/targets.ts';

/** A few thousand inputs for each parser, the same in every run; `npm run fuzz` looks for new ones. */
const RUNS = 2000;
/** ms that one input may take: far more than any does, so that a loop without end shows. */
const MOST_MS = 1000;

describe('what comes from outside breaks no parser', () => {
  it.each(TARGETS.map((target) => [target.name, target] as const))('%s', (name, target) => {
    const { finding, slowestMs } = fuzz(target, { seed: 20, corpus: readCorpus(name), goOn: (runs) => runs < RUNS });
    if (finding !== null) {
      throw new Error(`broken by ${Buffer.from(finding.input).toString('base64')}`, { cause: finding.error });
    }
    expect(slowestMs).toBeLessThan(MOST_MS);
  });
});
