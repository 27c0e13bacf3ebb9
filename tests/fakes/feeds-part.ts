import { type Clock, systemClock } from '#base/clock';
import { createSecretRegister, silentLogger } from '#base/log';
import { createSecretBox } from '#base/secrets';
import { createShutdown } from '#base/shutdown';
import { type FeedDraft, feedInputSchema } from '#contracts/feeds';
import { configSchema } from '../../config/schema.ts';
import { createFeedsPart } from '../../server/feeds-part.ts';
import type { OwnFacts } from '../../server/sectors/connectors/connector.ts';
import { createObservations } from '../../server/sectors/observations/observations.ts';
import type { createTemporaryDatabase } from './database.ts';
import { fakeCatalogue, fakePlaces, fakeSectorEvents } from './sectors.ts';

type Database = Awaited<ReturnType<typeof createTemporaryDatabase>>;

/** All that takes deliveries, over a real database. `stop` may be called twice. */
export async function openFeedsPart({
  database,
  clock = systemClock,
  networks = ['127.0.0.0/8'],
  facts = { 'thu_tuc.tiep_nhan': async () => [{ areaCode: null, value: 12 }] },
}: {
  database: Database;
  clock?: Clock;
  networks?: string[];
  facts?: OwnFacts;
}) {
  const log = silentLogger();
  const [queue, shutdown] = [fakeSectorEvents(), createShutdown(log)];
  const places = fakePlaces();
  const config = configSchema.parse({ feeds: { networks }, data: { directory: `${database.path}.data` } });
  const observations = await createObservations({ database, clock, log });
  const part = await createFeedsPart(
    { config, clock, log, secrets: createSecretRegister(), shutdown },
    {
      ...{ database, secretBox: createSecretBox(new Uint8Array(32).fill(1)), catalogue: fakeCatalogue(), places },
      ...{ observations, sectorEvents: queue.events, facts },
      access: {
        tokens: {
          list: async () => [],
          create: () => Promise.reject(new Error('no tokens here')),
          rotate: () => Promise.reject(new Error('no tokens here')),
          remove: () => Promise.reject(new Error('no tokens here')),
        },
      },
    },
  );
  let stopped: Promise<unknown> | undefined;
  const stop = () => {
    stopped ??= shutdown.run();
    return stopped;
  };
  part.beginFeeds();
  const add = (more: Partial<FeedDraft>) =>
    part.feedRegister.create(
      feedInputSchema.parse({
        name: 'x',
        sector: 'mang_xa_hoi',
        ownerUnitId: 'so',
        way: 'pull',
        carries: 'events',
        format: 'feed',
        ...more,
      }),
      'test',
    );
  const view = (id: string) => part.feedRegister.view(part.feedRegister.get(id));
  const batches = (id: string) => part.deliveries.batches.list(id, Number.MAX_SAFE_INTEGER, 100);
  return { ...part, ...queue, add, view, batches, stop, observations };
}
