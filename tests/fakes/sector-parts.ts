import type { z } from 'zod';
import type { MapPoint, UnitView } from '#contracts/places';
import type { Indicator, SectorEventType, SectorView } from '#contracts/sectors';
import { cadenceSchema, indicatorInputSchema } from '#contracts/sectors';
import type { Catalogue, Places } from '../../server/sectors/interfaces.ts';

/** An invented province with `communes` communes (`c1`, `c2` …), each with a unit of its own (`u1` …) below `province`. */
export function fakePlaces(communes: number, more: Partial<Places> = {}): Places {
  const area = (code: string, level: 'province' | 'commune') => ({
    ...{ code, name: code, kind: level, level, parentCode: level === 'province' ? null : 'p' },
    ...{ validFromMs: null, validToMs: null, successors: [], areaKm2: null, bounds: null },
  });
  const areas = [area('p', 'province'), ...Array.from({ length: communes }, (_, at) => area(`c${at + 1}`, 'commune'))];
  const unit = (id: string, areaCode: string, parentId: string | null): UnitView => ({
    ...{ id, name: `Đơn vị ${id}`, kind: parentId === null ? 'department' : 'commune', code: id, parentId, areaCode },
    ...{ contacts: [], validFromMs: null, validToMs: null, successorId: null },
  });
  const units = [
    unit('province', 'p', null),
    ...Array.from({ length: communes }, (_, at) => unit(`u${at + 1}`, `c${at + 1}`, 'province')),
  ];
  return {
    timeZone: 'Asia/Ho_Chi_Minh',
    rootArea: () => 'p',
    area: (code) => areas.find((one) => one.code === code),
    areas: () => areas,
    resolveArea: (word) =>
      areas.some(({ code }) => code === word) ? { code: word, old: false } : { fault: 'unknownArea' },
    areaAt: (_: MapPoint) => null,
    unit: (id) => units.find((one) => one.id === id),
    units: () => units,
    unitByCode: (code) => units.find((one) => one.code === code),
    unitsAbove: (id) => (id === 'province' ? ['province'] : units.some((one) => one.id === id) ? [id, 'province'] : []),
    isDueDay: () => true,
    addWorkingMinutes: (fromMs, minutes) => fromMs + minutes * 60_000,
    onChanged: () => () => {},
    ...more,
  };
}

export function fakeIndicator(code: string, more: Partial<z.input<typeof indicatorInputSchema>> = {}): Indicator {
  const input = indicatorInputSchema.parse({
    ...{ name: { vi: code, en: code }, unit: { vi: 'hồ sơ', en: 'files' }, kind: 'stock' },
    cadence: cadenceSchema.parse({ every: 'day' }),
    ...more,
  });
  return { ...input, code, sector: code.split('.')[0] ?? '' };
}

export function fakeSector(key: string, eventTypes: readonly SectorEventType[] = []): SectorView {
  return {
    ...{ key, name: { vi: key, en: key }, owningUnitId: null, position: 0, enabled: true, headline: null, layout: [] },
    eventTypes,
  };
}

export function fakeCatalogue(
  sectors: readonly SectorView[],
  indicators: readonly Indicator[] = [],
  identities: ReturnType<Catalogue['identities']> = [],
): Catalogue {
  return {
    sectors: () => sectors,
    sector: (key) => sectors.find((one) => one.key === key),
    indicators: () => indicators,
    indicator: (code) => indicators.find((one) => one.code === code),
    identities: () => identities,
    isRestricted: ({ sector, type, indicator }) =>
      [
        sectors.find((one) => one.key === sector)?.eventTypes.find(({ key }) => key === type),
        indicators.find((one) => one.code === indicator),
      ].some((one) => one?.confidentiality === 'restricted'),
    onChanged: () => () => {},
  };
}
