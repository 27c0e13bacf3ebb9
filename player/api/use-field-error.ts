import { useCallback } from 'react';
import { useTranslation } from 'react-i18next';
import type { FieldFault } from '#contracts/http';
import { ApiError } from './error.ts';
import { existsIn, fieldWords } from './error-words.ts';

/** A field's fault as a sentence in the person's language. */
export function useFieldWords(): (fault: FieldFault) => string {
  const { t, i18n } = useTranslation('faults');
  return useCallback((fault) => fieldWords(fault, t, existsIn(i18n)), [t, i18n]);
}

/** What the server said about one field (`source.mainUrl`); `undefined` when it is fine. */
export function useFieldError(error: unknown): (path: string) => string | undefined {
  const words = useFieldWords();
  return useCallback(
    (path) => {
      if (!(error instanceof ApiError)) return undefined;
      const fault = error.fields.find((field) => field.path === path);
      return fault && words(fault);
    },
    [error, words],
  );
}
