import { Button, Group, Stack } from '@mantine/core';
import { useQueryClient } from '@tanstack/react-query';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import type { RetentionAnswer, RetentionQuestion } from '#contracts/recordings';
import { useApi } from '../../api/context.tsx';
import { queryKeys } from '../../api/query-keys.ts';
import { useAction } from '../../api/use-action.ts';
import { ConfirmDialog } from '../../ui/confirm-dialog.tsx';
import { useDates } from '../../ui/dates.ts';
import { Notice } from '../../ui/notice.tsx';
import { useBytes } from '../../ui/use-bytes.ts';

/** More than half of a disk would go: says what and up to when, and takes the word of a person for exactly that. */
export function QuestionPanel({ question, look }: { question: RetentionQuestion; look: () => void }) {
  const { t } = useTranslation(['admin', 'app']);
  const api = useApi();
  const queryClient = useQueryClient();
  const dates = useDates();
  const bytes = useBytes();
  /** What stands in the dialog is what was asked, also when the question changes behind it. */
  const [deleting, setDeleting] = useState<RetentionQuestion | null>(null);
  const { diskId, path, left } = question;
  const refresh = () =>
    Promise.all([
      queryClient.invalidateQueries({ queryKey: queryKeys.retentionQuestions }),
      queryClient.invalidateQueries({ queryKey: queryKeys.disks }),
    ]);
  const give = (answer: RetentionAnswer['answer'], { askedMs, bytes: shown }: RetentionQuestion) =>
    api.storage.answer(diskId, { answer, askedMs, bytes: shown });
  const keep = useAction({
    run: (about: RetentionQuestion) => give('keep', about),
    done: t('storage.question.kept'),
  });
  const remove = useAction({
    run: (about: RetentionQuestion) => give('delete', about),
    done: t('storage.question.deleted'),
  });
  const text = t('storage.question.text', {
    bytes: bytes(question.bytes),
    of: bytes(question.ofBytes),
    percent: Math.round((question.bytes * 100) / Math.max(1, question.ofBytes)),
    count: question.cameras,
    time: dates.full(question.newestMs),
  });
  return (
    <div data-question={path} data-left={left !== null}>
      <Notice
        kind={left === null ? 'warn' : 'info'}
        title={t(left === null ? 'storage.question.title' : 'storage.question.leftTitle', { path })}
      >
        <Stack gap="sm">
          <div>
            {text}{' '}
            {left === null
              ? t('storage.question.causes')
              : t('storage.question.left', { by: left.by, time: dates.full(left.atMs) })}
          </div>
          <Group gap="xs">
            <Button size="compact-sm" variant="default" onClick={look}>
              {t('storage.question.look')}
            </Button>
            {left === null && (
              <Button
                size="compact-sm"
                variant="default"
                loading={keep.isPending}
                onClick={() => keep.mutate(question, { onSettled: refresh })}
              >
                {t('storage.question.keep')}
              </Button>
            )}
            <Button size="compact-sm" variant="default" onClick={() => setDeleting(question)}>
              {t('storage.question.delete')}
            </Button>
          </Group>
        </Stack>
      </Notice>
      <ConfirmDialog
        opened={deleting !== null}
        title={t('storage.question.deleteTitle', { bytes: bytes(deleting?.bytes ?? 0) })}
        action={t('storage.question.deleteAction')}
        typeName={path}
        danger
        busy={remove.isPending}
        onConfirm={() =>
          deleting !== null &&
          remove.mutate(deleting, {
            async onSettled() {
              setDeleting(null);
              await refresh();
            },
          })
        }
        onClose={() => setDeleting(null)}
      >
        {text} {t('storage.question.deleteText')}
      </ConfirmDialog>
    </div>
  );
}
