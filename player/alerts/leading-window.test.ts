import { expect, it } from 'vitest';
import { holdLock } from './leading-window.ts';

/** As a browser has it: one holds, the others wait in the order in which they came, and whoever gives up is left out. */
function createLocks() {
  let last: Promise<unknown> = Promise.resolve();
  return {
    request(_name: string, { signal }: { signal: AbortSignal }, held: () => Promise<void>): Promise<unknown> {
      const turn = last.then(() => (signal.aborted ? undefined : held()));
      last = turn;
      return turn;
    },
  };
}
const turns = (): Promise<void> => new Promise((done) => setImmediate(done));

it('lets one window call, and the next when that one leaves', async () => {
  const locks = createLocks();
  const leading = new Set<string>();
  const open = (window: string): (() => void) =>
    holdLock(locks, 'call', (held) => (held ? leading.add(window) : leading.delete(window)));
  const closeFirst = open('first');
  const closeSecond = open('second');
  const closeThird = open('third');
  await turns();
  expect([...leading]).toEqual(['first']);
  closeSecond();
  closeFirst();
  await turns();
  expect([...leading]).toEqual(['third']);
  // It comes back: it waits behind.
  const closeAgain = open('first');
  await turns();
  expect([...leading]).toEqual(['third']);
  closeThird();
  await turns();
  expect([...leading]).toEqual(['first']);
  closeAgain();
  await turns();
  expect(leading.size).toBe(0);
});
