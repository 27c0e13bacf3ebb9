import { afterEach, describe, expect, it } from 'vitest';
import { camera, settled, superviseFakes, withSub } from '../tests/fakes/supervised.ts';
import { type Adapter, CameraFault } from './adapter.ts';

let stop: () => Promise<void> = async () => {};
afterEach(() => stop());

function setUp(overrides: Partial<Adapter> = {}) {
  const supervised = superviseFakes(overrides);
  stop = () => supervised.supervisor.stop();
  return supervised;
}

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
