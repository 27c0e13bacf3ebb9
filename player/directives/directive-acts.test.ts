import { expect, it } from 'vitest';
import { actsFor } from './directive-acts.ts';

it('offers each side what it may do next, and nothing once it is over', () => {
  expect(actsFor('given', { give: false, answer: true })).toEqual(['accept', 'answer']);
  expect(actsFor('given', { give: true, answer: false })).toEqual(['withdraw']);
  expect(actsFor('accepted', { give: false, answer: true })).toEqual(['answer']);
  expect(actsFor('answered', { give: true, answer: false })).toEqual(['close', 'return', 'withdraw']);
  expect(actsFor('answered', { give: false, answer: true })).toEqual([]);
  expect(actsFor('closed', { give: true, answer: true })).toEqual([]);
});
