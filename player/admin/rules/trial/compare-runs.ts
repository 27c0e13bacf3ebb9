import type { RuleTrial, RuleTrialHit } from '#contracts/rules';
import { type RuleForm, ruleOf } from '../rule-form.ts';

/** A trial and the rule that it was made with, as it was then. */
export interface TrialRun {
  readonly form: RuleForm;
  readonly trial: RuleTrial;
}

/** ms: another threshold may tell of the same thing a little sooner or later. */
const SAME_MS = 5000;

/** What came and went between two trials of the same time. Each moment is the counterpart of at most one. Pure. */
export function compareHits(
  before: readonly RuleTrialHit[],
  now: readonly RuleTrialHit[],
): { readonly added: readonly RuleTrialHit[]; readonly gone: readonly RuleTrialHit[] } {
  const left = [...before];
  const added = now.filter((hit) => {
    const at = left.findIndex(({ label, timeMs }) => label === hit.label && Math.abs(timeMs - hit.timeMs) <= SAME_MS);
    if (at === -1) return true;
    left.splice(at, 1);
    return false;
  });
  return { added, gone: left };
}

export function sameTime(a: RuleTrial, b: RuleTrial): boolean {
  return a.fromMs === b.fromMs && a.toMs === b.toMs;
}

/** What differs between the rules of two runs and can be said in a few words. */
export const COMPARED = ['leastScore', 'leastHeight', 'forSeconds', 'atLeast', 'share', 'cooldownSeconds'] as const;
export type Compared = (typeof COMPARED)[number];

export interface Changes {
  readonly numbers: readonly { readonly field: Compared; readonly before: string; readonly now: string }[];
  /** Something else too: what is drawn, hours, kinds of object. */
  readonly other: boolean;
}

export function changesOf(before: RuleForm, now: RuleForm): Changes {
  const numbers = COMPARED.filter((field) => Number(before[field]) !== Number(now[field])).map((field) => ({
    field,
    before: String(before[field]),
    now: String(now[field]),
  }));
  const numbersOf = Object.fromEntries(COMPARED.map((field) => [field, now[field]]));
  // Of no effect on what a trial finds.
  const told = { name: '', enabled: true, severity: now.severity, receivers: now.receivers } as const;
  const plain = (form: RuleForm): string => JSON.stringify(ruleOf({ ...form, ...numbersOf, ...told }));
  return { numbers, other: plain(before) !== plain(now) };
}
