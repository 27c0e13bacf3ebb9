import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { createFakeClock } from '../tests/fakes/clock.ts';
import { createTemporaryDatabase } from '../tests/fakes/database.ts';
import { type BookmarkSearch, createBookmarks, KEPT_REMOVED_MS } from './bookmarks.ts';
import { createHolds, type HoldPerson, type Holds, MOST_HOLDS_PER_CAMERA } from './holds.ts';

let database: Awaited<ReturnType<typeof createTemporaryDatabase>>;
let holds: Holds;
const clock = createFakeClock();
beforeEach(async () => {
  database = await createTemporaryDatabase();
  holds = await createHolds({ database, clock });
});
afterEach(() => database.close());

const person = (name: string): HoldPerson => ({ id: `id of ${name}`, name });
const [lan, minh, hoa] = [person('lan'), person('minh'), person('hoa')];
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
    await holds.askRelease(made.id, minh);
    const again = await createHolds({ database, clock });
    expect(again.list()).toEqual([{ ...made, releaseAskedBy: 'minh', releaseAskedMs: clock.now() }]);
    expect(again.covers('a', T0, T0)).toBe(true);
  });

  it('are released by two different people, of whom one may be the maker', async () => {
    const { id } = await holds.create('a', input, 'lan');
    await expect(holds.release(id, minh)).rejects.toMatchObject({ kind: 'conflict', code: 'hold.notAsked' });
    expect(await holds.askRelease(id, lan)).toMatchObject({ releaseAskedBy: 'lan' });
    await expect(holds.askRelease(id, minh)).rejects.toMatchObject({ code: 'hold.alreadyAsked' });
    await expect(holds.release(id, lan)).rejects.toMatchObject({ kind: 'forbidden', code: 'hold.samePerson' });
    expect(holds.covers('a', T0, T0)).toBe(true);
    await holds.release(id, minh);
    expect(holds.covers('a', T0, T0)).toBe(false);
    await expect(holds.release(id, minh)).rejects.toMatchObject({ kind: 'notFound', code: 'hold.unknown' });
    expect((await createHolds({ database, clock })).list()).toEqual([]);
    expect(await database.get('SELECT release_asked_by, released_by FROM recording_holds')).toEqual({
      release_asked_by: 'lan',
      released_by: 'minh',
    });
  });

  it('can be kept after all, and then two are needed again', async () => {
    const { id } = await holds.create('a', input, 'lan');
    await holds.askRelease(id, lan);
    await holds.keep(id);
    await expect(holds.release(id, minh)).rejects.toMatchObject({ code: 'hold.notAsked' });
  });

  it('are released once when two people do it at a time', async () => {
    const { id } = await holds.create('a', input, 'lan');
    await holds.askRelease(id, lan);
    const results = await Promise.allSettled([holds.release(id, minh), holds.release(id, hoa)]);
    expect(results.map(({ status }) => status).sort()).toEqual(['fulfilled', 'rejected']);
  });

  it('are not released by the same person under another name, nor by another person of the same name', async () => {
    const { id } = await holds.create('a', input, 'lan');
    await holds.askRelease(id, lan);
    for (const same of [
      { ...lan, name: 'lan.moi' },
      { ...minh, name: 'lan' },
    ]) {
      await expect(holds.release(id, same)).rejects.toMatchObject({ kind: 'forbidden', code: 'hold.samePerson' });
    }
    await holds.release(id, minh);
  });

  it('of several cameras are made together or not at all, and say that they changed', async () => {
    let changes = 0;
    const stop = holds.onChanged(() => {
      changes += 1;
    });
    const made = await holds.createAll(['a', 'b', 'a'], input, 'lan');
    expect(made.map(({ cameraId }) => cameraId)).toEqual(['a', 'b']);
    await holds.askRelease(made[0]?.id ?? '', lan);
    await holds.keep(made[0]?.id ?? '');
    await holds.askRelease(made[0]?.id ?? '', lan);
    await holds.release(made[0]?.id ?? '', minh);
    expect(changes).toBe(5);
    stop();
    for (let at = 0; at < MOST_HOLDS_PER_CAMERA - 1; at += 1) await holds.create('b', input, 'lan');
    await expect(holds.createAll(['c', 'b'], input, 'lan')).rejects.toMatchObject({ code: 'hold.tooMany' });
    expect(holds.list('c')).toEqual([]);
    expect(changes).toBe(5);
  });

  it('are remembered when they are released: by whom, and in pages, the last first', async () => {
    const made = await holds.createAll(['a', 'b', 'c'], input, 'lan');
    for (const { id } of made) {
      await holds.askRelease(id, lan);
      clock.step(1000);
      await holds.release(id, minh);
    }
    const other = await holds.create('a', { ...input, caseNumber: 'X/2026' }, 'hoa');
    await holds.askRelease(other.id, hoa);
    await holds.release(other.id, minh);
    const all = await holds.history({ limit: 10 });
    expect(all.map(({ caseNumber }) => caseNumber).sort()).toEqual(['12/2026', '12/2026', '12/2026', 'X/2026']);
    expect(all.at(-1)).toMatchObject({
      ...{ cameraId: 'a', createdBy: 'lan', releaseAskedBy: 'lan', releasedBy: 'minh' },
      releasedMs: (all.at(-1)?.releaseAskedMs ?? 0) + 1000,
    });
    const first = await holds.history({ limit: 2 });
    const before = { releasedMs: first[1]?.releasedMs ?? 0, id: first[1]?.id ?? '' };
    expect([...first, ...(await holds.history({ limit: 2, before }))]).toEqual(all);
    expect(await holds.history({ limit: 9, visible: (id) => id === 'b' })).toHaveLength(1);
    expect(await holds.history({ limit: 9, cameraId: 'a' })).toHaveLength(2);
    expect(await holds.history({ limit: 9, text: 'x/' })).toHaveLength(1);
    expect(await holds.history({ limit: 9, text: 'TAI nan' })).toHaveLength(4);
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
    const changed = await bookmarks.update('a', later.id, { timeMs: T0 + 1, text: 'Xe xanh', tags: ['a', 'b'] });
    expect(await bookmarks.get(later.id)).toEqual(changed);
    const gone = { kind: 'notFound', code: 'bookmark.unknown' };
    await expect(bookmarks.remove('b', later.id)).rejects.toMatchObject(gone);
    await expect(bookmarks.update('b', later.id, { timeMs: 1, text: 'x', tags: [] })).rejects.toMatchObject(gone);
    expect(await bookmarks.remove('a', later.id)).toEqual(changed);
    await expect(bookmarks.get(later.id)).rejects.toMatchObject(gone);
    await expect(bookmarks.remove('a', later.id)).rejects.toMatchObject(gone);
    await expect(bookmarks.update('a', later.id, { timeMs: 1, text: 'x', tags: [] })).rejects.toMatchObject(gone);
    expect(await bookmarks.list('a', 0, T0 * 2)).toEqual([first]);
  });

  it('come back as they were, for an hour', async () => {
    const bookmarks = createBookmarks({ database, clock });
    const made = await bookmarks.create('a', { timeMs: T0, text: 'Va chạm', tags: ['xe'] }, 'lan');
    const other = await bookmarks.create('a', { timeMs: T0 + 1, text: 'Khác', tags: [] }, 'lan');
    const gone = { kind: 'notFound', code: 'bookmark.unknown' };
    await expect(bookmarks.restore('a', made.id)).rejects.toMatchObject(gone);
    await bookmarks.remove('a', made.id);
    await expect(bookmarks.restore('b', made.id)).rejects.toMatchObject(gone);
    clock.step(KEPT_REMOVED_MS);
    expect(await bookmarks.restore('a', made.id)).toEqual(made);
    expect(await bookmarks.get(made.id)).toEqual(made);
    await bookmarks.remove('a', made.id);
    clock.step(KEPT_REMOVED_MS + 1);
    await expect(bookmarks.restore('a', made.id)).rejects.toMatchObject(gone);
    await bookmarks.remove('a', other.id);
    expect(await database.all('SELECT id FROM bookmarks')).toEqual([{ id: other.id }]);
  });

  it('are searched by the words of their text and tags, from either end', async () => {
    const bookmarks = createBookmarks({ database, clock });
    for (let at = 0; at < 1203; at += 1) {
      const text = at % 400 === 0 ? 'Xe tải đỏ' : 'Người đi bộ';
      await bookmarks.create('a', { timeMs: T0 + Math.floor(at / 2), text, tags: at === 800 ? ['Ngã tư'] : [] }, 'lan');
    }
    await bookmarks.create('b', { timeMs: T0, text: 'Xe tải đỏ', tags: [] }, 'lan');
    const search = async (request: Partial<BookmarkSearch>): Promise<number[]> =>
      (await bookmarks.search('a', { fromMs: 0, toMs: T0 * 2, order: 'oldest', limit: 5, ...request })).map(
        ({ timeMs }) => timeMs - T0,
      );
    expect(await search({ text: 'do XE' })).toEqual([0, 200, 400, 600]);
    expect(await search({ text: 'do xe', order: 'newest', limit: 2 })).toEqual([600, 400]);
    expect(await search({ text: '#nga tu' })).toEqual([400]);
    expect(await search({ text: 'không có' })).toEqual([]);
    expect(await search({ fromMs: T0 + 501, limit: 1 })).toEqual([501]);
    expect(await search({ toMs: T0 + 499, limit: 1, order: 'newest' })).toEqual([499]);
    expect(await search({ limit: 2000 })).toHaveLength(1203);
  });
});
