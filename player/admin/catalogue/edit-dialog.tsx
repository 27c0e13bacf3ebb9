import { Button, Group, Modal, Stack } from '@mantine/core';
import type { FormEvent, ReactNode } from 'react';
import { useTranslation } from 'react-i18next';
import { ApiError } from '../../api/error.ts';
import { ErrorNotice } from '../../api/error-notice.tsx';

/**
 * A form in a dialog: its fields, what went wrong, save or leave. `onNewest` is offered to whoever was refused because
 * somebody else has saved meanwhile: it fills the fields with what is there now.
 */
export function EditDialog(props: {
  title: string;
  size?: 'lg' | 'xl' | undefined;
  error: unknown;
  busy: boolean;
  ready?: boolean;
  onSubmit: () => void;
  onNewest?: () => void;
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
          {props.onNewest !== undefined && isStale(props.error) && (
            <Button variant="light" onClick={props.onNewest} style={{ alignSelf: 'flex-start' }}>
              {t('common.showNewest')}
            </Button>
          )}
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

function isStale(error: unknown): boolean {
  return error instanceof ApiError && error.code === 'edit.stale';
}
