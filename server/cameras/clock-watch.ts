import type { Clock } from '#base/clock';
import { messageOf } from '#base/errors';
import type { Logger } from '#base/log';
import type { CameraKind, StreamStatus } from '#contracts/camera';
import type { CameraRegister } from './register.ts';

/** Clocks drift by seconds a day, and step when somebody sets them. */
const AGAIN_MS = 3_600_000;
/** Kinds of cameras that tell their time: when asked, or beside their pictures. */
const TELLING: ReadonlySet<CameraKind> = new Set(['onvif', 'rtsp']);
/** While nothing is known of it. */
const SOON_MS = 60_000;

/**
 * Keeps how far each device's clock is off: asked when its picture comes, and every hour from then on. One device at a
 * time; one that does not answer is asked again an hour later, and what it said last is kept with its time. Returns the
 * function to call with each change of a stream's state.
 */
export function createClockWatch(options: {
  readonly register: Pick<CameraRegister, 'find' | 'learnClock'>;
  /** The device's clock minus ours in ms, `null` where it does not tell; rejects for what the device does. */
  readonly read: (cameraId: string) => Promise<number | null>;
  readonly clock: Clock;
  readonly log: Logger;
  readonly signal: AbortSignal;
}): (cameraId: string, status: StreamStatus) => void {
  const { register, read, clock, log, signal } = options;
  const waiting = new Set<string>();
  /** Monotonic ms. */
  const asked = new Map<string, number>();
  /** Those whose picture came since the start. */
  const seen = new Set<string>();
  let busy = false;

  function isDue(cameraId: string): boolean {
    const camera = register.find(cameraId);
    if (camera?.enabled !== true || !TELLING.has(camera.source.kind)) return false;
    const lastMs = asked.get(cameraId);
    // A changed device has lost what was known of the one before.
    return lastMs === undefined || clock.monotonic() - lastMs >= (camera.clock === null ? SOON_MS : AGAIN_MS);
  }

  async function work(): Promise<void> {
    busy = true;
    for (const cameraId of waiting) {
      if (signal.aborted) break;
      waiting.delete(cameraId);
      asked.set(cameraId, clock.monotonic());
      try {
        const offsetMs = await read(cameraId);
        if (offsetMs !== null) await register.learnClock(cameraId, { offsetMs, measuredMs: clock.now() });
      } catch (error) {
        log.debug({ camera: cameraId, reason: messageOf(error) }, 'the device did not tell its time');
      }
    }
    busy = false;
  }

  function ask(cameraIds: Iterable<string>): void {
    if (signal.aborted) return;
    for (const cameraId of cameraIds) if (isDue(cameraId)) waiting.add(cameraId);
    if (!busy && waiting.size > 0) void work();
  }

  const stop = clock.every(AGAIN_MS / 4, () => {
    for (const cameraId of seen) {
      if (register.find(cameraId) !== undefined) continue;
      asked.delete(cameraId);
      seen.delete(cameraId);
    }
    ask(seen);
  });
  signal.addEventListener('abort', stop, { once: true });

  return (cameraId, { state, clockOffsetMs }) => {
    if (state !== 'live') return;
    seen.add(cameraId);
    // Over RTSP the time comes with the stream, some seconds after its first picture.
    if (clockOffsetMs !== null || register.find(cameraId)?.source.kind !== 'rtsp') ask([cameraId]);
  };
}
