import { once } from 'node:events';
import { connect, type Socket } from 'node:net';
import { afterEach, expect, it, vi } from 'vitest';
import { createRtspListener, type TlsIdentity } from './listener.ts';

const clients: Socket[] = [];
afterEach(() => {
  vi.useRealTimers();
  for (const client of clients.splice(0)) client.destroy();
});

async function start(mostIdle: number, tls?: TlsIdentity) {
  const served: { streaming: boolean; closed: boolean }[] = [];
  const listener = createRtspListener({
    ...{ most: 10, mostIdle, ...(tls === undefined ? {} : { tls }) },
    serve(socket) {
      const state = { streaming: false, closed: false };
      served.push(state);
      socket.on('error', () => {});
      return {
        // It goes on talking.
        get heardMs() {
          return performance.now();
        },
        get streaming() {
          return state.streaming;
        },
        close() {
          state.closed = true;
          socket.destroy();
        },
      };
    },
  });
  const port = await listener.listen(0, '127.0.0.1');
  const dial = async (): Promise<Socket> => {
    const client = connect(port, '127.0.0.1');
    clients.push(client);
    client.on('error', () => {});
    client.resume();
    await once(client, 'connect');
    return client;
  };
  return { listener, served, dial };
}

it('takes only so many connections without a stream from one address', async () => {
  const { listener, served, dial } = await start(2);
  await dial();
  await dial();
  const third = await dial();
  await once(third, 'close');
  await vi.waitUntil(() => served.length === 2);
  for (const state of served) state.streaming = true;
  await dial();
  await vi.waitUntil(() => served.length === 3);
  await listener.close();
});

it('counts those that have not agreed on their keys yet, too', async () => {
  const { listener, served, dial } = await start(2, { cert: '', key: '' });
  const [first] = [await dial(), await dial()];
  await once(await dial(), 'close');
  first.destroy();
  /** Whether one more is kept for a moment. */
  const isKept = async (): Promise<boolean> => {
    const moment = new Promise<true>((resolve) => setTimeout(resolve, 50, true));
    return Promise.race([moment, once(await dial(), 'close').then(() => false)]);
  };
  await expect.poll(isKept).toBe(true);
  expect(served).toEqual([]);
  for (const client of clients) client.destroy();
  await listener.close();
});

it('closes who talks for long and never has a stream, and nobody who had one', async () => {
  vi.useFakeTimers({ toFake: ['setInterval', 'clearInterval', 'performance'] });
  const { listener, served, dial } = await start(10);
  await dial();
  await dial();
  while (served.length < 2) await new Promise((resolve) => setImmediate(resolve));
  const [talker, player] = served;
  if (talker === undefined || player === undefined) throw new Error('nobody was served');
  player.streaming = true;
  vi.advanceTimersByTime(25_000);
  player.streaming = false;
  expect([talker.closed, player.closed]).toEqual([false, false]);
  vi.advanceTimersByTime(15_000);
  expect([talker.closed, player.closed]).toEqual([true, false]);
  await listener.close();
});
