import { Worker } from 'node:worker_threads';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { systemClock } from '#base/clock';
import { createLogger, createSecretRegister, silentLogger } from '#base/log';
import { rtspSourceSchema } from '#contracts/camera';
import type { Fragment, StreamInfo } from '#contracts/media';
import { configSchema } from '../../config/schema.ts';
import { createFakeClock } from '../../tests/fakes/clock.ts';
import {
  interleaved,
  type RogueCamera,
  type RogueRtspServer,
  type RogueSteps,
  rtpPacket,
  startRogueRtspServer,
} from '../../tests/fakes/rogue-rtsp-server.ts';
import { createAddressGuard } from '../address-guard.ts';
import { createSupervisor } from '../supervisor.ts';
import type { DirectRequest } from './direct-ingest.ts';
import { createIntake, type Intake } from './intake.ts';
import type { IntakeThreadData } from './intake-messages.ts';
import { createIntakeThread, startIntake } from './intake-thread.ts';
import { createRtspAdapter } from './rtsp-adapter.ts';

/** 320×192 at 15 pictures a second. */
const [SPS, PPS, IDR, P] = [
  '6764000cacb40a0cd80880000003008000000f478a1550',
  '68ef0fcb',
  '658884aaaa',
  '419a010203',
].map((hex) => Buffer.from(hex, 'hex')) as [Buffer, Buffer, Buffer, Buffer];
const LOGIN = { username: 'admin', password: 'planted-secret' };

function sdp(codec = 'H264'): string {
  const lines = ['v=0', 's=x', 't=0 0', 'm=video 0 RTP/AVP 96', `a=rtpmap:96 ${codec}/90000`, 'a=control:track1'];
  const sets = `a=fmtp:96 packetization-mode=1;sprop-parameter-sets=${SPS.toString('base64')},${PPS.toString('base64')}`;
  return [...lines, ...(codec === 'H264' ? [sets] : []), ''].join('\r\n');
}

/** Pictures with the numbers `from` to `to`; the first one, and each fifteenth after it, is a key frame. */
function show(camera: RogueCamera, from: number, to: number): void {
  for (let at = from; at <= to; at += 1) {
    const payload = at % 15 === 0 ? IDR : P;
    camera.send(interleaved(0, rtpPacket({ sequence: at, timestamp: at * 6000, marker: true, payload })));
  }
}

const camera = (send: (camera: RogueCamera) => void, codec?: string): RogueSteps => ({
  DESCRIBE: (request, dialled) => dialled.answer(request, '200 OK', [], sdp(codec)),
  PLAY(request, dialled) {
    dialled.answer(request, '200 OK', ['Session: 7']);
    send(dialled);
  },
});

const house = { clock: systemClock, log: silentLogger() };
const LIMITS = { readTimeoutMs: 3000, fragmentMs: 200, firstPictureMs: 5000 };
const ending: (() => Promise<void>)[] = [];
afterEach(async () => {
  for (const end of ending.splice(0).reverse()) await end();
});

async function serve(steps: RogueSteps): Promise<RogueRtspServer> {
  const server = await startRogueRtspServer(steps);
  ending.push(server.stop);
  return server;
}

interface Taken {
  readonly infos: StreamInfo[];
  readonly fragments: Fragment[];
  readonly abort: AbortController;
  readonly request: DirectRequest;
}

function requestFor(url: string, onFragment: (taken: Taken) => void = () => {}): Taken {
  const abort = new AbortController();
  const taken: Taken = {
    ...{ infos: [], fragments: [], abort },
    request: {
      ...{ name: 'gate/main', url, serverName: null, credentials: LOGIN, transport: 'tcp', g711: 'leaveOut' },
      signal: abort.signal,
      sink: {
        info: (info) => taken.infos.push(info),
        fragment(fragment) {
          taken.fragments.push(fragment);
          onFragment(taken);
        },
      },
    },
  };
  return taken;
}

describe.each([0, 1])('with %i threads', (threads) => {
  let intake: Intake;
  beforeAll(() => {
    intake = createIntake(threads, { ...LIMITS, ...house });
  });
  afterAll(() => intake.end());

  it('takes a camera in, and lets go of it when it is told to', async () => {
    const server = await serve(camera((dialled) => show(dialled, 0, 20)));
    const beganMs = Date.now();
    const taken = requestFor(server.url, ({ fragments, abort }) => {
      if (fragments.length === 5) abort.abort();
    });
    await intake.run(taken.request);
    expect(taken.infos).toMatchObject([
      { generation: 1, timescale: 90_000, audio: null, video: { width: 320, height: 192, codec: 'avc1.64000c' } },
    ]);
    expect(Buffer.from(taken.infos[0]?.init ?? []).includes('avcC')).toBe(true);
    expect(
      taken.fragments.slice(0, 5).map(({ sequence, keyframe, pictures }) => [sequence, keyframe, pictures]),
    ).toEqual([
      [1, true, 1],
      [2, false, 3],
      [3, false, 3],
      [4, false, 3],
      [5, false, 3],
    ]);
    for (const { bytes, wallClockMs } of taken.fragments) {
      expect([Buffer.from(bytes).includes('moof'), bytes.buffer instanceof ArrayBuffer]).toEqual([true, true]);
      // Of the calendar that all threads share, not of a clock that began with the thread.
      expect(Math.abs(wallClockMs - beganMs)).toBeLessThan(5000);
    }
    await server.deserted();
    expect(server.asked.at(-1)).toBe('TEARDOWN /live');
  });

  it('says what is wrong as what it is', async () => {
    const refuses: RogueSteps = {
      DESCRIBE: (request, dialled) =>
        dialled.answer(request, '401 Unauthorized', ['WWW-Authenticate: Basic realm="r"']),
    };
    const outcomes: unknown[] = [];
    for (const steps of [refuses, camera(() => {}, 'JPEG'), camera((dialled) => dialled.socket.end())]) {
      const server = await serve(steps);
      const error = await intake.run(requestFor(server.url).request).catch((thrown: unknown) => thrown);
      expect(error).toBeInstanceOf(Error);
      outcomes.push({ ...(error as Error), name: (error as Error).name });
      await server.deserted();
    }
    expect(outcomes).toMatchObject([
      { name: 'CameraFault', kind: 'unauthorised' },
      { name: 'NotForUs', reason: 'codec', what: 'JPEG' },
      { name: 'CameraFault', kind: 'noFrames' },
    ]);
  });

  it('ends in every state when it is told to', async () => {
    const never = (): void => {};
    for (const method of ['OPTIONS', 'DESCRIBE', 'SETUP', 'PLAY']) {
      const { request, abort } = requestFor('');
      const server = await serve({ ...camera(never), [method]: () => abort.abort() });
      await intake.run({ ...request, url: server.url });
      expect(server.asked.at(-1)).toMatch(method === 'PLAY' ? /TEARDOWN|PLAY/ : method);
      await server.deserted();
    }
    const { request, abort } = requestFor('rtsp://127.0.0.1:1/x');
    const run = intake.run(request);
    abort.abort();
    await run;
    await intake.run(request);
  });
});

describe('a thread of intake', () => {
  /** Threads in the order in which they were started. */
  const started: Worker[] = [];
  const endless = (data: IntakeThreadData): Worker => {
    const worker = new Worker('for (;;);', { eval: true, workerData: data });
    started.push(worker);
    return worker;
  };

  it('that blocks is given up, and another one started', async () => {
    started.length = 0;
    const clock = createFakeClock();
    const thread = createIntakeThread({ ...LIMITS, clock, log: silentLogger(), start: endless });
    ending.push(thread.end);
    const [one, other] = [requestFor('rtsp://127.0.0.1:1/x'), requestFor('rtsp://127.0.0.1:1/y')];
    const runs = [one, other].map(({ request }) => thread.run(request).catch((error: unknown) => error));
    one.abort.abort();
    clock.advance(9000);
    expect(await Promise.all(runs)).toMatchObject([undefined, { name: 'GivenUp', kind: 'internal' }]);
    expect(thread.streams).toBe(0);
    const next = thread.run(other.request).catch((error: unknown) => error);
    expect(started).toHaveLength(2);
    await thread.end();
    expect(await next).toMatchObject({ message: 'the program is ending' });
    await expect(thread.run(other.request)).rejects.toMatchObject({ message: 'the program is ending' });
    expect(clock.pending()).toBe(0);
  });

  it('that is not listened to ends a stream that brings too much', async () => {
    let flood = (): void => {};
    const server = await serve(
      camera((dialled) => {
        show(dialled, 0, 1);
        flood = () => show(dialled, 2, 60);
      }),
    );
    const thread = createIntakeThread({ ...LIMITS, ...house, limits: { streamBytes: 300, allBytes: 1e6 } });
    ending.push(thread.end);
    const { request } = requestFor(server.url, ({ fragments }) => {
      if (fragments.length > 1) return;
      flood();
      // The thread goes on while this one stands still.
      Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, 300);
    });
    await expect(thread.run(request)).rejects.toMatchObject({
      name: 'GivenUp',
      message: expect.stringContaining('does not take the pictures in time'),
    });
    await server.deserted();
  });
});

it('cameras of a thread that was lost come back by themselves, and not by FFmpeg', async () => {
  const workers: Worker[] = [];
  const logged: string[] = [];
  const server = await serve(camera((dialled) => show(dialled, 0, 20)));
  const secrets = createSecretRegister();
  secrets.add(LOGIN.password);
  const log = createLogger({ level: 'debug', secrets, write: (line) => logged.push(line) });
  const thread = createIntakeThread({
    ...{ ...LIMITS, clock: systemClock, log },
    start(data) {
      const worker = startIntake(data);
      workers.push(worker);
      return worker;
    },
  });
  ending.push(thread.end);
  const adapter = createRtspAdapter({
    ...house,
    direct: thread,
    ingest: { run: () => Promise.reject(new Error('FFmpeg was asked')) },
    guard: createAddressGuard({ allowNetworks: ['127.0.0.0/8'] }),
    stills: { jpeg: async () => new Uint8Array() },
    config: { rtsp: 'direct', g711: 'leaveOut' },
  });
  const states: string[] = [];
  const supervisor = createSupervisor({
    adapters: [adapter],
    sinkFor: () => ({ info: () => {}, fragment: () => {} }),
    config: configSchema.parse({ cameras: { reconnectFirstMs: 100 } }).cameras,
    ...house,
  });
  const back = new Promise<void>((resolve) => {
    supervisor.onStatus((_id, { state, fault }) => {
      states.push(fault === null ? state : `${state} ${fault}`);
      if (state !== 'live') return;
      if (workers.length === 1) void workers[0]?.terminate();
      else resolve();
    });
  });
  supervisor.apply({
    ...{ id: 'a', enabled: true, mainStream: 'always', credentials: LOGIN },
    source: rtspSourceSchema.parse({ kind: 'rtsp', mainUrl: server.url }),
  });
  await back;
  await supervisor.stop();
  expect(states.slice(0, 5)).toEqual(['connecting', 'live', 'down internal', 'connecting internal', 'live']);
  expect(logged.join('')).toContain('the direct stream has ended');
  expect(logged.join('')).not.toContain(LOGIN.password);
  await server.deserted();
});
