import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import type { Database } from '#base/database';
import { silentLogger } from '#base/log';
import { createSecretBox } from '#base/secrets';
import { outputFilterSchema, webhookSettingsSchema } from '#contracts/outputs';
import { createFastClock } from '../../tests/fakes/clock.ts';
import { createTemporaryDatabase } from '../../tests/fakes/database.ts';
import { testEnvelope } from './cloud-event.ts';
import type { Message, Sender } from './output.ts';
import { createRunner } from './output-runner.ts';
import { createOutputStore } from './output-store.ts';

/** ms: the machine may be busy. */
const PATIENT = 10_000;

let database: Database;
beforeEach(async () => {
  database = await createTemporaryDatabase();
});
afterEach(() => database.close());

async function openStore() {
  const store = createOutputStore(database, createSecretBox(new Uint8Array(32).fill(3)));
  const settings = webhookSettingsSchema.parse({ url: 'https://centre.example' });
  const none = { taken: 0, changesTaken: 0, sent: 0, lastSentMs: null, lastError: null, lastErrorMs: null };
  const target = { kind: 'webhook', settings, secrets: {} } as const;
  await store.save(
    { id: 'o', name: 'Centre', enabled: true, filter: outputFilterSchema.parse({}), target, ...none },
    0,
  );
  return store;
}
const messages = (count: number): Message[] =>
  Array.from({ length: count }, (_, at) => ({ event: testEnvelope('test', String(at), 'Centre', at) }));

/** As `node --expose-gc` has it. */
function collectGarbage(): void {
  setFlagsFromString('--expose-gc');
  runInNewContext('gc')();
}

describe('an output that sends for weeks', () => {
  it('holds in memory nothing of what it has sent', async () => {
    const store = await openStore();
    await store.take('o', messages(50), 0, { events: 50, changes: 0 });
    const signals: WeakRef<AbortSignal>[] = [];
    const sender: Sender = {
      most: 1,
      everyMs: 0,
      async send(_messages, signal) {
        signals.push(new WeakRef(signal));
      },
      close: async () => {},
    };
    const runner = createRunner({
      ...{ outputId: 'o', sender, store, log: silentLogger(), onProgress: () => {}, onBack: () => {} },
      clock: createFastClock(1),
    });
    await vi.waitFor(async () => expect(await store.counts('o')).toMatchObject({ waiting: 0 }), PATIENT);
    await vi.waitFor(() => {
      collectGarbage();
      // That of the last send may still be in a register.
      expect(signals.filter((signal) => signal.deref() !== undefined).length).toBeLessThan(5);
    }, PATIENT);
    expect(signals).toHaveLength(50);
    await runner.close();
  });
});
