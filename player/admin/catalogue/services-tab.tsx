import { Button, Group, Select, Switch, Textarea, TextInput } from '@mantine/core';
import { IconPlus } from '@tabler/icons-react';
import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import type { ServiceView } from '#contracts/reports';
import { useApi } from '../../api/context.tsx';
import { ErrorNotice } from '../../api/error-notice.tsx';
import { queryKeys } from '../../api/query-keys.ts';
import { useUnits } from '../../api/sector-queries.ts';
import { useLocale, useWords } from '../../sectors/texts.ts';
import { type Column, DataTable } from '../../ui/data-table.tsx';
import { Loading } from '../../ui/loading.tsx';
import { NumberField } from '../../ui/number-field.tsx';
import { optionsFilter } from '../../ui/options-filter.ts';
import { EditDialog } from './edit-dialog.tsx';
import { FieldRow } from './field-row.tsx';
import { isNamed, NameFields, WordsFields } from './words-fields.tsx';

const NEW: ServiceView = {
  ...{ code: '', name: { vi: '', en: '' }, description: { vi: '', en: '' }, group: { vi: '', en: '' } },
  ...{ unitId: null, dueMinutes: 1440, dueIn: 'workingTime', emergency: false, enabled: true },
};

/** What citizens can report: by when it must be answered, and who gets it. */
export function ServicesTab() {
  const { t } = useTranslation(['admin', 'app']);
  const words = useWords();
  const locale = useLocale();
  const api = useApi();
  const units = useUnits();
  const services = useQuery({
    queryKey: queryKeys.reportServices,
    queryFn: ({ signal }) => api.reports.services(signal),
  });
  const [editing, setEditing] = useState<{ service: ServiceView; isNew: boolean } | null>(null);
  if (services.isError) return <ErrorNotice error={services.error} retry={() => void services.refetch()} />;
  if (services.data === undefined) return <Loading />;
  const columns: readonly Column<ServiceView>[] = [
    {
      key: 'name',
      header: t('catalogue.name'),
      role: 'title',
      sortBy: ({ name }) => words(name),
      cell: ({ name }) => words(name),
    },
    {
      key: 'group',
      header: t('catalogue.services.group'),
      sortBy: ({ group }) => words(group),
      cell: ({ group }) => words(group),
    },
    {
      key: 'due',
      header: t('catalogue.services.due'),
      sortBy: ({ dueMinutes }) => dueMinutes,
      cell: ({ dueMinutes, dueIn }) =>
        t(`catalogue.services.hours.${dueIn}`, {
          hours: (dueMinutes / 60).toLocaleString(locale, { maximumFractionDigits: 2 }),
        }),
    },
    {
      key: 'unit',
      header: t('catalogue.services.unit'),
      cell: ({ unitId }) => units.data?.find(({ id }) => id === unitId)?.name ?? t('catalogue.services.byOperator'),
    },
    {
      key: 'emergency',
      header: t('catalogue.services.emergency'),
      cell: ({ emergency }) => t(emergency ? 'app:common.yes' : 'app:common.no'),
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
      cell: (service) => (
        <Button size="compact-sm" variant="default" onClick={() => setEditing({ service, isNew: false })}>
          {t('app:common.edit')}
        </Button>
      ),
    },
  ];
  return (
    <>
      <Group mb="sm" justify="flex-end">
        <Button leftSection={<IconPlus size={16} />} onClick={() => setEditing({ service: NEW, isNew: true })}>
          {t('catalogue.services.add')}
        </Button>
      </Group>
      <DataTable
        label={t('catalogue.tabs.services')}
        columns={columns}
        rows={services.data}
        rowKey={({ code }) => code}
        initialSort="group"
      />
      {editing !== null && (
        <ServiceDialog {...editing} taken={services.data.map(({ code }) => code)} onClose={() => setEditing(null)} />
      )}
    </>
  );
}

function ServiceDialog(props: { service: ServiceView; isNew: boolean; taken: readonly string[]; onClose: () => void }) {
  const { service, isNew, taken, onClose } = props;
  const { t } = useTranslation('admin');
  const words = useWords();
  const api = useApi();
  const queryClient = useQueryClient();
  const units = useUnits();
  const [draft, setDraft] = useState(service);
  const [hours, setHours] = useState<number | null>(service.dueMinutes / 60);
  const save = useMutation({
    mutationFn: () => api.reports.putService(draft),
    async onSuccess() {
      await queryClient.invalidateQueries({ queryKey: queryKeys.reportServices });
      onClose();
    },
  });
  const newest = useMutation({
    mutationFn: () =>
      queryClient.fetchQuery({
        queryKey: queryKeys.reportServices,
        queryFn: () => api.reports.services(),
        staleTime: 0,
      }),
    onSuccess(services) {
      const found = services.find(({ code }) => code === service.code);
      if (found === undefined) return onClose();
      setDraft(found);
      setHours(found.dueMinutes / 60);
      save.reset();
    },
  });
  const change = (part: Partial<ServiceView>): void => setDraft({ ...draft, ...part });
  const isKey = /^[a-z][a-z0-9_]{1,31}$/.test(draft.code);
  const twice = isNew && taken.includes(draft.code);
  const ready = isKey && !twice && hours !== null && [draft.name, draft.description, draft.group].every(isNamed);
  return (
    <EditDialog
      title={isNew ? t('catalogue.services.add') : words(service.name)}
      error={newest.error ?? save.error}
      busy={save.isPending || newest.isPending}
      ready={ready}
      onSubmit={() => save.mutate()}
      onNewest={() => newest.mutate()}
      onClose={onClose}
    >
      <NameFields value={draft.name} autoFocus={isNew} onChange={(name) => change({ name })} />
      {isNew && (
        <TextInput
          label={t('catalogue.code')}
          description={t('catalogue.services.codeHint')}
          required
          maxLength={32}
          value={draft.code}
          error={twice ? t('catalogue.keyTwice') : draft.code !== '' && !isKey ? t('catalogue.keyWrong') : undefined}
          onChange={(event) => change({ code: event.currentTarget.value.trim().toLowerCase() })}
        />
      )}
      {(['vi', 'en'] as const).map((language) => (
        <Textarea
          key={language}
          label={t(`catalogue.services.description.${language}`)}
          required
          autosize
          maxLength={200}
          value={draft.description[language]}
          onChange={(event) => change({ description: { ...draft.description, [language]: event.currentTarget.value } })}
        />
      ))}
      <WordsFields
        value={draft.group}
        labels={[t('catalogue.services.groupVi'), t('catalogue.services.groupEn')]}
        onChange={(group) => change({ group })}
      />
      <FieldRow>
        <NumberField
          label={t('catalogue.services.dueHours')}
          min={0.05}
          max={8760}
          hideControls
          value={hours}
          onChange={(next) => {
            setHours(next);
            if (next !== null) change({ dueMinutes: Math.min(525_600, Math.max(1, Math.round(next * 60))) });
          }}
        />
        <Select
          label={t('catalogue.services.dueIn')}
          data={(['workingTime', 'clock'] as const).map((value) => ({
            value,
            label: t(`catalogue.services.counts.${value}`),
          }))}
          value={draft.dueIn}
          allowDeselect={false}
          onChange={(value) => change({ dueIn: value === 'clock' ? 'clock' : 'workingTime' })}
        />
      </FieldRow>
      <Select
        label={t('catalogue.services.unit')}
        placeholder={t('catalogue.services.byOperator')}
        searchable
        clearable
        limit={100}
        filter={optionsFilter}
        data={units.data?.map(({ id, name }) => ({ value: id, label: name })) ?? []}
        value={draft.unitId}
        onChange={(unitId) => change({ unitId })}
      />
      <Switch
        label={t('catalogue.services.emergency')}
        description={t('catalogue.services.emergencyHint')}
        checked={draft.emergency}
        onChange={(event) => change({ emergency: event.currentTarget.checked })}
      />
      <Switch
        label={t('catalogue.enabled')}
        description={t('catalogue.services.enabledHint')}
        checked={draft.enabled}
        onChange={(event) => change({ enabled: event.currentTarget.checked })}
      />
    </EditDialog>
  );
}
