import { createHash } from 'node:crypto';
import type { Clock } from '#base/clock';
import { messageOf } from '#base/errors';
import type { Logger } from '#base/log';
import type { PtzCommand } from '#contracts/http';
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

  /** What each device was last told, sent or not; gone when all of it is done. */
  const queues = new Map<string, { last: Promise<void>; newestMove: PtzCommand | null }>();

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

  /**
   * One command at a time for each device: a move and the stop behind it on two connections may arrive the other way
   * round, and the camera would turn on. A move that a newer one has overtaken is left out.
   */
  function inTurn(key: string, command: PtzCommand, tell: () => Promise<void>): Promise<void> {
    const queue = queues.get(key) ?? { last: Promise.resolve(), newestMove: null };
    queues.set(key, queue);
    if (command.action === 'move') queue.newestMove = command;
    const done = queue.last.then(async () => {
      if (command.action === 'move' && queue.newestMove !== command) return;
      await tell();
    });
    // A command that failed is its sender's matter, not that of the one behind it.
    const settled = done
      .catch(() => {})
      .then(() => {
        if (queue.last === settled) queues.delete(key);
      });
    queue.last = settled;
    return done;
  }

  async function send(head: PtzHead, key: string, command: PtzCommand, signal: AbortSignal): Promise<void> {
    if (command.action === 'move') {
      standDown(key);
      stopLater(key, head, command.timeoutMs);
      return head.move(command, signal);
    }
    // Until the device has taken it, the stop of the last move still stands.
    await (command.action === 'stop' ? head.stop(signal) : head.goto(command.token, signal));
    standDown(key);
  }

  function standDown(key: string): void {
    comingStops.get(key)?.();
    comingStops.delete(key);
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
      withHead(request, (head, key) => {
        const signal = AbortSignal.any([request.signal, AbortSignal.timeout(COMMAND_MS)]);
        return inTurn(key, command, () => send(head, key, command, signal));
      }),
    presets: (request) =>
      withHead(request, (head) => head.presets(AbortSignal.any([request.signal, AbortSignal.timeout(COMMAND_MS)]))),
  };
}
