import { createHash } from 'node:crypto';
import type { Clock } from '#base/clock';
import { messageOf } from '#base/errors';
import type { Logger } from '#base/log';
import { CameraFault, type PtzControl } from '../adapter.ts';
import type { CheckAddress } from './device-address.ts';
import { chooseProfiles, readMedia } from './media.ts';
import { openPtz, type PtzHead } from './ptz.ts';
import { openSession } from './session.ts';

/**
 * Steering of many devices. Finding out how a device is steered takes six requests, so it is remembered for some
 * minutes: an operator at a joystick sends ten commands a second.
 */

interface Known {
  readonly head: Promise<PtzHead>;
  readonly learntMs: number;
}

const REMEMBERED_MS = 5 * 60_000;
const MOST_REMEMBERED = 256;
/** ms for learning how a device is steered, and for one command. */
const COMMAND_MS = 10_000;

export function createPtzControl(deps: { checkAddress: CheckAddress; clock: Clock; log: Logger }): PtzControl {
  const { clock, log } = deps;
  const known = new Map<string, Known>();
  /** Takes back the stop that follows the last move. */
  const comingStops = new Map<string, () => void>();

  type Request = Parameters<PtzControl['presets']>[0];

  function headOf(request: Request): { key: string; entry: Known } {
    const key = createHash('sha256')
      .update(JSON.stringify([request.source, request.credentials]))
      .digest('hex');
    const remembered = known.get(key);
    if (remembered !== undefined && clock.monotonic() - remembered.learntMs < REMEMBERED_MS) {
      return { key, entry: remembered };
    }
    const entry: Known = { head: learn(request), learntMs: clock.monotonic() };
    known.delete(key);
    known.set(key, entry);
    for (const oldest of known.keys()) {
      if (known.size <= MOST_REMEMBERED) break;
      known.delete(oldest);
    }
    return { key, entry };
  }

  async function learn({ source, credentials }: Request): Promise<PtzHead> {
    if (source.kind !== 'onvif') throw new CameraFault('internal', 'not an ONVIF camera');
    // Not the caller's signal: others wait for the same answer.
    const signal = AbortSignal.timeout(COMMAND_MS);
    const { deviceUrl, authentication } = source;
    const session = await openSession(deps, { deviceUrl, authentication, credentials, signal });
    const { profiles } = await readMedia(session, signal);
    const { main } = chooseProfiles(profiles, { main: source.mainProfile, sub: null });
    const steered = main.ptzToken === null ? profiles.find(({ ptzToken }) => ptzToken !== null) : main;
    return openPtz(session, steered ?? main, signal);
  }

  async function withHead<T>(request: Request, use: (head: PtzHead, key: string) => Promise<T>): Promise<T> {
    const { key, entry } = headOf(request);
    try {
      return await use(await entry.head, key);
    } catch (error) {
      // Whatever it was, the next command asks again.
      if (known.get(key) === entry) known.delete(key);
      throw error;
    }
  }

  /** Devices that ignore the time-out of a move would turn until somebody notices. */
  function stopLater(key: string, head: PtzHead, delayMs: number): void {
    const cancel = clock.after(delayMs, () => {
      comingStops.delete(key);
      head.stop(AbortSignal.timeout(COMMAND_MS)).catch((error: unknown) => {
        log.warn({ reason: messageOf(error) }, 'a camera may still be turning: it took no stop');
      });
    });
    comingStops.set(key, cancel);
  }

  return {
    command: (request, command) =>
      withHead(request, async (head, key) => {
        const signal = AbortSignal.any([request.signal, AbortSignal.timeout(COMMAND_MS)]);
        comingStops.get(key)?.();
        comingStops.delete(key);
        if (command.action === 'stop') return head.stop(signal);
        if (command.action === 'preset') return head.goto(command.token, signal);
        stopLater(key, head, command.timeoutMs);
        await head.move(command, signal);
      }),
    presets: (request) =>
      withHead(request, (head) => head.presets(AbortSignal.any([request.signal, AbortSignal.timeout(COMMAND_MS)]))),
  };
}
