import type { AreaView } from '#contracts/places';
import { readAreaName } from './area-names.ts';

export type Resolved =
  | { readonly code: string; readonly old: boolean }
  | { readonly fault: 'unknownArea' | 'areaEnded' | 'areaDivided' };

/** All areas, by code and by what people call them. */
export interface AreaBook {
  area(code: string): AreaView | undefined;
  all(): readonly AreaView[];
  /** As `Places.resolveArea`. */
  resolve(word: string, atMs: number): Resolved;
}

export function createAreaBook(areas: readonly AreaView[]): AreaBook {
  const byCode = new Map(areas.map((area) => [area.code, area]));
  const byAnyCase = new Map(areas.map((area) => [area.code.toLowerCase(), area]));
  const byFull = new Map<string, AreaView[]>();
  const byBare = new Map<string, AreaView[]>();
  for (const area of areas) {
    const { full, bare } = readAreaName(area.name);
    byFull.set(full, [...(byFull.get(full) ?? []), area]);
    byBare.set(bare, [...(byBare.get(bare) ?? []), area]);
  }

  /** What areas have become that are there at the moment, over any number of steps. */
  function heirs(ended: readonly AreaView[], atMs: number): ReadonlySet<string> {
    const found = new Set<string>();
    const seen = new Set<string>();
    const walk = (codes: readonly string[]): void => {
      for (const code of codes) {
        const area = byCode.get(code);
        if (area === undefined || seen.has(code)) continue;
        seen.add(code);
        if (isValid(area, atMs)) found.add(code);
        else walk(area.successors);
      }
    };
    walk(ended.flatMap(({ successors }) => successors));
    return found;
  }

  function booked(ended: readonly AreaView[], atMs: number): Resolved {
    const found = [...heirs(ended, atMs)];
    const [code] = found;
    if (code === undefined) return { fault: 'areaEnded' };
    return found.length === 1 ? { code, old: true } : { fault: 'areaDivided' };
  }

  /** `undefined`: none of them is meant. */
  function choose(candidates: readonly AreaView[], atMs: number): Resolved | undefined {
    const valid = candidates.filter((area) => isValid(area, atMs));
    const [one] = valid;
    if (one !== undefined) return valid.length === 1 ? { code: one.code, old: false } : { fault: 'unknownArea' };
    const ended = candidates.filter(({ validToMs }) => validToMs !== null && validToMs <= atMs);
    return ended.length === 0 ? undefined : booked(ended, atMs);
  }

  return {
    area: (code) => byCode.get(code),
    all: () => areas,
    resolve(word, atMs) {
      const coded = byAnyCase.get(word.trim().toLowerCase());
      if (coded !== undefined) return choose([coded], atMs) ?? { fault: 'unknownArea' };
      const { full, bare, levels } = readAreaName(word);
      const exact = levels === null ? undefined : choose(byFull.get(full) ?? [], atMs);
      if (exact !== undefined) return exact;
      // A commune that became a ward keeps its name; a city is never the ward of the same name, it was more.
      const alike = (byBare.get(bare) ?? []).filter(({ level }) => levels === null || levels.includes(level));
      return choose(alike, atMs) ?? { fault: 'unknownArea' };
    },
  };
}

function isValid({ validFromMs, validToMs }: AreaView, atMs: number): boolean {
  return (validFromMs === null || atMs >= validFromMs) && (validToMs === null || atMs < validToMs);
}
