import { Button, Group, Menu, Select } from '@mantine/core';
import { IconAlarm, IconPlus } from '@tabler/icons-react';
import { useQuery, useQueryClient } from '@tanstack/react-query';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import type { SectorRule } from '#contracts/sector-events';
import { useApi } from '../../api/context.tsx';
import { ErrorNotice } from '../../api/error-notice.tsx';
import { queryKeys } from '../../api/query-keys.ts';
import { useIndicators, useSectors } from '../../api/sector-queries.ts';
import { useAction } from '../../api/use-action.ts';
import { useLocale, useWords } from '../../sectors/texts.ts';
import { type Column, DataTable } from '../../ui/data-table.tsx';
import { EmptyState } from '../../ui/empty-state.tsx';
import { Loading } from '../../ui/loading.tsx';
import { showUndo } from '../../ui/undo-notice.tsx';
import { RuleDialog } from './rule-dialog.tsx';
import { newRule, RULE_KINDS } from './rule-draft.ts';
import { limitsOf } from './rule-words.ts';

/** ms for which undoing is offered. */
const UNDO_MS = 12_000;

export function RulesTab() {
  const { t } = useTranslation(['admin', 'app']);
  const words = useWords();
  const api = useApi();
  const sectors = useSectors();
  const rules = useQuery({ queryKey: queryKeys.sectorRules, queryFn: ({ signal }) => api.sectors.rules(signal) });
  const [sector, setSector] = useState<string | null>(null);
  const [editing, setEditing] = useState<{ rule: SectorRule; isNew: boolean } | null>(null);
  const locale = useLocale();
  const indicators = useIndicators();
  const queryClient = useQueryClient();
  const refresh = () => queryClient.invalidateQueries({ queryKey: queryKeys.sectorRules });
  const restore = useAction({
    // It is not there any more: it is made anew.
    run: ({ version: _gone, ...rule }: SectorRule) => api.sectors.putRule(rule),
    done: t('catalogue.ruleBack'),
    after: refresh,
  });
  const remove = useAction({
    run: ({ id }: SectorRule) => api.sectors.removeRule(id),
    async after(_, rule) {
      showUndo({
        ...{ message: t('catalogue.ruleRemoved', { name: words(rule.name) }), ms: UNDO_MS },
        ...{ action: t('catalogue.undo'), undo: () => restore.mutate(rule) },
      });
      await refresh();
    },
  });
  if (rules.isError) return <ErrorNotice error={rules.error} retry={() => void rules.refetch()} />;
  if (rules.data === undefined) return <Loading />;
  const indicatorName = (code: string): string => {
    const found = indicators.data?.find((one) => one.code === code);
    return found === undefined ? code : words(found.name);
  };
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
      cell: (rule) =>
        rule.kind === 'correlation' ? <code>{rule.types.join(', ')}</code> : indicatorName(rule.indicator),
    },
    {
      key: 'limits',
      header: t('catalogue.limits'),
      cell: (rule) => (rule.kind === 'threshold' ? limitsOf(rule, locale) : ''),
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
        <Group gap="xs" wrap="nowrap" justify="flex-end">
          <Button size="compact-sm" variant="default" onClick={() => setEditing({ rule, isNew: false })}>
            {t('app:common.edit')}
          </Button>
          <Button size="compact-sm" variant="default" onClick={() => remove.mutate(rule)}>
            {t('app:common.remove')}
          </Button>
        </Group>
      ),
    },
  ];
  /** What a new rule is about until somebody says: of the sector that is looked at. */
  const firstOf = (key: string | null): { sector: string; indicator: string } => {
    const wanted = key ?? sectors.data?.[0]?.key ?? '';
    const first = indicators.data?.find((one) => one.sector === wanted && one.shown);
    return { sector: wanted, indicator: first?.code ?? '' };
  };
  const rows = rules.data.filter((rule) => {
    const about = rule.kind === 'correlation' ? rule.types : [rule.indicator];
    return sector === null || about.some((each) => each.startsWith(`${sector}.`));
  });
  return (
    <>
      <Group mb="sm">
        <Select
          w="20rem"
          aria-label={t('catalogue.tabs.sectors')}
          placeholder={t('catalogue.tabs.sectors')}
          clearable
          data={sectors.data?.map(({ key, name }) => ({ value: key, label: words(name) })) ?? []}
          value={sector}
          onChange={setSector}
        />
        <Menu position="bottom-end">
          <Menu.Target>
            <Button ml="auto" leftSection={<IconPlus size={16} />}>
              {t('catalogue.addRule')}
            </Button>
          </Menu.Target>
          <Menu.Dropdown>
            {RULE_KINDS.map((kind) => (
              <Menu.Item key={kind} onClick={() => setEditing({ rule: newRule(kind, firstOf(sector)), isNew: true })}>
                {t(`catalogue.newRule.${kind}`)}
              </Menu.Item>
            ))}
          </Menu.Dropdown>
        </Menu>
      </Group>
      {rows.length === 0 && (
        <EmptyState icon={IconAlarm} title={t('catalogue.noRules')}>
          {t('catalogue.noRulesHint')}
        </EmptyState>
      )}
      {rows.length > 0 && (
        <DataTable
          label={t('catalogue.tabs.rules')}
          columns={columns}
          rows={rows}
          rowKey={({ id }) => id}
          initialSort="name"
        />
      )}
      {editing !== null && <RuleDialog {...editing} onClose={() => setEditing(null)} />}
    </>
  );
}
