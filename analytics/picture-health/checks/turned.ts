import { type Check, TOO_DARK } from './check.ts';

/** Edges there are, and not where they were. */
const ELSEWHERE = 0.25;
const BACK = 0.4;
const LEAST_EDGES = 0.4;

export const turned: Check = {
  fault: 'turned',
  raise: { looks: 3, ms: 30_000 },
  clear: { looks: 2, ms: 5000 },
  judge({ picture, likeness, sameLight, steerable }) {
    if (steerable) return 'well';
    // Under infra-red light leaves are bright and skies dark: edges turn round where they stand.
    if (likeness === undefined || !sameLight) return 'unsure';
    if (likeness.similarity >= BACK) return 'well';
    if (picture.mean < TOO_DARK) return 'unsure';
    return likeness.similarity < ELSEWHERE && likeness.edges > LEAST_EDGES ? 'faulty' : 'unsure';
  },
};
