import { Group, MultiSelect, Radio } from '@mantine/core';
import { useTranslation } from 'react-i18next';
import { useAreas, useIndicators, useUnits } from '../api/sector-queries.ts';
import { useWords } from '../sectors/texts.ts';
import { optionsFilter } from '../ui/options-filter.ts';
import { communesOf, ownAreaOf, REACHES, reachOf, type WizardDraft } from './wizard-draft.ts';

/** What a feed of figures must deliver, for which areas, and who answers for them. */
export function ObligedFields(props: { draft: WizardDraft; onChange: (part: Partial<WizardDraft>) => void }) {
  const { draft, onChange } = props;
  const { t } = useTranslation('feeds');
  const words = useWords();
  const areas = useAreas();
  const units = useUnits();
  const indicators = useIndicators();
  const own = ownAreaOf(draft, areas.data ?? [], units.data ?? []);
  const reach = reachOf(draft, own);
  return (
    <>
      <MultiSelect
        label={t('wizard.obliged')}
        description={t('wizard.obligedHint')}
        searchable
        clearable
        filter={optionsFilter}
        data={(indicators.data ?? [])
          .filter(({ kind, sector }) => kind !== 'ratio' && sector === draft.sector)
          .map(({ code, name }) => ({ value: code, label: words(name) }))}
        value={[...draft.indicators]}
        onChange={(codes) => onChange({ indicators: codes })}
      />
      <Radio.Group
        label={t('wizard.reach')}
        description={t('wizard.reachHint')}
        value={reach}
        onChange={(value) => onChange({ reach: REACHES.find((known) => known === value) ?? null })}
      >
        <Group mt="xs">
          {REACHES.map((value) => (
            <Radio
              key={value}
              value={value}
              disabled={value === 'own' && own === null}
              label={
                value === 'own' && own !== null
                  ? `${t('wizard.reaches.own')}: ${own.name}`
                  : t(`wizard.reaches.${value}`)
              }
            />
          ))}
        </Group>
      </Radio.Group>
      {reach === 'chosen' && (
        <MultiSelect
          label={t('wizard.areas')}
          required
          searchable
          clearable
          limit={100}
          filter={optionsFilter}
          data={communesOf(areas.data ?? []).map(({ code, name }) => ({ value: code, label: name }))}
          value={[...draft.areaCodes]}
          onChange={(areaCodes) => onChange({ areaCodes })}
        />
      )}
      <Radio.Group
        label={t('wizard.answers')}
        value={draft.answers}
        onChange={(value) => onChange({ answers: value === 'commune' ? 'commune' : 'owner' })}
      >
        <Group mt="xs">
          <Radio value="owner" label={t('wizard.answersOwner')} />
          <Radio value="commune" label={t('wizard.answersCommune')} />
        </Group>
      </Radio.Group>
    </>
  );
}
