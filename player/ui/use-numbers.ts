import { useMemo } from 'react';
import { useTranslation } from 'react-i18next';
import { localeOf } from './locale.ts';

/** Figures in the way of the person's language, at most two places behind the comma. */
export function useNumbers(): (value: number) => string {
  const { i18n } = useTranslation();
  return useMemo(() => {
    const format = new Intl.NumberFormat(localeOf(i18n.language), { maximumFractionDigits: 2 });
    return (value) => format.format(value);
  }, [i18n.language]);
}
