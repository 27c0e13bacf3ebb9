import { ActionIcon, Tooltip, useComputedColorScheme } from '@mantine/core';
import { IconHome, IconMinus, IconPlus } from '@tabler/icons-react';
import { type KeyboardEvent, useCallback, useEffect, useLayoutEffect, useMemo, useRef, useState } from 'react';
import { useTranslation } from 'react-i18next';
import type { CameraView } from '#contracts/camera';
import type { Severity } from '#contracts/events';
import type { AreaView, MapPoint, MapView } from '#contracts/places';
import { SeverityMark } from '../ui/severity-mark.tsx';
import { coloursOf, drawMap, type Fill, pathOf, placedCameras } from './draw-map.ts';
import { placedLabels, planeOf, type Shape, shapeAt, type View, viewOf, WHOLE, zoomed } from './geometry.ts';
import classes from './map.module.css';
import { useGestures } from './use-gestures.ts';

/** Something that happened at a place. */
export interface MapMark {
  readonly id: string;
  readonly kind: 'event' | 'incident' | 'report';
  readonly latitude: number;
  readonly longitude: number;
  readonly severity: Severity;
  readonly title: string;
}

export interface ProvinceMapProps {
  readonly map: MapView;
  readonly areas: readonly AreaView[];
  readonly label: string;
  /** By area; left out: no indicator is shown. */
  readonly fills?: ReadonlyMap<string, Fill> | null;
  readonly chosen?: string | null;
  readonly onChoose?: (areaCode: string | null) => void;
  /** A tap means this place, not its area; `areaCode` is where it lies. */
  readonly onPoint?: (place: MapPoint, areaCode: string | null) => void;
  readonly cameras?: readonly CameraView[];
  readonly onCamera?: (cameraId: string) => void;
  readonly marks?: readonly MapMark[];
  readonly chosenMark?: string | null;
  readonly onMark?: (mark: MapMark) => void;
  /** Comes to the middle, near enough to see a street. */
  readonly focus?: MapPoint | null;
}

const NO_CAMERAS: readonly CameraView[] = [];
const NO_MARKS: readonly MapMark[] = [];
/** CSS pixels around a camera in which a click means it. */
const REACH = 10;
/** So many marks of things that happened are drawn, the worst first; each is a button. */
const MOST_MARKS = 300;
const FOCUS_ZOOM = 30;

/** The province from its own file, without any map server: moved and enlarged by mouse, fingers and keys. */
export function ProvinceMap(props: ProvinceMapProps) {
  const { map, areas, fills = null, chosen = null, cameras = NO_CAMERAS, marks = NO_MARKS, focus = null } = props;
  const { t } = useTranslation('sectors');
  const scheme = useComputedColorScheme('dark');
  const box = useRef<HTMLDivElement>(null);
  const canvas = useRef<HTMLCanvasElement>(null);
  const [size, setSize] = useState({ width: 0, height: 0 });
  const [view, setView] = useState<View>(WHOLE);
  const [hovered, setHovered] = useState<{ code: string | null; cameraId: string | null; x: number; y: number } | null>(
    null,
  );

  useLayoutEffect(() => {
    const element = box.current;
    if (element === null) return undefined;
    const measure = (): void => setSize({ width: element.clientWidth, height: element.clientHeight });
    measure();
    const observer = new ResizeObserver(measure);
    observer.observe(element);
    return () => observer.disconnect();
  }, []);
  const { width, height } = size;
  const plane = useMemo(() => planeOf(map, width, height), [map, width, height]);
  const paths = useMemo(() => new Map(plane.shapes.map((shape) => [shape.code, pathOf(shape)])), [plane]);
  const placed = useMemo(() => placedCameras(plane, cameras), [plane, cameras]);
  const names = useMemo(() => new Map(areas.map(({ code, name }) => [code, name])), [areas]);
  const scene = useMemo(
    () => ({ shapes: plane.shapes, paths, fills, chosen, hovered: hovered?.code ?? null, cameras: placed }),
    [plane, paths, fills, chosen, hovered?.code, placed],
  );

  useEffect(() => {
    const target = canvas.current;
    if (target === null || width === 0) return undefined;
    // Drawn anew with it: the colours are those of the scheme.
    target.dataset.scheme = scheme;
    const frame = requestAnimationFrame(() =>
      drawMap(target, scene, view, coloursOf(target), { width, height, ratio: devicePixelRatio }),
    );
    return () => cancelAnimationFrame(frame);
  }, [scene, view, width, height, scheme]);

  const focusKey = focus === null ? '' : `${focus.latitude} ${focus.longitude}`;
  useEffect(() => {
    if (focusKey === '' || width === 0) return;
    const [latitude = 0, longitude = 0] = focusKey.split(' ').map(Number);
    const at = plane.project({ latitude, longitude });
    if (at !== null) setView(viewOf([at[0], at[1], at[0], at[1]], width, height, FOCUS_ZOOM));
  }, [focusKey, plane, width, height]);
  useEffect(() => {
    if (focusKey !== '' || width === 0) return;
    const shape = plane.shapes.find(({ code }) => code === chosen);
    if (shape !== undefined)
      setView((now) => (isInSight(shape, now, width, height) ? now : viewOf(shape.box, width, height, 6)));
  }, [chosen, focusKey, plane, width, height]);

  const inPlane = useCallback(
    (x: number, y: number) => [(x - view.x) / view.k, (y - view.y) / view.k] as const,
    [view],
  );
  const hit = useCallback(
    (x: number, y: number) => {
      const near = placed.find(
        ({ at }) => Math.hypot(at[0] * view.k + view.x - x, at[1] * view.k + view.y - y) <= REACH,
      );
      return { camera: near?.camera ?? null, code: shapeAt(plane.shapes, inPlane(x, y))?.code ?? null };
    },
    [placed, plane, view, inPlane],
  );
  const gestures = useGestures(box, {
    size,
    setView,
    onHover: (at) => {
      if (at === null) return setHovered(null);
      const { camera, code } = hit(at.x, at.y);
      setHovered(camera === null && code === null ? null : { code, cameraId: camera?.id ?? null, ...at });
    },
    onTap: ({ x, y }) => {
      const { camera, code } = hit(x, y);
      const place = props.onPoint === undefined ? null : plane.placeAt(inPlane(x, y));
      if (place !== null) props.onPoint?.(place, code);
      else if (camera !== null && props.onCamera !== undefined) props.onCamera(camera.id);
      else props.onChoose?.(code === chosen ? null : code);
    },
  });

  function onKey(event: KeyboardEvent): void {
    const step = 60;
    const middle = [width / 2, height / 2] as const;
    const moves: Record<string, () => void> = {
      ArrowLeft: () => gestures.move(step, 0),
      ArrowRight: () => gestures.move(-step, 0),
      ArrowUp: () => gestures.move(0, step),
      ArrowDown: () => gestures.move(0, -step),
      '+': () => setView((now) => zoomed(now, 1.5, middle, width, height)),
      '=': () => setView((now) => zoomed(now, 1.5, middle, width, height)),
      '-': () => setView((now) => zoomed(now, 1 / 1.5, middle, width, height)),
      '0': () => setView(WHOLE),
      Escape: () => props.onChoose?.(null),
    };
    const move = moves[event.key];
    if (move === undefined || event.ctrlKey || event.metaKey || event.altKey) return;
    event.preventDefault();
    event.stopPropagation();
    move();
  }

  const labels = useMemo(
    () =>
      placedLabels(
        plane.shapes,
        view,
        width,
        height,
        ({ code }) => ({
          width: (names.get(code)?.length ?? 0) * 6.2 + 8,
          height: fills !== null ? 30 : 16,
        }),
        chosen,
      ),
    [plane, view, width, height, names, fills, chosen],
  );
  const shownMarks = useMemo(
    () =>
      marks.slice(0, MOST_MARKS).flatMap((mark) => {
        const at = plane.project(mark);
        if (at === null) return [];
        const [x, y] = [at[0] * view.k + view.x, at[1] * view.k + view.y];
        return x < 0 || y < 0 || x > width || y > height ? [] : [{ mark, x, y }];
      }),
    [marks, plane, view, width, height],
  );
  const zoomButton = (label: string, Icon: typeof IconPlus, next: (now: View) => View) => (
    <Tooltip label={label} position="left">
      <ActionIcon variant="default" aria-label={label} onClick={() => setView(next)}>
        <Icon size={16} aria-hidden />
      </ActionIcon>
    </Tooltip>
  );
  const middle = [width / 2, height / 2] as const;
  const under = hovered === null ? null : (cameras.find(({ id }) => id === hovered.cameraId)?.name ?? null);
  return (
    <div className={classes.map} ref={box} data-map={map.version} {...gestures.handlers}>
      <canvas
        ref={canvas}
        className={classes.canvas}
        tabIndex={0}
        role="img"
        aria-label={`${props.label}. ${t('map.keys')}`}
        onKeyDown={onKey}
      />
      <div className={classes.labels} aria-hidden>
        {labels.map(({ shape, x, y }) => (
          <span
            key={shape.code}
            style={{ transform: `translate(-50%, -50%) translate(${x}px, ${y}px)` }}
            data-chosen={shape.code === chosen}
          >
            {names.get(shape.code) ?? ''}
            {fills !== null && <b>{fills.get(shape.code)?.text ?? '–'}</b>}
          </span>
        ))}
      </div>
      {shownMarks.map(({ mark, x, y }) => (
        <button
          key={`${mark.kind} ${mark.id}`}
          type="button"
          className={classes.mark}
          data-kind={mark.kind}
          aria-label={mark.title}
          title={mark.title}
          aria-pressed={mark.id === props.chosenMark}
          style={{ transform: `translate(-50%, -50%) translate(${x}px, ${y}px)` }}
          onClick={() => props.onMark?.(mark)}
        >
          <SeverityMark severity={mark.severity} size={18} />
        </button>
      ))}
      {hovered !== null && (hovered.code !== null || under !== null) && (
        <div
          className={classes.tip}
          style={{
            transform: `translate(${Math.min(hovered.x + 14, width - 190)}px, ${Math.max(4, hovered.y - 34)}px)`,
          }}
          aria-hidden
        >
          {under ?? names.get(hovered.code ?? '') ?? hovered.code}
          {under === null && fills !== null && <b>{fills.get(hovered.code ?? '')?.text ?? t('noValue')}</b>}
        </div>
      )}
      <div className={classes.zoom} data-controls>
        {zoomButton(t('map.zoomIn'), IconPlus, (now) => zoomed(now, 1.6, middle, width, height))}
        {zoomButton(t('map.zoomOut'), IconMinus, (now) => zoomed(now, 1 / 1.6, middle, width, height))}
        {zoomButton(t('map.whole'), IconHome, () => WHOLE)}
      </div>
      <p className={classes.source} title={map.source}>
        {map.synthetic ? t('map.synthetic') : t('map.source', { source: map.source })}
      </p>
    </div>
  );
}

function isInSight({ box: [left, top, right, bottom] }: Shape, view: View, width: number, height: number): boolean {
  return (
    left * view.k + view.x >= 0 &&
    right * view.k + view.x <= width &&
    top * view.k + view.y >= 0 &&
    bottom * view.k + view.y <= height
  );
}
