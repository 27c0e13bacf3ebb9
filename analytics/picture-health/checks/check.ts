import type { PictureFault } from '#contracts/camera';
import type { Picture } from '../picture.ts';
import type { Likeness } from '../reference.ts';

/** What a check may go by: one look at one camera. */
export interface Scene {
  readonly picture: Picture;
  /** Share of the pixels, 0 to 1, that differ from the look before; `undefined` at the first look. */
  readonly moved: number | undefined;
  /** Against what stays in this camera's picture; `undefined` while that is not learnt. */
  readonly likeness: Likeness | undefined;
  /** `likeness` is of the same kind of light: colours with colours, infra-red with infra-red. */
  readonly sameLight: boolean;
  readonly usual: Usual;
  /** The camera can be steered, so that another view is no fault. */
  readonly steerable: boolean;
  /** This check's own fault is open: what ends it may be another measure than what raised it. */
  readonly open: boolean;
}

/** Slowly learnt from looks at which nothing was wrong. */
export interface Usual {
  /** Mean brightness over the last minutes. */
  readonly mean: number;
  /** Share of pixels that differ from look to look. */
  readonly moved: number;
  /** So many looks went in. */
  readonly looks: number;
}

/** `unsure` counts neither for nor against. */
export type Verdict = 'faulty' | 'well' | 'unsure';

/** So many looks that say the same, over at least so long. */
export interface Persistence {
  readonly looks: number;
  readonly ms: number;
}

/** One way in which a picture can be ill. To add one: a file beside its siblings and a line in `index.ts`. */
export interface Check {
  readonly fault: PictureFault;
  /** How long it must be faulty before an event is raised, and well before that event ends. */
  readonly raise: Persistence;
  readonly clear: Persistence;
  /** Pure. */
  judge(scene: Scene): Verdict;
}

/** Under this mean brightness there is more noise than picture: nothing is said about its edges. */
export const TOO_DARK = 25;
