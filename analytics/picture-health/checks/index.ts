import { black } from './black.ts';
import { blurred } from './blurred.ts';
import type { Check } from './check.ts';
import { covered } from './covered.ts';
import { frozen } from './frozen.ts';
import { turned } from './turned.ts';

/** In this order: the first that holds counts. A black picture has lost its edges too, and a covered one may be still. */
export const CHECKS: readonly Check[] = [black, covered, blurred, turned, frozen];
