import { type PointerEvent, useEffect, useRef, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { thumbnailUrl } from '../media/recording-source.ts';
import { useDates } from '../ui/dates.ts';
import { useSettled } from '../ui/use-settled.ts';
import { coloursOf, drawTimeline, ROW_PX, RULER_PX } from './draw-timeline.ts';
import { markAt } from './mark-at.ts';
import classes from './playback.module.css';
import type { PlaybackCamera } from './playback-camera.ts';
import type { PlaybackClock } from './playback-clock.ts';
import { pan, spanOf, type TimeView, toMs, zoom } from './time-view.ts';
import type { Loop } from './use-loop.ts';
import type { CameraTimes } from './use-timelines.ts';

export interface TimelineProps {
  readonly cameras: readonly PlaybackCamera[];
  readonly rows: readonly CameraTimes[];
  readonly view: TimeView;
  readonly selected: number;
  readonly clock: PlaybackClock;
  readonly loop: Loop;
  readonly serverNow: () => number;
  readonly onView: (change: (view: TimeView) => TimeView) => void;
  readonly onSelect: (at: number) => void;
}

interface Hover {
  readonly x: number;
  readonly row: number;
}

/** Pixels within which a press is a click. */
const CLICK_PX = 4;
const THUMBNAIL_PX = 320;
/** ms that the cursor must rest before a still is asked for. */
const REST_MS = 120;

/** The timelines of all cameras, in one canvas beside their names. */
export function Timeline(props: TimelineProps) {
  const { cameras, rows, view, selected, clock, loop, onView, onSelect } = props;
  const { t, i18n } = useTranslation('playback');
  const canvas = useRef<HTMLCanvasElement>(null);
  const [hover, setHover] = useState<Hover | null>(null);
  const latest = useRef({ ...props, hover, language: i18n.language });
  latest.current = { ...props, hover, language: i18n.language };
  const height = RULER_PX + Math.max(1, rows.length) * ROW_PX;

  useEffect(() => {
    const element = canvas.current;
    const context = element?.getContext('2d');
    if (element === null || context == null) return;
    let colours = coloursOf(element);
    let coloursAt = performance.now();
    let drawn: unknown[] = [];
    const draw = (): void => {
      const now = latest.current;
      const playheadMs = clock.now();
      const { clientWidth: width, clientHeight } = element;
      const state = [now.view, now.rows, Math.round(playheadMs / 20), now.hover, now.selected, width, clientHeight];
      // Themes change seldom; looking for it is not free.
      if (performance.now() - coloursAt > 1000) {
        colours = coloursOf(element);
        coloursAt = performance.now();
      } else if (state.every((value, at) => value === drawn[at])) return;
      drawn = state;
      const ratio = devicePixelRatio;
      if (element.width !== Math.round(width * ratio) || element.height !== Math.round(clientHeight * ratio)) {
        element.width = Math.round(width * ratio);
        element.height = Math.round(clientHeight * ratio);
      }
      context.setTransform(ratio, 0, 0, ratio, 0, 0);
      drawTimeline(
        context,
        { width, height: clientHeight },
        {
          ...now,
          playheadMs,
          serverNowMs: now.serverNow(),
          hoverX: now.hover?.x ?? null,
        },
        colours,
      );
    };
    const onWheel = (event: WheelEvent): void => {
      event.preventDefault();
      const { left, width } = element.getBoundingClientRect();
      const sideways = Math.abs(event.deltaX) > Math.abs(event.deltaY) || event.shiftKey;
      onView((current) => {
        if (sideways) return pan(current, ((event.deltaX || event.deltaY) / width) * spanOf(current));
        return zoom(current, event.deltaY > 0 ? 1.25 : 0.8, toMs(current, event.clientX - left, width));
      });
    };
    // React's own listener is passive, and the page would scroll.
    element.addEventListener('wheel', onWheel, { passive: false });
    const stop = loop.add(draw);
    return () => {
      stop();
      element.removeEventListener('wheel', onWheel);
    };
  }, [clock, loop, onView]);

  const gesture = useGesture({
    onView,
    onClick: (x, y, width) => {
      const row = Math.floor((y - RULER_PX) / ROW_PX);
      if (row >= 0 && row < rows.length) onSelect(row);
      clock.seek(toMs(latest.current.view, x, width));
    },
  });

  return (
    <div className={classes.timeline}>
      <div className={classes.rowNames} style={{ paddingTop: RULER_PX }}>
        {cameras.map((camera, at) => (
          <button
            key={camera.id}
            type="button"
            className={classes.rowName}
            style={{ height: ROW_PX }}
            data-selected={at === selected}
            title={camera.name}
            onClick={() => onSelect(at)}
          >
            {rows[at]?.timeline?.recording === true && <span className={classes.recording} aria-hidden />}
            <span className={classes.number}>{camera.number}</span>
            <span className={classes.name}>{camera.name}</span>
          </button>
        ))}
      </div>
      <div className={classes.canvasBox}>
        <canvas
          ref={canvas}
          className={classes.canvas}
          style={{ height }}
          role="img"
          aria-label={t('timeline')}
          data-timeline
          {...gesture}
          onPointerMove={(event) => {
            gesture.onPointerMove(event);
            const { left, top } = event.currentTarget.getBoundingClientRect();
            const row = Math.floor((event.clientY - top - RULER_PX) / ROW_PX);
            if (event.pointerType === 'mouse') setHover({ x: event.clientX - left, row });
          }}
          onPointerLeave={() => setHover(null)}
        />
        {hover !== null && (
          <HoverCard
            hover={hover}
            view={view}
            box={canvas.current?.getBoundingClientRect()}
            camera={cameras[Math.max(0, hover.row)]}
            times={rows[Math.max(0, hover.row)]}
          />
        )}
      </div>
    </div>
  );
}

/** Drag to move, two fingers to zoom, a press without moving is a click. */
function useGesture(on: { onView: TimelineProps['onView']; onClick: (x: number, y: number, width: number) => void }) {
  const pointers = useRef(new Map<number, { x: number; y: number }>());
  const moved = useRef(0);
  return {
    onPointerDown(event: PointerEvent<HTMLCanvasElement>) {
      event.currentTarget.setPointerCapture(event.pointerId);
      pointers.current.set(event.pointerId, { x: event.clientX, y: event.clientY });
      if (pointers.current.size === 1) moved.current = 0;
    },
    onPointerMove(event: PointerEvent<HTMLCanvasElement>) {
      const held = pointers.current;
      const before = held.get(event.pointerId);
      if (before === undefined) return;
      const { left, width } = event.currentTarget.getBoundingClientRect();
      const other = [...held].find(([id]) => id !== event.pointerId)?.[1];
      const dx = event.clientX - before.x;
      moved.current += Math.abs(dx);
      held.set(event.pointerId, { x: event.clientX, y: event.clientY });
      if (other !== undefined) {
        const [was, is] = [Math.abs(before.x - other.x), Math.abs(event.clientX - other.x)];
        const middle = (event.clientX + other.x) / 2 - left;
        if (was > 10 && is > 10) on.onView((view) => zoom(view, was / is, toMs(view, middle, width)));
        moved.current += CLICK_PX;
      } else if (moved.current > CLICK_PX) {
        on.onView((view) => pan(view, (-dx / width) * spanOf(view)));
      }
    },
    onPointerUp(event: PointerEvent<HTMLCanvasElement>) {
      pointers.current.delete(event.pointerId);
      if (moved.current > CLICK_PX || pointers.current.size > 0) return;
      const { left, top, width } = event.currentTarget.getBoundingClientRect();
      on.onClick(event.clientX - left, event.clientY - top, width);
    },
    onPointerCancel(event: PointerEvent<HTMLCanvasElement>) {
      pointers.current.delete(event.pointerId);
      moved.current = CLICK_PX + 1;
    },
  };
}

function HoverCard(props: {
  hover: Hover;
  view: TimeView;
  box: DOMRect | undefined;
  camera: PlaybackCamera | undefined;
  times: CameraTimes | undefined;
}) {
  const { hover, view, box, camera, times } = props;
  const width = Math.max(1, box?.width ?? 1);
  const { t } = useTranslation(['playback', 'events', 'faults', 'app']);
  const dates = useDates();
  const ms = toMs(view, hover.x, width);
  // Moments that are one pixel apart share a still.
  const step = Math.max(1000, spanOf(view) / Math.max(1, width));
  const asked = useSettled(Math.round(ms / step) * step, REST_MS);
  const recorded = times?.timeline?.spans.some((span) => span.startMs <= asked && span.endMs > asked) === true;
  const mark = camera && times && markAt(times, ms, (spanOf(view) / Math.max(1, width)) * 5, t, camera.name);
  return (
    <div
      className={classes.hover}
      style={{
        left: (box?.left ?? 0) + Math.min(Math.max(hover.x, 90), Math.max(90, width - 90)),
        top: (box?.top ?? 0) - 4,
      }}
      aria-hidden
    >
      {camera !== undefined && recorded && (
        <Thumbnail key={camera.id} url={thumbnailUrl(camera.id, asked, THUMBNAIL_PX)} />
      )}
      {mark !== undefined && mark !== '' && <span className={classes.hoverMark}>{mark}</span>}
      <span>{dates.full(ms)}</span>
    </div>
  );
}

function Thumbnail({ url }: { url: string }) {
  const [failed, setFailed] = useState('');
  if (failed === url) return null;
  return <img className={classes.thumbnail} src={url} alt="" onError={() => setFailed(url)} />;
}
