import { afterEach, beforeEach, expect, it, vi } from 'vitest';
import { Fault } from '#base/errors';
import { silentLogger } from '#base/log';
import { createFakeClock } from '../../tests/fakes/clock.ts';
import { createTemporaryDatabase } from '../../tests/fakes/database.ts';
import { cameraInput, createTestRegister } from '../../tests/fakes/register.ts';
import { type CameraSignals, createCameraSignals, type ReportedSignal } from './camera-signals.ts';

const onvif = { kind: 'onvif' as const, deviceUrl: 'http://10.0.0.5/onvif' };

/** An attempt to listen, which the test ends. */
interface Attempt {
  readonly cameraId: string;
  readonly tell: (signal: ReportedSignal) => void;
  readonly fail: (error: Error) => void;
  readonly signal: AbortSignal;
}

let database: Awaited<ReturnType<typeof createTemporaryDatabase>>;
let register: Awaited<ReturnType<typeof createTestRegister>>['register'];
let clock: ReturnType<typeof createFakeClock>;
let attempts: Attempt[];
let heard: string[];
let signals: CameraSignals;

beforeEach(async () => {
  database = await createTemporaryDatabase();
  ({ register } = await createTestRegister(database));
  clock = createFakeClock();
  attempts = [];
  heard = [];
  signals = createCameraSignals({
    ...{ register, clock, log: silentLogger(), random: () => 1 },
    listen: (cameraId, tell, signal) =>
      new Promise((resolve, fail) => {
        attempts.push({ cameraId, tell, fail, signal });
        signal.addEventListener('abort', () => resolve(), { once: true });
      }),
    onSignal(cameraId, { topic }) {
      heard.push(`${cameraId} ${topic}`);
      if (topic === 'throws') throw new Error('a listener');
    },
  });
});
afterEach(async () => {
  await signals.stop();
  expect(clock.pending()).toBe(0);
  await database.close();
});
const settled = (): Promise<void> => new Promise((resolve) => setImmediate(resolve));

it('listens only while somebody wants it, and tells until then', async () => {
  const { camera } = await register.create(cameraInput({ source: onvif }));
  expect([attempts.length, signals.state(camera.id)]).toEqual([0, 'off']);
  signals.want(camera.id, true);
  signals.want(camera.id, true);
  expect(attempts).toHaveLength(1);
  const [first] = attempts;
  first?.tell({ topic: 'throws', atMs: 1 });
  first?.tell({ topic: 'A', atMs: 1 });
  signals.want(camera.id, false);
  expect(first?.signal.aborted).toBe(true);
  first?.tell({ topic: 'late', atMs: 1 });
  expect(heard).toEqual([`${camera.id} throws`, `${camera.id} A`]);
  signals.want(camera.id, true);
  expect(attempts).toHaveLength(2);
});

it('tries again, later each time, and soon after it went well for a while', async () => {
  const { camera } = await register.create(cameraInput({ source: onvif }));
  signals.want(camera.id, true);
  const fail = async (): Promise<void> => {
    attempts.at(-1)?.fail(new Error('no route'));
    await settled();
    expect(signals.state(camera.id)).toBe('failing');
  };
  for (const waitMs of [2000, 4000, 8000]) {
    await fail();
    const before = attempts.length;
    clock.advance(waitMs - 1);
    await settled();
    expect(attempts).toHaveLength(before);
    clock.advance(1);
    await settled();
    expect(attempts).toHaveLength(before + 1);
  }
  expect(signals.state(camera.id)).toBe('listening');
  clock.advance(30_000);
  await fail();
  clock.advance(2000);
  await settled();
  expect(attempts).toHaveLength(5);
});

it('leaves a device alone that tells of nothing', async () => {
  const { camera } = await register.create(cameraInput({ source: onvif }));
  signals.want(camera.id, true);
  attempts[0]?.fail(new Fault('unavailable', 'camera.noSignals', 'none'));
  await settled();
  expect(signals.state(camera.id)).toBe('unsupported');
  clock.advance(3_600_000);
  await settled();
  expect(attempts).toHaveLength(1);
});

it('follows the camera: switched off, reached in another way, removed; not by another name', async () => {
  const { camera } = await register.create(cameraInput({ source: onvif }));
  signals.want(camera.id, true);
  const change = (more: Parameters<typeof cameraInput>[0]) =>
    register.update(camera.id, {
      ...cameraInput({ source: onvif, ...more }),
      version: register.get(camera.id).version,
    });
  await change({ name: 'Another' });
  expect(attempts).toHaveLength(1);
  await change({ source: { ...onvif, deviceUrl: 'http://10.0.0.6/onvif' } });
  expect(attempts.map(({ signal }) => signal.aborted)).toEqual([true, false]);
  await change({ enabled: false });
  expect(attempts[1]?.signal.aborted).toBe(true);
  expect(signals.state(camera.id)).toBe('off');
  await change({ enabled: true });
  expect(attempts).toHaveLength(3);
  await register.remove(camera.id);
  await vi.waitFor(() => expect(attempts[2]?.signal.aborted).toBe(true));
});
