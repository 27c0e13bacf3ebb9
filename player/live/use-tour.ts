import { type Dispatch, useEffect, useRef, useState } from 'react';
import type { CameraView } from '#contracts/camera';
import type { WallAction, WallState } from './wall-state.ts';

export interface Tour {
  /** Seconds between two steps; 0 is off. */
  readonly seconds: number;
  set(seconds: number): void;
}

/** Leads all cameras through the cells that are not pinned, a wallful at a time. */
export function useTour(state: WallState, dispatch: Dispatch<WallAction>, cameras: readonly CameraView[]): Tour {
  const [seconds, set] = useState(0);
  const latest = useRef({ state, cameras });
  latest.current = { state, cameras };
  useEffect(() => {
    if (seconds === 0) return;
    let from = 0;
    const timer = setInterval(() => {
      const { state: wall, cameras: all } = latest.current;
      const free = wall.grid.cells.filter((cell) => !cell.pinned).length;
      const enabled = all.filter((camera) => camera.enabled);
      if (free === 0 || enabled.length <= free || wall.enlarged !== null) return;
      from = (from + free) % enabled.length;
      dispatch({
        type: 'tour',
        cameraIds: [...enabled.slice(from), ...enabled.slice(0, from)].map((camera) => camera.id),
      });
    }, seconds * 1000);
    return () => clearInterval(timer);
  }, [seconds, dispatch]);
  return { seconds, set };
}
