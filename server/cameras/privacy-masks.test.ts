import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { maskSetInputSchema, type PrivacyMask } from '#contracts/camera';
import { createTemporaryDatabase } from '../../tests/fakes/database.ts';
import { cameraInput, createTestRegister, type TestRegister } from '../../tests/fakes/register.ts';

const WINDOW: PrivacyMask = {
  name: 'cửa sổ',
  points: [
    [0.1, 0.1],
    [0.4, 0.1],
    [0.4, 0.5],
  ],
};

let database: Awaited<ReturnType<typeof createTemporaryDatabase>>;
let register: TestRegister['register'];
beforeEach(async () => {
  database = await createTemporaryDatabase();
  ({ register } = await createTestRegister(database));
});
afterEach(() => database.close());

describe('privacy masks', () => {
  it('are kept with their camera, shown in its view, and told to who listens', async () => {
    const { camera } = await register.create(cameraInput());
    expect([register.masks(camera.id), camera.hasMasks]).toEqual([{ masks: [], version: 0 }, false]);
    const told: string[] = [];
    register.onSaved(({ id }) => told.push(id));
    expect(await register.replaceMasks(camera.id, { masks: [WINDOW], version: 0 })).toEqual({
      masks: [WINDOW],
      version: 1,
    });
    expect(told).toEqual([camera.id]);
    expect(register.view(register.get(camera.id)).hasMasks).toBe(true);
    const again = (await createTestRegister(database)).register;
    expect(again.masks(camera.id)).toEqual({ masks: [WINDOW], version: 1 });
    await again.replaceMasks(camera.id, { masks: [], version: 1 });
    expect(again.view(again.get(camera.id)).hasMasks).toBe(false);
  });

  it('of two people at a time keep the first', async () => {
    const { camera } = await register.create(cameraInput());
    const both = await Promise.allSettled([
      register.replaceMasks(camera.id, { masks: [WINDOW], version: 0 }),
      register.replaceMasks(camera.id, { masks: [], version: 0 }),
    ]);
    expect(both.map(({ status }) => status)).toEqual(['fulfilled', 'rejected']);
    expect(register.masks(camera.id).masks).toEqual([WINDOW]);
    const stale = register.replaceMasks(camera.id, { masks: [], version: 7 });
    await expect(stale).rejects.toMatchObject({ kind: 'conflict', code: 'camera.masksChangedElsewhere' });
  });

  it('outlive their camera: its recordings are still there', async () => {
    const { camera } = await register.create(cameraInput());
    await register.replaceMasks(camera.id, { masks: [WINDOW], version: 0 });
    await register.remove(camera.id);
    expect(register.masks(camera.id).masks).toEqual([WINDOW]);
    const nobody = register.replaceMasks('nobody', { masks: [], version: 0 });
    await expect(nobody).rejects.toMatchObject({ kind: 'notFound' });
  });
});

describe('what is no mask', () => {
  const set = (...masks: unknown[]) => maskSetInputSchema.safeParse({ masks, version: 0 });
  const points = (...list: [number, number][]) => ({ name: 'x', points: list });
  const many = <T>(count: number, one: T): T[] => Array.from({ length: count }, () => one);

  it.each<[string, unknown[], RegExp]>([
    ['two points', [points([0, 0], [1, 1])], /at least 3 points/],
    ['a point outside of the picture', [points([0, 0], [1.01, 0], [1, 1])], /outside of the picture/],
    ['a negative one', [points([-0.01, 0], [1, 0], [1, 1])], /outside of the picture/],
    ['no number', [points([Number.NaN, 0], [1, 0], [1, 1])], /number/],
    ['a line', [points([0, 0], [0.5, 0.5], [1, 1])], /lie on a line/],
    ['one point three times', [points([0.3, 0.3], [0.3, 0.3], [0.3, 0.3])], /lie on a line/],
    ['too many points', [{ name: 'x', points: many(33, [0.1, 0.1]) }], /at most 32 points/],
    ['too many masks', many(33, WINDOW), /at most 32 masks/],
    ['no name', [{ ...WINDOW, name: '  ' }], /./],
  ])('%s is refused with words', (_, masks, words) => {
    const { success, error } = set(...masks);
    expect(success).toBe(false);
    expect(error?.issues.map(({ message }) => message).join('; ')).toMatch(words);
  });

  it('one that crosses itself, or touches the rim, is one', () => {
    expect(set(points([0, 0], [1, 1], [1, 0], [0, 1])).success).toBe(true);
  });
});
