import { Button, Group, Stack, Text, Title } from '@mantine/core';
import { IconRefresh } from '@tabler/icons-react';
import { useTranslation } from 'react-i18next';

/** A chunk that is gone means that the server was updated under this page; everything else is our fault. */
export function BrokenPage({ error, reopen }: { error: unknown; reopen: () => void }) {
  const { t } = useTranslation('app');
  const outdated = error instanceof Error && /dynamically imported module|module script/i.test(error.message);
  return (
    <Stack p="xl" maw="40rem" role="alert">
      <Title order={1}>{outdated ? t('page.outdated') : t('page.broken')}</Title>
      <Text>{outdated ? t('page.outdatedHint') : t('page.brokenHint')}</Text>
      <Group>
        <Button leftSection={<IconRefresh size={16} />} onClick={outdated ? () => location.reload() : reopen}>
          {outdated ? t('page.reload') : t('page.reopen')}
        </Button>
      </Group>
      {!outdated && error instanceof Error && (
        <Text size="xs" c="dimmed" ff="monospace">
          {error.message}
        </Text>
      )}
    </Stack>
  );
}
