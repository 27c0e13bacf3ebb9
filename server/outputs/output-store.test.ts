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

describe('an output that gives up more than anybody looks through', () => {
  it('keeps the newest thousand of them, and how far it has read', async () => {
    const store = createOutputStore(database, createSecretBox(new Uint8Array(32).fill(3)));
    const settings = webhookSettingsSchema.parse({ url: 'https://centre.example' });
    const filter = outputFilterSchema.parse({});
    const none = { taken: 0, changesTaken: 0, sent: 0, lastSentMs: null, lastError: null, lastErrorMs: null };
    const target = { kind: 'webhook', settings, secrets: {} } as const;
    await store.save({ id: 'o', name: 'Centre', enabled: true, filter, target, ...none }, 0);
    const messages = Array.from({ length: 1203 }, (_, at) => ({
      event: testEnvelope('test', String(at), 'Centre', at),
    }));
    await store.take('o', messages, 0, { events: 7, changes: 9 });
    const waiting = await store.waiting('o', 2000, 0);
    await store.notSent('o', { given: waiting.slice(0, 1200).map(({ id }) => id), again: [], error: 'no' }, 1);
    expect(await store.counts('o')).toEqual({ waiting: 3, fresh: 3, failed: 1000 });
    expect((await store.waiting('o', 1, 0))[0]?.message.event.id).toBe('1200');
    expect(await store.list()).toMatchObject([{ taken: 7, changesTaken: 9, lastError: 'no' }]);

    // What one full mailbox has not got takes no room from what nobody has got, and is not kept without end.
    await store.take('o', messages, 0, { events: 7, changes: 9 });
    const sent = await store.waiting('o', 1203, 0);
    const left = sent.map(({ id, message }) => ({
      id,
      message: { ...message, to: ['full@example.vn'] },
      notBeforeMs: 2,
    }));
    await store.partlySent('o', { sent: [], left, error: 'mailbox full' }, 1);
    expect(await store.counts('o')).toMatchObject({ waiting: 1003, fresh: 3, failed: 1000 });
    const next = await store.waiting('o', 4, 3);
    expect(next.map(({ message }) => message.to)).toEqual([undefined, undefined, undefined, ['full@example.vn']]);
  });
});
