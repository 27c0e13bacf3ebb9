import { Button } from '@mantine/core';
import { useEffect, useRef, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { useApi } from '../api/context.tsx';
import { useSession } from '../app/session.tsx';
import { createPlaybackPlayer, type PlaybackState } from '../media/playback-player.ts';
import { recordingSource } from '../media/recording-source.ts';
import classes from './playback.module.css';
import { createPlaybackClock, LIVE_EDGE_MS } from './playback-clock.ts';
import { useLoop } from './use-loop.ts';

const REPLAY_MS = 30_000;
/** A camera that is not recorded has nothing to replay: after this the live picture is better than a black one. */
const PATIENCE_MS = 6000;

/** The last half minute over a live picture; goes by itself when it has been seen. The live picture runs on below. */
export function InstantReplay({ cameraId, onEnd }: { cameraId: string; onEnd: () => void }) {
  const { t } = useTranslation('playback');
  const api = useApi();
  const session = useSession();
  const loop = useLoop();
  const video = useRef<HTMLVideoElement>(null);
  const left = useRef<HTMLSpanElement>(null);
  const [state, setState] = useState<PlaybackState>('loading');
  const latest = useRef({ onEnd, serverNow: session.serverNow });
  latest.current = { onEnd, serverNow: session.serverNow };

  useEffect(() => {
    const picture = video.current;
    if (picture === null) return;
    const serverNow = (): number => latest.current.serverNow();
    const untilMs = serverNow() - LIVE_EDGE_MS;
    const clock = createPlaybackClock({
      atMs: untilMs - REPLAY_MS,
      monotonic: () => performance.now(),
      serverNow,
    });
    const player = createPlaybackPlayer({
      video: picture,
      source: recordingSource(api, cameraId),
      serverNow,
      onState: setState,
    });
    const beganAt = performance.now();
    let shown = false;
    clock.seek(untilMs - REPLAY_MS);
    clock.play();
    const stop = loop.add(() => {
      player.sync(clock.now(), clock.speed());
      const now = player.state();
      clock.hold(now === 'loading');
      shown ||= now === 'shown' || now === 'keyframes';
      const remaining = Math.max(0, Math.ceil((untilMs - clock.now()) / 1000));
      if (left.current !== null) left.current.textContent = `−${remaining} s`;
      if (remaining === 0 || (!shown && performance.now() - beganAt > PATIENCE_MS)) latest.current.onEnd();
    });
    return () => {
      stop();
      player.close();
    };
  }, [api, cameraId, loop]);

  return (
    <div className={classes.replay} data-replay={state}>
      <video ref={video} muted playsInline disablePictureInPicture tabIndex={-1} aria-hidden />
      {state !== 'shown' && state !== 'keyframes' && (
        <div className={classes.note} role="status">
          {t(`state.${state}`)}
        </div>
      )}
      <div className={classes.replayBar} data-controls>
        <strong>{t('replaying')}</strong>
        <span ref={left} />
        <Button size="compact-xs" variant="default" onClick={onEnd}>
          {t('toLive')}
        </Button>
      </div>
    </div>
  );
}
