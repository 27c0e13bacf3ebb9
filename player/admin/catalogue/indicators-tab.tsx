import { Button, Group, NumberInput, Select, Switch, TextInput } from '@mantine/core';
import { useMutation, useQueryClient } from '@tanstack/react-query';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { CADENCES, CONFIDENTIALITIES, type Indicator, type IndicatorInput } from '#contracts/sectors';
import { useApi } from '../../api/context.tsx';
import { queryKeys } from '../../api/query-keys.ts';
import { useIndicators, useSectors } from '../../api/sector-queries.ts';
import { useWords } from '../../sectors/texts.ts';
import { type Column, DataTable } from '../../ui/data-table.tsx';
import { matches } from '../../ui/fold.ts';
import { Loading } from '../../ui/loading.tsx';
import { SearchField } from '../../ui/search-field.tsx';
import { EditDialog } from './edit-dialog.tsx';

const BETTER = ['up', 'down', 'none'] as const;

export function IndicatorsTab() {
  const { t } = useTranslation(['admin', 'app']);
  const words = useWords();
  const indicators = useIndicators();
  const sectors = useSectors();
  const [sector, setSector] = useState<string | null>(null);
  const [search, setSearch] = useState('');
  const [editing, setEditing] = useState<Indicator | null>(null);
  if (indicators.data === undefined) return <Loading />;
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
        <Button size="compact-sm" variant="default" onClick={() => setEditing(indicator)}>
          {t('app:common.edit')}
        </Button>
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
      </Group>
      <DataTable
        label={t('catalogue.tabs.indicators')}
        columns={columns}
        rows={rows}
        rowKey={({ code }) => code}
        initialSort="code"
      />
      {editing !== null && <IndicatorDialog indicator={editing} onClose={() => setEditing(null)} />}
    </>
  );
}

function IndicatorDialog({ indicator, onClose }: { indicator: Indicator; onClose: () => void }) {
  const { t } = useTranslation('admin');
  const words = useWords();
  const api = useApi();
  const queryClient = useQueryClient();
  const { code, sector: _, ...input } = indicator;
  const [draft, setDraft] = useState<IndicatorInput>(input);
  const save = useMutation({
    mutationFn: () => api.sectors.changeIndicator(code, draft),
    async onSuccess() {
      await queryClient.invalidateQueries({ queryKey: queryKeys.sectors });
      onClose();
    },
  });
  const cadence = (part: Partial<IndicatorInput['cadence']>): void =>
    setDraft({ ...draft, cadence: { ...draft.cadence, ...part } });
  return (
    <EditDialog
      title={words(indicator.name)}
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
      <Group grow>
        <TextInput
          label={t('catalogue.unitVi')}
          required
          value={draft.unit.vi}
          onChange={(event) => setDraft({ ...draft, unit: { ...draft.unit, vi: event.currentTarget.value } })}
        />
        <TextInput
          label={t('catalogue.unitEn')}
          required
          value={draft.unit.en}
          onChange={(event) => setDraft({ ...draft, unit: { ...draft.unit, en: event.currentTarget.value } })}
        />
        <NumberInput
          label={t('catalogue.decimals')}
          min={0}
          max={6}
          value={draft.decimals}
          onChange={(value) => setDraft({ ...draft, decimals: Number(value) || 0 })}
        />
      </Group>
      <Group grow>
        <Select
          label={t('catalogue.cadence')}
          data={CADENCES.map((every) => ({ value: every, label: t(`catalogue.every.${every}`) }))}
          value={draft.cadence.every}
          allowDeselect={false}
          onChange={(value) => cadence({ every: CADENCES.find((known) => known === value) ?? draft.cadence.every })}
        />
        <NumberInput
          label={t('catalogue.lag')}
          value={draft.cadence.lagMinutes}
          onChange={(value) => cadence({ lagMinutes: Number(value) || 0 })}
        />
        <NumberInput
          label={t('catalogue.grace')}
          min={0}
          value={draft.cadence.graceMinutes}
          onChange={(value) => cadence({ graceMinutes: Number(value) || 0 })}
        />
      </Group>
      <Group grow>
        <Select
          label={t('catalogue.better')}
          data={BETTER.map((value) => ({ value, label: t(`catalogue.betters.${value}`) }))}
          value={draft.better}
          allowDeselect={false}
          onChange={(value) => setDraft({ ...draft, better: BETTER.find((known) => known === value) ?? 'none' })}
        />
        <Select
          label={t('catalogue.confidentiality')}
          data={CONFIDENTIALITIES.map((value) => ({ value, label: t(`catalogue.confidentialities.${value}`) }))}
          value={draft.confidentiality}
          allowDeselect={false}
          onChange={(value) =>
            setDraft({ ...draft, confidentiality: CONFIDENTIALITIES.find((known) => known === value) ?? 'internal' })
          }
        />
      </Group>
      <TextInput
        label={t('catalogue.legalBasis')}
        maxLength={400}
        value={draft.legalBasis}
        onChange={(event) => setDraft({ ...draft, legalBasis: event.currentTarget.value })}
      />
      <Switch
        label={t('catalogue.shown')}
        checked={draft.shown}
        onChange={(event) => setDraft({ ...draft, shown: event.currentTarget.checked })}
      />
    </EditDialog>
  );
}
