import { Button, PasswordInput, Stack, TextInput } from '@mantine/core';
import { useMutation } from '@tanstack/react-query';
import { type FormEvent, useState } from 'react';
import { useTranslation } from 'react-i18next';
import type { SessionView } from '#contracts/http';
import { useApi } from '../api/context.tsx';
import { ApiError } from '../api/error.ts';
import { ErrorNotice } from '../api/error-notice.tsx';
import { useCountdown } from '../ui/use-countdown.ts';
import { WayIn } from './way-in.tsx';

interface SignInPageProps {
  /** The person whose session ran out under an open page. */
  readonly endedFor: string | null;
  readonly onSignedIn: (session: SessionView) => void;
}

export function SignInPage({ endedFor, onSignedIn }: SignInPageProps) {
  const { t } = useTranslation('app');
  const api = useApi();
  const [username, setUsername] = useState(endedFor ?? '');
  const [password, setPassword] = useState('');
  const [code, setCode] = useState('');
  const [codeAsked, setCodeAsked] = useState(false);
  const [waitUntilMs, setWaitUntilMs] = useState(0);
  const wait = useCountdown(waitUntilMs);

  const signIn = useMutation({
    mutationFn: () => api.session.signIn({ username, password, ...(codeAsked ? { code } : {}) }),
    onSuccess: onSignedIn,
    onError(error) {
      if (!(error instanceof ApiError)) return;
      if (error.retryAfterMs !== null) setWaitUntilMs(Date.now() + error.retryAfterMs);
      if (error.code === CODE_NEEDED) setCodeAsked(true);
      setCode('');
    },
  });
  const onlyCodeMissing = signIn.error instanceof ApiError && signIn.error.code === CODE_NEEDED;

  function submit(event: FormEvent): void {
    event.preventDefault();
    signIn.mutate();
  }

  return (
    <WayIn
      title={endedFor === null ? t('signIn.title') : t('signIn.again')}
      {...(endedFor === null ? {} : { hint: t('signIn.againHint') })}
    >
      <form onSubmit={submit}>
        <Stack gap="md">
          {signIn.error !== null && !onlyCodeMissing && <ErrorNotice error={signIn.error} />}
          <TextInput
            label={t('signIn.username')}
            name="username"
            autoComplete="username"
            autoCapitalize="none"
            spellCheck={false}
            required
            withAsterisk={false}
            autoFocus={endedFor === null}
            value={username}
            onChange={(event) => setUsername(event.currentTarget.value)}
          />
          <PasswordInput
            label={t('signIn.password')}
            name="password"
            autoComplete="current-password"
            required
            withAsterisk={false}
            autoFocus={endedFor !== null}
            visibilityToggleButtonProps={{ 'aria-label': t('signIn.showPassword') }}
            value={password}
            onChange={(event) => setPassword(event.currentTarget.value)}
          />
          {codeAsked && (
            <TextInput
              label={t('signIn.code')}
              description={t('signIn.codeHint')}
              name="code"
              autoComplete="one-time-code"
              inputMode="text"
              required
              withAsterisk={false}
              autoFocus
              value={code}
              onChange={(event) => setCode(event.currentTarget.value)}
            />
          )}
          <Button type="submit" loading={signIn.isPending} disabled={wait > 0}>
            {wait > 0 ? t('signIn.wait', { seconds: wait }) : t('signIn.submit')}
          </Button>
        </Stack>
      </form>
    </WayIn>
  );
}

/** The server's word for: name and password are right, a second factor is due. */
const CODE_NEEDED = 'access.codeNeeded';
