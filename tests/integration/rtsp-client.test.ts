import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { type Clock, systemClock } from '#base/clock';
import { silentLogger } from '#base/log';
import { CameraFault } from '../../camera-adapters/adapter.ts';
import type { RtspTrack } from '../../camera-adapters/rtsp/rtsp-client.ts';
import { createRtspClient } from '../../camera-adapters/rtsp/session.ts';
import { createRtspSimulator, type RtspSimulator } from '../../camera-adapters/simulator/rtsp-server/server.ts';
import { createFastClock } from '../fakes/clock.ts';
import { type GstRtspServer, gstRtspServerMissing, startGstRtspServer, testLaunch } from '../fakes/gst-rtsp-server.ts';

/** Our own RTSP client against servers of other people, and the one that stands for cameras here. */

const missing = gstRtspServerMissing();
if (missing !== undefined && process.env.CI === 'true') throw new Error(missing);

const LOGIN = { username: 'viewer', password: 'p@ss:w0rd' };
const NONE = { username: '', password: '' };

interface Seen {
  readonly tracks: readonly string[];
  readonly packets: number;
  readonly lost: number;
  readonly fresh: number;
  /** The camera's clock minus ours, ms. */
  readonly offsets: readonly number[];
}

/** Plays until `enough` packets came of every track and a report of the first. */
async function watch(
  url: string,
  options: {
    transport?: 'tcp' | 'udp';
    credentials?: typeof NONE;
    enough?: number;
    clock?: Clock;
    /** ms, on that clock. */
    untilMs?: number;
    /** Does not wait for a report. */
    reports?: false;
    onPacket?: () => void;
  } = {},
): Promise<Seen> {
  const { clock = systemClock, enough = 30 } = options;
  const abort = new AbortController();
  const counts = new Map<RtspTrack, number>();
  const offsets: number[] = [];
  let [lost, fresh, packets] = [0, 0, 0];
  const client = createRtspClient({ clock, log: silentLogger(), readTimeoutMs: options.untilMs ?? 5000 });
  const done = (): void => {
    if (options.untilMs !== undefined || (options.reports !== false && offsets.length === 0)) return;
    if ([...counts.values()].every((count) => count >= enough)) abort.abort();
  };
  const cancel = options.untilMs === undefined ? () => {} : clock.after(options.untilMs, () => abort.abort());
  let tracks: readonly RtspTrack[] = [];
  await client.run({
    url,
    serverName: null,
    credentials: options.credentials ?? NONE,
    transport: options.transport ?? 'tcp',
    signal: abort.signal,
    choose(described) {
      tracks = described;
      return new Map(
        described.map((track) => {
          counts.set(track, 0);
          const taker = {
            packet(packet: { lost: number; fresh: boolean }) {
              counts.set(track, (counts.get(track) ?? 0) + 1);
              packets += 1;
              lost += packet.lost;
              fresh += packet.fresh ? 1 : 0;
              options.onPacket?.();
              done();
            },
            senderReport({ ntpMs }: { ntpMs: number }) {
              offsets.push(ntpMs - Date.now());
              done();
            },
          };
          return [track, taker];
        }),
      );
    },
  });
  cancel();
  return { tracks: tracks.map(({ encoding }) => encoding), packets, lost, fresh, offsets };
}

async function faultOf(run: Promise<unknown>): Promise<string> {
  return run.then(
    () => 'none',
    (error: unknown) => (error instanceof CameraFault ? error.kind : String(error)),
  );
}

describe.skipIf(missing !== undefined)('against GStreamer', () => {
  let [digest, basic]: (GstRtspServer | undefined)[] = [];
  // One for each: GStreamer drops a packet of a stream that two players begin at the same moment.
  const launch = testLaunch('h264', { width: 320, height: 180, sound: 'aac' });
  const streams = ['tcp', 'udp'].map((path) => ({ path, launch }));
  const auth = { user: LOGIN.username, password: LOGIN.password };
  beforeAll(async () => {
    [digest, basic] = await Promise.all(
      (['digest', 'basic'] as const).map((kind) => startGstRtspServer({ streams, auth: { ...auth, kind } })),
    );
  });
  afterAll(async () => {
    await Promise.all([digest?.stop(), basic?.stop()]);
  });

  it.concurrent.each(['tcp', 'udp'] as const)(
    'a stream comes whole over %s, with the camera’s time',
    async (transport) => {
      const seen = await watch(digest?.url(transport) ?? '', { credentials: LOGIN, transport });
      expect(seen.tracks).toEqual(['H264', 'MPEG4-GENERIC']);
      expect([seen.lost, seen.fresh]).toEqual([0, 2]);
      for (const offset of seen.offsets) expect(Math.abs(offset)).toBeLessThan(10_000);
    },
  );

  it('the password may be asked for by Basic, and must be right', async () => {
    const url = basic?.url('tcp') ?? '';
    expect((await watch(url, { credentials: LOGIN, enough: 3, reports: false })).lost).toBe(0);
    expect(await faultOf(watch(url, { credentials: { ...LOGIN, password: 'wrong' } }))).toBe('unauthorised');
    expect(await faultOf(watch(digest?.url('tcp') ?? '', { credentials: { ...LOGIN, password: 'wrong' } }))).toBe(
      'unauthorised',
    );
    expect(await faultOf(watch(digest?.url('tcp') ?? ''))).toBe('unauthorised');
  });

  it('what is not there is said to be not there', async () => {
    expect(await faultOf(watch(digest?.url('nothing') ?? '', { credentials: LOGIN }))).toBe('unreachable');
  });
});

describe('against the simulator', () => {
  let simulator: RtspSimulator;
  let publisher: ChildProcess;
  beforeAll(async () => {
    simulator = createRtspSimulator({
      host: '127.0.0.1',
      port: 0,
      publishSecret: 's3cret',
      auth: { ...LOGIN, schemes: ['basic', 'digest'] },
    });
    await simulator.start();
    publisher = spawn(
      'ffmpeg',
      [
        ...'-loglevel error -re -f lavfi -i testsrc=s=160x120:r=25'.split(' '),
        ...'-c:v libx264 -preset ultrafast -tune zerolatency -g 5 -pix_fmt yuv420p'.split(' '),
        ...'-f rtsp -rtsp_transport tcp'.split(' '),
        simulator.publishUrl('/yard'),
      ],
      { stdio: 'ignore' },
    );
    await vi.waitUntil(() => simulator.has('/yard'), { timeout: 10_000, interval: 20 });
  });
  afterAll(async () => {
    publisher.kill('SIGKILL');
    if (publisher.exitCode === null && publisher.signalCode === null) await once(publisher, 'exit');
    await simulator.stop();
  });

  it.concurrent.each(['tcp', 'udp'] as const)(
    'signs of life keep a session over %s beyond its time, and it ends when it is wanted to',
    async (transport) => {
      // Two minutes of the client's time; the session lives for one without a sign.
      const clock = createFastClock(120);
      const seen = await watch(simulator.playUrl('/yard'), {
        credentials: LOGIN,
        transport,
        clock,
        untilMs: 120_000,
      });
      expect(seen.packets).toBeGreaterThan(10);
      expect([seen.lost, seen.fresh]).toEqual([0, 1]);
      await expect.poll(() => simulator.players(), { timeout: 5000, interval: 20 }).toBe(0);
    },
  );

  it('a camera that hangs up has ended the stream', async () => {
    const onPacket = (): void => simulator.dropAll();
    expect(await faultOf(watch(simulator.playUrl('/yard'), { credentials: LOGIN, onPacket }))).toBe('ended');
  });
});
