import { expect, it } from 'vitest';
import type { AreaView } from '#contracts/places';
import { insideFirst, spotOf } from './event-spot.ts';

const area: AreaView = {
  ...{ code: 'A', name: 'A', kind: 'commune', level: 'commune', parentCode: 'P', validFromMs: null, validToMs: null },
  ...{ successors: [], areaKm2: null, bounds: [105, 10, 105.1, 10.2] },
};

it('looks around the middle of the area where nobody said the place', () => {
  const spot = spotOf({ place: null, areaCode: 'A' }, [area]);
  expect(spot?.latitude).toBeCloseTo(10.1);
  expect(spot?.longitude).toBeCloseTo(105.05);
  expect(spot?.radiusMetres).toBeGreaterThan(11_000);
  expect(spotOf({ place: null, areaCode: 'A' }, [{ ...area, bounds: null }])).toBeNull();
  expect(spotOf({ place: null, areaCode: null }, [area])).toBeNull();
  const place = { latitude: 10.15, longitude: 105.02, name: '' };
  expect(spotOf({ place, areaCode: 'A' }, [area])).toEqual({ latitude: 10.15, longitude: 105.02, bounds: null });
});

it('shows the cameras of the area before those beside it', () => {
  const [far, near, none] = [
    { place: { latitude: 10.25, longitude: 105 } },
    { place: { latitude: 10.1, longitude: 105.05 } },
    { place: null },
  ];
  expect(insideFirst([far, none, near], area.bounds)).toEqual([near, far, none]);
  expect(insideFirst([far, near], null)).toEqual([far, near]);
});
