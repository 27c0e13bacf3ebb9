import { Button, Select, TextInput } from '@mantine/core';
import { IconPlus } from '@tabler/icons-react';
import { type FormEvent, useState } from 'react';
import { useTranslation } from 'react-i18next';
import type { Indicator, Target } from '#contracts/sectors';
import { useAreas } from '../../api/sector-queries.ts';
import { useSession } from '../../app/session.tsx';
import { NumberField } from '../../ui/number-field.tsx';
import { optionsFilter } from '../../ui/options-filter.ts';
import { useWords } from '../texts.ts';
import { draftAt, PERIOD_KINDS, spanOf } from './target-period.ts';
import classes from './targets.module.css';

const QUARTERS = ['1', '2', '3', '4'];
const MONTHS = Array.from({ length: 12 }, (_, at) => String(at + 1));
const COURSES = ['flat', 'linear'] as const;

/** A target that is not there yet: of an area, for a time. */
export function TargetForm(props: {
  indicator: Indicator;
  areaCode: string;
  busy: boolean;
  onAdd: (target: Target) => Promise<unknown>;
}) {
  const { indicator, busy, onAdd } = props;
  const { t } = useTranslation('sectors');
  const words = useWords();
  const areas = useAreas();
  const { serverNow } = useSession();
  const [areaCode, setAreaCode] = useState(props.areaCode);
  const [period, setPeriod] = useState(() => draftAt(serverNow()));
  const [value, setValue] = useState<number | null>(null);
  const [course, setCourse] = useState<Target['course']>('flat');
  const span = spanOf(period);
  const root = areas.data?.find(({ level }) => level === 'province');
  const choices =
    indicator.level === 'commune'
      ? (areas.data?.filter(({ level, validToMs }) => level !== 'district' && validToMs === null) ?? [])
      : root === undefined
        ? []
        : [root];
  async function submit(event: FormEvent): Promise<void> {
    event.preventDefault();
    event.stopPropagation();
    if (span === null || value === null) return;
    await onAdd({ areaCode, ...span, value, course });
    setValue(null);
  }
  return (
    <form className={classes.form} aria-label={t('targets.add')} onSubmit={(event) => void submit(event)}>
      <Select
        label={t('area.label')}
        data={choices.map(({ code, name }) => ({ value: code, label: name }))}
        value={areaCode}
        searchable
        allowDeselect={false}
        limit={200}
        filter={optionsFilter}
        onChange={(code) => setAreaCode(code ?? areaCode)}
      />
      <Select
        label={t('targets.period')}
        data={PERIOD_KINDS.map((kind) => ({ value: kind, label: t(`targets.periods.${kind}`) }))}
        value={period.kind}
        allowDeselect={false}
        onChange={(kind) => setPeriod({ ...period, kind: PERIOD_KINDS.find((known) => known === kind) ?? period.kind })}
      />
      {period.kind === 'quarter' && (
        <Select
          label={t('targets.quarter')}
          data={QUARTERS}
          value={String(period.quarter)}
          allowDeselect={false}
          onChange={(quarter) => setPeriod({ ...period, quarter: Number(quarter) })}
        />
      )}
      {period.kind === 'month' && (
        <Select
          label={t('targets.month')}
          data={MONTHS}
          value={String(period.month)}
          allowDeselect={false}
          onChange={(month) => setPeriod({ ...period, month: Number(month) })}
        />
      )}
      {period.kind === 'days' ? (
        <>
          <TextInput
            type="date"
            label={t('targets.from')}
            value={period.from}
            onChange={(event) => setPeriod({ ...period, from: event.currentTarget.value })}
          />
          <TextInput
            type="date"
            label={t('targets.to')}
            value={period.to}
            min={period.from}
            onChange={(event) => setPeriod({ ...period, to: event.currentTarget.value })}
          />
        </>
      ) : (
        <NumberField
          label={t('targets.year')}
          min={1990}
          max={2200}
          allowDecimal={false}
          value={period.year}
          onChange={(year) => setPeriod({ ...period, year })}
        />
      )}
      <NumberField
        label={t('targets.valueIn', { unit: words(indicator.unit) })}
        hideControls
        value={value}
        onChange={setValue}
      />
      <Select
        label={t('targets.course')}
        data={COURSES.map((one) => ({ value: one, label: t(`targets.courses.${one}`) }))}
        value={course}
        allowDeselect={false}
        onChange={(one) => setCourse(one === 'linear' ? 'linear' : 'flat')}
      />
      <Button
        type="submit"
        leftSection={<IconPlus size={16} aria-hidden />}
        disabled={span === null || value === null}
        loading={busy}
      >
        {t('targets.add')}
      </Button>
    </form>
  );
}
