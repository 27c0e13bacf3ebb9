import { Button, Drawer, Group, Select } from '@mantine/core';
import { IconPlus } from '@tabler/icons-react';
import { useQueryClient } from '@tanstack/react-query';
import { lazy, Suspense, useState } from 'react';
import { useTranslation } from 'react-i18next';
import type { Indicator } from '#contracts/sectors';
import { useApi } from '../../api/context.tsx';
import { queryKeys } from '../../api/query-keys.ts';
import { useAreas, useIndicators, useSectors } from '../../api/sector-queries.ts';
import { useAction } from '../../api/use-action.ts';
import { useWords } from '../../sectors/texts.ts';
import { ConfirmDialog } from '../../ui/confirm-dialog.tsx';
import { type Column, DataTable } from '../../ui/data-table.tsx';
import { matches } from '../../ui/fold.ts';
import { Loading } from '../../ui/loading.tsx';
import { SearchField } from '../../ui/search-field.tsx';
import { showUndo } from '../../ui/undo-notice.tsx';
import { IndicatorDialog } from './indicator-dialog.tsx';
import { draftOf, type IndicatorDraft, newIndicator } from './indicator-draft.ts';

const TargetsPanel = lazy(() => import('../../sectors/targets/targets-panel.tsx'));

/** ms for which undoing is offered. */
const UNDO_MS = 12_000;

export function IndicatorsTab() {
  const { t } = useTranslation(['admin', 'app']);
  const words = useWords();
  const indicators = useIndicators();
  const sectors = useSectors();
  const [sector, setSector] = useState<string | null>(null);
  const [search, setSearch] = useState('');
  const api = useApi();
  const queryClient = useQueryClient();
  const areas = useAreas();
  const [editing, setEditing] = useState<{ draft: IndicatorDraft; there: Indicator | null } | null>(null);
  const [aiming, setAiming] = useState<Indicator | null>(null);
  const [removing, setRemoving] = useState<Indicator | null>(null);
  const refresh = () => queryClient.invalidateQueries({ queryKey: queryKeys.sectors });
  const restore = useAction({
    run({ code, sector: _sector, version: _version, ...input }: Indicator) {
      return api.sectors.changeIndicator(code, input);
    },
    done: t('catalogue.indicatorBack'),
    after: refresh,
  });
  const remove = useAction({
    run: ({ code }: Indicator) => api.sectors.removeIndicator(code),
    async after(_, indicator) {
      setRemoving(null);
      showUndo({
        ...{ message: t('catalogue.indicatorRemoved', { name: words(indicator.name) }), ms: UNDO_MS },
        ...{ action: t('catalogue.undo'), undo: () => restore.mutate(indicator) },
      });
      await refresh();
    },
  });
  if (indicators.data === undefined) return <Loading />;
  const root = areas.data?.find(({ level }) => level === 'province');
  const columns: readonly Column<Indicator>[] = [
    {
      key: 'name',
      header: t('catalogue.name'),
      role: 'title',
      sortBy: ({ name }) => words(name),
      cell: ({ name }) => words(name),
    },
    { key: 'code', header: t('catalogue.code'), sortBy: ({ code }) => code, cell: ({ code }) => <code>{code}</code> },
    { key: 'unit', header: t('catalogue.unit'), cell: ({ unit }) => words(unit) },
    { key: 'kind', header: t('catalogue.kind'), cell: ({ kind }) => t(`catalogue.kinds.${kind}`) },
    { key: 'cadence', header: t('catalogue.cadence'), cell: ({ cadence }) => t(`catalogue.every.${cadence.every}`) },
    { key: 'shown', header: t('catalogue.shown'), cell: ({ shown }) => t(shown ? 'app:common.yes' : 'app:common.no') },
    {
      key: 'actions',
      header: t('app:common.actions'),
      role: 'actions',
      cell: (indicator) => (
        <Group gap="xs" wrap="nowrap" justify="flex-end">
          <Button size="compact-sm" variant="default" onClick={() => setAiming(indicator)}>
            {t('catalogue.targets')}
          </Button>
          <Button
            size="compact-sm"
            variant="default"
            onClick={() => setEditing({ draft: draftOf(indicator), there: indicator })}
          >
            {t('app:common.edit')}
          </Button>
          <Button size="compact-sm" variant="default" onClick={() => setRemoving(indicator)}>
            {t('catalogue.retire')}
          </Button>
        </Group>
      ),
    },
  ];
  const rows = indicators.data.filter(
    (one) => (sector === null || one.sector === sector) && matches(`${one.name.vi} ${one.name.en} ${one.code}`, search),
  );
  return (
    <>
      <Group mb="sm">
        <SearchField label={t('app:common.search')} value={search} onChange={setSearch} />
        <Select
          aria-label={t('catalogue.tabs.sectors')}
          placeholder={t('catalogue.tabs.sectors')}
          clearable
          data={sectors.data?.map(({ key, name }) => ({ value: key, label: words(name) })) ?? []}
          value={sector}
          onChange={setSector}
        />
        <Button
          ml="auto"
          leftSection={<IconPlus size={16} />}
          disabled={(sectors.data?.length ?? 0) === 0}
          onClick={() => setEditing({ draft: newIndicator(sector ?? sectors.data?.[0]?.key ?? ''), there: null })}
        >
          {t('catalogue.addIndicator')}
        </Button>
      </Group>
      <DataTable
        label={t('catalogue.tabs.indicators')}
        columns={columns}
        rows={rows}
        rowKey={({ code }) => code}
        initialSort="code"
      />
      {editing !== null && <IndicatorDialog {...editing} onClose={() => setEditing(null)} />}
      <Drawer
        opened={aiming !== null}
        onClose={() => setAiming(null)}
        position="right"
        size="56rem"
        title={aiming === null ? '' : `${t('catalogue.targets')}: ${words(aiming.name)}`}
        closeButtonProps={{ 'aria-label': t('app:common.close') }}
      >
        {aiming !== null && root !== undefined && (
          <Suspense fallback={<Loading />}>
            <TargetsPanel indicator={aiming} areaCode={root.code} />
          </Suspense>
        )}
      </Drawer>
      <ConfirmDialog
        opened={removing !== null}
        title={t('catalogue.removeIndicator', { name: removing === null ? '' : words(removing.name) })}
        action={t('catalogue.retire')}
        danger
        busy={remove.isPending}
        onConfirm={() => removing !== null && remove.mutate(removing)}
        onClose={() => setRemoving(null)}
      >
        {t('catalogue.removeIndicatorText')}
      </ConfirmDialog>
    </>
  );
}
