import type { AreaView, UnitView } from '#contracts/places';
import type { ReportEvents, ReportPlaces } from '../../server/reports/interfaces.ts';

/** An invented province of two communes, side by side, each a square of a tenth of a degree. */
export const PLACE = { west: { latitude: 10.45, longitude: 105.45 }, east: { latitude: 10.45, longitude: 105.55 } };
const MINUTE_MS = 60_000;

const area = (code: string, name: string, west: number): AreaView => ({
  ...{ code, name, kind: 'commune', level: 'commune', parentCode: 'P', validFromMs: null, validToMs: null },
  ...{ successors: [], areaKm2: 120, bounds: [west, 10.4, west + 0.1, 10.5] },
});
export const AREAS = [area('P01', 'Xã Bến Tràm', 105.4), area('P02', 'Phường Cồn Én', 105.5)];

const unitView = (id: string, name: string, parentId: string | null = null): UnitView => ({
  ...{ id, name, code: id, parentId, kind: 'department', areaCode: null, contacts: [] },
  ...{ validFromMs: null, validToMs: null, successorId: null },
});
export const UNITS = [
  unitView('so', 'Sở Xây dựng'),
  unitView('cay-xanh', 'Công ty Cây xanh', 'so'),
  unitView('dien-luc', 'Công ty Điện lực'),
];

export function reportPlaces(): ReportPlaces {
  const areaAt: ReportPlaces['areaAt'] = ({ latitude, longitude }) =>
    AREAS.find(({ bounds }) => {
      const [west, south, east, north] = bounds ?? [0, 0, 0, 0];
      return longitude >= west && longitude < east && latitude >= south && latitude < north;
    })?.code ?? null;
  return {
    timeZone: 'Asia/Ho_Chi_Minh',
    areaAt,
    area: (code) => AREAS.find((one) => one.code === code),
    areas: () => AREAS,
    map: () => ({
      ...{ version: 1, source: 'invented', synthetic: true, bounds: [105.4, 10.4, 105.6, 10.5] },
      areas: AREAS.map(({ code, level, bounds }) => {
        const [west, south, east, north] = bounds ?? [0, 0, 0, 0];
        const ring = [west, south, east, south, east, north, west, north, west, south];
        const points = ring.flatMap((value, at) => (at % 2 === 0 ? [[value, ring[at + 1] ?? 0] as const] : []));
        return { code, level, polygons: [[points]] };
      }),
    }),
    unit: (id) => UNITS.find((one) => one.id === id),
    units: () => UNITS,
    unitsAbove(id) {
      const found: string[] = [];
      for (let unit = UNITS.find((one) => one.id === id); unit !== undefined; ) {
        found.push(unit.id);
        const { parentId } = unit;
        unit = UNITS.find((one) => one.id === parentId);
      }
      return found;
    },
    // Eight to sixteen o'clock UTC, every day: enough to see that it is asked.
    addWorkingMinutes(fromMs, minutes) {
      let at = fromMs;
      for (let left = minutes; left > 0; at += MINUTE_MS) {
        const hour = new Date(at).getUTCHours();
        if (hour >= 8 && hour < 16) left -= 1;
      }
      return at;
    },
  };
}

/** Keeps what was opened and ended. */
export function recordedEvents() {
  const open = new Map<string, Parameters<ReportEvents['open']>[0]>();
  const all: { key: string; type: string }[] = [];
  const forgotten: string[] = [];
  const events: ReportEvents = {
    async open(event) {
      open.set(event.key, event);
      all.push({ key: event.key, type: event.type });
      return { id: `event-${event.key}` };
    },
    async end(key) {
      open.delete(key);
    },
    openKeys: async () => [...open.keys()],
    async forgetPlace(id) {
      forgotten.push(id);
    },
  };
  return { events, open, all, forgotten };
}
