import { Anchor, Button, Group, SegmentedControl, Select, Stack, Text } from '@mantine/core';
import { IconDownload, IconLineDashed } from '@tabler/icons-react';
import { keepPreviousData, useQuery } from '@tanstack/react-query';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { Link } from 'wouter';
import type { CountedLine, CrossingCounts } from '#contracts/statistics';
import { useApi } from '../api/context.tsx';
import { ErrorNotice } from '../api/error-notice.tsx';
import { queryKeys } from '../api/query-keys.ts';
import { rulesLink } from '../app/links.ts';
import { useSession } from '../app/session.tsx';
import { DataTable } from '../ui/data-table.tsx';
import { EmptyState } from '../ui/empty-state.tsx';
import { Loading } from '../ui/loading.tsx';
import { localeOf } from '../ui/locale.ts';
import { Panel } from '../ui/page.tsx';
import { useNumbers } from '../ui/use-numbers.ts';
import { BarChart } from './bar-chart.tsx';
import { type Bar, barsOf, busiestOf, OBJECT_GROUPS, type ObjectGroup, type Span, totalsOf } from './figures.ts';
import { HeatPicture } from './heat-picture.tsx';
import classes from './statistics.module.css';

/** ms: the server writes once a minute. */
const REFRESH_MS = 60_000;

export function CameraFigures({ cameraId, span }: { cameraId: string; span: Span }) {
  const { t } = useTranslation('statistics');
  const api = useApi();
  const counts = useQuery({
    queryKey: [...queryKeys.counts(cameraId), span],
    queryFn: ({ signal }) => api.statistics.counts(cameraId, span, signal),
    refetchInterval: REFRESH_MS,
    placeholderData: keepPreviousData,
  });
  const heat = useQuery({
    queryKey: [...queryKeys.heat(cameraId), span.fromMs, span.toMs],
    queryFn: ({ signal }) => api.statistics.heat(cameraId, span, signal),
    refetchInterval: REFRESH_MS,
    placeholderData: keepPreviousData,
  });
  return (
    <div className={classes.layout}>
      <Panel title={t('crossings')}>
        {counts.error !== null && <ErrorNotice error={counts.error} retry={() => void counts.refetch()} />}
        {counts.data === undefined ? (
          counts.error === null && <Loading />
        ) : (
          <Crossings counts={counts.data} span={span} />
        )}
      </Panel>
      <Panel title={t('heat')}>
        <Stack gap="sm">
          <Text size="sm" c="dimmed">
            {t('heatHint')}
          </Text>
          {heat.error !== null && <ErrorNotice error={heat.error} retry={() => void heat.refetch()} />}
          {heat.data === undefined ? (
            heat.error === null && <Loading />
          ) : (
            <HeatPicture cameraId={cameraId} heat={heat.data} />
          )}
        </Stack>
      </Panel>
    </div>
  );
}

function Crossings({ counts, span }: { counts: CrossingCounts; span: Span }) {
  const { t } = useTranslation('statistics');
  const { can } = useSession();
  const numbers = useNumbers();
  const [ruleId, setRuleId] = useState<string | null>(null);
  const [group, setGroup] = useState<ObjectGroup | null>(null);
  const [view, setView] = useState<'chart' | 'table'>('chart');
  const names = useNames(counts);
  const { lines, cameraId } = counts;
  if (lines.length === 0) {
    const may = can('camera.configure');
    return (
      <EmptyState
        icon={IconLineDashed}
        title={t('noLines')}
        actions={
          may && (
            <Button component={Link} href={rulesLink(cameraId)}>
              {t('toRules')}
            </Button>
          )
        }
      >
        {t('noLinesHint')} {!may && t('noLinesAsk')}
      </EmptyState>
    );
  }
  const line = lines.some((one) => one.ruleId === ruleId) ? ruleId : null;
  const bars = barsOf(counts, { ruleId: line, group });
  const busiest = busiestOf(bars);
  const { fromMs, toMs, by } = span;
  return (
    <Stack gap="md">
      <div className={classes.toolbar}>
        <Select
          label={t('line')}
          allowDeselect={false}
          data={[
            { value: '', label: t('allLines') },
            ...lines.map((one) => ({ value: one.ruleId, label: lineName(one, t('gone', { name: one.name })) })),
          ]}
          value={line ?? ''}
          onChange={(value) => setRuleId(value === '' ? null : value)}
        />
        <Select
          label={t('objects')}
          allowDeselect={false}
          data={[
            { value: '', label: t('all') },
            ...OBJECT_GROUPS.map((value) => ({ value, label: t(`groups.${value}`) })),
          ]}
          value={group ?? ''}
          onChange={(value) => setGroup(OBJECT_GROUPS.find((one) => one === value) ?? null)}
        />
      </div>
      <Totals counts={counts} ruleId={line} />
      {busiest === undefined ? (
        <Stack gap={4}>
          <Text>{t('nothing')}</Text>
          <Text size="sm" c="dimmed">
            {t('nothingHint')}
          </Text>
        </Stack>
      ) : (
        <Text>
          {t('busiest', {
            when: names(busiest.startMs).full,
            number: numbers(busiest.forward + busiest.backward),
          })}
        </Text>
      )}
      <Group justify="space-between">
        <SegmentedControl
          aria-label={t('view')}
          data={[
            { value: 'chart', label: t('chart') },
            { value: 'table', label: t('table') },
          ]}
          value={view}
          onChange={(value) => setView(value === 'table' ? 'table' : 'chart')}
        />
        <Anchor
          href={`/api/cameras/${encodeURIComponent(cameraId)}/counts.csv?fromMs=${fromMs}&toMs=${toMs}&by=${by}`}
          download
          size="sm"
        >
          <IconDownload size={14} aria-hidden /> {t('csv')}
        </Anchor>
      </Group>
      {view === 'chart' ? (
        <BarChart bars={bars} by={counts.by} names={names} />
      ) : (
        <FigureTable bars={bars} names={names} />
      )}
      <Text size="sm" c="dimmed">
        <Legend /> {t('zone', { zone: counts.timeZone })}
      </Text>
    </Stack>
  );
}

const lineName = ({ name, present }: CountedLine, gone: string): string => (present ? name : gone);

function Legend() {
  const { t } = useTranslation('statistics');
  return (
    <>
      <span className={classes.swatch} data-way="forward" /> {t('forward')}{' '}
      <span className={classes.swatch} data-way="backward" /> {t('backward')} ·
    </>
  );
}

function Totals({ counts, ruleId }: { counts: CrossingCounts; ruleId: string | null }) {
  const { t } = useTranslation('statistics');
  const numbers = useNumbers();
  const totals = totalsOf(counts, { ruleId });
  if (totals.length === 0) return null;
  const sum = (way: 'forward' | 'backward'): number => totals.reduce((all, one) => all + one[way], 0);
  const rows = totals.map(({ group, forward, backward }) => ({ name: t(`groups.${group}`), forward, backward }));
  return (
    <table className={classes.totals} aria-label={t('total')}>
      <thead>
        <tr>
          <th scope="col">{t('objects')}</th>
          <th scope="col">{t('forward')}</th>
          <th scope="col">{t('backward')}</th>
          <th scope="col">{t('total')}</th>
        </tr>
      </thead>
      <tbody>
        {rows.map(({ name, forward, backward }) => (
          <tr key={name}>
            <th scope="row">{name}</th>
            <td>{numbers(forward)}</td>
            <td>{numbers(backward)}</td>
            <td>{numbers(forward + backward)}</td>
          </tr>
        ))}
      </tbody>
      {rows.length > 1 && (
        <tfoot>
          <tr>
            <th scope="row">{t('total')}</th>
            <td>{numbers(sum('forward'))}</td>
            <td>{numbers(sum('backward'))}</td>
            <td>{numbers(sum('forward') + sum('backward'))}</td>
          </tr>
        </tfoot>
      )}
    </table>
  );
}

function FigureTable({ bars, names }: { bars: readonly Bar[]; names: Names }) {
  const { t } = useTranslation('statistics');
  const numbers = useNumbers();
  return (
    <div className={classes.scroll}>
      <DataTable<Bar>
        label={t('crossings')}
        rows={bars}
        rowKey={({ startMs }) => startMs}
        columns={[
          {
            key: 'when',
            header: t('when'),
            role: 'title',
            cell: ({ startMs }) => names(startMs).full,
            sortBy: ({ startMs }) => startMs,
          },
          {
            key: 'forward',
            header: t('forward'),
            numeric: true,
            cell: ({ forward }) => numbers(forward),
            sortBy: ({ forward }) => forward,
          },
          {
            key: 'backward',
            header: t('backward'),
            numeric: true,
            cell: ({ backward }) => numbers(backward),
            sortBy: ({ backward }) => backward,
          },
          {
            key: 'total',
            header: t('total'),
            numeric: true,
            cell: ({ forward, backward }) => numbers(forward + backward),
            sortBy: ({ forward, backward }) => forward + backward,
          },
        ]}
      />
    </div>
  );
}

type Names = (startMs: number) => { readonly short: string; readonly full: string };

/** Of hours and days, in the server's time: that is where they begin. */
function useNames({ by, timeZone, starts }: CrossingCounts): Names {
  const { i18n } = useTranslation();
  const locale = localeOf(i18n.language);
  const format = (options: Intl.DateTimeFormatOptions) => new Intl.DateTimeFormat(locale, { timeZone, ...options });
  const hour = format({ hour: '2-digit', minute: '2-digit', hourCycle: 'h23' });
  const day = format({ day: 'numeric', month: 'numeric' });
  const fullDay = format({ weekday: 'short', day: 'numeric', month: 'numeric', year: 'numeric' });
  const oneDay = starts.length <= 25;
  return (startMs) => {
    if (by === 'day') return { short: day.format(startMs), full: fullDay.format(startMs) };
    const time = hour.format(startMs);
    return {
      short: oneDay ? time : `${time} ${day.format(startMs)}`,
      full: oneDay ? time : `${time} ${fullDay.format(startMs)}`,
    };
  };
}
