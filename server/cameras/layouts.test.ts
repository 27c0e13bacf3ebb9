import { afterEach, beforeEach, expect, it } from 'vitest';
import { systemClock } from '#base/clock';
import type { Database } from '#base/database';
import { type LayoutInput, layoutInputSchema } from '#contracts/http';
import { createTemporaryDatabase } from '../../tests/fakes/database.ts';
import { createLayouts, type Layouts } from './layouts.ts';

interface Person {
  readonly id: string;
  readonly sees: readonly string[];
  readonly shares?: boolean;
  readonly manages?: boolean;
}
const lan: Person = { id: 'lan', sees: ['c1', 'c2'], shares: true };
const minh: Person = { id: 'minh', sees: ['c1'] };
const chief: Person = { id: 'chief', sees: ['c1'], manages: true };

let database: Database;
let layouts: Layouts<Person>;
beforeEach(async () => {
  database = await createTemporaryDatabase();
  layouts = createLayouts<Person>({
    database,
    clock: systemClock,
    ownerId: (person) => person.id,
    ownerNames: async () => new Map([['lan', 'Lan']]),
    maySee: (person, cameraId) => person.sees.includes(cameraId),
    mayShare: (person) => person.shares === true,
    mayManage: (person) => person.manages === true,
  });
});
afterEach(() => database.close());

function wall(name: string, shared: boolean, cameras: readonly (string | null)[]): LayoutInput {
  const cells = cameras.map((cameraId, column) => ({ column, row: 0, cameraId }));
  return layoutInputSchema.parse({ name, shared, columns: 4, rows: 1, cells });
}
const camerasOf = (layout: { cells: LayoutInput['cells'] } | undefined): (string | null)[] =>
  layout?.cells.map((cell) => cell.cameraId) ?? [];

it('shows each person their own and the shared ones, and of these only the cameras that they may see', async () => {
  await layouts.create(lan, wall('A', true, ['c1', 'c2']));
  await layouts.create(lan, wall('B', false, ['c1']));
  await layouts.create(minh, wall('C', false, ['c1', 'c2', 'nowhere']));
  const [lans, minhs] = [await layouts.list(lan), await layouts.list(minh)];
  expect(lans.map(({ name, mine }) => [name, mine])).toEqual([
    ['A', true],
    ['B', true],
  ]);
  expect(minhs).toMatchObject([
    { name: 'A', mine: false, ownerName: 'Lan' },
    { name: 'C', mine: true },
  ]);
  expect([camerasOf(lans[0]), camerasOf(minhs[0]), camerasOf(minhs[1])]).toEqual([
    ['c1', 'c2'],
    ['c1', null],
    ['c1', null, null],
  ]);
});

it('lets nobody change what is not theirs, or share without the right to', async () => {
  const shared = await layouts.create(lan, wall('A', true, ['c1']));
  const own = await layouts.create(lan, wall('B', false, ['c1']));
  await expect(layouts.update(minh, shared.id, wall('X', true, [null]))).rejects.toMatchObject({ kind: 'forbidden' });
  await expect(layouts.remove(minh, shared.id)).rejects.toMatchObject({ kind: 'forbidden' });
  for (const id of [own.id, 'nowhere'])
    await expect(layouts.remove(minh, id)).rejects.toMatchObject({ kind: 'notFound' });
  await expect(layouts.create(minh, wall('C', true, ['c1']))).rejects.toMatchObject({ code: 'layout.mayNotShare' });
  await expect(layouts.remove(chief, own.id)).rejects.toMatchObject({ kind: 'notFound' });
  await layouts.remove(chief, shared.id);
  expect((await layouts.list(lan)).map(({ name }) => name)).toEqual(['B']);
});

it('keeps cells that the one who saves cannot see', async () => {
  const { id } = await layouts.create(lan, wall('A', true, ['c1', 'c2', null]));
  const [seen] = await layouts.list(chief);
  await layouts.update(chief, id, wall('A', true, [null, ...camerasOf(seen).slice(1)]));
  expect(camerasOf((await layouts.list(lan))[0])).toEqual([null, 'c2', null]);
});

it('tells of changes, and keeps nobody more than two hundred', async () => {
  let told = 0;
  layouts.onChanged(() => {
    told += 1;
  });
  for (let at = 0; at < 200; at += 1) await layouts.create(minh, wall(`${at}`, false, [null]));
  expect(told).toBe(200);
  await expect(layouts.create(minh, wall('more', false, [null]))).rejects.toMatchObject({ code: 'layout.tooMany' });
  await layouts.create(lan, wall('first', false, [null]));
});
