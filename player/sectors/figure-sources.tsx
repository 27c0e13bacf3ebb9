import { Button, Select, Stack, Text } from '@mantine/core';
import { useQuery, useQueryClient } from '@tanstack/react-query';
import { useMemo, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { Link } from 'wouter';
import type { Figure, Indicator, ObservationView } from '#contracts/sectors';
import { useApi } from '../api/context.tsx';
import { ErrorNotice } from '../api/error-notice.tsx';
import { queryKeys } from '../api/query-keys.ts';
import { useAreas, useIndicators, useUnits } from '../api/sector-queries.ts';
import { useAction } from '../api/use-action.ts';
import { batchLink } from '../app/links.ts';
import { useSession } from '../app/session.tsx';
import { type Column, DataTable } from '../ui/data-table.tsx';
import { useDates } from '../ui/dates.ts';
import { Loading } from '../ui/loading.tsx';
import { optionsFilter } from '../ui/options-filter.ts';
import { numberText } from './figure-words.ts';
import classes from './sectors.module.css';
import { useLocale, useWords } from './texts.ts';

/** Down to the row: every revision of the value behind a figure, with the batch and whoever sent it. */
export function FigureSources(props: { indicator: Indicator; figure: Figure; onArea: (code: string | null) => void }) {
  const { indicator, figure, onArea } = props;
  const { t } = useTranslation('sectors');
  const words = useWords();
  const indicators = useIndicators();
  const areas = useAreas();
  const parts = useMemo(() => {
    const { formula } = indicator;
    if (formula === null) return [indicator];
    const codes = new Set([...formula.numerator, ...formula.denominator].map(({ indicator: code }) => code));
    return indicators.data?.filter(({ code }) => codes.has(code)) ?? [];
  }, [indicator, indicators.data]);
  const [wanted, setWanted] = useState<string | null>(null);
  const part = parts.find(({ code }) => code === wanted) ?? parts[0];
  const area = areas.data?.find(({ code }) => code === figure.areaCode);
  const tooWide = part?.level === 'commune' && area !== undefined && area.level === 'province';
  return (
    <Stack gap="sm">
      {parts.length > 1 && (
        <Select
          size="xs"
          label={t('sources.part')}
          description={t('sources.partHint')}
          data={parts.map(({ code, name }) => ({ value: code, label: words(name) }))}
          value={part?.code ?? null}
          allowDeselect={false}
          onChange={setWanted}
        />
      )}
      {tooWide ? (
        <>
          <Text c="dimmed">{t('sources.chooseArea')}</Text>
          <Select
            size="xs"
            searchable
            aria-label={t('area.label')}
            placeholder={t('area.choose')}
            limit={200}
            filter={optionsFilter}
            data={
              areas.data
                ?.filter(({ level, validToMs }) => level === 'commune' && validToMs === null)
                .map(({ code, name }) => ({ value: code, label: name })) ?? []
            }
            value={null}
            onChange={(code) => code !== null && onArea(code)}
          />
        </>
      ) : (
        part !== undefined && <Revisions indicator={part} figure={figure} />
      )}
    </Stack>
  );
}

function Revisions({ indicator, figure }: { indicator: Indicator; figure: Figure }) {
  const { t } = useTranslation(['sectors', 'app']);
  const api = useApi();
  const queryClient = useQueryClient();
  const { can } = useSession();
  const dates = useDates();
  const locale = useLocale();
  const units = useUnits();
  const unitNames = useMemo(() => new Map(units.data?.map(({ id, name }) => [id, name])), [units.data]);
  const cell = { indicator: indicator.code, areaCode: figure.areaCode, periodStartMs: figure.period.startMs };
  const observations = useQuery({
    queryKey: [...queryKeys.figuresOf(indicator.sector), 'observations', cell],
    queryFn: ({ signal }) =>
      api.sectors.observations(
        { indicator: cell.indicator, area: cell.areaCode, periodStartMs: cell.periodStartMs },
        signal,
      ),
  });
  const confirm = useAction({
    run: () => api.sectors.confirm(cell),
    done: t('sources.confirmed'),
    after: () => queryClient.invalidateQueries({ queryKey: queryKeys.figuresOf(indicator.sector) }),
  });
  if (observations.isError) return <ErrorNotice error={observations.error} retry={() => void observations.refetch()} />;
  if (observations.data === undefined) return <Loading />;
  if (observations.data.length === 0) return <p className={classes.dim}>{t('sources.none')}</p>;
  const columns: readonly Column<ObservationView>[] = [
    {
      key: 'value',
      header: t('sources.value'),
      numeric: true,
      role: 'title',
      cell: ({ value, reason, newest, undone }) => (
        <span style={{ textDecoration: undone ? 'line-through' : undefined, fontWeight: newest ? 600 : undefined }}>
          {value === null ? t(`reasons.${reason ?? 'other'}`) : numberText(value, indicator.decimals, locale)}
        </span>
      ),
    },
    {
      key: 'state',
      header: t('sources.state'),
      cell: ({ newest, undone, unconfirmed, status, revision }) =>
        [
          t('sources.revision', { revision }),
          undone ? t('sources.undone') : newest ? t('sources.counts') : t('sources.replaced'),
          t(`statuses.${status}`),
          unconfirmed ? t('unconfirmed') : '',
        ]
          .filter((part) => part !== '')
          .join(' · '),
    },
    {
      key: 'unit',
      header: t('sources.unit'),
      cell: ({ unitId, dims }) =>
        [unitId === null ? '' : (unitNames.get(unitId) ?? unitId), ...Object.values(dims)]
          .filter((part) => part !== '')
          .join(' · '),
    },
    { key: 'received', header: t('sources.received'), cell: ({ receivedMs }) => dates.full(receivedMs) },
    { key: 'sender', header: t('sources.sender'), cell: ({ sender, feedName }) => `${sender} (${feedName})` },
    {
      key: 'batch',
      header: t('sources.batch'),
      cell: ({ feedId, batchId, row }) => (
        <Link href={batchLink(feedId, batchId)}>{t('sources.row', { batch: batchId.slice(0, 8), row })}</Link>
      ),
    },
  ];
  return (
    <Stack gap="sm">
      <Text c="dimmed" size="sm">
        {t('sources.period', { from: dates.full(figure.period.startMs), to: dates.full(figure.period.endMs) })}
      </Text>
      <DataTable
        label={t('tabs.sources')}
        columns={columns}
        rows={observations.data}
        rowKey={({ batchId, row, revision }) => `${batchId} ${row} ${revision}`}
      />
      {observations.data.some(({ unconfirmed, newest }) => unconfirmed && newest) &&
        (can('sector.manage') || can('feed.manage')) && (
          <div>
            <Button size="xs" variant="default" loading={confirm.isPending} onClick={() => confirm.mutate(undefined)}>
              {t('sources.confirm')}
            </Button>
          </div>
        )}
    </Stack>
  );
}
