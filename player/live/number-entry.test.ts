import { expect, it } from 'vitest';
import { afterKey, NO_ENTRY } from './number-entry.ts';

const typed = (keys: readonly string[]) => keys.reduce(afterKey, NO_ENTRY);

it('calls a number at Enter, once', () => {
  expect(typed(['1', '2', 'Enter'])).toEqual({ digits: '', call: 12 });
  expect(typed(['1', '2', 'Enter', 'Enter'])).toEqual(NO_ENTRY);
});

it('takes digits back and gives up at Escape', () => {
  expect(typed(['1', '2', 'Backspace', '5'])).toEqual({ digits: '15', call: null });
  expect(typed(['1', 'Escape'])).toEqual(NO_ENTRY);
});

it('leaves other keys alone, and keeps the last six digits', () => {
  expect(typed(['Enter'])).toEqual(NO_ENTRY);
  expect(typed(['1', 'a'])).toEqual({ digits: '1', call: null });
  expect(typed([...'1234567'])).toEqual({ digits: '234567', call: null });
});
