import type { Check } from './check.ts';

/** Next to no light in all of the picture. A night has lamps, or at least noise that reaches above this. */
const DARK = { mean: 20, bright: 30 };
const LIGHT = { mean: 28, bright: 45 };
/** A night comes slowly: what lies only so little below the last minutes is one. */
const SUDDEN = 20;

export const black: Check = {
  fault: 'black',
  raise: { looks: 3, ms: 15_000 },
  clear: { looks: 2, ms: 5000 },
  judge({ picture, usual, open }) {
    if (picture.mean > LIGHT.mean || picture.bright > LIGHT.bright) return 'well';
    if (picture.mean > DARK.mean || picture.bright > DARK.bright) return 'unsure';
    if (open) return 'faulty';
    return usual.looks > 0 && usual.mean - picture.mean >= SUDDEN ? 'faulty' : 'unsure';
  },
};
