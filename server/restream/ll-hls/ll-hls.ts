import type { Clock } from '#base/clock';
import { Fault } from '#base/errors';
import type { StreamKey } from '#contracts/media';
import type { LiveConfig } from '../../../config/schema.ts';
import type { Hub } from '../hub.ts';
import type { MediaAnswer } from '../media-answer.ts';
import type { Transcodes } from '../transcode.ts';

/**
 * Low-Latency HLS (draft-pantos-hls-rfc8216bis) under `/live/:camera/:stream/`:
 * `index.m3u8` (master), `media.m3u8`, and what these name. The same below `h264/` for players that cannot play the
 * camera's codec: `/live/:camera/:stream/h264/index.m3u8`.
 */
export interface LlHls {
  /** Never rejects for what a client asks; resolves early with any answer when `signal` aborts. */
  answer(key: StreamKey, request: LlHlsRequest, signal: AbortSignal): Promise<MediaAnswer>;
  close(): void;
}

export interface LlHlsRequest {
  /** The path below the stream, `index.m3u8` or `h264/media.m3u8`. */
  readonly file: string;
  readonly query: Readonly<Record<string, string | undefined>>;
  /** Query text without `?` that each address in a playlist shall carry: the signature of a signed media address. */
  readonly carry?: string;
}

export function createLlHls(_deps: { hub: Hub; transcodes: Transcodes; config: LiveConfig; clock: Clock }): LlHls {
  return {
    answer: () => Promise.reject(new Fault('unavailable', 'live.notYet', 'not built yet')),
    close: () => {},
  };
}
