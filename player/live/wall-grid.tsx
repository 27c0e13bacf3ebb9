import { useMemo } from 'react';
import type { CameraView } from '#contracts/camera';
import type { Severity } from '#contracts/events';
import type { WallClient } from '../media/wall-client.ts';
import classes from './live.module.css';
import type { Grid } from './presets.ts';
import { type CellActions, WallCell } from './wall-cell.tsx';

export interface WallGridProps {
  readonly grid: Grid;
  readonly cameras: readonly CameraView[];
  readonly wall: WallClient;
  readonly selected: number;
  readonly enlarged: number | null;
  /** The cell that shows the last half minute. */
  readonly replaying?: number | null;
  /** The one cell whose sound is heard. */
  readonly listening?: number | null;
  /** The worst open alert of each camera that has one. */
  readonly alerts?: ReadonlyMap<string, Severity>;
  readonly on?: CellActions;
}

export function WallGrid({ grid, cameras, wall, selected, enlarged, replaying, listening, alerts, on }: WallGridProps) {
  const byId = useMemo(() => new Map(cameras.map((camera) => [camera.id, camera])), [cameras]);
  const filled = grid.cells.filter((cell) => cell.cameraId !== null).length;
  return (
    <div
      className={classes.wall}
      role="grid"
      data-wall
      style={
        enlarged === null
          ? {
              gridTemplateColumns: `repeat(${grid.columns}, minmax(0, 1fr))`,
              gridTemplateRows: `repeat(${grid.rows}, minmax(0, 1fr))`,
            }
          : { gridTemplateColumns: 'minmax(0, 1fr)', gridTemplateRows: 'minmax(0, 1fr)' }
      }
    >
      {grid.cells.map((cell, at) => (
        <WallCell
          // The place on the wall is what stays; which camera is in it changes.
          key={`${cell.column}/${cell.row}`}
          at={at}
          cell={cell}
          camera={cell.cameraId === null ? undefined : byId.get(cell.cameraId)}
          wall={wall}
          cells={filled}
          selected={selected === at}
          enlarged={enlarged === at}
          replaying={replaying === at}
          listening={listening === at}
          hidden={enlarged !== null && enlarged !== at}
          alert={cell.cameraId === null ? undefined : alerts?.get(cell.cameraId)}
          {...(on === undefined ? {} : { on })}
        />
      ))}
    </div>
  );
}
