import { Button, PasswordInput, Stack, TextInput } from '@mantine/core';
import { useQueryClient } from '@tanstack/react-query';
import { type FormEvent, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { useApi } from '../api/context.tsx';
import { queryKeys } from '../api/query-keys.ts';
import { withClock } from './session.tsx';

export function SignInPage() {
  const { t } = useTranslation('app');
  const api = useApi();
  const queryClient = useQueryClient();
  const [username, setUsername] = useState('');
  const [password, setPassword] = useState('');
  async function submit(event: FormEvent): Promise<void> {
    event.preventDefault();
    queryClient.setQueryData(queryKeys.session, withClock(await api.session.signIn({ username, password })));
  }
  return (
    <form onSubmit={(event) => void submit(event)}>
      <Stack maw="20rem" m="auto" p="xl">
        <TextInput
          label={t('signIn.username')}
          name="username"
          value={username}
          onChange={(event) => setUsername(event.currentTarget.value)}
        />
        <PasswordInput
          label={t('signIn.password')}
          name="password"
          value={password}
          onChange={(event) => setPassword(event.currentTarget.value)}
        />
        <Button type="submit">{t('signIn.submit')}</Button>
      </Stack>
    </form>
  );
}
