import { Drawer, Stack, Text, UnstyledButton } from '@mantine/core';
import { IconBookmark } from '@tabler/icons-react';
import { keepPreviousData, useQueries } from '@tanstack/react-query';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import type { BookmarkView } from '#contracts/recordings';
import { useApi } from '../api/context.tsx';
import { ErrorNotice } from '../api/error-notice.tsx';
import { queryKeys } from '../api/query-keys.ts';
import { useDates } from '../ui/dates.ts';
import { EmptyState } from '../ui/empty-state.tsx';
import { Loading } from '../ui/loading.tsx';
import { SearchField } from '../ui/search-field.tsx';
import { useSettled } from '../ui/use-settled.ts';
import { BookmarkButtons } from './bookmark-actions.tsx';
import { bookmarkWords } from './mark-at.ts';
import classes from './playback.module.css';
import type { PlaybackCamera } from './playback-camera.ts';

/** Of each camera; who looks for an older one searches for it. */
const MOST = 200;

/** The bookmarks of the cameras on the page, whenever they are: found by their words, to go there. */
export function BookmarkList(props: {
  cameras: readonly PlaybackCamera[];
  onGo: (bookmark: BookmarkView) => void;
  onEdit: (bookmark: BookmarkView) => void;
  onClose: () => void;
}) {
  const { cameras, onGo, onEdit, onClose } = props;
  const { t } = useTranslation(['playback', 'app']);
  const api = useApi();
  const dates = useDates();
  const [typed, setTyped] = useState('');
  const text = useSettled(typed.trim(), 300) || undefined;
  const found = useQueries({
    queries: cameras.map(({ id }) => ({
      queryKey: [...queryKeys.bookmarks(id), text],
      queryFn: ({ signal }: { signal: AbortSignal }) =>
        api.recordings.bookmarks(id, { text, order: 'newest', limit: MOST }, signal),
      placeholderData: keepPreviousData,
    })),
  });
  const names = new Map(cameras.map(({ id, name }) => [id, name]));
  const rows = found.flatMap(({ data }) => data ?? []).sort((a, b) => b.timeMs - a.timeMs);
  const error = found.find((one) => one.error !== null)?.error ?? null;
  const isPending = found.some((one) => one.isPending);
  return (
    <Drawer
      opened
      onClose={onClose}
      position="right"
      size="sm"
      title={t('bookmarks.title')}
      closeButtonProps={{ 'aria-label': t('app:common.close') }}
      // What it is about stays in sight.
      overlayProps={{ backgroundOpacity: 0.15 }}
    >
      <Stack gap="sm">
        <SearchField label={t('bookmarks.search')} value={typed} onChange={setTyped} />
        {error !== null && <ErrorNotice error={error} />}
        {isPending && <Loading />}
        {!isPending && error === null && rows.length === 0 && (
          <EmptyState icon={IconBookmark} title={t(text === undefined ? 'bookmarks.empty' : 'bookmarks.nothingFound')}>
            {text === undefined ? t('bookmarks.emptyHint') : undefined}
          </EmptyState>
        )}
        <ul className={classes.marks}>
          {rows.map((bookmark) => (
            <li key={bookmark.id} className={classes.mark} data-bookmark={bookmark.id}>
              <UnstyledButton className={classes.markText} onClick={() => onGo(bookmark)}>
                <span className={classes.markWords}>{bookmarkWords(bookmark)}</span>
                <Text span size="xs" c="dimmed">
                  {dates.full(bookmark.timeMs)} · {names.get(bookmark.cameraId)} · {bookmark.createdBy}
                </Text>
              </UnstyledButton>
              <BookmarkButtons bookmark={bookmark} onEdit={onEdit} />
            </li>
          ))}
        </ul>
        {found.some(({ data }) => data?.length === MOST) && (
          <Text size="sm" c="dimmed">
            {t('bookmarks.more', { count: MOST })}
          </Text>
        )}
      </Stack>
    </Drawer>
  );
}
