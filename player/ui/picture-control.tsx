import { ActionIcon, Tooltip } from '@mantine/core';
import type { TablerIcon } from '@tabler/icons-react';

/** A small button that lies on a picture. */
export function PictureControl({ label, icon: Icon, run }: { label: string; icon: TablerIcon; run: () => void }) {
  return (
    <Tooltip label={label} openDelay={400}>
      <ActionIcon size="sm" variant="default" aria-label={label} onClick={run}>
        <Icon size={14} aria-hidden />
      </ActionIcon>
    </Tooltip>
  );
}
