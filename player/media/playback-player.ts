import type { StreamRole } from '#contracts/media';
import type { PlayableRange } from '#contracts/recordings';
import { mediaSourceClass } from './mse-player.ts';
import { createPlaybackBuffer, type PlaybackBuffer } from './playback-buffer.ts';
import {
  aheadMs,
  isRecorded,
  joinPlaces,
  keyOf,
  nextRequest,
  type PlaceOfGroup,
  placeBefore,
  placesOf,
} from './playback-plan.ts';
import { isStepped, steer } from './sync-policy.ts';

/**
 * Plays one camera's recordings in one `<video>` at a wall-clock that somebody else keeps, by groups of pictures that
 * are fetched as byte ranges and put at their wall-clock on the media time line. Cameras that follow one clock are in
 * step, a gap is a gap, and a seek is one request.
 */
export interface PlaybackPlayer {
  /** Where the clock is and how fast it runs (0: it stands; below 0 backwards). Call it many times a second. */
  sync(wallMs: number, rate: number): void;
  /** When the picture that is shown was taken, ms since 1970; `null` before the first. */
  shownWallClockMs(): number | null;
  state(): PlaybackState;
  close(): void;
}

/**
 * `gap`: nothing was recorded at this moment. `keyframes`: the browser cannot keep up, so only key frames are shown, in
 * step. `unplayable`: it cannot decode this at all.
 */
export type PlaybackState = 'loading' | 'shown' | 'keyframes' | 'gap' | 'unplayable' | 'failed';

/** Where recordings come from. */
export interface RecordingSource {
  groups(role: StreamRole | undefined, fromMs: number, toMs: number, signal: AbortSignal): Promise<PlayableRange>;
  /** `from`…`to`, both included. */
  bytes(segmentId: number, from: number, to: number, signal: AbortSignal): Promise<Uint8Array>;
}

export interface PlaybackPlayerOptions {
  readonly video: HTMLVideoElement;
  readonly source: RecordingSource;
  readonly role?: StreamRole | undefined;
  /** ms since 1970 on the server. */
  readonly serverNow: () => number;
  readonly onState: (state: PlaybackState) => void;
}

/** The media time line begins this long before the first position, so that one can go back without beginning anew. */
const BEFORE_ORIGIN_MS = 6 * 3_600_000;
const AFTER_ORIGIN_MS = 48 * 3_600_000;
const LIST_BEFORE_MS = 20_000;
const LIST_AFTER_MS = 120_000;
/** Stepping at 32 times passes two minutes in four seconds. */
const STEPPED_LIST_MS = 1_200_000;
/** What was recorded in the last moments is not whole yet: it is asked for again. */
const FRESH_MS = 4000;
const ASK_AGAIN_MS = 1500;
const AFTER_FAILURE_MS = 2000;
/** While the clock stands: what lies ahead is fetched when the other cameras of the page have their picture too. */
const OTHERS_FIRST_MS = 400;
/** Longest time that a jump is aimed ahead of the clock for the decoder to get there. */
const MOST_LEAD_MS = 2000;
/** So many jumps in so short a time although nobody sought: the machine has more to decode than it can. */
const STRAINED = { jumps: 3, withinMs: 8000, forMs: 15_000 };

export function createPlaybackPlayer(options: PlaybackPlayerOptions): PlaybackPlayer {
  const { video, source, serverNow } = options;
  let buffer: PlaybackBuffer | undefined;
  let originMs = 0;
  let places: PlaceOfGroup[] = [];
  /** What `places` are complete for. */
  let known = { fromMs: 0, toMs: 0 };
  let listing: AbortController | undefined;
  let listAgainAt = 0;
  let fetching: { readonly abort: AbortController; readonly fromMs: number; readonly toMs: number } | undefined;
  let waitUntil = 0;
  /** When the group of a moment without a picture was last asked for. */
  let firstAt = Number.NEGATIVE_INFINITY;
  let wall = 0;
  let rate = 0;
  let jumpedAt = 0;
  let steppedTo = '';
  /** How long a jump takes here, by the last ones. */
  let leadMs = 0;
  let jumps: number[] = [];
  let strainedUntil = 0;
  let state: PlaybackState = 'loading';
  let closed = false;

  video.playsInline = true;

  const onSeeked = (): void => {
    leadMs = Math.min(MOST_LEAD_MS, leadMs * 0.5 + (performance.now() - jumpedAt) * 0.5);
  };
  video.addEventListener('seeked', onSeeked);

  function become(next: PlaybackState): void {
    if (state === next || closed) return;
    state = next;
    options.onState(next);
  }

  function list(fromMs: number, toMs: number): void {
    listing?.abort();
    const abort = new AbortController();
    listing = abort;
    source.groups(options.role, Math.round(fromMs), Math.round(toMs), abort.signal).then(
      (range) => {
        if (listing !== abort || closed) return;
        listing = undefined;
        const whole = serverNow() - FRESH_MS;
        const found = placesOf(range).filter(({ group }) => group.startMs + group.durationMs <= whole + FRESH_MS / 2);
        const joins = fromMs <= known.toMs && toMs >= known.fromMs;
        places = joins ? joinPlaces(places, found) : found;
        known = {
          fromMs: joins ? Math.min(known.fromMs, fromMs) : fromMs,
          toMs: joins ? Math.max(known.toMs, Math.min(toMs, whole)) : Math.min(toMs, whole),
        };
        listAgainAt = performance.now() + (toMs > whole ? ASK_AGAIN_MS : 0);
        proceed();
      },
      () => {
        if (listing !== abort || closed) return;
        listing = undefined;
        listAgainAt = performance.now() + AFTER_FAILURE_MS;
        become('failed');
      },
    );
  }

  const isListed = (): boolean => wall >= known.fromMs && wall <= known.toMs + FRESH_MS * 2;

  /** Sees to it that groups are known around the clock, and for as far ahead as is fetched. */
  function keepListed(): void {
    const stepped = isStepped(rate);
    const [before, after] = stepped ? [STEPPED_LIST_MS, STEPPED_LIST_MS] : [LIST_BEFORE_MS, LIST_AFTER_MS];
    if (!isListed()) {
      // A seek: at once, whatever else was asked.
      if (listing === undefined || asked.fromMs > wall || asked.toMs < wall) ask(wall - before, wall + after);
      return;
    }
    if (listing !== undefined || performance.now() < listAgainAt) return;
    const need = stepped ? STEPPED_LIST_MS / 4 : aheadMs(rate);
    if (rate < 0 && wall - need < known.fromMs) ask(known.fromMs - before, known.fromMs + 1);
    else if (wall + need > known.toMs && known.toMs < serverNow() - FRESH_MS) ask(known.toMs - 1, known.toMs + after);
  }
  let asked = { fromMs: 0, toMs: 0 };
  function ask(fromMs: number, toMs: number): void {
    if (performance.now() < waitUntil && state === 'failed') return;
    if (Math.max(0, fromMs) >= serverNow()) return;
    asked = { fromMs: Math.max(0, fromMs), toMs };
    list(asked.fromMs, toMs);
  }

  function open(mimeType: string): PlaybackBuffer | undefined {
    const Class = mediaSourceClass();
    if (Class === undefined || !Class.isTypeSupported(mimeType)) {
      become('unplayable');
      return undefined;
    }
    originMs = Math.floor(wall) - BEFORE_ORIGIN_MS;
    steppedTo = '';
    return createPlaybackBuffer({ video, Class, mimeType, originMs });
  }

  function fetchNext(): void {
    // Of a moment that was just sought, the list comes first: what is known may be what lies behind it.
    if (performance.now() < waitUntil || !isListed()) return;
    const there = buffer;
    const window = { fromMs: wall - 1, toMs: wall + aheadMs(rate) };
    const isThere = (place: PlaceOfGroup): boolean => there?.has(keyOf(place)) === true;
    // Where there is no picture yet, its group alone: the megabytes behind it would be waited for too.
    const first =
      there?.covers(wall) === true ? undefined : nextRequest(places, { fromMs: wall - 1, toMs: wall + 1 }, isThere);
    if (fetching !== undefined) {
      const isWanted = fetching.fromMs < window.toMs && fetching.toMs > window.fromMs;
      if (isWanted && (first === undefined || fetching.fromMs <= wall + 1)) return;
      fetching.abort.abort();
      fetching = undefined;
    }
    if (first !== undefined) firstAt = performance.now();
    else if (rate === 0 && performance.now() - firstAt < OTHERS_FIRST_MS) return;
    const request = first ?? nextRequest(places, window, isThere);
    if (request === undefined) return;
    const last = request.groups.at(-1);
    const fromMs = request.groups[0]?.startMs ?? wall;
    load(request.segment, request.groups, [request.from, request.to], {
      fromMs,
      toMs: (last?.startMs ?? fromMs) + (last?.durationMs ?? 0),
    });
  }

  /** One fetch at a time: what is needed first is not slowed by what is needed later. */
  function load(
    segment: PlaceOfGroup['segment'],
    groups: readonly PlaceOfGroup['group'][],
    [from, to]: readonly [number, number],
    time: { readonly fromMs: number; readonly toMs: number },
  ): void {
    buffer ??= open(segment.mimeType);
    const target = buffer;
    if (target === undefined) return;
    const abort = new AbortController();
    const mine = { abort, ...time };
    fetching = mine;
    const get = (first: number, last: number) => source.bytes(segment.segmentId, first, last, abort.signal);
    (async () => {
      const needsInit = !target.hasInit(segment.segmentId);
      const [init, bytes] = await Promise.all([needsInit ? get(0, segment.initBytes - 1) : undefined, get(from, to)]);
      if (abort.signal.aborted) return;
      if (init !== undefined) target.putInit(segment, init);
      await target.append({ segment, groups, bytes, keyOnly: bytes.byteLength < (groups[0]?.bytes ?? 0) });
    })()
      .catch((error: unknown) => {
        if (abort.signal.aborted || closed) return;
        waitUntil = performance.now() + AFTER_FAILURE_MS;
        if (target.broken()) {
          // The decoder gave up: a new one begins at the next key frame.
          target.close();
          if (buffer === target) buffer = undefined;
        } else if (!(error instanceof TypeError)) {
          // Deleted meanwhile, or its disk is away: what is listed is not true any more.
          known = { fromMs: 0, toMs: 0 };
          places = [];
        }
        become('failed');
      })
      .finally(() => {
        if (fetching === mine) fetching = undefined;
        if (!abort.signal.aborted) proceed();
      });
  }

  /** What somebody waits for does not wait for the next call. */
  function proceed(): void {
    if (closed || state === 'unplayable' || isStepping()) return;
    fetchNext();
    follow();
  }

  /** From key frame to key frame: as fast as they come, and never behind the clock. */
  function step(): void {
    if (!video.paused) video.pause();
    const place = placeBefore(places, wall);
    if (place === undefined || fetching !== undefined || performance.now() < waitUntil) return;
    const key = keyOf(place);
    if (key === steppedTo) return;
    if (buffer?.has(key) === true || buffer?.hasKey(key) === true) {
      steppedTo = key;
      jumpTo(place.group.startMs);
      return;
    }
    const { segment, group } = place;
    load(segment, [group], [group.offset, group.offset + group.keyBytes - 1], {
      fromMs: group.startMs,
      toMs: group.startMs + group.durationMs,
    });
  }

  function jumpTo(toMs: number): void {
    jumpedAt = performance.now();
    // A hair behind the picture's begin: rounding must not show the one before.
    video.currentTime = (toMs - originMs) / 1000 + 0.001;
  }

  function follow(): void {
    if (buffer === undefined) return;
    if (!buffer.covers(wall)) {
      if (!video.paused) video.pause();
      return;
    }
    const errorMs = originMs + video.currentTime * 1000 - wall;
    const decision = steer({ errorMs, rate, sinceJumpMs: performance.now() - jumpedAt });
    if (decision.kind === 'seek') {
      if (video.seeking) return;
      if (rate > 0 && errorMs > 0 && errorMs <= MOST_LEAD_MS * rate) {
        // It got there before the clock: it waits.
        if (!video.paused) video.pause();
        return;
      }
      noteStrain();
      jumpTo(rate > 0 ? wall + leadMs * rate : wall);
    }
    const wanted = decision.kind === 'rate' ? decision.rate : rate;
    if (wanted === 0) {
      if (!video.paused) video.pause();
      return;
    }
    if (video.playbackRate !== wanted) video.playbackRate = wanted;
    if (video.paused) void video.play().catch(() => {});
  }

  /** A decoder that is behind again right after each jump will not catch up by jumping. */
  function noteStrain(): void {
    const now = performance.now();
    jumps = [...jumps.filter((at) => now - at < STRAINED.withinMs), now];
    if (rate <= 0 || jumps.length <= STRAINED.jumps) return;
    strainedUntil = now + STRAINED.forMs;
    jumps = [];
  }

  const isStepping = (): boolean => isStepped(rate) || (rate !== 0 && performance.now() < strainedUntil);

  function judge(): void {
    if (state === 'unplayable') return;
    const isKnown = wall >= known.fromMs && wall <= Math.max(known.toMs, (places.at(-1)?.group.startMs ?? 0) + 1);
    if (isKnown && !isRecorded(places, wall)) become('gap');
    else if (isStepping() && steppedTo !== '') become(isStepped(rate) ? 'shown' : 'keyframes');
    else if (
      buffer?.covers(wall) === true &&
      video.readyState >= HTMLMediaElement.HAVE_CURRENT_DATA &&
      !video.seeking
    ) {
      become('shown');
    } else if (performance.now() >= waitUntil) become('loading');
  }

  return {
    sync(wallMs, nextRate) {
      if (closed) return;
      // Somebody sought: what follows is no sign of strain.
      if (Math.abs(wallMs - wall) > 2000 * Math.max(1, Math.abs(nextRate))) jumps = [];
      [wall, rate] = [wallMs, nextRate];
      if (buffer !== undefined && (wall < originMs + 1000 || wall > originMs + AFTER_ORIGIN_MS)) {
        fetching?.abort.abort();
        fetching = undefined;
        buffer.close();
        buffer = undefined;
      }
      keepListed();
      if (state !== 'unplayable') {
        if (isStepping()) step();
        else {
          steppedTo = '';
          fetchNext();
          follow();
        }
        buffer?.evict(wall, isStepped(rate) ? STEPPED_LIST_MS / 8 : aheadMs(rate));
      }
      judge();
    },
    shownWallClockMs() {
      if (buffer === undefined || video.readyState < HTMLMediaElement.HAVE_CURRENT_DATA) return null;
      return originMs + video.currentTime * 1000;
    },
    state: () => state,
    close() {
      closed = true;
      listing?.abort();
      fetching?.abort.abort();
      video.removeEventListener('seeked', onSeeked);
      buffer?.close();
    },
  };
}
