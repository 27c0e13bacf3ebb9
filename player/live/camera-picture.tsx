import type { CameraView } from '#contracts/camera';
import type { WallClient } from '../media/wall-client.ts';
import classes from './live.module.css';
import { WallCell } from './wall-cell.tsx';

const CELL = { column: 0, row: 0, columnSpan: 1, rowSpan: 1, pinned: false } as const;

/** One camera live, outside of a wall: beside an alert, in an incident. `beside`: how many stand on the page. */
export function CameraPicture(props: { camera: CameraView; wall: WallClient; beside?: number }) {
  const { camera, wall, beside = 1 } = props;
  return (
    <div className={classes.single} role="grid" aria-label={camera.name}>
      <WallCell
        at={0}
        cell={{ ...CELL, cameraId: camera.id }}
        camera={camera}
        wall={wall}
        cells={beside}
        selected={false}
        enlarged={false}
        hidden={false}
      />
    </div>
  );
}
