import { type PointerEvent, useMemo, useRef, useState } from 'react';
import type { MapView } from '#contracts/places';
import { boundsOf, holds, pathOf, projectionOf } from '../ui/projection.ts';
import { useLanguage } from './words.tsx';

type Place = { readonly latitude: number; readonly longitude: number };
interface Box {
  readonly x: number;
  readonly y: number;
  readonly width: number;
  readonly height: number;
}
/** Pixels of a finger that meant to tap. */
const TAP = 8;
const CLOSEST = 64;

/**
 * The province as a light drawing. A tap sets the mark; dragging moves the map. Beside it stand ways that need neither
 * eyes nor a pointer.
 */
export function PortalMap(props: {
  map: MapView;
  names: ReadonlyMap<string, string>;
  place: Place | null;
  area: string;
  onPlace: (place: Place) => void;
}) {
  const { map, place } = props;
  const { t } = useLanguage();
  const svg = useRef<SVGSVGElement>(null);
  const grip = useRef<{ x: number; y: number; box: Box; moved: boolean } | null>(null);
  const projection = useMemo(() => projectionOf(map.bounds), [map]);
  const whole: Box = { x: 0, y: 0, width: projection.width, height: projection.height };
  const shapes = useMemo(
    () =>
      map.areas
        .filter(({ level }) => level === 'commune')
        .map(({ code, polygons }) => {
          const [west, south, east, north] = boundsOf(polygons);
          const [x, y] = projection.toPoint((west + east) / 2, (south + north) / 2);
          return { code, polygons, d: pathOf(polygons, projection), x, y };
        }),
    [map, projection],
  );
  const shown = place === null ? props.area : (shapes.find(({ polygons }) => holds(polygons, place))?.code ?? '');
  const [box, setBox] = useState<Box>(() => startBox());
  const closeness = whole.width / box.width;

  function startBox(): Box {
    if (place === null) return whole;
    const [x, y] = projection.toPoint(place.longitude, place.latitude);
    return around(x, y, 10);
  }
  function around(x: number, y: number, times: number): Box {
    const width = whole.width / times;
    const height = whole.height / times;
    return { x: x - width / 2, y: y - height / 2, width, height };
  }
  function zoom(by: number): void {
    const times = Math.min(CLOSEST, Math.max(1, closeness * by));
    const next = around(box.x + box.width / 2, box.y + box.height / 2, times);
    setBox(times === 1 ? whole : next);
  }
  function pointAt(event: PointerEvent): readonly [number, number] {
    const matrix = svg.current?.getScreenCTM();
    if (matrix == null) return [0, 0];
    const point = new DOMPoint(event.clientX, event.clientY).matrixTransform(matrix.inverse());
    return [point.x, point.y];
  }
  function move(event: PointerEvent): void {
    const held = grip.current;
    const wide = svg.current?.clientWidth ?? 0;
    if (held === null || wide === 0) return;
    const [dx, dy] = [event.clientX - held.x, event.clientY - held.y];
    if (Math.hypot(dx, dy) > TAP) held.moved = true;
    if (!held.moved) return;
    const unit = held.box.width / wide;
    setBox({ ...held.box, x: held.box.x - dx * unit, y: held.box.y - dy * unit });
  }
  function release(event: PointerEvent): void {
    const held = grip.current;
    grip.current = null;
    if (held === null || held.moved) return;
    const [x, y] = pointAt(event);
    // From far away a tap is kilometres wide: it first brings the place nearer.
    if (closeness < 4) setBox(around(x, y, 6));
    else props.onPlace(projection.toPlace(x, y));
  }
  const pixel = box.width / 360;
  const mark = place === null ? null : projection.toPoint(place.longitude, place.latitude);
  return (
    <div className="map">
      <svg
        ref={svg}
        role="img"
        aria-label={t.where.map}
        viewBox={`${box.x} ${box.y} ${box.width} ${box.height}`}
        onPointerDown={(event) => {
          event.currentTarget.setPointerCapture(event.pointerId);
          grip.current = { x: event.clientX, y: event.clientY, box, moved: false };
        }}
        onPointerMove={move}
        onPointerUp={release}
        onPointerCancel={() => {
          grip.current = null;
        }}
      >
        {shapes.map(({ code, d }) => (
          <path key={code} d={d} data-chosen={code === shown} strokeWidth={pixel} fillRule="evenodd" />
        ))}
        {shapes
          .filter(({ code }) => closeness >= 3 || code === shown || shapes.length < 8)
          .map(({ code, x, y }) => (
            <text key={code} x={x} y={y} fontSize={11 * pixel} textAnchor="middle">
              {props.names.get(code) ?? ''}
            </text>
          ))}
        {mark !== null && (
          <g transform={`translate(${mark[0]} ${mark[1]}) scale(${pixel})`}>
            <path className="pin" d="M0 0C-4-9-11-13-11-22a11 11 0 0 1 22 0C11-13 4-9 0 0z" />
            <circle className="pinhole" cy="-22" r="4" />
          </g>
        )}
      </svg>
      <div className="zoom">
        <button type="button" aria-label={t.where.closer} onClick={() => zoom(2)} disabled={closeness >= CLOSEST}>
          +
        </button>
        <button type="button" aria-label={t.where.farther} onClick={() => zoom(0.5)} disabled={closeness <= 1}>
          −
        </button>
      </div>
    </div>
  );
}
