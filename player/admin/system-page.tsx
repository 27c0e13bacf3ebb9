import { Button, Group, Stack, Text } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { useTranslation } from 'react-i18next';
import { STREAM_STATES } from '#contracts/camera';
import { conditionOf } from '../api/camera-condition.ts';
import { useServer } from '../api/context.tsx';
import { ErrorNotice } from '../api/error-notice.tsx';
import { useCameras } from '../api/queries.ts';
import { queryKeys } from '../api/query-keys.ts';
import { useSession } from '../app/session.tsx';
import { FactList } from '../ui/fact-list.tsx';
import { Notice } from '../ui/notice.tsx';
import { Page, Panel } from '../ui/page.tsx';
import { NoModelNotice } from './models/no-model-notice.tsx';

/** ms between two looks at the server's health. */
const HEALTH_MS = 5000;

export default function SystemPage() {
  const { t } = useTranslation(['admin', 'app']);
  const { view } = useSession();
  const { api } = useServer();
  const health = useQuery({
    queryKey: queryKeys.ready,
    queryFn: ({ signal }) => api.readiness(signal),
    refetchInterval: HEALTH_MS,
    retry: false,
  });
  const cameras = useCameras();
  const counts = STREAM_STATES.map((state) => ({
    state,
    count: cameras.data?.filter((camera) => conditionOf(camera).state === state).length ?? 0,
  }));
  return (
    <Page title={t('app:navigation.system')}>
      <Stack gap="md" maw="48rem">
        <NoModelNotice />
        <Panel title={t('system.health')}>
          {health.error !== null && <ErrorNotice error={health.error} />}
          {health.data !== undefined && health.error === null && (
            <Stack gap="sm">
              <Notice
                kind={health.data.ready ? 'good' : 'bad'}
                title={t(health.data.ready ? 'system.ready' : 'system.notReady')}
              />
              <FactList
                facts={health.data.parts.map(({ name, state }) => [
                  name === 'database' ? t('system.parts.database') : name,
                  state === 'ok' ? t('system.partStates.ok') : state,
                ])}
              />
            </Stack>
          )}
        </Panel>
        <Panel title={t('app:navigation.cameras')}>
          <FactList facts={counts.map(({ state, count }) => [t(`app:states.${state}`), count])} />
        </Panel>
        <Panel title={t('system.program')}>
          <FactList
            facts={[
              [t('system.version'), view.version],
              [t('system.mode'), view.demo ? t('system.demo') : t('system.real')],
            ]}
          />
        </Panel>
        <Panel title={t('system.metrics')}>
          <Stack gap="sm">
            <Text c="dimmed">{t('system.metricsHint')}</Text>
            <Group>
              <Button component="a" href="/metrics" target="_blank" rel="noopener" variant="default">
                /metrics
              </Button>
              <Button component="a" href="/healthz" target="_blank" rel="noopener" variant="default">
                /healthz
              </Button>
              <Button component="a" href="/readyz" target="_blank" rel="noopener" variant="default">
                /readyz
              </Button>
            </Group>
          </Stack>
        </Panel>
      </Stack>
    </Page>
  );
}
