import { useTranslation } from 'react-i18next';
import { ageOf } from './age.ts';
import { useDates } from './dates.ts';
import { useFromNow } from './now.tsx';

/** "3 min ago", counting by itself, with the exact time on hover. `bare` leaves out "ago". */
export function AgeText({ ms, bare = false }: { ms: number; bare?: boolean }) {
  const words = useAgeWords();
  const dates = useDates();
  const text = useFromNow((now) => words(now - ms, bare));
  return (
    <time dateTime={new Date(ms).toISOString()} title={dates.full(ms)}>
      {text}
    </time>
  );
}

/** The time of something: without the date while it is today. */
export function TimeText({ ms }: { ms: number }) {
  const dates = useDates();
  return useFromNow((now) => dates.short(ms, now));
}

/** Turns ms into "3 min" or "3 min ago". */
export function useAgeWords(): (ageMs: number, bare?: boolean) => string {
  const { t } = useTranslation('app');
  return (ageMs, bare = false) => {
    const { unit, count } = ageOf(ageMs);
    if (unit === 'now') return t('age.now');
    const age = t(`age.${unit}`, { count });
    return bare ? age : t('age.ago', { age });
  };
}
