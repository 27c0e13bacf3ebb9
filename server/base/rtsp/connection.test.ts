import { once } from 'node:events';
import type { Socket } from 'node:net';
import { Duplex } from 'node:stream';
import { expect, it } from 'vitest';
import { serveConnection } from './connection.ts';

/** A socket whose other side reads nothing. */
class DeafSocket extends Duplex {
  override _read(): void {}
  override _write(): void {}
  setNoDelay(): this {
    return this;
  }
}

it('ends a connection that asks and does not read the answers', async () => {
  const socket = new DeafSocket();
  let ended = false;
  serveConnection(socket as unknown as Socket, {
    answer: async () => ({ status: 200 }),
    closed() {
      ended = true;
    },
  });
  const closed = once(socket, 'close');
  let asked = 0;
  for (; !socket.destroyed && asked < 10_000; asked += 1) {
    socket.push('OPTIONS * RTSP/1.0\r\n\r\n');
    await new Promise((resolve) => setImmediate(resolve));
  }
  await closed;
  expect(ended).toBe(true);
  // A player that is slow may ask for a long time.
  expect(asked).toBeGreaterThan(1000);
  expect(socket.writableLength).toBeLessThanOrEqual(65_536);
});
