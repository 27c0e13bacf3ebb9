import { Button, Group } from '@mantine/core';
import { useQueryClient } from '@tanstack/react-query';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import type { UserView } from '#contracts/http';
import { useApi } from '../../api/context.tsx';
import { queryKeys } from '../../api/query-keys.ts';
import { useAction } from '../../api/use-action.ts';
import { useSession } from '../../app/session.tsx';
import { ConfirmDialog } from '../../ui/confirm-dialog.tsx';
import { Panel } from '../../ui/page.tsx';

/** What an administrator does to an account besides changing it. */
export function PersonActions({ user, done }: { user: UserView; done: () => void }) {
  const { t } = useTranslation(['admin', 'app']);
  const session = useSession();
  const api = useApi();
  const queryClient = useQueryClient();
  const [asking, setAsking] = useState<'totp' | 'remove' | null>(null);
  const refresh = (): Promise<void> => queryClient.invalidateQueries({ queryKey: queryKeys.users });
  const endSessions = useAction({ run: () => api.users.endSessions(user.id), done: t('people.sessionsEnded') });
  const removeTotp = useAction({
    run: () => api.users.removeTotp(user.id),
    done: t('people.totpRemoved'),
    async after() {
      setAsking(null);
      await refresh();
      done();
    },
  });
  const remove = useAction({
    run: () => api.users.remove(user.id),
    done: t('people.removed', { name: user.displayName }),
    async after() {
      setAsking(null);
      await refresh();
      done();
    },
  });
  return (
    <Panel title={t('people.account')}>
      <Group>
        <Button variant="default" loading={endSessions.isPending} onClick={() => endSessions.mutate(undefined)}>
          {t('people.endSessions')}
        </Button>
        <Button variant="default" disabled={!user.hasTotp} onClick={() => setAsking('totp')}>
          {t('people.removeTotp')}
        </Button>
        <Button variant="default" disabled={user.id === session.user.id} onClick={() => setAsking('remove')}>
          {t('people.remove')}
        </Button>
      </Group>
      <ConfirmDialog
        opened={asking === 'totp'}
        title={t('people.removeTotpTitle', { name: user.displayName })}
        action={t('people.removeTotp')}
        danger
        busy={removeTotp.isPending}
        onConfirm={() => removeTotp.mutate(undefined)}
        onClose={() => setAsking(null)}
      >
        {t('people.removeTotpText')}
      </ConfirmDialog>
      <ConfirmDialog
        opened={asking === 'remove'}
        title={t('people.removeTitle', { name: user.displayName })}
        action={t('people.remove')}
        typeName={user.username}
        danger
        busy={remove.isPending}
        onConfirm={() => remove.mutate(undefined)}
        onClose={() => setAsking(null)}
      >
        {t('people.removeText')}
      </ConfirmDialog>
    </Panel>
  );
}
