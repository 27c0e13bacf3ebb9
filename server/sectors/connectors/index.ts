import { Fault, messageOf } from '#base/errors';
import type { FeedInput } from '#contracts/feeds';
import type { FeedRegister } from '../feeds/feed-register.ts';
import { builtin } from './builtin.ts';
import type { Connection, Connector, ConnectorTools } from './connector.ts';
import { mqtt } from './mqtt.ts';
import { pull } from './pull.ts';

/** Ways by which we get data ourselves. */
const CONNECTORS: readonly Connector[] = [pull, mqtt, builtin];

export async function checkConnector(input: FeedInput, tools: Pick<ConnectorTools, 'check' | 'places'>): Promise<void> {
  await CONNECTORS.find(({ way }) => way === input.way)?.check(input, tools);
}

/** Keeps a connection for each feed that needs one, as it is set up now. */
export interface Connectors {
  start(): void;
  /** Throws `Fault` when the feed is none that is fetched. */
  pullNow(feedId: string): Promise<void>;
  close(): Promise<void>;
}

export function createConnectors(
  register: Pick<FeedRegister, 'list' | 'find' | 'onSaved'>,
  tools: ConnectorTools,
): Connectors {
  const open = new Map<string, Connection>();
  /** One after another for each feed: the old connection has ended before the new one begins. */
  const changing = new Map<string, Promise<void>>();
  let closed = false;

  function follow(feedId: string): void {
    const next = (changing.get(feedId) ?? Promise.resolve())
      .then(() => change(feedId))
      .catch((error: unknown) => {
        tools.log.error({ feed: feedId, reason: messageOf(error) }, 'a feed is not connected');
      });
    changing.set(feedId, next);
    void next.then(() => {
      if (changing.get(feedId) === next) changing.delete(feedId);
    });
  }

  async function change(feedId: string): Promise<void> {
    const before = open.get(feedId);
    open.delete(feedId);
    await before?.close();
    const feed = register.find(feedId);
    if (closed || feed === undefined || feed.input.paused) return;
    const connector = CONNECTORS.find(({ way }) => way === feed.input.way);
    if (connector !== undefined) open.set(feedId, connector.open(feed, tools));
  }

  let stop = (): void => {};
  return {
    start() {
      stop = register.onSaved(follow);
      for (const { id } of register.list()) follow(id);
    },
    async pullNow(feedId) {
      await changing.get(feedId);
      const now = open.get(feedId)?.now;
      if (now === undefined) throw new Fault('conflict', 'feed.notFetched', 'this feed is not fetched, or paused');
      await now();
    },
    async close() {
      closed = true;
      stop();
      await Promise.all(changing.values());
      await Promise.all([...open.values()].map((connection) => connection.close()));
    },
  };
}
