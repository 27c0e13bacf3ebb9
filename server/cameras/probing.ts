import { Fault } from '#base/errors';
import type { CameraSource, ProbeResult } from '#contracts/camera';
import { usernameOf } from './camera.ts';
import type { AddressGuard, CameraCredentials, CameraProber } from './interfaces.ts';
import { type CameraRegister, passwordNeeded, staysAtHome } from './register.ts';
import { checkSource } from './source-check.ts';

/** "Test before save": a bounded number at a time, each within a bound. */
export interface Probing {
  /**
   * Rejects with `Fault` for what the request is wrong about; what the camera does is in the result. With `cameraId`
   * and no password, the stored one is used, but only towards the host that it belongs to.
   */
  probe(request: { source: CameraSource; cameraId?: string | undefined }, signal: AbortSignal): Promise<ProbeResult>;
}

export interface ProbingOptions {
  readonly prober: CameraProber;
  readonly guard: AddressGuard;
  readonly register: Pick<CameraRegister, 'get' | 'credentials'>;
  /** Tests that run at a time, and that may wait. */
  readonly limits?: { readonly running: number; readonly waiting: number; readonly timeoutMs: number };
}

const LIMITS = { running: 8, waiting: 64, timeoutMs: 10_000 };

export function createProbing(options: ProbingOptions): Probing {
  const { prober, guard, register, limits = LIMITS } = options;
  const waiting: (() => void)[] = [];
  let running = 0;

  async function inTurn<T>(work: () => Promise<T>): Promise<T> {
    if (running >= limits.running) {
      if (waiting.length >= limits.waiting) {
        throw new Fault('tooMany', 'probe.tooMany', 'too many cameras are being tested', { retryAfterMs: 5000 });
      }
      await new Promise<void>((resolve) => waiting.push(resolve));
    } else running += 1;
    try {
      return await work();
    } finally {
      const next = waiting.shift();
      // The place goes straight to the next one, so that nobody slips in between.
      if (next === undefined) running -= 1;
      else next();
    }
  }

  function storedLogin(
    cameraId: string | undefined,
    source: CameraSource,
    password: string | undefined,
  ): CameraCredentials {
    const username = usernameOf(source);
    if (cameraId === undefined || password !== undefined) return { username, password: password ?? '' };
    const camera = register.get(cameraId);
    if (camera.sealedSecret === null || camera.source.kind === 'rtmp') return { username, password: '' };
    if (!staysAtHome(camera, source)) throw passwordNeeded();
    return { username, password: register.credentials(camera).password };
  }

  return {
    async probe({ source: given, cameraId }, signal) {
      const { source, password } = await checkSource(given, guard, signal);
      const credentials = storedLogin(cameraId, source, password);
      return inTurn(() =>
        prober.probe({
          source,
          credentials,
          signal: AbortSignal.any([signal, AbortSignal.timeout(limits.timeoutMs)]),
        }),
      );
    },
  };
}
