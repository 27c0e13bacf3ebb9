import type { Clock } from '#base/clock';
import type { FragmentSink } from '#contracts/media';
import type { InitSegment } from './init-segment.ts';
import type { MovieFragment } from './movie-fragment.ts';
import { createTimeline, type Timeline } from './timeline.ts';

/** Numbers and stamps what comes out of a splitter, and hands it to a sink. */
export interface Publisher {
  /** A new initialisation segment; the sink hears of it with its first fragment, when the rate is known. */
  init(init: InitSegment, bytes: Uint8Array): void;
  fragment(fragment: MovieFragment, bytes: Uint8Array): void;
  /** How many were handed on. */
  readonly fragments: number;
}

export function createPublisher(deps: {
  sink: FragmentSink;
  clock: Clock;
  /** Pictures per second where the source declares them. */
  declaredRate?: () => number | null;
  /** Where the source of the pictures has stamped them: wall-clock of a decode time in ms, or `null` while unknown. */
  wallClockOf?: (mediaMs: number) => number | null;
}): Publisher {
  const { sink, clock, declaredRate, wallClockOf } = deps;
  let current: { readonly init: InitSegment; readonly bytes: Uint8Array } | undefined;
  let timeline: Timeline = createTimeline();
  let told = false;
  let generation = 0;
  let fragments = 0;
  let lastWallMs = 0;

  function tell(rate: number | null): void {
    if (current === undefined) return;
    const { init, bytes } = current;
    generation += 1;
    lastWallMs = 0;
    told = true;
    sink.info({
      generation,
      video: { ...init.video, frameRate: rate },
      audio: init.audio,
      timescale: init.timescale,
      init: bytes,
    });
  }

  return {
    init(init, bytes) {
      current = { init, bytes };
      timeline = createTimeline();
      told = false;
    },
    fragment(fragment, bytes) {
      if (current === undefined) return;
      const { timescale } = current.init;
      // The length of a lone picture is often only guessed by who wrote it.
      const measurable = fragment.samples > 1 && fragment.duration > 0;
      const rate = measurable ? Math.round((fragment.samples * timescale * 100) / fragment.duration) / 100 : null;
      const mediaMs = (fragment.decodeTime * 1000) / timescale;
      const { wallClockMs, stepped } = timeline.place({
        mediaMs,
        durationMs: (fragment.duration * 1000) / timescale,
        arrivalMs: clock.now(),
        monotonicMs: clock.monotonic(),
      });
      // After a step of our own clock old and new times do not compare: HLS and recordings begin anew.
      if (!told || stepped) tell(declaredRate?.() ?? rate);
      fragments += 1;
      lastWallMs = Math.max(lastWallMs, wallClockOf?.(mediaMs) ?? wallClockMs);
      sink.fragment({
        generation,
        sequence: fragments,
        decodeTime: fragment.decodeTime,
        duration: fragment.duration,
        wallClockMs: lastWallMs,
        keyframe: fragment.keyframe,
        pictures: fragment.samples,
        bytes,
      });
    },
    get fragments() {
      return fragments;
    },
  };
}
