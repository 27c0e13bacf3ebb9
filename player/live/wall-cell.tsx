import {
  IconArrowsMaximize,
  IconArrowsMinimize,
  IconCamera,
  IconHistory,
  IconMaximize,
  IconPin,
  IconPinFilled,
  IconVolume,
  IconVolumeOff,
  IconX,
} from '@tabler/icons-react';
import { type DragEvent, memo, useEffect, useRef, useState } from 'react';
import { useTranslation } from 'react-i18next';
import type { CameraView } from '#contracts/camera';
import type { Severity } from '#contracts/events';
import type { LayoutCell } from '#contracts/http';
import { conditionOf } from '../api/camera-condition.ts';
import { askFor } from '../media/cell-policy.ts';
import { type CellStatus, type CellVideo, createCellVideo } from '../media/cell-video.ts';
import type { WallClient } from '../media/wall-client.ts';
import { InstantReplay } from '../playback/instant-replay.tsx';
import { PictureControl } from '../ui/picture-control.tsx';
import { SeverityMark } from '../ui/severity-mark.tsx';
import { StateDot } from '../ui/state-dot.tsx';
import { CAMERA_DRAG, CELL_DRAG, readDrag } from './drag.ts';
import classes from './live.module.css';
import { PtzPad } from './ptz-pad.tsx';
import { useZoom } from './use-zoom.ts';

export interface WallCellProps {
  readonly at: number;
  readonly cell: LayoutCell;
  readonly camera: CameraView | undefined;
  readonly wall: WallClient;
  readonly cells: number;
  readonly selected: boolean;
  readonly enlarged: boolean;
  readonly hidden: boolean;
  /** The last half minute is shown instead of the live picture. */
  readonly replaying?: boolean;
  /** Its live sound is heard. */
  readonly listening?: boolean;
  /** The worst alert that is open on this camera. */
  readonly alert?: Severity | undefined;
  /** Absent on a screen without controls. */
  readonly on?: CellActions;
}

export interface CellActions {
  select(at: number): void;
  enlarge(at: number | null): void;
  clear(at: number): void;
  pin(at: number): void;
  place(at: number, cameraId: string): void;
  swap(from: number, to: number): void;
  /** Shows the last half minute in the cell, or ends it; absent where the person may not look back. */
  replay?(at: number | null): void;
  /** Lets this cell be heard instead of any other, or none. */
  listen(at: number | null): void;
}

/** ms between two looks at the age of a picture. */
const AGE_EVERY_MS = 500;
/** ms without a new picture after which it turns grey. */
const STALE_MS = 3000;

/** One cell. React draws the frame around the picture; pictures and ages go past it, straight into the elements. */
export const WallCell = memo(function WallCell(props: WallCellProps) {
  const { at, cell, camera, wall, selected, enlarged, hidden, on } = props;
  const { t, i18n } = useTranslation(['live', 'app', 'faults', 'playback', 'alerts']);
  const root = useRef<HTMLDivElement>(null);
  const video = useRef<HTMLVideoElement>(null);
  const still = useRef<HTMLImageElement>(null);
  const age = useRef<HTMLSpanElement>(null);
  const player = useRef<CellVideo>(null);
  const [status, setStatus] = useState<CellStatus | null>(null);
  const [stale, setStale] = useState(false);
  const zoom = useZoom(root, camera !== undefined);
  const cameraId = camera?.id;
  const hasSub = camera?.hasSub ?? false;
  const facts = useRef({ enlarged, selected, pinned: cell.pinned, hasSub, cells: props.cells, hidden });
  facts.current = { enlarged, selected, pinned: cell.pinned, hasSub, cells: props.cells, hidden };
  const askAgain = useRef<() => void>(() => {});

  useEffect(() => {
    const [box, picture, image] = [root.current, video.current, still.current];
    if (cameraId === undefined || box === null || picture === null || image === null) return;
    let visible = 1;
    const ask = () => {
      const { width, height } = box.getBoundingClientRect();
      const { hidden: covered, ...known } = facts.current;
      return askFor({
        ...known,
        widthPx: width * devicePixelRatio,
        heightPx: height * devicePixelRatio,
        visible: covered ? 0 : visible,
        documentHidden: document.hidden,
      });
    };
    const opened = createCellVideo({
      wall,
      cameraId,
      video: picture,
      still: image,
      ask: ask(),
      hlsUrl: (role) =>
        `/live/${encodeURIComponent(cameraId)}/${role === 'sub' && facts.current.hasSub ? 'sub' : 'main'}/index.m3u8`,
      onStatus: setStatus,
    });
    player.current = opened;
    const again = (): void => opened.ask(ask());
    askAgain.current = again;
    const seen = new IntersectionObserver(
      ([entry]) => {
        visible = entry?.intersectionRatio ?? 1;
        again();
      },
      { threshold: [0, 0.1, 0.6, 1] },
    );
    seen.observe(box);
    const sized = new ResizeObserver(again);
    sized.observe(box);
    document.addEventListener('visibilitychange', again);
    let toldStale: boolean | undefined;
    const timer = setInterval(() => {
      const ms = opened.ageMs();
      box.dataset.ageMs = ms === null ? '' : String(Math.round(ms));
      if (age.current !== null) age.current.textContent = ms === null ? '–' : ageText(ms, i18n.language);
      const isStale = ms === null || ms > STALE_MS;
      // React keeps each update until it draws next, also one that changes nothing: a wall stands for months.
      if (isStale !== toldStale) setStale(isStale);
      toldStale = isStale;
    }, AGE_EVERY_MS);
    return () => {
      clearInterval(timer);
      seen.disconnect();
      sized.disconnect();
      document.removeEventListener('visibilitychange', again);
      opened.close();
      player.current = null;
      askAgain.current = () => {};
      setStatus(null);
    };
  }, [cameraId, wall, i18n]);
  // Not in the effect above: none of these is a reason to begin anew.
  const askKey = `${enlarged} ${selected} ${cell.pinned} ${hasSub} ${props.cells} ${hidden}`;
  useEffect(() => {
    if (askKey !== '') askAgain.current();
  }, [askKey]);

  const notice = status?.notice ?? null;
  const condition = camera === undefined ? null : conditionOf(camera);
  const state = notice?.state ?? condition?.state ?? 'connecting';
  const fault = notice === null ? (condition?.fault ?? null) : notice.fault;
  const serving = notice?.serving ?? 'none';
  const path = status?.path ?? 'ws';
  const way = [serving === 'none' ? '' : t(`live:serving.${serving}`), path === 'hls' ? 'HLS' : '']
    .filter((part) => part !== '')
    .join(' · ');
  const lastFrameMs = notice?.lastFrameMs ?? null;
  const hasSound = status?.hasSound ?? camera?.streams.some(({ audioCodec }) => audioCodec !== null) ?? false;
  const dead =
    camera !== undefined && (state === 'down' || state === 'disabled' || (state === 'connecting' && fault !== null));

  return (
    <div
      ref={root}
      className={classes.cell}
      role="gridcell"
      tabIndex={selected && on !== undefined ? 0 : -1}
      aria-label={camera === undefined ? t('live:emptyCell', { cell: at + 1 }) : camera.name}
      aria-selected={selected}
      data-cell={at}
      data-camera={cameraId ?? ''}
      data-state={camera === undefined ? '' : state}
      data-serving={notice?.serving ?? ''}
      data-path={path}
      data-alert={camera === undefined ? '' : (props.alert ?? '')}
      data-stale={stale || dead}
      data-selected={selected && on !== undefined}
      data-enlarged={enlarged}
      hidden={hidden}
      style={{
        gridColumn: enlarged ? '1 / -1' : `${cell.column + 1} / span ${cell.columnSpan}`,
        gridRow: enlarged ? '1 / -1' : `${cell.row + 1} / span ${cell.rowSpan}`,
      }}
      draggable={on !== undefined && camera !== undefined && !zoom.zoomed}
      onDragStart={(event) => event.dataTransfer.setData(CELL_DRAG, String(at))}
      onDragOver={(event) => on !== undefined && event.preventDefault()}
      onDrop={(event) => on !== undefined && drop(event, at, on)}
      onPointerDown={() => on?.select(at)}
      onDoubleClick={(event) => camera !== undefined && onPicture(event.target) && on?.enlarge(enlarged ? null : at)}
    >
      <div className={classes.picture} ref={zoom.target} hidden={camera === undefined}>
        <video
          ref={video}
          muted={props.listening !== true || props.replaying === true}
          playsInline
          disablePictureInPicture
          tabIndex={-1}
          aria-hidden
        />
        <img ref={still} alt="" hidden />
      </div>
      {camera === undefined ? (
        <span className={classes.free}>{on === undefined ? '' : at + 1}</span>
      ) : (
        <>
          <div className={classes.caption}>
            <StateDot state={stale && state === 'live' ? 'connecting' : state} />
            <span className={classes.number}>{camera.number}</span>
            <span className={classes.name} title={camera.name}>
              {camera.name}
            </span>
            {props.alert !== undefined && (
              <span
                className={classes.alertMark}
                title={t('alerts:strip.mark', { severity: t(`app:severities.${props.alert}`) })}
              >
                <SeverityMark severity={props.alert} />
              </span>
            )}
            {camera.pictureFault !== null && (
              <span className={classes.warning}>{t(`live:pictureFault.${camera.pictureFault.fault}`)}</span>
            )}
            {props.listening === true && hasSound && (
              <IconVolume size={14} role="img" aria-label={t('live:listening')} title={t('live:listening')} />
            )}
            {camera.demo && <span className={classes.badge}>{t('live:demo')}</span>}
            {notice?.transcoded === true && <span className={classes.badge}>{t('live:transcoded')}</span>}
            {way !== '' && (
              <span className={classes.badge} title={t(`live:path.${path}`)}>
                {way}
                {notice?.degraded === true && (
                  <span role="img" title={t('live:degraded')} aria-label={t('live:degraded')}>
                    {' ↓'}
                  </span>
                )}
              </span>
            )}
            <span ref={age} className={classes.age} />
          </div>
          {dead && (
            <div className={classes.dead} role="status">
              <strong>
                {lastFrameMs === null
                  ? t('live:noPictureYet')
                  : t('live:noPictureSince', { time: clockOf(lastFrameMs, i18n.language) })}
              </strong>
              {fault !== null && <span>{t(`faults:camera.${fault}.name`)}</span>}
            </div>
          )}
          {props.replaying === true && (
            <InstantReplay key={camera.id} cameraId={camera.id} onEnd={() => on?.replay?.(null)} />
          )}
          {status?.refused !== null && status !== null && (
            <div className={classes.dead}>
              <strong>{t(`live:refused.${status.refused}`)}</strong>
            </div>
          )}
          {on !== undefined && (
            <div className={classes.controls} data-controls>
              <PictureControl
                label={enlarged ? t('live:shrink') : t('live:enlarge')}
                icon={enlarged ? IconArrowsMinimize : IconArrowsMaximize}
                run={() => on.enlarge(enlarged ? null : at)}
              />
              <PictureControl
                label={t('live:fullScreen')}
                icon={IconMaximize}
                run={() => void root.current?.requestFullscreen()}
              />
              {on.replay !== undefined && (
                <PictureControl label={t('playback:replay')} icon={IconHistory} run={() => on.replay?.(at)} />
              )}
              {hasSound && (
                <PictureControl
                  label={props.listening === true ? t('live:mute') : t('live:listen')}
                  icon={props.listening === true ? IconVolumeOff : IconVolume}
                  run={() => on.listen(props.listening === true ? null : at)}
                />
              )}
              <PictureControl label={t('live:snapshot')} icon={IconCamera} run={() => save(camera)} />
              <PictureControl
                label={cell.pinned ? t('live:unpin') : t('live:pin')}
                icon={cell.pinned ? IconPinFilled : IconPin}
                run={() => on.pin(at)}
              />
              <PictureControl label={t('live:remove')} icon={IconX} run={() => on.clear(at)} />
            </div>
          )}
          {on !== undefined && camera.canPtz && (enlarged || selected) && <PtzPad cameraId={camera.id} />}
        </>
      )}
    </div>
  );
});

/** Not on a button, nor on the pad that steers: two quick clicks there mean two clicks. */
function onPicture(target: EventTarget): boolean {
  return target instanceof Element && target.closest('[data-controls]') === null;
}

function drop(event: DragEvent, at: number, on: CellActions): void {
  event.preventDefault();
  const from = readDrag(event.dataTransfer, CELL_DRAG);
  const cameraId = readDrag(event.dataTransfer, CAMERA_DRAG);
  if (from !== null) on.swap(Number(from), at);
  else if (cameraId !== null) on.place(at, cameraId);
}

/** The server's still is the camera's own picture, not what this browser made of it. */
function save(camera: CameraView): void {
  const link = document.createElement('a');
  link.href = `/live/${encodeURIComponent(camera.id)}/snapshot.jpg`;
  link.download = `${camera.number}-${new Date().toISOString().replace(/[:.]/g, '-')}.jpg`;
  link.click();
}

function ageText(ms: number, language: string): string {
  if (ms < 10_000)
    return `${(ms / 1000).toLocaleString(language, { maximumFractionDigits: 1, minimumFractionDigits: 1 })} s`;
  if (ms < 120_000) return `${Math.round(ms / 1000)} s`;
  return `${Math.round(ms / 60_000)} min`;
}

function clockOf(ms: number, language: string): string {
  return new Date(ms).toLocaleTimeString(language, { hour: '2-digit', minute: '2-digit', second: '2-digit' });
}
