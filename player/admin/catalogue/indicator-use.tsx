import { List, Text } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { useTranslation } from 'react-i18next';
import { Link } from 'wouter';
import type { Indicator } from '#contracts/sectors';
import { useApi } from '../../api/context.tsx';
import { queryKeys } from '../../api/query-keys.ts';
import { useAreas, useFeeds, useUnits } from '../../api/sector-queries.ts';
import { FEEDS_PATH } from '../../app/links.ts';
import { useLocale, useWords } from '../../sectors/texts.ts';
import { Panel } from '../../ui/page.tsx';
import { limitsOf } from './rule-words.ts';

/** Who must deliver an indicator, and which rules judge it: kept with feeds and rules, read here. */
export function IndicatorUse({ indicator }: { indicator: Indicator }) {
  const { t } = useTranslation('admin');
  const words = useWords();
  const locale = useLocale();
  const api = useApi();
  const feeds = useFeeds();
  const units = useUnits();
  const areas = useAreas();
  const rules = useQuery({ queryKey: queryKeys.sectorRules, queryFn: ({ signal }) => api.sectors.rules(signal) });
  const parts = indicator.formula === null ? [] : [...indicator.formula.numerator, ...indicator.formula.denominator];
  const codes = new Set([indicator.code, ...parts.map((part) => part.indicator)]);
  const delivering = (feeds.data ?? []).flatMap((feed) => {
    const cells = feed.obliged.filter((one) => codes.has(one.indicator)).flatMap((one) => one.cells);
    return feed.obliged.some((one) => codes.has(one.indicator)) ? [{ feed, cells }] : [];
  });
  const judging = rules.data?.filter((rule) => rule.kind !== 'correlation' && rule.indicator === indicator.code) ?? [];
  const unitName = (id: string | null): string => units.data?.find((unit) => unit.id === id)?.name ?? '–';
  const root = areas.data?.find(({ level }) => level === 'province')?.name ?? '';
  return (
    <Panel title={t('catalogue.use.title')}>
      <Text size="sm" fw={500}>
        {t('catalogue.use.feeds')}
      </Text>
      {delivering.length === 0 ? (
        <Text size="sm" c="dimmed">
          {t('catalogue.use.noFeeds')}{' '}
          <Link href={`${FEEDS_PATH}/new?sector=${encodeURIComponent(indicator.sector)}`}>
            {t('catalogue.use.connect')}
          </Link>
        </Text>
      ) : (
        <List size="sm">
          {delivering.map(({ feed, cells }) => (
            <List.Item key={feed.id}>
              <Link href={`${FEEDS_PATH}/${encodeURIComponent(feed.id)}`}>{feed.name}</Link>:{' '}
              {cells.length === 0
                ? `${unitName(feed.ownerUnitId)} (${root})`
                : t('catalogue.use.units', {
                    count: new Set(cells.map(({ unitId, areaCode }) => unitId ?? areaCode)).size,
                  })}
            </List.Item>
          ))}
        </List>
      )}
      <Text size="sm" fw={500} mt="xs">
        {t('catalogue.use.rules')}
      </Text>
      {judging.length === 0 ? (
        <Text size="sm" c="dimmed">
          {t('catalogue.use.noRules')}
        </Text>
      ) : (
        <List size="sm">
          {judging.map((rule) => (
            <List.Item key={rule.id}>
              {words(rule.name)}
              {rule.kind === 'threshold' && ` · ${limitsOf(rule, locale)}`}
            </List.Item>
          ))}
        </List>
      )}
    </Panel>
  );
}
