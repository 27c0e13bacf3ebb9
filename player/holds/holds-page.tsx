import { Button, SegmentedControl, Select } from '@mantine/core';
import { IconGavel } from '@tabler/icons-react';
import { useQuery } from '@tanstack/react-query';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { Link, useSearch } from 'wouter';
import { useApi } from '../api/context.tsx';
import { PageError } from '../api/page-error.tsx';
import { queryKeys } from '../api/query-keys.ts';
import { cameraLabel } from '../ui/camera-label.ts';
import { EmptyState } from '../ui/empty-state.tsx';
import { Loading } from '../ui/loading.tsx';
import { optionsFilter } from '../ui/options-filter.ts';
import { Page } from '../ui/page.tsx';
import { SearchField } from '../ui/search-field.tsx';
import { HoldHistory } from './hold-history.tsx';
import { filterHolds, type HoldFilter } from './hold-rows.ts';
import { HoldTable } from './hold-table.tsx';
import classes from './holds.module.css';
import { useNamedCameras } from './use-named-cameras.ts';

/** What is kept from being deleted, for whom and why; who agreed to let it go; and what was held once. */
export default function HoldsPage() {
  const { t } = useTranslation('holds');
  const cameras = useNamedCameras();
  const search = useSearch();
  const [shown, setShown] = useState<'current' | 'history'>('current');
  const [filter, setFilter] = useState<HoldFilter>(() => ({
    text: new URLSearchParams(search).get('case') ?? '',
    cameraId: new URLSearchParams(search).get('camera'),
  }));
  return (
    <Page title={t('title')} hint={t('hint')}>
      <search className={classes.toolbar}>
        <SegmentedControl
          aria-label={t('state')}
          data={[
            { value: 'current', label: t('current') },
            { value: 'history', label: t('history') },
          ]}
          value={shown}
          onChange={(value) => setShown(value === 'history' ? 'history' : 'current')}
        />
        <SearchField
          label={t(shown === 'current' ? 'search' : 'searchHistory')}
          value={filter.text}
          onChange={(text) => setFilter((now) => ({ ...now, text }))}
        />
        <Select
          aria-label={t('camera')}
          placeholder={t('anyCamera')}
          searchable
          clearable
          limit={100}
          data={[...cameras.values()].map((camera) => ({ value: camera.id, label: cameraLabel(camera) }))}
          filter={optionsFilter}
          value={filter.cameraId}
          onChange={(cameraId) => setFilter((now) => ({ ...now, cameraId }))}
        />
      </search>
      {shown === 'current' ? <CurrentHolds filter={filter} /> : <HoldHistory filter={filter} />}
    </Page>
  );
}

function CurrentHolds({ filter }: { filter: HoldFilter }) {
  const { t } = useTranslation('holds');
  const api = useApi();
  const holds = useQuery({ queryKey: queryKeys.holds, queryFn: ({ signal }) => api.holds.list(signal) });
  if (holds.error !== null) return <PageError error={holds.error} retry={() => void holds.refetch()} />;
  if (holds.data === undefined) return <Loading />;
  if (holds.data.length === 0) {
    return (
      <EmptyState
        icon={IconGavel}
        title={t('empty')}
        actions={
          <Button component={Link} href="/playback">
            {t('toPlayback')}
          </Button>
        }
      >
        {t('emptyHint')}
      </EmptyState>
    );
  }
  const found = filterHolds(holds.data, filter);
  if (found.length === 0) return <EmptyState icon={IconGavel} title={t('nothingFound')} />;
  return <HoldTable rows={found} all={holds.data} />;
}
