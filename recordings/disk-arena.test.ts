import { expect, it } from 'vitest';
import { createDiskArena } from './disk-arena.ts';

it('gives out pieces that do not touch, whatever their sizes, and waits when it is full', () => {
  const arena = createDiskArena(100);
  const held: { at: number; length: number }[] = [];
  let refused = 0;
  for (let round = 0; round < 10_000; round += 1) {
    const length = 1 + ((round * 37) % 50);
    const at = arena.place(length);
    if (at === undefined) {
      refused += 1;
      expect(held.length).toBeGreaterThan(0);
      held.shift();
      arena.free();
      continue;
    }
    expect(at + length).toBeLessThanOrEqual(100);
    for (const other of held) expect(at + length <= other.at || other.at + other.length <= at).toBe(true);
    held.push({ at, length });
  }
  expect(refused).toBeGreaterThan(1000);
});

it('has room for one that is as large as itself', () => {
  const arena = createDiskArena(100);
  expect([arena.place(100), arena.place(1)]).toEqual([0, undefined]);
  arena.free();
  expect(arena.place(100)).toBe(0);
  arena.clear();
  expect(arena.place(60)).toBe(0);
});
