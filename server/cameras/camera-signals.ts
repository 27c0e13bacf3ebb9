import { type Clock, wait } from '#base/clock';
import { Fault, messageOf } from '#base/errors';
import type { Logger } from '#base/log';
import { backOff } from '#base/retry';
import type { Camera } from './camera.ts';
import type { CameraRegister } from './register.ts';

/** Something that a camera reported by itself. */
export interface ReportedSignal {
  /** In the device's words, without namespaces: `RuleEngine/CellMotionDetector/Motion`. */
  readonly topic: string;
  /** ms since 1970 by our clock. */
  readonly atMs: number;
}

/** `unsupported`: the device tells of nothing; it is asked again after hours, as it may get new firmware. */
export type SignalState = 'off' | 'listening' | 'failing' | 'unsupported';

/** Listens to what cameras themselves report, for as long as somebody wants it, and to no other camera. */
export interface CameraSignals {
  /** Demand for the signals of a camera. Kept for cameras that come later; ends with the camera. */
  want(cameraId: string, wanted: boolean): void;
  state(cameraId: string): SignalState;
  /** Resolves when nothing listens any more. */
  stop(): Promise<void>;
}

export interface CameraSignalsOptions {
  readonly register: Pick<CameraRegister, 'find' | 'onSaved' | 'onRemoved'>;
  /** Runs once, until `signal` aborts or the device ends it; rejects with `camera.noSignals` where there are none. */
  readonly listen: (cameraId: string, onSignal: (signal: ReportedSignal) => void, signal: AbortSignal) => Promise<void>;
  readonly onSignal: (cameraId: string, signal: ReportedSignal) => void;
  readonly clock: Clock;
  readonly log: Logger;
  readonly random?: () => number;
}

const FIRST_MS = 2000;
const MOST_MS = 120_000;
/** Who listened for so long has begun well: the next wait is short again. */
const STEADY_MS = 30_000;
const UNSUPPORTED_MS = 6 * 3_600_000;

interface Listener {
  /** How the camera is reached; another way is another listener. */
  readonly dial: string;
  readonly end: AbortController;
  state: SignalState;
  running: Promise<void>;
}

export function createCameraSignals(options: CameraSignalsOptions): CameraSignals {
  const { register, listen, onSignal, clock, log, random } = options;
  const wanted = new Set<string>();
  const listeners = new Map<string, Listener>();
  const endings = new Set<Promise<void>>();
  let stopped = false;

  async function keep(cameraId: string, listener: Listener): Promise<void> {
    const { signal } = listener.end;
    const pause = backOff({ firstMs: FIRST_MS, maxMs: MOST_MS, ...(random === undefined ? {} : { random }) });
    let told = '';
    while (!signal.aborted) {
      const sinceMs = clock.monotonic();
      let waitMs: number | undefined;
      listener.state = 'listening';
      try {
        await listen(cameraId, (found) => tell(cameraId, found, signal), signal);
        if (signal.aborted) return;
      } catch (error) {
        if (signal.aborted) return;
        const isNone = error instanceof Fault && error.code === 'camera.noSignals';
        listener.state = isNone ? 'unsupported' : 'failing';
        if (isNone) waitMs = UNSUPPORTED_MS;
        // One line for each reason, not for each attempt.
        const reason = messageOf(error);
        if (reason !== told) log.info({ camera: cameraId, reason }, 'the camera does not tell what it sees');
        told = reason;
      }
      if (clock.monotonic() - sinceMs >= STEADY_MS) {
        pause.reset();
        told = '';
      }
      await wait(clock, waitMs ?? pause.next(), signal);
    }
  }

  function tell(cameraId: string, found: ReportedSignal, signal: AbortSignal): void {
    if (signal.aborted) return;
    try {
      onSignal(cameraId, found);
    } catch (error) {
      log.error({ err: error, camera: cameraId }, 'a signal of a camera could not be told');
    }
  }

  function endListener(cameraId: string): void {
    const listener = listeners.get(cameraId);
    if (listener === undefined) return;
    listeners.delete(cameraId);
    listener.end.abort();
    endings.add(listener.running);
    void listener.running.finally(() => endings.delete(listener.running));
  }

  /** Listens to the camera, or not, as it should be now. */
  function settle(cameraId: string): void {
    const camera = register.find(cameraId);
    const dial = wanted.has(cameraId) && !stopped && camera?.enabled === true ? dialOf(camera) : undefined;
    if (listeners.get(cameraId)?.dial === dial) return;
    endListener(cameraId);
    if (dial === undefined) return;
    const listener: Listener = { dial, end: new AbortController(), state: 'listening', running: Promise.resolve() };
    listeners.set(cameraId, listener);
    listener.running = keep(cameraId, listener);
  }

  const stops = [
    register.onSaved(({ id }) => settle(id)),
    register.onRemoved((cameraId) => {
      wanted.delete(cameraId);
      settle(cameraId);
    }),
  ];

  return {
    want(cameraId, isWanted) {
      if (isWanted) wanted.add(cameraId);
      else wanted.delete(cameraId);
      settle(cameraId);
    },
    state: (cameraId) => listeners.get(cameraId)?.state ?? 'off',
    async stop() {
      stopped = true;
      for (const stop of stops) stop();
      for (const cameraId of [...listeners.keys()]) endListener(cameraId);
      await Promise.all(endings);
    },
  };
}

/** Name and place of a camera do not change how it is reached. */
function dialOf({ source, sealedSecret }: Camera): string {
  return JSON.stringify([source, sealedSecret === null ? null : Buffer.from(sealedSecret).toString('base64')]);
}
