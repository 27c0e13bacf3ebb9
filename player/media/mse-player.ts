import { joinBytes } from '../ui/join-bytes.ts';
import { CATCH_UP_RATE, createCatchUp, NEAR } from './catch-up.ts';
import { createLiveEdge } from './live-edge.ts';

/**
 * Plays fragments in one `<video>` by Media Source Extensions, as close to the live edge as the line allows. The last
 * picture stays while a stream changes or stops: a wall must never flash black. Where sound comes or goes it does not: the
 * source begins anew.
 */
export interface MsePlayer {
  /** A new stream: what was queued of the old one is dropped. */
  init(mimeType: string, bytes: Uint8Array): void;
  fragment(bytes: Uint8Array, wallClockMs: number): void;
  /** When the picture that is shown was taken, ms since 1970 on the server's clock; `null` before the first. */
  shownWallClockMs(): number | null;
  close(): void;
}

export interface MsePlayerOptions {
  readonly video: HTMLVideoElement;
  /** The player cannot go on (decoder error, type refused): the owner starts a new one or takes another way. */
  readonly onBroken: (why: string) => void;
  /** The first picture is shown that came behind an `init`; each time. */
  readonly onPicture?: () => void;
}

type Source = typeof MediaSource;
interface ManagedWindow {
  readonly ManagedMediaSource?: Source;
}

/** Safari on phones has only the managed one. */
export function mediaSourceClass(): Source | undefined {
  return (globalThis as ManagedWindow).ManagedMediaSource ?? globalThis.MediaSource;
}

export function canPlay(mimeType: string): boolean {
  return mediaSourceClass()?.isTypeSupported(mimeType) === true;
}

/** Of how many tracks a type is, which names one codec for each; the first is the picture's. */
export const tracksIn = (mimeType: string): number => mimeType.split(',').length;

/** Seconds of video that stay behind the playhead, and after which it is cut. */
const KEEP_BEHIND = 6;
const CUT_BEHIND = 12;
/** What the browser may leave waiting: so long, and so much. */
const LONGEST_QUEUED_MS = 6000;
const MOST_QUEUED_BYTES = 64 * 2 ** 20;
const MOST_MARKS = 300;
const CATCH_UP_LOOK_MS = 20;

interface Append {
  readonly bytes: Uint8Array;
  /** `null` for an init segment. */
  readonly wallClockMs: number | null;
}

export function createMsePlayer(options: MsePlayerOptions): MsePlayer {
  const { video, onBroken } = options;
  const edge = createLiveEdge();
  let source: MediaSource | undefined;
  let buffer: SourceBuffer | undefined;
  let address = '';
  let mime = '';
  let queue: Append[] = [];
  let queuedBytes = 0;
  let queuedSinceMs = 0;
  let closed = false;
  /** Media time at which the stream begins whose first picture is waited for; `null` when it has been shown. */
  let awaited: number | null = 0;
  /** Media time ↔ wall-clock, oldest first: one mark for each append, which may hold many fragments. */
  let marks: { readonly time: number; readonly wallClockMs: number }[] = [];
  let waitingMark: number | null = null;
  let lastEnd = 0;
  /** From the first append until the playhead is near the end of what came; later streams only steer. */
  let catchingUp: ReturnType<typeof setInterval> | undefined;
  let caughtUp = false;

  video.playsInline = true;
  video.addEventListener('waiting', onWaiting);
  video.addEventListener('error', onError);
  video.addEventListener('loadeddata', onProgress);
  video.addEventListener('timeupdate', onProgress);

  function onWaiting(): void {
    if (caughtUp) edge.stalled();
  }
  function onError(): void {
    if (!closed && video.error !== null) fail(video.error.message || `media error ${video.error.code}`);
  }
  function onProgress(): void {
    if (awaited === null || buffer === undefined || video.currentTime < awaited) return;
    if (video.readyState < video.HAVE_CURRENT_DATA) return;
    awaited = null;
    options.onPicture?.();
  }

  function fail(why: string): void {
    if (closed) return;
    release();
    onBroken(why);
  }

  /** Before anybody knows what will come: the browser takes some time over it. */
  function open(): void {
    const Class = mediaSourceClass();
    if (Class === undefined) return;
    const opened = new Class();
    source = opened;
    address = URL.createObjectURL(opened);
    opened.addEventListener('sourceopen', begin);
    opened.addEventListener('sourceclose', () => {
      // Somebody else has taken the element, or the browser its decoder.
      if (source === opened) fail('the browser has ended the player');
    });
    video.disableRemotePlayback = true;
    video.src = address;
  }

  /** Once it is open and the type is known. */
  function begin(): void {
    if (mime === '' || buffer !== undefined || source?.readyState !== 'open') return;
    URL.revokeObjectURL(address);
    try {
      buffer = source.addSourceBuffer(mime);
    } catch (error) {
      fail(error instanceof Error ? error.message : String(error));
      return;
    }
    buffer.mode = 'sequence';
    buffer.addEventListener('updateend', onUpdated);
    pump();
  }

  function onUpdated(): void {
    if (buffer === undefined || closed) return;
    const { buffered } = buffer;
    if (waitingMark !== null && buffered.length > 0) {
      const previous = marks.at(-1);
      // In `sequence` mode a fragment begins where the one before it ended.
      const time = previous === undefined ? buffered.start(buffered.length - 1) : lastEnd;
      marks.push({ time, wallClockMs: waitingMark });
      if (marks.length > MOST_MARKS) marks = marks.slice(-MOST_MARKS / 2);
      waitingMark = null;
    }
    if (buffered.length > 0) {
      lastEnd = buffered.end(buffered.length - 1);
      // Sound may begin before the picture, and nothing is shown of that.
      if (!caughtUp && catchingUp === undefined) startCatchingUp(buffered.start(0));
    }
    if (video.paused) void video.play().catch(() => {});
    pump();
  }

  function startCatchingUp(from: number): void {
    if (video.currentTime < from) video.currentTime = from;
    const catchUp = createCatchUp();
    const look = (): void => {
      const decision = catchUp.look(lastEnd - video.currentTime, video.currentTime, performance.now());
      if (decision === 'faster') {
        if (video.playbackRate !== CATCH_UP_RATE) video.playbackRate = CATCH_UP_RATE;
        return;
      }
      clearInterval(catchingUp);
      caughtUp = true;
      video.playbackRate = 1;
      if (decision === 'jump') video.currentTime = Math.max(video.currentTime, lastEnd - NEAR);
    };
    catchingUp = setInterval(look, CATCH_UP_LOOK_MS);
    look();
  }

  function pump(): void {
    if (buffer === undefined || buffer.updating || source?.readyState !== 'open') return;
    const waiting = queue;
    try {
      const { currentTime } = video;
      if (buffer.buffered.length > 0 && currentTime - buffer.buffered.start(0) > CUT_BEHIND) {
        buffer.remove(0, currentTime - KEEP_BEHIND);
        return;
      }
      if (waiting.length === 0) return;
      steer();
      // All that waits goes in at once: one turn of the decoder instead of one for each fragment.
      buffer.appendBuffer(joinBytes(waiting.map(({ bytes }) => bytes)));
      waitingMark = waiting.find(({ wallClockMs }) => wallClockMs !== null)?.wallClockMs ?? null;
      queue = [];
      queuedBytes = 0;
    } catch (error) {
      if (error instanceof DOMException && error.name === 'QuotaExceededError') {
        buffer.remove(0, Math.max(0.1, video.currentTime - 1));
        return;
      }
      fail(error instanceof Error ? error.message : String(error));
    }
  }

  function steer(): void {
    if (!caughtUp || buffer === undefined || buffer.buffered.length === 0) return;
    const end = buffer.buffered.end(buffer.buffered.length - 1);
    const decision = edge.beforeAppend(end - video.currentTime);
    if (decision.kind === 'seek') video.currentTime = Math.max(video.currentTime, end - decision.leaveSeconds);
    else if (video.playbackRate !== decision.rate) video.playbackRate = decision.rate;
  }

  /** From nothing, in the same element. */
  function openAnew(): void {
    release();
    lastEnd = 0;
    waitingMark = null;
    caughtUp = false;
    catchingUp = undefined;
    open();
  }

  function release(): void {
    clearInterval(catchingUp);
    URL.revokeObjectURL(address);
    queue = [];
    marks = [];
    buffer?.removeEventListener('updateend', onUpdated);
    buffer = undefined;
    source = undefined;
  }

  function enqueue(append: Append): void {
    if (queue.length === 0) queuedSinceMs = performance.now();
    queue.push(append);
    queuedBytes += append.bytes.byteLength;
  }

  open();

  return {
    init(mimeType, bytes) {
      if (closed) return;
      if (!canPlay(mimeType)) return fail(`this browser cannot play ${mimeType}`);
      // Sound came, or went: no source takes another number of tracks than it began with (MSE, «initialization segment received»).
      if (buffer !== undefined && tracksIn(mimeType) !== tracksIn(mime)) openAnew();
      queue = [];
      queuedBytes = 0;
      enqueue({ bytes, wallClockMs: null });
      awaited = lastEnd;
      // Without data the browser's clock has gone on, beyond where the new stream will begin.
      if (video.currentTime > lastEnd) video.currentTime = lastEnd;
      if (buffer === undefined) {
        mime = mimeType;
        begin();
      } else if (mimeType !== mime) {
        try {
          if (buffer.updating) buffer.abort();
          buffer.changeType(mimeType);
          mime = mimeType;
        } catch (error) {
          return fail(error instanceof Error ? error.message : String(error));
        }
      }
      pump();
    },
    fragment(bytes, wallClockMs) {
      if (closed || source === undefined || mime === '') return;
      // The browser is behind (a hidden tab): the newest picture matters, and the server sends key frames again.
      const queuedMs = queue.length === 0 ? 0 : performance.now() - queuedSinceMs;
      if (queuedMs > LONGEST_QUEUED_MS || queuedBytes > MOST_QUEUED_BYTES) {
        return fail('the browser does not take what is sent');
      }
      enqueue({ bytes, wallClockMs });
      pump();
    },
    shownWallClockMs() {
      // No picture is shown of what has not come, wherever the playhead is.
      const at = Math.min(video.currentTime, lastEnd);
      for (let index = marks.length - 1; index >= 0; index -= 1) {
        const mark = marks[index];
        if (mark !== undefined && mark.time <= at + 0.001) return mark.wallClockMs + (at - mark.time) * 1000;
      }
      return null;
    },
    close() {
      closed = true;
      release();
      video.removeEventListener('waiting', onWaiting);
      video.removeEventListener('error', onError);
      video.removeEventListener('loadeddata', onProgress);
      video.removeEventListener('timeupdate', onProgress);
      video.removeAttribute('src');
      video.load();
    },
  };
}
