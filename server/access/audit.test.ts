import { createHash } from 'node:crypto';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { Database } from '#base/database';
import { auditQuerySchema } from '#contracts/http';
import { createFakeClock } from '../../tests/fakes/clock.ts';
import { createTemporaryDatabase } from '../../tests/fakes/database.ts';
import { SYSTEM } from './actor.ts';
import { type AuditTrail, createAuditTrail } from './audit.ts';

const clock = createFakeClock();
let database: Database;
let trail: AuditTrail;
beforeEach(async () => {
  database = await createTemporaryDatabase(clock);
  trail = createAuditTrail(database, clock);
});
afterEach(() => database.close());

const append = (action: string, more: { cameraId?: string; detail?: Record<string, unknown> } = {}): Promise<void> =>
  trail.append({ actor: SYSTEM, action, ...more });

/** What somebody with the file and a SQLite shell would do. */
async function tamper(...statements: string[]): Promise<void> {
  for (const name of ['audit_keeps_entries', 'audit_keeps_words', 'audit_keeps_order']) {
    await database.run(`DROP TRIGGER ${name}`);
  }
  for (const statement of statements) await database.run(statement);
}

describe('the chain', () => {
  it('holds for no entry, for one, and for many that were appended at the same time', async () => {
    expect(await trail.verify()).toEqual({ ok: true, entries: 0, brokenAt: null });
    await append('thing.done');
    expect(await trail.verify()).toEqual({ ok: true, entries: 1, brokenAt: null });
    await Promise.all(Array.from({ length: 1500 }, (_, n) => append('thing.done', { detail: { n } })));
    expect(await trail.verify()).toEqual({ ok: true, entries: 1501, brokenAt: null });
    expect((await trail.head()).sequence).toBe(1501);
  });

  it.each([
    ['a changed word', "UPDATE audit SET actor = 'somebody' WHERE sequence = 3", 3],
    ['a changed time', 'UPDATE audit SET time_ms = time_ms + 1 WHERE sequence = 3', 3],
    ['a changed detail', "UPDATE audit SET detail = '{}' WHERE sequence = 3", 3],
    ['a changed hash', "UPDATE audit SET hash = 'x' WHERE sequence = 3", 3],
    ['a removed entry', 'DELETE FROM audit WHERE sequence = 3', 3],
    ['a removed first entry', 'DELETE FROM audit WHERE sequence = 1', 1],
    ['two that changed places', 'UPDATE audit SET sequence = 7 - sequence + 1000 WHERE sequence IN (3, 4)', 3],
  ])('%s breaks it from there on', async (_, statement, brokenAt) => {
    for (let n = 1; n <= 5; n += 1) await append('thing.done', { cameraId: `c${n}`, detail: { n } });
    await tamper(statement, 'UPDATE audit SET sequence = sequence - 1000 WHERE sequence > 1000');
    expect(await trail.verify()).toMatchObject({ ok: false, brokenAt });
  });

  it('breaks after an entry whose own hash was made to fit', async () => {
    for (let n = 1; n <= 5; n += 1) await append('thing.done');
    const [previous, third] = await database.all<{ hash: string; time_ms: number }>(
      'SELECT * FROM audit WHERE sequence IN (2, 3) ORDER BY sequence',
    );
    const fitting = createHash('sha256')
      .update(JSON.stringify([previous?.hash, 3, third?.time_ms, 'somebody', '', 'thing.done', null, '{}']))
      .digest('hex');
    await tamper(`UPDATE audit SET actor = 'somebody', hash = '${fitting}' WHERE sequence = 3`);
    expect(await trail.verify()).toEqual({ ok: false, entries: 3, brokenAt: 4 });
  });

  it('is kept with the change it tells of, or undone with it', async () => {
    const failed = database.transaction(async (queries) => {
      await trail.record(queries, { actor: SYSTEM, action: 'thing.done' });
      throw new Error('the change failed');
    });
    await expect(failed).rejects.toThrow('the change failed');
    await append('other.done');
    expect(await trail.verify()).toEqual({ ok: true, entries: 1, brokenAt: null });
  });
});

it('the database itself refuses to change, remove, replace or insert entries', async () => {
  await append('thing.done');
  await append('thing.done');
  for (const statement of [
    "UPDATE audit SET actor = 'x' WHERE sequence = 1",
    'DELETE FROM audit WHERE sequence = 1',
    "REPLACE INTO audit SELECT sequence, time_ms, 'x', address, action, camera_id, detail, hash FROM audit WHERE sequence = 1",
    "INSERT INTO audit SELECT 9, time_ms, 'x', address, action, camera_id, detail, hash FROM audit WHERE sequence = 1",
  ]) {
    await expect(database.run(statement), statement).rejects.toThrow('append-only');
  }
  expect(await trail.verify()).toMatchObject({ ok: true, entries: 2 });
});

it('keeps a hostile or huge detail without harm', async () => {
  await append("x'; DROP TABLE audit; --", { detail: { text: '"\n\u0000<script>' } });
  await append('thing.done', { detail: { text: 'a'.repeat(70_000) } });
  const [huge, hostile] = await trail.query(auditQuerySchema.parse({}));
  expect(hostile?.detail).toEqual({ text: '"\n\u0000<script>' });
  expect(huge?.detail).toEqual({ leftOutBytes: 70_011 });
  expect(await trail.verify()).toMatchObject({ ok: true });
});

it('finds by camera, action, actor and time, newest first, page by page', async () => {
  for (let n = 1; n <= 6; n += 1) {
    clock.advance(1000);
    await append(n % 2 === 0 ? 'camera.changed' : 'camera.steered', { cameraId: n < 4 ? 'pier' : 'runway' });
  }
  const found = async (query: Record<string, unknown>): Promise<number[]> =>
    (await trail.query(auditQuerySchema.parse(query))).map((entry) => entry.sequence);
  expect(await found({})).toEqual([6, 5, 4, 3, 2, 1]);
  expect(await found({ limit: 2 })).toEqual([6, 5]);
  expect(await found({ limit: 2, before: 5 })).toEqual([4, 3]);
  expect(await found({ cameraId: 'pier' })).toEqual([3, 2, 1]);
  expect(await found({ cameraId: 'pier', action: 'camera.changed' })).toEqual([2]);
  expect(await found({ actor: 'nobody' })).toEqual([]);
  expect(await found({ fromMs: clock.now() - 2000, toMs: clock.now() })).toEqual([5, 4]);
  expect(await found({ actor: "' OR 1=1 --" })).toEqual([]);
});
