import type { Places } from '../interfaces.ts';
import type { AmountDeps } from './amounts.ts';

/** What is known at a moment: values that came later do not count. */
export interface View extends AmountDeps {
  /** ms since 1970. */
  readonly atMs: number;
  /** Now, and not a moment in the past. */
  readonly live: boolean;
  readonly places: Pick<Places, 'timeZone' | 'isDueDay' | 'rootArea'>;
}
