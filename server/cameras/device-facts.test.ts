import { expect, it, vi } from 'vitest';
import { silentLogger } from '#base/log';
import type { StreamStatus } from '#contracts/camera';
import { createFakeClock } from '../../tests/fakes/clock.ts';
import { createTemporaryDatabase } from '../../tests/fakes/database.ts';
import { cameraInput, createTestRegister, FOUND } from '../../tests/fakes/register.ts';
import { createCameraProbe } from './camera-probe.ts';
import { createFactFinder } from './device-facts.ts';

const live = { role: 'main', state: 'live' } as StreamStatus;

it('asks an ONVIF device once who it is when its picture has come, a minute later when that failed, and no other camera', async () => {
  const database = await createTemporaryDatabase();
  const house = await createTestRegister(database);
  const { register } = house;
  const clock = createFakeClock();
  const onvif = { kind: 'onvif' as const, deviceUrl: 'http://10.0.0.5/onvif', password: 'hunter2' };
  const { camera } = await register.create(cameraInput({ source: onvif }));
  const { camera: other } = await register.create(cameraInput());
  const tell = createFactFinder({
    register,
    probe: createCameraProbe(house),
    clock,
    log: silentLogger(),
    signal: new AbortController().signal,
  });

  house.answerProbes(() => ({ ...FOUND, ok: false, fault: 'timeout', model: '', streams: [] }));
  tell(camera.id, { ...live, state: 'connecting' });
  tell(other.id, live);
  tell('nobody', live);
  tell(camera.id, live);
  tell(camera.id, live);
  await vi.waitFor(() => expect(clock.pending()).toBe(1));
  expect(house.probes).toHaveLength(1);
  expect(house.probes[0]?.credentials.password).toBe('hunter2');

  // Its picture fails, but the device has said who it is and that it can be steered.
  const streams = [
    { role: 'main', reference: 'p1', codec: 'h264', audioCodec: null, width: 640, height: 360, frameRate: 15 },
  ] as const;
  house.answerProbes(() => ({ ...FOUND, ok: false, fault: 'noFrames', streams }));
  clock.advance(60_000);
  await vi.waitFor(() =>
    expect(register.get(camera.id).facts).toEqual({ make: 'Acme', model: 'One', firmware: '1.10', canPtz: true }),
  );
  tell(camera.id, live);
  expect(house.probes).toHaveLength(2);
  expect(clock.pending()).toBe(0);
  await database.close();
});
