import { Button, Group, Modal, Stack, Text, TextInput } from '@mantine/core';
import { useQueryClient } from '@tanstack/react-query';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import type { BookmarkView } from '#contracts/recordings';
import { useApi } from '../api/context.tsx';
import { useAction } from '../api/use-action.ts';
import { useDates } from '../ui/dates.ts';
import { KeysTable } from '../ui/keys-table.tsx';
import { refreshBookmarks } from './bookmark-actions.tsx';
import type { PlaybackCamera } from './playback-camera.ts';

/** A note at a moment of a camera, for oneself and for others: a new one, or one that is changed. */
export function BookmarkDialog(props: {
  camera: PlaybackCamera;
  atMs: number;
  bookmark?: BookmarkView | undefined;
  onClose: () => void;
}) {
  const { camera, atMs, bookmark, onClose } = props;
  const { t } = useTranslation('playback');
  const api = useApi();
  const dates = useDates();
  const queryClient = useQueryClient();
  const [text, setText] = useState(bookmark?.text ?? '');
  const [tags, setTags] = useState(bookmark?.tags.join(', ') ?? '');
  const save = useAction({
    run: () => {
      const body = {
        timeMs: Math.round(atMs),
        text,
        // As it is searched for, so it may be typed.
        tags: tags.split(',').flatMap((tag) => tag.trim().replace(/^#+/, '') || []),
      };
      return bookmark === undefined
        ? api.recordings.bookmark(camera.id, body)
        : api.recordings.changeBookmark(camera.id, bookmark.id, body);
    },
    done: t(bookmark === undefined ? 'bookmarkSaved' : 'bookmarkChanged'),
    after: async () => {
      await refreshBookmarks(queryClient, camera.id);
      onClose();
    },
  });
  return (
    <Modal
      opened
      onClose={onClose}
      title={t(bookmark === undefined ? 'addBookmark' : 'editBookmark', { camera: camera.name })}
    >
      <form
        onSubmit={(event) => {
          event.preventDefault();
          save.mutate(undefined);
        }}
      >
        <Stack gap="sm">
          <Text c="dimmed">{dates.full(atMs)}</Text>
          <TextInput
            label={t('bookmarkText')}
            required
            maxLength={500}
            data-autofocus
            value={text}
            onChange={(event) => setText(event.currentTarget.value)}
          />
          <TextInput
            label={t('bookmarkTags')}
            maxLength={400}
            value={tags}
            onChange={(event) => setTags(event.currentTarget.value)}
          />
          <Group justify="flex-end">
            <Button variant="default" onClick={onClose}>
              {t('cancel')}
            </Button>
            <Button type="submit" loading={save.isPending} disabled={text.trim() === ''}>
              {t('save')}
            </Button>
          </Group>
        </Stack>
      </form>
    </Modal>
  );
}

const KEYS = [
  ['toggle', ['Space', 'k']],
  ['rate', ['h', 'l']],
  ['reverse', ['j']],
  ['frame', [',', '.']],
  ['seconds', ['←', '→']],
  ['minutes', ['⇧ ←', '⇧ →']],
  ['event', ['[', ']']],
  ['bookmark', ['b']],
  ['bookmarks', ['m']],
  ['sound', ['a']],
  ['export', ['x']],
  ['hold', ['g']],
  ['zoom', ['+', '−']],
  ['now', ['n']],
  ['help', ['?']],
] as const;

export function PlaybackKeys({ opened, onClose }: { opened: boolean; onClose: () => void }) {
  const { t } = useTranslation('playback');
  return (
    <Modal opened={opened} onClose={onClose} title={t('keys.title')}>
      <KeysTable rows={KEYS.map(([name, keys]) => ({ keys, does: t(`keys.${name}`) }))} />
    </Modal>
  );
}
