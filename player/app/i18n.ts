import { createInstance, type i18n } from 'i18next';
import { initReactI18next } from 'react-i18next';
import { LANGUAGES, type Language } from '#contracts/access';
import { RESOURCES } from './i18n-resources.ts';

const STORAGE_KEY = 'tamnhin.language';

export async function createI18n(): Promise<i18n> {
  const instance = createInstance();
  await instance.use(initReactI18next).init({
    lng: firstLanguage(localStorage.getItem(STORAGE_KEY), navigator.languages),
    fallbackLng: 'vi',
    supportedLngs: LANGUAGES,
    load: 'languageOnly',
    defaultNS: 'app',
    ns: ['app', 'live', 'events', 'faults'],
    resources: RESOURCES,
    interpolation: { escapeValue: false },
    returnNull: false,
  });
  const announce = (language: string): void => {
    document.documentElement.lang = language;
    localStorage.setItem(STORAGE_KEY, language);
  };
  announce(instance.language);
  instance.on('languageChanged', announce);
  return instance;
}

/** The stored choice, else the first of the browser's languages that we speak, else Vietnamese. */
export function firstLanguage(stored: string | null, wanted: readonly string[]): Language {
  for (const tag of [stored ?? '', ...wanted]) {
    const language = LANGUAGES.find((known) => known === tag.toLowerCase().split('-')[0]);
    if (language !== undefined) return language;
  }
  return 'vi';
}
