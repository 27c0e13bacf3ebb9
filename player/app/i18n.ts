import { createInstance, type i18n } from 'i18next';
import { initReactI18next } from 'react-i18next';
import { LANGUAGES, type Language } from '#contracts/languages';

const STORAGE_KEY = 'tamnhin.language';

/** One language is enough to begin with: the other one comes when it is chosen. */
const TEXTS = {
  vi: async () => (await import('./text/all-vi.ts')).textsVi,
  en: async () => (await import('./text/all-en.ts')).textsEn,
};

export async function createI18n(): Promise<i18n> {
  const instance = createInstance();
  const first = firstLanguage(localStorage.getItem(STORAGE_KEY), navigator.languages);
  await instance.use(initReactI18next).init({
    lng: first,
    fallbackLng: 'vi',
    supportedLngs: LANGUAGES,
    load: 'languageOnly',
    defaultNS: 'app',
    ns: ['app', 'live', 'events', 'faults'],
    resources: { [first]: await TEXTS[first]() },
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

/** `false` where the texts cannot be fetched now: the language stays what it was. */
export async function changeLanguage(instance: i18n, language: Language): Promise<boolean> {
  if (!instance.hasResourceBundle(language, 'app')) {
    const texts = await TEXTS[language]().catch(() => null);
    if (texts === null) return false;
    for (const [namespace, words] of Object.entries(texts)) instance.addResourceBundle(language, namespace, words);
  }
  await instance.changeLanguage(language);
  return true;
}

/** The stored choice, else the first of the browser's languages that we speak, else Vietnamese. */
export function firstLanguage(stored: string | null, wanted: readonly string[]): Language {
  for (const tag of [stored ?? '', ...wanted]) {
    const language = LANGUAGES.find((known) => known === tag.toLowerCase().split('-')[0]);
    if (language !== undefined) return language;
  }
  return 'vi';
}
