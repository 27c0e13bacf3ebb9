import { Anchor, Button, Checkbox, Chip, Group, Select } from '@mantine/core';
import { showNotification } from '@mantine/notifications';
import { IconAlertTriangle, IconExternalLink, IconFilterOff, IconMessageReport } from '@tabler/icons-react';
import { useInfiniteQuery, useQuery, useQueryClient } from '@tanstack/react-query';
import { useMemo, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { Link } from 'wouter';
import { REPORT_STATES, type ReportAct, type ReportView } from '#contracts/reports';
import { useApi } from '../api/context.tsx';
import { ErrorNotice } from '../api/error-notice.tsx';
import { queryKeys } from '../api/query-keys.ts';
import type { ReportQuery } from '../api/reports-api.ts';
import { useUnits } from '../api/sector-queries.ts';
import { useAction } from '../api/use-action.ts';
import { reportLink } from '../app/links.ts';
import { useWords } from '../sectors/texts.ts';
import { AgeText } from '../ui/age-text.tsx';
import { type Column, DataTable } from '../ui/data-table.tsx';
import { EmptyState } from '../ui/empty-state.tsx';
import { Loading } from '../ui/loading.tsx';
import { optionsFilter } from '../ui/options-filter.ts';
import { Page } from '../ui/page.tsx';
import { SearchField } from '../ui/search-field.tsx';
import { useSettled } from '../ui/use-settled.ts';
import { ActDialog, type AskedAct } from './act-dialog.tsx';
import { DueText } from './due-text.tsx';
import classes from './reports.module.css';
import { useReportServices } from './use-reports.ts';

const PAGE = 100;
const WHICH = ['open', 'received', 'verified', 'assigned', 'inProgress', 'answered', 'over'] as const;
type Which = (typeof WHICH)[number];
const BULK: readonly AskedAct[] = ['verify', 'assign', 'reject', 'close'];
const TYPING_MS = 300;

/** Every report that one handles, the late ones first. */
export default function ReportsPage() {
  const { t } = useTranslation('reports');
  const api = useApi();
  const [which, setWhich] = useState<Which>('open');
  const [late, setLate] = useState(false);
  const [typed, setTyped] = useState('');
  const text = useSettled(typed, TYPING_MS);
  const [service, setService] = useState<string | null>(null);
  const [unit, setUnit] = useState<string | null>(null);
  const [selected, setSelected] = useState<ReadonlySet<string>>(new Set());
  const query: ReportQuery = {
    ...{ state: which, limit: PAGE },
    ...(text.trim() === '' ? {} : { text: text.trim() }),
    ...(service === null ? {} : { service }),
    ...(unit === null ? {} : { unit }),
    ...(late ? { overdue: 'true' as const } : {}),
  };
  const list = useInfiniteQuery({
    queryKey: [...queryKeys.reports, 'list', query],
    queryFn: ({ signal, pageParam }) =>
      api.reports.list({ ...query, ...(pageParam === 0 ? {} : { before: pageParam }) }, signal),
    initialPageParam: 0,
    getNextPageParam: (page) => (page.length < PAGE ? undefined : page.at(-1)?.number),
  });
  const reports = useMemo(() => lateFirst(list.data?.pages.flat() ?? []), [list.data]);
  const chosen = reports.filter(({ id }) => selected.has(id));
  const columns = useColumns(selected, setSelected);
  const narrowed = late || service !== null || unit !== null || text.trim() !== '';
  function clear(): void {
    setLate(false);
    setService(null);
    setUnit(null);
    setTyped('');
  }
  return (
    <Page
      title={t('title')}
      hint={t('hint')}
      actions={
        <Button
          component="a"
          href="/portal"
          target="_blank"
          rel="noopener"
          variant="default"
          leftSection={<IconExternalLink size={16} aria-hidden />}
        >
          {t('portal')}
        </Button>
      }
    >
      <States which={which} onChange={setWhich} late={late} onLate={setLate} />
      <div className={classes.filters}>
        <SearchField label={t('search')} value={typed} onChange={setTyped} />
        <ServiceFilter value={service} onChange={setService} />
        <UnitFilter value={unit} onChange={setUnit} />
      </div>
      {reports.length > 0 && <Bulk all={reports} chosen={chosen} onSelect={(ids) => setSelected(new Set(ids))} />}
      {list.isPending && <Loading />}
      {list.isError && <ErrorNotice error={list.error} retry={() => void list.refetch()} />}
      {list.isSuccess &&
        reports.length === 0 &&
        (narrowed || which !== 'open' ? (
          <EmptyState
            icon={IconFilterOff}
            title={t('emptyFiltered')}
            actions={
              narrowed && (
                <Button variant="default" onClick={clear}>
                  {t('clearFilter')}
                </Button>
              )
            }
          />
        ) : (
          <EmptyState icon={IconMessageReport} title={t('empty')}>
            {t('emptyHint')}
          </EmptyState>
        ))}
      {reports.length > 0 && <DataTable label={t('title')} columns={columns} rows={reports} rowKey={({ id }) => id} />}
      {list.hasNextPage && (
        <Button variant="subtle" loading={list.isFetchingNextPage} onClick={() => void list.fetchNextPage()}>
          {t('older')}
        </Button>
      )}
    </Page>
  );
}

/** Late ones by how late, then emergencies, then as they came. */
function lateFirst(reports: readonly ReportView[]): readonly ReportView[] {
  const rank = (report: ReportView): number =>
    report.overdue ? 0 : report.emergency && report.state === 'received' ? 1 : 2;
  return [...reports].sort(
    (a, b) => rank(a) - rank(b) || (a.overdue ? (a.dueMs ?? 0) - (b.dueMs ?? 0) : b.number - a.number),
  );
}

function States(props: {
  which: Which;
  onChange: (which: Which) => void;
  late: boolean;
  onLate: (late: boolean) => void;
}) {
  const { t } = useTranslation('reports');
  const api = useApi();
  const counts = useQuery({
    queryKey: [...queryKeys.reports, 'counts'],
    queryFn: ({ signal }) => api.reports.counts(signal),
  });
  const states = counts.data?.states ?? {};
  const open = REPORT_STATES.filter((state) => !['rejected', 'closed', 'duplicate'].includes(state));
  const countOf = (which: Which): number | undefined => {
    if (counts.data === undefined || which === 'over') return undefined;
    return which === 'open' ? open.reduce((sum, state) => sum + (states[state] ?? 0), 0) : (states[which] ?? 0);
  };
  return (
    <Group gap="xs" role="group" aria-label={t('whichLabel')}>
      {WHICH.map((which) => (
        <Chip key={which} size="sm" radius="sm" checked={props.which === which} onChange={() => props.onChange(which)}>
          {which === 'open' || which === 'over' ? t(`which.${which}`) : t(`states.${which}`)}{' '}
          {countOf(which) !== undefined && <strong>{countOf(which)}</strong>}
        </Chip>
      ))}
      <Chip size="sm" radius="sm" color="red" checked={props.late} onChange={props.onLate}>
        <IconAlertTriangle size={14} aria-hidden style={{ verticalAlign: '-2px' }} /> {t('overdueOnly')}{' '}
        {counts.data !== undefined && <strong>{counts.data.overdue}</strong>}
      </Chip>
    </Group>
  );
}

function ServiceFilter(props: { value: string | null; onChange: (value: string | null) => void }) {
  const { t } = useTranslation('reports');
  const words = useWords();
  const services = useReportServices();
  return (
    <Select
      aria-label={t('service')}
      placeholder={t('allServices')}
      searchable
      clearable
      limit={100}
      filter={optionsFilter}
      data={services.data?.map(({ code, name }) => ({ value: code, label: words(name) })) ?? []}
      {...props}
    />
  );
}

function UnitFilter(props: { value: string | null; onChange: (value: string | null) => void }) {
  const { t } = useTranslation('reports');
  const units = useUnits();
  return (
    <Select
      aria-label={t('unit')}
      placeholder={t('allUnits')}
      searchable
      clearable
      limit={100}
      filter={optionsFilter}
      data={units.data?.map(({ id, name }) => ({ value: id, label: name })) ?? []}
      {...props}
    />
  );
}

/** What is done with many at once; one that is in another state by then is left as it is. */
function Bulk(props: {
  all: readonly ReportView[];
  chosen: readonly ReportView[];
  onSelect: (ids: readonly string[]) => void;
}) {
  const { all, chosen } = props;
  const { t } = useTranslation('reports');
  const api = useApi();
  const queryClient = useQueryClient();
  const [asked, setAsked] = useState<AskedAct | null>(null);
  const change = useAction({
    run: (act: ReportAct) =>
      api.reports.actOnMany(
        chosen.map(({ id }) => id),
        act,
      ),
    after({ done, failed }) {
      setAsked(null);
      props.onSelect(failed.map(({ id }) => id));
      showNotification({ message: t('bulkDone', { count: done.length }) });
      if (failed.length > 0) showNotification({ color: 'red', message: t('bulkFailed', { count: failed.length }) });
      void queryClient.invalidateQueries({ queryKey: queryKeys.reports });
    },
  });
  const handlesAll = all.every(({ code }) => code !== '');
  if (!handlesAll) return null;
  return (
    <Group gap="sm" mih={36}>
      <Checkbox
        label={chosen.length === 0 ? t('selectAll') : t('selected', { count: chosen.length })}
        checked={chosen.length === all.length}
        indeterminate={chosen.length > 0 && chosen.length < all.length}
        onChange={(event) => props.onSelect(event.currentTarget.checked ? all.slice(0, 200).map(({ id }) => id) : [])}
      />
      {chosen.length > 0 &&
        BULK.map((act) => (
          <Button key={act} size="xs" variant="default" onClick={() => setAsked(act)}>
            {t(`acts.${act}`)}
          </Button>
        ))}
      {asked !== null && (
        <ActDialog
          act={asked}
          report={null}
          busy={change.isPending}
          onSubmit={change.mutate}
          onClose={() => setAsked(null)}
        />
      )}
    </Group>
  );
}

function useColumns(
  selected: ReadonlySet<string>,
  setSelected: (selected: ReadonlySet<string>) => void,
): readonly Column<ReportView>[] {
  const { t } = useTranslation('reports');
  const words = useWords();
  const services = useReportServices();
  return useMemo(() => {
    const named = (report: ReportView): string => {
      const service = services.data?.find(({ code }) => code === report.service);
      return service === undefined ? report.service : words(service.name);
    };
    function toggle(id: string): void {
      const next = new Set(selected);
      if (!next.delete(id)) next.add(id);
      setSelected(next);
    }
    return [
      {
        key: 'report',
        role: 'title',
        header: t('columns.report'),
        cell: (row) => (
          <div className={classes.title} data-report={row.number}>
            {row.code !== '' && (
              <Checkbox
                size="xs"
                aria-label={t('select', { number: row.number })}
                checked={selected.has(row.id)}
                onChange={() => toggle(row.id)}
              />
            )}
            <div className={classes.words}>
              <Anchor component={Link} href={reportLink(row.id)}>
                {`#${row.number} · ${named(row)}`}
              </Anchor>{' '}
              {row.emergency && <span className={classes.emergency}>{t('emergency')}</span>}
              <span className={classes.snippet}>{row.text}</span>
            </div>
          </div>
        ),
      },
      { key: 'state', header: t('columns.state'), cell: (row) => t(`states.${row.state}`), sortBy: (row) => row.state },
      {
        key: 'due',
        header: t('columns.due'),
        cell: (row) => <DueText report={row} />,
        sortBy: (row) => row.dueMs ?? Number.MAX_SAFE_INTEGER,
      },
      {
        key: 'unit',
        header: t('columns.unit'),
        cell: (row) => row.unitName ?? '–',
        sortBy: (row) => row.unitName ?? '',
      },
      { key: 'place', header: t('columns.place'), cell: (row) => row.place?.name || '–' },
      {
        key: 'received',
        header: t('columns.received'),
        cell: (row) => <AgeText ms={row.receivedMs} />,
        sortBy: (row) => -row.receivedMs,
      },
    ];
  }, [t, words, services.data, selected, setSelected]);
}
