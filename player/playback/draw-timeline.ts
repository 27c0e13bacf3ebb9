import type { Severity } from '#contracts/events';
import { localeOf } from '../ui/locale.ts';
import { spanOf, type TimeView, ticksOf, toX } from './time-view.ts';
import type { CameraTimes } from './use-timelines.ts';

/** Draws the ruler and one row for each camera. Everything that changes with each picture is drawn, not laid out. */
export interface TimelineScene {
  readonly view: TimeView;
  readonly rows: readonly CameraTimes[];
  readonly playheadMs: number;
  readonly serverNowMs: number;
  readonly hoverX: number | null;
  readonly selected: number;
  readonly language: string;
}

export const RULER_PX = 24;
export const ROW_PX = 26;

interface Colours {
  readonly ground: string;
  readonly row: string;
  readonly chosen: string;
  readonly line: string;
  readonly text: string;
  readonly dim: string;
  readonly recorded: string;
  readonly accent: string;
  readonly hold: string;
  readonly bookmark: string;
  readonly severities: Readonly<Record<Severity, string>>;
}

export function coloursOf(element: Element): Colours {
  const style = getComputedStyle(element);
  const token = (name: string): string => style.getPropertyValue(`--tn-${name}`).trim();
  return {
    ground: token('surface'),
    row: token('ground'),
    chosen: token('chosen'),
    line: token('hairline'),
    text: token('text'),
    dim: token('dim'),
    recorded: token('quiet'),
    accent: token('accent'),
    hold: token('warn'),
    bookmark: token('live'),
    severities: {
      unknown: token('dim'),
      minor: token('accent'),
      moderate: token('warn'),
      severe: token('down'),
      extreme: token('extreme'),
    },
  };
}

export function drawTimeline(
  context: CanvasRenderingContext2D,
  size: { readonly width: number; readonly height: number },
  scene: TimelineScene,
  colours: Colours,
): void {
  const { width, height } = size;
  const x = (ms: number): number => toX(scene.view, ms, width);
  context.fillStyle = colours.ground;
  context.fillRect(0, 0, width, height);
  drawRuler(context, size, scene, colours);
  scene.rows.forEach((times, at) => {
    const top = RULER_PX + at * ROW_PX;
    context.fillStyle = at === scene.selected ? colours.chosen : colours.row;
    context.fillRect(0, top + 1, width, ROW_PX - 2);
    drawRow(context, width, top, times, x, colours);
  });
  const now = x(scene.serverNowMs);
  if (now < width) {
    context.fillStyle = colours.ground;
    context.globalAlpha = 0.75;
    context.fillRect(Math.max(0, now), RULER_PX, width, height);
    context.globalAlpha = 1;
  }
  if (scene.hoverX !== null) {
    context.fillStyle = colours.dim;
    context.fillRect(Math.round(scene.hoverX), 0, 1, height);
  }
  const head = Math.round(x(scene.playheadMs));
  context.fillStyle = colours.accent;
  context.fillRect(head - 1, 0, 2, height);
  context.beginPath();
  context.moveTo(head - 6, 0);
  context.lineTo(head + 6, 0);
  context.lineTo(head, 8);
  context.fill();
}

function drawRuler(
  context: CanvasRenderingContext2D,
  { width, height }: { readonly width: number; readonly height: number },
  { view, language }: TimelineScene,
  colours: Colours,
): void {
  const offsetMs = -new Date((view.fromMs + view.toMs) / 2).getTimezoneOffset() * 60_000;
  const { ticks, stepMs } = ticksOf(view, width, offsetMs);
  const locale = localeOf(language);
  const time = new Intl.DateTimeFormat(
    locale,
    stepMs < 60_000
      ? { hour: '2-digit', minute: '2-digit', second: '2-digit' }
      : { hour: '2-digit', minute: '2-digit' },
  );
  const day = new Intl.DateTimeFormat(locale, { day: '2-digit', month: '2-digit' });
  context.font = '11px system-ui, sans-serif';
  context.textBaseline = 'middle';
  // Where no midnight is in sight, the day stands at the left, and no time half under it.
  const pinned = ticks.some(({ isDay }) => isDay) || spanOf(view) <= 0 ? '' : day.format(view.fromMs);
  const pinnedPx = pinned === '' ? 0 : context.measureText(pinned).width + 10;
  for (const tick of ticks) {
    const at = Math.round(toX(view, tick.ms, width));
    context.fillStyle = colours.line;
    context.fillRect(at, RULER_PX - 6, 1, height);
    context.fillStyle = tick.isDay ? colours.text : colours.dim;
    if (at + 4 < pinnedPx) continue;
    context.fillText(tick.isDay ? day.format(tick.ms) : time.format(tick.ms), at + 4, RULER_PX / 2);
  }
  context.fillStyle = colours.text;
  if (pinned !== '') context.fillText(pinned, 4, RULER_PX / 2);
}

function drawRow(
  context: CanvasRenderingContext2D,
  width: number,
  top: number,
  { timeline, events }: CameraTimes,
  x: (ms: number) => number,
  colours: Colours,
): void {
  const bar = (fromMs: number, toMs: number, y: number, height: number, least: number): void => {
    const [from, to] = [Math.max(0, x(fromMs)), Math.min(width, x(toMs))];
    // Longer than the view, or shorter than a pixel: both are drawn.
    if (to >= 0 && from <= width && x(toMs) >= 0) context.fillRect(from, y, Math.max(least, to - from), height);
  };
  context.fillStyle = colours.recorded;
  for (const span of timeline?.spans ?? []) bar(span.startMs, span.endMs, top + 8, ROW_PX - 12, 1);
  context.fillStyle = colours.hold;
  for (const hold of timeline?.holds ?? []) bar(hold.startMs, hold.endMs, top + ROW_PX - 4, 2, 2);
  for (const event of events) {
    const at = x(event.timeMs);
    if (at < 0 || at > width) continue;
    context.fillStyle = colours.severities[event.severity];
    context.fillRect(Math.round(at) - 1, top + 2, 2, ROW_PX - 5);
  }
  context.fillStyle = colours.bookmark;
  for (const { timeMs } of timeline?.bookmarks ?? []) {
    const at = Math.round(x(timeMs));
    if (at < -6 || at > width + 6) continue;
    context.beginPath();
    context.moveTo(at - 4, top + 2);
    context.lineTo(at + 4, top + 2);
    context.lineTo(at + 4, top + 12);
    context.lineTo(at, top + 8);
    context.lineTo(at - 4, top + 12);
    context.fill();
  }
}
