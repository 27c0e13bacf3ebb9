import { Button, Divider, Group, Modal, Stack, Text, Textarea } from '@mantine/core';
import { useQuery, useQueryClient } from '@tanstack/react-query';
import { type FormEvent, useState } from 'react';
import { useTranslation } from 'react-i18next';
import type { HandoverView } from '#contracts/alerts';
import { useApi } from '../api/context.tsx';
import { ErrorNotice } from '../api/error-notice.tsx';
import { useAlerts } from '../api/queries.ts';
import { queryKeys } from '../api/query-keys.ts';
import { useAction } from '../api/use-action.ts';
import { useSession } from '../app/session.tsx';
import { useDates } from '../ui/dates.ts';
import { Loading } from '../ui/loading.tsx';
import { isOpen } from './alert-order.ts';
import classes from './alerts.module.css';

/** Leaves the open alerts and a word to the next shift, and takes over what was left. */
export default function HandoverDialog({ onClose }: { onClose: () => void }) {
  const { t } = useTranslation(['alerts', 'app']);
  const api = useApi();
  const queryClient = useQueryClient();
  const alerts = useAlerts(true);
  const [note, setNote] = useState('');
  const open = alerts.data?.filter(isOpen).length ?? 0;
  const list = useQuery({
    queryKey: queryKeys.handovers,
    queryFn: ({ signal }) => api.handovers.list(signal),
  });
  const refresh = (): Promise<void> => queryClient.invalidateQueries({ queryKey: queryKeys.handovers });
  const make = useAction({
    run: () => api.handovers.make(note.trim()),
    done: t('handover.done'),
    async after() {
      setNote('');
      await refresh();
    },
  });
  const take = useAction({
    run: (id: string) => api.handovers.take(id),
    done: t('handover.takenDone'),
    after: refresh,
  });
  function submit(event: FormEvent): void {
    event.preventDefault();
    make.mutate(undefined);
  }
  return (
    <Modal
      opened
      size="lg"
      onClose={onClose}
      title={t('handover.title')}
      closeButtonProps={{ 'aria-label': t('app:common.close') }}
    >
      <Stack gap="md">
        <form onSubmit={submit}>
          <Stack gap="sm">
            <Textarea
              data-autofocus
              label={t('handover.note')}
              placeholder={t('handover.notePlaceholder')}
              autosize
              minRows={3}
              maxLength={4000}
              value={note}
              onChange={(event) => setNote(event.currentTarget.value)}
            />
            <Group justify="space-between">
              <Text size="sm" c="dimmed">
                {open === 0 ? t('handover.leftNone') : t('handover.left', { count: open })}
              </Text>
              <Button type="submit" loading={make.isPending} disabled={open === 0 && note.trim() === ''}>
                {t('handover.submit')}
              </Button>
            </Group>
          </Stack>
        </form>
        <Divider label={t('handover.last')} />
        {list.isPending && <Loading />}
        {list.isError && <ErrorNotice error={list.error} retry={() => void list.refetch()} />}
        {list.data?.length === 0 && <Text c="dimmed">{t('handover.none')}</Text>}
        <ul className={classes.handovers}>
          {list.data?.map((handover) => (
            <Handover
              key={handover.id}
              handover={handover}
              busy={take.isPending && take.variables === handover.id}
              take={() => take.mutate(handover.id)}
            />
          ))}
        </ul>
      </Stack>
    </Modal>
  );
}

function Handover({ handover, busy, take }: { handover: HandoverView; busy: boolean; take: () => void }) {
  const { t } = useTranslation('alerts');
  const { user } = useSession();
  const dates = useDates();
  return (
    <li>
      <Group justify="space-between" gap="xs">
        <span>
          <strong>{handover.by.name}</strong> · {dates.full(handover.timeMs)}
        </span>
        {handover.takenBy !== null ? (
          <Text size="sm" c="dimmed">
            {t('handover.taken', { name: handover.takenBy.name })}
          </Text>
        ) : handover.by.id === user.id ? (
          <Text size="sm" c="dimmed">
            {t('handover.waiting')}
          </Text>
        ) : (
          <Button size="compact-sm" variant="default" loading={busy} onClick={take}>
            {t('handover.take')}
          </Button>
        )}
      </Group>
      {handover.note !== '' && <p className={classes.words}>{handover.note}</p>}
      {handover.openAlerts.length > 0 && (
        <Text size="sm" c="dimmed">
          {t('handover.alerts', { numbers: handover.openAlerts.map((number) => `#${number}`).join(', ') })}
        </Text>
      )}
    </li>
  );
}
