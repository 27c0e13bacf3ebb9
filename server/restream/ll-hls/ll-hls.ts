import type { Clock } from '#base/clock';
import { Fault } from '#base/errors';
import type { StreamKey } from '#contracts/media';
import type { LiveConfig } from '../../../config/schema.ts';
import type { Hub } from '../hub.ts';
import type { LiveStream } from '../live-stream.ts';
import { type MediaAnswer, mediaAnswer, refusal } from '../media-answer.ts';
import type { Transcodes } from '../transcode.ts';
import { createMuxer, type Muxer } from './muxer.ts';
import { masterPlaylist } from './playlist.ts';
import { type LlHlsFile, parseFile, parseReload, type Reload, reloadState } from './request.ts';

/**
 * Low-Latency HLS (draft-pantos-hls-rfc8216bis-16) under `/live/:camera/:stream/`: `index.m3u8` (multivariant),
 * `media.m3u8`, and what these name. The same below `h264/` for players that cannot play the camera's codec:
 * `/live/:camera/:stream/h264/index.m3u8`.
 */
export interface LlHls {
  /** Never rejects for what a client asks; resolves early with any answer when `signal` aborts. */
  answer(key: StreamKey, request: LlHlsRequest, signal: AbortSignal): Promise<MediaAnswer>;
  /** Streams that somebody plays this way now. */
  readonly active: number;
  close(): void;
}

export interface LlHlsRequest {
  /** The path below the stream, `index.m3u8` or `h264/media.m3u8`. */
  readonly file: string;
  readonly query: Readonly<Record<string, string | undefined>>;
  /** Query text without `?` that each address in a playlist shall carry: the signature of a signed media address. */
  readonly carry?: string;
}

/** A player that has not asked for so long has gone: its stream need not stay open for it. */
const LEASE_MS = 15_000;

/** How long a first request waits for the camera. */
const START_MS = 10_000;

const PLAYLIST_TYPE = 'application/vnd.apple.mpegurl';
const VIDEO_TYPE = 'video/mp4';

interface Lease {
  readonly muxer: Muxer;
  readonly stream: LiveStream;
  readonly release: () => void;
  lastAskedMs: number;
}

export function createLlHls(deps: { hub: Hub; transcodes: Transcodes; config: LiveConfig; clock: Clock }): LlHls {
  const { hub, transcodes, config, clock } = deps;
  const leases = new Map<string, Lease>();
  const stopSweep = clock.every(LEASE_MS / 3, () => {
    for (const [name, lease] of leases) {
      if (lease.stream.ended || clock.monotonic() - lease.lastAskedMs > LEASE_MS) end(name, lease);
    }
  });

  function end(name: string, lease: Lease): void {
    leases.delete(name);
    lease.release();
  }

  /** Asking is demand: the stream stays open, and the numbers of its segments go on, while requests come. */
  function leaseOf(key: StreamKey, file: LlHlsFile): Lease {
    const name = `${key.cameraId}/${key.role}/${file.transcoded ? 'h264' : ''}`;
    const known = leases.get(name);
    if (known !== undefined && !known.stream.ended) {
      known.lastAskedMs = clock.monotonic();
      return known;
    }
    if (known !== undefined) end(name, known);
    const stream = file.transcoded ? transcodes.stream(key) : hub.stream(key);
    const lease: Lease = {
      stream,
      muxer: createMuxer({ stream, config, clock }),
      release: stream.hold(),
      lastAskedMs: clock.monotonic(),
    };
    leases.set(name, lease);
    return lease;
  }

  async function master(lease: Lease, carry: string, signal: AbortSignal): Promise<MediaAnswer> {
    const { stream, muxer } = lease;
    const ready = (): boolean => stream.info() !== null && stream.fresh();
    if (!(await muxer.until(ready, START_MS, signal))) return noPicture();
    const info = stream.info();
    if (info === null) return noPicture();
    const bitsPerSecond = (stream.ring.bytes * 8000) / Math.max(stream.ring.durationMs, 1);
    return text(masterPlaylist(info, Math.max(bitsPerSecond, 1), carry), 'no-cache');
  }

  async function playlist(lease: Lease, reload: Reload, carry: string, signal: AbortSignal): Promise<MediaAnswer> {
    const { muxer } = lease;
    // A player cannot begin with a playlist that names no whole segment.
    const begun = (): boolean => muxer.window().some((segment) => segment.closed);
    if (!begun() && !(await muxer.until(begun, START_MS, signal))) return noPicture();
    const options = { skip: reload.skip, carry };
    if (reload.wanted === undefined) return playlistAnswer(muxer.playlist(options), 'no-cache');
    const { wanted } = reload;
    if (reloadState(muxer, wanted) === 'tooFar') {
      return refusal(400, 'the playlist is asked for too far ahead (rfc8216bis §6.2.5.2)');
    }
    // A playlist is renewed within a target duration; after three the stream has stopped.
    const ready = (): boolean => reloadState(muxer, wanted) === 'here';
    if (!(await muxer.until(ready, 3000 * muxer.targets.segmentSeconds, signal))) return noPicture();
    return playlistAnswer(muxer.playlist(options), `private, max-age=${6 * muxer.targets.segmentSeconds}`);
  }

  async function part(lease: Lease, sequenceNumber: number, index: number, signal: AbortSignal): Promise<MediaAnswer> {
    const { muxer } = lease;
    const find = () => muxer.segment(sequenceNumber)?.parts[index];
    /** It is here, or will never be. */
    const decided = (): boolean => {
      const next = muxer.next();
      const gone = sequenceNumber < next.sequenceNumber && muxer.segment(sequenceNumber)?.closed !== false;
      return find() !== undefined || gone || sequenceNumber > next.sequenceNumber + 1;
    };
    await muxer.until(decided, 3000 * muxer.targets.segmentSeconds, signal);
    return piece(lease, find());
  }

  function piece(lease: Lease, range: { first: number; end: number } | undefined): MediaAnswer {
    const bytes = range && lease.muxer.bytes(range);
    return bytes === undefined ? refusal(404, 'not in memory') : media(bytes);
  }

  /** Names are never used twice, so what was fetched stays true; `private`, since it was given to one person. */
  function media(body: readonly Uint8Array[]): MediaAnswer {
    return mediaAnswer(VIDEO_TYPE, `private, max-age=${config.ringSeconds}, immutable`, body);
  }

  return {
    get active() {
      return leases.size;
    },
    async answer(key, request, signal) {
      const file = parseFile(request.file);
      if (file === undefined) return refusal(404, 'no such file');
      const reload = parseReload(request.query);
      if (typeof reload === 'string') return refusal(400, reload);
      let lease: Lease;
      try {
        lease = leaseOf(key, file);
      } catch (error) {
        if (!(error instanceof Fault)) throw error;
        return refusal(503, error.message, Math.ceil((error.retryAfterMs ?? 1000) / 1000));
      }
      const carry = request.carry ?? '';
      if (file.type === 'master') return master(lease, carry, signal);
      if (file.type === 'media') return playlist(lease, reload, carry, signal);
      if (file.type === 'part') return part(lease, file.sequenceNumber, file.part, signal);
      if (file.type === 'init') {
        const init = lease.muxer.init(file.name);
        return init === undefined ? refusal(404, 'not in memory') : media([init]);
      }
      const segment = lease.muxer.segment(file.sequenceNumber);
      return piece(lease, segment?.closed ? segment : undefined);
    },
    close() {
      stopSweep();
      for (const [name, lease] of leases) end(name, lease);
    },
  };
}

const text = (content: string, cacheControl: string): MediaAnswer =>
  playlistAnswer(new TextEncoder().encode(content), cacheControl);
const playlistAnswer = (content: Uint8Array, cacheControl: string): MediaAnswer =>
  mediaAnswer(PLAYLIST_TYPE, cacheControl, [content]);
const noPicture = (): MediaAnswer => refusal(503, 'the camera sends no pictures now', 1);
