import { MultiSelect, Select, Switch } from '@mantine/core';
import { useTranslation } from 'react-i18next';
import { type SectorRule, THRESHOLD_BASES } from '#contracts/sector-events';
import { useIndicators, useSectors } from '../../api/sector-queries.ts';
import { useWords } from '../../sectors/texts.ts';
import { NumberField } from '../../ui/number-field.tsx';
import { optionsFilter } from '../../ui/options-filter.ts';
import { FieldRow } from './field-row.tsx';
import { sectorOf } from './rule-draft.ts';

type Of<Kind extends SectorRule['kind']> = Extract<SectorRule, { kind: Kind }>;
interface Fields<Kind extends SectorRule['kind']> {
  readonly rule: Of<Kind>;
  readonly onChange: (rule: Of<Kind>) => void;
}
const SIDES = ['above', 'below', 'both'] as const;

/** A figure passes a limit, for long enough. */
export function ThresholdFields({ rule, onChange }: Fields<'threshold'>) {
  const { t } = useTranslation('admin');
  const change = (part: Partial<Of<'threshold'>>): void => onChange({ ...rule, ...part });
  return (
    <>
      <IndicatorSelect
        rule={rule}
        onChange={(indicator) => change({ indicator, raises: keptRaises(rule, indicator) })}
      />
      <FieldRow>
        <Select
          label={t('catalogue.judged')}
          data={(['province', 'commune'] as const).map((value) => ({ value, label: t(`catalogue.judges.${value}`) }))}
          value={rule.level}
          allowDeselect={false}
          onChange={(level) => change({ level: level === 'commune' ? 'commune' : 'province' })}
        />
        <Select
          label={t('catalogue.basis')}
          description={t(`catalogue.basisHints.${rule.basis}`)}
          data={THRESHOLD_BASES.map((value) => ({ value, label: t(`catalogue.bases.${value}`) }))}
          value={rule.basis}
          allowDeselect={false}
          onChange={(basis) => change({ basis: THRESHOLD_BASES.find((known) => known === basis) ?? 'value' })}
        />
      </FieldRow>
      <FieldRow>
        <Select
          label={t('catalogue.side')}
          data={SIDES.map((value) => ({ value, label: t(`catalogue.sides.${value}`) }))}
          value={rule.side}
          allowDeselect={false}
          onChange={(side) => change({ side: SIDES.find((known) => known === side) ?? 'above' })}
        />
        <NumberField label={t('catalogue.warn')} hideControls value={rule.warn} onChange={(warn) => change({ warn })} />
        <NumberField
          label={t('catalogue.critical')}
          hideControls
          value={rule.critical}
          onChange={(critical) => change({ critical })}
        />
      </FieldRow>
      {rule.side !== 'below' && (
        <Switch
          label={t('catalogue.strict')}
          description={t('catalogue.strictHint')}
          checked={rule.strict}
          onChange={(event) => change({ strict: event.currentTarget.checked })}
        />
      )}
      <FieldRow>
        <NumberField
          label={t('catalogue.clearBy')}
          description={t('catalogue.clearByHint')}
          min={0}
          hideControls
          value={rule.clearBy}
          onChange={(clearBy) => change({ clearBy: clearBy ?? 0 })}
        />
        <NumberField
          label={t('catalogue.forMinutes')}
          min={0}
          max={525_600}
          allowDecimal={false}
          value={rule.forMinutes}
          onChange={(forMinutes) => change({ forMinutes: forMinutes ?? 0 })}
        />
        <NumberField
          label={t('catalogue.keepForMinutes')}
          min={0}
          max={525_600}
          allowDecimal={false}
          value={rule.keepForMinutes}
          onChange={(keepForMinutes) => change({ keepForMinutes: keepForMinutes ?? 0 })}
        />
      </FieldRow>
    </>
  );
}

/** A value that stood for a while is changed. */
export function RevisionFields({ rule, onChange }: Fields<'revision'>) {
  const { t } = useTranslation('admin');
  const change = (part: Partial<Of<'revision'>>): void => onChange({ ...rule, ...part });
  return (
    <>
      <IndicatorSelect
        rule={rule}
        onChange={(indicator) => change({ indicator, raises: keptRaises(rule, indicator) })}
      />
      <NumberField
        label={t('catalogue.revisionPercent')}
        min={0.1}
        max={10_000}
        value={rule.percent}
        onChange={(percent) => change({ percent: percent ?? rule.percent })}
      />
    </>
  );
}

/** Nothing arrives that was due. */
export function AbsenceFields({ rule, onChange }: Fields<'absence'>) {
  const { t } = useTranslation('admin');
  const change = (part: Partial<Of<'absence'>>): void => onChange({ ...rule, ...part });
  return (
    <>
      <IndicatorSelect
        rule={rule}
        onChange={(indicator) => change({ indicator, raises: keptRaises(rule, indicator) })}
      />
      <FieldRow>
        <NumberField
          label={t('catalogue.periods')}
          description={t('catalogue.periodsHint')}
          min={1}
          max={1000}
          allowDecimal={false}
          value={rule.periods}
          onChange={(periods) => change({ periods: periods ?? 1 })}
        />
        <NumberField
          label={t('catalogue.leastSilent')}
          min={1}
          allowDecimal={false}
          value={rule.least}
          onChange={(least) => change({ least: least ?? 1 })}
        />
        <Select
          label={t('catalogue.each')}
          data={(['all', 'unit'] as const).map((value) => ({ value, label: t(`catalogue.eachOf.${value}`) }))}
          value={rule.each}
          allowDeselect={false}
          onChange={(each) => change({ each: each === 'unit' ? 'unit' : 'all' })}
        />
      </FieldRow>
    </>
  );
}

/** Several things happen near one another. */
export function CorrelationFields({ rule, onChange }: Fields<'correlation'>) {
  const { t } = useTranslation('admin');
  const words = useWords();
  const sectors = useSectors();
  const change = (part: Partial<Of<'correlation'>>): void => onChange({ ...rule, ...part });
  return (
    <>
      <MultiSelect
        label={t('catalogue.types')}
        description={t('catalogue.typesHint')}
        required
        searchable
        clearable
        maxValues={20}
        limit={200}
        filter={optionsFilter}
        data={(sectors.data ?? []).map(({ key, name, eventTypes }) => ({
          group: words(name),
          items: [
            { value: `${key}.*`, label: `${words(name)}: ${t('catalogue.allTypes')}` },
            ...eventTypes.map((type) => ({ value: `${key}.${type.key}`, label: words(type.name) })),
          ],
        }))}
        value={rule.types}
        onChange={(types) => change({ types, raises: types[0] === rule.types[0] ? rule.raises : null })}
      />
      <FieldRow>
        <NumberField
          label={t('catalogue.withinMinutes')}
          min={1}
          max={43_200}
          allowDecimal={false}
          value={rule.withinMinutes}
          onChange={(withinMinutes) => change({ withinMinutes: withinMinutes ?? 1 })}
        />
        <NumberField
          label={t('catalogue.withinMetres')}
          min={10}
          max={100_000}
          allowDecimal={false}
          value={rule.withinMetres}
          onChange={(withinMetres) => change({ withinMetres: withinMetres ?? 10 })}
        />
        <NumberField
          label={t('catalogue.leastEvents')}
          min={2}
          max={1000}
          allowDecimal={false}
          value={rule.least}
          onChange={(least) => change({ least: least ?? 2 })}
        />
        <NumberField
          label={t('catalogue.leastTypes')}
          min={1}
          max={20}
          allowDecimal={false}
          value={rule.leastTypes}
          onChange={(leastTypes) => change({ leastTypes: leastTypes ?? 1 })}
        />
      </FieldRow>
    </>
  );
}

function IndicatorSelect(props: {
  rule: Of<'threshold'> | Of<'absence'> | Of<'revision'>;
  onChange: (code: string) => void;
}) {
  const { t } = useTranslation('admin');
  const words = useWords();
  const sectors = useSectors();
  const indicators = useIndicators();
  // Silence and revisions are of what is delivered.
  const wanted = (indicators.data ?? []).filter(({ kind }) => props.rule.kind === 'threshold' || kind !== 'ratio');
  return (
    <Select
      label={t('catalogue.indicator')}
      required
      searchable
      limit={300}
      filter={optionsFilter}
      allowDeselect={false}
      data={(sectors.data ?? []).map(({ key, name }) => ({
        group: words(name),
        items: wanted
          .filter(({ sector }) => sector === key)
          .map((one) => ({ value: one.code, label: `${words(one.name)} (${words(one.unit)})` })),
      }))}
      value={props.rule.indicator}
      onChange={(code) => code !== null && props.onChange(code)}
    />
  );
}

/** A type belongs to its sector. */
function keptRaises(rule: Of<'threshold'> | Of<'absence'> | Of<'revision'>, indicator: string): string | null {
  return indicator.split('.')[0] === sectorOf(rule) ? rule.raises : null;
}
