import type { z } from 'zod';
import { Fault } from '#base/errors';
import { type ProbeResult, publishes } from '#contracts/camera';
import type { probeSchema } from '#contracts/http';
import { usernameOf } from './camera.ts';
import type { AddressGuard, CameraProber } from './interfaces.ts';
import { type CameraRegister, passwordNeeded, staysAtHome } from './register.ts';
import { checkSource } from './source-check.ts';

/** "Test before save": what is at an address, asked for by people; a few at a time, each within ten seconds. */
export interface CameraProbe {
  /** Rejects with `Fault` for what is asked, never for what the camera does. */
  probe(request: z.output<typeof probeSchema>, signal: AbortSignal): Promise<ProbeResult>;
}

const AT_A_TIME = 8;
/** Requests that may wait for their turn. */
const MOST_WAITING = 64;
const TIME_MS = 10_000;

export function createCameraProbe(deps: {
  register: Pick<CameraRegister, 'get' | 'credentials'>;
  prober: CameraProber;
  guard: AddressGuard;
}): CameraProbe {
  const { register, prober, guard } = deps;
  const waiting: (() => void)[] = [];
  let running = 0;

  async function inTurn<T>(work: () => Promise<T>): Promise<T> {
    if (running < AT_A_TIME) running += 1;
    else if (waiting.length < MOST_WAITING) await new Promise<void>((resolve) => waiting.push(resolve));
    else throw new Fault('tooMany', 'camera.probesBusy', 'too many tests at a time', { retryAfterMs: TIME_MS });
    try {
      return await work();
    } finally {
      const next = waiting.shift();
      // The place goes straight to the next one, so that nobody slips in between.
      if (next === undefined) running -= 1;
      else next();
    }
  }

  return {
    async probe({ source: given, cameraId }, signal) {
      const { source, password } = await checkSource(given, guard, signal);
      if (publishes(source)) {
        throw new Fault('invalid', 'camera.cannotTestRtmp', 'this camera comes to us: save it, then let it send');
      }
      let secret = password ?? '';
      if (password === undefined && cameraId !== undefined) {
        const camera = register.get(cameraId);
        const stored = register.credentials(camera).password;
        // A stored password goes only where it went before: a changed address must not lure it away.
        if (stored !== '' && !staysAtHome(camera, source)) throw passwordNeeded();
        secret = stored;
      }
      return inTurn(() =>
        prober.probe({
          source,
          credentials: { username: usernameOf(source), password: secret },
          signal: AbortSignal.any([signal, AbortSignal.timeout(TIME_MS)]),
        }),
      );
    },
  };
}
