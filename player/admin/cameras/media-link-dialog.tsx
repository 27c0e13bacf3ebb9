import { Button, Group, Modal, Select, Stack, Text } from '@mantine/core';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import type { CameraView } from '#contracts/camera';
import { useApi } from '../../api/context.tsx';
import { useAction } from '../../api/use-action.ts';
import { CopyField } from '../../ui/copy-field.tsx';
import { useDates } from '../../ui/dates.ts';

const HOURS = [1, 8, 24];

/** A signed address of one camera for players outside of the console. */
export function MediaLinkDialog({
  camera,
  opened,
  onClose,
}: {
  camera: CameraView;
  opened: boolean;
  onClose: () => void;
}) {
  const { t } = useTranslation(['admin', 'app']);
  return (
    <Modal
      opened={opened}
      onClose={onClose}
      title={t('mediaLink.title')}
      closeButtonProps={{ 'aria-label': t('app:common.close') }}
    >
      {opened && <LinkForm camera={camera} />}
    </Modal>
  );
}

function LinkForm({ camera }: { camera: CameraView }) {
  const { t } = useTranslation(['admin', 'app']);
  const api = useApi();
  const dates = useDates();
  const [role, setRole] = useState<'main' | 'sub'>('main');
  const [hours, setHours] = useState('1');
  const make = useAction({
    run: () => api.cameras.mediaLink(camera.id, { role, seconds: Number(hours) * 3600 }),
  });
  return (
    <Stack gap="md">
      <Text c="dimmed">{t('mediaLink.hint')}</Text>
      <Group grow>
        <Select
          label={t('mediaLink.stream')}
          data={[
            { value: 'main', label: t('streams.main') },
            ...(camera.hasSub ? [{ value: 'sub', label: t('streams.sub') }] : []),
          ]}
          value={role}
          allowDeselect={false}
          onChange={(value) => setRole(value === 'sub' ? 'sub' : 'main')}
        />
        <Select
          label={t('mediaLink.lasts')}
          data={HOURS.map((count) => ({ value: String(count), label: t('app:age.hours', { count }) }))}
          value={hours}
          allowDeselect={false}
          onChange={(value) => setHours(value ?? '1')}
        />
      </Group>
      <Button
        variant={make.data === undefined ? 'filled' : 'default'}
        loading={make.isPending}
        onClick={() => make.mutate(undefined)}
      >
        {t('mediaLink.make')}
      </Button>
      {make.data !== undefined && (
        <CopyField
          label={t('mediaLink.address')}
          value={new URL(make.data.url, location.href).href}
          description={t('mediaLink.until', { time: dates.full(make.data.expiresMs) })}
        />
      )}
    </Stack>
  );
}
