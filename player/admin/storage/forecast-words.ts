import type { TFunction } from 'i18next';
import { useCallback } from 'react';
import { useTranslation } from 'react-i18next';
import type { DiskView } from '#contracts/recordings';

type Forecasted = Pick<DiskView, 'state' | 'bytesPerDay' | 'fullInDays'>;

/** Less than this many days is now. */
const NOW_DAYS = 0.02;

/** When a disk is full, or why it will not be, or why nobody knows. */
export function forecastWords({ state, bytesPerDay, fullInDays }: Forecasted, t: TFunction<'admin'>): string {
  if (state === 'missing' || state === 'failed') return t('storage.unusable');
  if (state === 'full') return t('storage.fullNow');
  if (bytesPerDay === 0) return t('storage.unknownRate');
  if (fullInDays === null) return t('storage.neverFull');
  if (fullInDays < NOW_DAYS) return t('storage.fullNow');
  // Rather a day too early than one too late.
  if (fullInDays >= 2) return t('storage.fullInDays', { count: Math.floor(fullInDays) });
  return t('storage.fullInHours', { count: Math.max(1, Math.floor(fullInDays * 24)) });
}

export function useForecastWords(): (disk: Forecasted) => string {
  const { t } = useTranslation('admin');
  return useCallback((disk) => forecastWords(disk, t), [t]);
}
