import { Button, Drawer, Group, Stack, Text } from '@mantine/core';
import { IconCircleCheck } from '@tabler/icons-react';
import { useQuery, useQueryClient } from '@tanstack/react-query';
import { useTranslation } from 'react-i18next';
import { EVENT_TYPES } from '#contracts/events';
import { ALERT_CHANGES, type OutputFailure, type OutputView } from '#contracts/outputs';
import { useApi } from '../../api/context.tsx';
import { PageError } from '../../api/page-error.tsx';
import { useCameras } from '../../api/queries.ts';
import { queryKeys } from '../../api/query-keys.ts';
import { useAction } from '../../api/use-action.ts';
import { cameraLabel } from '../../ui/camera-label.ts';
import { useDates } from '../../ui/dates.ts';
import { EmptyState } from '../../ui/empty-state.tsx';
import { Loading } from '../../ui/loading.tsx';
import { Panel } from '../../ui/page.tsx';
import { useTypeWords } from './filter-fields.tsx';

/** What an output gave up, with why, and the way to send it again. */
export function FailuresDrawer({ output, done }: { output: OutputView | null; done: () => void }) {
  const { t } = useTranslation(['admin', 'app']);
  return (
    <Drawer
      opened={output !== null}
      onClose={done}
      position="right"
      size="lg"
      title={output === null ? '' : t('outputs.failures', { name: output.name })}
      closeButtonProps={{ 'aria-label': t('app:common.close') }}
    >
      {output !== null && <Failures output={output} />}
    </Drawer>
  );
}

function Failures({ output }: { output: OutputView }) {
  const { t } = useTranslation(['admin', 'app']);
  const api = useApi();
  const queryClient = useQueryClient();
  const failures = useQuery({
    queryKey: [...queryKeys.outputs, output.id, 'failures'],
    queryFn: ({ signal }) => api.outputs.failures(output.id, signal),
  });
  const retry = useAction({
    async run(ids: readonly number[]) {
      for (const id of ids) await api.outputs.retry(output.id, id);
    },
    after: () => queryClient.invalidateQueries({ queryKey: queryKeys.outputs }),
  });
  if (failures.error !== null) return <PageError error={failures.error} retry={() => void failures.refetch()} />;
  if (failures.data === undefined) return <Loading />;
  if (failures.data.length === 0) return <EmptyState icon={IconCircleCheck} title={t('outputs.failuresEmpty')} />;
  const all = failures.data.map(({ id }) => id);
  return (
    <Stack gap="md">
      <Text size="sm" c="dimmed">
        {t('outputs.failuresHint')}
      </Text>
      <Group justify="flex-end">
        <Button size="compact-sm" variant="default" loading={retry.isPending} onClick={() => retry.mutate(all)}>
          {t('outputs.retryAll')}
        </Button>
      </Group>
      {failures.data.map((failure) => (
        <FailureCard
          key={failure.id}
          failure={failure}
          busy={retry.isPending}
          retry={() => retry.mutate([failure.id])}
        />
      ))}
    </Stack>
  );
}

function FailureCard({ failure, busy, retry }: { failure: OutputFailure; busy: boolean; retry: () => void }) {
  const { t } = useTranslation('admin');
  const dates = useDates();
  const messageWords = useMessageWords();
  const cameras = useCameras();
  const camera = cameras.data?.find(({ id }) => id === failure.cameraId);
  return (
    <Panel>
      <Group justify="space-between" align="flex-start" wrap="nowrap">
        <Stack gap={2} style={{ minWidth: 0 }}>
          <Text fw={600}>{messageWords(failure.type)}</Text>
          {camera !== undefined && <Text size="sm">{cameraLabel(camera)}</Text>}
          <Text size="sm" c="dimmed">
            {t('outputs.happenedAt')} {dates.full(failure.timeMs)} · {t('outputs.failedAt')}{' '}
            {dates.full(failure.failedMs)}
          </Text>
          <Text size="sm" component="code" style={{ overflowWrap: 'anywhere' }}>
            {failure.error}
          </Text>
        </Stack>
        <Button size="compact-sm" variant="default" style={{ flex: 'none' }} disabled={busy} onClick={retry}>
          {t('outputs.retry')}
        </Button>
      </Group>
    </Panel>
  );
}

/** CloudEvents types in words; one that this console does not know by its own name. */
function useMessageWords(): (type: string) => string {
  const { t } = useTranslation('admin');
  const typeWords = useTypeWords();
  return (type) => {
    const event = EVENT_TYPES.find((known) => known === type);
    if (event !== undefined) return typeWords(event);
    const change = ALERT_CHANGES.find((known) => type === `vn.tamnhin.alert.${known}`);
    if (change !== undefined) return `${t('outputs.alerts')}: ${t(`outputs.alertChanges.${change}`)}`;
    return type.startsWith('vn.tamnhin.incident.') ? t('outputs.incidents') : type;
  };
}
