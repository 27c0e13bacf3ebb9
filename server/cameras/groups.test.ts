import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { systemClock } from '#base/clock';
import type { Database } from '#base/database';
import { createTemporaryDatabase } from '../../tests/fakes/database.ts';
import { cameraInput, createTestRegister, type TestRegister } from '../../tests/fakes/register.ts';
import { createGroups, type Groups, MAX_DEPTH } from './groups.ts';

let database: Database;
let house: TestRegister;
let groups: Groups;
beforeEach(async () => {
  database = await createTemporaryDatabase();
  house = await createTestRegister(database);
  groups = house.groups;
});
afterEach(() => database.close());

async function make(name: string, parentId: string | null = null): Promise<string> {
  return (await groups.create({ name, parentId })).id;
}

describe('groups', () => {
  it('know what lies above them, also after a restart', async () => {
    const city = await make('City');
    const ward = await make('Ward 1', city);
    const school = await make('School', ward);
    for (const known of [groups, await createGroups({ database, clock: systemClock })]) {
      expect(known.above(school)).toEqual([school, ward, city]);
      expect(known.path(school)).toBe('City / Ward 1 / School');
      expect(known.above('nowhere')).toEqual([]);
    }
    await groups.update(school, { name: 'School', parentId: city });
    expect(groups.above(school)).toEqual([school, city]);
  });

  it('never lie inside themselves, in what does not exist, or too deep', async () => {
    const top = await make('top');
    let deepest = top;
    for (let level = 2; level <= MAX_DEPTH; level += 1) deepest = await make(`level ${level}`, deepest);
    await expect(make('one more', deepest)).rejects.toMatchObject({ code: 'group.tooDeep' });
    await expect(groups.update(top, { name: 'top', parentId: deepest })).rejects.toMatchObject({ code: 'group.cycle' });
    await expect(groups.update(top, { name: 'top', parentId: top })).rejects.toMatchObject({ code: 'group.cycle' });
    const other = await make('other');
    await expect(groups.update(top, { name: 'top', parentId: other })).rejects.toMatchObject({ code: 'group.tooDeep' });
    await expect(make('lost', 'nowhere')).rejects.toMatchObject({ fields: [{ path: 'parentId', code: 'unknown' }] });
  });

  it('have one name each in one place', async () => {
    const top = await make('A');
    await make('A', top);
    await expect(make('A')).rejects.toMatchObject({ kind: 'conflict', code: 'group.nameTaken' });
    await expect(make('A', top)).rejects.toMatchObject({ code: 'group.nameTaken' });
  });

  it('go only when they are empty', async () => {
    const top = await make('A');
    const inner = await make('B', top);
    const { camera } = await house.register.create(cameraInput({ groupId: inner }));
    for (const id of [top, inner]) await expect(groups.remove(id)).rejects.toMatchObject({ code: 'group.notEmpty' });
    await house.register.remove(camera.id);
    await groups.remove(inner);
    await groups.remove(top);
    expect(groups.list()).toEqual([]);
    await expect(groups.remove(top)).rejects.toMatchObject({ kind: 'notFound' });
  });
});
