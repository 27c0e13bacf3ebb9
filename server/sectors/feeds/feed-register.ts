import { randomUUID } from 'node:crypto';
import type { Clock } from '#base/clock';
import type { Queries } from '#base/database';
import { Fault, messageOf } from '#base/errors';
import type { Logger, SecretRegister } from '#base/log';
import type { FeedInput, FeedView } from '#contracts/feeds';
import type { TokenView } from '#contracts/http';
import type { Catalogue, Places } from '../interfaces.ts';
import { feedState } from './feed-state.ts';
import { type FeedNews, type FeedStore, NO_UNIT, type StoredFeed } from './feed-store.ts';
import { withSince } from './owed-since.ts';

/** All feeds, in memory as they are in the database, and how each of them stands. */
export interface FeedRegister {
  list(): readonly StoredFeed[];
  find(id: string): StoredFeed | undefined;
  /** Throws `Fault` `notFound`. */
  get(id: string): StoredFeed;
  /** By indicator: where the newest period begins that came. */
  newest(id: string): ReadonlyMap<string, number>;
  view(feed: StoredFeed): FeedView;
  /** `by`: as the audit names whoever does it. */
  create(input: FeedInput, by: string): Promise<StoredFeed>;
  /** A secret that is left out stays. Throws `conflict` unless `version` is the one that the feed has. */
  update(id: string, input: FeedInput, version: number, by: string): Promise<StoredFeed>;
  remove(id: string): Promise<StoredFeed>;
  setToken(id: string, token: TokenView | null): Promise<void>;
  /** Tokens as they are used by now. */
  refreshTokens(): Promise<void>;
  /** In the caller's transaction; `noted` takes it over in memory afterwards. */
  note(queries: Queries, id: string, news: FeedNews, newest?: ReadonlyMap<string, number>): Promise<void>;
  noted(id: string, news: FeedNews, newest?: ReadonlyMap<string, number>): void;
  /**
   * The same two of a delivery that is taken back. `left`, by indicator: where the newest period begins that still counts,
   * which may be earlier than what was known; `null` where none does.
   */
  noteUndone(queries: Queries, id: string, news: FeedNews, left: ReadonlyMap<string, number | null>): Promise<void>;
  undone(id: string, news: FeedNews, left: ReadonlyMap<string, number | null>): void;
  /** Made, changed or removed by somebody: settings are others now. */
  onSaved(listener: (feedId: string) => void): () => void;
  /** That too, and whenever it stands otherwise. */
  onChanged(listener: (change: { feedId: string }) => void): () => void;
  close(): void;
}

/** How often states are looked at: they change by time alone. */
const LOOK_MS = 15_000;
/** Feeds that there may be at most. */
const MOST_FEEDS = 2000;
const MOST_FEEDS_OF_UNIT = 50;
/** In one feed: 100 communes with 200 indicators. */
const MOST_CELLS = 20_000;

export async function createFeedRegister({
  store,
  clock,
  log,
  secrets,
  catalogue,
  places,
  listTokens,
  checkInput,
}: {
  store: FeedStore;
  clock: Clock;
  log: Logger;
  secrets: Pick<SecretRegister, 'add'>;
  catalogue: Pick<Catalogue, 'indicator' | 'sector'>;
  places: Pick<Places, 'timeZone' | 'isDueDay' | 'unit'>;
  listTokens: () => Promise<readonly TokenView[]>;
  /** What a way of delivering has to say of its settings; throws `Fault`. */
  checkInput: (input: FeedInput, secret: string | undefined) => Promise<void>;
}): Promise<FeedRegister> {
  const feeds = new Map((await store.list()).map((feed) => [feed.id, feed]));
  const newest = new Map<string, Map<string, number>>();
  for (const { feedId, indicator, startMs } of await store.periods()) newestOf(feedId).set(indicator, startMs);
  let tokens = new Map((await listTokens()).map((token) => [token.id, token]));
  const states = new Map<string, string>();
  /** While one of these is on its way to the database, another would write over it. */
  const writing = new Set<string>();
  const savedListeners = new Set<(feedId: string) => void>();
  const changeListeners = new Set<(change: { feedId: string }) => void>();
  for (const feed of feeds.values()) protect(feed);

  function newestOf(feedId: string): Map<string, number> {
    let found = newest.get(feedId);
    if (found === undefined) {
      found = new Map();
      newest.set(feedId, found);
    }
    return found;
  }

  function protect({ secrets: own }: StoredFeed): void {
    for (const secret of [own.pull, own.mqtt]) if (secret !== undefined && secret !== '') secrets.add(secret);
  }

  function stateOf(feed: StoredFeed) {
    return feedState({ ...feed, newest: newestOf(feed.id) }, clock.now(), { indicator: catalogue.indicator, places });
  }

  function get(id: string): StoredFeed {
    const feed = feeds.get(id);
    if (feed === undefined) throw new Fault('notFound', 'feed.unknown', 'there is no such feed');
    return feed;
  }

  function tell(feedId: string, saved: boolean): void {
    const feed = feeds.get(feedId);
    if (feed === undefined) states.delete(feedId);
    else states.set(feedId, stateOf(feed).state);
    for (const listener of saved ? savedListeners : []) guarded(() => listener(feedId));
    for (const listener of changeListeners) guarded(() => listener({ feedId }));
  }

  function guarded(run: () => void): void {
    try {
      run();
    } catch (error) {
      log.error({ reason: messageOf(error) }, 'somebody could not be told of a feed');
    }
  }

  /** Throws for what is wrong by itself; `id`: of the feed that it is to be. */
  function check(input: FeedInput, id?: string): void {
    const wrong = (path: string, code: string, message: string): Fault =>
      new Fault('invalid', 'request.invalid', 'some fields of the request are wrong', {
        fields: [{ path, code, message }],
      });
    if (catalogue.sector(input.sector) === undefined)
      throw wrong('sector', 'feed.unknownSector', 'there is no such sector');
    const ownerless = input.way === 'builtin' && input.ownerUnitId === NO_UNIT;
    if (!ownerless && places.unit(input.ownerUnitId) === undefined)
      throw wrong('ownerUnitId', 'feed.unknownUnit', 'there is no such unit');
    const cellCount = input.obliged.reduce((sum, { cells }) => sum + cells.length, 0);
    if (cellCount > MOST_CELLS) throw wrong('obliged', 'feed.tooManyCells', `a feed has at most ${MOST_CELLS} cells`);
    const others = [...feeds.values()].filter(
      (feed) => feed.id !== id && feed.input.ownerUnitId === input.ownerUnitId && feed.input.way !== 'builtin',
    );
    const moves = id === undefined || feeds.get(id)?.input.ownerUnitId !== input.ownerUnitId;
    if (moves && input.way !== 'builtin' && others.length >= MOST_FEEDS_OF_UNIT)
      throw new Fault('conflict', 'feed.tooManyOfUnit', `this unit has ${MOST_FEEDS_OF_UNIT} feeds already`);
    for (const [at, { indicator: code, cells }] of input.obliged.entries()) {
      const indicator = catalogue.indicator(code);
      if (indicator?.sector !== input.sector || indicator.kind === 'ratio') {
        throw wrong(
          `obliged.${at}.indicator`,
          'feed.notDelivered',
          `${code} is nothing that this sector has delivered`,
        );
      }
      const stranger = cells.find(({ unitId }) => unitId !== null && places.unit(unitId) === undefined);
      if (stranger !== undefined) throw wrong(`obliged.${at}.cells`, 'feed.unknownUnit', 'there is no such unit');
    }
  }

  /** Settings without secrets, and the secrets. */
  function parted(input: FeedInput, before: StoredFeed | undefined): Pick<StoredFeed, 'input' | 'secrets'> {
    const { secret, ...pull } = input.pull ?? {};
    const { password, ...mqtt } = input.mqtt ?? {};
    // One that was made for another address does not go to the new one.
    const samePull = before?.input.pull?.url === input.pull?.url ? before?.secrets.pull : undefined;
    const sameMqtt = before?.input.mqtt?.url === input.mqtt?.url ? before?.secrets.mqtt : undefined;
    const [pullSecret, mqttSecret] = [
      input.pull === null ? undefined : (secret ?? samePull),
      input.mqtt === null ? undefined : (password ?? sameMqtt),
    ];
    return {
      input: {
        ...input,
        obliged: withSince(input, before?.input, clock.now()),
        pull: input.pull === null ? null : { ...input.pull, ...pull, secret: undefined },
        mqtt: input.mqtt === null ? null : { ...input.mqtt, ...mqtt, password: undefined },
      },
      secrets: {
        ...(pullSecret === undefined ? {} : { pull: pullSecret }),
        ...(mqttSecret === undefined ? {} : { mqtt: mqttSecret }),
      },
    };
  }

  /** What came of it meanwhile, while its address was looked up and while it was written, stays. */
  async function save(draft: StoredFeed, before: StoredFeed | undefined, by: string): Promise<StoredFeed> {
    const { id, version, input, secrets: own } = draft;
    // What was remembered of another address says nothing of this one.
    const forgets = before !== undefined && before.input.pull?.url !== input.pull?.url ? { pullState: {} } : {};
    const now = (): StoredFeed => ({
      ...(before === undefined ? draft : get(id)),
      ...{ version, input, secrets: own, ...forgets },
    });
    protect(draft);
    await checkInput(input, own.pull ?? own.mqtt);
    if (before !== undefined && get(id).version !== before.version) throw changedMeanwhile();
    return writingAlone(id, async () => {
      await store.save(now(), by, clock.now());
      const saved = now();
      feeds.set(id, saved);
      tell(id, true);
      return saved;
    });
  }

  async function writingAlone<T>(id: string, write: () => Promise<T>): Promise<T> {
    if (writing.has(id)) throw changedMeanwhile();
    writing.add(id);
    try {
      return await write();
    } finally {
      writing.delete(id);
    }
  }

  function noted(id: string, news: FeedNews, came?: ReadonlyMap<string, number>): void {
    const feed = feeds.get(id);
    if (feed === undefined) return;
    feeds.set(id, { ...feed, ...news });
    const mine = newestOf(id);
    for (const [indicator, startMs] of came ?? []) {
      mine.set(indicator, Math.max(startMs, mine.get(indicator) ?? Number.NEGATIVE_INFINITY));
    }
    tell(id, false);
  }

  const stopLooking = clock.every(LOOK_MS, () => {
    for (const feed of feeds.values()) {
      const { state } = stateOf(feed);
      if (states.get(feed.id) !== state) tell(feed.id, false);
    }
  });

  return {
    list: () => [...feeds.values()],
    find: (id) => feeds.get(id),
    get,
    newest: newestOf,
    view(feed) {
      const { input, secrets: own, tokenId } = feed;
      const token = tokenId === null ? undefined : tokens.get(tokenId);
      const { pull, mqtt, ...settings } = input;
      return {
        ...settings,
        id: feed.id,
        version: feed.version,
        ownerName: places.unit(input.ownerUnitId)?.name ?? '',
        pull: pull === null ? null : { ...without(pull, 'secret'), hasSecret: (own.pull ?? '') !== '' },
        mqtt: mqtt === null ? null : { ...without(mqtt, 'password'), hasPassword: (own.mqtt ?? '') !== '' },
        ...stateOf(feed),
        lastAttemptMs: feed.lastAttemptMs,
        lastAcceptedMs: feed.lastAcceptedMs,
        lastError: feed.lastError,
        lastHeartbeatMs: feed.lastHeartbeatMs,
        token:
          token === undefined ? null : { hint: token.hint, expiresMs: token.expiresMs, lastUsedMs: token.lastUsedMs },
        createdMs: feed.createdMs,
      };
    },
    async create(input, by) {
      if (feeds.size >= MOST_FEEDS)
        throw new Fault('conflict', 'feed.tooMany', `there are ${MOST_FEEDS} feeds already`);
      check(input);
      const empty = {
        tokenId: null,
        lastAttemptMs: null,
        lastAcceptedMs: null,
        lastError: null,
        lastHeartbeatMs: null,
      };
      const made = { id: randomUUID(), version: 1, pullState: {}, createdMs: clock.now() };
      return save({ ...empty, ...made, ...parted(input, undefined) }, undefined, by);
    },
    async update(id, input, version, by) {
      const before = get(id);
      if (before.version !== version) throw changedMeanwhile();
      check(input, id);
      return save({ ...before, version: before.version + 1, ...parted(input, before) }, before, by);
    },
    async remove(id) {
      const feed = get(id);
      await writingAlone(id, () => store.remove(id, clock.now()));
      feeds.delete(id);
      tell(id, true);
      return feed;
    },
    async setToken(id, token) {
      get(id);
      await store.setToken(id, token?.id ?? null);
      feeds.set(id, { ...get(id), tokenId: token?.id ?? null });
      if (token !== null) tokens.set(token.id, token);
      tell(id, false);
    },
    async refreshTokens() {
      tokens = new Map((await listTokens()).map((token) => [token.id, token]));
    },
    async note(queries, id, news, came) {
      await store.note(queries, id, news);
      if (came !== undefined) await store.notePeriods(queries, id, came);
    },
    noted,
    async noteUndone(queries, id, news, left) {
      await store.note(queries, id, news);
      await store.setPeriods(queries, id, left);
    },
    undone(id, news, left) {
      const mine = newestOf(id);
      for (const [indicator, startMs] of left) {
        if (startMs === null) mine.delete(indicator);
        else mine.set(indicator, startMs);
      }
      noted(id, news);
    },
    onSaved(listener) {
      savedListeners.add(listener);
      return () => savedListeners.delete(listener);
    },
    onChanged(listener) {
      changeListeners.add(listener);
      return () => changeListeners.delete(listener);
    },
    close: stopLooking,
  };
}

function changedMeanwhile(): Fault {
  return new Fault('conflict', 'feed.changedMeanwhile', 'somebody else has just changed this feed');
}

function without<T extends object, K extends keyof T>(value: T, key: K): Omit<T, K> {
  const { [key]: _, ...rest } = value;
  return rest;
}
