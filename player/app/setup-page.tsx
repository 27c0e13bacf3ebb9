import { Button, Stack, TextInput } from '@mantine/core';
import { useMutation, useQueryClient } from '@tanstack/react-query';
import { type FormEvent, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { useLocation } from 'wouter';
import { useApi } from '../api/context.tsx';
import { ErrorNotice } from '../api/error-notice.tsx';
import { queryKeys } from '../api/query-keys.ts';
import { useFieldError } from '../api/use-field-error.ts';
import { isAcceptable, NO_PASSWORD, PasswordFields } from './password-fields.tsx';
import { withClock } from './session.tsx';
import { WayIn } from './way-in.tsx';

/** Makes the first administrator; only who holds the link that the server printed gets here. */
export function SetupPage() {
  const { t } = useTranslation('app');
  const [path] = useLocation();
  // After the # so that it reaches neither a log of the server nor one of a proxy.
  const [token] = useState(() => (path === '/setup' ? decodeURIComponent(location.hash.slice(1)) : ''));
  if (token === '')
    return (
      <WayIn title={t('setup.needed')} hint={t('setup.neededHint')}>
        <code>http://…/setup#…</code>
      </WayIn>
    );
  return <SetupForm token={token} />;
}

function SetupForm({ token }: { token: string }) {
  const { t } = useTranslation('app');
  const api = useApi();
  const queryClient = useQueryClient();
  const [, navigate] = useLocation();
  const [displayName, setDisplayName] = useState('');
  const [username, setUsername] = useState('admin');
  const [password, setPassword] = useState(NO_PASSWORD);

  const setup = useMutation({
    mutationFn: () => api.session.setup({ token, username, displayName, password: password.password }),
    onSuccess(view) {
      // With cameras there the wall is what they came for; without, the first camera.
      navigate(view.demo ? '/' : '/admin/cameras', { replace: true });
      queryClient.setQueryData(queryKeys.session, withClock(view));
    },
  });
  const fieldError = useFieldError(setup.error);

  function submit(event: FormEvent): void {
    event.preventDefault();
    setup.mutate();
  }

  return (
    <WayIn title={t('setup.title')} hint={t('setup.hint')}>
      <form onSubmit={submit}>
        <Stack gap="md">
          {setup.error !== null && <ErrorNotice error={setup.error} />}
          <TextInput
            label={t('setup.displayName')}
            autoComplete="name"
            required
            withAsterisk={false}
            autoFocus
            error={fieldError('displayName')}
            value={displayName}
            onChange={(event) => setDisplayName(event.currentTarget.value)}
          />
          <TextInput
            label={t('signIn.username')}
            description={t('setup.usernameRule')}
            autoComplete="username"
            autoCapitalize="none"
            spellCheck={false}
            required
            withAsterisk={false}
            error={fieldError('username')}
            value={username}
            onChange={(event) => setUsername(event.currentTarget.value)}
          />
          <PasswordFields value={password} error={fieldError('password')} onChange={setPassword} />
          <Button type="submit" loading={setup.isPending} disabled={!isAcceptable(password)}>
            {t('setup.submit')}
          </Button>
        </Stack>
      </form>
    </WayIn>
  );
}
