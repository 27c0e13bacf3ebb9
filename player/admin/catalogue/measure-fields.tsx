import { Select } from '@mantine/core';
import { useTranslation } from 'react-i18next';
import { CONFIDENTIALITIES, INDICATOR_KINDS, type IndicatorInput } from '#contracts/sectors';
import { NumberField } from '../../ui/number-field.tsx';
import { FieldRow } from './field-row.tsx';
import { withKind } from './indicator-draft.ts';

const BETTER = ['up', 'down', 'none'] as const;
const LEVELS = ['commune', 'province'] as const;

/** What kind of value it is, for which areas, what it can be at all, and who may see it. */
export function MeasureFields(props: {
  input: IndicatorInput;
  /** It is there: values were delivered for what it is, perhaps. */
  fixed: boolean;
  onChange: (input: IndicatorInput) => void;
}) {
  const { input, fixed, onChange } = props;
  const { t } = useTranslation('admin');
  const change = (part: Partial<IndicatorInput>): void => onChange({ ...input, ...part });
  return (
    <>
      <FieldRow>
        <Select
          label={t('catalogue.kind')}
          description={t(`catalogue.kindHints.${input.kind}`)}
          data={INDICATOR_KINDS.map((value) => ({ value, label: t(`catalogue.kinds.${value}`) }))}
          value={input.kind}
          disabled={fixed}
          allowDeselect={false}
          onChange={(value) => {
            const kind = INDICATOR_KINDS.find((known) => known === value);
            if (kind !== undefined) onChange(withKind(input, kind));
          }}
        />
        <Select
          label={t('catalogue.level')}
          description={t('catalogue.levelHint')}
          data={LEVELS.map((value) => ({ value, label: t(`catalogue.levels.${value}`) }))}
          value={input.level}
          allowDeselect={false}
          onChange={(value) => change({ level: value === 'province' ? 'province' : 'commune' })}
        />
      </FieldRow>
      <FieldRow>
        <Select
          label={t('catalogue.better')}
          data={BETTER.map((value) => ({ value, label: t(`catalogue.betters.${value}`) }))}
          value={input.better}
          allowDeselect={false}
          onChange={(value) => change({ better: BETTER.find((known) => known === value) ?? 'none' })}
        />
        <Select
          label={t('catalogue.confidentiality')}
          data={CONFIDENTIALITIES.map((value) => ({ value, label: t(`catalogue.confidentialities.${value}`) }))}
          value={input.confidentiality}
          allowDeselect={false}
          onChange={(value) =>
            change({ confidentiality: CONFIDENTIALITIES.find((known) => known === value) ?? 'internal' })
          }
        />
        <NumberField
          label={t('catalogue.decimals')}
          min={0}
          max={6}
          allowDecimal={false}
          value={input.decimals}
          onChange={(decimals) => change({ decimals: decimals ?? 0 })}
        />
      </FieldRow>
      <FieldRow>
        <NumberField
          label={t('catalogue.least')}
          hideControls
          value={input.least}
          onChange={(least) => change({ least })}
        />
        <NumberField
          label={t('catalogue.most')}
          hideControls
          value={input.most}
          onChange={(most) => change({ most })}
        />
        {input.kind === 'ratio' && (
          <NumberField
            label={t('catalogue.minVolume')}
            min={0}
            hideControls
            value={input.minVolume}
            onChange={(minVolume) => change({ minVolume: minVolume ?? 0 })}
          />
        )}
      </FieldRow>
    </>
  );
}
