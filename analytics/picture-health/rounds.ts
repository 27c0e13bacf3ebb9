import type { Clock } from '#base/clock';
import { messageOf } from '#base/errors';
import type { Logger } from '#base/log';
import type { PictureFault } from '#contracts/camera';
import type { Fragment, StillDecoder, StreamInfo, StreamKey, StreamRole } from '#contracts/media';
import type { AnalyticsConfig } from '../../config/schema.ts';
import { type CameraHealth, createCameraHealth } from './camera-health.ts';
import { lookAt } from './look.ts';

/**
 * Looks at one camera after another, the one that was not looked at for longest first, and never for more than the
 * budget. A camera that sends nothing costs nothing, and no stream is opened for a look: it sees what is in memory.
 */
export interface PictureRounds {
  /** The camera was steered, or its source changed: its view is learnt anew. */
  forgetView(cameraId: string): void;
  /** The camera was removed. */
  forget(cameraId: string): void;
  figures(): RoundFigures;
  /** Resolves when no look is running. */
  stop(): Promise<void>;
}

export interface RoundFigures {
  /** That are done. */
  readonly looks: number;
  /** Looks at pictures that could not be decoded. */
  readonly failedLooks: number;
  /** Time that decoding took since the start, by the clock on the wall. */
  readonly decoderMs: number;
  /** Age of the oldest last look at a camera with pictures; 0 without one. */
  readonly longestWaitMs: number;
}

export interface WatchedCamera {
  readonly id: string;
  /** Those that it has. */
  readonly roles: readonly StreamRole[];
  /** Its view may change by our hand or by its own. */
  readonly steerable: boolean;
}

export interface KeyFrame {
  readonly info: StreamInfo;
  readonly fragment: Fragment;
}

export interface SeenPicture {
  readonly jpeg: Uint8Array;
  /** ms since 1970. */
  readonly takenMs: number;
}

export interface Finding {
  readonly cameraId: string;
  readonly role: StreamRole;
  readonly fault: PictureFault;
  /** When it was first seen so, ms since 1970. */
  readonly sinceMs: number;
  /** The last one that was well; `null` when there was none. */
  readonly before: SeenPicture | null;
  readonly now: SeenPicture;
  /** What is needed to see, after a restart, when it is well again. */
  readonly reference: Uint8Array | null;
}

export interface RoundOptions {
  readonly cameras: () => readonly WatchedCamera[];
  /** The newest in memory of a stream that runs; `undefined` without one. Must not be demand. */
  readonly newestKey: (key: StreamKey) => KeyFrame | undefined;
  readonly decoder: StillDecoder;
  readonly config: AnalyticsConfig;
  readonly clock: Clock;
  readonly log: Logger;
  /** What was open when the program ended. */
  readonly open: readonly { cameraId: string; fault: PictureFault; sinceMs: number; reference: Uint8Array | null }[];
  readonly onBegun: (finding: Finding) => void;
  readonly onEnded: (cameraId: string, fault: PictureFault) => void;
}

/** Small is enough for the checks, and for a person to see what is wrong; pixels. */
const PICTURE_WIDTH = 480;
const TICK_MS = 100;

interface Watched {
  readonly health: CameraHealth;
  steerable: boolean;
  role: StreamRole | undefined;
  lastLookMs: number;
  lastFragment: Fragment | undefined;
  well: SeenPicture | null;
}

export function createPictureRounds(options: RoundOptions): PictureRounds {
  const { config, clock, log } = options;
  const watched = new Map<string, Watched>();
  const kept = new Map(options.open.map((each) => [each.cameraId, each]));
  /** Decoder time that may be used now, ms; below zero it is paid back first. */
  let allowanceMs = config.decoderMsPerSecond;
  let lastTickMs = clock.monotonic();
  let nextLookMs = Number.NEGATIVE_INFINITY;
  let looking: Promise<void> | undefined;
  let [looks, failedLooks, decoderMs] = [0, 0, 0];

  function stateOf(camera: WatchedCamera): Watched {
    let state = watched.get(camera.id);
    if (state === undefined) {
      const made: Watched = {
        health: createCameraHealth({ steerable: () => made.steerable }),
        steerable: camera.steerable,
        role: undefined,
        lastLookMs: Number.NEGATIVE_INFINITY,
        lastFragment: undefined,
        well: null,
      };
      const open = kept.get(camera.id);
      if (open !== undefined) {
        const sinceAtMs = clock.monotonic() - Math.max(0, clock.now() - open.sinceMs);
        made.health.restore(open.fault, sinceAtMs, open.reference);
        kept.delete(camera.id);
      }
      watched.set(camera.id, made);
      state = made;
    }
    state.steerable = camera.steerable;
    return state;
  }

  /** The small stream is enough, and cheaper. */
  function keyOf(camera: WatchedCamera): (KeyFrame & { role: StreamRole }) | undefined {
    for (const role of ['sub', 'main'] as const) {
      if (!camera.roles.includes(role)) continue;
      const key = options.newestKey({ cameraId: camera.id, role });
      if (key !== undefined) return { ...key, role };
    }
    return undefined;
  }

  function choose() {
    const now = clock.monotonic();
    let chosen: { camera: WatchedCamera; state: Watched; key: KeyFrame & { role: StreamRole } } | undefined;
    for (const camera of options.cameras()) {
      const state = stateOf(camera);
      if (now - state.lastLookMs < config.lookEverySeconds * 1000) continue;
      if (chosen !== undefined && chosen.state.lastLookMs <= state.lastLookMs) continue;
      const key = keyOf(camera);
      if (key === undefined || key.fragment === state.lastFragment) continue;
      chosen = { camera, state, key };
    }
    return chosen;
  }

  function tick(): void {
    const now = clock.monotonic();
    const most = config.decoderMsPerSecond;
    allowanceMs = Math.min(most, allowanceMs + ((now - lastTickMs) * most) / 1000);
    lastTickMs = now;
    if (looking !== undefined || now < nextLookMs || allowanceMs < 0) return;
    const chosen = choose();
    if (chosen === undefined) return;
    nextLookMs = now + 1000 / config.looksPerSecond;
    chosen.state.lastLookMs = now;
    chosen.state.lastFragment = chosen.key.fragment;
    looking = look(chosen.camera.id, chosen.state, chosen.key).finally(() => {
      looks += 1;
      looking = undefined;
    });
  }

  async function look(cameraId: string, state: Watched, key: KeyFrame & { role: StreamRole }): Promise<void> {
    const begunMs = clock.monotonic();
    let jpeg: Uint8Array;
    try {
      jpeg = await options.decoder.jpeg(key.info, key.fragment, PICTURE_WIDTH);
    } catch (error) {
      failedLooks += 1;
      log.debug({ camera: cameraId, reason: messageOf(error) }, 'a picture could not be looked at');
      return;
    } finally {
      const tookMs = clock.monotonic() - begunMs;
      decoderMs += tookMs;
      allowanceMs -= tookMs;
    }
    try {
      await judge(cameraId, state, key, jpeg);
    } catch (error) {
      failedLooks += 1;
      log.warn({ camera: cameraId, reason: messageOf(error) }, 'a picture could not be judged');
    }
  }

  async function judge(
    cameraId: string,
    state: Watched,
    { role, fragment }: KeyFrame & { role: StreamRole },
    jpeg: Uint8Array,
  ): Promise<void> {
    const picture = await lookAt(jpeg);
    // Removed meanwhile: what it showed is nobody's business any more.
    if (watched.get(cameraId) !== state) return;
    // The two streams of a camera may be cut differently.
    if (state.role !== undefined && state.role !== role) state.health.forgetView();
    state.role = role;
    const now: SeenPicture = { jpeg, takenMs: fragment.wallClockMs };
    const { ended, begun, well } = state.health.look(picture, clock.monotonic());
    if (ended !== null) options.onEnded(cameraId, ended);
    if (begun !== null) {
      const sinceMs = now.takenMs - (clock.monotonic() - begun.sinceAtMs);
      const reference = state.health.dump();
      options.onBegun({ cameraId, role, fault: begun.fault, sinceMs, before: state.well, now, reference });
    }
    if (well) state.well = now;
  }

  const stopTicking = config.looksPerSecond > 0 ? clock.every(TICK_MS, tick) : () => {};

  return {
    forgetView: (cameraId) => watched.get(cameraId)?.health.forgetView(),
    forget(cameraId) {
      watched.delete(cameraId);
      kept.delete(cameraId);
    },
    figures() {
      const now = clock.monotonic();
      let longestWaitMs = 0;
      for (const camera of options.cameras()) {
        const state = watched.get(camera.id);
        if (state === undefined || !Number.isFinite(state.lastLookMs) || keyOf(camera) === undefined) continue;
        longestWaitMs = Math.max(longestWaitMs, now - state.lastLookMs);
      }
      return { looks, failedLooks, decoderMs, longestWaitMs };
    },
    async stop() {
      stopTicking();
      await looking;
    },
  };
}
