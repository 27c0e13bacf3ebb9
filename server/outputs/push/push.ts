import webPush from 'web-push';
import type { z } from 'zod';
import type { Clock } from '#base/clock';
import type { Database } from '#base/database';
import { Fault, messageOf } from '#base/errors';
import type { Logger } from '#base/log';
import type { SecretBox } from '#base/secrets';
import type { AlertView } from '#contracts/alerts';
import { SEVERITIES } from '#contracts/events';
import type { Language } from '#contracts/languages';
import type { PushMessage, PushState, pushSubscriptionSchema } from '#contracts/outputs';
import { type CheckAddress, OutputFault } from '../output.ts';
import type { ChangeSource } from '../output-intake.ts';
import { checked, type Posted, post } from '../post.ts';
import { pushSummary, pushWords } from '../words.ts';
import { createPushQueue, type Sent } from './push-queue.ts';

/**
 * Web push (RFC 8030, 8291, 8292): a new or escalated alert on the devices of those who should act, as long as nobody has
 * it in hand. Changes are read by number, so that a kill loses none; what a push service does not take within two minutes
 * is forgotten: it stands in the console anyway, and an old one on a phone would mislead.
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
  /** Tells of alerts from now on, beginning where it stopped. */
  begin(): void;
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
  readonly changes: ChangeSource;
  /** As it is now; `undefined` where it is not there. */
  readonly alertNow: (alertId: string) => Promise<AlertView | undefined>;
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
/** Alerts that are told one by one when they come together; more are one message. */
const MOST_SINGLY = 5;
const PAGE = 200;
/** The place is kept at least each so many changes that told nobody anything. */
const KEEP_PLACE = 200;
const AGAIN_MS = 2000;

interface Telling {
  readonly userId: string;
  readonly subscription: PushSubscription;
  readonly language: Language;
  readonly calls: readonly Call[];
}

interface Call {
  readonly alert: AlertView;
  readonly escalated: boolean;
}

export async function createPush(options: PushOptions): Promise<Push> {
  const { database, secretBox, clock, log, check, changes, alertNow, receiversOf, nameOf, contact } = options;
  const { schemes = ['https'] } = options;
  const keys = await loadKeys(database, secretBox, await options.changes.newest());
  const stopping = new AbortController();
  const queue = createPushQueue<Telling>({ clock, send, trouble });
  let sent = 0;
  let lastError: string | null = null;
  let lastErrorMs: number | null = null;
  /** The last change that was read, and the last that is kept as told. */
  let place = keys.taken;
  let kept = place;
  let keeping: Promise<void> = Promise.resolve();
  let asked = false;
  let reading: Promise<void> | undefined;
  let cancelAgain = (): void => {};

  function trouble(reason: string): void {
    // Once: without the Internet every alert would say it again.
    if (lastError === null) log.warn({ reason }, 'a push message was not taken');
    lastError = reason.slice(0, 500);
    lastErrorMs = clock.now();
  }

  function take(): void {
    asked = true;
    if (stopping.signal.aborted) return;
    reading ??= readOn()
      .catch((error: unknown) => {
        trouble(messageOf(error));
        asked = false;
        cancelAgain();
        cancelAgain = clock.after(AGAIN_MS, take);
      })
      .finally(() => {
        reading = undefined;
        if (asked) take();
      });
  }

  async function readOn(): Promise<void> {
    while (asked && !stopping.signal.aborted) {
      asked = false;
      const page = await changes.follow(place, PAGE);
      const last = page.at(-1);
      if (last === undefined) return;
      if (page.length === PAGE) asked = true;
      const calls = new Map<string, boolean>();
      for (const noted of page) {
        if (noted.about !== 'alert' || (noted.change !== 'opened' && noted.change !== 'escalated')) continue;
        calls.set(noted.alert.id, noted.change === 'escalated');
      }
      const telling = await tell(calls);
      place = last.number;
      if (telling.length > 0 || place - kept >= KEEP_PLACE) keepPlace(place, telling);
    }
  }

  /** Once all that it says was sent: a kill before that tells it again, and the device replaces the former by its tag. */
  function keepPlace(taken: number, telling: readonly Promise<void>[]): void {
    kept = taken;
    keeping = keeping
      .then(async () => {
        await Promise.all(telling);
        if (stopping.signal.aborted) return;
        await database.run('UPDATE push_keys SET changes_taken = ? WHERE id = 1', taken);
      })
      .catch((error: unknown) => trouble(messageOf(error)));
  }

  /** `alerts`: by id, whether it was escalated. Resolves to what is being sent. */
  async function tell(alerts: ReadonlyMap<string, boolean>): Promise<Promise<void>[]> {
    const receivers = new Map<string, { language: Language; calls: Call[] }>();
    for (const [alertId, escalated] of alerts) {
      const alert = await alertNow(alertId);
      // Somebody has it in hand: a phone that rings for it would mislead.
      if (alert?.state !== 'new') continue;
      for (const { userId, language } of await receiversOf(alert)) {
        const { calls } = receivers.get(userId) ?? { calls: [] };
        receivers.set(userId, { language, calls: [...calls, { alert, escalated }] });
      }
    }
    const telling: Promise<void>[] = [];
    for (const [userId, { language, calls }] of receivers) {
      const rows = await database.all<{ endpoint: string; keys: Uint8Array }>(
        'SELECT endpoint, keys FROM push_subscriptions WHERE user_id = ?',
        userId,
      );
      const messages = calls.length > MOST_SINGLY ? [calls] : calls.map((call) => [call]);
      for (const row of rows) {
        const subscription = { endpoint: row.endpoint, keys: JSON.parse(secretBox.open(row.keys)) };
        for (const message of messages) {
          const sending = queue.add(new URL(row.endpoint).origin, { userId, subscription, language, calls: message });
          if (sending === undefined) {
            trouble('too many push messages wait');
            queue.work();
            return telling;
          }
          telling.push(sending);
        }
      }
    }
    queue.work();
    return telling;
  }

  function one({ alert, escalated }: Call, language: Language): PushMessage {
    const words = pushWords(alert, escalated, language, nameOf(alert.cameraId));
    return { ...words, url: `/alerts/${alert.id}`, tag: `alert-${alert.id}`, severity: alert.severity };
  }

  function summary(calls: readonly Call[], language: Language): PushMessage {
    const alerts = calls.map(({ alert }) => alert);
    const severity = SEVERITIES.findLast((each) => alerts.some((alert) => alert.severity === each)) ?? 'unknown';
    return { ...pushSummary(alerts, language, nameOf), url: '/alerts', tag: 'alerts', severity };
  }

  /** Of what has waited: what this device may still hear, and nobody has in hand. */
  async function stillCalling({ userId, subscription, calls }: Telling): Promise<readonly Call[]> {
    const row = await database.get(
      'SELECT 1 FROM push_subscriptions WHERE endpoint = ? AND user_id = ?',
      ...[subscription.endpoint, userId],
    );
    const still: Call[] = [];
    for (const { alert: before, escalated } of row === undefined ? [] : calls) {
      const alert = await alertNow(before.id);
      if (alert?.state !== 'new') continue;
      if ((await receiversOf(alert)).some((receiver) => receiver.userId === userId)) still.push({ alert, escalated });
    }
    return still;
  }

  async function send(telling: Telling, late: boolean): Promise<Sent> {
    const { subscription, language } = telling;
    const calls = late ? await stillCalling(telling) : telling.calls;
    const [first] = calls;
    if (first === undefined) return { kind: 'dropped' };
    const message = calls.length === 1 ? one(first, language) : summary(calls, language);
    const { endpoint } = subscription;
    const { origin } = new URL(endpoint);
    const { headers, body } = webPush.generateRequestDetails(subscription, JSON.stringify(message), {
      TTL: TTL_SECONDS,
      urgency: 'high',
      contentEncoding: 'aes128gcm',
      vapidDetails: { subject: contact, publicKey: keys.publicKey, privateKey: keys.privateKey },
    });
    let posted: Posted;
    try {
      const place = await checked(check(endpoint, schemes, stopping.signal));
      posted = await post({
        url: place.url,
        address: place.address,
        headers: Object.fromEntries(Object.entries(headers).map(([name, value]) => [name, String(value)])),
        body: body ?? '',
        timeoutMs: TIMEOUT_MS,
        ...(options.ca === undefined ? {} : { ca: options.ca }),
        signal: stopping.signal,
      });
    } catch (error) {
      trouble(`${origin}: ${messageOf(error)}`);
      // Where the server may not call, it may not call later.
      return { kind: error instanceof OutputFault && error.refused ? 'dropped' : 'silent' };
    }
    const { status, retryAfterMs } = posted;
    if (status === 404 || status === 410) {
      await database.run('DELETE FROM push_subscriptions WHERE endpoint = ?', endpoint);
    } else if (status < 200 || status >= 300) {
      trouble(`${origin} answers ${status}`);
      if (status === 429 || status >= 500) return { kind: 'busy', afterMs: retryAfterMs };
    } else {
      sent += 1;
      lastError = null;
      lastErrorMs = null;
    }
    return { kind: 'answered' };
  }

  let stopFollowing = (): void => {};

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
    begin() {
      stopFollowing();
      stopFollowing = changes.onNoted(take);
      take();
    },
    async state() {
      const row = await database.get<{ count: number }>('SELECT COUNT(*) AS count FROM push_subscriptions');
      return { subscriptions: row?.count ?? 0, sent, lastError, lastErrorMs };
    },
    async close() {
      stopping.abort();
      stopFollowing();
      cancelAgain();
      await reading;
      await queue.close();
      await keeping;
    },
  };
}

/** Made once: subscriptions are bound to them. `newest`: the last change that there is. */
async function loadKeys(database: Database, secretBox: SecretBox, newest: number) {
  const row = await database.get<{ publicKey: string; privateKey: Uint8Array; taken: number }>(
    'SELECT public_key AS publicKey, private_key AS privateKey, changes_taken AS taken FROM push_keys WHERE id = 1',
  );
  if (row !== undefined) return { ...row, privateKey: secretBox.open(row.privateKey) };
  const made = webPush.generateVAPIDKeys();
  await database.run(
    'INSERT INTO push_keys (id, public_key, private_key, changes_taken) VALUES (1, ?, ?, ?)',
    ...[made.publicKey, secretBox.seal(made.privateKey), newest],
  );
  return { ...made, taken: newest };
}
