import { useCallback } from 'react';
import { useTranslation } from 'react-i18next';
import type { Words } from '#contracts/places';
import { localeOf } from '../ui/locale.ts';
import { sectorsEn } from './text/en.ts';
import { sectorsVi } from './text/vi.ts';

/** Brings the texts of the sectors along with the first of their pages. To be called by whatever is loaded lazily. */
export function useSectorTexts(): void {
  const { i18n } = useTranslation();
  if (i18n.hasResourceBundle('vi', 'sectors')) return;
  i18n.addResourceBundle('vi', 'sectors', sectorsVi);
  i18n.addResourceBundle('en', 'sectors', sectorsEn);
}

/** Names that come in both languages. */
export function useWords(): (words: Words) => string {
  const { i18n } = useTranslation();
  return useCallback((words) => (i18n.language === 'en' ? words.en : words.vi), [i18n.language]);
}

export function useLocale(): string {
  const { i18n } = useTranslation();
  return localeOf(i18n.language);
}
