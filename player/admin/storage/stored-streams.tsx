import { Text } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { useCallback, useMemo } from 'react';
import { useTranslation } from 'react-i18next';
import { Link } from 'wouter';
import type { DiskView, StoredStream } from '#contracts/recordings';
import { useApi } from '../../api/context.tsx';
import { ErrorNotice } from '../../api/error-notice.tsx';
import { useCameras } from '../../api/queries.ts';
import { queryKeys } from '../../api/query-keys.ts';
import { cameraLink } from '../../app/links.ts';
import { cameraLabel } from '../../ui/camera-label.ts';
import { type Column, DataTable } from '../../ui/data-table.tsx';
import { useDates } from '../../ui/dates.ts';
import { Loading } from '../../ui/loading.tsx';
import { useBytes } from '../../ui/use-bytes.ts';
import classes from '../toolbar.module.css';

const PAGE = 50;

/** What each camera has on a disk. */
export function StoredStreams({ disk }: { disk: DiskView }) {
  const { t } = useTranslation('admin');
  const api = useApi();
  const stored = useQuery({
    queryKey: queryKeys.storedOn(disk.id),
    queryFn: ({ signal }) => api.storage.recordingsOn(disk.id, signal),
  });
  const columns = useStreamColumns<StoredStream>();
  if (stored.error !== null) return <ErrorNotice error={stored.error} retry={() => void stored.refetch()} />;
  if (stored.data === undefined) return <Loading />;
  if (stored.data.length === 0) return <Text c="dimmed">{t('storage.nothingRecorded')}</Text>;
  return (
    <DataTable
      label={`${t('storage.byCamera')}: ${disk.path}`}
      columns={columns}
      rows={stored.data}
      rowKey={keyOfStream}
      initialSort="size"
      pageSize={PAGE}
    />
  );
}

export const keyOfStream = ({ cameraId, role }: StoredStream): string => `${cameraId} ${role}`;

/** Camera, stream, size and span: of what is stored, and of what would go. */
export function useStreamColumns<Row extends StoredStream>(): readonly Column<Row>[] {
  const { t } = useTranslation('admin');
  const bytes = useBytes();
  const dates = useDates();
  const name = useCameraNames();
  return useMemo(
    () => [
      {
        key: 'camera',
        header: t('storage.camera'),
        role: 'title',
        sortBy: ({ cameraId }) => name(cameraId) ?? '',
        cell: ({ cameraId }) =>
          name(cameraId) === undefined ? (
            <span title={cameraId}>{t('storage.removedCamera')}</span>
          ) : (
            <Link href={cameraLink(cameraId)} className={classes.link}>
              {name(cameraId)}
            </Link>
          ),
      },
      { key: 'stream', header: t('storage.stream'), cell: ({ role }) => t(`streams.${role}`) },
      {
        key: 'size',
        header: t('storage.size'),
        sortBy: (row) => -row.bytes,
        cell: (row) => <span className={classes.nowrap}>{bytes(row.bytes)}</span>,
      },
      {
        key: 'files',
        header: t('storage.files'),
        sortBy: ({ segments }) => -segments,
        cell: ({ segments }) => segments,
      },
      {
        key: 'since',
        header: t('storage.since'),
        sortBy: ({ oldestMs }) => oldestMs,
        cell: ({ oldestMs }) => dates.full(oldestMs),
      },
      {
        key: 'until',
        header: t('storage.until'),
        sortBy: ({ newestMs }) => newestMs,
        cell: ({ newestMs }) => dates.full(newestMs),
      },
    ],
    [t, bytes, dates, name],
  );
}

function useCameraNames(): (cameraId: string) => string | undefined {
  const cameras = useCameras();
  const names = useMemo(() => new Map(cameras.data?.map((camera) => [camera.id, cameraLabel(camera)])), [cameras.data]);
  return useCallback((cameraId) => names.get(cameraId), [names]);
}
