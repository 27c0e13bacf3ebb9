import { Checkbox, Radio, Stack, Text } from '@mantine/core';
import { useTranslation } from 'react-i18next';
import { RECORDING_TRIGGERS, type RecordingPolicy } from '#contracts/recordings';
import { keyOfTrigger } from './policy-words.ts';

type Triggers = RecordingPolicy['triggers'];

/** Which events are recorded around: all that there are and will be, or some. */
export function TriggerFields(props: { triggers: Triggers; change: (triggers: Triggers) => void }) {
  const { t } = useTranslation('admin');
  const { triggers, change } = props;
  const chosen = triggers === 'all' ? [] : triggers;
  return (
    <Stack gap="xs">
      <Radio.Group
        label={t('recording.triggers')}
        value={triggers === 'all' ? 'all' : 'some'}
        onChange={(value) => change(value === 'all' ? 'all' : [...RECORDING_TRIGGERS])}
      >
        <Stack gap="xs" mt={6}>
          <Radio value="all" label={t('recording.allTriggers')} description={t('recording.allTriggersHint')} />
          <Radio value="some" label={t('recording.someTriggers')} />
        </Stack>
      </Radio.Group>
      {triggers !== 'all' && (
        <Checkbox.Group
          aria-label={t('recording.someTriggers')}
          ps="xl"
          value={[...chosen]}
          onChange={(values) => change(RECORDING_TRIGGERS.filter((one) => values.includes(one)))}
        >
          <Stack gap="xs">
            {RECORDING_TRIGGERS.map((one) => (
              <Checkbox key={one} value={one} label={t(`recording.triggerNames.${keyOfTrigger(one)}`)} />
            ))}
          </Stack>
        </Checkbox.Group>
      )}
      {triggers !== 'all' && chosen.length === 0 && (
        <Text size="sm" c="red" role="alert">
          {t('recording.noTrigger')}
        </Text>
      )}
    </Stack>
  );
}
