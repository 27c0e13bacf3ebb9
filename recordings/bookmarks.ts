import { randomUUID } from 'node:crypto';
import { z } from 'zod';
import type { Clock } from '#base/clock';
import type { Database } from '#base/database';
import { Fault } from '#base/errors';
import { fold } from '#base/fold';
import type { BookmarkView, bookmarkInputSchema } from '#contracts/recordings';

/** Moments that people marked, to find them again. They keep nothing from being deleted: that is what holds do. */
export interface Bookmarks {
  /** Of a camera, in `fromMs`…`toMs`, oldest first, at most `limit`. */
  list(cameraId: string, fromMs: number, toMs: number, limit?: number): Promise<BookmarkView[]>;
  /** Of a camera, those whose text and tags hold every word of `text`, without regard to case and marks. */
  search(cameraId: string, request: BookmarkSearch): Promise<BookmarkView[]>;
  get(bookmarkId: string): Promise<BookmarkView>;
  create(cameraId: string, input: BookmarkInput, by: string): Promise<BookmarkView>;
  update(cameraId: string, bookmarkId: string, input: BookmarkInput): Promise<BookmarkView>;
  /** Resolves to what it was; for an hour it can be restored. */
  remove(cameraId: string, bookmarkId: string): Promise<BookmarkView>;
  /** As it was, with who made it and when. */
  restore(cameraId: string, bookmarkId: string): Promise<BookmarkView>;
}

export interface BookmarkSearch {
  readonly fromMs: number;
  readonly toMs: number;
  readonly text?: string | undefined;
  readonly order: 'oldest' | 'newest';
  readonly limit: number;
}

export type BookmarkInput = z.output<typeof bookmarkInputSchema>;

const MOST_BOOKMARKS_PER_CAMERA = 10_000;
const MOST_LISTED = 1000;
/** ms for which a removed one can be restored. */
export const KEPT_REMOVED_MS = 3_600_000;
/** Rows read at a time while searching. */
const PAGE = 500;

type Row = Omit<BookmarkView, 'tags'> & { readonly tags: string };
const tagsSchema = z.array(z.string());
const COLUMNS =
  'id, camera_id AS cameraId, time_ms AS timeMs, text, tags, created_by AS createdBy, created_ms AS createdMs';

export function createBookmarks(options: { database: Database; clock: Clock }): Bookmarks {
  const { database, clock } = options;

  async function get(bookmarkId: string): Promise<BookmarkView> {
    const row = await database.get<Row>(
      `SELECT ${COLUMNS} FROM bookmarks WHERE id = ? AND removed_ms IS NULL`,
      bookmarkId,
    );
    if (row === undefined) throw unknown();
    return viewOf(row);
  }

  return {
    async list(cameraId, fromMs, toMs, limit = MOST_LISTED) {
      const rows = await database.all<Row>(
        `SELECT ${COLUMNS} FROM bookmarks
         WHERE camera_id = ? AND time_ms >= ? AND time_ms <= ? AND removed_ms IS NULL
         ORDER BY time_ms, id LIMIT ?`,
        cameraId,
        Math.floor(fromMs),
        Math.ceil(toMs),
        Math.min(limit, MOST_LISTED),
      );
      return rows.map(viewOf);
    },
    async search(cameraId, { fromMs, toMs, text = '', order, limit }) {
      const words = fold(text).split(' ');
      const found: BookmarkView[] = [];
      const [direction, sign] = order === 'oldest' ? ['ASC', '>'] : ['DESC', '<'];
      let last = order === 'oldest' ? { timeMs: -1, id: '' } : { timeMs: Number.MAX_SAFE_INTEGER, id: '' };
      for (;;) {
        const rows = await database.all<Row>(
          `SELECT ${COLUMNS} FROM bookmarks
           WHERE camera_id = ? AND time_ms >= ? AND time_ms <= ? AND removed_ms IS NULL
             AND (time_ms ${sign} ? OR (time_ms = ? AND id ${sign} ?))
           ORDER BY time_ms ${direction}, id ${direction} LIMIT ?`,
          cameraId,
          Math.ceil(fromMs),
          Math.floor(toMs),
          last.timeMs,
          last.timeMs,
          last.id,
          PAGE,
        );
        for (const row of rows) {
          const bookmark = viewOf(row);
          const folded = fold([bookmark.text, ...bookmark.tags.map((tag) => `#${tag}`)].join(' '));
          if (words.every((word) => folded.includes(word))) found.push(bookmark);
          if (found.length === limit) return found;
          last = row;
        }
        if (rows.length < PAGE) return found;
      }
    },
    get,
    async create(cameraId, input, by) {
      const id = randomUUID();
      await database.transaction(async (queries) => {
        const count = await queries.get<{ n: number }>(
          'SELECT COUNT(*) AS n FROM bookmarks WHERE camera_id = ? AND removed_ms IS NULL',
          cameraId,
        );
        if ((count?.n ?? 0) >= MOST_BOOKMARKS_PER_CAMERA) {
          throw new Fault('tooMany', 'bookmark.tooMany', `${MOST_BOOKMARKS_PER_CAMERA} bookmarks are enough`);
        }
        await queries.run(
          'INSERT INTO bookmarks (id, camera_id, time_ms, text, tags, created_by, created_ms) VALUES (?, ?, ?, ?, ?, ?, ?)',
          id,
          cameraId,
          Math.round(input.timeMs),
          input.text,
          JSON.stringify(input.tags),
          by,
          clock.now(),
        );
      });
      return get(id);
    },
    async update(cameraId, bookmarkId, input) {
      const { changes } = await database.run(
        `UPDATE bookmarks SET time_ms = ?, text = ?, tags = ?
         WHERE id = ? AND camera_id = ? AND removed_ms IS NULL`,
        Math.round(input.timeMs),
        input.text,
        JSON.stringify(input.tags),
        bookmarkId,
        cameraId,
      );
      if (changes === 0) throw unknown();
      return get(bookmarkId);
    },
    async remove(cameraId, bookmarkId) {
      const now = clock.now();
      const bookmark = await get(bookmarkId);
      const { changes } = await database.run(
        'UPDATE bookmarks SET removed_ms = ? WHERE id = ? AND camera_id = ? AND removed_ms IS NULL',
        now,
        bookmarkId,
        cameraId,
      );
      if (changes === 0) throw unknown();
      await database.run('DELETE FROM bookmarks WHERE removed_ms < ?', now - KEPT_REMOVED_MS);
      return bookmark;
    },
    async restore(cameraId, bookmarkId) {
      const { changes } = await database.run(
        'UPDATE bookmarks SET removed_ms = NULL WHERE id = ? AND camera_id = ? AND removed_ms >= ?',
        bookmarkId,
        cameraId,
        clock.now() - KEPT_REMOVED_MS,
      );
      if (changes === 0) throw unknown();
      return get(bookmarkId);
    },
  };
}

function viewOf(row: Row): BookmarkView {
  return { ...row, tags: tagsSchema.parse(JSON.parse(row.tags)) };
}

function unknown(): Fault {
  return new Fault('notFound', 'bookmark.unknown', 'there is no such bookmark');
}
