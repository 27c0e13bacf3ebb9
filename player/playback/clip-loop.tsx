import { ActionIcon } from '@mantine/core';
import { IconPlayerPause, IconPlayerPlay } from '@tabler/icons-react';
import { useEffect, useRef, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { useApi } from '../api/context.tsx';
import { useSession } from '../app/session.tsx';
import { createPlaybackPlayer, type PlaybackState } from '../media/playback-player.ts';
import { recordingSource } from '../media/recording-source.ts';
import { useDates } from '../ui/dates.ts';
import classes from './playback.module.css';
import { createPlaybackClock, LIVE_EDGE_MS } from './playback-clock.ts';
import { useLoop } from './use-loop.ts';

/** A short range of a camera's recordings, over and over. `fromMs` to `toMs`, ms since 1970. */
export function ClipLoop({ cameraId, fromMs, toMs }: { cameraId: string; fromMs: number; toMs: number }) {
  const { t } = useTranslation('alerts');
  const api = useApi();
  const session = useSession();
  const dates = useDates();
  const loop = useLoop();
  const video = useRef<HTMLVideoElement>(null);
  const time = useRef<HTMLSpanElement>(null);
  const [state, setState] = useState<PlaybackState>('loading');
  const [paused, setPaused] = useState(false);
  const latest = useRef({ serverNow: session.serverNow, paused, dates });
  latest.current = { serverNow: session.serverNow, paused, dates };

  useEffect(() => {
    const picture = video.current;
    if (picture === null) return;
    const serverNow = (): number => latest.current.serverNow();
    const clock = createPlaybackClock({ atMs: fromMs, monotonic: () => performance.now(), serverNow });
    const player = createPlaybackPlayer({
      video: picture,
      source: recordingSource(api, cameraId),
      serverNow,
      onState: setState,
    });
    clock.seek(fromMs);
    clock.play();
    const stop = loop.add(() => {
      if (latest.current.paused === clock.playing) {
        if (clock.playing) clock.pause();
        else clock.play();
      }
      // The end of what is on the disk stands for an end that has not come yet.
      const endMs = Math.min(toMs, serverNow() - LIVE_EDGE_MS - 100);
      if (clock.now() >= Math.max(endMs, fromMs + 1000)) clock.seek(fromMs);
      player.sync(clock.now(), clock.speed());
      clock.hold(player.state() === 'loading');
      if (time.current !== null) time.current.textContent = latest.current.dates.time(clock.now());
    });
    return () => {
      stop();
      player.close();
    };
  }, [api, cameraId, fromMs, toMs, loop]);

  const note = state === 'shown' || state === 'keyframes' ? null : state;
  return (
    <div className={classes.clip} data-clip={state}>
      <video ref={video} muted playsInline disablePictureInPicture tabIndex={-1} aria-hidden />
      {note !== null && (
        <div className={classes.note} role="status">
          {t(`clipState.${note}`)}
        </div>
      )}
      <div className={classes.clipBar}>
        <ActionIcon
          size="sm"
          variant="default"
          aria-label={t(paused ? 'play' : 'pause')}
          onClick={() => setPaused((now) => !now)}
        >
          {paused ? <IconPlayerPlay size={14} aria-hidden /> : <IconPlayerPause size={14} aria-hidden />}
        </ActionIcon>
        <span ref={time} />
      </div>
    </div>
  );
}
