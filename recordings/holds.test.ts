import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { createFakeClock } from '../tests/fakes/clock.ts';
import { createTemporaryDatabase } from '../tests/fakes/database.ts';
import { createBookmarks } from './bookmarks.ts';
import { createHolds, type Holds, MOST_HOLDS_PER_CAMERA } from './holds.ts';

let database: Awaited<ReturnType<typeof createTemporaryDatabase>>;
let holds: Holds;
const clock = createFakeClock();
beforeEach(async () => {
  database = await createTemporaryDatabase();
  holds = await createHolds({ database, clock });
});
afterEach(() => database.close());

const T0 = Date.UTC(2026, 10, 25, 1);
const input = { startMs: T0, endMs: T0 + 60_000, caseNumber: '12/2026', reason: 'Tai nạn tại ngã tư' };

describe('holds', () => {
  it('cover their range to the millisecond, of their camera alone', async () => {
    await holds.create('a', input, 'lan');
    expect(holds.covers('a', T0 - 5000, T0 - 1)).toBe(false);
    expect(holds.covers('a', T0 - 5000, T0)).toBe(true);
    expect(holds.covers('a', T0 + 1, T0 + 2)).toBe(true);
    expect(holds.covers('a', T0 - 1, T0 + 90_000)).toBe(true);
    expect(holds.covers('a', T0 + 60_000, T0 + 90_000)).toBe(true);
    expect(holds.covers('a', T0 + 60_001, T0 + 90_000)).toBe(false);
    expect(holds.covers('b', T0, T0 + 1)).toBe(false);
  });

  it('hold over a start', async () => {
    const made = await holds.create('a', input, 'lan');
    await holds.askRelease(made.id, 'minh');
    const again = await createHolds({ database, clock });
    expect(again.list()).toEqual([{ ...made, releaseAskedBy: 'minh' }]);
    expect(again.covers('a', T0, T0)).toBe(true);
  });

  it('are released by two different people, of whom one may be the maker', async () => {
    const { id } = await holds.create('a', input, 'lan');
    await expect(holds.release(id, 'minh')).rejects.toMatchObject({ kind: 'conflict', code: 'hold.notAsked' });
    expect(await holds.askRelease(id, 'lan')).toMatchObject({ releaseAskedBy: 'lan' });
    await expect(holds.askRelease(id, 'minh')).rejects.toMatchObject({ code: 'hold.alreadyAsked' });
    await expect(holds.release(id, 'lan')).rejects.toMatchObject({ kind: 'forbidden', code: 'hold.samePerson' });
    expect(holds.covers('a', T0, T0)).toBe(true);
    await holds.release(id, 'minh');
    expect(holds.covers('a', T0, T0)).toBe(false);
    await expect(holds.release(id, 'minh')).rejects.toMatchObject({ kind: 'notFound', code: 'hold.unknown' });
    expect((await createHolds({ database, clock })).list()).toEqual([]);
    expect(await database.get('SELECT release_asked_by, released_by FROM recording_holds')).toEqual({
      release_asked_by: 'lan',
      released_by: 'minh',
    });
  });

  it('can be kept after all, and then two are needed again', async () => {
    const { id } = await holds.create('a', input, 'lan');
    await holds.askRelease(id, 'lan');
    await holds.keep(id);
    await expect(holds.release(id, 'minh')).rejects.toMatchObject({ code: 'hold.notAsked' });
  });

  it('are released once when two people do it at a time', async () => {
    const { id } = await holds.create('a', input, 'lan');
    await holds.askRelease(id, 'lan');
    const results = await Promise.allSettled([holds.release(id, 'minh'), holds.release(id, 'hoa')]);
    expect(results.map(({ status }) => status).sort()).toEqual(['fulfilled', 'rejected']);
  });

  it('do not hold when they could not be written, and are bounded', async () => {
    for (let at = 0; at < MOST_HOLDS_PER_CAMERA; at += 1) await holds.create('a', input, 'lan');
    await expect(holds.create('a', input, 'lan')).rejects.toMatchObject({ code: 'hold.tooMany' });
    await holds.create('b', input, 'lan');
    await database.run('DROP TABLE recording_holds');
    await expect(holds.create('c', input, 'lan')).rejects.toThrow();
    expect(holds.covers('c', T0, T0)).toBe(false);
  });
});

describe('bookmarks', () => {
  it('are kept, found by time, changed and removed', async () => {
    const bookmarks = createBookmarks({ database, clock });
    const later = await bookmarks.create('a', { timeMs: T0 + 5000, text: 'Xe đỏ', tags: ['xe'] }, 'lan');
    const first = await bookmarks.create('a', { timeMs: T0, text: 'Va chạm', tags: [] }, 'lan');
    await bookmarks.create('b', { timeMs: T0, text: 'Khác', tags: [] }, 'lan');
    expect(later).toMatchObject({ cameraId: 'a', createdBy: 'lan', createdMs: clock.now(), tags: ['xe'] });
    expect(await bookmarks.list('a', T0, T0 + 5000)).toEqual([first, later]);
    expect(await bookmarks.list('a', T0 + 1, T0 + 4999)).toEqual([]);
    expect(await bookmarks.list('a', T0, T0 + 5000, 1)).toEqual([first]);
    const changed = await bookmarks.update(later.id, { timeMs: T0 + 1, text: 'Xe xanh', tags: ['a', 'b'] });
    expect(await bookmarks.get(later.id)).toEqual(changed);
    expect(await bookmarks.remove('b', later.id)).toBe(false);
    expect(await bookmarks.remove('a', later.id)).toBe(true);
    await expect(bookmarks.get(later.id)).rejects.toMatchObject({ code: 'bookmark.unknown' });
    expect(await bookmarks.remove('a', later.id)).toBe(false);
    await expect(bookmarks.update(later.id, { timeMs: 1, text: 'x', tags: [] })).rejects.toMatchObject({
      kind: 'notFound',
    });
  });
});
