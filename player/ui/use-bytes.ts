import { useMemo } from 'react';
import { useTranslation } from 'react-i18next';
import { bytesIn } from './bytes.ts';

export function useBytes(): (bytes: number) => string {
  const { i18n } = useTranslation();
  return useMemo(() => bytesIn(i18n.language), [i18n.language]);
}
