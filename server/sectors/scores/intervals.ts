/** Stretches of time, ms since 1970, each without its end; lists are in order and none touches another. */
export type Interval = readonly [number, number];

export function union(intervals: readonly Interval[]): Interval[] {
  const sorted = intervals.filter(([from, to]) => from < to).sort((a, b) => a[0] - b[0]);
  const joined: [number, number][] = [];
  for (const [from, to] of sorted) {
    const last = joined.at(-1);
    if (last !== undefined && from <= last[1]) last[1] = Math.max(last[1], to);
    else joined.push([from, to]);
  }
  return joined;
}

export function subtract(from: readonly Interval[], what: readonly Interval[]): Interval[] {
  let rest = [...from];
  for (const [start, end] of what) {
    rest = rest.flatMap(([a, b]): Interval[] => {
      if (end <= a || start >= b) return [[a, b]];
      const parts: Interval[] = [];
      if (a < start) parts.push([a, start]);
      if (end < b) parts.push([end, b]);
      return parts;
    });
  }
  return rest;
}

export function intersect(a: readonly Interval[], b: readonly Interval[]): Interval[] {
  return union(
    a.flatMap(([fromA, toA]) =>
      b.flatMap(([fromB, toB]): Interval[] => {
        const [from, to] = [Math.max(fromA, fromB), Math.min(toA, toB)];
        return from < to ? [[from, to]] : [];
      }),
    ),
  );
}

export function lengthOf(intervals: readonly Interval[]): number {
  return intervals.reduce((sum, [from, to]) => sum + to - from, 0);
}
