import { useCallback } from 'react';
import { useTranslation } from 'react-i18next';
import { ApiError } from './error.ts';
import { fieldWords } from './error-words.ts';

/** What the server said about one field (`source.mainUrl`), in the person's language; `undefined` when it is fine. */
export function useFieldError(error: unknown): (path: string) => string | undefined {
  const { t, i18n } = useTranslation('faults');
  return useCallback(
    (path) => {
      if (!(error instanceof ApiError)) return undefined;
      const fault = error.fields.find((field) => field.path === path);
      return fault && fieldWords(fault, t, (key) => i18n.exists(key, { ns: 'faults' }));
    },
    [error, t, i18n],
  );
}
