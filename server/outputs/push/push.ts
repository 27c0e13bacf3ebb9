import webPush from 'web-push';
import type { z } from 'zod';
import type { Clock } from '#base/clock';
import type { Database } from '#base/database';
import { Fault, messageOf } from '#base/errors';
import type { Logger } from '#base/log';
import type { SecretBox } from '#base/secrets';
import type { AlertView } from '#contracts/alerts';
import type { Language } from '#contracts/languages';
import type { PushMessage, PushState, pushSubscriptionSchema } from '#contracts/outputs';
import { createAlertChanges } from '../alert-changes.ts';
import { type CheckAddress, OutputFault } from '../output.ts';
import { checked, post } from '../post.ts';
import { pushWords } from '../words.ts';

/**
 * Web push (RFC 8030, 8291, 8292): a new or escalated alert on the devices of those who should act. What cannot be told
 * is forgotten after some minutes: it stands in the console anyway, and an old one on a phone would mislead.
 */
export interface Push {
  /** `null` where the keys could not be made. */
  publicKey(): string | null;
  /** Rejects with `Fault` `invalid` for a place that the server may not call. */
  subscribe(userId: string, subscription: PushSubscription): Promise<void>;
  /** Whose it is not, it is not there: nothing happens. */
  unsubscribe(userId: string, endpoint: string): Promise<void>;
  /** All devices of a person. */
  forget(userId: string): Promise<void>;
  alertChanged(alert: AlertView): void;
  state(): Promise<PushState>;
  close(): Promise<void>;
}
export type PushSubscription = z.output<typeof pushSubscriptionSchema>;

export interface PushOptions {
  readonly database: Database;
  readonly secretBox: SecretBox;
  readonly clock: Clock;
  readonly log: Logger;
  readonly check: CheckAddress;
  /** Who should act on an alert and may see its camera. */
  readonly receiversOf: (alert: AlertView) => Promise<readonly { userId: string; language: Language }[]>;
  readonly nameOf: (cameraId: string) => string;
  /** VAPID `sub`: how a push service reaches who runs this server; `https:` or `mailto:`. */
  readonly contact: string;
  readonly schemes?: readonly string[];
  /** Of a push service that is not public. */
  readonly ca?: string;
}

const TTL_SECONDS = 600;
const TIMEOUT_MS = 10_000;
const MOST_PER_PERSON = 10;
const MOST_WAITING = 2000;
const AT_ONCE = 8;
/** A push service that does not answer is left alone for so long. */
const REST_MS = 60_000;

interface Job {
  readonly endpoint: string;
  readonly subscription: PushSubscription;
  readonly message: PushMessage;
}

export async function createPush(options: PushOptions): Promise<Push> {
  const { database, secretBox, clock, log, check, receiversOf, nameOf, contact, schemes = ['https'] } = options;
  const keys = await loadKeys(database, secretBox);
  const changes = createAlertChanges();
  const stopping = new AbortController();
  const waiting: Job[] = [];
  const running = new Set<Promise<void>>();
  const resting = new Map<string, number>();
  let sent = 0;
  let lastError: string | null = null;
  let lastErrorMs: number | null = null;

  function trouble(reason: string): void {
    // Once: without the Internet every alert would say it again.
    if (lastError === null) log.warn({ reason }, 'a push message was not taken');
    lastError = reason.slice(0, 500);
    lastErrorMs = clock.now();
  }

  async function tell(alert: AlertView, escalated: boolean): Promise<void> {
    const receivers = await receiversOf(alert);
    for (const { userId, language } of receivers) {
      const rows = await database.all<{ endpoint: string; keys: Uint8Array }>(
        'SELECT endpoint, keys FROM push_subscriptions WHERE user_id = ?',
        userId,
      );
      const { title, body } = pushWords(alert, escalated, language, nameOf(alert.cameraId));
      const message: PushMessage = {
        ...{ title, body, url: `/alerts/${alert.id}`, tag: `alert-${alert.id}`, severity: alert.severity },
      };
      for (const row of rows) {
        if (waiting.length >= MOST_WAITING) {
          trouble('too many push messages wait');
          return;
        }
        const subscription = { endpoint: row.endpoint, keys: JSON.parse(secretBox.open(row.keys)) };
        waiting.push({ endpoint: row.endpoint, subscription, message });
      }
    }
    work();
  }

  function work(): void {
    while (running.size < AT_ONCE && !stopping.signal.aborted) {
      const job = waiting.shift();
      if (job === undefined) return;
      const doing = send(job)
        .catch((error: unknown) => trouble(messageOf(error)))
        .finally(() => {
          running.delete(doing);
          work();
        });
      running.add(doing);
    }
  }

  async function send({ endpoint, subscription, message }: Job): Promise<void> {
    const { origin } = new URL(endpoint);
    if ((resting.get(origin) ?? Number.NEGATIVE_INFINITY) > clock.monotonic()) {
      throw new OutputFault(`${origin} does not answer; it is asked again soon`);
    }
    const { headers, body } = webPush.generateRequestDetails(subscription, JSON.stringify(message), {
      TTL: TTL_SECONDS,
      urgency: 'high',
      contentEncoding: 'aes128gcm',
      vapidDetails: { subject: contact, ...keys },
    });
    let status: number;
    try {
      const place = await checked(check(endpoint, schemes, stopping.signal));
      ({ status } = await post({
        url: place.url,
        address: place.address,
        headers: Object.fromEntries(Object.entries(headers).map(([name, value]) => [name, String(value)])),
        body: body ?? '',
        timeoutMs: TIMEOUT_MS,
        ...(options.ca === undefined ? {} : { ca: options.ca }),
        signal: stopping.signal,
      }));
    } catch (error) {
      resting.set(origin, clock.monotonic() + REST_MS);
      throw new OutputFault(`${origin}: ${messageOf(error)}`);
    }
    if (status === 404 || status === 410) {
      await database.run('DELETE FROM push_subscriptions WHERE endpoint = ?', endpoint);
      return;
    }
    if (status < 200 || status >= 300) throw new OutputFault(`${origin} answers ${status}`);
    sent += 1;
    lastError = null;
    lastErrorMs = null;
  }

  return {
    publicKey: () => keys.publicKey,
    async subscribe(userId, { endpoint, keys: own }) {
      try {
        await checked(check(endpoint, schemes));
      } catch (error) {
        // A name that cannot be resolved now may be later; an address of ours never becomes a push service.
        if (error instanceof OutputFault && error.refused) {
          const fault = { path: 'endpoint', code: 'push.refusedAddress', message: error.message };
          throw new Fault('invalid', 'push.refusedAddress', error.message, { fields: [fault] });
        }
      }
      await database.transaction(async (queries) => {
        await queries.run(
          `INSERT INTO push_subscriptions (endpoint, user_id, keys, created_ms) VALUES (?, ?, ?, ?)
           ON CONFLICT (endpoint) DO UPDATE SET user_id = excluded.user_id, keys = excluded.keys,
             created_ms = excluded.created_ms`,
          endpoint,
          userId,
          secretBox.seal(JSON.stringify(own)),
          clock.now(),
        );
        await queries.run(
          `DELETE FROM push_subscriptions WHERE endpoint IN (
             SELECT endpoint FROM push_subscriptions WHERE user_id = ? ORDER BY created_ms DESC LIMIT -1 OFFSET ?)`,
          userId,
          MOST_PER_PERSON,
        );
      });
    },
    async unsubscribe(userId, endpoint) {
      await database.run('DELETE FROM push_subscriptions WHERE endpoint = ? AND user_id = ?', endpoint, userId);
    },
    async forget(userId) {
      await database.run('DELETE FROM push_subscriptions WHERE user_id = ?', userId);
    },
    alertChanged(alert) {
      const change = changes.of(alert);
      if (change !== 'opened' && change !== 'escalated') return;
      tell(alert, change === 'escalated').catch((error: unknown) => trouble(messageOf(error)));
    },
    async state() {
      const row = await database.get<{ count: number }>('SELECT COUNT(*) AS count FROM push_subscriptions');
      return { subscriptions: row?.count ?? 0, sent, lastError, lastErrorMs };
    },
    async close() {
      stopping.abort();
      waiting.length = 0;
      await Promise.all(running);
    },
  };
}

/** Made once: subscriptions are bound to them. */
async function loadKeys(database: Database, secretBox: SecretBox): Promise<{ publicKey: string; privateKey: string }> {
  const row = await database.get<{ publicKey: string; privateKey: Uint8Array }>(
    'SELECT public_key AS publicKey, private_key AS privateKey FROM push_keys WHERE id = 1',
  );
  if (row !== undefined) return { publicKey: row.publicKey, privateKey: secretBox.open(row.privateKey) };
  const made = webPush.generateVAPIDKeys();
  await database.run(
    'INSERT INTO push_keys (id, public_key, private_key) VALUES (1, ?, ?)',
    made.publicKey,
    secretBox.seal(made.privateKey),
  );
  return made;
}
