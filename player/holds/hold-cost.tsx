import { Loader, Stack, Text } from '@mantine/core';
import { keepPreviousData, useQuery } from '@tanstack/react-query';
import { useTranslation } from 'react-i18next';
import { useApi } from '../api/context.tsx';
import { queryKeys } from '../api/query-keys.ts';
import { useSession } from '../app/session.tsx';
import { localeOf } from '../ui/locale.ts';
import { useBytes } from '../ui/use-bytes.ts';
import { useSettled } from '../ui/use-settled.ts';

/** ms that somebody may go on typing before the range is counted. */
const REST_MS = 300;

/** What a hold of this range would keep from going, before it is made. */
export function HoldCostNote(props: { cameraIds: readonly string[]; startMs: number; endMs: number }) {
  const { cameraIds, startMs, endMs } = props;
  const { t, i18n } = useTranslation('holds');
  const api = useApi();
  const bytes = useBytes();
  const { serverNow } = useSession();
  const asked = [...cameraIds, startMs, endMs].join();
  const settled = useSettled(asked, REST_MS);
  const cost = useQuery({
    queryKey: [...queryKeys.holdCost, asked],
    queryFn: ({ signal }) => api.holds.cost(cameraIds, { startMs, endMs }, signal),
    enabled: asked === settled,
    placeholderData: keepPreviousData,
    // Recording goes on while somebody thinks.
    staleTime: 10_000,
  });
  if (cost.error !== null) return <Text size="sm">{t('cost.failed')}</Text>;
  if (cost.data === undefined) {
    return (
      <Text size="sm" c="dimmed" role="status">
        <Loader size={12} me={6} aria-hidden />
        {t('cost.counting')}
      </Text>
    );
  }
  const { cameras, freeBytes, totalBytes } = cost.data;
  const recorded = cameras.reduce((sum, one) => sum + one.recordedBytes, 0);
  const forecast = cameras.reduce((sum, one) => sum + one.forecastBytes, 0);
  const toCome = endMs > serverNow();
  const part = (recorded + forecast) / Math.max(1, totalBytes);
  const percent = new Intl.NumberFormat(localeOf(i18n.language), {
    style: 'percent',
    maximumSignificantDigits: 2,
  });
  const share = part < 0.001 ? t('cost.tiny') : percent.format(part);
  return (
    <Stack gap={2} role="status" aria-label={t('cost.label')} data-hold-cost={recorded}>
      <Text size="sm">
        {recorded === 0 && !toCome ? t('cost.nothing') : t('cost.recorded', { size: bytes(recorded) })}
      </Text>
      {toCome && (
        <Text size="sm">{forecast === 0 ? t('cost.noForecast') : t('cost.forecast', { size: bytes(forecast) })}</Text>
      )}
      {totalBytes > 0 && recorded + forecast > 0 && (
        <Text size="sm" c="dimmed">
          {t('cost.disks', { share, free: bytes(freeBytes) })}
        </Text>
      )}
      {forecast > freeBytes && totalBytes > 0 && (
        <Text size="sm" fw={600} c="var(--tn-warn)">
          {t('cost.tight')}
        </Text>
      )}
    </Stack>
  );
}
