import { Button, FileButton, Group, Progress, Stack, Text } from '@mantine/core';
import { IconUpload } from '@tabler/icons-react';
import { useMutation, useQueryClient } from '@tanstack/react-query';
import { useRef, useState } from 'react';
import { useTranslation } from 'react-i18next';
import type { ModelFileView, ModelUpload } from '#contracts/models';
import { useApi } from '../../api/context.tsx';
import { ErrorNotice } from '../../api/error-notice.tsx';
import { queryKeys } from '../../api/query-keys.ts';
import { useUnsaved } from '../../app/leave-guard-provider.tsx';
import { Notice } from '../../ui/notice.tsx';
import { Panel } from '../../ui/page.tsx';
import { useBytes } from '../../ui/use-bytes.ts';
import { modelNameOf } from './model-name.ts';
import { useProblemWords } from './model-words.ts';

interface Upload {
  readonly name: string;
  /** 0 to 1; at 1 the server checks. */
  readonly sent: number;
}

/** Brings a file to the server and says what came of it. */
export function UploadPanel(props: { mostBytes: number; onEditCard: (file: ModelFileView) => void }) {
  const { t } = useTranslation('admin');
  const api = useApi();
  const queryClient = useQueryClient();
  const bytes = useBytes();
  const [upload, setUpload] = useState<Upload | null>(null);
  const [wrongType, setWrongType] = useState(false);
  const abort = useRef<AbortController | null>(null);
  const send = useMutation({
    mutationFn: async (file: File): Promise<{ name: string; result: ModelUpload } | null> => {
      const name = modelNameOf(file.name);
      const controller = new AbortController();
      abort.current = controller;
      setUpload({ name, sent: 0 });
      try {
        const onSent = (sent: number): void => setUpload({ name, sent });
        return { name, result: await api.models.upload(name, file, onSent, controller.signal) };
      } catch (error) {
        if (controller.signal.aborted) return null;
        throw error;
      } finally {
        setUpload(null);
      }
    },
    onSettled: () => queryClient.invalidateQueries({ queryKey: queryKeys.models }),
  });
  useUnsaved(upload !== null && upload.sent < 1);

  function take(file: File | null): void {
    if (file === null) return;
    const isModel = /\.onnx$/i.test(file.name);
    setWrongType(!isModel);
    send.reset();
    if (isModel) send.mutate(file);
  }

  const percent = Math.floor((upload?.sent ?? 0) * 100);
  return (
    <Panel title={t('models.upload.title')}>
      <Stack gap="sm">
        <Text c="dimmed">{t('models.upload.hint', { size: bytes(props.mostBytes) })}</Text>
        <Group>
          <FileButton accept=".onnx" onChange={take}>
            {(button) => (
              <Button {...button} leftSection={<IconUpload size={16} />} disabled={upload !== null}>
                {t('models.upload.choose')}
              </Button>
            )}
          </FileButton>
          {upload !== null && upload.sent < 1 && (
            <Button variant="default" onClick={() => abort.current?.abort()}>
              {t('models.upload.cancel')}
            </Button>
          )}
        </Group>
        {upload !== null && (
          <div role="status" data-uploading={upload.name}>
            <Text size="sm">
              {upload.sent < 1
                ? t('models.upload.sending', { name: upload.name, percent })
                : t('models.upload.checking', { name: upload.name })}
            </Text>
            <Progress value={percent} animated={upload.sent >= 1} aria-label={upload.name} mt={6} />
          </div>
        )}
        {wrongType && <Notice kind="warn" title={t('models.upload.wrongType')} />}
        {send.error !== null && <ErrorNotice error={send.error} />}
        {send.data != null && <UploadResult {...send.data} onEditCard={props.onEditCard} />}
      </Stack>
    </Panel>
  );
}

function UploadResult(props: { name: string; result: ModelUpload; onEditCard: (file: ModelFileView) => void }) {
  const { name, result } = props;
  const { file, check } = result;
  const { t } = useTranslation('admin');
  const problemWords = useProblemWords();
  if (check.good) {
    return (
      <Notice kind="good" title={t('models.upload.good', { name })}>
        {t('models.upload.goodText', { ms: check.facts.msPerLook })}
        {file?.active === true && ` ${t('models.upload.takenUp')}`}
      </Notice>
    );
  }
  const { what, means, todo } = problemWords(check.problem);
  const title = t(file === null ? 'models.upload.notKept' : 'models.upload.needsCard', { name });
  return (
    <Notice kind={file === null ? 'bad' : 'warn'} title={`${title}: ${what}`}>
      {means} {todo}
      <div>
        <code>{check.detail}</code>
      </div>
      {file !== null && (
        <Button size="compact-sm" variant="default" mt="xs" onClick={() => props.onEditCard(file)}>
          {t('models.upload.writeCard')}
        </Button>
      )}
    </Notice>
  );
}
