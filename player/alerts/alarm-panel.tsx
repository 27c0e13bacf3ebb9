import { Button, Group, Select, Stack, Switch, Text } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { useEffect, useState, useSyncExternalStore } from 'react';
import { useTranslation } from 'react-i18next';
import { SEVERITIES } from '#contracts/severity';
import { useApi } from '../api/context.tsx';
import { queryKeys } from '../api/query-keys.ts';
import { useAction } from '../api/use-action.ts';
import { useSession } from '../app/session.tsx';
import { Panel } from '../ui/page.tsx';
import { type AlarmSettings, useAlarmSettings } from './alarm-settings.ts';
import { alarmSound } from './alarm-sound.ts';
import { currentSubscription, type PushObstacle, pushObstacle, subscribe } from './push.ts';
import { mayNotify } from './use-alarm.ts';

/** How one wants to be called: by sound, by the desktop, by push. */
export function AlarmPanel() {
  const { t } = useTranslation(['alerts', 'app']);
  const { user } = useSession();
  const [settings, change] = useAlarmSettings(user.id);
  return (
    <Panel title={t('settings.title')}>
      <Stack gap="lg">
        <Sound settings={settings} change={change} />
        <Select
          label={t('settings.least')}
          data={SEVERITIES.map((severity) => ({ value: severity, label: t(`app:severities.${severity}`) }))}
          value={settings.least}
          allowDeselect={false}
          onChange={(least) => least !== null && change({ least })}
        />
        <Desktop settings={settings} change={change} />
        <Push />
      </Stack>
    </Panel>
  );
}

interface PartProps {
  readonly settings: AlarmSettings;
  readonly change: (change: Partial<AlarmSettings>) => void;
}

function Sound({ settings, change }: PartProps) {
  const { t } = useTranslation('alerts');
  const state = useSyncExternalStore(alarmSound.subscribe, alarmSound.state);
  async function test(): Promise<void> {
    await alarmSound.unlock();
    alarmSound.play('severe');
  }
  return (
    <Stack gap="xs">
      <Group justify="space-between" align="flex-start" wrap="nowrap">
        <Switch
          label={t('settings.sound')}
          description={t('settings.soundHint')}
          checked={settings.sound}
          disabled={state === 'none'}
          onChange={(event) => change({ sound: event.currentTarget.checked })}
        />
        <Button size="compact-sm" flex="none" variant="default" disabled={state === 'none'} onClick={() => void test()}>
          {t('settings.test')}
        </Button>
      </Group>
      {state === 'none' && <Why>{t('settings.noSound')}</Why>}
      {state === 'blocked' && settings.sound && <Why>{t('settings.blocked')}</Why>}
    </Stack>
  );
}

function Desktop({ settings, change }: PartProps) {
  const { t } = useTranslation('alerts');
  const [obstacle, setObstacle] = useState<PushObstacle | null>(() => desktopObstacle());
  async function set(on: boolean): Promise<void> {
    if (!on) return change({ desktop: false });
    const granted = (await Notification.requestPermission()) === 'granted';
    setObstacle(granted ? null : desktopObstacle());
    change({ desktop: granted });
  }
  return (
    <Stack gap="xs">
      <Switch
        label={t('settings.desktop')}
        description={t('settings.desktopHint')}
        checked={settings.desktop && mayNotify()}
        disabled={obstacle !== null}
        onChange={(event) => void set(event.currentTarget.checked)}
      />
      {obstacle !== null && <Why>{t(`settings.why.${obstacle}`)}</Why>}
    </Stack>
  );
}

function desktopObstacle(): PushObstacle | null {
  if (!window.isSecureContext) return 'insecure';
  if (typeof Notification === 'undefined') return 'unsupported';
  return Notification.permission === 'denied' ? 'denied' : null;
}

function Push() {
  const { t } = useTranslation('alerts');
  const api = useApi();
  const [on, setOn] = useState(false);
  const [obstacle, setObstacle] = useState<PushObstacle | null>(() => pushObstacle());
  const key = useQuery({
    queryKey: queryKeys.pushKey,
    queryFn: ({ signal }) => api.push.key(signal),
    enabled: obstacle === null,
    retry: false,
  });
  const publicKey = key.data?.publicKey ?? null;
  const why = obstacle ?? (!key.isPending && publicKey === null ? 'noKey' : null);
  useEffect(() => {
    void currentSubscription().then((subscription) => setOn(subscription !== null));
  }, []);
  const set = useAction({
    async run(wanted: boolean): Promise<boolean> {
      if (!wanted) {
        const there = await currentSubscription();
        if (there === null) return false;
        await api.push.unsubscribe(there.endpoint);
        await there.unsubscribe();
        return false;
      }
      if (publicKey === null) return false;
      const made = await subscribe(publicKey);
      if (typeof made === 'string') {
        setObstacle(made);
        return false;
      }
      await api.push.subscribe(made.toJSON());
      return true;
    },
    after: setOn,
  });
  return (
    <Stack gap="xs">
      <Switch
        label={t('settings.push')}
        description={t('settings.pushHint')}
        checked={on}
        disabled={(why !== null && why !== 'noService') || publicKey === null || set.isPending}
        onChange={(event) => set.mutate(event.currentTarget.checked)}
      />
      {why !== null && <Why>{t(`settings.why.${why}`)}</Why>}
    </Stack>
  );
}

function Why({ children }: { children: string }) {
  return (
    <Text size="sm" c="dimmed" role="status">
      {children}
    </Text>
  );
}
