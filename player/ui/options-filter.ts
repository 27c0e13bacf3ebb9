import type { ComboboxParsedItem, OptionsFilter } from '@mantine/core';
import { matches } from './fold.ts';

/** For a `Select` that is searched: every word typed, with or without the marks of Vietnamese; groups stay together. */
export const optionsFilter: OptionsFilter = ({ options, search }) =>
  options.flatMap((option): ComboboxParsedItem[] => {
    if (!('group' in option)) return matches(option.label, search) ? [option] : [];
    const items = option.items.filter(({ label }) => matches(label, search));
    return items.length === 0 ? [] : [{ ...option, items }];
  });
