import { afterEach, describe, expect, it } from 'vitest';
import { silentLogger } from '#base/log';
import { rtspSourceSchema, type StreamStatus } from '#contracts/camera';
import type { Fragment, FragmentSink, StreamInfo, StreamRole } from '#contracts/media';
import { configSchema } from '../config/schema.ts';
import { createFakeClock } from '../tests/fakes/clock.ts';
import { type Adapter, CameraFault, type RunRequest } from './adapter.ts';
import { createSupervisor, type SupervisedCamera } from './supervisor.ts';

/** One call of `run`, steered by the test. */
interface Run extends RunRequest {
  /** Feeds one picture; the first comes with a `StreamInfo`. */
  picture(): void;
  fail(kind: CameraFault['kind'], message?: string): void;
  end(): void;
}

const INFO: StreamInfo = {
  generation: 1,
  video: { codec: 'avc1.42c01e', width: 640, height: 360, frameRate: 25 },
  audio: null,
  timescale: 1000,
  init: new Uint8Array(),
};

function fragment(sequence: number): Fragment {
  const bytes = new Uint8Array(1000);
  const times = { decodeTime: sequence * 200, duration: 200, wallClockMs: sequence };
  return { generation: 1, sequence, ...times, keyframe: true, pictures: 5, bytes };
}

function setUp(overrides: Partial<Adapter> = {}) {
  const clock = createFakeClock();
  const runs: Run[] = [];
  const adapter: Adapter = {
    kind: 'rtsp',
    roles: (source) => (source.kind === 'rtsp' && source.subUrl !== null ? ['main', 'sub'] : ['main']),
    run: (request) =>
      new Promise((resolve, reject) => {
        let sequence = 0;
        request.signal.addEventListener('abort', () => resolve(), { once: true });
        runs.push({
          ...request,
          picture() {
            if (sequence === 0) request.sink.info(INFO);
            sequence += 1;
            request.sink.fragment(fragment(sequence));
          },
          fail: (kind, message = 'as told') => reject(new CameraFault(kind, message)),
          end: resolve,
        });
      }),
    probe: () => Promise.reject(new CameraFault('unreachable', 'as told')),
    ...overrides,
  };
  const got: { key: string; infos: StreamInfo[]; fragments: Fragment[] }[] = [];
  const supervisor = createSupervisor({
    adapters: [adapter],
    sinkFor({ cameraId, role }) {
      const key = `${cameraId}/${role}`;
      let seen = got.find((entry) => entry.key === key);
      if (seen === undefined) {
        seen = { key, infos: [], fragments: [] };
        got.push(seen);
      }
      const into = seen;
      const sink: FragmentSink = {
        info: (info) => void into.infos.push(info),
        fragment: (next) => void into.fragments.push(next),
      };
      return sink;
    },
    config: configSchema.parse({}).cameras,
    clock,
    log: silentLogger(),
  });
  const states: string[] = [];
  supervisor.onStatus((id, status, previous) => {
    states.push(
      `${id}/${status.role} ${previous.state} → ${status.state}${status.fault === null ? '' : ` (${status.fault})`}`,
    );
  });
  stop = () => supervisor.stop();
  return {
    clock,
    runs,
    supervisor,
    got,
    states,
    status: (id = 'a', role: StreamRole = 'main'): StreamStatus | undefined =>
      supervisor.statuses(id).find((status) => status.role === role),
    /** Moves time in small steps, so that promises settle between them. */
    async pass(ms: number) {
      for (let left = ms; left > 0; left -= 50) {
        clock.advance(Math.min(50, left));
        await settled();
      }
    },
  };
}

let stop: () => Promise<void> = async () => {};
afterEach(() => stop());

/** All that was resolved has run. */
async function settled(): Promise<void> {
  for (let i = 0; i < 20; i += 1) await Promise.resolve();
}

function camera(more: Partial<SupervisedCamera> = {}, source: Record<string, unknown> = {}): SupervisedCamera {
  return {
    id: 'a',
    enabled: true,
    source: rtspSourceSchema.parse({ kind: 'rtsp', mainUrl: 'rtsp://10.0.0.8/main', ...source }),
    credentials: { username: '', password: '' },
    mainStream: 'onDemand',
    ...more,
  };
}
const withSub = { subUrl: 'rtsp://10.0.0.8/sub' };

describe('one stream', () => {
  it('goes from connecting to live with its first picture, and tells what it is', async () => {
    const { supervisor, runs, states, status, clock, pass } = setUp();
    supervisor.apply(camera());
    await settled();
    expect(status()).toMatchObject({ state: 'connecting', fault: null, starts: 1, lastFrameMs: null });
    const dialled = clock.now();
    await pass(300);
    runs[0]?.picture();
    expect(status()).toMatchObject({ state: 'live', sinceMs: dialled + 300, codec: 'avc1.42c01e', width: 640 });
    expect(states).toEqual(['a/main idle → connecting', 'a/main connecting → live']);
  });

  it('measures bits and pictures over the last seconds', async () => {
    const { supervisor, runs, status, pass } = setUp();
    supervisor.apply(camera());
    await settled();
    for (let i = 0; i < 40; i += 1) {
      runs[0]?.picture();
      await pass(200);
    }
    expect(status()).toMatchObject({ bitrate: 40_000, frameRate: 25 });
  });

  it('is down when no picture came within the dial time, and when pictures stop', async () => {
    const { supervisor, runs, status, pass } = setUp();
    supervisor.apply(camera());
    await pass(9950);
    expect(status()).toMatchObject({ state: 'connecting' });
    await pass(100);
    expect(status()).toMatchObject({ state: 'down', fault: 'timeout' });
    expect(runs[0]?.signal.aborted).toBe(true);
    await pass(1100);
    expect(status()).toMatchObject({ state: 'connecting', fault: 'timeout', starts: 2 });
    runs[1]?.picture();
    expect(status()).toMatchObject({ state: 'live', fault: null, detail: '' });
    await pass(4950);
    expect(status()?.state).toBe('live');
    await pass(100);
    expect(status()).toMatchObject({ state: 'down', fault: 'noFrames' });
  });

  it('waits longer for a key frame while pictures come that cannot be shown, but not for ever', async () => {
    const { supervisor, runs, status, pass } = setUp();
    supervisor.apply(camera());
    await settled();
    runs[0]?.picture();
    const skip = async (ms: number): Promise<void> => {
      for (let at = 0; at < ms; at += 200) {
        runs[0]?.onSkipped?.();
        await pass(200);
      }
    };
    await skip(9000);
    expect(status()?.state).toBe('live');
    runs[0]?.picture();
    await skip(29_800);
    expect(status()?.state).toBe('live');
    await skip(400);
    expect(status()).toMatchObject({ state: 'down', fault: 'noFrames', detail: 'no picture for 30 s' });
  });

  it('does not show what an earlier connection told of the camera’s clock', async () => {
    const { supervisor, runs, status, pass } = setUp();
    supervisor.apply(camera());
    await settled();
    runs[0]?.picture();
    runs[0]?.onClock?.(90_000);
    expect(status()?.clockOffsetMs).toBe(90_000);
    runs[0]?.fail('ended');
    await pass(1100);
    expect(status()?.clockOffsetMs).toBeNull();
  });

  it('waits for a source that is slow by nature', async () => {
    const { supervisor, runs, status, pass } = setUp({ paceMs: () => 20_000 });
    supervisor.apply(camera());
    await settled();
    runs[0]?.picture();
    await pass(24_000);
    expect(status()?.state).toBe('live');
    await pass(1100);
    expect(status()?.fault).toBe('noFrames');
  });

  it('tries the first dial again too, from about 1 s up to 30 s', async () => {
    const { supervisor, runs, clock, pass } = setUp();
    const dialledAt: number[] = [];
    supervisor.apply(camera());
    await settled();
    for (let i = 0; i < 9; i += 1) {
      dialledAt.push(clock.monotonic());
      runs.at(-1)?.fail('unreachable');
      const before = runs.length;
      await settled();
      while (runs.length === before) await pass(50);
    }
    const waits = dialledAt.slice(1).map((at, i) => at - (dialledAt[i] ?? 0));
    for (const [i, waited] of waits.entries()) {
      const most = Math.min(30_000, 1000 * 2 ** i);
      expect(waited).toBeGreaterThanOrEqual(most / 2 - 50);
      expect(waited).toBeLessThanOrEqual(most + 100);
    }
  });

  it.each(['unauthorised', 'refusedAddress', 'unsupportedCodec', 'waitingForPublisher'] as const)(
    'does not hammer a camera after %s',
    async (kind) => {
      const { supervisor, runs, pass } = setUp();
      supervisor.apply(camera());
      await settled();
      runs[0]?.fail(kind);
      await pass(14_000);
      expect(runs).toHaveLength(1);
      await pass(16_500);
      expect(runs.length).toBeGreaterThan(1);
    },
  );

  it('starts its back-off anew only after it held for a while', async () => {
    const { supervisor, runs, pass } = setUp();
    supervisor.apply(camera());
    await settled();
    for (let i = 0; i < 6; i += 1) {
      runs.at(-1)?.picture();
      runs.at(-1)?.end();
      const before = runs.length;
      while (runs.length === before) await pass(50);
    }
    // A camera that flaps waits long by now; then it holds for 12 s, and its next wait is short.
    for (let i = 0; i < 60; i += 1) {
      runs.at(-1)?.picture();
      await pass(200);
    }
    const before = runs.length;
    runs.at(-1)?.end();
    await pass(1100);
    expect(runs.length).toBe(before + 1);
  });

  it('numbers generations and fragments on over restarts', async () => {
    const { supervisor, runs, got, pass } = setUp();
    supervisor.apply(camera());
    await settled();
    for (let round = 0; round < 3; round += 1) {
      runs[round]?.picture();
      runs[round]?.picture();
      supervisor.restart('a');
      await pass(100);
    }
    expect(got[0]?.infos.map((info) => info.generation)).toEqual([1, 2, 3]);
    expect(got[0]?.fragments.map((f) => [f.generation, f.sequence])).toEqual([
      [1, 1],
      [1, 2],
      [2, 3],
      [2, 4],
      [3, 5],
      [3, 6],
    ]);
  });

  it('hears nothing of an attempt that has ended', async () => {
    const { supervisor, runs, got, status, pass } = setUp();
    supervisor.apply(camera());
    await settled();
    runs[0]?.picture();
    runs[0]?.fail('ended');
    await settled();
    runs[0]?.picture();
    expect(status()?.state).toBe('down');
    await pass(1100);
    runs[0]?.picture();
    expect(status()?.state).toBe('connecting');
    expect(got[0]?.fragments).toHaveLength(1);
  });

  it('goes on when an adapter does not end, and says so', async () => {
    const { supervisor, status, clock, pass } = setUp({ run: () => new Promise(() => {}) });
    supervisor.apply(camera());
    await pass(10_100);
    expect(status()?.state).toBe('connecting');
    await pass(11_500);
    expect(status()).toMatchObject({ state: 'connecting', fault: 'timeout', starts: 2 });
    void supervisor.stop();
    await pass(10_100);
    expect(clock.pending()).toBe(0);
  });

  it('calls an error that is no CameraFault an internal one', async () => {
    const { supervisor, status } = setUp({ run: () => Promise.reject(new Error('a bug')) });
    supervisor.apply(camera());
    await settled();
    expect(status()).toMatchObject({ state: 'down', fault: 'internal', detail: 'a bug' });
  });

  it('tells of a new picture size, and goes on when a listener throws', async () => {
    const { supervisor, runs, status } = setUp();
    const sizes: (number | null)[] = [];
    supervisor.onStatus(() => {
      throw new Error('a listener');
    });
    supervisor.onStatus((_, next) => void sizes.push(next.width));
    supervisor.apply(camera());
    await settled();
    runs[0]?.picture();
    runs[0]?.sink.info({ ...INFO, video: { ...INFO.video, width: 1280 } });
    expect(sizes).toEqual([null, 640, 1280]);
    expect(status()?.width).toBe(1280);
  });
});

describe('streams of a camera', () => {
  it('keeps the only stream open, and of two the small one', async () => {
    const { supervisor, runs, status } = setUp();
    supervisor.apply(camera());
    supervisor.apply(camera({ id: 'b' }, withSub));
    await settled();
    expect(status('a', 'main')?.state).toBe('connecting');
    expect(status('b', 'main')?.state).toBe('idle');
    expect(runs.map((run) => `${run.cameraId}/${run.role}`)).toEqual(['a/main']);
  });

  it('opens main while it is wanted, and a while longer', async () => {
    const { supervisor, runs, status, pass } = setUp();
    const key = { cameraId: 'a', role: 'main' } as const;
    supervisor.apply(camera({}, withSub));
    await pass(100);
    supervisor.want(key, true);
    await pass(100);
    expect(runs.map((run) => run.role)).toEqual(['sub', 'main']);
    for (const run of runs) run.picture();
    supervisor.want(key, false);
    await pass(2000);
    runs[1]?.picture();
    supervisor.want(key, true);
    supervisor.want(key, false);
    for (let i = 0; i < 24; i += 1) {
      await pass(400);
      for (const run of runs) run.picture();
    }
    expect(status()?.state).toBe('live');
    await pass(500);
    expect(status()).toMatchObject({ state: 'idle', fault: null });
    expect(runs[1]?.signal.aborted).toBe(true);
    expect(runs[0]?.signal.aborted).toBe(false);
  });

  it('keeps demand for a camera that comes later', async () => {
    const { supervisor, status, pass } = setUp();
    supervisor.want({ cameraId: 'a', role: 'main' }, true);
    supervisor.apply(camera({}, withSub));
    await pass(100);
    expect(status('a', 'main')?.state).toBe('connecting');
  });

  it('opens both always where that is asked for', async () => {
    const { supervisor, status, pass } = setUp();
    supervisor.apply(camera({ mainStream: 'always' }, withSub));
    await pass(100);
    expect([status('a', 'main')?.state, status('a', 'sub')?.state]).toEqual(['connecting', 'connecting']);
  });

  it('does not dial all at once', async () => {
    const { supervisor, runs, pass } = setUp();
    for (let i = 0; i < 40; i += 1) supervisor.apply(camera({ id: `c${i}` }));
    await settled();
    expect(runs).toHaveLength(1);
    await pass(1000);
    expect(runs).toHaveLength(21);
    await pass(1000);
    expect(runs).toHaveLength(40);
  });
});

describe('changes', () => {
  it('dials again for another address or password, and not for anything else', async () => {
    const { supervisor, runs, pass } = setUp();
    supervisor.apply(camera());
    await settled();
    runs[0]?.picture();
    supervisor.apply(camera({ mainStream: 'always' }));
    await pass(100);
    expect(runs).toHaveLength(1);
    supervisor.apply(camera({ credentials: { username: 'u', password: 'p' } }));
    await pass(100);
    expect(runs).toHaveLength(2);
    expect(runs[1]?.credentials).toEqual({ username: 'u', password: 'p' });
    supervisor.apply(camera({}, { mainUrl: 'rtsp://10.0.0.9/main' }));
    await pass(100);
    expect(runs[2]?.source).toMatchObject({ mainUrl: 'rtsp://10.0.0.9/main' });
  });

  it('adds and takes away a stream', async () => {
    const { supervisor, runs, status, pass } = setUp();
    supervisor.apply(camera());
    await pass(100);
    supervisor.apply(camera({}, withSub));
    await pass(100);
    expect([status('a', 'main')?.state, status('a', 'sub')?.state]).toEqual(['idle', 'connecting']);
    expect(runs[0]?.signal.aborted).toBe(true);
    supervisor.apply(camera());
    await pass(100);
    expect(supervisor.statuses('a').map((s) => [s.role, s.state])).toEqual([['main', 'connecting']]);
  });

  it('waits for the old attempt before a new one: one pull per stream', async () => {
    let running = 0;
    let most = 0;
    const { supervisor, pass } = setUp({
      run: async ({ signal }) => {
        running += 1;
        most = Math.max(most, running);
        await new Promise<void>((resolve) => signal.addEventListener('abort', () => resolve(), { once: true }));
        for (let i = 0; i < 5; i += 1) await Promise.resolve();
        running -= 1;
      },
    });
    supervisor.apply(camera());
    await pass(100);
    for (let i = 0; i < 10; i += 1) {
      supervisor.apply(camera({ enabled: i % 2 === 1 }));
      supervisor.restart('a');
    }
    await pass(200);
    expect([running, most]).toEqual([1, 1]);
  });

  it('stops a camera that is switched off, and says disabled', async () => {
    const { supervisor, runs, status, pass } = setUp();
    supervisor.apply(camera());
    await settled();
    runs[0]?.picture();
    supervisor.apply(camera({ enabled: false }));
    expect(status()?.state).toBe('disabled');
    await pass(60_000);
    expect(runs).toHaveLength(1);
    supervisor.apply(camera());
    await pass(100);
    expect(status()?.state).toBe('connecting');
  });

  it('restart ends the waiting too', async () => {
    const { supervisor, runs, pass } = setUp();
    supervisor.apply(camera());
    await settled();
    runs[0]?.fail('waitingForPublisher');
    await pass(1000);
    supervisor.restart('a');
    await pass(100);
    expect(runs).toHaveLength(2);
  });

  it('forgets a camera that is removed', async () => {
    const { supervisor, runs, clock, pass } = setUp();
    supervisor.apply(camera({}, withSub));
    supervisor.want({ cameraId: 'a', role: 'main' }, true);
    await pass(200);
    await supervisor.remove('a');
    expect(supervisor.statuses('a')).toEqual([]);
    expect(runs.every((run) => run.signal.aborted)).toBe(true);
    expect(clock.pending()).toBe(0);
    await expect(supervisor.remove('unknown')).resolves.toBeUndefined();
  });
});

it('leaves no timer and no run after 200 forced restarts and a stop', async () => {
  const { supervisor, runs, clock, pass } = setUp();
  supervisor.apply(camera());
  await settled();
  let most = 0;
  for (let i = 0; i < 200; i += 1) {
    if (i % 3 === 0) runs.at(-1)?.picture();
    if (i % 5 === 0) runs.at(-1)?.fail('ended');
    supervisor.restart('a');
    await pass(100);
    most = Math.max(most, clock.pending());
  }
  expect(most).toBeLessThanOrEqual(3);
  expect(runs.filter((run) => !run.signal.aborted).length).toBeLessThanOrEqual(200 / 5 + 1);
  await supervisor.stop();
  expect(clock.pending()).toBe(0);
  supervisor.apply(camera({ id: 'late' }));
  await pass(1000);
  expect(supervisor.statuses('late')).toEqual([]);
});

describe('test before save and steering', () => {
  it('answers for an adapter that rejects', async () => {
    const { supervisor } = setUp();
    const { source, credentials } = camera();
    const answer = await supervisor.probe({ source, credentials, signal: new AbortController().signal });
    expect(answer).toMatchObject({ ok: false, fault: 'unreachable', detail: 'as told', streams: [] });
  });

  it('asks a device for its clock, where it has one', async () => {
    const without = setUp();
    without.supervisor.apply(camera());
    expect(await without.supervisor.clockOffset('a')).toBeNull();
    await expect(without.supervisor.clockOffset('nobody')).rejects.toMatchObject({ kind: 'notFound' });
    const { supervisor } = setUp({ readClock: async () => -40 });
    supervisor.apply(camera());
    expect(await supervisor.clockOffset('a')).toBe(-40);
  });

  it('says what cannot be steered, and ends what takes too long', async () => {
    const { supervisor } = setUp();
    await expect(supervisor.ptz('a', { action: 'stop' })).rejects.toMatchObject({ kind: 'notFound' });
    supervisor.apply(camera());
    await expect(supervisor.ptz('a', { action: 'stop' })).rejects.toMatchObject({ kind: 'unavailable' });

    const aborted = new CameraFault('timeout', 'aborted');
    const slow = setUp({
      ptz: {
        command: ({ signal }) =>
          new Promise((_, reject) => signal.addEventListener('abort', () => reject(aborted), { once: true })),
        presets: async () => [{ token: '1', name: 'gate' }],
      },
    });
    slow.supervisor.apply(camera());
    expect(await slow.supervisor.presets('a')).toEqual([{ token: '1', name: 'gate' }]);
    const steered: string[] = [];
    slow.supervisor.onSteered((id) => steered.push(id));
    const command = slow.supervisor.ptz('a', { action: 'stop' });
    expect(steered).toEqual(['a']);
    slow.clock.advance(8000);
    await expect(command).rejects.toBe(aborted);
  });
});
