import { Chip, Group, NumberInput, Stack, Switch, Text } from '@mantine/core';
import { useId } from 'react';
import { useTranslation } from 'react-i18next';
import { ROLES } from '#contracts/access';
import { isRole, type RuleFaults, type RuleForm } from './rule-form.ts';

/** Whether a person is called, who, and how often. */
export function AlertFields(props: {
  form: RuleForm;
  error: (field: keyof RuleFaults) => string | undefined;
  change: (part: Partial<RuleForm>, gesture?: string) => void;
}) {
  const { t } = useTranslation('admin');
  const { form, error, change } = props;
  const id = useId();
  return (
    <Stack gap="sm">
      <Switch
        label={t('rules.alertOn')}
        description={t('rules.alertOnHint')}
        checked={form.alert}
        onChange={(event) => change({ alert: event.currentTarget.checked })}
      />
      {form.alert && (
        <Stack gap={6} role="group" aria-labelledby={id}>
          <Text component="span" size="sm" fw={500} id={id}>
            {t('rules.receivers')}
          </Text>
          <Chip.Group
            multiple
            value={[...form.receivers]}
            onChange={(receivers) => change({ receivers: receivers.filter(isRole) })}
          >
            <Group gap={6}>
              {ROLES.map((role) => (
                <Chip key={role} value={role} size="sm">
                  {t(`roles.${role}`)}
                </Chip>
              ))}
            </Group>
          </Chip.Group>
          {error('receivers') !== undefined && (
            <Text size="sm" c="var(--tn-down)" role="alert">
              {error('receivers')}
            </Text>
          )}
        </Stack>
      )}
      {form.alert && (
        <NumberInput
          label={t('rules.merge')}
          description={t('rules.mergeHint')}
          required
          min={0}
          max={86_400}
          suffix={` ${t('rules.seconds')}`}
          clampBehavior="none"
          value={form.mergeSeconds}
          error={error('mergeSeconds')}
          onChange={(mergeSeconds) => change({ mergeSeconds }, 'mergeSeconds')}
        />
      )}
      <NumberInput
        label={t('rules.cooldown')}
        description={t('rules.cooldownHint')}
        required
        min={0}
        max={86_400}
        suffix={` ${t('rules.seconds')}`}
        clampBehavior="none"
        value={form.cooldownSeconds}
        error={error('cooldownSeconds')}
        onChange={(cooldownSeconds) => change({ cooldownSeconds }, 'cooldownSeconds')}
      />
    </Stack>
  );
}
