import { createHash } from 'node:crypto';
import type { Clock } from '#base/clock';
import type { StreamInfo } from '#contracts/media';
import type { LiveStream } from '../live-stream.ts';
import type { Ring } from '../ring.ts';
import { type MediaPlaylist, mediaPlaylist } from './playlist.ts';
import { createSegmenter, type Segment, type Segmenter, type Targets } from './segmenter.ts';

/**
 * One stream as LL-HLS for all who watch it that way. It exists while somebody does: everything it knows is derived
 * from the ring when it is asked, or in the turn of a new fragment while a request waits for it.
 */
export interface Muxer {
  readonly targets: Targets;
  /** The newest segments, as the playlist shows them; brings itself up to date. O(new fragments). */
  window(): readonly Segment[];
  /** Also those that the playlist no longer names and that are still in memory. */
  segment(sequenceNumber: number): Segment | undefined;
  next(): { readonly sequenceNumber: number; readonly part: number };
  /** UTF-8; made once for each state and shared. */
  playlist(options: { skip: boolean; carry: string }): Uint8Array;
  /** The bytes of places `first` … `end` − 1 as they are in memory; `undefined` when some have left it. */
  bytes(range: { readonly first: number; readonly end: number }): readonly Uint8Array[] | undefined;
  init(name: string): Uint8Array | undefined;
  /** True as soon as `ready` is; false after `timeoutMs`, on abort, and when the camera is removed. */
  until(ready: () => boolean, timeoutMs: number, signal: AbortSignal): Promise<boolean>;
}

/** Share of the ring that the playlist names: the rest is for clients that fetch what has just left it (§6.2.2). */
const LISTED = 0.75;

/** §6.2.2: a live playlist is never shorter than so many target durations. */
const PLAYLIST_TARGETS = 3;

/** Before the camera's group length is known. */
const USUAL_GROUP_MS = 2000;

/** Texts kept for one state of the ring: full and delta, and a few with signatures. */
const MOST_TEXTS = 8;

/**
 * Fragments of a camera vary; PART-TARGET may not. With less, whole fragments would not fill the 85 % that §4.4.4.9 asks
 * of a part.
 */
const PART_MARGIN = 1.1;

/**
 * Chosen once: a segment is a group of pictures where the ring holds three such, a part is as many of the camera's
 * longest fragments as come near `partMs`: players ask anew for each, and fall behind where parts are short.
 */
export function chooseTargets(ring: Pick<Ring, 'longestGroupMs' | 'longestFragmentMs'>, config: TargetConfig): Targets {
  const groupSeconds = (ring.longestGroupMs || USUAL_GROUP_MS) / 1000;
  const most = Math.max(1, Math.floor(config.ringSeconds / PLAYLIST_TARGETS));
  const wanted = Math.min(most, Math.max(1, Math.round(groupSeconds + 0.2)));
  const segmentSeconds = Math.max(wanted, Math.min(most, Math.ceil(ring.longestFragmentMs / 1000)));
  const fragmentMs = ring.longestFragmentMs || config.partMs;
  const fragments = Math.max(1, Math.round(config.partMs / fragmentMs));
  const partMs = Math.round(fragments * fragmentMs * PART_MARGIN);
  return { segmentSeconds, partMs: Math.min(partMs, segmentSeconds * 1000) };
}
export interface TargetConfig {
  readonly ringSeconds: number;
  readonly partMs: number;
}

interface Waiter {
  readonly ready: () => boolean;
  readonly settle: (isReady: boolean) => void;
}

export function createMuxer(deps: { stream: LiveStream; config: TargetConfig; clock: Clock }): Muxer {
  const { stream, config, clock } = deps;
  const { ring } = stream;
  let targets: Targets | undefined;
  let segmenter: Segmenter | undefined;
  /** Place of the next fragment to cut. */
  let cursor = ring.start;
  const names = new WeakMap<StreamInfo, string>();
  const texts = new Map<string, Uint8Array>();
  const waiters = new Set<Waiter>();
  let stopListening: (() => void) | undefined;

  function update(): Segmenter | undefined {
    if (segmenter === undefined || cursor < ring.start) {
      const first = ring.keyFrom(ring.start);
      if (first === undefined) return segmenter;
      targets ??= chooseTargets(ring, config);
      segmenter ??= createSegmenter(targets);
      segmenter.interrupt();
      cursor = first;
    }
    if (cursor < ring.end) texts.clear();
    for (; cursor < ring.end; cursor += 1) {
      const fragment = ring.at(cursor);
      const info = fragment && ring.infoOf(fragment.generation);
      if (fragment !== undefined && info !== undefined) segmenter.add(cursor, fragment, info);
    }
    segmenter.forgetBefore(ring.start);
    return segmenter;
  }

  /** The shortest row of newest segments that fills the window: its start only ever moves forward. */
  function windowStart(segments: readonly Segment[]): number {
    const leastMs = PLAYLIST_TARGETS * 1000 * (targets?.segmentSeconds ?? 0);
    const windowMs = Math.max(config.ringSeconds * 1000 * LISTED, leastMs);
    let ms = 0;
    for (let index = segments.length - 1; index > 0; index -= 1) {
      ms += segments[index]?.durationMs ?? 0;
      if (ms >= windowMs) return index;
    }
    return 0;
  }

  function current(): MediaPlaylist {
    const made = update();
    const segments = made?.segments ?? [];
    const start = windowStart(segments);
    return {
      targets: targets ?? chooseTargets(ring, config),
      discontinuitySequence: made?.discontinuitiesBefore(start) ?? 0,
      segments: segments.slice(start),
      next: made?.next() ?? { sequenceNumber: 0, part: 0 },
      initName,
    };
  }

  /** Named after its content, so that the name may be kept for ever. */
  function initName(info: StreamInfo): string {
    let name = names.get(info);
    if (name === undefined) {
      name = `init-${createHash('sha256').update(info.init).digest('hex').slice(0, 16)}.mp4`;
      names.set(info, name);
    }
    return name;
  }

  function check(): void {
    for (const waiter of waiters) {
      if (waiter.ready()) waiter.settle(true);
      else if (stream.ended) waiter.settle(false);
    }
  }

  return {
    get targets() {
      return targets ?? chooseTargets(ring, config);
    },
    window: () => current().segments,
    segment(sequenceNumber) {
      const segments = update()?.segments ?? [];
      return segments[sequenceNumber - (segments[0]?.sequenceNumber ?? 0)];
    },
    next: () => update()?.next() ?? { sequenceNumber: 0, part: 0 },
    playlist(options) {
      const state = current();
      const variant = `${options.skip} ${options.carry}`;
      const known = texts.get(variant);
      if (known !== undefined) return known;
      const text = new TextEncoder().encode(mediaPlaylist(state, options));
      if (texts.size < MOST_TEXTS) texts.set(variant, text);
      return text;
    },
    bytes({ first, end }) {
      const chunks: Uint8Array[] = [];
      for (let place = first; place < end; place += 1) {
        const fragment = ring.at(place);
        if (fragment === undefined) return undefined;
        chunks.push(fragment.bytes);
      }
      return chunks;
    },
    init(name) {
      const infos = new Set((update()?.segments ?? []).map((segment) => segment.info));
      for (const info of infos) if (initName(info) === name) return info.init;
      return undefined;
    },
    until(ready, timeoutMs, signal) {
      if (ready()) return Promise.resolve(true);
      if (signal.aborted || stream.ended) return Promise.resolve(false);
      return new Promise((resolve) => {
        const settle = (isReady: boolean): void => {
          cancel();
          signal.removeEventListener('abort', aborted);
          waiters.delete(waiter);
          if (waiters.size === 0) {
            stopListening?.();
            stopListening = undefined;
          }
          resolve(isReady);
        };
        const waiter: Waiter = { ready, settle };
        const aborted = (): void => settle(false);
        const cancel = clock.after(timeoutMs, aborted);
        signal.addEventListener('abort', aborted, { once: true });
        waiters.add(waiter);
        stopListening ??= stream.onChange(check);
      });
    },
  };
}
