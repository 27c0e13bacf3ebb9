import { expect, it } from 'vitest';
import { silentLogger } from './log.ts';
import { createShutdown } from './shutdown.ts';

it('stops parts in reverse order, names the one that hangs, and goes on after one that fails', async () => {
  const order: string[] = [];
  const shutdown = createShutdown(silentLogger(), { partMs: 20, allMs: 1000 });
  shutdown.add('database', () => void order.push('database'));
  shutdown.add('hangs', () => new Promise(() => {}));
  shutdown.add('fails', () => Promise.reject(new Error('broken')));
  shutdown.add('door', async () => void order.push('door'));

  const [first, second] = await Promise.all([shutdown.run(), shutdown.run()]);
  expect(order).toEqual(['door', 'database']);
  expect(first).toEqual(['hangs']);
  expect(second).toBe(first);
  expect(shutdown.signal.aborted).toBe(true);
});
