import { ActionIcon, Button, Group, Select, Text, Tooltip } from '@mantine/core';
import { IconDeviceMobile, IconLayoutGrid, IconX } from '@tabler/icons-react';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { Link } from 'wouter';
import type { IncidentDetails } from '#contracts/alerts';
import { useCameras } from '../api/queries.ts';
import { liveLink } from '../app/links.ts';
import { CameraPicture } from '../live/camera-picture.tsx';
import { useWallClient } from '../live/use-wall-client.ts';
import { cameraLabel } from '../ui/camera-label.ts';
import { optionsFilter } from '../ui/options-filter.ts';
import { Panel } from '../ui/page.tsx';
import classes from './incidents.module.css';
import { PhoneDialog } from './phone-dialog.tsx';
import { useIncidentAction } from './use-incident.ts';

/** The cameras of the incident, live and small. */
export function IncidentCameras({ incident }: { incident: IncidentDetails }) {
  const { t } = useTranslation('incidents');
  const cameras = useCameras();
  const wall = useWallClient();
  const change = useIncidentAction();
  const shown = cameras.data?.filter(({ id }) => incident.cameraIds.includes(id)) ?? [];
  const others = cameras.data?.filter(({ id }) => !incident.cameraIds.includes(id)) ?? [];
  const [phone, setPhone] = useState(false);
  const open = incident.state === 'open';
  return (
    <Panel title={t('cameras')}>
      {shown.length === 0 && <Text c="dimmed">{t('noCameras')}</Text>}
      <div className={classes.cameras}>
        {shown.map((camera) => {
          const label = t('removeCamera', { camera: camera.name });
          return (
            <div key={camera.id} className={classes.camera}>
              <CameraPicture camera={camera} wall={wall} beside={shown.length} />
              {open && (
                <Tooltip label={label}>
                  <ActionIcon
                    className={classes.onPicture}
                    size="sm"
                    variant="default"
                    aria-label={label}
                    onClick={() => change.mutate((incidents) => incidents.removeCamera(incident.id, camera.id))}
                  >
                    <IconX size={14} aria-hidden />
                  </ActionIcon>
                </Tooltip>
              )}
            </div>
          );
        })}
      </div>
      <Group mt="sm">
        {open && (
          <Select
            size="xs"
            flex={1}
            aria-label={t('addCamera')}
            placeholder={t('addCamera')}
            searchable
            limit={100}
            filter={optionsFilter}
            value={null}
            data={others.map((camera) => ({ value: camera.id, label: cameraLabel(camera) }))}
            onChange={(id) => id !== null && change.mutate((incidents) => incidents.addCamera(incident.id, id))}
          />
        )}
        {open && (
          <Button
            size="xs"
            variant="default"
            leftSection={<IconDeviceMobile size={14} aria-hidden />}
            onClick={() => setPhone(true)}
          >
            {t('phone.add')}
          </Button>
        )}
        {shown.length > 0 && (
          <Button
            component={Link}
            href={liveLink(...shown.map(({ id }) => id))}
            size="xs"
            variant="default"
            leftSection={<IconLayoutGrid size={14} aria-hidden />}
          >
            {t('toWall')}
          </Button>
        )}
      </Group>
      {phone && <PhoneDialog incident={incident} onClose={() => setPhone(false)} />}
    </Panel>
  );
}
