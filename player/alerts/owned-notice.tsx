import { Button, Stack, Text } from '@mantine/core';
import { hideNotification, showNotification } from '@mantine/notifications';
import type { ErrorWords } from '../api/error-words.ts';

/** ms. Somebody has to read a name and decide. */
const STAYS_MS = 15_000;

/** Says who has an alert that one just acted on, and offers to take it where that is allowed. */
export function showOwned(notice: { title: string; hint: string; action: string | null; takeOver: () => void }): void {
  const id = showNotification({
    color: 'yellow',
    title: notice.title,
    autoClose: STAYS_MS,
    role: 'alert',
    message: (
      <Stack gap={6} align="flex-start">
        <Text size="sm">{notice.hint}</Text>
        {notice.action !== null && (
          <Button
            size="compact-sm"
            variant="default"
            onClick={() => {
              hideNotification(id);
              notice.takeOver();
            }}
          >
            {notice.action}
          </Button>
        )}
      </Stack>
    ),
  });
}

export function showFault({ what, means, todo }: ErrorWords): void {
  showNotification({ color: 'red', title: what, message: `${means} ${todo}`, autoClose: 12_000, role: 'alert' });
}
