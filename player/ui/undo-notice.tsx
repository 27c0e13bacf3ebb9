import { Button, Group, Text } from '@mantine/core';
import { hideNotification, showNotification } from '@mantine/notifications';

/** Says that something is gone, and offers it back for `ms`. */
export function showUndo(notice: { message: string; action: string; ms: number; undo: () => void }): void {
  const id = showNotification({
    autoClose: notice.ms,
    message: (
      <Group justify="space-between" gap="sm" wrap="nowrap">
        <Text size="sm">{notice.message}</Text>
        <Button
          size="compact-sm"
          variant="default"
          onClick={() => {
            hideNotification(id);
            notice.undo();
          }}
        >
          {notice.action}
        </Button>
      </Group>
    ),
  });
}
