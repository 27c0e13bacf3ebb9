import { Button, Group, NumberInput, Select, Switch, TextInput } from '@mantine/core';
import { useMutation, useQueryClient } from '@tanstack/react-query';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import type { SectorView } from '#contracts/sectors';
import { useApi } from '../../api/context.tsx';
import { queryKeys } from '../../api/query-keys.ts';
import { useIndicators, useSectors, useUnits } from '../../api/sector-queries.ts';
import { useWords } from '../../sectors/texts.ts';
import { type Column, DataTable } from '../../ui/data-table.tsx';
import { Loading } from '../../ui/loading.tsx';
import { optionsFilter } from '../../ui/options-filter.ts';
import { EditDialog } from './edit-dialog.tsx';

export function SectorsTab() {
  const { t } = useTranslation(['admin', 'app']);
  const words = useWords();
  const sectors = useSectors();
  const units = useUnits();
  const indicators = useIndicators();
  const [editing, setEditing] = useState<SectorView | null>(null);
  if (sectors.data === undefined) return <Loading />;
  const columns: readonly Column<SectorView>[] = [
    {
      key: 'position',
      header: t('catalogue.position'),
      numeric: true,
      sortBy: ({ position }) => position,
      cell: ({ position }) => position,
    },
    {
      key: 'name',
      header: t('catalogue.name'),
      role: 'title',
      sortBy: ({ name }) => words(name),
      cell: ({ name }) => words(name),
    },
    {
      key: 'owner',
      header: t('catalogue.owner'),
      cell: ({ owningUnitId }) => units.data?.find(({ id }) => id === owningUnitId)?.name ?? '–',
    },
    {
      key: 'headline',
      header: t('catalogue.headline'),
      cell: ({ headline }) => {
        const indicator = indicators.data?.find(({ code }) => code === headline);
        return indicator === undefined ? '–' : words(indicator.name);
      },
    },
    {
      key: 'enabled',
      header: t('catalogue.enabled'),
      cell: ({ enabled }) => t(enabled ? 'app:common.yes' : 'app:common.no'),
    },
    {
      key: 'actions',
      header: t('app:common.actions'),
      role: 'actions',
      cell: (sector) => (
        <Button size="compact-sm" variant="default" onClick={() => setEditing(sector)}>
          {t('app:common.edit')}
        </Button>
      ),
    },
  ];
  return (
    <>
      <DataTable
        label={t('catalogue.tabs.sectors')}
        columns={columns}
        rows={sectors.data}
        rowKey={({ key }) => key}
        initialSort="position"
      />
      {editing !== null && <SectorDialog sector={editing} onClose={() => setEditing(null)} />}
    </>
  );
}

function SectorDialog({ sector, onClose }: { sector: SectorView; onClose: () => void }) {
  const { t } = useTranslation('admin');
  const words = useWords();
  const api = useApi();
  const queryClient = useQueryClient();
  const units = useUnits();
  const indicators = useIndicators();
  const { name, owningUnitId, position, enabled, headline, layout } = sector;
  const [draft, setDraft] = useState({ name, owningUnitId, position, enabled, headline, layout: [...layout] });
  const save = useMutation({
    mutationFn: () => api.sectors.change(sector.key, draft),
    async onSuccess() {
      await queryClient.invalidateQueries({ queryKey: queryKeys.sectors });
      onClose();
    },
  });
  return (
    <EditDialog
      title={words(name)}
      error={save.error}
      busy={save.isPending}
      onSubmit={() => save.mutate()}
      onClose={onClose}
    >
      <Group grow>
        <TextInput
          label={t('catalogue.nameVi')}
          required
          value={draft.name.vi}
          onChange={(event) => setDraft({ ...draft, name: { ...draft.name, vi: event.currentTarget.value } })}
        />
        <TextInput
          label={t('catalogue.nameEn')}
          required
          value={draft.name.en}
          onChange={(event) => setDraft({ ...draft, name: { ...draft.name, en: event.currentTarget.value } })}
        />
      </Group>
      <Select
        label={t('catalogue.owner')}
        searchable
        clearable
        limit={100}
        filter={optionsFilter}
        data={units.data?.map((unit) => ({ value: unit.id, label: unit.name })) ?? []}
        value={draft.owningUnitId}
        onChange={(unit) => setDraft({ ...draft, owningUnitId: unit })}
      />
      <Select
        label={t('catalogue.headline')}
        clearable
        data={
          indicators.data
            ?.filter((one) => one.sector === sector.key && one.shown)
            .map((one) => ({ value: one.code, label: words(one.name) })) ?? []
        }
        value={draft.headline}
        onChange={(code) => setDraft({ ...draft, headline: code })}
      />
      <NumberInput
        label={t('catalogue.position')}
        min={0}
        max={999}
        value={draft.position}
        onChange={(value) => setDraft({ ...draft, position: Number(value) || 0 })}
      />
      <Switch
        label={t('catalogue.enabled')}
        checked={draft.enabled}
        onChange={(event) => setDraft({ ...draft, enabled: event.currentTarget.checked })}
      />
    </EditDialog>
  );
}
