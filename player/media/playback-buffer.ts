import { groupEndMs, type PlaceOfGroup, timestampOffset } from './playback-plan.ts';

/**
 * The decoder's memory during playback: which groups are in it, where they lie, and what leaves it. One append or
 * removal at a time, in the order in which they were asked for.
 */
export interface PlaybackBuffer {
  /** Is the whole group in it? */
  has(key: string): boolean;
  /** Is at least its key frame in it? */
  hasKey(key: string): boolean;
  hasInit(segmentId: number): boolean;
  putInit(segment: PlaceOfGroup['segment'], bytes: Uint8Array): void;
  /** Rejects when the decoder refuses it. */
  append(groups: {
    readonly segment: PlaceOfGroup['segment'];
    readonly groups: readonly PlaceOfGroup['group'][];
    readonly bytes: Uint8Array;
    /** Only the first fragment of one group. */
    readonly keyOnly: boolean;
  }): Promise<void>;
  /** Is there a picture for this moment? */
  covers(wallMs: number): boolean;
  /** Lets go what lies further than a little behind, and further than twice `aheadMs` ahead of, `wallMs`. */
  evict(wallMs: number, aheadMs: number): void;
  broken(): boolean;
  close(): void;
}

const BEHIND_MS = 10_000;
/** ms between two looks at what can go. */
const EVICT_EVERY_MS = 2000;
/** Longest media time line, seconds: a seek beyond `duration` is not possible. */
const DURATION = 14 * 86_400;
/** Init segments are small; a day of ten-minute files has 144. */
const MOST_INITS = 200;

interface Held {
  readonly startMs: number;
  readonly endMs: number;
  readonly whole: boolean;
}

export function createPlaybackBuffer(options: {
  video: HTMLVideoElement;
  Class: typeof MediaSource;
  mimeType: string;
  originMs: number;
}): PlaybackBuffer {
  const { video, Class, originMs } = options;
  const media = new Class();
  const held = new Map<string, Held>();
  const inits = new Map<number, { readonly mimeType: string; readonly bytes: Uint8Array }>();
  let buffer: SourceBuffer | undefined;
  let mimeType = options.mimeType;
  let initOf: number | undefined;
  let failed = false;
  let closed = false;
  let evictedAt = 0;

  const address = URL.createObjectURL(media);
  const opened = new Promise<void>((resolve) => {
    media.addEventListener(
      'sourceopen',
      () => {
        URL.revokeObjectURL(address);
        if (closed) return;
        media.duration = DURATION;
        buffer = media.addSourceBuffer(mimeType);
        buffer.mode = 'segments';
        resolve();
      },
      { once: true },
    );
  });
  video.disableRemotePlayback = true;
  video.src = address;

  let line: Promise<void> = opened;
  function inLine(work: (buffer: SourceBuffer) => Promise<void>): Promise<void> {
    const done = line.then(async () => {
      if (closed || buffer === undefined || media.readyState !== 'open') throw new Error('the decoder is closed');
      await work(buffer);
    });
    line = done.catch(() => {});
    return done;
  }

  function settled(target: SourceBuffer, begin: () => void): Promise<void> {
    return new Promise((resolve, reject) => {
      const end = (): void => {
        target.removeEventListener('updateend', end);
        if (video.error === null) resolve();
        else reject(new Error(video.error.message));
      };
      target.addEventListener('updateend', end);
      try {
        begin();
      } catch (error) {
        target.removeEventListener('updateend', end);
        reject(error);
      }
    });
  }

  async function put(target: SourceBuffer, bytes: Uint8Array): Promise<void> {
    const view = bytes as Uint8Array<ArrayBuffer>;
    try {
      await settled(target, () => target.appendBuffer(view));
    } catch (error) {
      if (!(error instanceof DOMException) || error.name !== 'QuotaExceededError') throw error;
      await remove(target, 0, Math.max(0, video.currentTime - 1));
      await settled(target, () => target.appendBuffer(view));
    }
  }

  async function remove(target: SourceBuffer, from: number, to: number): Promise<void> {
    if (to <= from) return;
    await settled(target, () => target.remove(from, to));
    for (const [key, { startMs, endMs }] of held) {
      if ((startMs - originMs) / 1000 < to && (endMs - originMs) / 1000 > from) held.delete(key);
    }
  }

  return {
    has: (key) => held.get(key)?.whole === true,
    hasKey: (key) => held.has(key),
    hasInit: (segmentId) => inits.has(segmentId),
    putInit(segment, bytes) {
      if (inits.size >= MOST_INITS) inits.clear();
      inits.set(segment.segmentId, { mimeType: segment.mimeType, bytes });
    },
    append: ({ segment, groups, bytes, keyOnly }) =>
      inLine(async (target) => {
        const first = groups[0];
        if (first === undefined) return;
        try {
          if (initOf !== segment.segmentId) {
            const init = inits.get(segment.segmentId);
            if (init === undefined) throw new Error('no init segment');
            if (init.mimeType !== mimeType) target.changeType(init.mimeType);
            mimeType = init.mimeType;
            await put(target, init.bytes);
            initOf = segment.segmentId;
          }
          target.timestampOffset = timestampOffset({ segment, group: first }, originMs);
          await put(target, bytes);
        } catch (error) {
          failed = true;
          throw error;
        }
        for (const group of groups) {
          const endMs = keyOnly ? group.startMs + 1 : groupEndMs(group);
          held.set(`${segment.segmentId}/${group.offset}`, { startMs: group.startMs, endMs, whole: !keyOnly });
        }
      }),
    covers(wallMs) {
      if (buffer === undefined || closed || media.readyState !== 'open') return false;
      const at = (wallMs - originMs) / 1000;
      const { buffered } = buffer;
      for (let index = 0; index < buffered.length; index += 1) {
        if (buffered.start(index) <= at + 0.05 && buffered.end(index) > at + 0.005) return true;
      }
      return false;
    },
    evict(wallMs, aheadMs) {
      if (performance.now() - evictedAt < EVICT_EVERY_MS || held.size === 0) return;
      evictedAt = performance.now();
      const from = (wallMs - BEHIND_MS - originMs) / 1000;
      const to = (wallMs + aheadMs * 2 - originMs) / 1000;
      inLine(async (target) => {
        if (target.buffered.length === 0) return;
        await remove(target, 0, Math.max(0, Math.min(from, video.currentTime - 1)));
        if (target.buffered.length > 0) await remove(target, Math.max(to, video.currentTime + 1), DURATION);
      }).catch(() => {});
    },
    broken: () => failed || video.error !== null,
    close() {
      closed = true;
      held.clear();
      inits.clear();
      video.removeAttribute('src');
      video.load();
    },
  };
}
