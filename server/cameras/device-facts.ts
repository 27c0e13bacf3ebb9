import type { Clock } from '#base/clock';
import { messageOf } from '#base/errors';
import type { Logger } from '#base/log';
import type { ProbeResult, StreamStatus } from '#contracts/camera';
import type { DeviceFacts } from './camera.ts';
import type { CameraProbe } from './camera-probe.ts';
import type { CameraRegister } from './register.ts';

/** ms until a device that did not say who it is is asked again. */
const AGAIN_MS = 60_000;

/** What a probe found out about the device itself. */
export function factsOf(result: ProbeResult): DeviceFacts {
  return { make: result.make, model: result.model, firmware: result.firmware, canPtz: result.canPtz };
}

/** Whether the device itself was heard to the end; its picture may have failed all the same. */
function isHeard({ ok, model, streams }: ProbeResult): boolean {
  return ok || (model !== '' && streams.length > 0);
}

/**
 * Asks an ONVIF device who it is the first time that its picture comes after it was registered or changed: it answers
 * then, and nobody has to wait for it. Without this nobody could steer it. Returns the function to call with each
 * change of a stream's state.
 */
export function createFactFinder(options: {
  readonly register: CameraRegister;
  readonly probe: CameraProbe;
  readonly clock: Clock;
  readonly log: Logger;
  readonly signal: AbortSignal;
}): (cameraId: string, status: StreamStatus) => void {
  const { register, probe, clock, log, signal } = options;
  const asking = new Set<string>();

  function isUnknown(cameraId: string): boolean {
    const camera = register.find(cameraId);
    return camera?.enabled === true && camera.source.kind === 'onvif' && camera.facts.model === '';
  }

  async function heard(cameraId: string): Promise<boolean> {
    try {
      const result = await probe.probe({ source: register.get(cameraId).source, cameraId }, signal);
      if (isHeard(result)) await register.learn(cameraId, factsOf(result));
      return isHeard(result);
    } catch (error) {
      log.debug({ camera: cameraId, reason: messageOf(error) }, 'the device did not say what it is');
      return false;
    }
  }

  function ask(cameraId: string): void {
    if (asking.has(cameraId) || signal.aborted || !isUnknown(cameraId)) return;
    asking.add(cameraId);
    void heard(cameraId).then((done) => {
      asking.delete(cameraId);
      // Its picture may stay for weeks, so that no change of state would ask again.
      if (!done && !signal.aborted) clock.after(AGAIN_MS, () => ask(cameraId));
    });
  }

  return (cameraId, { state }) => {
    if (state === 'live') ask(cameraId);
  };
}
