import { Button, Group, Modal, Stack, Text } from '@mantine/core';
import {
  IconCopy,
  IconKey,
  IconKeyOff,
  IconPencil,
  IconPlayerPause,
  IconPlayerPlay,
  IconRefresh,
  IconTrash,
} from '@tabler/icons-react';
import { useQueryClient } from '@tanstack/react-query';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { Link, useLocation } from 'wouter';
import type { FeedView } from '#contracts/feeds';
import type { TokenCreated } from '#contracts/http';
import { useApi } from '../api/context.tsx';
import { queryKeys } from '../api/query-keys.ts';
import { useAction } from '../api/use-action.ts';
import { FEEDS_PATH } from '../app/links.ts';
import { ConfirmDialog } from '../ui/confirm-dialog.tsx';
import { draftOf } from './feed-draft.ts';
import { FeedEditDialog } from './feed-edit.tsx';
import { SecretNote } from './secret-note.tsx';

/** What whoever manages a feed does with it. */
export function FeedButtons({ feed }: { feed: FeedView }) {
  const { t } = useTranslation(['feeds', 'app']);
  const api = useApi();
  const queryClient = useQueryClient();
  const [, navigate] = useLocation();
  const [asking, setAsking] = useState<'edit' | 'token' | 'endToken' | 'remove' | null>(null);
  const [secret, setSecret] = useState<TokenCreated | null>(null);
  const again = () => queryClient.invalidateQueries({ queryKey: queryKeys.feeds });
  const pause = useAction({
    run: () => api.feeds.change(feed.id, { ...draftOf(feed), paused: !feed.paused, version: feed.version }),
    done: t(feed.paused ? 'resumed' : 'pausedDone'),
    after: again,
  });
  const pull = useAction({ run: () => api.feeds.pull(feed.id), done: t('pulled'), after: again });
  const token = useAction({
    run: () => api.feeds.newToken(feed.id),
    after(created) {
      setAsking(null);
      setSecret(created);
      void again();
    },
  });
  const endToken = useAction({
    run: () => api.feeds.endToken(feed.id),
    done: t('tokenEnded', { name: feed.name }),
    after() {
      setAsking(null);
      void again();
    },
  });
  const remove = useAction({
    run: () => api.feeds.remove(feed.id),
    done: t('removed', { name: feed.name }),
    after() {
      void again();
      navigate(FEEDS_PATH);
    },
  });
  return (
    <>
      {feed.way === 'pull' && (
        <Button
          variant="default"
          leftSection={<IconRefresh size={16} />}
          loading={pull.isPending}
          onClick={() => pull.mutate(undefined)}
        >
          {t('pullNow')}
        </Button>
      )}
      {feed.way === 'push' && (
        <Button
          variant="default"
          leftSection={<IconKey size={16} />}
          onClick={() => (feed.token === null ? token.mutate(undefined) : setAsking('token'))}
        >
          {t(feed.token === null ? 'makeToken' : 'newToken')}
        </Button>
      )}
      {feed.token !== null && (
        <Button variant="default" leftSection={<IconKeyOff size={16} />} onClick={() => setAsking('endToken')}>
          {t('endToken')}
        </Button>
      )}
      <Button variant="default" leftSection={<IconPencil size={16} />} onClick={() => setAsking('edit')}>
        {t('app:common.edit')}
      </Button>
      <Button
        variant="default"
        leftSection={feed.paused ? <IconPlayerPlay size={16} /> : <IconPlayerPause size={16} />}
        loading={pause.isPending}
        onClick={() => pause.mutate(undefined)}
      >
        {t(feed.paused ? 'resume' : 'pause')}
      </Button>
      <Button
        variant="default"
        component={Link}
        href={`${FEEDS_PATH}/new?from=${encodeURIComponent(feed.id)}`}
        leftSection={<IconCopy size={16} />}
      >
        {t('copy')}
      </Button>
      <Button variant="default" leftSection={<IconTrash size={16} />} onClick={() => setAsking('remove')}>
        {t('app:common.remove')}
      </Button>
      {asking === 'edit' && <FeedEditDialog feed={feed} onClose={() => setAsking(null)} />}
      <ConfirmDialog
        opened={asking === 'token'}
        title={t('newTokenTitle')}
        action={t('newToken')}
        danger
        busy={token.isPending}
        onConfirm={() => token.mutate(undefined)}
        onClose={() => setAsking(null)}
      >
        {t('newTokenText')}
      </ConfirmDialog>
      <ConfirmDialog
        opened={asking === 'endToken'}
        title={t('endTokenTitle', { name: feed.name })}
        action={t('endToken')}
        danger
        busy={endToken.isPending}
        onConfirm={() => endToken.mutate(undefined)}
        onClose={() => setAsking(null)}
      >
        <Stack gap="xs">
          <Text size="sm">{t('endTokenStops')}</Text>
          <Text size="sm">{t('endTokenDo', { unit: feed.ownerName })}</Text>
        </Stack>
      </ConfirmDialog>
      <ConfirmDialog
        opened={asking === 'remove'}
        title={t('removeTitle', { name: feed.name })}
        action={t('app:common.remove')}
        typeName={feed.name}
        danger
        busy={remove.isPending}
        onConfirm={() => remove.mutate(undefined)}
        onClose={() => setAsking(null)}
      >
        {t('removeText')}
      </ConfirmDialog>
      <Modal
        opened={secret !== null}
        onClose={() => setSecret(null)}
        size="lg"
        closeOnClickOutside={false}
        title={feed.name}
        closeButtonProps={{ 'aria-label': t('app:common.close') }}
      >
        {secret !== null && (
          <Stack gap="md">
            <SecretNote feedId={feed.id} secret={secret.secret} />
            <Group justify="flex-end">
              <Button onClick={() => setSecret(null)}>{t('kept')}</Button>
            </Group>
          </Stack>
        )}
      </Modal>
    </>
  );
}
