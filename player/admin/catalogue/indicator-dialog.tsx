import { Select, Switch, Text, TextInput } from '@mantine/core';
import { useMutation, useQueryClient } from '@tanstack/react-query';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import type { Indicator, IndicatorInput } from '#contracts/sectors';
import { useApi } from '../../api/context.tsx';
import { queryKeys } from '../../api/query-keys.ts';
import { useSectors } from '../../api/sector-queries.ts';
import { useWords } from '../../sectors/texts.ts';
import { CadenceFields } from './cadence-fields.tsx';
import { EditDialog } from './edit-dialog.tsx';
import { FieldRow } from './field-row.tsx';
import { FormulaFields } from './formula-fields.tsx';
import { codeOf, type IndicatorDraft, missingIn } from './indicator-draft.ts';
import { IndicatorTrial } from './indicator-trial.tsx';
import { IndicatorUse } from './indicator-use.tsx';
import { MeasureFields } from './measure-fields.tsx';
import { NameFields, WordsFields } from './words-fields.tsx';

/** An indicator that is there, or a new one. */
export function IndicatorDialog(props: { draft: IndicatorDraft; there: Indicator | null; onClose: () => void }) {
  const { there, onClose } = props;
  const { t } = useTranslation('admin');
  const words = useWords();
  const api = useApi();
  const queryClient = useQueryClient();
  const sectors = useSectors();
  const [draft, setDraft] = useState(props.draft);
  const { input } = draft;
  const save = useMutation({
    mutationFn: () => api.sectors.changeIndicator(codeOf(draft), input),
    async onSuccess() {
      await queryClient.invalidateQueries({ queryKey: queryKeys.sectors });
      onClose();
    },
  });
  const change = (part: Partial<IndicatorInput>): void => setDraft({ ...draft, input: { ...input, ...part } });
  const missing = missingIn(draft);
  return (
    <EditDialog
      title={there === null ? t('catalogue.addIndicator') : words(there.name)}
      size="xl"
      error={save.error}
      busy={save.isPending}
      ready={missing === null}
      onSubmit={() => save.mutate()}
      onClose={onClose}
    >
      {there === null && (
        <FieldRow>
          <Select
            label={t('catalogue.sector')}
            data={sectors.data?.map(({ key, name }) => ({ value: key, label: words(name) })) ?? []}
            value={draft.sector}
            allowDeselect={false}
            onChange={(sector) => setDraft({ ...draft, sector: sector ?? draft.sector })}
          />
          <TextInput
            label={t('catalogue.code')}
            description={t('catalogue.keyHint', { example: codeOf({ ...draft, key: draft.key || 'ten_chi_tieu' }) })}
            required
            maxLength={48}
            value={draft.key}
            error={draft.key !== '' && missing === 'key' ? t('catalogue.keyWrong') : undefined}
            onChange={(event) => setDraft({ ...draft, key: event.currentTarget.value.trim().toLowerCase() })}
          />
        </FieldRow>
      )}
      <NameFields value={input.name} onChange={(name) => change({ name })} />
      <WordsFields
        value={input.unit}
        labels={[t('catalogue.unitVi'), t('catalogue.unitEn')]}
        onChange={(unit) => change({ unit })}
      />
      <MeasureFields input={input} fixed={there !== null} onChange={(next) => setDraft({ ...draft, input: next })} />
      <FormulaFields input={input} onChange={(next) => setDraft({ ...draft, input: next })} />
      <CadenceFields cadence={input.cadence} onChange={(cadence) => change({ cadence })} />
      <TextInput
        label={t('catalogue.legalBasis')}
        maxLength={400}
        value={input.legalBasis}
        onChange={(event) => change({ legalBasis: event.currentTarget.value })}
      />
      <Switch
        label={t('catalogue.shown')}
        description={t('catalogue.shownHint')}
        checked={input.shown}
        onChange={(event) => change({ shown: event.currentTarget.checked })}
      />
      <IndicatorTrial draft={draft} ready={missing === null} />
      {there !== null && <IndicatorUse indicator={there} />}
      {missing !== null && (
        <Text size="sm" c="dimmed" role="status">
          {t(`catalogue.missing.${missing}`)}
        </Text>
      )}
    </EditDialog>
  );
}
