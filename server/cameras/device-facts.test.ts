import { expect, it, vi } from 'vitest';
import { silentLogger } from '#base/log';
import type { StreamStatus } from '#contracts/camera';
import { createTemporaryDatabase } from '../../tests/fakes/database.ts';
import { cameraInput, createTestRegister, FOUND } from '../../tests/fakes/register.ts';
import { createCameraProbe } from './camera-probe.ts';
import { createFactFinder } from './device-facts.ts';

const live = { role: 'main', state: 'live' } as StreamStatus;

it('asks an ONVIF device once who it is when its picture has come, again when that failed, and no other camera', async () => {
  const database = await createTemporaryDatabase();
  const house = await createTestRegister(database);
  const { register } = house;
  const onvif = { kind: 'onvif' as const, deviceUrl: 'http://10.0.0.5/onvif', password: 'hunter2' };
  const { camera } = await register.create(cameraInput({ source: onvif }));
  const { camera: other } = await register.create(cameraInput());
  const tell = createFactFinder({
    register,
    probe: createCameraProbe(house),
    log: silentLogger(),
    signal: new AbortController().signal,
  });

  house.answerProbes(() => ({ ...FOUND, ok: false, fault: 'timeout' }));
  tell(camera.id, { ...live, state: 'connecting' });
  tell(other.id, live);
  tell('nobody', live);
  tell(camera.id, live);
  tell(camera.id, live);
  await vi.waitFor(() => expect(house.probes).toHaveLength(1));
  expect(house.probes[0]?.credentials.password).toBe('hunter2');

  house.answerProbes(() => FOUND);
  await vi.waitFor(() => {
    tell(camera.id, live);
    expect(register.get(camera.id).facts).toEqual({ make: 'Acme', model: 'One', firmware: '1.10', canPtz: true });
  });
  const asked = house.probes.length;
  tell(camera.id, live);
  expect(house.probes).toHaveLength(asked);
  await database.close();
});
