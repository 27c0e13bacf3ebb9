import { ActionIcon, Menu } from '@mantine/core';
import { IconDotsVertical, IconEye, IconLink, IconPencil, IconRefresh, IconTrash } from '@tabler/icons-react';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { Link } from 'wouter';
import type { CameraView } from '#contracts/camera';
import { useApi } from '../../api/context.tsx';
import { useAction } from '../../api/use-action.ts';
import { cameraLink, liveLink } from '../../app/links.ts';
import { MediaLinkDialog } from './media-link-dialog.tsx';
import { RemoveCameraDialog } from './remove-camera-dialog.tsx';

/** What can be done with a camera from the list. */
export function CameraActions({ camera }: { camera: CameraView }) {
  const { t } = useTranslation(['admin', 'app']);
  const api = useApi();
  const [dialog, setDialog] = useState<'remove' | 'link' | null>(null);
  const restart = useAction({
    run: () => api.cameras.restart(camera.id),
    done: t('cameras.restarted', { name: camera.name }),
  });
  return (
    <>
      <Menu position="bottom-end" withinPortal>
        <Menu.Target>
          <ActionIcon variant="subtle" color="gray" aria-label={t('cameras.actionsFor', { name: camera.name })}>
            <IconDotsVertical size={18} />
          </ActionIcon>
        </Menu.Target>
        <Menu.Dropdown>
          <Menu.Item component={Link} href={liveLink(camera.id)} leftSection={<IconEye size={16} />}>
            {t('cameras.showOnWall')}
          </Menu.Item>
          <Menu.Item component={Link} href={cameraLink(camera.id)} leftSection={<IconPencil size={16} />}>
            {t('app:common.edit')}
          </Menu.Item>
          <Menu.Item leftSection={<IconRefresh size={16} />} onClick={() => restart.mutate(undefined)}>
            {t('cameras.restart')}
          </Menu.Item>
          <Menu.Item leftSection={<IconLink size={16} />} onClick={() => setDialog('link')}>
            {t('mediaLink.title')}
          </Menu.Item>
          <Menu.Divider />
          <Menu.Item color="red" leftSection={<IconTrash size={16} />} onClick={() => setDialog('remove')}>
            {t('app:common.remove')}
          </Menu.Item>
        </Menu.Dropdown>
      </Menu>
      <RemoveCameraDialog camera={camera} opened={dialog === 'remove'} onClose={() => setDialog(null)} />
      <MediaLinkDialog camera={camera} opened={dialog === 'link'} onClose={() => setDialog(null)} />
    </>
  );
}
