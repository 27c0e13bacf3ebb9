import { Button, FileButton, Group, Progress, Stack, Text } from '@mantine/core';
import { IconDownload, IconUpload } from '@tabler/icons-react';
import { useMutation, useQueryClient } from '@tanstack/react-query';
import { type DragEvent, useEffect, useRef, useState } from 'react';
import { useTranslation } from 'react-i18next';
import type { BatchReport, FeedView, Mapping, UploadPreview } from '#contracts/feeds';
import { useApi } from '../api/context.tsx';
import { ErrorNotice } from '../api/error-notice.tsx';
import { queryKeys } from '../api/query-keys.ts';
import { useIndicators } from '../api/sector-queries.ts';
import { QualityBars } from '../sectors/quality-bars.tsx';
import { Notice } from '../ui/notice.tsx';
import { Panel } from '../ui/page.tsx';
import { showUndo } from '../ui/undo-notice.tsx';
import { CountsText } from './counts-text.tsx';
import classes from './feeds.module.css';
import { MappingFields } from './mapping-fields.tsx';
import { RowTable } from './row-table.tsx';
import { templateOf } from './template.ts';

/** ms. A batch can be taken back for good from the list; this is for who sees the mistake at once. */
const UNDO_MS = 12_000;

/** A file is looked at before anything of it counts: how it was read, which rows are wrong and why; then sent, or not. */
export function UploadPanel({ feed }: { feed: FeedView }) {
  const { t } = useTranslation(['feeds', 'app']);
  const api = useApi();
  const queryClient = useQueryClient();
  const indicators = useIndicators();
  const abort = useRef<AbortController | null>(null);
  const [sent, setSent] = useState<number | null>(null);
  const [preview, setPreview] = useState<UploadPreview | null>(null);
  const [mapping, setMapping] = useState<Mapping | null>(null);
  const [done, setDone] = useState<BatchReport | null>(null);
  const [over, setOver] = useState(false);
  const resetFile = useRef<() => void>(null);

  const show = (next: UploadPreview): void => {
    setPreview(next);
    setMapping(next.reading.mapping);
  };
  const upload = useMutation({
    mutationFn(file: File) {
      abort.current = new AbortController();
      setSent(0);
      setDone(null);
      return api.feeds.upload(feed.id, file, setSent, abort.current.signal);
    },
    onSuccess: show,
    onSettled: () => setSent(null),
  });
  const remap = useMutation({
    mutationFn: () => api.feeds.remap(feed.id, preview?.uploadId ?? '', mapping ?? feed.mapping),
    onSuccess: (next) => setPreview(next),
  });
  const undo = useMutation({
    mutationFn: (batch: string) => api.batches.undo(batch),
    onSuccess: () => {
      setDone(null);
      void queryClient.invalidateQueries({ queryKey: queryKeys.feeds });
    },
  });
  const commit = useMutation({
    mutationFn: () => api.feeds.commit(feed.id, preview?.uploadId ?? ''),
    onSuccess(report) {
      setPreview(null);
      setDone(report);
      void queryClient.invalidateQueries({ queryKey: queryKeys.feeds });
      showUndo({
        message: t('upload.taken', { count: report.batch.counts.received }),
        action: t('batch.undo'),
        ms: UNDO_MS,
        undo: () => undo.mutate(report.batch.id),
      });
    },
  });
  const drop = (): void => {
    if (preview !== null) void api.feeds.dropUpload(feed.id, preview.uploadId).catch(() => {});
    setPreview(null);
    resetFile.current?.();
  };
  useEffect(() => () => abort.current?.abort(new Error('the page is left')), []);

  function take(file: File | null): void {
    if (file !== null) upload.mutate(file);
    resetFile.current?.();
  }
  function saveTemplate(): void {
    const link = document.createElement('a');
    const url = URL.createObjectURL(new Blob([templateOf(feed)], { type: 'text/csv;charset=utf-8' }));
    link.href = url;
    link.download = `${feed.name}.csv`;
    link.click();
    URL.revokeObjectURL(url);
  }
  const bad = preview === null ? 0 : preview.report.batch.counts.rejected + preview.report.batch.counts.quarantined;
  const good = preview === null ? 0 : preview.report.batch.counts.received - bad;
  return (
    <Stack gap="md">
      <Panel title={t('upload.title')}>
        <section
          aria-label={t('upload.title')}
          className={classes.drop}
          data-over={over}
          onDragOver={(event: DragEvent) => {
            event.preventDefault();
            setOver(true);
          }}
          onDragLeave={() => setOver(false)}
          onDrop={(event: DragEvent) => {
            event.preventDefault();
            setOver(false);
            take(event.dataTransfer.files[0] ?? null);
          }}
        >
          <Text c="dimmed">{t('upload.hint')}</Text>
          <Group justify="center">
            <FileButton resetRef={resetFile} accept=".csv,.txt,.json,.ndjson,text/csv,application/json" onChange={take}>
              {(button) => (
                <Button {...button} leftSection={<IconUpload size={16} aria-hidden />} loading={upload.isPending}>
                  {t('upload.choose')}
                </Button>
              )}
            </FileButton>
            <Button variant="default" leftSection={<IconDownload size={16} aria-hidden />} onClick={saveTemplate}>
              {t('upload.template')}
            </Button>
          </Group>
          {sent !== null && <Progress value={sent * 100} aria-label={t('upload.sending')} w="100%" />}
        </section>
      </Panel>
      {upload.isError && <ErrorNotice error={upload.error} />}
      {undo.isError && <ErrorNotice error={undo.error} />}
      {preview !== null && mapping !== null && (
        <>
          <Panel title={t('upload.reading')}>
            <MappingFields
              reading={preview.reading}
              mapping={mapping}
              onChange={setMapping}
              carries={feed.carries}
              indicators={indicators.data?.filter(({ sector }) => sector === feed.sector) ?? []}
            />
            {mapping !== preview.reading.mapping && (
              <Button mt="sm" size="xs" variant="default" loading={remap.isPending} onClick={() => remap.mutate()}>
                {t('upload.readAgain')}
              </Button>
            )}
            {remap.isError && <ErrorNotice error={remap.error} />}
          </Panel>
          <Panel title={t('upload.result')}>
            <Stack gap="md" data-upload-report>
              <Text fw={600}>
                <CountsText counts={preview.report.batch.counts} />
              </Text>
              <QualityBars scores={preview.report.scores} large />
              {preview.report.batch.refused !== null && (
                <Notice kind="bad" title={t('batch.refused')}>
                  {preview.report.batch.refused.line !== null &&
                    `${t('row.lineNumber', { line: preview.report.batch.refused.line })}: `}
                  {preview.report.batch.refused.message}
                </Notice>
              )}
              {bad > 0 && (
                <Notice kind="warn" title={t('upload.bad', { count: bad })}>
                  {t('upload.badHint')}
                </Notice>
              )}
              {preview.report.rows.length > 0 ? (
                <RowTable rows={preview.report.rows} />
              ) : (
                preview.report.batch.refused === null && <Notice kind="good" title={t('row.noneBad')} />
              )}
              {commit.isError && <ErrorNotice error={commit.error} />}
              <Group justify="flex-end">
                <Button variant="default" onClick={drop}>
                  {t('upload.drop')}
                </Button>
                <Button
                  loading={commit.isPending}
                  disabled={good === 0 || preview.report.batch.refused !== null}
                  onClick={() => commit.mutate()}
                >
                  {t('upload.commit', { count: good })}
                </Button>
              </Group>
            </Stack>
          </Panel>
        </>
      )}
      {done !== null && (
        <Notice kind="good" title={t('upload.taken', { count: done.batch.counts.received })}>
          <CountsText counts={done.batch.counts} />
          <Button
            mt="xs"
            size="compact-sm"
            variant="default"
            display="block"
            loading={undo.isPending}
            onClick={() => undo.mutate(done.batch.id)}
          >
            {t('batch.undo')}
          </Button>
        </Notice>
      )}
    </Stack>
  );
}
