import type { Clock } from '#base/clock';
import { messageOf } from '#base/errors';
import type { Logger } from '#base/log';
import type { Fragment, Frame, FrameDecoder, StreamInfo } from '#contracts/media';
import type { Rule, RuleTrialHit } from '#contracts/rules';
import type { Detector } from '../detectors/detector.ts';
import { createCameraRules } from '../rules/camera-rules.ts';
import { createCameraScenes } from '../watch/camera-scenes.ts';
import type { MaskShape } from '../watch/masks.ts';

export interface TrialRunDeps {
  /** What was recorded of a camera in a range, oldest first, each with what it takes to decode it. */
  readonly recorded: (
    cameraId: string,
    fromMs: number,
    toMs: number,
  ) => AsyncIterable<{ readonly info: StreamInfo; readonly fragments: AsyncIterable<Fragment> }>;
  readonly masksOf: (cameraId: string) => readonly MaskShape[];
  readonly decoder: FrameDecoder;
  readonly detector: Detector;
  /** As when it is watched. */
  readonly framesPerSecond: number;
  readonly heartbeatMs: number;
  readonly clock: Clock;
  readonly log: Logger;
}

export interface TrialOf {
  readonly trialId: string;
  readonly cameraId: string;
  readonly rule: Rule;
  readonly fromMs: number;
  readonly toMs: number;
}

export interface TrialListener {
  /** It has looked up to `atMs`, at so much recorded time in all. */
  looked(atMs: number, lookedMs: number): void;
  hit(hit: RuleTrialHit): void;
}

/** Pixels. */
const MOST_SIDE = 1280;
/** Whoever watches live is always first. */
const URGENCY = -1;
/** Frames that wait to be looked at; then no more is decoded. */
const MOST_FRAMES = 6;
/** A frame of which nothing is heard for so long is left behind. */
const SCENE_MS = 30_000;

/**
 * Looks at recorded video as a watched camera is looked at, each frame after the other, and tells what the rule says.
 * Resolves when all was looked at, or `signal` aborted; `failure` is what kept it from some of it.
 */
export async function createTrialRun(
  deps: TrialRunDeps,
  { trialId, cameraId, rule, fromMs, toMs }: TrialOf,
  signal: AbortSignal,
  listener: TrialListener,
): Promise<{ readonly failure: string | null }> {
  const { clock, log, detector, framesPerSecond } = deps;
  let told: (() => void) | undefined;
  let failure: string | null = null;
  let lookedMs = 0;
  const scenes = createCameraScenes({
    // Of its own: a frame of the camera that is looked at live must not take the place of one of these.
    cameraId: `trial ${trialId}`,
    ...{ detector, clock, log, heartbeatMs: deps.heartbeatMs, createRules: createCameraRules, onActive: () => {} },
    listener: {
      hit({ hit: { atMs, track } }) {
        if (atMs < fromMs || atMs > toMs) return;
        listener.hit({ timeMs: Math.round(atMs), label: track?.label ?? null, score: track?.score ?? null });
      },
      scene: () => told?.(),
    },
  });
  scenes.setMasks(deps.masksOf(cameraId));
  scenes.setRules([{ ...rule, enabled: true }]);
  scenes.setUrgency(URGENCY);

  /** Resolves when the frame has become a scene. */
  function see(frame: Frame): Promise<void> {
    return new Promise((resolve) => {
      const done = (): void => {
        cancel();
        signal.removeEventListener('abort', done);
        told = undefined;
        resolve();
      };
      const cancel = clock.after(SCENE_MS, done);
      signal.addEventListener('abort', done, { once: true });
      told = done;
      scenes.frame(frame);
    });
  }

  let lastMs = Number.NEGATIVE_INFINITY;
  const queue = createFrameQueue();
  async function lookAtAll(): Promise<void> {
    for (let frame = await queue.take(); frame !== undefined; frame = await queue.take()) {
      if (signal.aborted) return;
      // Two files may overlap by a group.
      if (frame.wallClockMs <= lastMs) continue;
      const stepMs = frame.wallClockMs - lastMs;
      // A gap in what was recorded is not looked at.
      lookedMs += stepMs < LEAST_GAP_MS ? stepMs : 1000 / framesPerSecond;
      lastMs = frame.wallClockMs;
      await see(frame);
      listener.looked(frame.wallClockMs, lookedMs);
    }
  }

  const looking = lookAtAll();
  try {
    for await (const { info, fragments } of deps.recorded(cameraId, fromMs, toMs)) {
      if (signal.aborted) break;
      const size = { maxWidth: MOST_SIDE, maxHeight: MOST_SIDE, framesPerSecond };
      const input = { info, fragments: paced(fragments, queue, signal) };
      // A file that is gone or broken costs itself.
      await deps.decoder.run(input, size, queue.put, signal).catch((error: unknown) => {
        failure = messageOf(error);
      });
    }
  } catch (error) {
    failure = messageOf(error);
  } finally {
    queue.end();
    await looking;
    scenes.close();
  }
  return { failure };
}

const LEAST_GAP_MS = 10_000;

/** Gives no more than is looked at: recorded video comes as fast as it is asked for. */
async function* paced(fragments: AsyncIterable<Fragment>, queue: FrameQueue, signal: AbortSignal) {
  for await (const fragment of fragments) {
    await queue.hasRoom(signal);
    if (signal.aborted) return;
    yield fragment;
  }
}

interface FrameQueue {
  readonly put: (frame: Frame) => void;
  /** `undefined` at the end. */
  take(): Promise<Frame | undefined>;
  hasRoom(signal: AbortSignal): Promise<void>;
  end(): void;
}

function createFrameQueue(): FrameQueue {
  const frames: Frame[] = [];
  let ended = false;
  let came: (() => void) | undefined;
  let left: (() => void) | undefined;
  return {
    put(frame) {
      frames.push(frame);
      came?.();
    },
    async take() {
      while (frames.length === 0 && !ended) {
        await new Promise<void>((resolve) => {
          came = resolve;
        });
      }
      const frame = frames.shift();
      left?.();
      return frame;
    },
    async hasRoom(signal) {
      while (frames.length >= MOST_FRAMES && !signal.aborted && !ended) {
        await new Promise<void>((resolve) => {
          const done = (): void => {
            signal.removeEventListener('abort', done);
            resolve();
          };
          left = done;
          signal.addEventListener('abort', done, { once: true });
        });
      }
    },
    end() {
      ended = true;
      came?.();
      left?.();
    },
  };
}
