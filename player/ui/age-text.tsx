import { useTranslation } from 'react-i18next';
import { ageOf } from './age.ts';
import { useDates } from './dates.ts';
import { useNow } from './now.tsx';

/** "3 min ago", counting by itself, with the exact time on hover. `bare` leaves out "ago". */
export function AgeText({ ms, bare = false }: { ms: number; bare?: boolean }) {
  const now = useNow();
  const age = useAgeWords();
  const dates = useDates();
  return (
    <time dateTime={new Date(ms).toISOString()} title={dates.full(ms)}>
      {age(now - ms, bare)}
    </time>
  );
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
