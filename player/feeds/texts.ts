import { useTranslation } from 'react-i18next';
import { useSectorTexts } from '../sectors/texts.ts';
import { feedsEn } from './text/en.ts';
import { feedsVi } from './text/vi.ts';

/** Those of the feeds, with those of the sectors that they speak of. */
export function useFeedTexts(): void {
  useSectorTexts();
  const { i18n } = useTranslation();
  if (i18n.hasResourceBundle('vi', 'feeds')) return;
  i18n.addResourceBundle('vi', 'feeds', feedsVi);
  i18n.addResourceBundle('en', 'feeds', feedsEn);
}
