import { expect } from 'vitest';
import { type Clock, systemClock } from '#base/clock';
import { silentLogger } from '#base/log';
import { CameraFault } from '../../camera-adapters/adapter.ts';
import type { RtspRun, RtspTrack } from '../../camera-adapters/rtsp/rtsp-client.ts';
import { createRtspClient } from '../../camera-adapters/rtsp/session.ts';
import {
  interleaved,
  type RogueCamera,
  type RogueRtspServer,
  type RogueSteps,
  rtpPacket,
  startRogueRtspServer,
} from './rogue-rtsp-server.ts';

/** ms; for each answer and for silence. */
export const PATIENCE_MS = 400;

/** A clock, and how many of its timers are set. */
function countedClock(real: Clock): Clock & { pending(): number } {
  const set = new Set<object>();
  return {
    now: real.now,
    monotonic: real.monotonic,
    pending: () => set.size,
    after(delayMs, run) {
      const timer = {};
      set.add(timer);
      const cancel = real.after(delayMs, () => {
        set.delete(timer);
        run();
      });
      return () => {
        set.delete(timer);
        cancel();
      };
    },
    every(periodMs, run) {
      const timer = {};
      set.add(timer);
      const cancel = real.every(periodMs, run);
      return () => {
        set.delete(timer);
        cancel();
      };
    },
  };
}

export interface RogueRun {
  /** `abort`, kind of the fault, or what was thrown. */
  readonly end: string;
  readonly message: string;
  /** Number of each packet, `!` where everything begins anew. */
  readonly packets: readonly string[];
  readonly tookMs: number;
  readonly server: RogueRtspServer;
}

export interface RogueRunOptions extends Partial<Omit<RtspRun, 'url' | 'signal'>> {
  /** Aborts after so many packets. */
  readonly enough?: number;
  readonly abortMs?: number;
  readonly url?: (url: string) => string;
  readonly onPacket?: () => void;
  readonly readTimeoutMs?: number;
  readonly clock?: Clock;
}

/** Runs against a camera with `steps`, and makes sure that nothing is left of it. */
export async function runAgainst(steps: RogueSteps, options: RogueRunOptions = {}): Promise<RogueRun> {
  const server = await startRogueRtspServer(steps);
  const clock = countedClock(options.clock ?? systemClock);
  const abort = new AbortController();
  const packets: string[] = [];
  const takeAll = (tracks: readonly RtspTrack[]) =>
    new Map(
      tracks.map((track) => [
        track,
        {
          packet({ sequence, fresh }: { sequence: number; fresh: boolean }) {
            packets.push(`${fresh ? '!' : ''}${sequence}`);
            options.onPacket?.();
            if (packets.length === options.enough) abort.abort();
          },
          senderReport: () => {},
        },
      ]),
    );
  const client = createRtspClient({ clock, log: silentLogger(), readTimeoutMs: options.readTimeoutMs ?? PATIENCE_MS });
  const begunMs = performance.now();
  const cancel = options.abortMs === undefined ? () => {} : clock.after(options.abortMs, () => abort.abort());
  let [end, message] = ['abort', ''];
  try {
    await client.run({
      url: options.url?.(server.url) ?? server.url,
      serverName: null,
      credentials: options.credentials ?? { username: '', password: '' },
      transport: options.transport ?? 'tcp',
      choose: options.choose ?? takeAll,
      signal: abort.signal,
    });
  } catch (error) {
    if (!(error instanceof Error)) throw error;
    [end, message] = [error instanceof CameraFault ? error.kind : error.name, error.message];
  }
  cancel();
  const tookMs = performance.now() - begunMs;
  expect(clock.pending()).toBe(0);
  await server.deserted();
  await server.stop();
  return { end, message, packets, tookMs, server };
}

/** Plays, and sends `packets` behind the answer. */
export const playing = (send: (camera: RogueCamera) => void): RogueSteps => ({
  PLAY(request, camera) {
    camera.answer(request, '200 OK', ['Session: 7']);
    send(camera);
  },
});

/** Packets with the numbers from `from` to `to`, all at once. */
export const count = (camera: RogueCamera, from: number, to: number, channel = 0): void => {
  const packets: Buffer[] = [];
  for (let sequence = from; sequence <= to; sequence += 1) packets.push(interleaved(channel, rtpPacket({ sequence })));
  camera.send(Buffer.concat(packets));
};
