import { expect, it } from 'vitest';
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
    presence: createPresence(() => [], { now: () => 0 }),
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
