import type { Places } from '../interfaces.ts';

/** Which areas lie in which, as it is today. */
export interface AreaTree {
  /** Itself and all areas that it lies in, the province last. */
  above(code: string): readonly string[];
  /** All areas in it, without itself. */
  below(code: string): readonly string[];
}

/** A tree deeper than this is a mistake in the list of areas. */
const MOST_LEVELS = 6;

export function createAreaTree(places: Pick<Places, 'areas' | 'rootArea'>): AreaTree {
  const root = places.rootArea();
  const parents = new Map(places.areas().map(({ code, parentCode }) => [code, parentCode]));
  const above = new Map<string, readonly string[]>();
  const below = new Map<string, string[]>();

  function chain(code: string): readonly string[] {
    const codes = [code];
    let parent = parents.get(code) ?? null;
    while (parent !== null && parent !== root && codes.length < MOST_LEVELS) {
      codes.push(parent);
      parent = parents.get(parent) ?? null;
    }
    return code === root ? codes : [...codes, root];
  }

  for (const code of parents.keys()) {
    const codes = chain(code);
    above.set(code, codes);
    for (const one of codes.slice(1)) below.set(one, [...(below.get(one) ?? []), code]);
  }
  return { above: (code) => above.get(code) ?? chain(code), below: (code) => below.get(code) ?? [] };
}
