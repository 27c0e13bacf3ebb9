import { Button, Group, Stack } from '@mantine/core';
import { IconEye, IconPlus } from '@tabler/icons-react';
import { useTranslation } from 'react-i18next';
import { Link } from 'wouter';
import type { CameraCreated } from '#contracts/http';
import { useCameras } from '../../api/queries.ts';
import { liveLink } from '../../app/links.ts';
import { Notice } from '../../ui/notice.tsx';
import { Page, Panel } from '../../ui/page.tsx';
import { CameraStateText } from './camera-state-text.tsx';
import { PublishKeyFields } from './publish-key.tsx';

/** A camera was saved: what it does now, and where to see it. */
export function CameraAdded({ camera, publishKey, another }: CameraCreated & { another: () => void }) {
  const { t } = useTranslation(['admin', 'app']);
  const cameras = useCameras();
  const now = cameras.data?.find(({ id }) => id === camera.id) ?? camera;
  return (
    <Page title={camera.name}>
      <Stack gap="md" maw="40rem">
        <Notice kind="good" title={t('added.title', { number: camera.number })}>
          {t('added.hint')}
        </Notice>
        <Panel title={t('cameras.state')}>
          <CameraStateText camera={now} />
        </Panel>
        {publishKey !== null && (
          <Panel title={t('publishKey.title')}>
            <PublishKeyFields publishKey={publishKey} />
          </Panel>
        )}
        <Group>
          <Button component={Link} href={liveLink(camera.id)} leftSection={<IconEye size={16} />}>
            {t('cameras.showOnWall')}
          </Button>
          <Button variant="default" leftSection={<IconPlus size={16} />} onClick={another}>
            {t('added.another')}
          </Button>
          <Button variant="subtle" color="gray" component={Link} href="/admin/cameras">
            {t('added.toList')}
          </Button>
        </Group>
      </Stack>
    </Page>
  );
}
