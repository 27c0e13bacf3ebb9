import { Button, FileButton, Group, Stack, Text, Textarea } from '@mantine/core';
import { IconDownload, IconFileImport, IconFileText } from '@tabler/icons-react';
import { useMutation, useQueryClient } from '@tanstack/react-query';
import { useRef, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { Link } from 'wouter';
import type { ImportReport } from '#contracts/http';
import { useApi } from '../../api/context.tsx';
import { ErrorNotice } from '../../api/error-notice.tsx';
import { queryKeys } from '../../api/query-keys.ts';
import { useUnsaved } from '../../app/leave-guard-provider.tsx';
import { Notice } from '../../ui/notice.tsx';
import { Page, Panel } from '../../ui/page.tsx';
import { LineReport } from './line-report.tsx';

/** Many cameras from a table: choose a file, read the report of every line, then write. */
export default function ImportPage() {
  const { t } = useTranslation(['admin', 'app']);
  const api = useApi();
  const queryClient = useQueryClient();
  const [csv, setCsv] = useState('');
  const abort = useRef<AbortController | null>(null);
  const check = useMutation({
    mutationFn: (text: string) => {
      abort.current = new AbortController();
      return api.cameras.import(text, false, abort.current.signal);
    },
  });
  const write = useMutation({
    mutationFn: () => api.cameras.import(csv, true),
    onSuccess: () => queryClient.invalidateQueries({ queryKey: queryKeys.cameras }),
  });
  useUnsaved(csv !== '' && !write.isSuccess);

  function take(text: string): void {
    setCsv(text);
    write.reset();
    check.reset();
  }
  async function open(file: File | null): Promise<void> {
    if (file === null) return;
    const text = await file.text();
    take(text);
    check.mutate(text);
  }

  const error = check.error ?? write.error;
  return (
    <Page title={t('ways.csv')} hint={t('csv.hint')}>
      <Stack gap="md" maw="72rem">
        <Panel title={t('csv.file')}>
          <Stack gap="md">
            <Group>
              <FileButton accept=".csv,text/csv,text/plain" onChange={(file) => void open(file)}>
                {(button) => (
                  <Button {...button} leftSection={<IconFileImport size={16} />} loading={check.isPending}>
                    {t('csv.choose')}
                  </Button>
                )}
              </FileButton>
              <Button
                component="a"
                variant="default"
                href="/api/cameras/import/template"
                download="tamnhin-cameras.csv"
                leftSection={<IconDownload size={16} />}
              >
                {t('csv.template')}
              </Button>
              {check.isPending && (
                <Button variant="default" onClick={() => abort.current?.abort()}>
                  {t('stop')}
                </Button>
              )}
            </Group>
            <Textarea
              label={t('csv.text')}
              minRows={4}
              maxRows={12}
              autosize
              spellCheck={false}
              styles={{
                input: { fontFamily: 'var(--mantine-font-family-monospace)', whiteSpace: 'pre', overflowX: 'auto' },
              }}
              value={csv}
              onChange={(event) => take(event.currentTarget.value)}
            />
            <Group>
              <Button
                variant="default"
                leftSection={<IconFileText size={16} />}
                disabled={csv.trim() === ''}
                loading={check.isPending}
                onClick={() => check.mutate(csv)}
              >
                {t('csv.check')}
              </Button>
            </Group>
          </Stack>
        </Panel>
        {error !== null && !check.isPending && <ErrorNotice error={error} />}
        {write.data !== undefined ? (
          <Written report={write.data} />
        ) : (
          check.data !== undefined && (
            <Checked report={check.data} writing={write.isPending} write={() => write.mutate()} />
          )
        )}
      </Stack>
    </Page>
  );
}

function Checked({ report, writing, write }: { report: ImportReport; writing: boolean; write: () => void }) {
  const { t } = useTranslation('admin');
  const ready = report.bad === 0 && report.good > 0;
  return (
    <Panel title={t('report.title')}>
      <Stack gap="md">
        <Notice kind={ready ? 'good' : 'warn'} title={t('report.summary', { good: report.good, bad: report.bad })}>
          {ready ? t('csv.ready') : t('csv.notReady')}
        </Notice>
        {report.newGroups.length > 0 && <Text>{t('csv.newGroups', { groups: report.newGroups.join(', ') })}</Text>}
        <Group>
          <Button disabled={!ready} loading={writing} onClick={write}>
            {t('csv.write', { count: report.good })}
          </Button>
        </Group>
        <LineReport lines={report.lines} />
      </Stack>
    </Panel>
  );
}

function Written({ report }: { report: ImportReport }) {
  const { t } = useTranslation(['admin', 'app']);
  return (
    <Panel title={t('report.title')}>
      <Stack gap="md">
        <Notice
          kind={report.written ? 'good' : 'bad'}
          title={report.written ? t('csv.written', { count: report.good }) : t('csv.nothingWritten')}
        />
        <Group>
          <Button component={Link} href="/admin/cameras">
            {t('added.toList')}
          </Button>
        </Group>
        <LineReport lines={report.lines} />
      </Stack>
    </Panel>
  );
}
