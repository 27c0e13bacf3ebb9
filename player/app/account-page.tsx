import { Button, Group, PasswordInput, SegmentedControl, SimpleGrid, Stack, Text } from '@mantine/core';
import { useQueryClient } from '@tanstack/react-query';
import { type FormEvent, lazy, Suspense, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { LANGUAGES, type Language } from '#contracts/languages';
import { AlarmPanel } from '../alerts/alarm-panel.tsx';
import { useApi } from '../api/context.tsx';
import { queryKeys } from '../api/query-keys.ts';
import { useAction } from '../api/use-action.ts';
import { Loading } from '../ui/loading.tsx';
import { Notice } from '../ui/notice.tsx';
import { Page, Panel } from '../ui/page.tsx';
import { followsAlerts } from './navigation.ts';
import { PasswordForm } from './password-form.tsx';
import { useSession, withClock } from './session.tsx';

const TotpEnrolment = lazy(() => import('./totp-enrolment.tsx'));
const THEMES = ['dark', 'light', 'auto'] as const;
type Theme = (typeof THEMES)[number];

export default function AccountPage() {
  const { t } = useTranslation('app');
  const { user, can } = useSession();
  return (
    <Page title={t('navigation.account')} hint={`${user.displayName} · ${user.username}`}>
      <SimpleGrid cols={{ base: 1, md: 2 }} spacing="md" maw="64rem">
        <Preferences />
        {followsAlerts(can) && <AlarmPanel />}
        <Panel title={t('password.title')}>
          <PasswordForm />
        </Panel>
        <SecondFactor />
        <LeaveHere />
      </SimpleGrid>
    </Page>
  );
}

function Preferences() {
  const { t } = useTranslation('app');
  const { user } = useSession();
  const api = useApi();
  const queryClient = useQueryClient();
  const save = useAction({
    run: (change: { language?: Language; theme?: Theme }) => api.session.savePreferences(change),
    after: (view) => void queryClient.setQueryData(queryKeys.session, withClock(view)),
  });
  return (
    <Panel title={t('preferences.title')}>
      <Stack gap="md">
        <Labelled label={t('language.label')}>
          <SegmentedControl
            aria-label={t('language.label')}
            data={LANGUAGES.map((language) => ({ value: language, label: t(`language.${language}`) }))}
            value={user.language}
            onChange={(language) => save.mutate({ language: language as Language })}
          />
        </Labelled>
        <Labelled label={t('theme.label')}>
          <SegmentedControl
            aria-label={t('theme.label')}
            data={THEMES.map((theme) => ({ value: theme, label: t(`theme.${theme}`) }))}
            value={user.theme}
            onChange={(theme) => save.mutate({ theme: theme as Theme })}
          />
        </Labelled>
      </Stack>
    </Panel>
  );
}

function Labelled({ label, children }: { label: string; children: React.ReactNode }) {
  return (
    <Stack gap={4}>
      <Text size="sm" fw={500} aria-hidden>
        {label}
      </Text>
      {children}
    </Stack>
  );
}

function SecondFactor() {
  const { t } = useTranslation('app');
  const { user } = useSession();
  const [enrolling, setEnrolling] = useState(false);
  return (
    <Panel title={t('totp.title')}>
      {user.hasTotp ? (
        <Stack gap="md">
          <Notice kind="good" title={t('totp.on')}>
            {t('totp.onHint')}
          </Notice>
          <RemoveTotp />
        </Stack>
      ) : enrolling ? (
        <Suspense fallback={<Loading />}>
          <TotpEnrolment />
        </Suspense>
      ) : (
        <Stack gap="md">
          <Notice kind="warn" title={t('totp.off')}>
            {t('totp.offHint')}
          </Notice>
          <Group>
            <Button onClick={() => setEnrolling(true)}>{t('totp.start')}</Button>
          </Group>
        </Stack>
      )}
    </Panel>
  );
}

function RemoveTotp() {
  const { t } = useTranslation('app');
  const api = useApi();
  const queryClient = useQueryClient();
  const [password, setPassword] = useState('');
  const remove = useAction({
    run: () => api.session.removeTotp(password),
    done: t('totp.removed'),
    after: () => queryClient.invalidateQueries({ queryKey: queryKeys.session }),
  });
  function submit(event: FormEvent): void {
    event.preventDefault();
    remove.mutate(undefined);
  }
  return (
    <form onSubmit={submit}>
      <Group align="flex-end">
        <PasswordInput
          flex={1}
          miw="12rem"
          label={t('totp.removeLabel')}
          autoComplete="current-password"
          visibilityToggleButtonProps={{ 'aria-label': t('signIn.showPassword') }}
          value={password}
          onChange={(event) => setPassword(event.currentTarget.value)}
        />
        <Button type="submit" variant="default" disabled={password === ''} loading={remove.isPending}>
          {t('totp.remove')}
        </Button>
      </Group>
    </form>
  );
}

function LeaveHere() {
  const { t } = useTranslation('app');
  const { signOut } = useSession();
  const leave = useAction({ run: () => signOut() });
  return (
    <Panel title={t('sessions.title')}>
      <Stack gap="md" align="flex-start">
        <Text c="dimmed">{t('sessions.hint')}</Text>
        <Button variant="default" loading={leave.isPending} onClick={() => leave.mutate(undefined)}>
          {t('navigation.signOut')}
        </Button>
      </Stack>
    </Panel>
  );
}
