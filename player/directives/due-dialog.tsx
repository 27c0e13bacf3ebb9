import { Button, Group, Modal, Stack, Textarea, TextInput } from '@mantine/core';
import { useMutation, useQueryClient } from '@tanstack/react-query';
import { type FormEvent, useState } from 'react';
import { useTranslation } from 'react-i18next';
import type { DirectiveView } from '#contracts/directives';
import { useApi } from '../api/context.tsx';
import { ErrorNotice } from '../api/error-notice.tsx';
import { queryKeys } from '../api/query-keys.ts';
import { useFieldError } from '../api/use-field-error.ts';
import { fromLocalInput, toLocalInput } from '../ui/local-input.ts';

/** Another due time, with the reason: both sides read it in the course of the directive. */
export function DueDialog({ directive, onClose }: { directive: DirectiveView; onClose: () => void }) {
  const { t } = useTranslation(['sectors', 'app']);
  const api = useApi();
  const queryClient = useQueryClient();
  const [due, setDue] = useState(() => toLocalInput(directive.dueMs).slice(0, 16));
  const [text, setText] = useState('');
  const dueMs = fromLocalInput(due);
  const move = useMutation({
    mutationFn: () => api.directives.moveDue(directive.id, { dueMs: dueMs ?? 0, text: text.trim() }),
    async onSuccess(view) {
      queryClient.setQueryData(queryKeys.directive(view.id), view);
      onClose();
      await queryClient.invalidateQueries({ queryKey: queryKeys.directives });
    },
  });
  const fieldError = useFieldError(move.error);
  const ready = dueMs !== null && dueMs !== directive.dueMs && text.trim() !== '';
  function submit(event: FormEvent): void {
    event.preventDefault();
    event.stopPropagation();
    if (ready) move.mutate();
  }
  return (
    <Modal
      opened
      onClose={onClose}
      title={t('directives.moveDue')}
      closeOnClickOutside={false}
      closeButtonProps={{ 'aria-label': t('app:common.close') }}
    >
      <form onSubmit={submit}>
        <Stack gap="md">
          <TextInput
            type="datetime-local"
            label={t('directives.due')}
            required
            data-autofocus
            value={due}
            error={fieldError('dueMs')}
            onChange={(event) => setDue(event.currentTarget.value)}
          />
          <Textarea
            label={t('directives.dueReason')}
            required
            autosize
            minRows={2}
            maxLength={4000}
            value={text}
            onChange={(event) => setText(event.currentTarget.value)}
          />
          {move.isError && <ErrorNotice error={move.error} />}
          <Group justify="flex-end">
            <Button variant="default" onClick={onClose}>
              {t('app:common.cancel')}
            </Button>
            <Button type="submit" disabled={!ready} loading={move.isPending}>
              {t('directives.moveDue')}
            </Button>
          </Group>
        </Stack>
      </form>
    </Modal>
  );
}
