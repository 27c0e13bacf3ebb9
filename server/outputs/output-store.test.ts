import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { Database } from '#base/database';
import { createSecretBox } from '#base/secrets';
import { outputFilterSchema, webhookSettingsSchema } from '#contracts/outputs';
import { createTemporaryDatabase } from '../../tests/fakes/database.ts';
import { testEnvelope } from './cloud-event.ts';
import { createOutputStore } from './output-store.ts';

let database: Database;
beforeEach(async () => {
  database = await createTemporaryDatabase();
});
afterEach(() => database.close());

describe('an output that takes in more than it sends', () => {
  it('keeps so many that wait, and a thousand of those that were given up', async () => {
    const store = createOutputStore(database, createSecretBox(new Uint8Array(32).fill(3)));
    const settings = webhookSettingsSchema.parse({ url: 'https://centre.example' });
    const filter = outputFilterSchema.parse({});
    const none = { taken: 0, sent: 0, lastSentMs: null, lastError: null, lastErrorMs: null };
    const target = { kind: 'webhook', settings, secrets: {} } as const;
    await store.save({ id: 'o', name: 'Centre', enabled: true, filter, target, ...none }, 0);
    const messages = Array.from({ length: 1203 }, (_, at) => ({
      event: testEnvelope('test', String(at), 'Centre', at),
    }));
    await store.take('o', messages, 0);
    await store.giveUpOldest('o', 3, 1);
    expect(await store.counts('o')).toEqual({ waiting: 3, failed: 1000 });
    expect((await store.waiting('o', 1))[0]?.message.event.id).toBe('1200');
  });
});
