import { useCallback, useEffect, useRef, useState } from 'react';
import type { StreamRole } from '#contracts/media';
import type { PlaybackState } from '../media/playback-player.ts';
import classes from './playback.module.css';
import type { PlaybackCamera } from './playback-camera.ts';
import { PlaybackCell } from './playback-cell.tsx';
import type { PlaybackClock } from './playback-clock.ts';
import type { Loop } from './use-loop.ts';
import type { CameraTimes } from './use-timelines.ts';

export interface PlaybackGridProps {
  readonly cameras: readonly PlaybackCamera[];
  readonly rows: readonly CameraTimes[];
  readonly selected: number;
  /** The selected camera is heard. */
  readonly listening: boolean;
  readonly clock: PlaybackClock;
  readonly loop: Loop;
  readonly serverNow: () => number;
  readonly onSelect: (at: number) => void;
  readonly onRemove: (cameraId: string) => void;
}

/** A browser decodes few large pictures at a time: more cells than this take the small stream where it was recorded. */
const MAIN_UP_TO = 4;

export function PlaybackGrid(props: PlaybackGridProps) {
  const { cameras, rows, selected, listening, clock, loop, serverNow, onSelect, onRemove } = props;
  const [enlarged, setEnlarged] = useState<string | null>(null);
  const states = useRef(new Map<string, PlaybackState>());
  const onState = useCallback((cameraId: string, state: PlaybackState | null) => {
    if (state === null) states.current.delete(cameraId);
    else states.current.set(cameraId, state);
  }, []);
  // All begin together: after a seek the clock waits for the slowest, for a moment.
  useEffect(() => loop.add(() => clock.hold([...states.current.values()].includes('loading'))), [clock, loop]);

  const one = cameras.some(({ id }) => id === enlarged) ? enlarged : null;
  const columns = one === null ? Math.ceil(Math.sqrt(cameras.length)) : 1;
  const lines = one === null ? Math.ceil(cameras.length / columns) : 1;
  return (
    <div
      className={classes.grid}
      role="grid"
      data-playback-grid
      style={{
        gridTemplateColumns: `repeat(${columns}, minmax(0, 1fr))`,
        gridTemplateRows: `repeat(${lines}, minmax(0, 1fr))`,
      }}
    >
      {cameras.map((camera, at) => (
        <PlaybackCell
          key={camera.id}
          camera={camera}
          role={roleFor(rows[at], cameras.length, one === camera.id)}
          clock={clock}
          loop={loop}
          serverNow={serverNow}
          selected={selected === at}
          listening={listening && selected === at}
          enlarged={one === camera.id}
          hidden={one !== null && one !== camera.id}
          nextMs={rows[at]?.timeline?.spans.find(({ startMs }) => startMs > clock.now())?.startMs}
          onSelect={() => onSelect(at)}
          onEnlarge={() => setEnlarged(one === camera.id ? null : camera.id)}
          onRemove={() => onRemove(camera.id)}
          onState={onState}
        />
      ))}
    </div>
  );
}

function roleFor(times: CameraTimes | undefined, cells: number, enlarged: boolean): StreamRole | undefined {
  if (enlarged || cells <= MAIN_UP_TO) return undefined;
  return times?.timeline?.roles.includes('sub') === true ? 'sub' : undefined;
}
