import {
  MultiSelect,
  NumberInput,
  SegmentedControl,
  Select,
  Stack,
  Switch,
  TagsInput,
  Text,
  TextInput,
} from '@mantine/core';
import { type ReactNode, useId } from 'react';
import { useTranslation } from 'react-i18next';
import { SEVERITIES } from '#contracts/severity';
import { objectName } from '../../ui/object-name.ts';
import { optionsFilter } from '../../ui/options-filter.ts';
import { HoursFields } from '../hours/hours-fields.tsx';
import { AlertFields } from './alert-fields.tsx';
import { isSeverity, KINDS, type RuleFaults, type RuleForm } from './rule-form.ts';
import classes from './rules.module.css';
import type { Recognition } from './use-recognition.ts';

export interface RuleFieldsProps {
  readonly form: RuleForm;
  readonly faults: RuleFaults;
  /** What the server said of a field. */
  readonly serverFault: (field: string) => string | undefined;
  readonly recognition: Recognition;
  readonly timeZone: string;
  readonly change: (part: Partial<RuleForm>, gesture?: string) => void;
}

/** The fields of one rule: what its kind wants first, then objects, hours and who is told. */
export function RuleFields(props: RuleFieldsProps) {
  const { t } = useTranslation(['admin', 'app']);
  const { form, faults, change, recognition } = props;
  const facts = KINDS[form.kind];
  const error = useFaultWords(props);
  const drawn = error('area') ?? error('line') ?? error('way');
  return (
    <Stack gap="sm">
      <Text size="sm" c="dimmed">
        {t(`rules.kindHints.${form.kind}`)}
      </Text>
      {facts.objects && recognition.hasModel === false && (
        <Text size="sm" c="var(--tn-warn)">
          {t('rules.noModelHere')}
        </Text>
      )}
      {drawn !== undefined && (
        <Text size="sm" c="var(--tn-down)" role="alert">
          {drawn}
        </Text>
      )}
      <TextInput
        label={t('rules.name')}
        required
        maxLength={80}
        value={form.name}
        error={error('name')}
        onChange={(event) => change({ name: event.currentTarget.value }, 'name')}
      />
      <KindFields {...props} />
      <Select
        label={t('rules.severity')}
        allowDeselect={false}
        data={SEVERITIES.map((value) => ({ value, label: t(`app:severities.${value}`) }))}
        value={form.severity}
        onChange={(value) => isSeverity(value) && change({ severity: value })}
      />
      {facts.objects && (
        <More
          title={t('rules.objects')}
          now={
            form.labels.length === 0 ? t('rules.usual') : form.labels.map((label) => objectName(t, label)).join(', ')
          }
          open={faults.leastScore !== undefined || faults.leastHeight !== undefined}
        >
          <ObjectFields {...props} />
        </More>
      )}
      <More
        title={t('rules.hours')}
        now={t(form.hours.length === 0 ? 'rules.alwaysShort' : 'rules.someHours')}
        open={faults.hours !== undefined}
      >
        <HoursFields
          rows={form.hours}
          timeZone={props.timeZone}
          title={t('rules.hours')}
          hint={(zone) => t('rules.hoursHint', { zone })}
          none={t('rules.always')}
          change={(hours) => change({ hours })}
        />
      </More>
      <More
        title={t('rules.alert')}
        now={form.alert ? form.receivers.map((role) => t(`roles.${role}`)).join(', ') : t('rules.onlyWritten')}
        open={faults.receivers !== undefined || faults.mergeSeconds !== undefined}
      >
        <AlertFields form={form} error={error} change={change} />
      </More>
    </Stack>
  );
}

function KindFields(props: RuleFieldsProps) {
  const { t } = useTranslation('admin');
  const { form, change } = props;
  const error = useFaultWords(props);
  const facts = KINDS[form.kind];
  const { kind } = form;
  return (
    <>
      {facts.area === 'optional' && (
        <Switch
          label={t('rules.wholePicture')}
          description={t('rules.wholePictureHint')}
          checked={form.wholePicture}
          onChange={(event) => change({ wholePicture: event.currentTarget.checked })}
        />
      )}
      {kind === 'zone' && (
        <Choice
          label={t('rules.on')}
          value={form.on}
          values={['enter', 'leave'] as const}
          say={(value) => t(`rules.onNames.${value}`)}
          choose={(on) => change({ on })}
        />
      )}
      {kind === 'line' && (
        <Choice
          label={t('rules.direction')}
          value={form.direction}
          values={['both', 'forward', 'backward'] as const}
          say={(value) => t(`rules.directions.${value}`)}
          choose={(direction) => change({ direction })}
        />
      )}
      {kind === 'crowd' && (
        <NumberInput
          label={t('rules.atLeast')}
          required
          min={2}
          max={200}
          allowDecimal={false}
          clampBehavior="none"
          value={form.atLeast}
          error={error('atLeast')}
          onChange={(atLeast) => change({ atLeast }, 'atLeast')}
        />
      )}
      {kind === 'motion' && (
        <NumberInput
          label={t('rules.share')}
          description={t('rules.shareHint')}
          required
          min={0.1}
          max={100}
          suffix=" %"
          clampBehavior="none"
          value={form.share}
          error={error('share')}
          onChange={(share) => change({ share }, 'share')}
        />
      )}
      {(kind === 'loitering' ||
        kind === 'stopped' ||
        kind === 'crowd' ||
        kind === 'abandoned' ||
        kind === 'motion') && (
        <NumberInput
          label={t(`rules.forSeconds.${kind}`)}
          required
          min={facts.forSeconds?.[0] ?? 0}
          max={facts.forSeconds?.[1] ?? 0}
          suffix={` ${t('rules.seconds')}`}
          clampBehavior="none"
          value={form.forSeconds}
          error={error('forSeconds')}
          onChange={(forSeconds) => change({ forSeconds }, 'forSeconds')}
        />
      )}
      {kind === 'cameraSignal' && (
        <TagsInput
          label={t('rules.topics')}
          description={t('rules.topicsHint')}
          maxTags={20}
          value={[...form.topics]}
          error={error('topics')}
          onChange={(topics) => change({ topics })}
        />
      )}
    </>
  );
}

function ObjectFields(props: RuleFieldsProps) {
  const { t } = useTranslation(['admin', 'app']);
  const { form, change, recognition } = props;
  const error = useFaultWords(props);
  const known = new Set(recognition.classes);
  const say = (label: string): string => {
    const name = objectName(t, label);
    return recognition.hasModel !== true || known.has(label) ? name : t('rules.unknownLabel', { name });
  };
  return (
    <Stack gap="sm">
      <MultiSelect
        label={t('rules.labels')}
        description={t('rules.labelsHint')}
        searchable
        clearable
        filter={optionsFilter}
        data={[...new Set([...recognition.classes, ...form.labels])].map((value) => ({ value, label: say(value) }))}
        value={[...form.labels]}
        error={error('labels')}
        onChange={(labels) => change({ labels })}
      />
      <NumberInput
        label={t('rules.leastScore')}
        description={t('rules.leastScoreHint')}
        required
        min={0}
        max={100}
        suffix=" %"
        clampBehavior="none"
        value={form.leastScore}
        error={error('leastScore')}
        onChange={(leastScore) => change({ leastScore }, 'leastScore')}
      />
      <NumberInput
        label={t('rules.leastHeight')}
        description={t('rules.leastHeightHint')}
        required
        min={0}
        max={100}
        suffix=" %"
        clampBehavior="none"
        value={form.leastHeight}
        error={error('leastHeight')}
        onChange={(leastHeight) => change({ leastHeight }, 'leastHeight')}
      />
    </Stack>
  );
}

/** Our own words for a field's fault before the server's. */
function useFaultWords({ faults, serverFault }: Pick<RuleFieldsProps, 'faults' | 'serverFault'>) {
  const { t } = useTranslation('admin');
  return (field: keyof RuleFaults): string | undefined => {
    const fault = faults[field];
    return fault === undefined ? serverFault(field) : t(`rules.faults.${fault}`);
  };
}

/** One of a few, all seen at once. */
function Choice<Value extends string>(props: {
  label: string;
  value: Value;
  values: readonly Value[];
  say: (value: Value) => string;
  choose: (value: Value) => void;
}) {
  const id = useId();
  return (
    <Stack gap={4} align="flex-start">
      <Text component="span" size="sm" fw={500} id={id}>
        {props.label}
      </Text>
      <SegmentedControl
        aria-labelledby={id}
        data={props.values.map((value) => ({ value, label: props.say(value) }))}
        value={props.value}
        onChange={props.choose}
      />
    </Stack>
  );
}

/** What most people leave as it is: one line says how it is. Opens by itself where something in it is wrong. */
function More(props: { title: string; now: string; open: boolean; children: ReactNode }) {
  return (
    <details className={classes.more} {...(props.open ? { open: true } : {})}>
      <summary>
        {props.title} <span>{props.now}</span>
      </summary>
      {props.children}
    </details>
  );
}
