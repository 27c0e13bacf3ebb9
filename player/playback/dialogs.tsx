import { Button, Group, Modal, Stack, Text, TextInput } from '@mantine/core';
import { useQueryClient } from '@tanstack/react-query';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import type { CameraView } from '#contracts/camera';
import { useApi } from '../api/context.tsx';
import { queryKeys } from '../api/query-keys.ts';
import { useAction } from '../api/use-action.ts';
import { useDates } from '../ui/dates.ts';
import { KeysTable } from '../ui/keys-table.tsx';

/** A note at a moment of a camera, for oneself and for others. */
export function BookmarkDialog({ camera, atMs, onClose }: { camera: CameraView; atMs: number; onClose: () => void }) {
  const { t } = useTranslation('playback');
  const api = useApi();
  const dates = useDates();
  const queryClient = useQueryClient();
  const [text, setText] = useState('');
  const [tags, setTags] = useState('');
  const save = useAction({
    run: () =>
      api.recordings.bookmark(camera.id, {
        timeMs: Math.round(atMs),
        text,
        tags: tags.split(',').flatMap((tag) => (tag.trim() === '' ? [] : [tag.trim()])),
      }),
    done: t('bookmarkSaved'),
    after: async () => {
      await queryClient.invalidateQueries({ queryKey: queryKeys.timeline(camera.id) });
      onClose();
    },
  });
  return (
    <Modal opened onClose={onClose} title={t('addBookmark', { camera: camera.name })}>
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
  ['export', ['x']],
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
