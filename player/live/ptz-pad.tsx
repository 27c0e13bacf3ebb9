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
import type { PtzCommand } from '#contracts/http';
import { useApi } from '../api/context.tsx';
import { ApiError } from '../api/error.ts';
import { useAction } from '../api/use-action.ts';
import { useSession } from '../app/session.tsx';
import classes from './live.module.css';

const MOVES = [
  { name: 'up', icon: IconArrowUp, pan: 0, tilt: 0.6, zoom: 0, area: '1 / 2' },
  { name: 'left', icon: IconArrowLeft, pan: -0.6, tilt: 0, zoom: 0, area: '2 / 1' },
  { name: 'right', icon: IconArrowRight, pan: 0.6, tilt: 0, zoom: 0, area: '2 / 3' },
  { name: 'down', icon: IconArrowDown, pan: 0, tilt: -0.6, zoom: 0, area: '3 / 2' },
  { name: 'zoomIn', icon: IconZoomIn, pan: 0, tilt: 0, zoom: 0.6, area: '1 / 3' },
  { name: 'zoomOut', icon: IconZoomOut, pan: 0, tilt: 0, zoom: -0.6, area: '3 / 3' },
] as const;

/**
 * Hold to steer, by mouse, finger, Space or Enter; letting go stops. The camera stops by itself after the time-out.
 * Nothing for who may see this camera but not steer it.
 */
export function PtzPad({ cameraId }: { cameraId: string }) {
  const { t } = useTranslation('live');
  const api = useApi();
  const session = useSession();
  const maySteer = session.can('camera.ptz');
  const presets = useQuery({
    queryKey: ['ptz', cameraId],
    queryFn: () => api.cameras.presets(cameraId),
    retry: false,
    enabled: maySteer,
  });
  const order = useAction({ run: (ptz: PtzCommand) => api.cameras.ptz(cameraId, ptz) });
  // A stop that fails is not told: the order before it failed as well, and the time-out stops the camera.
  const stop = (): void => void api.cameras.ptz(cameraId, { action: 'stop' }).catch(() => {});
  const isForbidden = presets.error instanceof ApiError && presets.error.kind === 'forbidden';
  if (!maySteer || isForbidden) return null;

  return (
    <fieldset className={classes.ptz} data-controls aria-label={t('steer')}>
      <div className={classes.pad}>
        {MOVES.map(({ name, icon: Icon, area, ...speed }) => {
          const move = (): void => order.mutate({ action: 'move', timeoutMs: 10_000, ...speed });
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
          onChange={(token) => token !== null && order.mutate({ action: 'preset', token })}
        />
      )}
    </fieldset>
  );
}
