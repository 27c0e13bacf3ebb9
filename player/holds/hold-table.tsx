import { Button, Checkbox, Group, Stack, Text } from '@mantine/core';
import { useQueryClient } from '@tanstack/react-query';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { Link } from 'wouter';
import type { ListedHold } from '#contracts/recordings';
import { useApi } from '../api/context.tsx';
import { queryKeys } from '../api/query-keys.ts';
import { useAction } from '../api/use-action.ts';
import { playbackLink } from '../app/links.ts';
import { useSession } from '../app/session.tsx';
import { cameraLabel } from '../ui/camera-label.ts';
import { ConfirmDialog } from '../ui/confirm-dialog.tsx';
import { type Column, DataTable } from '../ui/data-table.tsx';
import { useDates } from '../ui/dates.ts';
import { actionsFor, type HoldAction, sameCase } from './hold-rows.ts';
import classes from './holds.module.css';
import { useNamedCameras } from './use-named-cameras.ts';

/** Columns that current and released holds share. */
export function useHoldColumns(): readonly Column<Omit<ListedHold, 'mayChange'>>[] {
  const { t } = useTranslation('holds');
  const dates = useDates();
  const cameras = useNamedCameras();
  const nameOf = (id: string): string => {
    const camera = cameras.get(id);
    return camera === undefined ? t('unknownCamera') : cameraLabel(camera);
  };
  return [
    {
      key: 'case',
      header: t('case'),
      role: 'title',
      cell: ({ caseNumber }) => <strong className={classes.wrap}>{caseNumber}</strong>,
      sortBy: ({ caseNumber }) => caseNumber,
    },
    {
      key: 'camera',
      header: t('camera'),
      cell: ({ cameraId }) => nameOf(cameraId),
      sortBy: (row) => nameOf(row.cameraId),
    },
    {
      key: 'range',
      header: t('range'),
      cell: ({ cameraId, startMs, endMs }) => (
        <Link href={playbackLink([cameraId], startMs)} className={classes.link} title={t('open')}>
          {dates.full(startMs)} – {dates.short(endMs, startMs)}
        </Link>
      ),
      sortBy: ({ startMs }) => startMs,
    },
    { key: 'reason', header: t('reason'), cell: ({ reason }) => <span className={classes.wrap}>{reason}</span> },
    {
      key: 'made',
      header: t('made'),
      cell: ({ createdBy, createdMs }) => t('madeAt', { name: createdBy, time: dates.full(createdMs) }),
      sortBy: ({ createdMs }) => createdMs,
    },
  ];
}

/** Those that hold now. `all` also has the ones that the filter leaves out: a case is released as a whole. */
export function HoldTable({ rows, all }: { rows: readonly ListedHold[]; all: readonly ListedHold[] }) {
  const { t } = useTranslation('holds');
  const dates = useDates();
  const { user } = useSession();
  const shared = useHoldColumns();
  const [asking, setAsking] = useState<{ hold: ListedHold; action: 'askRelease' | 'release' } | null>(null);
  const keep = useHoldAction('keep', () => undefined);

  function stateOf({ releaseAskedBy, releaseAskedMs }: ListedHold): string {
    if (releaseAskedBy === null) return t('holding');
    const time = dates.full(releaseAskedMs ?? 0);
    return releaseAskedBy === user.username ? t('askedByMe', { time }) : t('asked', { name: releaseAskedBy, time });
  }

  const columns: readonly Column<ListedHold>[] = [
    ...shared,
    {
      key: 'state',
      header: t('state'),
      cell: (hold) => (
        <span className={classes.state} data-asked={hold.releaseAskedBy !== null}>
          {stateOf(hold)}
        </span>
      ),
      sortBy: ({ releaseAskedMs }) => releaseAskedMs ?? 0,
    },
    {
      key: 'actions',
      header: t('actions'),
      role: 'actions',
      cell: (hold) => (
        <Group gap="xs" wrap="nowrap" justify="flex-end" data-hold={hold.id}>
          {actionsFor(hold, user.username).map((action) => (
            <Button
              key={action}
              size="compact-sm"
              variant={action === 'release' ? 'filled' : 'default'}
              loading={action === 'keep' && keep.isPending && keep.variables.includes(hold.id)}
              onClick={() => (action === 'keep' ? keep.mutate([hold.id]) : setAsking({ hold, action }))}
            >
              {t(action === 'keep' && hold.releaseAskedBy !== user.username ? 'keepAnyway' : action)}
            </Button>
          ))}
        </Group>
      ),
    },
  ];
  return (
    <>
      <DataTable label={t('title')} columns={columns} rows={rows} rowKey={({ id }) => id} />
      {asking !== null && (
        <ReleaseDialog
          {...asking}
          others={sameCase(all, asking.hold, asking.action, user.username)}
          onClose={() => setAsking(null)}
        />
      )}
    </>
  );
}

function ReleaseDialog(props: {
  hold: ListedHold;
  action: 'askRelease' | 'release';
  others: readonly ListedHold[];
  onClose: () => void;
}) {
  const { hold, action, others, onClose } = props;
  const { t } = useTranslation('holds');
  const dates = useDates();
  const [whole, setWhole] = useState(false);
  const camera = useNamedCameras().get(hold.cameraId);
  const run = useHoldAction(action, onClose);
  const number = hold.caseNumber;
  return (
    <ConfirmDialog
      opened
      title={t(action === 'release' ? 'releaseTitle' : 'askTitle', { number })}
      action={t(action)}
      danger={action === 'release'}
      busy={run.isPending}
      onConfirm={() => run.mutate([hold.id, ...(whole ? others.map(({ id }) => id) : [])])}
      onClose={onClose}
    >
      <Stack gap="sm">
        <Text>
          {camera === undefined ? t('unknownCamera') : cameraLabel(camera)}
          <br />
          {dates.full(hold.startMs)} – {dates.short(hold.endMs, hold.startMs)}
        </Text>
        <Text c="dimmed">{hold.reason}</Text>
        <Text>{action === 'release' ? t('releaseText', { name: hold.releaseAskedBy ?? '' }) : t('askText')}</Text>
        {others.length > 0 && (
          <Checkbox
            label={t('sameCase', { count: others.length })}
            checked={whole}
            onChange={(event) => setWhole(event.currentTarget.checked)}
          />
        )}
      </Stack>
    </ConfirmDialog>
  );
}

const DONE = { askRelease: 'asksDone', keep: 'kept', release: 'releasesDone' } as const;

function useHoldAction(action: HoldAction, after: () => void) {
  const { t } = useTranslation('holds');
  const api = useApi();
  const queryClient = useQueryClient();
  return useAction({
    run: async (ids: readonly string[]): Promise<void> => {
      try {
        await api.holds[action](ids);
      } finally {
        // Also when it was refused: somebody else was faster.
        await queryClient.invalidateQueries({ queryKey: queryKeys.holds });
      }
    },
    done: t(DONE[action]),
    after,
  });
}
