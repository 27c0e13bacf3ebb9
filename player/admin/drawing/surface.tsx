import {
  type KeyboardEvent,
  type MouseEvent,
  type PointerEvent,
  type ReactNode,
  type RefObject,
  useEffect,
  useRef,
  useState,
} from 'react';
import { crossingSides } from '#contracts/shapes';
import classes from './drawing.module.css';
import { type DrawnShape, ShapeLines } from './shape-lines.tsx';
import {
  forwardArrow,
  middleOf,
  moved,
  type Point,
  type Points,
  rectangle,
  withPointAdded,
  withPointAt,
  withPointRemoved,
} from './shapes.ts';
import { Still } from './still.tsx';

/** How something new is drawn: as a rectangle by one drag, or by a click for each point. */
export type Sketch =
  | { readonly kind: 'rectangle'; readonly add: (points: Point[]) => void }
  | {
      readonly kind: 'points';
      /** Index of the shape that grows. */
      readonly shape: number;
      readonly add: (point: Point) => void;
      readonly finish: () => void;
    };

export interface SurfaceProps {
  readonly cameraId: string;
  readonly shapes: readonly DrawnShape[];
  /** Index of the shape whose points are shown, and of the point that tools mean. */
  readonly chosen: { readonly shape: number; readonly point: number | null } | null;
  readonly choose: (shape: number | null, point?: number) => void;
  readonly change: (shape: number, to: (points: Points) => Points, gesture?: string) => void;
  readonly undo: (kind: 'undo' | 'redo') => void;
  readonly sketch: Sketch | null;
  readonly words: {
    readonly picture: string;
    readonly noPicture: string;
    readonly point: (place: { number: number; x: number; y: number }) => string;
    readonly addPointHere: (place: { x: number; y: number }) => string;
  };
  /** Lies over the picture and takes no clicks. */
  readonly children?: ReactNode;
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
 * The camera's still with shapes over it. Shapes and points are dragged, or moved by the arrow keys once they have the
 * focus. A finger on the bare picture scrolls the page: it draws by points, or uses a button.
 */
export function Surface(props: SurfaceProps) {
  const { shapes, chosen, choose, change, undo, sketch, words } = props;
  const box = useRef<HTMLDivElement>(null);
  const gestures = useRef(0);
  /** A drag ends with a click, which was not meant as one. */
  const dragged = useRef(false);
  const [aspect, setAspect] = useState(16 / 9);
  const [drawing, setDrawing] = useState<{ readonly from: Point; readonly to: Point } | null>(null);
  const [pointer, setPointer] = useState<Point | null>(null);

  function pointOf(event: { readonly clientX: number; readonly clientY: number }): Point {
    const { left, top, width, height } = box.current?.getBoundingClientRect() ?? new DOMRect();
    return [(event.clientX - left) / Math.max(1, width), (event.clientY - top) / Math.max(1, height)];
  }

  /** Follows the pointer from where it went down until it comes up, or is lost. */
  function follow(event: PointerEvent, step: (at: Point, gesture: string) => void, done?: (at: Point) => void): void {
    dragged.current = false;
    if (event.button !== 0) return;
    const { currentTarget: target, pointerId } = event;
    gestures.current += 1;
    const gesture = `drag ${gestures.current}`;
    target.setPointerCapture(pointerId);
    const abort = new AbortController();
    const { signal } = abort;
    const listen = (type: 'pointermove' | 'pointerup' | 'pointercancel', run: (at: Point) => void): void =>
      target.addEventListener(type, (moving) => moving instanceof globalThis.MouseEvent && run(pointOf(moving)), {
        signal,
      });
    listen('pointermove', (at) => {
      dragged.current = true;
      step(at, gesture);
    });
    listen('pointerup', (at) => {
      abort.abort();
      done?.(at);
    });
    listen('pointercancel', () => abort.abort());
  }

  function drawRectangle(event: PointerEvent): void {
    if (sketch?.kind !== 'rectangle' || event.pointerType === 'touch') return;
    choose(null);
    const from = pointOf(event);
    follow(
      event,
      (to) => setDrawing({ from, to }),
      (to) => {
        setDrawing(null);
        const points = rectangle(from, to);
        if (points !== undefined) sketch.add(points);
      },
    );
  }

  function dragShape(event: PointerEvent, shape: number): void {
    event.stopPropagation();
    choose(shape);
    let last = pointOf(event);
    follow(event, (at, gesture) => {
      const step: Point = [at[0] - last[0], at[1] - last[1]];
      last = at;
      change(shape, (points) => moved(points, step), gesture);
    });
  }

  function dragPoint(event: PointerEvent, shape: number, point: number): void {
    choose(shape, point);
    follow(event, (at, gesture) => change(shape, (points) => withPointAt(points, point, at), gesture));
  }

  function clickPoint(shape: number, point: number): void {
    if (sketch?.kind !== 'points' || dragged.current || shape !== sketch.shape) return;
    const drawn = shapes[shape];
    if (drawn === undefined || drawn.points.length < drawn.least) return;
    if (point === (drawn.closed ? 0 : drawn.points.length - 1)) sketch.finish();
  }

  function removePoint(shape: number, point: number): void {
    change(shape, (points) => withPointRemoved(points, point, shapes[shape]?.least ?? 0));
    const next = Math.max(0, point - 1);
    choose(shape, next);
    // Otherwise the next key would go to nobody.
    box.current?.querySelector<HTMLElement>(`[data-point="${next}"]`)?.focus();
  }

  function keys(event: KeyboardEvent, shape: number, point: number | null): void {
    const arrow = ARROWS[event.key];
    if (arrow !== undefined) {
      event.preventDefault();
      const by = event.shiftKey ? WIDE_STEP : STEP;
      const step: Point = [arrow[0] * by, arrow[1] * by];
      change(
        shape,
        (points) => {
          if (point === null) return moved(points, step);
          const [x, y] = points[point] ?? [0, 0];
          return withPointAt(points, point, [x + step[0], y + step[1]]);
        },
        `keys ${shape} ${point}`,
      );
    } else if (point !== null && (event.key === 'Delete' || event.key === 'Backspace')) {
      event.preventDefault();
      const drawn = shapes[shape];
      if (drawn !== undefined && drawn.points.length > drawn.least) removePoint(shape, point);
    } else if ((event.ctrlKey || event.metaKey) && event.key.toLowerCase() === 'z') {
      event.preventDefault();
      undo(event.shiftKey ? 'redo' : 'undo');
    }
  }

  const bySketch = sketch?.kind === 'points' ? sketch : null;
  useEndKeys(bySketch?.finish ?? null, box);
  const growing = bySketch === null ? undefined : shapes[bySketch.shape];
  const open = chosen === null ? undefined : shapes[chosen.shape];
  const place = ([x, y]: Point) => ({ left: `${x * 100}%`, top: `${y * 100}%` });
  const percent = ([x, y]: Point) => ({ x: Math.round(x * 100), y: Math.round(y * 100) });
  const outline = (points: Points): string => points.map(([x, y]) => `${x * 100 * aspect},${y * 100}`).join(' ');
  const from = growing?.points.at(-1);
  const next = growing !== undefined && from !== undefined && pointer !== null ? [from, pointer] : [];
  return (
    <div className={classes.picture} ref={box} data-sketching={bySketch !== null}>
      <Still cameraId={props.cameraId} missingText={words.noPicture} onAspect={setAspect} />
      {/* biome-ignore lint/a11y/useKeyWithClickEvents: who has no pointer takes the button for a ready-made shape. */}
      <svg
        className={classes.shapes}
        viewBox={`0 0 ${100 * aspect} 100`}
        preserveAspectRatio="none"
        role="group"
        aria-label={words.picture}
        data-draws={sketch !== null}
        onPointerDown={drawRectangle}
        onPointerMove={bySketch === null ? undefined : (event) => setPointer(pointOf(event))}
        onPointerLeave={() => setPointer(null)}
        onClick={(event: MouseEvent) => bySketch?.add(pointOf(event))}
      >
        {shapes.map((shape, at) => (
          <ShapeLines
            key={shape.key}
            shape={shape}
            aspect={aspect}
            chosen={chosen?.shape === at}
            open={bySketch?.shape === at}
            onFocus={() => chosen?.shape !== at && choose(at)}
            onKeyDown={(event) => keys(event, at, null)}
            onPointerDown={(event) => dragShape(event, at)}
          />
        ))}
        {drawing !== null && (
          <polygon className={classes.drawing} points={outline(rectangle(drawing.from, drawing.to) ?? [])} />
        )}
        {next.length > 0 && (
          <polyline
            className={classes.drawing}
            data-wrong={growing?.closed === true && pointer !== null && spoils(growing.points, pointer)}
            points={outline(next)}
          />
        )}
      </svg>
      {shapes.map(({ key, directions, points, faint }) => {
        const arrow = directions === undefined ? undefined : forwardArrow(points, aspect);
        if (directions === undefined || arrow === undefined) return null;
        const [[x, y], tip] = arrow;
        const behind: Point = [x - (tip[0] - x) * 0.6, y - (tip[1] - y) * 0.6];
        const ahead: Point = [x + (tip[0] - x) * 1.45, y + (tip[1] - y) * 1.45];
        return [
          <span key={`${key} forward`} className={classes.direction} data-faint={faint} style={place(ahead)}>
            {directions.forward}
          </span>,
          <span key={`${key} backward`} className={classes.direction} data-faint={faint} style={place(behind)}>
            {directions.backward}
          </span>,
        ];
      })}
      {chosen !== null &&
        open !== undefined &&
        bySketch === null &&
        open.points.length < open.most &&
        open.points.slice(0, open.closed ? undefined : -1).map((_, edge) => (
          <button
            // biome-ignore lint/suspicious/noArrayIndexKey: an edge has nothing but its place.
            key={`edge ${edge}`}
            type="button"
            className={`${classes.handle} ${classes.edge}`}
            style={place(middleOf(open.points, edge))}
            aria-label={words.addPointHere(percent(middleOf(open.points, edge)))}
            onClick={() => {
              change(chosen.shape, (points) => withPointAdded(points, edge));
              choose(chosen.shape, edge + 1);
            }}
          />
        ))}
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
            aria-label={words.point({ number: at + 1, ...percent(point) })}
            onFocus={() => chosen.point !== at && choose(chosen.shape, at)}
            onKeyDown={(event) => keys(event, chosen.shape, at)}
            onPointerDown={(event) => dragPoint(event, chosen.shape, at)}
            onClick={() => clickPoint(chosen.shape, at)}
          />
        ))}
      {props.children !== undefined && <div className={classes.over}>{props.children}</div>}
    </div>
  );
}

/** Enter and Escape end the drawing, unless they are meant for a field or a button elsewhere on the page. */
function useEndKeys(finish: (() => void) | null, box: RefObject<HTMLElement | null>): void {
  const newest = useRef(finish);
  useEffect(() => {
    newest.current = finish;
  });
  const drawing = finish !== null;
  useEffect(() => {
    if (!drawing) return undefined;
    const listen = (event: globalThis.KeyboardEvent): void => {
      if (event.key !== 'Enter' && event.key !== 'Escape') return;
      const { activeElement } = document;
      if (activeElement !== document.body && box.current?.contains(activeElement) !== true) return;
      event.preventDefault();
      newest.current?.();
    };
    window.addEventListener('keydown', listen);
    return () => window.removeEventListener('keydown', listen);
  }, [drawing, box]);
}

/** Whether the side that leads to the next point would cross another. */
function spoils(points: Points, next: Point): boolean {
  return crossingSides([...points, next]).includes(points.length - 1);
}
