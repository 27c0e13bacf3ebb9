import { expect, it } from 'vitest';
import { FIRST_SETTINGS, readSettings } from './alarm-settings.ts';

it('keeps what was chosen', () => {
  const chosen = { sound: false, least: 'severe', desktop: true } as const;
  expect(readSettings(JSON.stringify(chosen))).toEqual(chosen);
});

it('takes the first settings where nothing, or nonsense, was left behind', () => {
  for (const stored of [undefined, '', '{', 'null', '3', '{"sound":"yes","least":"awful"}'])
    expect(readSettings(stored)).toEqual(FIRST_SETTINGS);
});
