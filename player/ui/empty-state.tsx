import { Stack, Text, Title } from '@mantine/core';
import type { TablerIcon } from '@tabler/icons-react';
import type { ReactNode } from 'react';

/** What stands where a list would be: says why it is empty and what to do about it. */
export function EmptyState(props: { icon: TablerIcon; title: string; children?: ReactNode; actions?: ReactNode }) {
  const { icon: Icon, title, children, actions } = props;
  return (
    <Stack align="center" gap="sm" p="xl" maw="44rem" mx="auto" ta="center">
      <Icon size={32} stroke={1.3} color="var(--tn-dim)" aria-hidden />
      <Title order={2}>{title}</Title>
      {children !== undefined && (
        <Text component="div" c="dimmed">
          {children}
        </Text>
      )}
      {actions}
    </Stack>
  );
}
