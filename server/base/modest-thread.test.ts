import { once } from 'node:events';
import { getPriority } from 'node:os';
import { expect, it } from 'vitest';
import { startThread } from '#base/own-module';

it.runIf(process.platform === 'linux')('gives way with the thread that asks for it, and with no other', async () => {
  const before = getPriority(process.pid);
  const thread = startThread(new URL('../../tests/fakes/modest-thread-user', import.meta.url), {});
  const [said] = await once(thread, 'message');
  await thread.terminate();
  expect(said).toEqual({ own: Math.max(before, 5), first: before });
});
