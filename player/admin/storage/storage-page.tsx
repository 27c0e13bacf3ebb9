import { Stack } from '@mantine/core';
import { useMutation, useQuery } from '@tanstack/react-query';
import { useRef } from 'react';
import { useTranslation } from 'react-i18next';
import { useApi } from '../../api/context.tsx';
import { PageError } from '../../api/page-error.tsx';
import { useRetentionQuestions } from '../../api/queries.ts';
import { queryKeys } from '../../api/query-keys.ts';
import { useSession } from '../../app/session.tsx';
import { Loading } from '../../ui/loading.tsx';
import { Page } from '../../ui/page.tsx';
import { DiskPanel } from './disk-panel.tsx';
import { EvidenceKeysPanel } from './evidence-keys.tsx';
import { RetentionPreview } from './retention-preview.tsx';
import { QuestionPanel } from './retention-question.tsx';

/** ms between two looks at the disks. */
const LOOK_MS = 15_000;

/** Where recordings lie, how long there is room, what goes, and who signs. */
export default function StoragePage() {
  const { t } = useTranslation(['admin', 'app']);
  const api = useApi();
  const { serverNow } = useSession();
  const disks = useQuery({
    queryKey: queryKeys.disks,
    queryFn: ({ signal }) => api.storage.disks(signal),
    refetchInterval: LOOK_MS,
  });
  const questions = useRetentionQuestions(true);
  const plan = useMutation({ mutationFn: async () => ({ ...(await api.storage.plan()), atMs: serverNow() }) });
  const preview = useRef<HTMLDivElement>(null);

  function look(): void {
    preview.current?.scrollIntoView({ block: 'start' });
    plan.mutate();
  }

  if (disks.error !== null && disks.data === undefined) {
    return <PageError error={disks.error} retry={() => void disks.refetch()} />;
  }
  if (disks.data === undefined) return <Loading />;
  return (
    <Page title={t('app:navigation.storage')} hint={t('storage.hint')}>
      <Stack gap="md" maw="72rem">
        {questions.data?.map((question) => (
          <QuestionPanel key={question.diskId} question={question} look={look} />
        ))}
        {disks.data.map((disk) => (
          <DiskPanel key={disk.path} disk={disk} />
        ))}
        <div ref={preview}>
          <RetentionPreview plan={plan.data} error={plan.error} busy={plan.isPending} run={() => plan.mutate()} />
        </div>
        <EvidenceKeysPanel />
      </Stack>
    </Page>
  );
}
