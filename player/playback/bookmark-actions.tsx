import { ActionIcon, Group, Tooltip } from '@mantine/core';
import { IconPencil, IconTrash } from '@tabler/icons-react';
import { type QueryClient, useQueryClient } from '@tanstack/react-query';
import { useTranslation } from 'react-i18next';
import type { BookmarkView } from '#contracts/recordings';
import { useApi } from '../api/context.tsx';
import { queryKeys } from '../api/query-keys.ts';
import { useAction } from '../api/use-action.ts';
import { showUndo } from '../ui/undo-notice.tsx';

/** ms for which undoing is offered. */
const UNDO_MS = 10_000;

/** The timelines and the list show bookmarks; both are asked for again. */
export async function refreshBookmarks(queryClient: QueryClient, cameraId: string): Promise<void> {
  await Promise.all([
    queryClient.invalidateQueries({ queryKey: queryKeys.timeline(cameraId) }),
    queryClient.invalidateQueries({ queryKey: queryKeys.bookmarks(cameraId) }),
  ]);
}

/** Removes a bookmark at once, and offers to bring it back as it was. */
function useRemoveBookmark() {
  const { t } = useTranslation('playback');
  const api = useApi();
  const queryClient = useQueryClient();
  const restore = useAction({
    run: ({ cameraId, id }: BookmarkView) => api.recordings.restoreBookmark(cameraId, id),
    done: t('bookmarks.restored'),
    after: (_, { cameraId }) => refreshBookmarks(queryClient, cameraId),
  });
  return useAction({
    run: ({ cameraId, id }: BookmarkView) => api.recordings.removeBookmark(cameraId, id),
    async after(_, bookmark) {
      showUndo({
        message: t('bookmarks.removed'),
        action: t('bookmarks.undo'),
        ms: UNDO_MS,
        undo: () => restore.mutate(bookmark),
      });
      await refreshBookmarks(queryClient, bookmark.cameraId);
    },
  });
}

/** What can be done with a bookmark where it stands in words. */
export function BookmarkButtons(props: { bookmark: BookmarkView; onEdit: (bookmark: BookmarkView) => void }) {
  const { t } = useTranslation('playback');
  const { bookmark } = props;
  const { text } = bookmark;
  const removal = useRemoveBookmark();
  const [edit, remove] = [t('bookmarks.edit', { text }), t('bookmarks.remove', { text })];
  return (
    <Group gap={2} wrap="nowrap">
      <Tooltip label={edit}>
        <ActionIcon variant="subtle" color="gray" aria-label={edit} onClick={() => props.onEdit(bookmark)}>
          <IconPencil size={16} aria-hidden />
        </ActionIcon>
      </Tooltip>
      <Tooltip label={remove}>
        <ActionIcon
          variant="subtle"
          color="gray"
          aria-label={remove}
          disabled={removal.isPending}
          onClick={() => removal.mutate(bookmark)}
        >
          <IconTrash size={16} aria-hidden />
        </ActionIcon>
      </Tooltip>
    </Group>
  );
}
