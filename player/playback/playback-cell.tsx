import { Button } from '@mantine/core';
import { IconArrowsMaximize, IconArrowsMinimize, IconCamera, IconX } from '@tabler/icons-react';
import { memo, useEffect, useRef, useState } from 'react';
import { useTranslation } from 'react-i18next';
import type { StreamRole } from '#contracts/media';
import { useApi } from '../api/context.tsx';
import { useZoom } from '../live/use-zoom.ts';
import { createPlaybackPlayer, type PlaybackState } from '../media/playback-player.ts';
import { recordingSource, thumbnailUrl } from '../media/recording-source.ts';
import { PictureControl } from '../ui/picture-control.tsx';
import classes from './playback.module.css';
import type { PlaybackCamera } from './playback-camera.ts';
import type { PlaybackClock } from './playback-clock.ts';
import type { Loop } from './use-loop.ts';

export interface PlaybackCellProps {
  readonly camera: PlaybackCamera;
  /** `undefined` takes the best stream that was recorded. */
  readonly role: StreamRole | undefined;
  readonly clock: PlaybackClock;
  readonly loop: Loop;
  readonly serverNow: () => number;
  readonly selected: boolean;
  readonly listening: boolean;
  readonly enlarged: boolean;
  readonly hidden: boolean;
  /** Where the next recording of this camera begins, if one is known. */
  readonly nextMs: number | undefined;
  readonly onSelect: () => void;
  readonly onEnlarge: () => void;
  readonly onRemove: () => void;
  readonly onState: (cameraId: string, state: PlaybackState | null) => void;
}

/** ms between two stills where the browser cannot play the video. */
const STILL_EVERY_MS = 700;

/** One camera's recording, in step with the page's clock. */
export const PlaybackCell = memo(function PlaybackCell(props: PlaybackCellProps) {
  const { camera, role, clock, loop, serverNow, selected, enlarged, hidden, nextMs, onState } = props;
  const { t } = useTranslation('playback');
  const api = useApi();
  const root = useRef<HTMLDivElement>(null);
  const video = useRef<HTMLVideoElement>(null);
  const still = useRef<HTMLImageElement>(null);
  const [state, setState] = useState<PlaybackState>('loading');
  const zoom = useZoom(root, true);
  const { id } = camera;

  useEffect(() => {
    const [box, picture, image] = [root.current, video.current, still.current];
    if (box === null || picture === null || image === null) return;
    const player = createPlaybackPlayer({
      video: picture,
      source: recordingSource(api, id),
      role,
      serverNow,
      onState(next) {
        setState(next);
        onState(id, next);
      },
    });
    onState(id, 'loading');
    let stillAt = { ms: Number.NaN, asked: 0 };
    const stop = loop.add(() => {
      const ms = clock.now();
      player.sync(ms, clock.speed());
      const shown = player.shownWallClockMs();
      box.dataset.offMs = shown === null ? '' : String(Math.round(shown - ms));
      box.dataset.state = player.state();
      if (player.state() !== 'unplayable' || performance.now() - stillAt.asked < STILL_EVERY_MS) return;
      const second = Math.floor(ms / 1000) * 1000;
      if (second === stillAt.ms || (!image.complete && image.src !== '')) return;
      stillAt = { ms: second, asked: performance.now() };
      image.src = thumbnailUrl(id, ms, 1280);
    });
    return () => {
      stop();
      player.close();
      onState(id, null);
      setState('loading');
    };
  }, [api, id, role, clock, loop, serverNow, onState]);

  function save(): void {
    const link = document.createElement('a');
    link.href = thumbnailUrl(id, clock.now(), 1280);
    link.download = `${camera.number}-${new Date(clock.now()).toISOString().replace(/[:.]/g, '-')}.jpg`;
    link.click();
  }

  return (
    <div
      ref={root}
      className={classes.cell}
      role="gridcell"
      tabIndex={-1}
      aria-label={camera.name}
      aria-selected={selected}
      data-playback-cell={id}
      data-selected={selected}
      hidden={hidden}
      onPointerDown={props.onSelect}
      onDoubleClick={(event) =>
        event.target instanceof Element && event.target.closest('button') === null && props.onEnlarge()
      }
    >
      <div className={classes.picture} ref={zoom.target} data-covered={state === 'gap' || state === 'failed'}>
        <video ref={video} muted={!props.listening} playsInline disablePictureInPicture tabIndex={-1} aria-hidden />
        <img ref={still} alt="" hidden={state !== 'unplayable'} />
      </div>
      {state !== 'shown' && state !== 'keyframes' && (
        <div className={classes.note} role="status" data-kind={state}>
          <span>{t(`state.${state}`)}</span>
          {state === 'gap' && nextMs !== undefined && (
            <Button size="compact-xs" variant="default" onClick={() => clock.seek(nextMs)}>
              {t('nextRecording')}
            </Button>
          )}
        </div>
      )}
      <div className={classes.caption}>
        <span className={classes.number}>{camera.number}</span>
        <span className={classes.name}>{camera.name}</span>
        {state === 'keyframes' && <span className={classes.badge}>{t('state.keyframes')}</span>}
      </div>
      <div className={classes.controls}>
        <PictureControl
          label={enlarged ? t('shrink') : t('enlarge')}
          icon={enlarged ? IconArrowsMinimize : IconArrowsMaximize}
          run={props.onEnlarge}
        />
        <PictureControl label={t('snapshot')} icon={IconCamera} run={save} />
        <PictureControl label={t('remove')} icon={IconX} run={props.onRemove} />
      </div>
    </div>
  );
});
