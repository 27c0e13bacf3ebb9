import { useMantineColorScheme } from '@mantine/core';
import { useEffect } from 'react';
import { useTranslation } from 'react-i18next';
import type { UserView } from '#contracts/http';
import { changeLanguage } from './i18n.ts';

/** Takes over language and theme that the person chose on any screen. */
export function usePreferences(user: UserView | null): void {
  const { i18n } = useTranslation();
  const { setColorScheme } = useMantineColorScheme();
  const language = user?.language;
  const theme = user?.theme;
  useEffect(() => {
    if (language !== undefined && i18n.language !== language) void changeLanguage(i18n, language);
  }, [language, i18n]);
  useEffect(() => {
    if (theme !== undefined) setColorScheme(theme);
  }, [theme, setColorScheme]);
}
