import { Button, Group, NumberInput, Select, Switch } from '@mantine/core';
import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import type { SectorRule } from '#contracts/sector-events';
import { useApi } from '../../api/context.tsx';
import { ErrorNotice } from '../../api/error-notice.tsx';
import { queryKeys } from '../../api/query-keys.ts';
import { useSectors } from '../../api/sector-queries.ts';
import { useWords } from '../../sectors/texts.ts';
import { type Column, DataTable } from '../../ui/data-table.tsx';
import { Loading } from '../../ui/loading.tsx';
import { EditDialog } from './edit-dialog.tsx';

export function RulesTab() {
  const { t } = useTranslation(['admin', 'app']);
  const words = useWords();
  const api = useApi();
  const sectors = useSectors();
  const rules = useQuery({ queryKey: queryKeys.sectorRules, queryFn: ({ signal }) => api.sectors.rules(signal) });
  const [sector, setSector] = useState<string | null>(null);
  const [editing, setEditing] = useState<SectorRule | null>(null);
  if (rules.isError) return <ErrorNotice error={rules.error} retry={() => void rules.refetch()} />;
  if (rules.data === undefined) return <Loading />;
  const columns: readonly Column<SectorRule>[] = [
    {
      key: 'name',
      header: t('catalogue.name'),
      role: 'title',
      sortBy: ({ name }) => words(name),
      cell: ({ name }) => words(name),
    },
    {
      key: 'kind',
      header: t('catalogue.kind'),
      sortBy: ({ kind }) => kind,
      cell: ({ kind }) => t(`catalogue.ruleKinds.${kind}`),
    },
    {
      key: 'about',
      header: t('catalogue.about'),
      cell: (rule) => <code>{rule.kind === 'correlation' ? rule.types.join(', ') : rule.indicator}</code>,
    },
    {
      key: 'limits',
      header: t('catalogue.limits'),
      cell: (rule) => (rule.kind === 'threshold' ? `${rule.warn ?? '–'} / ${rule.critical ?? '–'}` : ''),
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
      cell: (rule) => (
        <Button size="compact-sm" variant="default" onClick={() => setEditing(rule)}>
          {t('app:common.edit')}
        </Button>
      ),
    },
  ];
  const rows = rules.data.filter((rule) => {
    const about = rule.kind === 'correlation' ? rule.types : [rule.indicator];
    return sector === null || about.some((each) => each.startsWith(`${sector}.`));
  });
  return (
    <>
      <Select
        mb="sm"
        w="20rem"
        aria-label={t('catalogue.tabs.sectors')}
        placeholder={t('catalogue.tabs.sectors')}
        clearable
        data={sectors.data?.map(({ key, name }) => ({ value: key, label: words(name) })) ?? []}
        value={sector}
        onChange={setSector}
      />
      <DataTable
        label={t('catalogue.tabs.rules')}
        columns={columns}
        rows={rows}
        rowKey={({ id }) => id}
        initialSort="name"
      />
      {editing !== null && <RuleDialog rule={editing} onClose={() => setEditing(null)} />}
    </>
  );
}

/** What is changed of a rule day by day: its limits, how long it must hold, and whether it works at all. */
function RuleDialog({ rule, onClose }: { rule: SectorRule; onClose: () => void }) {
  const { t } = useTranslation('admin');
  const words = useWords();
  const api = useApi();
  const queryClient = useQueryClient();
  const [draft, setDraft] = useState<SectorRule>(rule);
  const save = useMutation({
    mutationFn: () => api.sectors.putRule(draft),
    async onSuccess() {
      await queryClient.invalidateQueries({ queryKey: queryKeys.sectors });
      onClose();
    },
  });
  const limit = (value: string | number): number | null =>
    value === '' || Number.isNaN(Number(value)) ? null : Number(value);
  return (
    <EditDialog
      title={words(rule.name)}
      error={save.error}
      busy={save.isPending}
      onSubmit={() => save.mutate()}
      onClose={onClose}
    >
      {draft.kind === 'threshold' && (
        <>
          <Group grow>
            <NumberInput
              label={t('catalogue.warn')}
              decimalSeparator=","
              allowedDecimalSeparators={['.', ',']}
              value={draft.warn ?? ''}
              onChange={(value) => setDraft({ ...draft, warn: limit(value) })}
            />
            <NumberInput
              label={t('catalogue.critical')}
              decimalSeparator=","
              allowedDecimalSeparators={['.', ',']}
              value={draft.critical ?? ''}
              onChange={(value) => setDraft({ ...draft, critical: limit(value) })}
            />
            <NumberInput
              label={t('catalogue.clearBy')}
              decimalSeparator=","
              allowedDecimalSeparators={['.', ',']}
              min={0}
              value={draft.clearBy}
              onChange={(value) => setDraft({ ...draft, clearBy: limit(value) ?? 0 })}
            />
          </Group>
          <Group grow>
            <NumberInput
              label={t('catalogue.forMinutes')}
              min={0}
              value={draft.forMinutes}
              onChange={(value) => setDraft({ ...draft, forMinutes: limit(value) ?? 0 })}
            />
            <NumberInput
              label={t('catalogue.keepForMinutes')}
              min={0}
              value={draft.keepForMinutes}
              onChange={(value) => setDraft({ ...draft, keepForMinutes: limit(value) ?? 0 })}
            />
          </Group>
        </>
      )}
      {draft.kind === 'absence' && (
        <NumberInput
          label={t('catalogue.leastSilent')}
          min={1}
          value={draft.least}
          onChange={(value) => setDraft({ ...draft, least: limit(value) ?? 1 })}
        />
      )}
      {draft.kind === 'revision' && (
        <NumberInput
          label={t('catalogue.revisionPercent')}
          decimalSeparator=","
          allowedDecimalSeparators={['.', ',']}
          min={0.1}
          value={draft.percent}
          onChange={(value) => setDraft({ ...draft, percent: limit(value) ?? draft.percent })}
        />
      )}
      {draft.kind === 'correlation' && (
        <Group grow>
          <NumberInput
            label={t('catalogue.withinMinutes')}
            min={1}
            value={draft.withinMinutes}
            onChange={(value) => setDraft({ ...draft, withinMinutes: limit(value) ?? 1 })}
          />
          <NumberInput
            label={t('catalogue.withinMetres')}
            min={10}
            value={draft.withinMetres}
            onChange={(value) => setDraft({ ...draft, withinMetres: limit(value) ?? 10 })}
          />
          <NumberInput
            label={t('catalogue.leastEvents')}
            min={2}
            value={draft.least}
            onChange={(value) => setDraft({ ...draft, least: limit(value) ?? 2 })}
          />
        </Group>
      )}
      <Switch
        label={t('catalogue.enabled')}
        checked={draft.enabled}
        onChange={(event) => setDraft({ ...draft, enabled: event.currentTarget.checked })}
      />
    </EditDialog>
  );
}
