import { Button, Group, Stack, Text } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { Link } from 'wouter';
import type { PolicyView } from '#contracts/recordings';
import { useApi } from '../../api/context.tsx';
import { ErrorNotice } from '../../api/error-notice.tsx';
import { queryKeys } from '../../api/query-keys.ts';
import { FactList } from '../../ui/fact-list.tsx';
import { Panel } from '../../ui/page.tsx';
import { type EditedPolicy, PolicyDrawer } from './policy-drawer.tsx';
import { usePolicyWords, useTargetWords } from './policy-words.ts';
import { RemovePolicy } from './remove-policy.tsx';

/** ms between two looks at whether it records. */
const LOOK_MS = 5000;

/** What is recorded of one camera and why, on its own page. */
export function CameraRecordingPanel({ cameraId }: { cameraId: string }) {
  const { t } = useTranslation(['admin', 'app']);
  const api = useApi();
  const policyWords = usePolicyWords();
  const targetWords = useTargetWords();
  const [editing, setEditing] = useState<EditedPolicy | null>(null);
  const [removing, setRemoving] = useState<PolicyView | null>(null);
  const found = useQuery({
    queryKey: queryKeys.cameraRecording(cameraId),
    queryFn: ({ signal }) => api.recordingPolicies.ofCamera(cameraId, signal),
    refetchInterval: LOOK_MS,
  });
  if (found.error !== null && found.data === undefined) return <ErrorNotice error={found.error} />;
  if (found.data === undefined) return null;
  const { inForce, above, streams, timeZone } = found.data;
  const target = { kind: 'camera', cameraId } as const;
  const isOwn = inForce.from?.kind === 'camera';
  const now = streams.filter(({ recording }) => recording);
  const lost = streams.reduce((sum, { lostFragments }) => sum + lostFragments, 0);
  return (
    <Panel title={t('recording.ofCamera')}>
      <Stack gap="sm">
        <Text data-policy-in-force>{policyWords(inForce.policy)}</Text>
        <FactList
          facts={[
            [t('recording.inForce'), isOwn ? t('recording.targets.own') : targetWords(inForce.from)],
            [
              t('cameras.state'),
              now.length === 0
                ? t('recording.notRecording')
                : `${t('recording.recordingNow')}: ${now.map(({ role }) => t(`streams.${role}`)).join(', ')}`,
            ],
          ]}
        />
        {lost > 0 && <Text size="sm">{t('recording.lost', { count: lost })}</Text>}
        <Group gap="xs">
          <Button size="compact-sm" variant="default" onClick={() => setEditing({ target, from: inForce.policy })}>
            {isOwn ? t('recording.edit') : t('recording.setOwn')}
          </Button>
          {isOwn && (
            <Button size="compact-sm" variant="default" onClick={() => setRemoving({ target, policy: inForce.policy })}>
              {t('recording.removeOwn')}
            </Button>
          )}
          <Button component={Link} href="/admin/recording" size="compact-sm" variant="subtle">
            {t('recording.all')}
          </Button>
        </Group>
      </Stack>
      <PolicyDrawer editing={editing} timeZone={timeZone} done={() => setEditing(null)} />
      <RemovePolicy view={removing} above={policyWords(above.policy)} done={() => setRemoving(null)} />
    </Panel>
  );
}
