import type { OptionsFilter } from '@mantine/core';
import { matches } from './fold.ts';

/** For a `Select` that is searched: every word typed, with or without the marks of Vietnamese. */
export const optionsFilter: OptionsFilter = ({ options, search }) =>
  options.filter((option) => 'label' in option && matches(option.label, search));
