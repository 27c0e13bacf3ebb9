import { joinBytes } from '../ui/join-bytes.ts';
import { createLiveEdge } from './live-edge.ts';

/**
 * Plays fragments in one `<video>` by Media Source Extensions, as close to the live edge as the line allows. The last
 * picture stays while a stream changes or stops: a wall must never flash black.
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
  readonly onFirstPicture?: () => void;
}

type Source = typeof MediaSource;
interface ManagedWindow {
  readonly ManagedMediaSource?: Source;
}

/** Safari on phones has only the managed one. */
export function mediaSourceClass(): Source | undefined {
  return (globalThis as ManagedWindow).ManagedMediaSource ?? globalThis.MediaSource;
}

/** Seconds of video that stay behind the playhead, and after which it is cut. */
const KEEP_BEHIND = 6;
const CUT_BEHIND = 12;
const MOST_QUEUED = 60;
const MOST_MARKS = 300;
/**
 * What comes first is the group of pictures so far, up to some seconds of it: its key frame is shown at once, and the
 * rest is played this many times as fast as it was taken. All of it has to be decoded either way, and a picture that is
 * two seconds old, and says so, is better than none. Ends with so many seconds ahead: the next fragment is up to its own
 * length away.
 */
const CATCH_UP_RATE = 8;
const CAUGHT_UP = 0.2;
const CATCH_UP_LOOK_MS = 20;

interface Append {
  readonly bytes: Uint8Array;
  /** `null` for an init segment. */
  readonly wallClockMs: number | null;
}

export function createMsePlayer(options: MsePlayerOptions): MsePlayer {
  const { video, onBroken } = options;
  const Class = mediaSourceClass();
  const edge = createLiveEdge();
  let source: MediaSource | undefined;
  let buffer: SourceBuffer | undefined;
  let mime = '';
  let queue: Append[] = [];
  let closed = false;
  let shownOnce = false;
  /** Media time ↔ wall-clock, oldest first: one mark for each fragment. */
  let marks: { readonly time: number; readonly wallClockMs: number }[] = [];
  let waitingMark: number | null = null;
  /** From the first append until the playhead is near the end of what came. */
  let catchingUp: ReturnType<typeof setInterval> | 'done' | undefined;

  video.playsInline = true;
  video.addEventListener('waiting', onWaiting);
  video.addEventListener('error', onError);
  video.addEventListener('timeupdate', onProgress);

  function onWaiting(): void {
    if (catchingUp === 'done') edge.stalled();
  }
  function onError(): void {
    if (!closed && video.error !== null) fail(video.error.message || `media error ${video.error.code}`);
  }
  function onProgress(): void {
    if (shownOnce || video.currentTime === 0) return;
    shownOnce = true;
    options.onFirstPicture?.();
  }

  function fail(why: string): void {
    if (closed) return;
    release();
    onBroken(why);
  }

  /** Before anybody knows what will come: the browser takes some time over it. */
  function open(): void {
    if (Class === undefined) return;
    const opened = new Class();
    source = opened;
    const address = URL.createObjectURL(opened);
    opened.addEventListener('sourceopen', () => {
      URL.revokeObjectURL(address);
      begin();
    });
    video.disableRemotePlayback = true;
    video.src = address;
  }

  /** Once it is open and the type is known. */
  function begin(): void {
    if (mime === '' || buffer !== undefined || source?.readyState !== 'open') return;
    buffer = source.addSourceBuffer(mime);
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
      catchingUp ??= setInterval(catchUp, CATCH_UP_LOOK_MS);
    }
    if (video.paused) void video.play().catch(() => {});
    pump();
  }
  let lastEnd = 0;

  function catchUp(): void {
    const behind = lastEnd - video.currentTime;
    if (behind > CAUGHT_UP) {
      if (video.playbackRate !== CATCH_UP_RATE) video.playbackRate = CATCH_UP_RATE;
      return;
    }
    if (catchingUp !== 'done') clearInterval(catchingUp);
    catchingUp = 'done';
    video.playbackRate = 1;
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
    } catch (error) {
      if (error instanceof DOMException && error.name === 'QuotaExceededError') {
        buffer.remove(0, Math.max(0.1, video.currentTime - 1));
        return;
      }
      fail(error instanceof Error ? error.message : String(error));
    }
  }

  function steer(): void {
    if (catchingUp !== 'done' || buffer === undefined || buffer.buffered.length === 0) return;
    const end = buffer.buffered.end(buffer.buffered.length - 1);
    const decision = edge.beforeAppend(end - video.currentTime);
    if (decision.kind === 'seek') video.currentTime = Math.max(video.currentTime, end - decision.leaveSeconds);
    else if (video.playbackRate !== decision.rate) video.playbackRate = decision.rate;
  }

  function release(): void {
    if (catchingUp !== 'done') clearInterval(catchingUp);
    queue = [];
    marks = [];
    buffer?.removeEventListener('updateend', onUpdated);
    buffer = undefined;
    source = undefined;
  }

  open();

  return {
    init(mimeType, bytes) {
      if (closed) return;
      if (Class?.isTypeSupported(mimeType) !== true) return fail(`this browser cannot play ${mimeType}`);
      queue = [{ bytes, wallClockMs: null }];
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
      if (closed || mime === '') return;
      // The owner is behind (a hidden tab): the newest picture matters, and the server sends key frames again.
      if (queue.length >= MOST_QUEUED) return fail('the browser does not take what is sent');
      queue.push({ bytes, wallClockMs });
      pump();
    },
    shownWallClockMs() {
      const at = video.currentTime;
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
      video.removeEventListener('timeupdate', onProgress);
      video.removeAttribute('src');
      video.load();
    },
  };
}
