import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createSecretRegister, silentLogger } from '#base/log';
import { createSecretBox } from '#base/secrets';
import { type FeedDraft, type FeedInput, feedInputSchema, type RowVerdict } from '#contracts/feeds';
import { createFeedRegister } from '../../server/sectors/feeds/feed-register.ts';
import { createFeedStore, type StoredFeed } from '../../server/sectors/feeds/feed-store.ts';
import { createBatchStore } from '../../server/sectors/intake/batch-store.ts';
import { createEventBox } from '../../server/sectors/intake/event-box.ts';
import { createIntake, type Delivered, type Delivery } from '../../server/sectors/intake/intake.ts';
import { createRawRows } from '../../server/sectors/intake/raw-rows.ts';
import { rowView } from '../../server/sectors/intake/views.ts';
import { createObservations } from '../../server/sectors/observations/observations.ts';
import { createFakeClock } from './clock.ts';
import { createTemporaryDatabase } from './database.ts';
import { at, fakeCatalogue, fakePlaces, fakeSectorEvents } from './sectors.ts';

export type Deliveries = Awaited<ReturnType<typeof openDeliveries>>;

/** The real intake with the real database and observations; only catalogue, places and the queue stand in. */
export async function openDeliveries({
  mostRows = 1000,
  checkInput = async () => {},
}: {
  mostRows?: number;
  checkInput?: (input: FeedInput) => Promise<void>;
} = {}) {
  const folder = await mkdtemp(join(tmpdir(), 'tamnhin-deliveries-'));
  const clock = createFakeClock(at('2026-11-26'));
  const [log, secretBox] = [silentLogger(), createSecretBox(new Uint8Array(32).fill(9))];
  const database = await createTemporaryDatabase(clock);
  const [catalogue, places, queue] = [fakeCatalogue(), fakePlaces(), fakeSectorEvents()];
  const observations = await createObservations({ database, clock, log });
  const store = createFeedStore(database, secretBox);
  const openRegister = () =>
    createFeedRegister({
      ...{ store, clock, log, secrets: createSecretRegister(), catalogue, places },
      listTokens: async () => [],
      checkInput,
    });
  const register = await openRegister();
  const box = createEventBox({
    ...{ database, events: queue.events, clock, log },
    sectorOf: (feedId) => register.find(feedId)?.input,
  });
  const batches = createBatchStore(database, secretBox);
  const raw = createRawRows(join(folder, 'raw'));
  const intake = createIntake({
    ...{ database, clock, log, catalogue, places, observations, events: queue.events, box, batches, raw, mostRows },
    feeds: register,
  });

  async function addFeed(more: Partial<FeedDraft> = {}): Promise<StoredFeed> {
    const draft = { name: 'Một cửa', sector: 'thu_tuc', ownerUnitId: 'so', way: 'push', ...more };
    return register.create(feedInputSchema.parse(draft), 'test');
  }
  async function send(
    feed: StoredFeed,
    body: string | Uint8Array | readonly object[],
    more: Partial<Delivery> = {},
  ): Promise<Delivered> {
    const bytes =
      body instanceof Uint8Array ? body : Buffer.from(typeof body === 'string' ? body : JSON.stringify(body));
    const done = await intake.take({
      ...{ feed, bytes, format: feed.input.format, mapping: feed.input.mapping, way: feed.input.way },
      ...{ sender: 'token:test', mayUnit: () => true, ...more },
    });
    if (done === null) throw new Error('there was nothing new in it');
    return done;
  }
  return {
    ...{
      folder,
      clock,
      log,
      database,
      catalogue,
      places,
      observations,
      register,
      openRegister,
      store,
      box,
      batches,
      raw,
      intake,
    },
    ...{ queue: queue.events, opened: queue.opened, ended: queue.ended, addFeed, send },
    /** All values as they count now. */
    values: (indicator = 'thu_tuc.tiep_nhan') => observations.newest({ indicator, fromMs: 0, toMs: at('2100-01-01') }),
    async close(): Promise<void> {
      register.close();
      await box.close();
      await database.close();
      await rm(folder, { recursive: true });
    },
  };
}

/** A row of one value, right in every way. */
export const good = (more: object = {}) => ({
  ...{ indicator: 'thu_tuc.tiep_nhan', area: '30307', period: '2026-11-25', value: 41, ...more },
});
export const verdicts = ({ rows }: Delivered): readonly RowVerdict[] => rows.map((row) => rowView(row, 'vi', false));
export const codes = (done: Delivered): string[] => done.rows.flatMap(({ faults }) => faults.map(({ code }) => code));
