import { describe, expect, it } from 'vitest';
import { createSizeWatch } from './size-watch.ts';

const PLACES = 9;
/** An encoder that mends after the key frame, and again a second later; with what its sizes tremble. */
const usual = (group: number, place: number): number =>
  ({ 1: 24_000, 5: 18_000 })[place] ?? 3000 + (((group * PLACES + place) * 37) % 400);

function watch(keyBytes = 120_000) {
  const sizes = createSizeWatch();
  let group = 0;
  return {
    sizes,
    /** Groups of nine predicted fragments; the places of the last group at which they were found large. */
    run(groups: number, bytes: (usual: number, place: number) => number = (size) => size): number[] {
      let large: number[] = [];
      for (const last = group + groups; group < last; group += 1) {
        large = [];
        sizes.key(keyBytes);
        for (let place = 1; place <= PLACES; place += 1) {
          if (sizes.look(bytes(usual(group, place), place), place)) large.push(place);
        }
      }
      return large;
    },
  };
}

describe('sizes of predicted pictures', () => {
  it('are measured by what is usual at their place in the group', () => {
    const { run } = watch();
    for (let groups = 0; groups < 30; groups += 1) {
      const large = run(1);
      if (groups >= 4) expect(large).toEqual([]);
    }
  });

  it('are large where they have grown, though others are always larger', () => {
    const { run } = watch();
    run(10);
    expect(run(1, (size, place) => (place === 3 || place === 4 ? 1.7 * size : size))).toEqual([3, 4]);
    expect(run(1, (size, place) => (place === 6 ? size + 350 : size))).toEqual([]);
    expect(run(1, (size, place) => (place === 8 ? 5 * size : size))).toEqual([8]);
  });

  it('are large from the first moment on, also when half of what was before was busy', () => {
    const { run } = watch();
    run(10);
    run(8, (size) => 2 * size);
    run(4);
    expect(run(1, (size) => 2 * size)).toEqual([1, 2, 3, 4, 5, 6, 7, 8, 9]);
  });

  it('become usual when they stay, as in rain', () => {
    const { run } = watch();
    run(10);
    expect(run(2, (size) => 3 * size).length).toBeGreaterThan(7);
    expect(run(20, (size) => 3 * size)).toEqual([]);
  });

  it('tell nothing before enough is known, and say so', () => {
    const { run, sizes } = watch();
    expect(run(1, (size, place) => size * place)).toEqual([]);
    expect(sizes.tells).toBe(false);
    run(5);
    expect(sizes.tells).toBe(true);
  });

  it('tell nothing where a picture costs as much as a whole one, or where they tremble', () => {
    const filled = watch(24_000);
    filled.run(20);
    expect(filled.sizes.tells).toBe(false);
    const trembling = watch();
    let at = 0;
    trembling.run(20, (size) => {
      at += 1;
      return size + ((at * 7919) % 5000);
    });
    expect(trembling.sizes.tells).toBe(false);
  });

  it('have grown where they are a little larger for a while', () => {
    const { run } = watch();
    run(10);
    expect(run(1, (size, place) => (place >= 3 ? size + 700 : size)).length).toBeGreaterThan(2);
  });
});
