import { expect, it } from 'vitest';
import { silentLogger } from '#base/log';
import { rtspSourceSchema } from '#contracts/camera';
import { type Adapter, CameraFault } from '../camera-adapters/adapter.ts';
import { createSupervisor } from '../camera-adapters/supervisor.ts';
import { configSchema } from '../config/schema.ts';
import { createFakeClock } from '../tests/fakes/clock.ts';
import { createCameraFacts, createPresence } from './camera-facts.ts';

const PERIOD = { startMs: 0, endMs: 60_000 };
type Register = Parameters<typeof createCameraFacts>[0]['register'];

function factsOf(places: readonly (string | null)[]) {
  const cameras = places.map((name, at) => ({
    ...{ id: `k${at}`, enabled: true, place: name === null ? null : { latitude: 10, longitude: 105, name } },
    ...{ source: { kind: at === 0 ? 'phone' : 'rtsp' }, certificate: at === 1 ? '' : 'VN-1' },
  }));
  return createCameraFacts({
    register: { list: () => cameras } as unknown as Register,
    places: { areaAt: (place) => ('name' in place ? String(place.name) : null) },
    presence: { isLive: () => false, isLost: () => false },
    devices: {
      isDevice: ({ source }) => source.kind !== 'phone',
      complies: ({ certificate }) => certificate !== '',
    },
    recordedOf: async () => ({ recorded: 30, wanted: 60 }),
    alerts: { medianAcknowledgeMs: async () => null, closed: async () => ({ wrong: 0, all: 0 }) },
  });
}

it('answers for the province, which is what is owed, also where every camera has a place', async () => {
  const placed = factsOf(['c1', 'c2', 'c1']);
  expect(await placed['camera.so_camera']?.(PERIOD)).toEqual([
    { areaCode: null, value: 3 },
    { areaCode: 'c1', value: 2 },
    { areaCode: 'c2', value: 1 },
  ]);
  expect((await placed['camera.giay_phai_ghi']?.(PERIOD))?.[0]).toEqual({ areaCode: null, value: 180 });
  expect(await factsOf(['c1', null])['camera.so_camera']?.(PERIOD)).toEqual([{ areaCode: null, value: 2 }]);
  expect(await factsOf([])['camera.so_camera']?.(PERIOD)).toEqual([{ areaCode: null, value: 0 }]);
});

it('counts devices by QCVN 135, not phones', async () => {
  const facts = factsOf(['c1', 'c2', 'c1']);
  expect(await facts['camera.thiet_bi']?.(PERIOD)).toEqual([
    { areaCode: null, value: 2 },
    { areaCode: 'c2', value: 1 },
    { areaCode: 'c1', value: 1 },
  ]);
  expect((await facts['camera.thiet_bi_dat']?.(PERIOD))?.map(({ value }) => value)).toEqual([1, 0, 1]);
});

it('misses a camera that refuses each try, from a quarter of an hour on, and no phone', async () => {
  const clock = createFakeClock();
  const adapter: Adapter = {
    kind: 'rtsp',
    roles: () => ['main'],
    run: () => Promise.reject(new CameraFault('unreachable', 'as told')),
    probe: () => Promise.reject(new CameraFault('unreachable', 'as told')),
  };
  const supervisor = createSupervisor({
    ...{ adapters: [adapter], sinkFor: () => ({ info: () => {}, fragment: () => {} }) },
    ...{ config: configSchema.parse({}).cameras, clock, log: silentLogger() },
  });
  const presence = createPresence(supervisor, { clock, sendsAtWill: (id) => id === 'phone' });
  const source = rtspSourceSchema.parse({ kind: 'rtsp', mainUrl: 'rtsp://10.0.0.8/main' });
  const apply = (id: string, enabled = true): void =>
    supervisor.apply({ ...{ id, enabled, source, credentials: { username: '', password: '' } }, mainStream: 'always' });
  async function pass(minutes: number): Promise<void> {
    for (let left = minutes * 60; left > 0; left -= 1) {
      clock.advance(1000);
      for (let turn = 0; turn < 20; turn += 1) await Promise.resolve();
    }
  }
  for (const id of ['gone', 'phone']) apply(id);
  await pass(14);
  expect(presence.isLost('gone')).toBe(false);
  await pass(2);
  expect(['gone', 'phone'].map(presence.isLost)).toEqual([true, false]);
  // Nobody misses what is switched off; after that it has its time again.
  apply('gone', false);
  expect(presence.isLost('gone')).toBe(false);
  apply('gone');
  await pass(1);
  expect(presence.isLost('gone')).toBe(false);
  await supervisor.stop();
});
