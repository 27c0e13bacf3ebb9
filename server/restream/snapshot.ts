import type { Clock } from '#base/clock';
import { Fault } from '#base/errors';
import type { StillDecoder, StreamKey } from '#contracts/media';
import type { Hub } from './hub.ts';
import type { MediaAnswer } from './media-answer.ts';

/** A JPEG of the newest key frame in memory. */
export interface Still {
  readonly jpeg: Uint8Array;
  /** When the picture was taken, ms since 1970. */
  readonly wallClockMs: number;
}

export interface Stills {
  /** Shared between all who ask for the same picture. Rejects with `Fault` (`unavailable`, `tooMany`, `timeout`). */
  newest(key: StreamKey, maxWidth: number | undefined, signal: AbortSignal): Promise<Still>;
  /** `/live/:camera/snapshot.jpg`, with `?width=` in pixels. */
  answer(
    cameraId: string,
    query: Readonly<Record<string, string | undefined>>,
    signal: AbortSignal,
  ): Promise<MediaAnswer>;
}

export function createStills(_deps: { hub: Hub; decoder: StillDecoder; clock: Clock }): Stills {
  const later = (): Promise<never> => Promise.reject(new Fault('unavailable', 'live.notYet', 'not built yet'));
  return { newest: later, answer: later };
}
