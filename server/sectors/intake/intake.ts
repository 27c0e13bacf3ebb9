import { createHash, randomUUID } from 'node:crypto';
import type { Clock } from '#base/clock';
import { type Database, isUniqueViolation, type Queries } from '#base/database';
import { Fault, messageOf } from '#base/errors';
import type { Logger } from '#base/log';
import {
  type BatchCounts,
  type FeedFormat,
  type FeedInput,
  type FeedWay,
  type Mapping,
  ROW_VERDICTS,
  type RowVerdictKind,
} from '#contracts/feeds';
import { NO_SCORES } from '#contracts/quality';
import type { FeedRegister } from '../feeds/feed-register.ts';
import type { FeedNews, StoredFeed } from '../feeds/feed-store.ts';
import type { BatchFacts, Catalogue, NewObservation, Observations, Places, SectorEvents } from '../interfaces.ts';
import { type BatchStore, factsOf, type StoredBatch, type StoredRow } from './batch-store.ts';
import { deliveryScores } from './delivery-scores.ts';
import type { EventBox } from './event-box.ts';
import { type Judged, type JudgedRow, judgeBytes, judgeReading } from './judge.ts';
import { createKnownRefusals, type SeenRefusals } from './known-refusals.ts';
import { type Reading, Refusal } from './raw-row.ts';
import type { RawRows } from './raw-rows.ts';

/** One delivery, whichever way it came. */
export interface Delivery {
  readonly feed: Pick<StoredFeed, 'id' | 'input'>;
  /** As it was sent. */
  readonly bytes: Uint8Array;
  readonly format: FeedFormat;
  readonly mapping: Mapping;
  readonly way: FeedWay;
  /** As the audit names whoever sends it. */
  readonly sender: string;
  readonly mayUnit: (unitId: string) => boolean;
  readonly idempotencyKey?: string | undefined;
  /** The sender's clock less ours, ms. */
  readonly skewMs?: number | undefined;
  /** Read already, where it did not come as one text. */
  readonly reading?: Reading;
  /** We asked for it again and again: what was said, or refused, already is no delivery and leaves no trace. */
  readonly onlyNews?: boolean;
  /** Written with the batch, for what must hold together with it. */
  readonly within?: (queries: Queries) => Promise<void>;
  /** Goes into what is known of the feed. */
  readonly news?: FeedNews;
}
export interface Delivered {
  readonly batch: StoredBatch;
  readonly repeated: boolean;
  readonly dryRun: boolean;
  /** Those that were not simply accepted. */
  readonly rows: readonly StoredRow[];
}
/** `null`: there was nothing new in it (`onlyNews`). */
export type Outcome = Delivered | null;

export interface IntakeDeps {
  readonly database: Database;
  readonly clock: Clock;
  readonly log: Logger;
  readonly catalogue: Pick<Catalogue, 'indicator' | 'sector'>;
  readonly places: Places;
  readonly observations: Pick<Observations, 'append' | 'undo' | 'periodsLeft' | 'settled'>;
  readonly events: Pick<SectorEvents, 'open'>;
  readonly box: EventBox;
  readonly batches: BatchStore;
  readonly raw: RawRows;
  readonly feeds: Pick<FeedRegister, 'note' | 'noted' | 'noteUndone' | 'undone'>;
  readonly mostRows: number;
}

export interface Intake {
  /**
   * Takes a delivery in: accepted rows all together or, where the program ends meanwhile, none. Throws `Fault`
   * `conflict` for a key that was used for something else.
   */
  take(delivery: Delivery): Promise<Outcome>;
  /** What would come of it; nothing is kept. */
  dryRun(delivery: Delivery): Promise<Delivered>;
  /** Of a feed that is not there yet. */
  preview(feed: FeedInput, bytes: Uint8Array): Promise<Delivered>;
  /** Takes back what a batch brought. */
  undo(batchId: string, by: string): Promise<StoredBatch>;
  onDelivered(listener: (batch: BatchFacts) => void): () => void;
}

/** Rows of a delivery that were known already and are kept with their words. */
const MOST_REPEATED = 1000;

/** Thrown to undo the transaction of a trial. */
class Trial extends Error {
  readonly delivered: Delivered;
  constructor(delivered: Delivered) {
    super('a trial keeps nothing');
    this.delivered = delivered;
  }
}

/** Thrown to undo the transaction of what was fetched and says no event that its feed has not said before. */
class NothingNew extends Error {
  readonly allRefused: number;
  constructor(allRefused: number) {
    super('there is nothing new in it');
    this.allRefused = allRefused;
  }
}

export function createIntake(deps: IntakeDeps): Intake {
  const { database, clock, log, catalogue, places, observations, box, batches, raw, feeds, mostRows } = deps;
  const listeners = new Set<(batch: BatchFacts) => void>();
  const refusals = createKnownRefusals();

  async function judge({ reading, bytes, format, mapping, feed, mayUnit }: Delivery): Promise<Judged | Refusal> {
    const context = { nowMs: clock.now(), feed: feed.input, catalogue, places, mayUnit };
    try {
      if (reading !== undefined) return await judgeReading(reading, mapping, context);
      return await judgeBytes(bytes, format, mapping, context, { mostRows });
    } catch (error) {
      if (error instanceof Refusal) return error;
      throw error;
    }
  }

  function batchOf(delivery: Delivery, sha256: string, receivedMs: number): StoredBatch {
    return {
      id: randomUUID(),
      feedId: delivery.feed.id,
      receivedMs,
      sender: delivery.sender,
      way: delivery.way,
      format: delivery.format,
      bytes: delivery.bytes.byteLength,
      sha256,
      idempotencyKey: delivery.idempotencyKey ?? null,
      counts: countsOf([]),
      scores: NO_SCORES,
      refused: null,
      skewMs: delivery.skewMs ?? null,
      undoneMs: null,
      undoneBy: null,
    };
  }

  /** What this key brought before; throws when it was another delivery. */
  async function earlier(queries: Queries, { feed, idempotencyKey: key }: Delivery, sha256: string) {
    const found = key === undefined ? undefined : await batches.byKey(queries, feed.id, key);
    if (found !== undefined && found.sha256 !== sha256) {
      throw new Fault('conflict', 'feed.keyUsed', 'this Idempotency-Key was used for another delivery');
    }
    return found;
  }

  async function repeatedOf(batch: StoredBatch): Promise<Delivered> {
    const rows = await batches.rows(batch.id, { after: 0, limit: 1000 });
    return { batch, repeated: true, dryRun: false, rows };
  }

  /** Meets what was delivered earlier, and writes what is new. `allRefused`: its rows, where none of them is right. */
  async function settle(
    queries: Queries,
    judged: Judged,
    draft: StoredBatch,
    delivery: Delivery,
    known: SeenRefusals['known'],
  ) {
    const values: { row: number; observation: NewObservation }[] = [];
    for (const { row, observations: list } of judged.rows)
      for (const observation of list) values.push({ row, observation });
    const told = judged.rows.flatMap(({ row, event }) => (event === null ? [] : [{ row, event }]));
    const outcomes = await observations.append(
      queries,
      draft,
      values.map(({ observation }) => observation),
    );
    const eventOutcomes = await box.put(
      queries,
      draft,
      told.map(({ event }) => event),
    );
    const byRow = new Map<number, ('new' | 'revised' | 'same')[]>();
    const note = (row: number, outcome: 'new' | 'revised' | 'same' | undefined): void => {
      if (outcome === undefined) return;
      const list = byRow.get(row);
      if (list === undefined) byRow.set(row, [outcome]);
      else list.push(outcome);
    };
    for (const [at, { row }] of values.entries()) note(row, outcomes[at]);
    for (const [at, { row }] of told.entries()) note(row, eventOutcomes[at]);

    const settled = judged.rows.map((row) => settledRow(row, byRow.get(row.row) ?? []));
    const isNews = ({ row, faults }: StoredRow) => faults[0]?.code !== 'duplicateOfEarlier' && !known.has(row);
    const counted = delivery.onlyNews === true ? settled.filter(isNews) : settled;
    const isRight = ({ verdict }: StoredRow) => verdict !== 'rejected' && verdict !== 'quarantined';
    const counts = countsOf(counted);
    const batch = { ...draft, counts, scores: deliveryScores(judged.rows, counts, delivery.feed.input) };
    const rows = shortened(counted.filter(({ verdict }) => verdict !== 'accepted'));
    return { batch, rows, allRefused: settled.some(isRight) ? 0 : settled.length };
  }

  /** `undefined`: there is nothing new in it. */
  async function write(
    delivery: Delivery,
    judged: Judged,
    draft: StoredBatch,
    trial: boolean,
  ): Promise<Delivered | undefined> {
    const newest = newestOf(judged.rows);
    const atMs = draft.receivedMs;
    const seen: SeenRefusals =
      delivery.onlyNews === true ? await refusals.of(draft.feedId, judged) : { known: new Set(), marks: [] };
    const writing = database.transaction(async (queries) => {
      const same = trial ? undefined : await earlier(queries, delivery, draft.sha256);
      if (same !== undefined) return { repeated: same };
      const { batch, rows, allRefused } = await settle(queries, judged, draft, delivery, seen.known);
      if (trial) throw new Trial({ batch, rows, repeated: false, dryRun: true });
      if (delivery.onlyNews === true && batch.counts.received === 0) {
        // No delivery that anybody could take back must keep an event open. A value may have been another feed's first.
        const nothing = new NothingNew(allRefused);
        if (delivery.feed.input.carries === 'events') throw nothing;
        return nothing;
      }
      const news = newsOf(draft, delivery, allRefused);
      await batches.insert(queries, batch);
      await batches.insertRows(queries, batch.id, rows);
      await feeds.note(queries, batch.feedId, news, newest);
      await delivery.within?.(queries);
      return { batch, rows, news };
    });
    const written = await writing.catch((error: unknown) => {
      if (error instanceof NothingNew) return error;
      throw error;
    });
    if (delivery.onlyNews === true) refusals.note(draft.feedId, draft.id, seen);
    if (written instanceof NothingNew) {
      // It was there, and what it says is right or wrong as before.
      const news = newsOf(draft, delivery, written.allRefused);
      await database.transaction((queries) => feeds.note(queries, draft.feedId, news));
      feeds.noted(draft.feedId, news);
      return undefined;
    }
    if (written.repeated !== undefined) return repeatedOf(written.repeated);
    const { batch, rows, news } = written;
    feeds.noted(batch.feedId, news, newest);
    observations.settled({ feedId: batch.feedId, batchId: batch.id, receivedMs: atMs, cells: cellsOf(judged.rows) });
    void box.tell();
    if (batch.counts.quarantined > 0) await tellOwner(delivery.feed, batch);
    tell(batch);
    return { batch, rows, repeated: false, dryRun: false };
  }

  async function writeRefused(
    delivery: Delivery,
    draft: StoredBatch,
    refusal: Refusal,
    trial: boolean,
  ): Promise<Delivered> {
    const refused = { code: refusal.code, detail: refusal.detail, line: refusal.line };
    const batch = { ...draft, refused };
    if (trial) return { batch, rows: [], repeated: false, dryRun: true };
    const lastError = { atMs: draft.receivedMs, code: refusal.code, message: refusal.detail };
    const news = { ...delivery.news, lastAttemptMs: draft.receivedMs, lastError };
    await database.transaction(async (queries) => {
      await batches.insert(queries, batch);
      await feeds.note(queries, batch.feedId, news);
      await delivery.within?.(queries);
    });
    feeds.noted(batch.feedId, news);
    tell(batch);
    return { batch, rows: [], repeated: false, dryRun: false };
  }

  function newsOf({ receivedMs }: StoredBatch, { news }: Delivery, allRefused: number): FeedNews {
    // A delivery of which nothing is right is no sign of life of its figures.
    const nothing = allRefused > 0;
    const lastError = nothing ? { atMs: receivedMs, code: 'allRejected', message: String(allRefused) } : null;
    return { ...news, lastAttemptMs: receivedMs, lastError, ...(nothing ? {} : { lastAcceptedMs: receivedMs }) };
  }

  async function tellOwner({ id, input }: Delivery['feed'], batch: StoredBatch): Promise<void> {
    const { quarantined } = batch.counts;
    try {
      await deps.events.open({
        key: `quality.personalData:${id}`,
        sector: input.sector,
        type: 'quality.personalData',
        title: {
          vi: `${input.name}: ${quarantined} dòng có dữ liệu cá nhân bị giữ riêng`,
          en: `${input.name}: ${quarantined} rows with personal data were set aside`,
        },
        severity: 'severe',
        occurredMs: batch.receivedMs,
        unitId: input.ownerUnitId,
        source: { kind: 'feed', id },
        synthetic: input.synthetic,
      });
    } catch (error) {
      log.error({ reason: messageOf(error), batch: batch.id }, 'the owner could not be told of personal data');
    }
  }

  function tell(batch: StoredBatch): void {
    for (const listener of listeners) {
      try {
        listener(factsOf(batch));
      } catch (error) {
        log.error({ reason: messageOf(error) }, 'somebody could not be told of a delivery');
      }
    }
  }

  async function deliver(delivery: Delivery, trial: boolean): Promise<Outcome> {
    const sha256 = createHash('sha256').update(delivery.bytes).digest('hex');
    const known = trial ? undefined : await earlier(database, delivery, sha256);
    if (known !== undefined) return repeatedOf(known);
    const judged = await judge(delivery);
    const draft = batchOf(delivery, sha256, clock.now());
    try {
      if (judged instanceof Refusal) return await writeRefused(delivery, draft, judged, trial);
      // Our own figures can be asked again; a file a minute would be for nothing.
      if (!trial && delivery.way !== 'builtin') await raw.write(draft.id, keptRows(judged.rows));
      const done = await write(delivery, judged, draft, trial);
      if (!trial && done?.batch.id !== draft.id) await raw.remove(draft.id);
      return done ?? null;
    } catch (error) {
      if (error instanceof Trial) return error.delivered;
      if (!trial) await raw.remove(draft.id);
      // Two of the same came at the same time, and the other one was first.
      const first = isUniqueViolation(error) ? await earlier(database, delivery, sha256) : undefined;
      if (first !== undefined) return repeatedOf(first);
      throw error;
    }
  }

  return {
    take: (delivery) => deliver(delivery, false),
    async dryRun(delivery) {
      const done = await deliver({ ...delivery, onlyNews: false }, true);
      if (done === null) throw new Error('a trial without outcome');
      return done;
    },
    async preview(input, bytes) {
      const delivery: Delivery = {
        ...{ feed: { id: 'preview', input }, bytes, format: input.format, mapping: input.mapping },
        ...{ way: input.way, sender: 'preview', mayUnit: () => true },
      };
      const judged = await judge(delivery);
      const draft = batchOf(delivery, createHash('sha256').update(bytes).digest('hex'), clock.now());
      if (judged instanceof Refusal) return writeRefused(delivery, draft, judged, true);
      const rows = judged.rows.map((row) => settledRow(row, []));
      const counts = countsOf(rows);
      const batch = { ...draft, counts, scores: deliveryScores(judged.rows, counts, input) };
      return { batch, rows: rows.filter(({ verdict }) => verdict !== 'accepted'), repeated: false, dryRun: true };
    },
    async undo(batchId, by) {
      const batch = await batches.find(batchId);
      if (batch === undefined) throw new Fault('notFound', 'batch.unknown', 'there is no such delivery');
      const nowMs = clock.now();
      // Fetched again, the same body is news: what we remember of it no longer stands.
      const again: FeedNews = batch.way === 'pull' ? { pullState: {} } : {};
      const undone = await database.transaction(async (queries) => {
        if (!(await batches.markUndone(queries, batchId, nowMs, by))) return undefined;
        await observations.undo(queries, batchId);
        await box.takeBack(queries, batchId);
        // What it owes and has sent by this alone is missing again, and may be told of as overdue.
        const left = await observations.periodsLeft(queries, { batchId, feedId: batch.feedId });
        const news = { ...again, lastAcceptedMs: await batches.lastRightMs(queries, batch.feedId) };
        await feeds.noteUndone(queries, batch.feedId, news, left);
        return { news, left };
      });
      if (undone === undefined) throw new Fault('conflict', 'batch.undone', 'this delivery was taken back already');
      observations.settled({ feedId: batch.feedId, batchId, receivedMs: batch.receivedMs, cells: [] });
      void box.tell();
      refusals.forget(batch.feedId, batchId);
      feeds.undone(batch.feedId, undone.news, undone.left);
      tell(batch);
      return { ...batch, undoneMs: nowMs, undoneBy: by };
    },
    onDelivered(listener) {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
  };
}

/** The verdict once it is known what was there before; in a row with several values, one that is new is enough. */
function settledRow(judged: JudgedRow, outcomes: readonly ('new' | 'revised' | 'same')[]): StoredRow {
  const { row, line, verdict, repairs, about } = judged;
  const base = { row, line, repairs, sealed: null, ...about, faults: judged.faults, sent: judged.sent };
  const { onTime: _, ...facts } = base;
  if (verdict === 'quarantined') return { ...facts, verdict, sent: null, sealed: judged.sent };
  if (judged.faults.some(({ code }) => code === 'secret')) return { ...facts, verdict, sent: null };
  const taken = verdict === 'accepted' || verdict === 'repaired';
  if (!taken || outcomes.length === 0) return { ...facts, verdict };
  if (outcomes.every((outcome) => outcome === 'same')) {
    return { ...facts, verdict: 'duplicate', faults: [{ column: null, code: 'duplicateOfEarlier', detail: '' }] };
  }
  return { ...facts, verdict: verdict === 'accepted' && outcomes.includes('revised') ? 'revised' : verdict };
}

/** A file that is sent again every day says nothing new: the words of its first rows are enough to see that. */
function shortened(rows: readonly StoredRow[]): readonly StoredRow[] {
  let repeated = 0;
  return rows.map((row) => {
    if (row.faults[0]?.code !== 'duplicateOfEarlier') return row;
    repeated += 1;
    return repeated > MOST_REPEATED ? { ...row, sent: null } : row;
  });
}

function countsOf(rows: readonly { verdict: RowVerdictKind }[]): BatchCounts {
  const counts = { accepted: 0, repaired: 0, revised: 0, duplicate: 0, quarantined: 0, rejected: 0 };
  for (const { verdict } of rows) counts[verdict] += 1;
  return { ...counts, received: ROW_VERDICTS.reduce((sum, verdict) => sum + counts[verdict], 0) };
}

/** What may be kept in clear: neither what names people nor what is secret. */
function keptRows(rows: readonly JudgedRow[]) {
  return rows.flatMap(({ row, line, sent, verdict, faults }) =>
    verdict === 'quarantined' || faults.some(({ code }) => code === 'secret') ? [] : [{ row, line, sent }],
  );
}

function newestOf(rows: readonly JudgedRow[]): ReadonlyMap<string, number> {
  const newest = new Map<string, number>();
  for (const { observations } of rows) {
    for (const { indicator, period } of observations) {
      newest.set(indicator, Math.max(period.startMs, newest.get(indicator) ?? Number.NEGATIVE_INFINITY));
    }
  }
  return newest;
}

function cellsOf(rows: readonly JudgedRow[]) {
  return rows.flatMap(({ observations }) =>
    observations.map(({ indicator, areaCode, period }) => ({ indicator, areaCode, period })),
  );
}
