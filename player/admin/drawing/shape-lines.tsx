import type { KeyboardEvent, PointerEvent } from 'react';
import classes from './drawing.module.css';
import { forwardArrow, type Point, type Points } from './shapes.ts';

/** A shape as it lies on a picture. */
export interface DrawnShape {
  readonly key: string;
  readonly points: Points;
  /** From the last point to the first, too. */
  readonly closed: boolean;
  readonly look: 'mask' | 'area' | 'line' | 'way';
  readonly label: string;
  /** Fewer and more points it cannot have. */
  readonly least: number;
  readonly most: number;
  /** Sides that cross others, by the point that they begin at: drawn as what is wrong. */
  readonly crossing?: readonly number[];
  /** Belongs to what is not being worked on. */
  readonly faint?: boolean;
  /** Of a line: what each direction is called on the picture. */
  readonly directions?: { readonly forward: string; readonly backward: string };
}

export interface ShapeLinesProps {
  readonly shape: DrawnShape;
  readonly aspect: number;
  readonly chosen: boolean;
  /** Still without its last side. */
  readonly open: boolean;
  readonly onFocus: () => void;
  readonly onKeyDown: (event: KeyboardEvent) => void;
  readonly onPointerDown: (event: PointerEvent) => void;
}

/** The lines of one shape, in a `viewBox` of 100 in height and 100 × `aspect` in width. */
export function ShapeLines({ shape, aspect, chosen, open, ...handlers }: ShapeLinesProps) {
  const { points, closed, look, label, faint = false, crossing = [] } = shape;
  const place = ([x, y]: Point): Point => [x * 100 * aspect, y * 100];
  const text = points.map((point) => place(point).join(',')).join(' ');
  const shared = {
    className: classes.shape,
    'data-look': look,
    'data-chosen': chosen,
    'data-faint': faint,
    'data-wrong': crossing.length > 0,
    role: 'button',
    tabIndex: 0,
    'aria-label': label,
    'aria-pressed': chosen,
    ...handlers,
  };
  const arrow = shape.directions === undefined ? undefined : forwardArrow(points, aspect);
  const last = points.at(-1);
  const before = points.at(-2);
  return (
    <>
      {closed && !open ? <polygon points={text} {...shared} /> : <polyline points={text} {...shared} data-open />}
      {/* Wider than it is seen, so that a finger finds it. */}
      {!closed && <polyline className={classes.grip} points={text} onPointerDown={handlers.onPointerDown} />}
      {crossing.map((at) => {
        const [from, to] = [points[at], points[(at + 1) % points.length]];
        if (from === undefined || to === undefined) return null;
        const [[x1, y1], [x2, y2]] = [place(from), place(to)];
        return <line key={at} className={classes.wrong} {...{ x1, y1, x2, y2 }} />;
      })}
      {arrow !== undefined && <Arrow from={place(arrow[0])} to={place(arrow[1])} faint={faint} />}
      {look === 'way' && before !== undefined && last !== undefined && (
        <Arrow from={place(before)} to={place(last)} faint={faint} />
      )}
    </>
  );
}

/** Half the width of an arrow's head, in hundredths of the picture's height. */
const HEAD = 2.2;

function Arrow({ from, to, faint }: { from: Point; to: Point; faint: boolean }) {
  const length = Math.hypot(to[0] - from[0], to[1] - from[1]);
  if (length === 0) return null;
  const [x, y] = [(to[0] - from[0]) / length, (to[1] - from[1]) / length];
  const foot: Point = [to[0] - x * HEAD * 2, to[1] - y * HEAD * 2];
  const head = [to, [foot[0] - y * HEAD, foot[1] + x * HEAD], [foot[0] + y * HEAD, foot[1] - x * HEAD]];
  return (
    <g className={classes.arrow} data-faint={faint}>
      <line x1={from[0]} y1={from[1]} x2={foot[0]} y2={foot[1]} />
      <polygon points={head.map((point) => point.join(',')).join(' ')} />
    </g>
  );
}
