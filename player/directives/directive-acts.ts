import type { DirectiveView } from '#contracts/directives';

/** Those that ask for a text. */
export const WITH_TEXT = ['answer', 'return', 'close', 'withdraw'] as const;
export type Act = 'accept' | (typeof WITH_TEXT)[number];

/** Who may do what next: the unit accepts and answers, whoever gives directives judges the answer. */
export function actsFor(state: DirectiveView['state'], may: { give: boolean; answer: boolean }): readonly Act[] {
  const answers: Act[] = state === 'given' ? ['accept', 'answer'] : state === 'accepted' ? ['answer'] : [];
  const gives: Act[] = state === 'answered' ? ['close', 'return', 'withdraw'] : ['withdraw'];
  const open = state === 'given' || state === 'accepted' || state === 'answered';
  return [...(may.answer ? answers : []), ...(may.give && open ? gives : [])];
}
