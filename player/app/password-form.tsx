import { Button, PasswordInput, Stack } from '@mantine/core';
import { showNotification } from '@mantine/notifications';
import { useMutation, useQueryClient } from '@tanstack/react-query';
import { type FormEvent, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { useApi } from '../api/context.tsx';
import { ErrorNotice } from '../api/error-notice.tsx';
import { queryKeys } from '../api/query-keys.ts';
import { useFieldError } from '../api/use-field-error.ts';
import { isAcceptable, NO_PASSWORD, PasswordFields } from './password-fields.tsx';
import { withClock } from './session.tsx';

export function PasswordForm() {
  const { t } = useTranslation('app');
  const api = useApi();
  const queryClient = useQueryClient();
  const [current, setCurrent] = useState('');
  const [next, setNext] = useState(NO_PASSWORD);
  const change = useMutation({
    mutationFn: () => api.session.changePassword({ current, next: next.password }),
    onSuccess(view) {
      queryClient.setQueryData(queryKeys.session, withClock(view));
      setCurrent('');
      setNext(NO_PASSWORD);
      showNotification({ message: t('password.changed') });
    },
  });
  const fieldError = useFieldError(change.error);

  function submit(event: FormEvent): void {
    event.preventDefault();
    change.mutate();
  }

  return (
    <form onSubmit={submit}>
      <Stack gap="md">
        {change.error !== null && <ErrorNotice error={change.error} />}
        <PasswordInput
          label={t('password.current')}
          autoComplete="current-password"
          required
          withAsterisk={false}
          error={fieldError('current')}
          visibilityToggleButtonProps={{ 'aria-label': t('signIn.showPassword') }}
          value={current}
          onChange={(event) => setCurrent(event.currentTarget.value)}
        />
        <PasswordFields value={next} error={fieldError('next')} onChange={setNext} />
        <Button type="submit" loading={change.isPending} disabled={current === '' || !isAcceptable(next)}>
          {t('password.submit')}
        </Button>
      </Stack>
    </form>
  );
}
