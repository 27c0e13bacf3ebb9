import { randomUUID } from 'node:crypto';
import type { z } from 'zod';
import type { Clock } from '#base/clock';
import type { Database, Queries, SqlValue } from '#base/database';
import { Fault } from '#base/errors';
import { assertNewest } from '#base/newest';
import type { PersonRef } from '#contracts/alerts';
import {
  type NoticeContent,
  type NoticeState,
  type NoticeView,
  type noticeChangeSchema,
  noticeContentSchema,
  type noticeInputSchema,
} from '#contracts/notices';

/** What somebody tells the public. Whether they may is asked before by the door. */
export interface Notices {
  /** All of them, the newest first. */
  list(query: { before?: number | undefined; limit: number }): Promise<NoticeView[]>;
  /** Rejects with `notFound`. */
  find(id: string): Promise<NoticeView>;
  /** From then on it is public. Rejects with `invalid` for a time that has passed, or an area that there is not. */
  publish(input: z.output<typeof noticeInputSchema>, by: PersonRef): Promise<NoticeView>;
  /** Rejects with `conflict`: of another version, withdrawn, or over. */
  change(id: string, input: z.output<typeof noticeChangeSchema>): Promise<NoticeView>;
  /** Takes it back, for everybody to see, with the reason. Twice is once. Rejects with `conflict` when it is over. */
  withdraw(id: string, note: string, by: PersonRef): Promise<NoticeView>;
  /** For the public: those that hold, and those that ended or were withdrawn a short while ago; the newest first. */
  current(): Promise<readonly PublicNotice[]>;
  /** One of those, or one that is over: whoever has its address may still ask. Rejects with `notFound`. */
  public(id: string): Promise<PublicNotice>;
}

/** All that is public of a notice. */
export interface PublicNotice {
  readonly id: string;
  readonly number: number;
  readonly state: NoticeState;
  readonly changedMs: number;
  /** Oldest first; there is one at least. */
  readonly messages: readonly NoticeMessage[];
}
export interface NoticeMessage {
  readonly sequence: number;
  readonly kind: 'alert' | 'update' | 'cancel';
  readonly sentMs: number;
  readonly content: NoticeContent;
  /** Of one that takes the notice back: why. */
  readonly note: string;
}

/** ms for which what has ended is still named, so that who asks now and then hears of its end. */
const AFTERWARDS_MS = 24 * 3_600_000;
/** In the public list. */
const MOST_CURRENT = 100;

interface Row {
  readonly number: number;
  readonly id: string;
  readonly version: number;
  readonly content: string;
  readonly untilMs: number;
  readonly incidentId: string | null;
  readonly publishedMs: number;
  readonly publishedById: string;
  readonly publishedByName: string;
  readonly changedMs: number;
  readonly withdrawnMs: number | null;
  readonly withdrawnById: string | null;
  readonly withdrawnByName: string | null;
  readonly withdrawnNote: string;
}
const COLUMNS = `number, id, version, content, until_ms AS untilMs, incident_id AS incidentId,
  published_ms AS publishedMs, published_by_id AS publishedById, published_by_name AS publishedByName,
  changed_ms AS changedMs, withdrawn_ms AS withdrawnMs, withdrawn_by_id AS withdrawnById,
  withdrawn_by_name AS withdrawnByName, withdrawn_note AS withdrawnNote`;

export function createNotices(options: {
  database: Database;
  clock: Pick<Clock, 'now'>;
  hasArea: (code: string) => boolean;
}): Notices {
  const { database, clock, hasArea } = options;
  const now = (): number => Math.round(clock.now());

  function viewOf(row: Row): NoticeView {
    const { content, untilMs, publishedById, publishedByName, withdrawnById, withdrawnByName, ...rest } = row;
    return {
      ...contentOf(content),
      ...rest,
      state: stateOf(row, now()),
      publishedBy: { id: publishedById, name: publishedByName },
      withdrawnBy: withdrawnById === null ? null : { id: withdrawnById, name: withdrawnByName ?? '' },
    };
  }

  async function read(queries: Queries, where: string, ...params: SqlValue[]): Promise<Row[]> {
    return queries.all<Row>(`SELECT ${COLUMNS} FROM public_notices ${where}`, ...params);
  }

  async function get(queries: Queries, id: string): Promise<Row> {
    const [row] = await read(queries, 'WHERE id = ?', id);
    if (row === undefined) throw new Fault('notFound', 'notice.unknown', 'there is no such notice');
    return row;
  }

  function check({ untilMs, areaCode }: NoticeContent): void {
    if (untilMs <= now()) throw invalid('untilMs', 'notice.past', 'this time has passed');
    if (areaCode !== null && !hasArea(areaCode)) throw invalid('areaCode', 'area.unknown', 'there is no such area');
  }

  async function say(
    queries: Queries,
    number: number,
    message: Omit<NoticeMessage, 'sequence' | 'content'> & { content: string },
  ): Promise<void> {
    const last = await queries.get<{ sequence: number | null }>(
      'SELECT MAX(sequence) AS sequence FROM public_notice_messages WHERE notice_number = ?',
      number,
    );
    await queries.run(
      `INSERT INTO public_notice_messages (notice_number, sequence, kind, sent_ms, content, note)
       VALUES (?, ?, ?, ?, ?, ?)`,
      ...[number, (last?.sequence ?? 0) + 1, message.kind, message.sentMs, message.content, message.note],
    );
  }

  async function publicOf(rows: readonly Row[]): Promise<PublicNotice[]> {
    if (rows.length === 0) return [];
    const said = await database.all<Omit<NoticeMessage, 'content'> & { noticeNumber: number; content: string }>(
      `SELECT notice_number AS noticeNumber, sequence, kind, sent_ms AS sentMs, content, note
       FROM public_notice_messages WHERE notice_number IN (${rows.map(() => '?').join(', ')}) ORDER BY sequence`,
      ...rows.map(({ number }) => number),
    );
    return rows.map((row) => ({
      ...{ id: row.id, number: row.number, state: stateOf(row, now()) },
      // That it is over is a change of what is read of it.
      changedMs: stateOf(row, now()) === 'over' ? Math.max(row.changedMs, row.untilMs) : row.changedMs,
      messages: said.flatMap(({ noticeNumber, content, ...message }) =>
        noticeNumber === row.number ? [{ ...message, content: contentOf(content) }] : [],
      ),
    }));
  }

  return {
    list: async ({ before, limit }) =>
      (
        await read(
          database,
          'WHERE number < ? ORDER BY number DESC LIMIT ?',
          ...[before ?? Number.MAX_SAFE_INTEGER, limit],
        )
      ).map(viewOf),
    find: async (id) => viewOf(await get(database, id)),
    async publish({ incidentId, ...content }, by) {
      check(content);
      const id = randomUUID();
      const nowMs = now();
      const written = JSON.stringify(content);
      await database.transaction(async (queries) => {
        const last = await queries.get<{ number: number | null }>('SELECT MAX(number) AS number FROM public_notices');
        const number = (last?.number ?? 0) + 1;
        await queries.run(
          `INSERT INTO public_notices (number, id, version, content, until_ms, incident_id, published_ms,
             published_by_id, published_by_name, changed_ms) VALUES (?, ?, 1, ?, ?, ?, ?, ?, ?, ?)`,
          ...[number, id, written, content.untilMs, incidentId, nowMs, by.id, by.name, nowMs],
        );
        await say(queries, number, { kind: 'alert', sentMs: nowMs, content: written, note: '' });
      });
      return viewOf(await get(database, id));
    },
    async change(id, { version, ...content }) {
      check(content);
      await database.transaction(async (queries) => {
        const row = await get(queries, id);
        assertNewest(version, row.version);
        if (stateOf(row, now()) !== 'published') throw ended();
        const written = JSON.stringify(content);
        if (written === row.content) return;
        const nowMs = now();
        await queries.run(
          'UPDATE public_notices SET version = version + 1, content = ?, until_ms = ?, changed_ms = ? WHERE id = ?',
          ...[written, content.untilMs, nowMs, id],
        );
        await say(queries, row.number, { kind: 'update', sentMs: nowMs, content: written, note: '' });
      });
      return viewOf(await get(database, id));
    },
    async withdraw(id, note, by) {
      await database.transaction(async (queries) => {
        const row = await get(queries, id);
        const state = stateOf(row, now());
        if (state === 'withdrawn') return;
        if (state === 'over') throw ended();
        const nowMs = now();
        await queries.run(
          `UPDATE public_notices SET version = version + 1, withdrawn_ms = ?, withdrawn_by_id = ?,
             withdrawn_by_name = ?, withdrawn_note = ?, changed_ms = ? WHERE id = ?`,
          ...[nowMs, by.id, by.name, note, nowMs, id],
        );
        await say(queries, row.number, { kind: 'cancel', sentMs: nowMs, content: row.content, note });
      });
      return viewOf(await get(database, id));
    },
    async current() {
      const sinceMs = now() - AFTERWARDS_MS;
      return publicOf(
        await read(
          database,
          `WHERE (withdrawn_ms IS NULL AND until_ms > ?) OR withdrawn_ms > ? ORDER BY changed_ms DESC LIMIT ?`,
          ...[sinceMs, sinceMs, MOST_CURRENT],
        ),
      );
    },
    async public(id) {
      const [notice] = await publicOf([await get(database, id)]);
      if (notice === undefined) throw new Fault('notFound', 'notice.unknown', 'there is no such notice');
      return notice;
    },
  };
}

function stateOf({ withdrawnMs, untilMs }: Pick<Row, 'withdrawnMs' | 'untilMs'>, nowMs: number): NoticeState {
  return withdrawnMs !== null ? 'withdrawn' : untilMs <= nowMs ? 'over' : 'published';
}

function contentOf(written: string): NoticeContent {
  return noticeContentSchema.parse(JSON.parse(written));
}

function ended(): Fault {
  return new Fault('conflict', 'notice.ended', 'this notice has ended: publish another one');
}

function invalid(path: string, code: string, message: string): Fault {
  return new Fault('invalid', code, message, { fields: [{ path, code, message }] });
}
