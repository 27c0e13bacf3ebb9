import { type Check, TOO_DARK } from './check.ts';

/** Fine detail against coarse structure, of what is usual: a defocused or smeared lens takes only the fine. */
const BLURRED = 0.45;
const SHARP = 0.6;
/** The view is still the same one: what lies out of focus keeps its place. */
const SAME_VIEW = 0.3;

export const blurred: Check = {
  fault: 'blurred',
  // An autofocus that hunts, and a shower of rain, are over by then.
  raise: { looks: 4, ms: 60_000 },
  clear: { looks: 2, ms: 10_000 },
  judge({ picture, likeness, sameLight }) {
    if (likeness === undefined || !sameLight) return 'unsure';
    if (likeness.sharpness >= SHARP) return 'well';
    if (picture.mean < TOO_DARK) return 'unsure';
    return likeness.sharpness < BLURRED && likeness.similarity > SAME_VIEW ? 'faulty' : 'unsure';
  },
};
