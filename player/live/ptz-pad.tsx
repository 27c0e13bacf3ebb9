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
import { useEffect, useRef } from 'react';
import { useTranslation } from 'react-i18next';
import type { PtzCommand } from '#contracts/http';
import { useApi } from '../api/context.tsx';
import { ApiError } from '../api/error.ts';
import { useAction } from '../api/use-action.ts';
import { useSession } from '../app/session.tsx';
import classes from './live.module.css';

/** ms */
const LONGEST_MOVE_MS = 10_000;

const MOVES = [
  { name: 'up', icon: IconArrowUp, pan: 0, tilt: 0.6, zoom: 0, area: '1 / 2' },
  { name: 'left', icon: IconArrowLeft, pan: -0.6, tilt: 0, zoom: 0, area: '2 / 1' },
  { name: 'right', icon: IconArrowRight, pan: 0.6, tilt: 0, zoom: 0, area: '2 / 3' },
  { name: 'down', icon: IconArrowDown, pan: 0, tilt: -0.6, zoom: 0, area: '3 / 2' },
  { name: 'zoomIn', icon: IconZoomIn, pan: 0, tilt: 0, zoom: 0.6, area: '1 / 3' },
  { name: 'zoomOut', icon: IconZoomOut, pan: 0, tilt: 0, zoom: -0.6, area: '3 / 3' },
] as const;

/**
 * Hold to steer, by mouse, finger, Space or Enter; letting go stops, and so does everything that keeps the page from
 * hearing of it: the system taking the pointer, the focus leaving, the pad going. The camera stops by itself after the
 * time-out. Nothing for who may see this camera but not steer it.
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
  const { mutate: steer } = useAction({ run: (command: PtzCommand) => api.cameras.ptz(cameraId, command) });
  const moving = useRef(false);
  const stop = (): void => {
    if (moving.current) steer({ action: 'stop' });
    moving.current = false;
  };
  useEffect(
    () => () => {
      if (moving.current) void api.cameras.ptz(cameraId, { action: 'stop' }).catch(() => {});
      moving.current = false;
    },
    [api, cameraId],
  );
  const isForbidden = presets.error instanceof ApiError && presets.error.kind === 'forbidden';
  if (!maySteer || isForbidden) return null;

  return (
    <fieldset
      className={classes.ptz}
      data-controls
      aria-label={t('steer')}
      // The cell around it can be dragged elsewhere, and a drag would take the pointer away while the camera turns.
      draggable
      onDragStart={(event) => {
        event.preventDefault();
        event.stopPropagation();
      }}
      // A long touch would open it and take the pointer as well.
      onContextMenu={(event) => event.preventDefault()}
    >
      <div className={classes.pad}>
        {MOVES.map(({ name, icon: Icon, area, ...speed }) => {
          const move = (): void => {
            moving.current = true;
            steer({ action: 'move', timeoutMs: LONGEST_MOVE_MS, ...speed });
          };
          return (
            <ActionIcon
              key={name}
              variant="default"
              aria-label={t(`ptz.${name}`)}
              style={{ gridArea: area }}
              onPointerDown={(event) => {
                if (event.button !== 0) return;
                event.currentTarget.setPointerCapture(event.pointerId);
                move();
              }}
              onLostPointerCapture={stop}
              onBlur={stop}
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
          onChange={(token) => token !== null && steer({ action: 'preset', token })}
        />
      )}
    </fieldset>
  );
}
