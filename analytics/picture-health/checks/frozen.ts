import type { Check } from './check.ts';

/** Share of pixels that differ: a sensor's noise alone moves more. Encoders blur the noise of a dark picture away. */
const STILL = 0.02;
const DARK = 50;
const ALIVE = 0.04;
/** A camera that was never livelier than this shows a still by nature: a slide, a drawn picture. */
const LEAST_USUAL = 0.1;
/** Of what is usual. */
const STILL_SHARE = 0.1;
/**
 * A light that was switched off leaves a still picture too, but another one than there was. What is usual of movement is
 * learnt faster than what is usual of brightness: by the time that the dark is usual, its stillness is.
 */
const SAME_MEAN = 12;
const LEAST_LOOKS = 5;

export const frozen: Check = {
  fault: 'frozen',
  raise: { looks: 6, ms: 60_000 },
  clear: { looks: 2, ms: 5000 },
  judge({ picture, moved, usual, open }) {
    if (moved === undefined) return 'unsure';
    if (moved > ALIVE) return 'well';
    if (open) return moved <= STILL ? 'faulty' : 'unsure';
    const most = picture.mean < DARK ? 0 : Math.min(STILL, STILL_SHARE * usual.moved);
    if (moved > most) return 'well';
    const wasAlive = usual.looks >= LEAST_LOOKS && usual.moved >= LEAST_USUAL;
    return wasAlive && Math.abs(picture.mean - usual.mean) <= SAME_MEAN ? 'faulty' : 'unsure';
  },
};
