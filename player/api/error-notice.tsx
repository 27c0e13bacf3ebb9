import { Alert, Button, Group, Text } from '@mantine/core';
import { IconAlertTriangle } from '@tabler/icons-react';
import { useTranslation } from 'react-i18next';
import { ApiError } from './error.ts';
import { useErrorWords } from './error-words.ts';

/** An error where it happened: what, what it means, what to do. */
export function ErrorNotice({ error, retry }: { error: unknown; retry?: () => void }) {
  const { t } = useTranslation('faults');
  const words = useErrorWords();
  const { what, means, todo } = words(error);
  return (
    <Alert color="red" variant="light" icon={<IconAlertTriangle size={18} />} title={what} role="alert">
      <Text size="sm">
        {means} {todo}
      </Text>
      {error instanceof ApiError && error.kind === 'internal' && (
        <Text size="xs" ff="monospace" c="dimmed" mt={4}>
          {error.message}
        </Text>
      )}
      {retry !== undefined && (
        <Group mt="xs">
          <Button size="xs" variant="default" onClick={retry}>
            {t('retry')}
          </Button>
        </Group>
      )}
    </Alert>
  );
}
