import { PasswordInput, Stack } from '@mantine/core';
import { useTranslation } from 'react-i18next';

/** Shortest password that the server takes, see `passwordSchema`. */
export const MIN_PASSWORD = 12;

export interface NewPassword {
  readonly password: string;
  readonly repeated: string;
}
export const NO_PASSWORD: NewPassword = { password: '', repeated: '' };

export function isAcceptable({ password, repeated }: NewPassword): boolean {
  return password.length >= MIN_PASSWORD && password === repeated;
}

/** A new password, twice. */
export function PasswordFields(props: {
  value: NewPassword;
  error?: string | undefined;
  onChange: (value: NewPassword) => void;
}) {
  const { t } = useTranslation('app');
  const { value, onChange } = props;
  const differs =
    value.repeated !== '' && !value.password.startsWith(value.repeated) && value.password !== value.repeated;
  return (
    <Stack gap="md">
      <PasswordInput
        label={t('password.next')}
        description={t('password.rule', { count: MIN_PASSWORD })}
        autoComplete="new-password"
        required
        withAsterisk={false}
        error={props.error}
        visibilityToggleButtonProps={{ 'aria-label': t('signIn.showPassword') }}
        value={value.password}
        onChange={(event) => onChange({ ...value, password: event.currentTarget.value })}
      />
      <PasswordInput
        label={t('password.repeat')}
        autoComplete="new-password"
        required
        withAsterisk={false}
        error={differs ? t('password.differs') : undefined}
        visibilityToggleButtonProps={{ 'aria-label': t('signIn.showPassword') }}
        value={value.repeated}
        onChange={(event) => onChange({ ...value, repeated: event.currentTarget.value })}
      />
    </Stack>
  );
}
