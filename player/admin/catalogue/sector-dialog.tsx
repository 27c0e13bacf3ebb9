import { Select, Switch, TextInput } from '@mantine/core';
import { useMutation, useQueryClient } from '@tanstack/react-query';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import type { SectorView } from '#contracts/sectors';
import { useApi } from '../../api/context.tsx';
import { queryKeys } from '../../api/query-keys.ts';
import { useIndicators, useUnits } from '../../api/sector-queries.ts';
import { useFieldError } from '../../api/use-field-error.ts';
import { useWords } from '../../sectors/texts.ts';
import { NumberField } from '../../ui/number-field.tsx';
import { optionsFilter } from '../../ui/options-filter.ts';
import { EditDialog } from './edit-dialog.tsx';
import { LayoutFields, layoutOf } from './layout-fields.tsx';
import { isNamed, NameFields } from './words-fields.tsx';

/** A sector that is there, or a new one behind the last. */
export function SectorDialog(props: { sector: SectorView | null; last: number; onClose: () => void }) {
  const { sector, last, onClose } = props;
  const { t } = useTranslation('admin');
  const words = useWords();
  const api = useApi();
  const queryClient = useQueryClient();
  const units = useUnits();
  const indicators = useIndicators();
  const [key, setKey] = useState('');
  const [draft, setDraft] = useState(() => {
    if (sector === null) {
      const name = { vi: '', en: '' };
      return { name, owningUnitId: null, position: last + 1, enabled: true, headline: null, layout: [] };
    }
    const { key: _key, eventTypes: _types, layout, ...input } = sector;
    return { ...input, layout: [...layout] };
  });
  const own = indicators.data?.filter((one) => one.sector === sector?.key && one.shown) ?? [];
  const save = useMutation({
    mutationFn: () => (sector === null ? api.sectors.create({ ...draft, key }) : api.sectors.change(sector.key, draft)),
    async onSuccess() {
      await queryClient.invalidateQueries({ queryKey: queryKeys.sectors });
      onClose();
    },
  });
  const fieldError = useFieldError(save.error);
  const keyIsGood = sector !== null || /^[a-z][a-z0-9_]{1,31}$/.test(key);
  return (
    <EditDialog
      title={sector === null ? t('catalogue.addSector') : words(sector.name)}
      error={save.error}
      busy={save.isPending}
      ready={isNamed(draft.name) && keyIsGood}
      onSubmit={() => save.mutate()}
      onClose={onClose}
    >
      {sector === null && (
        <TextInput
          label={t('catalogue.code')}
          description={t('catalogue.sectorKeyHint')}
          required
          maxLength={32}
          value={key}
          error={key !== '' && !keyIsGood ? t('catalogue.keyWrong') : fieldError('key')}
          onChange={(event) => setKey(event.currentTarget.value.trim().toLowerCase())}
        />
      )}
      <NameFields value={draft.name} onChange={(name) => setDraft({ ...draft, name })} />
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
      {sector !== null && (
        <Select
          label={t('catalogue.headline')}
          clearable
          data={own.map((one) => ({ value: one.code, label: words(one.name) }))}
          value={draft.headline}
          onChange={(code) => setDraft({ ...draft, headline: code })}
        />
      )}
      {own.length > 1 && (
        <LayoutFields
          indicators={layoutOf(own, draft.layout)}
          onChange={(layout) => setDraft({ ...draft, layout: [...layout] })}
        />
      )}
      <NumberField
        label={t('catalogue.position')}
        min={0}
        max={999}
        allowDecimal={false}
        value={draft.position}
        onChange={(position) => setDraft({ ...draft, position: position ?? 0 })}
      />
      <Switch
        label={t('catalogue.enabled')}
        description={t('catalogue.enabledHint')}
        checked={draft.enabled}
        onChange={(event) => setDraft({ ...draft, enabled: event.currentTarget.checked })}
      />
    </EditDialog>
  );
}
