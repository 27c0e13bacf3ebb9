import { isIP } from 'node:net';
import { connect, type IPublishPacket, type MqttClient } from 'mqtt';
import { Fault, messageOf } from '#base/errors';
import { backOff } from '#base/retry';
import type { StoredFeed } from '../feeds/feed-store.ts';
import { speaksFor } from '../feeds/feed-units.ts';
import { formatOf } from '../intake/formats/index.ts';
import { unreadable } from '../intake/formats/json.ts';
import { type RawRow, type Reading, Refusal } from '../intake/raw-row.ts';
import { type Connection, type Connector, ConnectorFault, type ConnectorTools } from './connector.ts';
import { guardFault } from './fetch-checked.ts';

/**
 * Sensors and counters: everything below the feed's prefix is a row, or a list of them. A message is confirmed to the
 * broker (QoS 1) once it stands in our inbox on disk; what came within a few seconds becomes one delivery. What a device
 * leaves as its last will at `<prefix>/heartbeat` says that it is gone; anything else there that it lives.
 */
export const mqtt: Connector = {
  way: 'mqtt',
  async check({ mqtt: settings, format }, _secret, { check }) {
    if (settings === null) return;
    if (/[#+]/.test(settings.prefix)) throw field('mqtt.prefix', 'feed.badTopic', 'a prefix has no # and no +');
    if (format !== 'json' && format !== 'ndjson') throw field('format', 'feed.badFormat', 'messages are JSON');
    try {
      await check(settings.url, ['mqtt', 'mqtts']);
    } catch (error) {
      const fault = guardFault(error);
      if (fault?.code === 'refusedAddress') throw field('mqtt.url', 'feed.refusedAddress', fault.message);
    }
  },
  open,
};

const CONNECT_MS = 15_000;
const FLUSH_MS = 2000;
const MOST_MESSAGE_BYTES = 262_144;
/** Of the inbox; while it is full, nothing is confirmed and the broker keeps it. */
const MOST_WAITING = 20_000;
const MOST_WAITING_BYTES = 200_000_000;
/** Of a delivery. */
const MOST_AT_ONCE = 2000;
const MOST_ROWS = 20_000;
const MOST_BYTES = 8_000_000;
const GONE = new Set(['', '0', 'off', 'offline', 'gone', 'down', 'false']);

function open(feed: StoredFeed, tools: ConnectorTools): Connection {
  const { clock, log, database } = tools;
  const over = new AbortController();
  const retry = backOff({ firstMs: 2000, maxMs: 120_000, random: tools.random });
  const prefix = (feed.input.mqtt?.prefix ?? '').replace(/\/+$/, '');
  let client: MqttClient | undefined;
  let stopTimer = (): void => {};
  let flushing: Promise<void> = Promise.resolve();
  let [waiting, waitingBytes] = [0, 0];
  const full = (): boolean => waiting >= MOST_WAITING || waitingBytes >= MOST_WAITING_BYTES;

  /** In our inbox, or where it says how the device is. Rejects where it cannot be kept: it is not confirmed then. */
  async function receive({ topic, payload }: IPublishPacket): Promise<void> {
    const body = Buffer.from(payload);
    const below = topic.slice(prefix.length + 1);
    if (below === 'heartbeat') return beat(body.toString('utf8').trim().toLowerCase());
    if (body.byteLength === 0) return;
    const nowMs = clock.now();
    if (body.byteLength > MOST_MESSAGE_BYTES) {
      const message = `${below}: ${body.byteLength} bytes`;
      await tools.note(feed.id, { lastAttemptMs: nowMs, lastError: { atMs: nowMs, code: 'tooLarge', message } });
      return;
    }
    if (full()) await flush();
    if (full()) throw new Error('the inbox is full');
    const sql = 'INSERT INTO feed_inbox (feed_id, received_ms, topic, body) VALUES (?, ?, ?, ?)';
    await database.run(sql, feed.id, nowMs, below.slice(0, 500), body);
    waiting += 1;
    waitingBytes += body.byteLength;
  }

  async function beat(word: string): Promise<void> {
    const nowMs = clock.now();
    if (!GONE.has(word)) return tools.note(feed.id, {}, true);
    await tools.note(feed.id, { lastError: { atMs: nowMs, code: 'deviceGone', message: `${prefix}/heartbeat` } });
  }

  function flush(): Promise<void> {
    flushing = flushing
      .then(async () => {
        try {
          while (!over.signal.aborted && (await deliverInbox(feed.id, tools)));
        } finally {
          // Also of what could not be delivered: it takes its room.
          const row = await database.get<{ left: number; bytes: number }>(
            'SELECT COUNT(*) AS left, COALESCE(SUM(LENGTH(body)), 0) AS bytes FROM feed_inbox WHERE feed_id = ?',
            feed.id,
          );
          [waiting, waitingBytes] = [row?.left ?? 0, row?.bytes ?? 0];
        }
      })
      .catch((error: unknown) => log.error({ feed: feed.id, reason: messageOf(error) }, 'messages wait in the inbox'));
    return flushing;
  }

  async function dial(): Promise<void> {
    const settings = feed.input.mqtt;
    if (settings === null) return;
    const secure = settings.url.startsWith('mqtts:');
    const { url, address } = await tools.check(settings.url, ['mqtt', 'mqtts'], over.signal);
    const dialled = connect({
      protocol: secure ? 'mqtts' : 'mqtt',
      host: address,
      port: url.port === '' ? (secure ? 8883 : 1883) : Number(url.port),
      protocolVersion: 5,
      // The broker keeps what comes while we are away.
      clientId: `tamnhin-${feed.id}`,
      clean: false,
      properties: { sessionExpiryInterval: 86_400, receiveMaximum: 100, maximumPacketSize: MOST_MESSAGE_BYTES * 2 },
      keepalive: 30,
      connectTimeout: CONNECT_MS,
      reconnectPeriod: 0,
      ...(settings.username === '' ? {} : { username: settings.username, password: feed.secrets.mqtt ?? '' }),
      ...(secure
        ? { rejectUnauthorized: true, ...(isIP(url.hostname) === 0 ? { servername: url.hostname } : {}) }
        : {}),
    });
    client = dialled;
    // The confirmation goes out when this calls back; until then the broker sends no more than it may.
    dialled.handleMessage = (packet, done) => {
      receive(packet).then(
        () => done(),
        (error: unknown) => {
          log.error({ feed: feed.id, reason: messageOf(error) }, 'a message could not be kept');
          dialled.end(true);
          done(error instanceof Error ? error : new Error(messageOf(error)));
        },
      );
    };
    await new Promise<void>((resolve, reject) => {
      dialled.on('error', (error) => reject(new ConnectorFault('unreachable', messageOf(error), { cause: error })));
      dialled.once('close', () => reject(new ConnectorFault('unreachable', 'the broker is not there or hung up')));
      dialled.once('connect', () => resolve());
    });
    dialled.removeAllListeners('close');
    dialled.once('close', () => later(new ConnectorFault('unreachable', 'the broker hung up')));
    await dialled.subscribeAsync(`${prefix}/#`, { qos: 1 });
    retry.reset();
    await tools.note(feed.id, { lastError: null });
  }

  function run(): void {
    dial().catch((error: unknown) => {
      client?.removeAllListeners('close');
      client?.end(true);
      later(guardFault(error) ?? error);
    });
  }

  function later(error: unknown): void {
    if (over.signal.aborted) return;
    const nowMs = clock.now();
    const { code, message } = error instanceof ConnectorFault ? error : { code: 'failed', message: messageOf(error) };
    tools.note(feed.id, { lastError: { atMs: nowMs, code, message } }).catch(() => {});
    stopTimer();
    stopTimer = clock.after(retry.next(), run);
  }

  const stopFlushing = clock.every(FLUSH_MS, () => {
    if (waiting > 0) void flush();
  });
  void flush();
  run();
  return {
    async close() {
      over.abort();
      stopTimer();
      stopFlushing();
      client?.removeAllListeners('close');
      await client?.endAsync(true).catch(() => {});
      await flushing;
    },
  };
}

/** What waits in the inbox becomes a delivery, and leaves it with that; whether more of it waits. */
async function deliverInbox(feedId: string, tools: ConnectorTools): Promise<boolean> {
  const { database } = tools;
  const feed = tools.feedOf(feedId);
  if (feed === undefined) return false;
  const waiting = await database.all<{ id: number; bytes: number }>(
    'SELECT id, LENGTH(body) AS bytes FROM feed_inbox WHERE feed_id = ? ORDER BY id LIMIT ?',
    ...[feedId, MOST_AT_ONCE],
  );
  const fitting = atOnce(waiting);
  const upTo = fitting.at(-1);
  if (upTo === undefined) return false;
  const messages = await database.all<Message>(
    'SELECT id, topic, body FROM feed_inbox WHERE feed_id = ? AND id <= ? ORDER BY id',
    ...[feedId, upTo.id],
  );
  const { reading, read } = await readMessages(feed, messages);
  const last = read.at(-1);
  if (last === undefined) return false;
  await tools.intake.take({
    ...{ feed, bytes: Buffer.concat(read.map(({ body }) => body)), format: feed.input.format },
    ...{ mapping: feed.input.mapping, way: 'mqtt', sender: 'system', reading },
    mayUnit: speaksFor(feed.input, tools.places.unitsAbove),
    within: async (queries) => {
      await queries.run('DELETE FROM feed_inbox WHERE feed_id = ? AND id <= ?', feedId, last.id);
    },
  });
  return read.length < waiting.length || waiting.length === MOST_AT_ONCE;
}

interface Message {
  readonly id: number;
  readonly topic: string;
  readonly body: Uint8Array;
}

/** The first of them that make a delivery of a size that can be worked on; one at least. */
export function atOnce<T extends { readonly bytes: number }>(waiting: readonly T[]): readonly T[] {
  let sum = 0;
  const end = waiting.findIndex(({ bytes }, at) => {
    sum += bytes;
    return at > 0 && sum > MOST_BYTES;
  });
  return end < 0 ? waiting : waiting.slice(0, end);
}

/** All rows of the first messages, as many as a delivery may have; one that cannot be read is one row that cannot. */
async function readMessages(
  { input }: StoredFeed,
  messages: readonly Message[],
): Promise<{ reading: Reading; read: readonly Message[] }> {
  const rows: RawRow[] = [];
  const read: Message[] = [];
  const columns = new Set<string>(['topic']);
  for (const message of messages) {
    if (rows.length >= MOST_ROWS) break;
    read.push(message);
    const { topic, body } = message;
    try {
      const reading = await formatOf(input.format).read(body, input.mapping, { mostRows: MOST_AT_ONCE });
      for (const column of reading.columns) columns.add(column);
      for (const row of reading.rows) {
        const cells = new Map(row.cells);
        if (!cells.has('topic')) cells.set('topic', topic);
        rows.push({ ...row, row: rows.length + 1, line: null, cells });
      }
    } catch (error) {
      if (!(error instanceof Refusal)) throw error;
      // Whole: whether something secret stands in it is looked at before it is shortened.
      rows.push(unreadable(rows.length + 1, null, Buffer.from(body).toString('utf8'), topic));
    }
  }
  const form = { encoding: 'utf-8', delimiter: null, repairs: [], foreignColumns: false };
  return { reading: { columns: [...columns], rows, ...form }, read };
}

function field(path: string, code: string, message: string): Fault {
  return new Fault('invalid', 'request.invalid', 'some fields of the request are wrong', {
    fields: [{ path, code, message }],
  });
}
