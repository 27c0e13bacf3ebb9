import { Group, NumberInput, Radio, Select, SimpleGrid, Stack, Text } from '@mantine/core';
import { useTranslation } from 'react-i18next';
import { RECORDING_MODES } from '#contracts/recordings';
import { Panel } from '../../ui/page.tsx';
import { HoursFields } from '../hours/hours-fields.tsx';
import type { PolicyForm } from './policy-form.ts';
import { TriggerFields } from './trigger-fields.tsx';

const STREAMS = ['main', 'sub', 'both'] as const;
/** In the order in which people think of them. */
const MODES = [...RECORDING_MODES].sort((a, b) => Number(a === 'off') - Number(b === 'off'));

/** When something is recorded, what of it, and for how long it is kept. */
export function PolicyFields(props: {
  form: PolicyForm;
  timeZone: string;
  change: (part: Partial<PolicyForm>) => void;
  /** What the server said of a field of the policy, `retention.days`. */
  fieldError: (path: string) => string | undefined;
}) {
  const { t } = useTranslation(['admin', 'app']);
  const { form, change, fieldError } = props;
  const { mode } = form;
  return (
    <Stack gap="md">
      <Radio.Group
        label={t('recording.mode')}
        value={mode}
        onChange={(value) => change({ mode: MODES.find((one) => one === value) ?? mode })}
      >
        <Stack gap="xs" mt={6}>
          {MODES.map((one) => (
            <Radio
              key={one}
              value={one}
              label={t(`recording.modes.${one}`)}
              description={t(`recording.modeHints.${one}`)}
            />
          ))}
        </Stack>
      </Radio.Group>
      {mode === 'schedule' && (
        <HoursFields
          rows={form.hours}
          timeZone={props.timeZone}
          title={t('recording.hours')}
          hint={(zone) => t('recording.hoursHint', { zone })}
          none={t('recording.noHours')}
          change={(hours) => change({ hours })}
        />
      )}
      {(mode === 'event' || mode === 'schedule') && (
        <TriggerFields triggers={form.triggers} change={(triggers) => change({ triggers })} />
      )}
      {(mode === 'event' || mode === 'schedule') && (
        <SimpleGrid cols={{ base: 1, xs: 2 }}>
          <NumberInput
            label={t('recording.preRoll')}
            description={t('recording.preRollHint')}
            required
            min={0}
            max={60}
            allowDecimal={false}
            error={fieldError('preRollSeconds')}
            value={form.preRollSeconds}
            onChange={(preRollSeconds) => change({ preRollSeconds })}
          />
          <NumberInput
            label={t('recording.postRoll')}
            description={t('recording.postRollHint')}
            required
            min={1}
            max={600}
            allowDecimal={false}
            error={fieldError('postRollSeconds')}
            value={form.postRollSeconds}
            onChange={(postRollSeconds) => change({ postRollSeconds })}
          />
        </SimpleGrid>
      )}
      {mode !== 'off' && (
        <Select
          label={t('recording.streams')}
          description={t('recording.streamsHint')}
          allowDeselect={false}
          data={STREAMS.map((value) => ({ value, label: t(`recording.streamNames.${value}`) }))}
          value={form.streams}
          onChange={(value) => change({ streams: STREAMS.find((one) => one === value) ?? form.streams })}
        />
      )}
      <Panel title={t('recording.keep')}>
        <SimpleGrid cols={{ base: 1, xs: 2 }}>
          <NumberInput
            label={t('recording.keepDays')}
            description={t('recording.keepDaysHint')}
            required
            min={0}
            max={3650}
            decimalScale={2}
            error={fieldError('retention.days')}
            value={form.days}
            onChange={(days) => change({ days })}
          />
          <NumberInput
            label={t('recording.keepGigabytes')}
            description={t('recording.keepGigabytesHint')}
            min={0}
            max={1_000_000}
            decimalScale={2}
            error={fieldError('retention.gigabytes')}
            value={form.gigabytes}
            onChange={(gigabytes) => change({ gigabytes })}
          />
        </SimpleGrid>
        <Group mt="sm">
          <Text size="sm" c="dimmed">
            {t('recording.keepNote')}
          </Text>
        </Group>
      </Panel>
    </Stack>
  );
}
