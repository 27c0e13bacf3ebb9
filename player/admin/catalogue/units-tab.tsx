import { Button, Group, Select, TextInput } from '@mantine/core';
import { IconPlus } from '@tabler/icons-react';
import { useMutation, useQueryClient } from '@tanstack/react-query';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { UNIT_KINDS, type UnitInput, type UnitView } from '#contracts/places';
import { useApi } from '../../api/context.tsx';
import { queryKeys } from '../../api/query-keys.ts';
import { useAreas, useUnits } from '../../api/sector-queries.ts';
import { useAction } from '../../api/use-action.ts';
import { useFieldError } from '../../api/use-field-error.ts';
import { ConfirmDialog } from '../../ui/confirm-dialog.tsx';
import { type Column, DataTable } from '../../ui/data-table.tsx';
import { matches } from '../../ui/fold.ts';
import { Loading } from '../../ui/loading.tsx';
import { optionsFilter } from '../../ui/options-filter.ts';
import { SearchField } from '../../ui/search-field.tsx';
import { EditDialog } from './edit-dialog.tsx';
import { FieldRow } from './field-row.tsx';

const NEW: UnitInput = {
  ...{ name: '', kind: 'department', code: '', parentId: null, areaCode: null, contacts: [] },
  ...{ validFromMs: null, validToMs: null, successorId: null },
};

export function UnitsTab() {
  const { t } = useTranslation(['admin', 'app']);
  const api = useApi();
  const queryClient = useQueryClient();
  const units = useUnits();
  const areas = useAreas();
  const [search, setSearch] = useState('');
  const [editing, setEditing] = useState<UnitView | 'new' | null>(null);
  const [removing, setRemoving] = useState<UnitView | null>(null);
  const remove = useAction({
    run: (id: string) => api.places.removeUnit(id),
    done: t('catalogue.unitRemoved'),
    async after() {
      setRemoving(null);
      await queryClient.invalidateQueries({ queryKey: queryKeys.places });
    },
  });
  if (units.data === undefined) return <Loading />;
  const columns: readonly Column<UnitView>[] = [
    { key: 'name', header: t('catalogue.name'), role: 'title', sortBy: ({ name }) => name, cell: ({ name }) => name },
    {
      key: 'kind',
      header: t('catalogue.kind'),
      sortBy: ({ kind }) => kind,
      cell: ({ kind }) => t(`catalogue.unitKinds.${kind}`),
    },
    { key: 'code', header: t('catalogue.code'), sortBy: ({ code }) => code, cell: ({ code }) => <code>{code}</code> },
    {
      key: 'parent',
      header: t('catalogue.parent'),
      cell: ({ parentId }) => units.data.find(({ id }) => id === parentId)?.name ?? '',
    },
    {
      key: 'area',
      header: t('catalogue.area'),
      cell: ({ areaCode }) => areas.data?.find(({ code }) => code === areaCode)?.name ?? '',
    },
    {
      key: 'actions',
      header: t('app:common.actions'),
      role: 'actions',
      cell: (unit) => (
        <Group gap="xs" wrap="nowrap" justify="flex-end">
          <Button size="compact-sm" variant="default" onClick={() => setEditing(unit)}>
            {t('app:common.edit')}
          </Button>
          <Button size="compact-sm" variant="default" onClick={() => setRemoving(unit)}>
            {t('app:common.remove')}
          </Button>
        </Group>
      ),
    },
  ];
  return (
    <>
      <Group mb="sm" justify="space-between">
        <SearchField label={t('app:common.search')} value={search} onChange={setSearch} />
        <Button leftSection={<IconPlus size={16} />} onClick={() => setEditing('new')}>
          {t('catalogue.addUnit')}
        </Button>
      </Group>
      <DataTable
        label={t('catalogue.tabs.units')}
        columns={columns}
        rows={units.data.filter(({ name, code }) => matches(`${name} ${code}`, search))}
        rowKey={({ id }) => id}
        initialSort="name"
      />
      {editing !== null && <UnitDialog unit={editing === 'new' ? null : editing} onClose={() => setEditing(null)} />}
      <ConfirmDialog
        opened={removing !== null}
        title={t('catalogue.removeUnit', { name: removing?.name ?? '' })}
        action={t('app:common.remove')}
        danger
        busy={remove.isPending}
        onConfirm={() => removing !== null && remove.mutate(removing.id)}
        onClose={() => setRemoving(null)}
      >
        {t('catalogue.removeUnitText')}
      </ConfirmDialog>
    </>
  );
}

function UnitDialog({ unit, onClose }: { unit: UnitView | null; onClose: () => void }) {
  const { t } = useTranslation('admin');
  const api = useApi();
  const queryClient = useQueryClient();
  const units = useUnits();
  const areas = useAreas();
  const [draft, setDraft] = useState<UnitInput>(unit ?? NEW);
  const save = useMutation({
    mutationFn: () => (unit === null ? api.places.createUnit(draft) : api.places.changeUnit(unit.id, draft)),
    async onSuccess() {
      await queryClient.invalidateQueries({ queryKey: queryKeys.places });
      onClose();
    },
  });
  const fieldError = useFieldError(save.error);
  return (
    <EditDialog
      title={unit === null ? t('catalogue.addUnit') : unit.name}
      error={save.error}
      busy={save.isPending}
      ready={draft.name.trim() !== '' && draft.code.trim() !== ''}
      onSubmit={() => save.mutate()}
      onClose={onClose}
    >
      <TextInput
        label={t('catalogue.name')}
        required
        maxLength={200}
        value={draft.name}
        error={fieldError('name')}
        onChange={(event) => setDraft({ ...draft, name: event.currentTarget.value })}
      />
      <FieldRow>
        <Select
          label={t('catalogue.kind')}
          data={UNIT_KINDS.map((kind) => ({ value: kind, label: t(`catalogue.unitKinds.${kind}`) }))}
          value={draft.kind}
          allowDeselect={false}
          onChange={(value) => setDraft({ ...draft, kind: UNIT_KINDS.find((known) => known === value) ?? 'other' })}
        />
        <TextInput
          label={t('catalogue.code')}
          description={t('catalogue.codeHint')}
          required
          maxLength={64}
          value={draft.code}
          error={fieldError('code')}
          onChange={(event) => setDraft({ ...draft, code: event.currentTarget.value })}
        />
      </FieldRow>
      <Select
        label={t('catalogue.parent')}
        searchable
        clearable
        limit={100}
        filter={optionsFilter}
        data={units.data?.filter(({ id }) => id !== unit?.id).map(({ id, name }) => ({ value: id, label: name })) ?? []}
        value={draft.parentId}
        error={fieldError('parentId')}
        onChange={(parentId) => setDraft({ ...draft, parentId })}
      />
      <Select
        label={t('catalogue.area')}
        searchable
        clearable
        limit={200}
        filter={optionsFilter}
        data={
          areas.data
            ?.filter(({ validToMs }) => validToMs === null)
            .map(({ code, name }) => ({ value: code, label: name })) ?? []
        }
        value={draft.areaCode}
        onChange={(areaCode) => setDraft({ ...draft, areaCode })}
      />
    </EditDialog>
  );
}
