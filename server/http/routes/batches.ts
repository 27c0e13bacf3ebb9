import { z } from 'zod';
import { boundedBytes } from '#base/bounded-bytes';
import { Fault } from '#base/errors';
import {
  batchQuerySchema,
  batchRowsQuerySchema,
  type FeedFormat,
  gridInputSchema,
  gridQuerySchema,
  mappingSchema,
  pushQuerySchema,
  type RowVerdict,
} from '#contracts/feeds';
import type { Access } from '../../access/access.ts';
import { type Actor, auditName } from '../../access/actor.ts';
import type { StoredFeed } from '../../sectors/feeds/feed-store.ts';
import type { BatchStore, StoredBatch, StoredRow } from '../../sectors/intake/batch-store.ts';
import type { FlowLimit } from '../../sectors/intake/flow-limit.ts';
import { formatOf, formatOfType } from '../../sectors/intake/formats/index.ts';
import { gridReading, partly, readGrid } from '../../sectors/intake/grid.ts';
import type { Delivered, Intake } from '../../sectors/intake/intake.ts';
import type { RawRows } from '../../sectors/intake/raw-rows.ts';
import { sampleOf } from '../../sectors/intake/read-sample.ts';
import type { Upload, Uploads } from '../../sectors/intake/uploads.ts';
import { batchView, errorTable, reportOf, rowView } from '../../sectors/intake/views.ts';
import { languageOf } from '../../sectors/intake/words.ts';
import type { Catalogue, Observations, Places } from '../../sectors/interfaces.ts';
import { actorOf, forbidden } from '../call.ts';
import type { RestrictedLooks } from '../restricted-looks.ts';
import { type Call, defineRaw, defineRoute, type Route } from '../route.ts';
import { type FeedAccess, mayUndo } from './feed-access.ts';
import { asFault, feedParams } from './feeds.ts';

export interface BatchDeps {
  readonly access: Pick<Access, 'audit'>;
  readonly feedAccess: FeedAccess;
  readonly feedOf: (feedId: string) => StoredFeed | undefined;
  readonly catalogue: Catalogue;
  readonly places: Places;
  readonly observations: Pick<Observations, 'newest'>;
  readonly intake: Intake;
  readonly batches: BatchStore;
  readonly raw: Pick<RawRows, 'read'>;
  readonly uploads: Uploads;
  readonly flow: FlowLimit;
  readonly beat: (feedId: string) => Promise<void>;
  readonly ownerId: (actor: Actor) => string;
  readonly mostBytes: number;
  readonly mostRows: number;
  readonly now: () => number;
  readonly looks: Pick<RestrictedLooks, 'indicators'>;
}

const reading = { kind: 'anywhere', permission: 'sector.read' } as const;
const pushing = { kind: 'anywhere', permission: 'feed.push' } as const;
const uploadParams = feedParams.extend({ upload: z.string().min(1).max(64) });
const batchParams = z.object({ batch: z.string().min(1).max(64) });
const keySchema = z.string().trim().min(1).max(200).optional();
/** Ways of which people and programs deliver by themselves. */
const OWN_WAYS: readonly string[] = ['push', 'upload', 'manual'];

async function* counted(body: AsyncIterable<Uint8Array>, holds: (bytes: number) => void): AsyncGenerator<Uint8Array> {
  let sum = 0;
  for await (const chunk of body) {
    sum += chunk.byteLength;
    holds(sum);
    yield chunk;
  }
}

type AnyCall = Pick<Call<unknown, unknown, unknown>, 'request' | 'response' | 'actor'>;

/** What units deliver, what became of it, and taking it back. */
export function batchRoutes(deps: BatchDeps): readonly Route[] {
  const { access, feedAccess, intake, batches, uploads, flow, now, looks } = deps;
  const language = (call: AnyCall) => languageOf(call.request.headers['accept-language']);

  /** A feed that takes deliveries by hand or program. */
  function delivering(actor: Actor, feedId: string): StoredFeed {
    const feed = feedAccess.guarded(actor, feedId, 'feed.push');
    if (!OWN_WAYS.includes(feed.input.way))
      throw new Fault('conflict', 'feed.otherWay', 'this feed delivers another way');
    if (feed.input.paused) throw new Fault('conflict', 'feed.paused', 'this feed is paused');
    return feed;
  }

  /** Within what the feed may send at a time. */
  async function within<T>(call: AnyCall, feed: StoredFeed, work: (bytes: Uint8Array) => Promise<T>): Promise<T> {
    const { headers } = call.request;
    const announced = Number(headers['content-length'] ?? 0);
    const tooLarge = (): Fault =>
      new Fault('tooLarge', 'delivery.tooLarge', `a delivery has at most ${deps.mostBytes} bytes`);
    if (announced > deps.mostBytes) throw tooLarge();
    const leave = flow.enter(feed.id, Math.max(announced, 1));
    try {
      // The answer has to reach who still sends: the connection is not ours to cut.
      const body = call.request.iterator({ destroyOnReturn: false });
      const bytes = await boundedBytes(counted(body, leave.holds), deps.mostBytes, headers['content-encoding']);
      leave.holds(bytes.byteLength);
      return await work(bytes);
    } catch (error) {
      throw error instanceof Fault && error.code === 'request.tooLarge' ? tooLarge() : error;
    } finally {
      leave();
    }
  }

  function base(actor: Actor, feed: StoredFeed) {
    return { feed, way: feed.input.way, sender: auditName(actor), mayUnit: feedAccess.mayUnit(actor, feed) };
  }

  function note(actor: Actor, action: string, feed: StoredFeed, { batch }: Pick<Delivered, 'batch'>): Promise<void> {
    const { received, rejected, quarantined } = batch.counts;
    const detail = { id: batch.id, feed: feed.input.name, received, rejected, quarantined };
    return access.audit.append({ actor, action, detail });
  }

  async function look(call: AnyCall, feed: StoredFeed, upload: Upload) {
    const { bytes, format, mapping } = upload;
    const actor = actorOf(call);
    try {
      const read = await formatOf(format).read(bytes, mapping, { mostRows: deps.mostRows });
      const delivered = await intake.dryRun({ ...base(actor, feed), bytes, format, mapping, way: 'upload' });
      return {
        uploadId: upload.id,
        reading: sampleOf(read, format, deps.catalogue, feed.input.sector),
        report: reportOf(delivered, language(call)),
        expiresMs: upload.expiresMs,
      };
    } catch (error) {
      throw asFault(error, call.request.headers['accept-language']);
    }
  }

  /** The batch, of a feed that the actor may see. */
  async function found(actor: Actor, batchId: string): Promise<{ batch: StoredBatch; feed: StoredFeed }> {
    const batch = await batches.find(batchId);
    const feed = batch === undefined ? undefined : deps.feedOf(batch.feedId);
    if (batch === undefined || feed === undefined || !feedAccess.sees(actor, feed)) {
      throw new Fault('notFound', 'batch.unknown', 'there is no such delivery');
    }
    return { batch, feed };
  }

  /** Of which units the actor may see rows: of all in what they sent themselves. */
  const partOf = (actor: Actor, { batch, feed }: { batch: StoredBatch; feed: StoredFeed }) =>
    batch.sender === auditName(actor) ? undefined : feedAccess.partOf(actor, feed);

  /** With those that were simply accepted, as long as they are kept as they were sent. */
  async function rowsOf(
    batch: StoredBatch,
    { verdict, after, limit }: z.output<typeof batchRowsQuerySchema>,
    mine: ((unitId: string | null) => boolean) | undefined,
  ) {
    if (mine !== undefined) {
      // Whose rows those were that are kept only as they were sent, nobody can say.
      const rows = await batches.rows(batch.id, { verdict, after, limit: 100_000 });
      return rows.filter(({ unitId }) => mine(unitId)).slice(0, limit);
    }
    if (verdict !== undefined && verdict !== 'accepted') return batches.rows(batch.id, { verdict, after, limit });
    const odd = await batches.rows(batch.id, { after, limit: 100_000 });
    const kept = (await deps.raw.read(batch.id)) ?? [];
    const known = new Set(odd.map(({ row }) => row));
    const plain = kept
      .filter(({ row }) => row > after && !known.has(row))
      .slice(0, limit)
      .map((row): StoredRow => ({ ...PLAIN, ...row }));
    const all = verdict === 'accepted' ? plain : [...odd, ...plain].sort((one, other) => one.row - other.row);
    return all.slice(0, limit);
  }

  return [
    defineRoute({
      name: 'POST /api/feeds/:feed/batches',
      access: pushing,
      params: feedParams,
      query: pushQuerySchema,
      upload: true,
      async handle(call) {
        const actor = actorOf(call);
        const feed = delivering(actor, call.params.feed);
        const { headers } = call.request;
        const idempotencyKey = keySchema.parse(headers['idempotency-key']);
        const format: FeedFormat = formatOfType(headers['content-type']) ?? feed.input.format;
        const skewMs = skewOf(headers.date, now());
        const done = await within(call, feed, (bytes) => {
          const delivery = { ...base(actor, feed), bytes, format, mapping: feed.input.mapping, idempotencyKey, skewMs };
          return call.query.dryRun ? intake.dryRun(delivery) : intake.take({ ...delivery, way: 'push' });
        });
        if (done === null) throw new Error('a delivery without outcome');
        call.response.status(done.batch.refused !== null ? 422 : done.dryRun || done.repeated ? 200 : 202);
        return reportOf(done, language(call));
      },
    }),
    defineRoute({
      name: 'GET /api/feeds/:feed/batches',
      access: reading,
      params: feedParams,
      query: batchQuerySchema,
      async handle(call) {
        const feed = feedAccess.guarded(actorOf(call), call.params.feed, 'sector.read');
        const { beforeMs = Number.MAX_SAFE_INTEGER, limit } = call.query;
        return (await batches.list(feed.id, beforeMs, limit)).map((batch) => batchView(batch, language(call)));
      },
    }),
    defineRoute({
      name: 'POST /api/feeds/:feed/heartbeat',
      access: pushing,
      params: feedParams,
      async handle(call) {
        const feed = feedAccess.guarded(actorOf(call), call.params.feed, 'feed.push');
        await deps.beat(feed.id);
        return undefined;
      },
    }),

    defineRoute({
      name: 'POST /api/feeds/:feed/uploads',
      access: pushing,
      params: feedParams,
      upload: true,
      async handle(call) {
        const actor = actorOf(call);
        const feed = delivering(actor, call.params.feed);
        return within(call, feed, (bytes) => {
          const { mapping } = feed.input;
          const format = formatOfType(call.request.headers['content-type']) ?? 'csv';
          const upload = uploads.add({ feedId: feed.id, ownerId: deps.ownerId(actor), bytes, format, mapping });
          return look(call, feed, upload).catch((error: unknown) => {
            uploads.remove(feed.id, upload.id, upload.ownerId);
            throw error;
          });
        });
      },
    }),
    defineRoute({
      name: 'PUT /api/feeds/:feed/uploads/:upload',
      access: pushing,
      params: uploadParams,
      body: mappingSchema,
      mostBytes: 1_000_000,
      handle(call) {
        const actor = actorOf(call);
        const feed = delivering(actor, call.params.feed);
        return look(call, feed, uploads.remap(feed.id, call.params.upload, deps.ownerId(actor), call.body));
      },
    }),
    defineRoute({
      name: 'POST /api/feeds/:feed/uploads/:upload/commit',
      access: pushing,
      params: uploadParams,
      async handle(call) {
        const actor = actorOf(call);
        const feed = delivering(actor, call.params.feed);
        const upload = uploads.get(feed.id, call.params.upload, deps.ownerId(actor));
        const { bytes, format, mapping } = upload;
        // Pressed twice, it is one delivery.
        const idempotencyKey = `upload:${upload.id}`;
        const done = await intake.take({ ...base(actor, feed), bytes, format, mapping, way: 'upload', idempotencyKey });
        if (done === null) throw new Error('a delivery without outcome');
        if (!done.repeated) await note(actor, 'feed.uploaded', feed, done);
        return reportOf(done, language(call));
      },
    }),
    defineRoute({
      name: 'DELETE /api/feeds/:feed/uploads/:upload',
      access: pushing,
      params: uploadParams,
      async handle(call) {
        const actor = actorOf(call);
        const feed = feedAccess.guarded(actor, call.params.feed, 'feed.push');
        uploads.remove(feed.id, call.params.upload, deps.ownerId(actor));
        return undefined;
      },
    }),

    defineRoute({
      name: 'GET /api/feeds/:feed/grid',
      access: pushing,
      params: feedParams,
      query: gridQuerySchema,
      async handle(call) {
        const actor = actorOf(call);
        const whole = feedAccess.guarded(actor, call.params.feed, 'feed.push');
        const feed = partly(whole, feedAccess.partOf(actor, whole));
        await looks.indicators(actor, codesIn(feed, []), { feed: feed.input.name });
        return readGrid(feed, call.query.atMs ?? now(), deps);
      },
    }),
    defineRoute({
      name: 'PUT /api/feeds/:feed/grid',
      access: pushing,
      params: feedParams,
      body: gridInputSchema,
      mostBytes: 2_000_000,
      async handle(call) {
        const actor = actorOf(call);
        const feed = delivering(actor, call.params.feed);
        const done = await intake.take({
          ...base(actor, feed),
          ...{ bytes: Buffer.from(JSON.stringify(call.body)), format: 'json', way: 'manual' },
          ...{ mapping: mappingSchema.parse({}), reading: gridReading(call.body, deps) },
        });
        if (done === null) throw new Error('a delivery without outcome');
        await note(actor, 'feed.filledIn', feed, done);
        return reportOf(done, language(call));
      },
    }),

    defineRoute({
      name: 'GET /api/batches/:batch',
      access: reading,
      params: batchParams,
      handle: async (call) => batchView((await found(actorOf(call), call.params.batch)).batch, language(call)),
    }),
    defineRoute({
      name: 'GET /api/batches/:batch/rows',
      access: reading,
      params: batchParams,
      query: batchRowsQuerySchema,
      async handle(call): Promise<readonly RowVerdict[]> {
        const actor = actorOf(call);
        const { batch, feed } = await found(actor, call.params.batch);
        const rows = await rowsOf(batch, call.query, partOf(actor, { batch, feed }));
        await looks.indicators(actor, codesIn(feed, rows), { batch: batch.id });
        const open = call.query.verdict === 'quarantined' && feedAccess.may(actor, 'feed.manage', feed);
        if (open && rows.some(({ sealed }) => sealed !== null))
          await note(actor, 'feed.quarantineSeen', feed, { batch });
        return rows.map((row) => rowView(row, language(call), open));
      },
    }),
    defineRaw({
      name: 'GET /api/batches/:batch/errors.csv',
      access: reading,
      params: batchParams,
      async handle(call) {
        const actor = actorOf(call);
        const { batch, feed } = await found(actor, call.params.batch);
        const mine = partOf(actor, { batch, feed });
        const rows = await batches.rows(batch.id, { after: 0, limit: 50_000 });
        const bad = rows.filter(
          ({ verdict, unitId }) =>
            (verdict === 'rejected' || verdict === 'quarantined') && (mine === undefined || mine(unitId)),
        );
        await looks.indicators(actor, codesIn(feed, bad), { batch: batch.id });
        call.response.setHeader('content-type', 'text/csv; charset=utf-8');
        call.response.setHeader('content-disposition', `attachment; filename="${batch.id.slice(0, 8)}.csv"`);
        call.response.setHeader('cache-control', 'no-store');
        call.response.end(errorTable(bad, language(call)));
      },
    }),
    defineRoute({
      name: 'POST /api/batches/:batch/undo',
      access: pushing,
      params: batchParams,
      async handle(call) {
        const actor = actorOf(call);
        const { batch, feed } = await found(actor, call.params.batch);
        if (!mayUndo(feedAccess, actor, feed, batch.sender)) throw forbidden();
        const undone = await intake.undo(batch.id, auditName(actor));
        await note(actor, 'feed.batchUndone', feed, { batch: undone });
        return batchView(undone, language(call));
      },
    }),
  ];
}

const PLAIN = {
  verdict: 'accepted',
  faults: [],
  repairs: [],
  sealed: null,
  unitId: null,
  areaCode: null,
  indicator: null,
  value: null,
} as const;

/**
 * What rows may be about: what is owed, what the mapping names, and what they say themselves; of those that are kept only
 * as they were sent, the codes in their text.
 */
function codesIn({ input }: StoredFeed, rows: readonly Pick<StoredRow, 'indicator' | 'sent'>[]): readonly string[] {
  const { constants, words, indicators } = input.mapping;
  return [
    ...input.obliged.map(({ indicator }) => indicator),
    ...[constants.indicator ?? '', ...Object.values(words.indicator ?? {}), ...Object.values(indicators)],
    ...rows.flatMap(({ indicator, sent }) => indicator ?? sent?.match(INDICATOR_CODE) ?? []),
  ];
}
const INDICATOR_CODE = /[a-z][a-z0-9_]*\.[a-z][a-z0-9_]*/g;

/** By the `Date` of the request (RFC 9110 §6.6.1), where its program sends one. */
function skewOf(date: string | undefined, nowMs: number): number | undefined {
  const ms = date === undefined ? Number.NaN : Date.parse(date);
  return Number.isNaN(ms) ? undefined : ms - nowMs;
}
