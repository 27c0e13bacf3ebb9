import { Button, Group, Modal, Stack, Text, TextInput } from '@mantine/core';
import { type FormEvent, type ReactNode, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { fold } from './fold.ts';

interface ConfirmDialogProps {
  readonly opened: boolean;
  readonly title: string;
  readonly children: ReactNode;
  /** The word on the button: what will be done. */
  readonly action: string;
  /** Where something is lost for good, the name of the thing has to be typed. */
  readonly typeName?: string;
  readonly danger?: boolean;
  readonly busy?: boolean;
  readonly onConfirm: () => void;
  readonly onClose: () => void;
}

export function ConfirmDialog(props: ConfirmDialogProps) {
  const { t } = useTranslation('app');
  return (
    <Modal
      opened={props.opened}
      onClose={props.onClose}
      title={props.title}
      closeButtonProps={{ 'aria-label': t('common.close') }}
    >
      {props.opened && <ConfirmForm {...props} />}
    </Modal>
  );
}

function ConfirmForm(props: ConfirmDialogProps) {
  const { t } = useTranslation('app');
  const [typed, setTyped] = useState('');
  // Without accents: a name is to be read and meant, not to be a test of the keyboard.
  const ready = props.typeName === undefined || fold(typed) === fold(props.typeName);

  function submit(event: FormEvent): void {
    event.preventDefault();
    // React hands it on to a form that the dialog stands in, through the portal.
    event.stopPropagation();
    if (ready) props.onConfirm();
  }

  return (
    <form onSubmit={submit}>
      <Stack gap="md">
        <Text component="div">{props.children}</Text>
        {props.typeName !== undefined && (
          <TextInput
            data-autofocus
            autoComplete="off"
            label={t('confirm.typeName', { name: props.typeName })}
            value={typed}
            onChange={(event) => setTyped(event.currentTarget.value)}
          />
        )}
        <Group justify="flex-end">
          <Button variant="default" onClick={props.onClose}>
            {t('common.cancel')}
          </Button>
          <Button
            type="submit"
            color={props.danger === true ? 'red' : undefined}
            disabled={!ready}
            loading={props.busy ?? false}
          >
            {props.action}
          </Button>
        </Group>
      </Stack>
    </form>
  );
}
