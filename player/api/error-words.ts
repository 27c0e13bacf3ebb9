import type { i18n, TFunction } from 'i18next';
import { useCallback } from 'react';
import { useTranslation } from 'react-i18next';
import type { FieldFault } from '#contracts/http';
import { ApiError, type ApiErrorKind } from './error.ts';

/** An error for a person. */
export interface ErrorWords {
  readonly what: string;
  readonly means: string;
  readonly todo: string;
}

type Faults = TFunction<'faults'>;

/** The sentence for the server's code, else the one for the kind; anything else that was thrown is our own fault. */
export function wordsOf(thrown: unknown, t: Faults, exists: (key: string) => boolean): ErrorWords {
  const error = thrown instanceof ApiError ? thrown : new ApiError('internal');
  const ofCode = `codes.${error.code}`;
  const base = exists(`${ofCode}.what`) ? ofCode : `kinds.${error.kind satisfies ApiErrorKind}`;
  const say = (part: string): string => t(`${base}.${part}` as 'kinds.internal.what');
  const wait = error.retryAfterMs;
  return {
    what: say('what'),
    means: say('means'),
    todo: wait === null ? say('todo') : t('retryIn', { seconds: Math.max(1, Math.ceil(wait / 1000)) }),
  };
}

export function existsIn(instance: i18n): (key: string) => boolean {
  return (key) => instance.exists(key, { ns: 'faults' });
}

export function useErrorWords(): (thrown: unknown) => ErrorWords {
  const { t, i18n } = useTranslation('faults');
  return useCallback((thrown) => wordsOf(thrown, t, existsIn(i18n)), [t, i18n]);
}

/** One field's fault in a sentence; a camera's fault is one too; the server's English where there is no sentence. */
export function fieldWords(fault: FieldFault, t: Faults, exists: (key: string) => boolean): string {
  const candidates = [`fields.${fault.code}`, `codes.${fault.code}.what`, `camera.${fault.code}.means`];
  const key = candidates.find(exists);
  return key === undefined ? fault.message : t(key as 'fields.invalid');
}
