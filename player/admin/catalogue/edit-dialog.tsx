import { Button, Group, Modal, Stack } from '@mantine/core';
import type { FormEvent, ReactNode } from 'react';
import { useTranslation } from 'react-i18next';
import { ErrorNotice } from '../../api/error-notice.tsx';

/** A form in a dialog: its fields, what went wrong, save or leave. */
export function EditDialog(props: {
  title: string;
  size?: 'lg' | 'xl' | undefined;
  error: unknown;
  busy: boolean;
  ready?: boolean;
  onSubmit: () => void;
  onClose: () => void;
  children: ReactNode;
}) {
  const { t } = useTranslation('app');
  function submit(event: FormEvent): void {
    event.preventDefault();
    event.stopPropagation();
    props.onSubmit();
  }
  return (
    <Modal
      opened
      onClose={props.onClose}
      size={props.size ?? 'lg'}
      title={props.title}
      closeOnClickOutside={false}
      closeButtonProps={{ 'aria-label': t('common.close') }}
    >
      <form onSubmit={submit}>
        <Stack gap="md">
          {props.children}
          {props.error !== null && <ErrorNotice error={props.error} />}
          <Group justify="flex-end">
            <Button variant="default" onClick={props.onClose}>
              {t('common.cancel')}
            </Button>
            <Button type="submit" loading={props.busy} disabled={props.ready === false}>
              {t('common.save')}
            </Button>
          </Group>
        </Stack>
      </form>
    </Modal>
  );
}
