import { join, resolve } from 'node:path';
import type { Clock } from '#base/clock';
import type { Database } from '#base/database';
import { messageOf } from '#base/errors';
import type { Logger, SecretRegister } from '#base/log';
import type { SecretBox } from '#base/secrets';
import type { Shutdown } from '#base/shutdown';
import { feedInputSchema } from '#contracts/feeds';
import { createAddressGuard } from '../camera-adapters/address-guard.ts';
import type { Config } from '../config/schema.ts';
import type { Access } from './access/access.ts';
import { createFeedAccess } from './http/routes/feed-access.ts';
import { type OwnFacts, SOMETIMES } from './sectors/connectors/connector.ts';
import { checkConnector, createConnectors } from './sectors/connectors/index.ts';
import { createFeedRegister } from './sectors/feeds/feed-register.ts';
import { createFeedStore, type FeedNews, NO_UNIT } from './sectors/feeds/feed-store.ts';
import { createFeeds } from './sectors/feeds/feeds.ts';
import { createBatchStore } from './sectors/intake/batch-store.ts';
import { createEventBox } from './sectors/intake/event-box.ts';
import { createFlowLimit } from './sectors/intake/flow-limit.ts';
import { createIntake } from './sectors/intake/intake.ts';
import { createRawRows } from './sectors/intake/raw-rows.ts';
import { createUploads } from './sectors/intake/uploads.ts';
import type { Catalogue, Observations, Places, SectorEvents } from './sectors/interfaces.ts';

const DAY_MS = 86_400_000;
const SWEEP_MS = 3_600_000;
/** What is counted of our own may begin any day. */
const OWN_FEEDS_MS = 10 * 60_000;
/** Longer than any window of the scores. */
const HEARTBEATS_MS = 60 * DAY_MS;
/** Days in which the owner can look at what was set aside. */
const SEALED_MS = 30 * DAY_MS;

/** Joins how departments deliver with what becomes of it. `beginFeeds` once everybody listens. */
export async function createFeedsPart(
  house: { config: Config; clock: Clock; log: Logger; secrets: SecretRegister; shutdown: Pick<Shutdown, 'add'> },
  parts: {
    database: Database;
    secretBox: SecretBox;
    access: Pick<Access, 'tokens'>;
    catalogue: Catalogue;
    places: Places;
    observations: Observations;
    sectorEvents: Pick<SectorEvents, 'open' | 'end'>;
    /** What our own cameras and reports have to say. */
    facts: OwnFacts;
  },
) {
  const { config, clock, log, secrets, shutdown } = house;
  const { database, secretBox, access, catalogue, places, observations, sectorEvents } = parts;
  const { check } = createAddressGuard({ allowNetworks: config.feeds.networks });

  const store = createFeedStore(database, secretBox);
  const register = await createFeedRegister({
    ...{ store, clock, log, secrets, catalogue, places, listTokens: access.tokens.list },
    checkInput: (input, secret) => checkConnector(input, secret, { check, places }),
  });
  shutdown.add('feeds', () => register.close());

  const box = createEventBox({
    ...{ database, events: sectorEvents, clock, log },
    sectorOf: (feedId) => register.find(feedId)?.input,
  });
  shutdown.add('events of feeds', () => box.close());
  const batches = createBatchStore(database, secretBox);
  const raw = createRawRows(join(resolve(config.data.directory), 'deliveries'));
  const intake = createIntake({
    ...{ database, clock, log, catalogue, places, observations, events: sectorEvents, box, batches, raw },
    ...{ feeds: register, mostRows: config.feeds.mostRows },
  });
  const uploads = createUploads(clock);
  shutdown.add('uploads', () => uploads.close());
  const flow = createFlowLimit(clock);

  async function note(feedId: string, news: FeedNews, beats = false): Promise<void> {
    const nowMs = clock.now();
    const alive = beats && flow.beat(feedId);
    const whole = alive ? { ...news, lastHeartbeatMs: nowMs } : news;
    await database.transaction(async (queries) => {
      if (alive) await store.noteHeartbeat(queries, feedId, nowMs);
      await register.note(queries, feedId, whole);
    });
    register.noted(feedId, whole);
  }

  const connectors = createConnectors(register, {
    ...{ clock, log, database, catalogue, places, intake, check, note, random: Math.random },
    ...{ facts: parts.facts, feedOf: register.find, newest: register.newest },
  });
  shutdown.add('connectors', () => connectors.close());

  async function sweep(): Promise<void> {
    const nowMs = clock.now();
    const { keepRawDays, keepRawMegabytes } = config.feeds;
    await raw.sweep({ beforeMs: nowMs - keepRawDays * DAY_MS, mostBytes: keepRawMegabytes * 1_000_000 });
    while (await batches.forgetSent(nowMs - keepRawDays * DAY_MS));
    await store.forgetHeartbeats(nowMs - HEARTBEATS_MS);
    await batches.forgetSealed(nowMs - SEALED_MS);
  }
  shutdown.add(
    'old deliveries',
    clock.every(SWEEP_MS, () => {
      sweep().catch((error: unknown) => log.error({ reason: messageOf(error) }, 'old deliveries are not removed'));
    }),
  );

  /** What is the house's own delivers from the first day, before there is any department: a feed for each sector. */
  async function addOwn(): Promise<void> {
    const codes = Object.keys(parts.facts).filter((code) => catalogue.indicator(code) !== undefined);
    const kept = new Set(register.list().flatMap(({ input }) => (input.way === 'builtin' ? [input.sector] : [])));
    for (const sector of catalogue.sectors()) {
      const obliged = codes.filter((code) => code.startsWith(`${sector.key}.`));
      if (obliged.length === 0 || kept.has(sector.key)) continue;
      // Of what nobody owes there is a feed once there is something to say.
      if (obliged.every((code) => SOMETIMES.has(code)) && !(await saysSomething(obliged))) continue;
      const input = feedInputSchema.parse({
        name: sector.name.vi,
        sector: sector.key,
        ownerUnitId: sector.owningUnitId ?? NO_UNIT,
        way: 'builtin',
        obliged: obliged.filter((code) => !SOMETIMES.has(code)).map((indicator) => ({ indicator, cells: [] })),
      });
      await register.create(input, 'system');
    }
  }

  async function saysSomething(codes: readonly string[]): Promise<boolean> {
    const nowMs = clock.now();
    for (const code of codes) {
      const said = await parts.facts[code]?.({ startMs: nowMs - DAY_MS, endMs: nowMs });
      if (said !== undefined && said.length > 0) return true;
    }
    return false;
  }
  function addOwnFeeds(): void {
    addOwn().catch((error: unknown) => log.error({ reason: messageOf(error) }, 'the feeds of the house are missing'));
  }

  return {
    feeds: createFeeds({ register, store, batches, intake }),
    intake,
    feedRegister: register,
    /** What the routes need. */
    deliveries: {
      ...{ feedAccess: createFeedAccess(register, places, catalogue), register, batches, raw, uploads, flow, intake },
      feedOf: register.find,
      pullNow: connectors.pullNow,
      beat: (feedId: string) => note(feedId, {}, true),
      mostBytes: config.feeds.mostMegabytes * 1_000_000,
      mostRows: config.feeds.mostRows,
    },
    beginFeeds(): void {
      void box.tell();
      connectors.start();
      addOwnFeeds();
      shutdown.add('own feeds', clock.every(OWN_FEEDS_MS, addOwnFeeds));
    },
  };
}
