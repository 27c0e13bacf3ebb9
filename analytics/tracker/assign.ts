/**
 * Pairs rows with columns so that the sum of `gains` is the greatest (Kuhn–Munkres, in its O(n²m) form with potentials).
 * `gains[row][column]`; a pair with a gain of 0 or less is no pair. Gives `[row, column]`.
 */
export function assign(gains: readonly (readonly number[])[]): [row: number, column: number][] {
  const rows = gains.length;
  const columns = gains[0]?.length ?? 0;
  if (rows === 0 || columns === 0) return [];
  // A row that finds no better pair takes one of `rows` empty columns, which gain nothing.
  const width = columns + rows;
  const cost = (row: number, column: number): number => -Math.max(0, gains[row]?.[column] ?? 0);
  const rowPotential = new Float64Array(rows + 1);
  const columnPotential = new Float64Array(width + 1);
  /** Row of each column, from 1; 0: none. */
  const rowOf = new Int32Array(width + 1);
  const before = new Int32Array(width + 1);

  for (let row = 1; row <= rows; row += 1) {
    rowOf[0] = row;
    let column = 0;
    const least = new Float64Array(width + 1).fill(Number.POSITIVE_INFINITY);
    const used = new Uint8Array(width + 1);
    do {
      used[column] = 1;
      const current = rowOf[column] ?? 0;
      let [delta, next] = [Number.POSITIVE_INFINITY, 0];
      for (let other = 1; other <= width; other += 1) {
        if (used[other] === 1) continue;
        const reduced = cost(current - 1, other - 1) - (rowPotential[current] ?? 0) - (columnPotential[other] ?? 0);
        if (reduced < (least[other] ?? 0)) {
          least[other] = reduced;
          before[other] = column;
        }
        if ((least[other] ?? 0) < delta) [delta, next] = [least[other] ?? 0, other];
      }
      for (let other = 0; other <= width; other += 1) {
        if (used[other] === 1) {
          const owner = rowOf[other] ?? 0;
          rowPotential[owner] = (rowPotential[owner] ?? 0) + delta;
          columnPotential[other] = (columnPotential[other] ?? 0) - delta;
        } else least[other] = (least[other] ?? 0) - delta;
      }
      column = next;
    } while (rowOf[column] !== 0);
    do {
      const previous = before[column] ?? 0;
      rowOf[column] = rowOf[previous] ?? 0;
      column = previous;
    } while (column !== 0);
  }

  const pairs: [number, number][] = [];
  for (let column = 1; column <= columns; column += 1) {
    const row = (rowOf[column] ?? 0) - 1;
    if (row >= 0 && (gains[row]?.[column - 1] ?? 0) > 0) pairs.push([row, column - 1]);
  }
  return pairs;
}
