import { randomUUID } from 'node:crypto';
import { z } from 'zod';
import type { Clock } from '#base/clock';
import type { Database } from '#base/database';
import { Fault } from '#base/errors';
import type { BookmarkView, bookmarkInputSchema } from '#contracts/recordings';

/** Moments that people marked, to find them again. They keep nothing from being deleted: that is what holds do. */
export interface Bookmarks {
  /** Of a camera, in `fromMs`…`toMs`, oldest first, at most `limit`. */
  list(cameraId: string, fromMs: number, toMs: number, limit?: number): Promise<BookmarkView[]>;
  get(bookmarkId: string): Promise<BookmarkView>;
  create(cameraId: string, input: BookmarkInput, by: string): Promise<BookmarkView>;
  update(bookmarkId: string, input: BookmarkInput): Promise<BookmarkView>;
  /** False when this camera has no such bookmark. */
  remove(cameraId: string, bookmarkId: string): Promise<boolean>;
}

export type BookmarkInput = z.output<typeof bookmarkInputSchema>;

export const MOST_BOOKMARKS_PER_CAMERA = 10_000;
const MOST_LISTED = 1000;

type Row = Omit<BookmarkView, 'tags'> & { readonly tags: string };
const tagsSchema = z.array(z.string());
const COLUMNS =
  'id, camera_id AS cameraId, time_ms AS timeMs, text, tags, created_by AS createdBy, created_ms AS createdMs';

export function createBookmarks(options: { database: Database; clock: Clock }): Bookmarks {
  const { database, clock } = options;

  async function get(bookmarkId: string): Promise<BookmarkView> {
    const row = await database.get<Row>(`SELECT ${COLUMNS} FROM bookmarks WHERE id = ?`, bookmarkId);
    if (row === undefined) throw unknown();
    return viewOf(row);
  }

  return {
    async list(cameraId, fromMs, toMs, limit = MOST_LISTED) {
      const rows = await database.all<Row>(
        `SELECT ${COLUMNS} FROM bookmarks WHERE camera_id = ? AND time_ms >= ? AND time_ms <= ?
         ORDER BY time_ms, id LIMIT ?`,
        cameraId,
        Math.floor(fromMs),
        Math.ceil(toMs),
        Math.min(limit, MOST_LISTED),
      );
      return rows.map(viewOf);
    },
    get,
    async create(cameraId, input, by) {
      const id = randomUUID();
      await database.transaction(async (queries) => {
        const count = await queries.get<{ n: number }>(
          'SELECT COUNT(*) AS n FROM bookmarks WHERE camera_id = ?',
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
    async update(bookmarkId, input) {
      const { changes } = await database.run(
        'UPDATE bookmarks SET time_ms = ?, text = ?, tags = ? WHERE id = ?',
        Math.round(input.timeMs),
        input.text,
        JSON.stringify(input.tags),
        bookmarkId,
      );
      if (changes === 0) throw unknown();
      return get(bookmarkId);
    },
    async remove(cameraId, bookmarkId) {
      const { changes } = await database.run(
        'DELETE FROM bookmarks WHERE id = ? AND camera_id = ?',
        bookmarkId,
        cameraId,
      );
      return changes > 0;
    },
  };
}

function viewOf(row: Row): BookmarkView {
  return { ...row, tags: tagsSchema.parse(JSON.parse(row.tags)) };
}

function unknown(): Fault {
  return new Fault('notFound', 'bookmark.unknown', 'there is no such bookmark');
}
