import { createInstance, type i18n } from 'i18next';
import { initReactI18next } from 'react-i18next';
import { LANGUAGES, type Language } from '#contracts/access';
import { faultsEn } from '../api/text/en.ts';
import { faultsVi } from '../api/text/vi.ts';
import { eventsEn } from '../events/text/en.ts';
import { eventsVi } from '../events/text/vi.ts';
import { liveEn } from '../live/text/en.ts';
import { liveVi } from '../live/text/vi.ts';
import { appEn } from './text/en.ts';
import { appVi } from './text/vi.ts';

/** One namespace per place. The `admin` one comes with the administration pages, see admin/text/load.ts. */
const RESOURCES = {
  vi: { app: appVi, live: liveVi, events: eventsVi, faults: faultsVi },
  en: { app: appEn, live: liveEn, events: eventsEn, faults: faultsEn },
};

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
