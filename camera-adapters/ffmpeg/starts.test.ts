import { expect, it } from 'vitest';
import { createFakeClock } from '../../tests/fakes/clock.ts';
import { createStarts } from './starts.ts';

const settled = (): Promise<void> => new Promise((resolve) => setImmediate(resolve));

function start() {
  const clock = createFakeClock();
  const starts = createStarts(2, clock);
  const begun: { readonly name: string; readonly over: () => void }[] = [];
  const begin = (name: string, signal = new AbortController().signal): void =>
    void starts.turn(signal).then((over) => begun.push({ name, over }));
  return { clock, begin, begun, names: () => begun.map(({ name }) => name) };
}

it('lets so many start at a time, the others in the order in which they came', async () => {
  const { begin, begun, names } = start();
  for (const name of ['a', 'b', 'c', 'd']) begin(name);
  await settled();
  expect(names()).toEqual(['a', 'b']);
  begun[1]?.over();
  begun[1]?.over();
  await settled();
  expect(names()).toEqual(['a', 'b', 'c']);
  begun[0]?.over();
  await settled();
  expect(names()).toEqual(['a', 'b', 'c', 'd']);
});

it('does not wait for one that does not come up, or was given up', async () => {
  const { begin, names, clock } = start();
  const abort = new AbortController();
  for (const name of ['a', 'b']) begin(name);
  begin('given up', abort.signal);
  begin('c');
  abort.abort();
  await settled();
  expect(names()).toEqual(['a', 'b', 'given up']);
  clock.advance(10_000);
  await settled();
  expect(names()).toEqual(['a', 'b', 'given up', 'c']);
});
