import type { CameraView } from '#contracts/camera';
import { conditionOf } from '../api/camera-condition.ts';
import type { Plane, Point, Shape, View } from './geometry.ts';

/** What an area is filled with. */
export interface Fill {
  /** 0 (least) to 1 (most); `null`: no value, drawn hatched. */
  readonly shade: number | null;
  /** Not fresh: paler. */
  readonly stale: boolean;
  /** As it stands on the map and is read out: `94,2 %`. */
  readonly text: string;
}

export interface Colours {
  readonly ground: string;
  readonly land: string;
  readonly line: string;
  readonly edge: string;
  readonly accent: string;
  readonly text: string;
  readonly dim: string;
  readonly live: string;
  readonly warn: string;
  readonly down: string;
  readonly quiet: string;
}

export function coloursOf(element: Element): Colours {
  const style = getComputedStyle(element);
  const read = (name: string): string => style.getPropertyValue(`--tn-${name}`).trim();
  return {
    ground: read('ground'),
    land: read('raised'),
    line: read('hairline'),
    edge: read('edge'),
    accent: read('accent'),
    text: read('text'),
    dim: read('dim'),
    live: read('live'),
    warn: read('warn'),
    down: read('down'),
    quiet: read('quiet'),
  };
}

export interface Scene {
  readonly shapes: readonly Shape[];
  readonly paths: ReadonlyMap<string, Path2D>;
  readonly fills: ReadonlyMap<string, Fill> | null;
  readonly chosen: string | null;
  readonly hovered: string | null;
  readonly cameras: readonly PlacedCamera[];
}
export interface PlacedCamera {
  readonly camera: CameraView;
  readonly at: Point;
}

export function pathOf({ rings }: Shape): Path2D {
  const path = new Path2D();
  for (const ring of rings) {
    ring.forEach(([x, y], at) => {
      if (at === 0) path.moveTo(x, y);
      else path.lineTo(x, y);
    });
    path.closePath();
  }
  return path;
}

export function placedCameras(plane: Plane, cameras: readonly CameraView[]): readonly PlacedCamera[] {
  return cameras.flatMap((camera) => {
    const at = camera.place === null ? null : plane.project(camera.place);
    return at === null ? [] : [{ camera, at }];
  });
}

/** CSS pixels on the screen, however far it is zoomed. */
const CAMERA_RADIUS = 4;
const FIELD_RADIUS = 26;
/** From this zoom on it is drawn where a camera looks; before, a thousand wedges would hide the map. */
const FIELDS_FROM = 4;

/** One picture; `ratio` is device pixels for each CSS pixel. */
export function drawMap(
  canvas: HTMLCanvasElement,
  scene: Scene,
  view: View,
  colours: Colours,
  size: { readonly width: number; readonly height: number; readonly ratio: number },
): void {
  const context = canvas.getContext('2d');
  if (context === null) return;
  const { width, height, ratio } = size;
  const device = { width: Math.round(width * ratio), height: Math.round(height * ratio) };
  if (canvas.width !== device.width) canvas.width = device.width;
  if (canvas.height !== device.height) canvas.height = device.height;
  context.setTransform(ratio, 0, 0, ratio, 0, 0);
  context.fillStyle = colours.ground;
  context.fillRect(0, 0, width, height);
  context.setTransform(ratio * view.k, 0, 0, ratio * view.k, ratio * view.x, ratio * view.y);
  const hatch = scene.fills === null ? null : hatchOf(context, colours, view.k);
  const visible = scene.shapes.filter(
    ({ box: [left, top, right, bottom] }) =>
      right * view.k + view.x >= 0 &&
      left * view.k + view.x <= width &&
      bottom * view.k + view.y >= 0 &&
      top * view.k + view.y <= height,
  );
  context.lineJoin = 'round';
  for (const shape of visible) {
    const path = scene.paths.get(shape.code);
    if (path === undefined) continue;
    const fill = scene.fills?.get(shape.code);
    context.fillStyle = colours.land;
    context.fill(path, 'evenodd');
    if (scene.fills !== null) {
      if (fill === undefined || fill.shade === null) context.fillStyle = hatch ?? colours.land;
      else {
        context.globalAlpha = (0.12 + 0.78 * fill.shade) * (fill.stale ? 0.35 : 1);
        context.fillStyle = fill.stale ? colours.quiet : colours.accent;
      }
      context.fill(path, 'evenodd');
      context.globalAlpha = 1;
    }
    context.lineWidth = 1 / view.k;
    context.strokeStyle = colours.edge;
    context.globalAlpha = 0.7;
    context.stroke(path);
    context.globalAlpha = 1;
  }
  for (const [code, widthPx, colour] of [
    [scene.hovered, 1.5, colours.text],
    [scene.chosen, 2.5, colours.warn],
  ] as const) {
    const path = code === null ? undefined : scene.paths.get(code);
    if (path === undefined) continue;
    context.lineWidth = widthPx / view.k;
    context.strokeStyle = colour;
    context.stroke(path);
  }
  context.setTransform(ratio, 0, 0, ratio, 0, 0);
  drawCameras(context, scene.cameras, view, colours, width, height);
}

function drawCameras(
  context: CanvasRenderingContext2D,
  cameras: readonly PlacedCamera[],
  view: View,
  colours: Colours,
  width: number,
  height: number,
): void {
  const radius = view.k < 3 ? CAMERA_RADIUS - 1 : CAMERA_RADIUS;
  for (const { camera, at } of cameras) {
    const x = at[0] * view.k + view.x;
    const y = at[1] * view.k + view.y;
    if (x < -FIELD_RADIUS || y < -FIELD_RADIUS || x > width + FIELD_RADIUS || y > height + FIELD_RADIUS) continue;
    const { state } = conditionOf(camera);
    const colour =
      state === 'live' || state === 'idle'
        ? colours.live
        : state === 'connecting'
          ? colours.warn
          : state === 'down'
            ? colours.down
            : colours.quiet;
    const { heading = null, fieldOfView = null } = camera.place ?? {};
    if (heading !== null && view.k >= FIELDS_FROM) {
      const middle = ((heading - 90) * Math.PI) / 180;
      const half = ((fieldOfView ?? 60) * Math.PI) / 360;
      context.beginPath();
      context.moveTo(x, y);
      context.arc(x, y, FIELD_RADIUS, middle - half, middle + half);
      context.closePath();
      context.globalAlpha = 0.28;
      context.fillStyle = colour;
      context.fill();
      context.globalAlpha = 1;
    }
    context.beginPath();
    context.arc(x, y, radius, 0, 2 * Math.PI);
    context.fillStyle = colour;
    context.strokeStyle = colours.ground;
    context.lineWidth = 1.5;
    context.fill();
    context.stroke();
    // A camera without a picture is told apart without its colour.
    if (state === 'down') {
      context.beginPath();
      context.moveTo(x - 2, y - 2);
      context.lineTo(x + 2, y + 2);
      context.moveTo(x + 2, y - 2);
      context.lineTo(x - 2, y + 2);
      context.stroke();
    }
  }
}

function hatchOf(context: CanvasRenderingContext2D, colours: Colours, k: number): CanvasPattern | null {
  const tile = document.createElement('canvas');
  tile.width = 8;
  tile.height = 8;
  const pen = tile.getContext('2d');
  if (pen === null) return null;
  pen.strokeStyle = colours.quiet;
  pen.globalAlpha = 0.55;
  pen.beginPath();
  pen.moveTo(0, 8);
  pen.lineTo(8, 0);
  pen.moveTo(-1, 1);
  pen.lineTo(1, -1);
  pen.moveTo(7, 9);
  pen.lineTo(9, 7);
  pen.stroke();
  const pattern = context.createPattern(tile, 'repeat');
  pattern?.setTransform(new DOMMatrix().scale(1 / k));
  return pattern;
}
