import { afterEach, beforeEach, expect, it } from 'vitest';
import { silentLogger } from '#base/log';
import type { Rule } from '#contracts/rules';
import { createFakeClock } from '../../tests/fakes/clock.ts';
import { createTemporaryDatabase } from '../../tests/fakes/database.ts';
import { cameraInput, createTestRegister, type TestRegister } from '../../tests/fakes/register.ts';
import { rule } from '../../tests/fakes/walks.ts';
import { type CameraRuleStore, createCameraRuleStore } from './camera-rules.ts';

let database: Awaited<ReturnType<typeof createTemporaryDatabase>>;
let register: TestRegister['register'];
let store: CameraRuleStore;
let cameraId: string;
const open = (): Promise<CameraRuleStore> =>
  createCameraRuleStore({ database, clock: createFakeClock(), log: silentLogger() });
const PRESENCE: Rule = rule({ kind: 'presence', area: null });

beforeEach(async () => {
  database = await createTemporaryDatabase();
  ({ register } = await createTestRegister(database));
  cameraId = (await register.create(cameraInput())).camera.id;
  store = await open();
});
afterEach(() => database.close());

it('keeps the rules of a camera over a restart, and tells who watches', async () => {
  const told: string[] = [];
  const stop = store.onChanged((id) => told.push(id));
  expect(store.set(cameraId)).toEqual({ rules: [], version: 0 });
  expect(await store.replace(cameraId, { rules: [PRESENCE], version: 0 })).toEqual({ rules: [PRESENCE], version: 1 });
  stop();
  await store.replace(cameraId, { rules: [PRESENCE, rule({ kind: 'motion', area: null })], version: 1 });
  expect(told).toEqual([cameraId]);
  expect((await open()).of(cameraId)).toEqual(store.of(cameraId));
  expect((await open()).set(cameraId).version).toBe(2);
});

it('keeps the first of two people at a time, and refuses who has looked at an older set', async () => {
  const both = await Promise.allSettled([
    store.replace(cameraId, { rules: [PRESENCE], version: 0 }),
    store.replace(cameraId, { rules: [], version: 0 }),
  ]);
  expect(both.map(({ status }) => status)).toEqual(['fulfilled', 'rejected']);
  expect(store.of(cameraId)).toEqual([PRESENCE]);
  const stale = store.replace(cameraId, { rules: [], version: 0 });
  await expect(stale).rejects.toMatchObject({ kind: 'conflict', code: 'rules.changedElsewhere' });
});

it('lets the rules of a removed camera go', async () => {
  await store.replace(cameraId, { rules: [PRESENCE], version: 0 });
  await register.remove(cameraId);
  store.forget(cameraId);
  expect(store.of(cameraId)).toEqual([]);
  expect(await database.all('SELECT * FROM camera_rules')).toEqual([]);
});

it('leaves out a rule that it does not understand, and starts', async () => {
  await store.replace(cameraId, { rules: [PRESENCE], version: 0 });
  const list = JSON.stringify([{ ...PRESENCE, kind: 'tomorrow' }, PRESENCE]);
  await database.run('UPDATE camera_rules SET rules = ?', list);
  expect((await open()).of(cameraId)).toEqual([PRESENCE]);
  await database.run("UPDATE camera_rules SET rules = 'nonsense'");
  expect((await open()).set(cameraId)).toEqual({ rules: [], version: 1 });
});
