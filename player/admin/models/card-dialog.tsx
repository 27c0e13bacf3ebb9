import { Button, Group, Modal, Stack, Text, Textarea } from '@mantine/core';
import { useMutation } from '@tanstack/react-query';
import { type FormEvent, useState } from 'react';
import { useTranslation } from 'react-i18next';
import type { ModelFileView } from '#contracts/models';
import { useApi } from '../../api/context.tsx';
import { ApiError } from '../../api/error.ts';
import { ErrorNotice } from '../../api/error-notice.tsx';

/** What a model's file does not say of itself, written by hand. */
export function CardDialog({ file, onClose }: { file: ModelFileView | null; onClose: () => void }) {
  const { t } = useTranslation(['admin', 'app']);
  return (
    <Modal
      opened={file !== null}
      onClose={onClose}
      size="lg"
      title={t('models.card.title', { name: file?.name ?? '' })}
      closeButtonProps={{ 'aria-label': t('app:common.close') }}
    >
      {file !== null && <CardForm file={file} onClose={onClose} />}
    </Modal>
  );
}

function CardForm({ file, onClose }: { file: ModelFileView; onClose: () => void }) {
  const { t } = useTranslation(['admin', 'app']);
  const api = useApi();
  const example = file.check?.good === false ? file.check.cardExample : null;
  const [card, setCard] = useState(example ?? '');
  const save = useMutation({ mutationFn: () => api.models.writeCard(file.name, card), onSuccess: onClose });
  const where = save.error instanceof ApiError ? save.error.fields[0]?.message : undefined;

  function submit(event: FormEvent): void {
    event.preventDefault();
    save.mutate();
  }
  return (
    <form onSubmit={submit}>
      <Stack gap="md">
        <Text c="dimmed">{t('models.card.hint')}</Text>
        <Textarea
          data-autofocus
          label={t('models.card.label')}
          value={card}
          onChange={(event) => setCard(event.currentTarget.value)}
          error={where}
          minRows={10}
          maxRows={20}
          autosize
          spellCheck={false}
          styles={{ input: { fontFamily: 'var(--mantine-font-family-monospace)' } }}
        />
        {save.error !== null && where === undefined && <ErrorNotice error={save.error} />}
        <Group justify="flex-end">
          <Button variant="default" onClick={onClose}>
            {t('app:common.cancel')}
          </Button>
          <Button type="submit" disabled={card.trim() === ''} loading={save.isPending}>
            {t('models.card.save')}
          </Button>
        </Group>
      </Stack>
    </form>
  );
}
