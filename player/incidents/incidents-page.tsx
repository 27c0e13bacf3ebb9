import { Anchor, Button, Group, SegmentedControl } from '@mantine/core';
import { IconFolder, IconPlus, IconSpeakerphone } from '@tabler/icons-react';
import { useInfiniteQuery } from '@tanstack/react-query';
import { useMemo, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { Link, useLocation } from 'wouter';
import type { IncidentView } from '#contracts/alerts';
import { SEVERITIES } from '#contracts/severity';
import { useApi } from '../api/context.tsx';
import { ErrorNotice } from '../api/error-notice.tsx';
import { queryKeys } from '../api/query-keys.ts';
import { canEverywhere } from '../app/can-everywhere.ts';
import { incidentLink, NOTICES_PATH } from '../app/links.ts';
import { useSession } from '../app/session.tsx';
import { AgeText } from '../ui/age-text.tsx';
import { type Column, DataTable } from '../ui/data-table.tsx';
import { EmptyState } from '../ui/empty-state.tsx';
import { Loading } from '../ui/loading.tsx';
import { Page } from '../ui/page.tsx';
import { SeverityMark } from '../ui/severity-mark.tsx';
import { IncidentForm } from './incident-form.tsx';

const PAGE = 50;
const WHICH = ['open', 'closed', 'all'] as const;

/** Every incident, the newest first. */
export default function IncidentsPage() {
  const { t } = useTranslation('incidents');
  const api = useApi();
  const { user } = useSession();
  const [, navigate] = useLocation();
  const [which, setWhich] = useState<(typeof WHICH)[number]>('open');
  const [creating, setCreating] = useState(false);
  const list = useInfiniteQuery({
    queryKey: [...queryKeys.incidents, 'list', which],
    queryFn: ({ signal, pageParam }) =>
      api.incidents.list(
        {
          limit: PAGE,
          ...(which === 'all' ? {} : { state: which }),
          ...(pageParam === 0 ? {} : { before: pageParam }),
        },
        signal,
      ),
    initialPageParam: 0,
    getNextPageParam: (page) => (page.length < PAGE ? undefined : page.at(-1)?.number),
  });
  const incidents = useMemo(() => list.data?.pages.flat() ?? [], [list.data]);
  const columns = useColumns();
  const create = (
    <Button leftSection={<IconPlus size={16} aria-hidden />} onClick={() => setCreating(true)}>
      {t('create')}
    </Button>
  );
  return (
    <Page title={t('title')} hint={t('hint')} actions={create}>
      <Group justify="space-between">
        <SegmentedControl
          aria-label={t('whichLabel')}
          data={WHICH.map((value) => ({ value, label: t(`which.${value}`) }))}
          value={which}
          onChange={(value) => setWhich(WHICH.find((known) => known === value) ?? 'open')}
        />
        {canEverywhere(user, 'notice.publish') && (
          <Button
            component={Link}
            href={NOTICES_PATH}
            variant="default"
            leftSection={<IconSpeakerphone size={16} aria-hidden />}
          >
            {t('notices.title')}
          </Button>
        )}
      </Group>
      {list.isPending && <Loading />}
      {list.isError && <ErrorNotice error={list.error} retry={() => void list.refetch()} />}
      {list.isSuccess && incidents.length === 0 && (
        <EmptyState icon={IconFolder} title={t(which === 'closed' ? 'emptyClosed' : 'empty')}>
          {which !== 'closed' && t('emptyHint')}
        </EmptyState>
      )}
      {incidents.length > 0 && (
        <DataTable label={t('title')} columns={columns} rows={incidents} rowKey={({ id }) => id} />
      )}
      {list.hasNextPage && (
        <Button variant="subtle" loading={list.isFetchingNextPage} onClick={() => void list.fetchNextPage()}>
          {t('older')}
        </Button>
      )}
      {creating && (
        <IncidentForm
          incident={null}
          onSaved={(incident) => navigate(incidentLink(incident.id))}
          onClose={() => setCreating(false)}
        />
      )}
    </Page>
  );
}

function useColumns(): readonly Column<IncidentView>[] {
  const { t } = useTranslation(['incidents', 'app']);
  return useMemo(
    () => [
      {
        key: 'name',
        role: 'title',
        header: t('name'),
        cell: (row) => (
          <Anchor component={Link} href={incidentLink(row.id)}>
            {`#${row.number} · ${row.title}`}
          </Anchor>
        ),
        sortBy: (row) => row.title,
      },
      {
        key: 'severity',
        header: t('severity'),
        cell: (row) => (
          <Group gap={6} wrap="nowrap">
            <SeverityMark severity={row.severity} />
            {t(`app:severities.${row.severity}`)}
          </Group>
        ),
        sortBy: (row) => -SEVERITIES.indexOf(row.severity),
      },
      { key: 'state', header: t('state'), cell: (row) => t(`states.${row.state}`), sortBy: (row) => row.state },
      {
        key: 'opened',
        header: t('opened'),
        cell: (row) => <AgeText ms={row.openedMs} />,
        sortBy: (row) => -row.openedMs,
      },
      { key: 'lead', header: t('lead'), cell: (row) => row.lead?.name ?? '–', sortBy: (row) => row.lead?.name ?? '' },
      {
        key: 'alerts',
        header: t('alertCount'),
        numeric: true,
        cell: (row) => row.alertIds.length,
        sortBy: (row) => -row.alertIds.length,
      },
      {
        key: 'exhibits',
        header: t('exhibitCount'),
        numeric: true,
        cell: (row) => row.exhibitCount,
        sortBy: (row) => -row.exhibitCount,
      },
    ],
    [t],
  );
}
