import { fold } from '#base/fold';
import type { AreaView, UnitView } from '#contracts/places';
import {
  type Indicator,
  indicatorInputSchema,
  type SectorView,
  sectorEventTypeSchema,
  sectorInputSchema,
} from '#contracts/sectors';
import type { Catalogue, NewSectorEvent, Places, SectorEvents } from '../../server/sectors/interfaces.ts';

/** A small province: two communes, an old district that was divided and one that has a successor, three units. */

const DAY_MS = 86_400_000;
const ENDED_MS = Date.UTC(2025, 5, 30, 17);

export const area = (code: string, name: string, more: Partial<AreaView> = {}): AreaView => ({
  ...{ code, name, kind: 'commune', level: 'commune', parentCode: '91', validFromMs: null, validToMs: null },
  ...{ successors: [], areaKm2: null, bounds: null, ...more },
});
const AREAS = [
  area('91', 'An Giang', { kind: 'province', level: 'province', parentCode: null, bounds: [104, 9, 106, 11] }),
  area('30307', 'Phường Long Xuyên'),
  area('30313', 'Xã Mỹ Hòa Hưng'),
  area('883', 'Xã Mỹ Hòa', { validToMs: ENDED_MS, successors: ['30307'] }),
  area('884', 'Huyện Châu Thành', { validToMs: ENDED_MS, successors: ['30307', '30313'] }),
  area('885', 'Xã Đã Hết', { validToMs: ENDED_MS }),
];
export const unit = (id: string, code: string, name: string, parentId: string | null = null): UnitView => ({
  ...{ id, code, name, parentId, kind: 'department', areaCode: null, contacts: [], validFromMs: null, validToMs: null },
  successorId: null,
});
const UNITS = [
  unit('so', 'H01.01', 'Sở Nội vụ'),
  unit('lx', 'H01.01.07', 'UBND phường Long Xuyên', 'so'),
  unit('khac', 'H01.99', 'Sở Khác'),
];

export function fakePlaces(): Places {
  const plain = (text: string): string => fold(text).replace(/^(xa|phuong|huyen) /, '');
  return {
    timeZone: 'Asia/Ho_Chi_Minh',
    rootArea: () => '91',
    area: (code) => AREAS.find((one) => one.code === code),
    areas: () => AREAS,
    resolveArea(word, atMs) {
      const found = AREAS.find(({ code, name }) => code === word || plain(name) === plain(word));
      if (found === undefined) return { fault: 'unknownArea' };
      if (found.validToMs === null || atMs < found.validToMs) return { code: found.code, old: false };
      const [one, ...others] = found.successors;
      if (one === undefined) return { fault: 'areaEnded' };
      return others.length > 0 ? { fault: 'areaDivided' } : { code: one, old: true };
    },
    areaAt: ({ latitude, longitude }) =>
      latitude > 9 && latitude < 11 && longitude > 104 && longitude < 106 ? '30307' : null,
    unit: (id) => UNITS.find((one) => one.id === id),
    units: () => UNITS,
    unitByCode: (code) => UNITS.find((one) => one.code === code),
    unitsAbove: (id) => (id === 'lx' ? ['lx', 'so'] : [id]),
    isDueDay: (startMs, days) => days === 'all' || new Date(startMs + 7 * 3_600_000).getUTCDay() % 6 !== 0,
    addWorkingMinutes: (fromMs, minutes) => fromMs + minutes * 60_000,
    onChanged: () => () => {},
  };
}

const indicator = (code: string, more: object): Indicator => ({
  ...indicatorInputSchema.parse({
    ...{ name: { vi: code, en: code }, unit: { vi: 'hồ sơ', en: 'files' }, kind: 'flow' },
    ...{ cadence: { every: 'day', graceMinutes: 60 }, ...more },
  }),
  code,
  sector: code.split('.')[0] ?? '',
});
const INDICATORS = [
  indicator('thu_tuc.tiep_nhan', { whole: true, name: { vi: 'Hồ sơ tiếp nhận', en: 'Files received' } }),
  indicator('thu_tuc.dung_han', { whole: true, name: { vi: 'Đúng hạn', en: 'On time' } }),
  indicator('thu_tuc.diem', { kind: 'index', most: 100, name: { vi: 'Điểm', en: 'Score' } }),
  indicator('thu_tuc.ty_le', {
    kind: 'ratio',
    formula: { numerator: [{ indicator: 'thu_tuc.dung_han' }], denominator: [{ indicator: 'thu_tuc.tiep_nhan' }] },
  }),
  indicator('y_te.ca_benh', { whole: true, dimensions: { benh: ['dengue', 'hfmd'], cum: [] } }),
];

export function fakeCatalogue(): Catalogue {
  const sector = (key: string, types: readonly string[]): SectorView => ({
    ...sectorInputSchema.parse({ name: { vi: key, en: key } }),
    key,
    eventTypes: types.map((type) => sectorEventTypeSchema.parse({ key: type, name: { vi: type, en: type } })),
  });
  const sectors = [
    sector('thu_tuc', ['qua_han']),
    sector('y_te', ['o_dich', 'ngo_doc']),
    sector('mang_xa_hoi', ['tin_bai']),
  ];
  return {
    sectors: () => sectors,
    sector: (key) => sectors.find((one) => one.key === key),
    indicators: () => INDICATORS,
    indicator: (code) => INDICATORS.find((one) => one.code === code),
    identities: () => [],
    isRestricted: () => false,
    onChanged: () => () => {},
  };
}

/** Remembers what it is told. */
export function fakeSectorEvents() {
  const opened: NewSectorEvent[] = [];
  const ended: { key: string; why: string }[] = [];
  const events: Pick<SectorEvents, 'open' | 'end'> = {
    async open(event) {
      opened.push(event);
      return {
        ...{ id: event.key, number: opened.length, version: 1, sector: event.sector, type: event.type },
        ...{ title: event.title, detail: '', severity: 'moderate', urgency: 'unknown', certainty: 'unknown' },
        ...{ occurredMs: event.occurredMs, openedMs: 0, expiresMs: null, dueMs: null, place: null, areaCode: null },
        ...{ unitId: null, source: event.source, cameraIds: [], indicator: null, value: null, count: 1, lastMs: 0 },
        ...{ acknowledgedMs: null, acknowledgedBy: null, closedMs: null, closedBy: null, incidentId: null, link: null },
        ...{ state: 'open', synthetic: false },
      };
    },
    async end(key, why) {
      ended.push({ key, why });
    },
  };
  return { events, opened, ended };
}

/** 10:00 on a day in Vietnam. */
export const at = (date: string, time = '10:00'): number => Date.parse(`${date}T${time}:00+07:00`);
export const DAY = DAY_MS;
