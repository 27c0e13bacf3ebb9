import { ActionIcon, Select } from '@mantine/core';
import {
  IconArrowDown,
  IconArrowLeft,
  IconArrowRight,
  IconArrowUp,
  IconZoomIn,
  IconZoomOut,
} from '@tabler/icons-react';
import { useQuery } from '@tanstack/react-query';
import { useTranslation } from 'react-i18next';
import { useApi } from '../api/context.tsx';
import classes from './live.module.css';

const MOVES = [
  { name: 'up', icon: IconArrowUp, pan: 0, tilt: 0.6, zoom: 0, area: '1 / 2' },
  { name: 'left', icon: IconArrowLeft, pan: -0.6, tilt: 0, zoom: 0, area: '2 / 1' },
  { name: 'right', icon: IconArrowRight, pan: 0.6, tilt: 0, zoom: 0, area: '2 / 3' },
  { name: 'down', icon: IconArrowDown, pan: 0, tilt: -0.6, zoom: 0, area: '3 / 2' },
  { name: 'zoomIn', icon: IconZoomIn, pan: 0, tilt: 0, zoom: 0.6, area: '1 / 3' },
  { name: 'zoomOut', icon: IconZoomOut, pan: 0, tilt: 0, zoom: -0.6, area: '3 / 3' },
] as const;

/** Hold to steer, by mouse, finger, Space or Enter; letting go stops. The camera stops by itself after the time-out. */
export function PtzPad({ cameraId }: { cameraId: string }) {
  const { t } = useTranslation('live');
  const api = useApi();
  const presets = useQuery({ queryKey: ['ptz', cameraId], queryFn: () => api.cameras.presets(cameraId), retry: false });
  const stop = (): void => void api.cameras.ptz(cameraId, { action: 'stop' }).catch(() => {});

  return (
    <fieldset className={classes.ptz} data-controls aria-label={t('steer')}>
      <div className={classes.pad}>
        {MOVES.map(({ name, icon: Icon, area, ...speed }) => {
          const move = (): void =>
            void api.cameras.ptz(cameraId, { action: 'move', timeoutMs: 10_000, ...speed }).catch(() => {});
          return (
            <ActionIcon
              key={name}
              variant="default"
              aria-label={t(`ptz.${name}`)}
              style={{ gridArea: area }}
              onPointerDown={move}
              onPointerUp={stop}
              onPointerLeave={(event) => event.buttons > 0 && stop()}
              onKeyDown={(event) => (event.key === 'Enter' || event.key === ' ') && !event.repeat && move()}
              onKeyUp={(event) => (event.key === 'Enter' || event.key === ' ') && stop()}
            >
              <Icon size={16} aria-hidden />
            </ActionIcon>
          );
        })}
      </div>
      {presets.data !== undefined && presets.data.length > 0 && (
        <Select
          size="xs"
          aria-label={t('preset')}
          placeholder={t('preset')}
          data={presets.data.map((preset) => ({
            value: preset.token,
            label: preset.name === '' ? preset.token : preset.name,
          }))}
          value={null}
          onChange={(token) =>
            token !== null && void api.cameras.ptz(cameraId, { action: 'preset', token }).catch(() => {})
          }
        />
      )}
    </fieldset>
  );
}
