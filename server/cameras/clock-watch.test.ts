import { expect, it, vi } from 'vitest';
import { silentLogger } from '#base/log';
import type { StreamStatus } from '#contracts/camera';
import { createFakeClock } from '../../tests/fakes/clock.ts';
import { createTemporaryDatabase } from '../../tests/fakes/database.ts';
import { cameraInput, createTestRegister } from '../../tests/fakes/register.ts';
import { createClockWatch } from './clock-watch.ts';

const live = { role: 'main', state: 'live', clockOffsetMs: null } as StreamStatus;
const onvif = { kind: 'onvif' as const, deviceUrl: 'http://10.0.0.5/onvif' };

it('asks an ONVIF device for its time when its picture comes and every hour, and keeps what it said with its time', async () => {
  const database = await createTemporaryDatabase();
  const { register } = await createTestRegister(database);
  const clock = createFakeClock();
  const { camera } = await register.create(cameraInput({ source: onvif }));
  const { camera: other } = await register.create(cameraInput());
  const asked: string[] = [];
  let answer: () => Promise<number | null> = async () => -1500;
  const stop = new AbortController();
  const tell = createClockWatch({
    register,
    read(cameraId) {
      asked.push(cameraId);
      return answer();
    },
    ...{ clock, log: silentLogger(), signal: stop.signal },
  });
  expect(register.details(register.get(camera.id)).clock).toBeNull();
  tell(camera.id, { ...live, state: 'connecting' });
  tell(other.id, live);
  tell('nobody', live);
  tell(camera.id, live);
  tell(camera.id, live);
  const firstMs = clock.now();
  await vi.waitFor(() => expect(register.get(camera.id).clock).toEqual({ offsetMs: -1500, measuredMs: firstMs }));
  expect(asked).toEqual([camera.id]);

  // It does not answer: what is known stays, as old as it is.
  answer = () => Promise.reject(new Error('timeout'));
  clock.advance(3_600_000);
  await vi.waitFor(() => expect(asked).toHaveLength(2));
  expect(register.get(camera.id).clock).toEqual({ offsetMs: -1500, measuredMs: firstMs });
  answer = async () => 40;
  clock.advance(3_600_000);
  await vi.waitFor(() => expect(register.get(camera.id).clock?.offsetMs).toBe(40));

  // It is in the database, and goes with the device.
  const again = (await createTestRegister(database)).register;
  expect(again.get(camera.id).clock).toEqual({ offsetMs: 40, measuredMs: clock.now() });
  const { version } = register.get(camera.id);
  const moved = { ...cameraInput({ source: { ...onvif, deviceUrl: 'http://10.0.0.9/onvif' } }), version };
  expect((await register.update(camera.id, moved)).clock).toBeNull();

  stop.abort();
  expect(clock.pending()).toBe(0);
  await database.close();
});

it('keeps what an RTSP camera tells beside its pictures, as soon as it does', async () => {
  const database = await createTemporaryDatabase();
  const { register } = await createTestRegister(database);
  const clock = createFakeClock();
  const { camera } = await register.create(cameraInput());
  const stop = new AbortController();
  const read = vi.fn(async () => 2400);
  const tell = createClockWatch({ register, read, clock, log: silentLogger(), signal: stop.signal });
  tell(camera.id, live);
  expect(read).not.toHaveBeenCalled();
  tell(camera.id, { ...live, clockOffsetMs: 2400 });
  await vi.waitFor(() => expect(register.get(camera.id).clock?.offsetMs).toBe(2400));
  stop.abort();
  await database.close();
});
