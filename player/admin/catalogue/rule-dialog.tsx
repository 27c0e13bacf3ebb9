import { Select, Switch, Text } from '@mantine/core';
import { useMutation, useQueryClient } from '@tanstack/react-query';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import type { SectorRule } from '#contracts/sector-events';
import { useApi } from '../../api/context.tsx';
import { queryKeys } from '../../api/query-keys.ts';
import { useSectors } from '../../api/sector-queries.ts';
import { useWords } from '../../sectors/texts.ts';
import { EditDialog } from './edit-dialog.tsx';
import { missingInRule, sectorOf } from './rule-draft.ts';
import { AbsenceFields, CorrelationFields, RevisionFields, ThresholdFields } from './rule-fields.tsx';
import { RulePreviewPanel } from './rule-preview.tsx';
import { NameFields } from './words-fields.tsx';

/** A rule that is there, or a new one: all of it. */
export function RuleDialog({ rule, isNew, onClose }: { rule: SectorRule; isNew: boolean; onClose: () => void }) {
  const { t } = useTranslation('admin');
  const words = useWords();
  const api = useApi();
  const queryClient = useQueryClient();
  const sectors = useSectors();
  const [draft, setDraft] = useState<SectorRule>(rule);
  const save = useMutation({
    mutationFn: () => api.sectors.putRule(draft),
    async onSuccess() {
      await queryClient.invalidateQueries({ queryKey: queryKeys.sectors });
      onClose();
    },
  });
  const newest = useMutation({
    mutationFn: () =>
      queryClient.fetchQuery({ queryKey: queryKeys.sectorRules, queryFn: () => api.sectors.rules(), staleTime: 0 }),
    onSuccess(rules) {
      const found = rules.find(({ id }) => id === rule.id);
      // Somebody has removed it: there is nothing left to edit.
      if (found === undefined) return onClose();
      setDraft(found);
      save.reset();
    },
  });
  const missing = missingInRule(draft);
  const types = sectors.data?.find(({ key }) => key === sectorOf(draft))?.eventTypes ?? [];
  return (
    <EditDialog
      title={isNew ? t(`catalogue.newRule.${rule.kind}`) : words(rule.name)}
      size="xl"
      error={newest.error ?? save.error}
      busy={save.isPending || newest.isPending}
      ready={missing === null}
      onSubmit={() => save.mutate()}
      onNewest={() => newest.mutate()}
      onClose={onClose}
    >
      <NameFields value={draft.name} autoFocus={isNew} onChange={(name) => setDraft({ ...draft, name })} />
      {draft.kind === 'threshold' && <ThresholdFields rule={draft} onChange={setDraft} />}
      {draft.kind === 'absence' && <AbsenceFields rule={draft} onChange={setDraft} />}
      {draft.kind === 'revision' && <RevisionFields rule={draft} onChange={setDraft} />}
      {draft.kind === 'correlation' && <CorrelationFields rule={draft} onChange={setDraft} />}
      <Select
        label={t('catalogue.raises')}
        description={t('catalogue.raisesHint')}
        placeholder={t('catalogue.raisesHouse')}
        clearable
        data={types.map(({ key, name }) => ({ value: key, label: words(name) }))}
        value={draft.raises}
        onChange={(raises) => setDraft({ ...draft, raises })}
      />
      <Switch
        label={t('catalogue.enabled')}
        checked={draft.enabled}
        onChange={(event) => setDraft({ ...draft, enabled: event.currentTarget.checked })}
      />
      <RulePreviewPanel rule={draft} ready={missing === null} />
      {missing !== null && (
        <Text size="sm" c="dimmed" role="status">
          {t(`catalogue.missingInRule.${missing}`)}
        </Text>
      )}
    </EditDialog>
  );
}
