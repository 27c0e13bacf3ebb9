import { Select } from '@mantine/core';
import { useTranslation } from 'react-i18next';
import { CADENCES, type Cadence } from '#contracts/sectors';
import { NumberField } from '../../ui/number-field.tsx';
import { FieldRow } from './field-row.tsx';

const DAYS = ['all', 'working', 'school'] as const;
const BY_DAY = ['month', 'quarter', 'year'];

/** How often a value is due, when its period begins, and how late it may be. */
export function CadenceFields({ cadence, onChange }: { cadence: Cadence; onChange: (cadence: Cadence) => void }) {
  const { t } = useTranslation('admin');
  const change = (part: Partial<Cadence>): void => onChange({ ...cadence, ...part });
  return (
    <>
      <FieldRow>
        <Select
          label={t('catalogue.cadence')}
          data={CADENCES.map((every) => ({ value: every, label: t(`catalogue.every.${every}`) }))}
          value={cadence.every}
          allowDeselect={false}
          onChange={(value) => change({ every: CADENCES.find((known) => known === value) ?? cadence.every })}
        />
        <Select
          label={t('catalogue.dueDays')}
          data={DAYS.map((value) => ({ value, label: t(`catalogue.dueOn.${value}`) }))}
          value={cadence.days}
          allowDeselect={false}
          onChange={(value) => change({ days: DAYS.find((known) => known === value) ?? 'all' })}
        />
        {BY_DAY.includes(cadence.every) && (
          <NumberField
            label={t('catalogue.startDay')}
            min={1}
            max={28}
            allowDecimal={false}
            value={cadence.startDay}
            onChange={(startDay) => change({ startDay: startDay ?? 1 })}
          />
        )}
      </FieldRow>
      <FieldRow>
        <NumberField
          label={t('catalogue.lag')}
          description={t('catalogue.lagHint')}
          min={-1440}
          max={525_600}
          allowDecimal={false}
          value={cadence.lagMinutes}
          onChange={(lagMinutes) => change({ lagMinutes: lagMinutes ?? 0 })}
        />
        <NumberField
          label={t('catalogue.grace')}
          description={t('catalogue.graceHint')}
          min={0}
          max={525_600}
          allowDecimal={false}
          value={cadence.graceMinutes}
          onChange={(graceMinutes) => change({ graceMinutes: graceMinutes ?? 0 })}
        />
      </FieldRow>
    </>
  );
}
