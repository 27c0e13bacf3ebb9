import { Anchor, Badge, Button, Group, Stack, Text } from '@mantine/core';
import { IconArrowLeft, IconPencil, IconPlus, IconSpeakerphone, IconX } from '@tabler/icons-react';
import { useInfiniteQuery, useQueryClient } from '@tanstack/react-query';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { Link } from 'wouter';
import type { NoticeView } from '#contracts/notices';
import { useApi } from '../api/context.tsx';
import { ErrorNotice } from '../api/error-notice.tsx';
import { queryKeys } from '../api/query-keys.ts';
import { useAction } from '../api/use-action.ts';
import { incidentLink } from '../app/links.ts';
import { TextDialog } from '../queue/event-actions.tsx';
import { useDates } from '../ui/dates.ts';
import { EmptyState } from '../ui/empty-state.tsx';
import { Loading } from '../ui/loading.tsx';
import { Page, Panel } from '../ui/page.tsx';
import { SeverityMark } from '../ui/severity-mark.tsx';
import { NoticeForm } from './notice-form.tsx';

const PAGE = 100;
/** Others publish, too, and what was to last until a time is over then. */
const LOOK_AGAIN_MS = 30_000;
const COLOURS = { published: 'green', withdrawn: 'gray', over: 'gray' } as const;

/** Everything that the public was told, the newest first. */
export default function NoticesPage() {
  const { t } = useTranslation(['incidents', 'app']);
  const api = useApi();
  const queryClient = useQueryClient();
  const [editing, setEditing] = useState<NoticeView | 'new' | null>(null);
  const [withdrawing, setWithdrawing] = useState<NoticeView | null>(null);
  const list = useInfiniteQuery({
    queryKey: queryKeys.notices,
    queryFn: ({ signal, pageParam }) =>
      api.notices.list({ limit: PAGE, ...(pageParam === 0 ? {} : { before: pageParam }) }, signal),
    initialPageParam: 0,
    getNextPageParam: (page) => (page.length < PAGE ? undefined : page.at(-1)?.number),
    refetchInterval: LOOK_AGAIN_MS,
  });
  const notices = list.data?.pages.flat() ?? [];
  const refresh = (): void => void queryClient.invalidateQueries({ queryKey: queryKeys.notices });
  const withdraw = useAction({
    run: ({ id, note }: { id: string; note: string }) => api.notices.withdraw(id, note),
    done: t('notices.withdrawn'),
    after() {
      setWithdrawing(null);
      refresh();
    },
  });
  return (
    <Page
      title={t('notices.title')}
      hint={t('notices.hint')}
      actions={
        <Button leftSection={<IconPlus size={16} aria-hidden />} onClick={() => setEditing('new')}>
          {t('notices.create')}
        </Button>
      }
    >
      <Group justify="space-between">
        <Button
          component={Link}
          href="/incidents"
          variant="subtle"
          leftSection={<IconArrowLeft size={16} aria-hidden />}
        >
          {t('title')}
        </Button>
        <Anchor href="/open/notices.atom" target="_blank" size="sm">
          {t('notices.feed')}
        </Anchor>
      </Group>
      {list.isPending && <Loading />}
      {list.isError && <ErrorNotice error={list.error} retry={() => void list.refetch()} />}
      {list.isSuccess && notices.length === 0 && (
        <EmptyState icon={IconSpeakerphone} title={t('notices.empty')}>
          {t('notices.emptyHint')}
        </EmptyState>
      )}
      <Stack gap="md">
        {notices.map((notice) => (
          <NoticeCard
            key={notice.id}
            notice={notice}
            edit={() => setEditing(notice)}
            withdraw={() => setWithdrawing(notice)}
          />
        ))}
        {list.hasNextPage && (
          <Button variant="subtle" loading={list.isFetchingNextPage} onClick={() => void list.fetchNextPage()}>
            {t('older')}
          </Button>
        )}
      </Stack>
      {editing !== null && (
        <NoticeForm
          notice={editing === 'new' ? null : editing}
          onSaved={refresh}
          onClose={() => {
            setEditing(null);
            // Whoever gives up because somebody else was faster finds what that one saved.
            refresh();
          }}
        />
      )}
      {withdrawing !== null && (
        <TextDialog
          title={t('notices.withdrawTitle', { number: withdrawing.number })}
          label={t('notices.withdrawNote')}
          action={t('notices.withdraw')}
          busy={withdraw.isPending}
          onSubmit={(note) => withdraw.mutate({ id: withdrawing.id, note })}
          onClose={() => {
            setWithdrawing(null);
            refresh();
          }}
        />
      )}
    </Page>
  );
}

function NoticeCard({ notice, edit, withdraw }: { notice: NoticeView; edit: () => void; withdraw: () => void }) {
  const { t } = useTranslation(['incidents', 'app']);
  const dates = useDates();
  const { id, number, title, text, instruction, severity, state, areaName, incidentId, withdrawnNote } = notice;
  return (
    <Panel>
      <article data-notice={id} data-state={state}>
        <Group gap="xs" wrap="nowrap" align="flex-start">
          <SeverityMark severity={severity} size={18} />
          <Text fw={600} style={{ flex: 1, overflowWrap: 'anywhere' }}>{`#${number} · ${title}`}</Text>
          <Badge color={COLOURS[state]} variant="light">
            {t(`notices.states.${state}`)}
          </Badge>
        </Group>
        <Text style={{ whiteSpace: 'pre-wrap', overflowWrap: 'anywhere' }}>{text}</Text>
        {instruction !== '' && <Text style={{ whiteSpace: 'pre-wrap', overflowWrap: 'anywhere' }}>{instruction}</Text>}
        <Text size="sm" c="dimmed">
          {t('notices.when', { area: areaName, from: dates.full(notice.fromMs), until: dates.full(notice.untilMs) })}
          {' · '}
          {t('notices.by', { name: notice.publishedBy.name, time: dates.full(notice.publishedMs) })}
        </Text>
        {withdrawnNote !== '' && (
          <Text size="sm">
            {t('notices.withdrawnBecause', { name: notice.withdrawnBy?.name ?? '', note: withdrawnNote })}
          </Text>
        )}
        <Group gap="xs" mt="xs">
          {state === 'published' && (
            <>
              <Button size="xs" variant="default" leftSection={<IconPencil size={14} aria-hidden />} onClick={edit}>
                {t('edit')}
              </Button>
              <Button size="xs" variant="default" leftSection={<IconX size={14} aria-hidden />} onClick={withdraw}>
                {t('notices.withdraw')}
              </Button>
            </>
          )}
          <Anchor size="sm" href={`/open/notices/${encodeURIComponent(id)}.cap`} target="_blank">
            CAP
          </Anchor>
          {incidentId !== null && (
            <Anchor size="sm" component={Link} href={incidentLink(incidentId)}>
              {t('notices.incident')}
            </Anchor>
          )}
        </Group>
      </article>
    </Panel>
  );
}
