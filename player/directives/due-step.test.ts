import { expect, it } from 'vitest';
import { readDueStep } from './due-step.ts';

it('reads both times and the reason, colons and lines in it as well', () => {
  expect(readDueStep('1:22:vì: mưa\nlũ')).toEqual({ fromMs: 1, toMs: 22, reason: 'vì: mưa\nlũ' });
  expect(readDueStep('mưa')).toBeNull();
});
