/** The part of time that the timelines show, and the arithmetic between it and pixels. Pure. */
export interface TimeView {
  readonly fromMs: number;
  readonly toMs: number;
}

export const LEAST_SPAN_MS = 10_000;
export const MOST_SPAN_MS = 30 * 86_400_000;
export const DAY_MS = 86_400_000;

export const spanOf = ({ fromMs, toMs }: TimeView): number => toMs - fromMs;
export const toX = (view: TimeView, ms: number, width: number): number => ((ms - view.fromMs) / spanOf(view)) * width;
export const toMs = (view: TimeView, x: number, width: number): number =>
  view.fromMs + (x / Math.max(1, width)) * spanOf(view);

export function around(centreMs: number, spanMs: number): TimeView {
  const span = Math.min(MOST_SPAN_MS, Math.max(LEAST_SPAN_MS, spanMs));
  return { fromMs: centreMs - span / 2, toMs: centreMs + span / 2 };
}

/** The same span, moved back so that hardly any of it lies in the future. */
export function mostlyPast(view: TimeView, serverNowMs: number): TimeView {
  const latest = serverNowMs + spanOf(view) * 0.05;
  return view.toMs <= latest ? view : pan(view, latest - view.toMs);
}

/** `factor` above 1 shows more. What is at `aboutMs` stays where it is. */
export function zoom(view: TimeView, factor: number, aboutMs: number): TimeView {
  const span = Math.min(MOST_SPAN_MS, Math.max(LEAST_SPAN_MS, spanOf(view) * factor));
  const share = (aboutMs - view.fromMs) / spanOf(view);
  const fromMs = aboutMs - share * span;
  return { fromMs, toMs: fromMs + span };
}

export function pan(view: TimeView, byMs: number): TimeView {
  return { fromMs: view.fromMs + byMs, toMs: view.toMs + byMs };
}

/** While it plays the moment stays in sight: at the right edge the view turns its page. */
export function follow(view: TimeView, ms: number): TimeView {
  const span = spanOf(view);
  if (ms >= view.fromMs && ms <= view.toMs - span * 0.04) return view;
  const fromMs = ms < view.fromMs ? ms - span * 0.9 : ms - span * 0.1;
  return { fromMs, toMs: fromMs + span };
}

/** What is asked of the server for a view: more than is seen, by steps, so that a small move asks for nothing new. */
export function queryRange(view: TimeView, serverNowMs: number): TimeView {
  const span = spanOf(view);
  const step = 2 ** Math.ceil(Math.log2(span));
  const fromMs = Math.max(0, (Math.floor(view.fromMs / step) - 1) * step);
  const toMs = (Math.floor(view.toMs / step) + 2) * step;
  // Of the future the server says nothing; a range that ends there is asked for again as time passes.
  return { fromMs: Math.min(fromMs, Math.floor(serverNowMs) - 1), toMs };
}

const STEPS_MS = [
  1000,
  2000,
  5000,
  10_000,
  15_000,
  30_000,
  60_000,
  120_000,
  300_000,
  600_000,
  900_000,
  1_800_000,
  3_600_000,
  7_200_000,
  10_800_000,
  21_600_000,
  43_200_000,
  DAY_MS,
  2 * DAY_MS,
  5 * DAY_MS,
  10 * DAY_MS,
] as const;
const LEAST_TICK_PX = 90;

export interface Tick {
  readonly ms: number;
  /** Midnight, or the first of a day that is shown: the date is written. */
  readonly isDay: boolean;
}

/** Round moments of the person's own clock; `offsetMs` is that clock's distance from UTC. */
export function ticksOf(view: TimeView, width: number, offsetMs: number): { ticks: readonly Tick[]; stepMs: number } {
  const wanted = (spanOf(view) / Math.max(1, width)) * LEAST_TICK_PX;
  const stepMs = STEPS_MS.find((step) => step >= wanted) ?? 10 * DAY_MS;
  const ticks: Tick[] = [];
  for (
    let local = Math.ceil((view.fromMs + offsetMs) / stepMs) * stepMs;
    local - offsetMs <= view.toMs;
    local += stepMs
  ) {
    ticks.push({ ms: local - offsetMs, isDay: local % DAY_MS === 0 });
  }
  return { ticks, stepMs };
}
