import { Button } from '@mantine/core';
import { type KeyboardEvent, type PointerEvent, useRef, useState } from 'react';
import { useTranslation } from 'react-i18next';
import {
  LEAST_POINTS,
  type Masks,
  mayAddMask,
  mayAddPoint,
  middleOf,
  moved,
  type Point,
  rectangle,
  withPointAdded,
  withPointAt,
  withPointRemoved,
} from './mask-shapes.ts';
import classes from './masks.module.css';

export interface MaskPictureProps {
  readonly cameraId: string;
  readonly masks: Masks;
  /** Index of the mask whose points are shown, and of the point that the toolbar means. */
  readonly chosen: { readonly mask: number; readonly point: number | null } | null;
  readonly choose: (mask: number | null, point?: number) => void;
  readonly change: (to: (masks: Masks) => Masks, gesture?: string) => void;
  readonly add: (points: Point[]) => void;
  readonly undo: (kind: 'undo' | 'redo') => void;
}

const ARROWS: Readonly<Record<string, Point>> = {
  ArrowLeft: [-1, 0],
  ArrowRight: [1, 0],
  ArrowUp: [0, -1],
  ArrowDown: [0, 1],
};
/** Shares of the picture for one press, and for one with Shift. */
const STEP = 0.005;
const WIDE_STEP = 0.05;

/**
 * The camera's still with its masks over it. A drag over the bare picture draws a rectangle (a finger scrolls the page
 * there, and uses the button for it); masks and points are dragged, or moved by the arrow keys once they have the focus.
 */
export function MaskPicture(props: MaskPictureProps) {
  const { masks, chosen, choose, change, add, undo } = props;
  const { t } = useTranslation('admin');
  const box = useRef<HTMLDivElement>(null);
  const gestures = useRef(0);
  const [drawing, setDrawing] = useState<{ readonly from: Point; readonly to: Point } | null>(null);

  function pointOf(event: { readonly clientX: number; readonly clientY: number }): Point {
    const { left, top, width, height } = box.current?.getBoundingClientRect() ?? new DOMRect();
    return [(event.clientX - left) / Math.max(1, width), (event.clientY - top) / Math.max(1, height)];
  }

  /** Follows the pointer from where it went down until it comes up, or is lost. */
  function follow(event: PointerEvent, step: (at: Point, gesture: string) => void, done?: (at: Point) => void): void {
    if (event.button !== 0) return;
    const { currentTarget: target, pointerId } = event;
    gestures.current += 1;
    const gesture = `drag ${gestures.current}`;
    target.setPointerCapture(pointerId);
    const abort = new AbortController();
    const { signal } = abort;
    const listen = (type: 'pointermove' | 'pointerup' | 'pointercancel', run: (at: Point) => void): void =>
      target.addEventListener(type, (moved) => moved instanceof MouseEvent && run(pointOf(moved)), { signal });
    listen('pointermove', (at) => step(at, gesture));
    listen('pointerup', (at) => {
      abort.abort();
      done?.(at);
    });
    listen('pointercancel', () => abort.abort());
  }

  function draw(event: PointerEvent): void {
    if (event.pointerType === 'touch' || !mayAddMask(masks)) return;
    choose(null);
    const from = pointOf(event);
    follow(
      event,
      (to) => setDrawing({ from, to }),
      (to) => {
        setDrawing(null);
        const points = rectangle(from, to);
        if (points !== undefined) add(points);
      },
    );
  }

  function dragMask(event: PointerEvent, mask: number): void {
    event.stopPropagation();
    choose(mask);
    let last = pointOf(event);
    follow(event, (at, gesture) => {
      const step: Point = [at[0] - last[0], at[1] - last[1]];
      last = at;
      change((now) => moved(now, mask, step), gesture);
    });
  }

  function dragPoint(event: PointerEvent, mask: number, point: number): void {
    choose(mask, point);
    follow(event, (at, gesture) => change((now) => withPointAt(now, mask, point, at), gesture));
  }

  function removePoint(mask: number, point: number): void {
    change((now) => withPointRemoved(now, mask, point));
    const next = Math.max(0, point - 1);
    choose(mask, next);
    // Otherwise the next key would go to nobody.
    box.current?.querySelector<HTMLElement>(`[data-point="${next}"]`)?.focus();
  }

  function keys(event: KeyboardEvent, mask: number, point: number | null): void {
    const arrow = ARROWS[event.key];
    if (arrow !== undefined) {
      event.preventDefault();
      const by = event.shiftKey ? WIDE_STEP : STEP;
      const step: Point = [arrow[0] * by, arrow[1] * by];
      change((now) => {
        const [x, y] = (point === null ? undefined : now[mask]?.points[point]) ?? [0, 0];
        return point === null ? moved(now, mask, step) : withPointAt(now, mask, point, [x + step[0], y + step[1]]);
      }, `keys ${mask} ${point}`);
    } else if (point !== null && (event.key === 'Delete' || event.key === 'Backspace')) {
      event.preventDefault();
      if ((masks[mask]?.points.length ?? 0) > LEAST_POINTS) removePoint(mask, point);
    } else if ((event.ctrlKey || event.metaKey) && event.key.toLowerCase() === 'z') {
      event.preventDefault();
      undo(event.shiftKey ? 'redo' : 'undo');
    }
  }

  const open = chosen === null ? undefined : masks[chosen.mask];
  const place = ([x, y]: Point) => ({ left: `${x * 100}%`, top: `${y * 100}%` });
  const percent = ([x, y]: Point) => ({ x: Math.round(x * 100), y: Math.round(y * 100) });
  return (
    <div className={classes.picture} ref={box}>
      <Still cameraId={props.cameraId} />
      <svg
        className={classes.shapes}
        viewBox="0 0 100 100"
        preserveAspectRatio="none"
        role="group"
        aria-label={t('masks.picture')}
        onPointerDown={draw}
      >
        {masks.map((mask, at) => (
          <polygon
            // biome-ignore lint/suspicious/noArrayIndexKey: a mask has nothing but its place.
            key={at}
            className={classes.shape}
            data-chosen={chosen?.mask === at}
            points={outline(mask.points)}
            role="button"
            tabIndex={0}
            aria-label={t('masks.shape', { name: mask.name })}
            aria-pressed={chosen?.mask === at}
            onFocus={() => chosen?.mask !== at && choose(at)}
            onKeyDown={(event) => keys(event, at, null)}
            onPointerDown={(event) => dragMask(event, at)}
          />
        ))}
        {drawing !== null && (
          <polygon className={classes.drawing} points={outline(rectangle(drawing.from, drawing.to) ?? [])} />
        )}
      </svg>
      {chosen !== null &&
        open?.points.map((_, edge) => {
          if (!mayAddPoint(open.points)) return null;
          const middle = middleOf(open.points, edge);
          return (
            <button
              // biome-ignore lint/suspicious/noArrayIndexKey: an edge has nothing but its place.
              key={`edge ${edge}`}
              type="button"
              className={`${classes.handle} ${classes.edge}`}
              style={place(middle)}
              aria-label={t('masks.addPointHere', percent(middle))}
              onClick={() => {
                change((now) => withPointAdded(now, chosen.mask, edge));
                choose(chosen.mask, edge + 1);
              }}
            />
          );
        })}
      {chosen !== null &&
        open?.points.map((point, at) => (
          <button
            // biome-ignore lint/suspicious/noArrayIndexKey: a point has nothing but its place.
            key={`point ${at}`}
            type="button"
            data-point={at}
            data-chosen={chosen.point === at}
            className={classes.handle}
            style={place(point)}
            aria-label={t('masks.point', { number: at + 1, ...percent(point) })}
            onFocus={() => chosen.point !== at && choose(chosen.mask, at)}
            onKeyDown={(event) => keys(event, chosen.mask, at)}
            onPointerDown={(event) => dragPoint(event, chosen.mask, at)}
          />
        ))}
    </div>
  );
}

/** For the `viewBox` of 100 by 100. */
function outline(points: readonly Point[]): string {
  return points.map(([x, y]) => `${x * 100},${y * 100}`).join(' ');
}

/** Without a picture masks can still be moved: where they are is known. */
function Still({ cameraId }: { cameraId: string }) {
  const { t } = useTranslation(['admin', 'faults']);
  const [attempt, setAttempt] = useState(0);
  const [missing, setMissing] = useState(false);
  if (missing) {
    return (
      <div className={classes.missing}>
        {t('masks.noPicture')}
        <Button
          size="xs"
          variant="default"
          style={{ zIndex: 1 }}
          onClick={() => {
            setAttempt(attempt + 1);
            setMissing(false);
          }}
        >
          {t('faults:retry')}
        </Button>
      </div>
    );
  }
  return (
    <img
      src={`/live/${encodeURIComponent(cameraId)}/snapshot.jpg?width=1280&attempt=${attempt}`}
      alt=""
      draggable={false}
      onError={() => setMissing(true)}
    />
  );
}
