import type { Clock } from '#base/clock';
import type { AudioTrack, FragmentSink, VideoTrack } from '#contracts/media';
import { createTimeline, type Timeline } from './timeline.ts';

/** Numbers and stamps fragments, and hands them to a sink. */
export interface Publisher {
  /** A new initialisation segment; the sink hears of it with its first fragment, when the rate is known. */
  init(init: PublishedInit, bytes: Uint8Array): void;
  fragment(fragment: PublishedFragment, bytes: Uint8Array): void;
  /** How many were handed on. */
  readonly fragments: number;
}

export interface PublishedInit {
  readonly video: Omit<VideoTrack, 'frameRate'>;
  readonly audio: AudioTrack | null;
  /** Ticks per second of the video track. */
  readonly timescale: number;
}

export interface PublishedFragment {
  /** In ticks of the video track. */
  readonly decodeTime: number;
  readonly duration: number;
  readonly keyframe: boolean;
  /** Pictures. */
  readonly samples: number;
  /**
   * When the first and the newest picture in it were taken, in ticks; absent where that is decode time, and where a
   * fragment is whole only with the picture after it.
   */
  readonly taken?: { readonly from: number; readonly until: number };
  /** When it was whole, where that is not now: ms since 1970, and by the clock that never steps. */
  readonly arrived?: { readonly calendarMs: number; readonly monotonicMs: number };
}

export interface PublisherDeps {
  readonly sink: FragmentSink;
  readonly clock: Clock;
  /** Pictures per second where the source declares them. */
  readonly declaredRate?: () => number | null;
  /** Where the source of the pictures has stamped them: wall-clock of a decode time in ms, or `null` while unknown. */
  readonly wallClockOf?: (mediaMs: number) => number | null;
  /** One whose media time goes on from init to init; otherwise each begins its own. */
  readonly timeline?: Timeline;
}

export function createPublisher(deps: PublisherDeps): Publisher {
  const { sink, clock, declaredRate, wallClockOf } = deps;
  let current: { readonly init: PublishedInit; readonly bytes: Uint8Array } | undefined;
  let timeline = deps.timeline ?? createTimeline();
  let told = false;
  let generation = 0;
  let fragments = 0;
  let lastWallMs = 0;
  /** Of the last fragment before our own clock was set, until the next key frame. */
  let before: { readonly mediaMs: number; readonly wallMs: number } | undefined;
  let lastMediaMs = 0;

  function tell(rate: number | null): void {
    if (current === undefined) return;
    const { init, bytes } = current;
    generation += 1;
    lastWallMs = 0;
    before = undefined;
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
      timeline = deps.timeline ?? createTimeline();
      told = false;
    },
    fragment(fragment, bytes) {
      if (current === undefined) return;
      const { timescale } = current.init;
      const { from, until } = fragment.taken ?? {
        from: fragment.decodeTime,
        until: fragment.decodeTime + fragment.duration,
      };
      // The length of a lone picture is often only guessed by who wrote it.
      const measurable = fragment.samples > 1 && fragment.duration > 0;
      const rate = measurable ? Math.round((fragment.samples * timescale * 100) / fragment.duration) / 100 : null;
      const mediaMs = (from * 1000) / timescale;
      const arrived = fragment.arrived ?? { calendarMs: clock.now(), monotonicMs: clock.monotonic() };
      const { wallClockMs, stepped } = timeline.place({
        mediaMs,
        durationMs: ((until - from) * 1000) / timescale,
        arrivalMs: arrived.calendarMs,
        monotonicMs: arrived.monotonicMs,
      });
      // After a step of our own clock old and new times do not compare: HLS and recordings begin anew. They can do so with
      // a key frame only; what comes before it belongs to the old generation, and its times go on as media time does.
      if (stepped) before ??= { mediaMs: lastMediaMs, wallMs: lastWallMs };
      if (!told || (before !== undefined && fragment.keyframe)) tell(declaredRate?.() ?? rate);
      fragments += 1;
      lastMediaMs = mediaMs;
      const wallMs =
        before === undefined ? (wallClockOf?.(mediaMs) ?? wallClockMs) : before.wallMs + mediaMs - before.mediaMs;
      lastWallMs = Math.max(lastWallMs, wallMs);
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
