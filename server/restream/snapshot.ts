import type { Clock } from '#base/clock';
import { Fault, messageOf } from '#base/errors';
import type { Fragment, StillDecoder, StreamInfo, StreamKey, StreamRole } from '#contracts/media';
import type { Hub } from './hub.ts';
import { type MediaAnswer, mediaAnswer, refusal } from './media-answer.ts';

/** A JPEG of the newest key frame in memory. */
export interface Still {
  readonly jpeg: Uint8Array;
  /** When the picture was taken, ms since 1970. */
  readonly wallClockMs: number;
}

export interface Stills {
  /**
   * Waits for a first picture where there is none; shared between all who ask for the same one. `maxWidth` is rounded
   * up to one of a few widths. Rejects with `Fault`: `unavailable` (no picture, or not decodable), `tooMany`,
   * `timeout`.
   */
  newest(key: StreamKey, maxWidth: number | undefined, signal: AbortSignal): Promise<Still>;
  /** `/live/:camera/snapshot.jpg`, with `?width=` in pixels: of the main stream where it runs, else of the other. */
  answer(
    cameraId: string,
    query: Readonly<Record<string, string | undefined>>,
    signal: AbortSignal,
  ): Promise<MediaAnswer>;
}

/** Few, so that askers meet on the same ones; pixels. */
const WIDTHS = [160, 320, 640, 1280];

/** Two at a time leave the machine to the live pictures. */
const AT_A_TIME = 2;
const MOST_WAITING = 64;
const DECODE_MS = 10_000;
const FIRST_PICTURE_MS = 5000;

interface Picture {
  readonly info: StreamInfo;
  readonly keyframe: Fragment;
}

export function createStills(deps: { hub: Hub; decoder: StillDecoder; clock: Clock }): Stills {
  const { hub, decoder, clock } = deps;
  /** A fragment's stills live as long as the fragment itself. */
  const made = new WeakMap<Fragment, Map<number | undefined, Promise<Uint8Array>>>();
  const waiting: (() => void)[] = [];
  let running = 0;

  async function decode(picture: Picture, width: number | undefined): Promise<Uint8Array> {
    if (running >= AT_A_TIME) {
      if (waiting.length >= MOST_WAITING) throw new Fault('tooMany', 'still.tooMany', 'too many stills are waited for');
      await new Promise<void>((resolve) => waiting.push(resolve));
    } else {
      running += 1;
    }
    let cancel = (): void => {};
    try {
      const late = new Promise<never>((_, reject) => {
        cancel = clock.after(DECODE_MS, () =>
          reject(new Fault('timeout', 'still.timeout', 'the decoder takes too long')),
        );
      });
      return await Promise.race([decoder.jpeg(picture.info, picture.keyframe, width), late]);
    } catch (cause) {
      if (cause instanceof Fault) throw cause;
      throw new Fault('unavailable', 'still.undecodable', `no still: ${messageOf(cause)}`, { cause });
    } finally {
      cancel();
      const next = waiting.shift();
      if (next === undefined) running -= 1;
      else next();
    }
  }

  function jpegOf(picture: Picture, width: number | undefined): Promise<Uint8Array> {
    let widths = made.get(picture.keyframe);
    if (widths === undefined) {
      widths = new Map();
      made.set(picture.keyframe, widths);
    }
    let jpeg = widths.get(width);
    if (jpeg === undefined) {
      jpeg = decode(picture, width);
      widths.set(width, jpeg);
      // A failure for want of room is not the picture's fault: the next asker tries again.
      jpeg.catch((error) => {
        if (error instanceof Fault && error.kind === 'tooMany') widths?.delete(width);
      });
    }
    return jpeg;
  }

  function pictureOf(key: StreamKey): Picture | undefined {
    const { ring } = hub.stream(key);
    const place = ring.newestKey();
    const keyframe = place === undefined ? undefined : ring.at(place);
    const info = keyframe && ring.infoOf(keyframe.generation);
    return keyframe === undefined || info === undefined ? undefined : { info, keyframe };
  }

  /** Waiting is demand: an on-demand stream opens for it. */
  async function firstPicture(key: StreamKey, signal: AbortSignal): Promise<Picture> {
    const controller = new AbortController();
    const cancel = clock.after(FIRST_PICTURE_MS, () => controller.abort());
    const reader = hub.stream(key).read({ from: 'latestGroup' });
    try {
      for (;;) {
        const item = await reader.next(AbortSignal.any([signal, controller.signal]));
        if (item === undefined || item.type === 'end') break;
        if (item.type === 'fragment') return { info: item.info, keyframe: item.fragment };
      }
    } finally {
      cancel();
      reader.close();
    }
    throw new Fault('unavailable', 'still.noPicture', 'the camera sends no pictures now', { retryAfterMs: 2000 });
  }

  async function newest(key: StreamKey, maxWidth: number | undefined, signal: AbortSignal): Promise<Still> {
    const picture = pictureOf(key) ?? (await firstPicture(key, signal));
    const width = maxWidth === undefined ? undefined : WIDTHS.find((each) => each >= maxWidth);
    return { jpeg: await jpegOf(picture, width), wallClockMs: picture.keyframe.wallClockMs };
  }

  return {
    newest,
    async answer(cameraId, query, signal) {
      const width = query.width === undefined ? undefined : Number(query.width);
      if (width !== undefined && !(Number.isInteger(width) && width >= 1 && width <= 8192)) {
        return refusal(400, 'width is a number of pixels, 1 to 8192');
      }
      const fresh = (['main', 'sub'] as const).find((role: StreamRole) => hub.stream({ cameraId, role }).fresh());
      const known = (['sub', 'main'] as const).find((role) => hub.stream({ cameraId, role }).info() !== null);
      try {
        const still = await newest({ cameraId, role: fresh ?? known ?? 'main' }, width, signal);
        const answer = mediaAnswer('image/jpeg', 'private, no-cache', [still.jpeg]);
        const taken = new Date(still.wallClockMs).toUTCString();
        return { ...answer, headers: { ...answer.headers, 'last-modified': taken } };
      } catch (error) {
        if (!(error instanceof Fault)) throw error;
        return refusal(503, error.message, Math.ceil((error.retryAfterMs ?? 1000) / 1000));
      }
    },
  };
}
