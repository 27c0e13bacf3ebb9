import { messageOf } from '#base/errors';
import type { Logger } from '#base/log';
import type { ProbeResult, StreamStatus } from '#contracts/camera';
import type { DeviceFacts } from './camera.ts';
import type { CameraProbe } from './camera-probe.ts';
import type { CameraRegister } from './register.ts';

/** What a probe found out about the device itself. */
export function factsOf(result: ProbeResult): DeviceFacts {
  return { make: result.make, model: result.model, firmware: result.firmware, canPtz: result.canPtz };
}

/**
 * Asks an ONVIF device who it is the first time that its picture comes after it was registered or changed: it answers
 * then, and nobody has to wait for it. Returns the function to call with each change of a stream's state.
 */
export function createFactFinder(options: {
  readonly register: CameraRegister;
  readonly probe: CameraProbe;
  readonly log: Logger;
  readonly signal: AbortSignal;
}): (cameraId: string, status: StreamStatus) => void {
  const { register, probe, log, signal } = options;
  const asking = new Set<string>();

  async function ask(cameraId: string): Promise<void> {
    try {
      const result = await probe.probe({ source: register.get(cameraId).source, cameraId }, signal);
      if (result.ok) await register.learn(cameraId, factsOf(result));
    } catch (error) {
      log.debug({ camera: cameraId, reason: messageOf(error) }, 'the device did not say what it is');
    } finally {
      asking.delete(cameraId);
    }
  }

  return (cameraId, status) => {
    const camera = register.find(cameraId);
    if (status.state !== 'live' || camera?.source.kind !== 'onvif' || camera.facts.model !== '') return;
    if (asking.has(cameraId) || signal.aborted) return;
    asking.add(cameraId);
    void ask(cameraId);
  };
}
