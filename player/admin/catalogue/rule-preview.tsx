import { Button, Group, List, Text } from '@mantine/core';
import { IconHistory } from '@tabler/icons-react';
import { useMutation } from '@tanstack/react-query';
import { useTranslation } from 'react-i18next';
import type { SectorRule } from '#contracts/sector-events';
import { useApi } from '../../api/context.tsx';
import { ErrorNotice } from '../../api/error-notice.tsx';
import { useAreas } from '../../api/sector-queries.ts';
import { useLocale } from '../../sectors/texts.ts';
import { useDates } from '../../ui/dates.ts';
import { Notice } from '../../ui/notice.tsx';

/** What a rule would have told lately: tried before it is used. */
export function RulePreviewPanel({ rule, ready }: { rule: SectorRule; ready: boolean }) {
  const { t } = useTranslation('admin');
  const api = useApi();
  const dates = useDates();
  const locale = useLocale();
  const areas = useAreas();
  const preview = useMutation({ mutationFn: (of: SectorRule) => api.sectors.previewRule(of) });
  const found = preview.variables === rule && preview.isSuccess ? preview.data : undefined;
  return (
    <>
      <Group gap="sm">
        <Button
          variant="default"
          leftSection={<IconHistory size={16} aria-hidden />}
          disabled={!ready}
          loading={preview.isPending}
          onClick={() => preview.mutate(rule)}
        >
          {t('catalogue.preview.run')}
        </Button>
      </Group>
      {found === null && <Notice kind="info" title={t('catalogue.preview.cannot')} />}
      {found != null && (
        <Notice
          kind={found.events > MANY ? 'warn' : 'info'}
          title={t(found.toMs - found.fromMs < MONTH_MS ? 'catalogue.preview.foundSince' : 'catalogue.preview.found', {
            ...{ count: found.events, critical: found.critical, from: dates.full(found.fromMs) },
          })}
        >
          {found.events > MANY && t('catalogue.preview.many')}
          {found.newest.length > 0 && (
            <List size="sm" mt="xs">
              {found.newest.map(({ atMs, areaCode, value }) => (
                <List.Item key={`${atMs} ${areaCode}`}>
                  {dates.full(atMs)} · {areas.data?.find(({ code }) => code === areaCode)?.name ?? ''}{' '}
                  <Text span c="dimmed">
                    {value.toLocaleString(locale, { maximumFractionDigits: 2 })}
                  </Text>
                </List.Item>
              ))}
            </List>
          )}
        </Notice>
      )}
      {preview.isError && preview.variables === rule && <ErrorNotice error={preview.error} />}
    </>
  );
}

/** As far back as a rule is tried, where there is not too much to look through. */
const MONTH_MS = 30 * 86_400_000;
/** Events of one rule in a month that nobody reads any more. */
const MANY = 60;
