import { type Check, TOO_DARK } from './check.ts';

/** Share of the places with lasting edges that are flat: a bag, a hand, paint. A lorry that passes does not stay. */
const LOST = 0.62;
const BACK = 0.45;
/** Edges of all kinds, of what is usual: of a camera that was turned there are as many as before. */
const MOST_EDGES = 0.5;
/** Something so close that nothing is left to compare. */
const EMPTY = { edges: 0.2, similarity: 0.3 };
/** Defocus takes small things away and leaves the large ones where they were: another fault. */
const SAME_VIEW = 0.3;
const BLURRED = 0.45;
/** Night takes everything too, but slowly. */
const SUDDEN = 20;

export const covered: Check = {
  fault: 'covered',
  raise: { looks: 3, ms: 20_000 },
  clear: { looks: 2, ms: 5000 },
  judge({ picture, likeness, usual, open }) {
    if (likeness === undefined) return 'unsure';
    const { lost, edges, similarity, sharpness } = likeness;
    const empty = edges < EMPTY.edges && similarity < EMPTY.similarity;
    const isBlur = sharpness < BLURRED && similarity > SAME_VIEW;
    if (empty || (lost > LOST && edges < MOST_EDGES && !isBlur)) {
      const night = picture.mean < TOO_DARK && usual.mean - picture.mean < SUDDEN;
      return night && !open ? 'unsure' : 'faulty';
    }
    return lost < BACK ? 'well' : 'unsure';
  },
};
