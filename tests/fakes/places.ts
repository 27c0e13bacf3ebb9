import type { AreaView, UnitView } from '#contracts/places';
import type { Places } from '../../server/sectors/interfaces.ts';

export interface PlacesFake extends Places {
  /** `2026-11-26`: nothing is due on such a day of working or school days; weekends are free as well. */
  readonly holidays: Set<string>;
  changed(workingTime?: boolean): void;
  /** Puts communes into an area between them and the province. */
  gather(code: string, communes: readonly string[]): void;
}

const ROOT = '91';
const WEEK_MS = 7 * 86_400_000;

/** A province with so many communes, `30301` and on, and a unit `unit-30301` for each. */
export function createPlaces(communes = 3): PlacesFake {
  const area = (code: string, level: 'province' | 'commune'): AreaView => ({
    ...{ code, level, kind: level, name: `${level} ${code}`, parentCode: level === 'commune' ? ROOT : null },
    ...{ validFromMs: null, validToMs: null, successors: [], areaKm2: null, bounds: null },
  });
  const codes = Array.from({ length: communes }, (_, index) => `${30_301 + index}`);
  let areas = [area(ROOT, 'province'), ...codes.map((code) => area(code, 'commune'))];
  const units: readonly UnitView[] = codes.map((code) => ({
    ...{
      id: `unit-${code}`,
      name: `Unit ${code}`,
      kind: 'commune',
      code,
      parentId: null,
      areaCode: code,
      contacts: [],
    },
    ...{ validFromMs: null, validToMs: null, successorId: null },
  }));
  const listeners = new Set<Parameters<Places['onChanged']>[0]>();
  const holidays = new Set<string>();
  return {
    timeZone: 'Asia/Ho_Chi_Minh',
    holidays,
    rootArea: () => ROOT,
    area: (code) => areas.find((one) => one.code === code),
    areas: () => areas,
    resolveArea: (word) =>
      areas.some(({ code }) => code === word) ? { code: word, old: false } : { fault: 'unknownArea' },
    areaAt: () => null,
    unit: (id) => units.find((one) => one.id === id),
    units: () => units,
    unitByCode: (code) => units.find((one) => one.code === code),
    unitsAbove: (id) => [id],
    isDueDay(startMs, days) {
      const local = startMs + 7 * 3_600_000;
      // 1970-01-05 was a Monday.
      const weekday = Math.floor(((((local - 4 * 86_400_000) % WEEK_MS) + WEEK_MS) % WEEK_MS) / 86_400_000);
      return days === 'all' || (weekday < 5 && !holidays.has(new Date(local).toISOString().slice(0, 10)));
    },
    addWorkingMinutes: (fromMs, minutes) => fromMs + minutes * 60_000,
    onChanged(listener) {
      listeners.add(listener);
      return () => void listeners.delete(listener);
    },
    gather(code, inside) {
      const moved = areas.map((one) => (inside.includes(one.code) ? { ...one, parentCode: code } : one));
      areas = [...moved, area(code, 'commune')];
      for (const listener of listeners) listener({ workingTime: false });
    },
    changed(workingTime = false) {
      for (const listener of listeners) listener({ workingTime });
    },
  };
}
