import { createContext, type ReactNode, useContext, useEffect, useMemo, useState } from 'react';
import type { Words } from '#contracts/places';
import { portalEn } from './text/en.ts';
import { portalVi } from './text/vi.ts';

/** The page in one of two languages; no library for so few sentences. */
export interface Language {
  readonly code: 'vi' | 'en';
  readonly t: typeof portalVi;
  /** Of a thing that has a name in both. */
  readonly name: (words: Words) => string;
  readonly time: (ms: number) => string;
  readonly change: () => void;
}

const LanguageContext = createContext<Language | null>(null);
const KEY = 'tamnhin.portal.language';

export function LanguageProvider({ children }: { children: ReactNode }) {
  const [code, setCode] = useState<'vi' | 'en'>(firstLanguage);
  useEffect(() => {
    document.documentElement.lang = code;
    document.title = (code === 'vi' ? portalVi : portalEn).title;
    keep(KEY, code);
  }, [code]);
  const value = useMemo((): Language => {
    const format = new Intl.DateTimeFormat(code === 'vi' ? 'vi-VN' : 'en-GB', {
      dateStyle: 'medium',
      timeStyle: 'short',
    });
    return {
      code,
      t: code === 'vi' ? portalVi : portalEn,
      name: (words) => words[code],
      time: (ms) => format.format(ms),
      change: () => setCode((now) => (now === 'vi' ? 'en' : 'vi')),
    };
  }, [code]);
  return <LanguageContext.Provider value={value}>{children}</LanguageContext.Provider>;
}

export function useLanguage(): Language {
  const language = useContext(LanguageContext);
  if (language === null) throw new Error('no LanguageProvider around this component');
  return language;
}

/** Puts values into the holes of a sentence. */
export function fill(text: string, values: Readonly<Record<string, string | number>>): string {
  return text.replace(/\{(\w+)\}/g, (_, name: string) => String(values[name] ?? ''));
}

function firstLanguage(): 'vi' | 'en' {
  const wanted = kept(KEY) ?? navigator.language;
  return /^en/i.test(wanted) ? 'en' : 'vi';
}

/** Some browsers keep nothing in private windows. */
export function kept(key: string): string | null {
  try {
    return sessionStorage.getItem(key);
  } catch {
    return null;
  }
}
export function keep(key: string, value: string): void {
  try {
    sessionStorage.setItem(key, value);
  } catch {
    // The page works without.
  }
}
