import { z } from 'zod';
import { type Clock, wait } from '#base/clock';
import type { Logger } from '#base/log';
import type { CameraSignal } from '../adapter.ts';
import { serviceUrl } from './device-address.ts';
import { createSignalReader, pullSchema } from './event-messages.ts';
import { unheard } from './messages.ts';
import { type OnvifSession, SoapFault } from './session.ts';
import { content, element, escapeXml } from './xml.ts';

/**
 * What the device itself sees, by pull point (ONVIF Core Specification §9.3): a subscription that is kept alive, and
 * one long pull after the other. The pace is ours, because devices answer at once with nothing, for ever.
 */

/** ms. The package asks the device to answer within a minute. */
const PULL_MS = 75_000;
/** ms. The device forgets the subscription by itself; nobody waits for its good-bye. */
const GOODBYE_MS = 2000;
/** ms between the beginnings of two pulls: when the one before brought nothing that was told, and when it did. */
const IDLE_PACE_MS = 1000;
const BUSY_PACE_MS = 100;
/** Reading costs as much as they are large; 50 notifications have some 50 KiB. */
const PULL_BYTES = 256 * 1024;
const MOST_MESSAGES = 50;
/** ms. What the package asks for is two minutes; a device may grant less. */
const LEAST_LIFE_MS = 10_000;
const MOST_LIFE_MS = 600_000;
/** Signals that a camera may give: so many at once, and so many each second after that. */
const BURST = 40;
const EACH_SECOND = 5;

const createdSchema = element({
  CreatePullPointSubscriptionResponse: element({
    SubscriptionReference: element({
      Address: content,
      ReferenceParameters: z.unknown().optional(),
    }),
    CurrentTime: content.optional(),
    TerminationTime: content.optional(),
  }),
});
/** Devices answer these in many ways, and nothing hangs on what they say. */
const anySchema = z.unknown();

export interface Listening {
  readonly session: OnvifSession;
  readonly clock: Clock;
  readonly log: Logger;
  readonly signal: AbortSignal;
  readonly onSignal: (signal: CameraSignal) => void;
}

/**
 * Listens until `signal` aborts. Rejects with `CameraFault` when the device ends it; the subscription is taken back in
 * either case.
 */
export async function listenForSignals({ session, clock, log, signal, onSignal }: Listening): Promise<void> {
  const { CreatePullPointSubscriptionResponse: created } = await session.ask(
    createdSchema,
    (cam) => cam.createPullPointSubscription(unheard),
    { signal },
  );
  const { Address, ReferenceParameters } = created.SubscriptionReference;
  // A hostile device may name somebody else's address.
  const at = serviceUrl(session.device.url, Address);
  const subscription = {
    subscriptionReference: {
      // The package writes them into the message as they are.
      address: { href: escapeXml(at.href) },
      referenceParameters: { subscriptionId: escapeXml(subscriptionIdIn(ReferenceParameters)) },
    },
  };
  const ask = <T>(schema: z.ZodType<T>, request: 'pullMessages' | 'renew' | 'unsubscribe', options: AskEvents) =>
    session.ask(
      schema,
      (cam) => {
        Object.assign(cam, { events: { subscription } });
        if (request === 'pullMessages') cam.pullMessages({ messageLimit: MOST_MESSAGES }, unheard);
        else cam[request](unheard);
      },
      { ...options, at },
    );

  const lifeMs = lifeOf(created);
  let renewAtMs = clock.monotonic() + lifeMs / 2;
  let mayRenew = true;
  const reader = createSignalReader({ clockOffsetMs: session.clockOffsetMs });
  const budget = createBudget(clock);
  try {
    while (!signal.aborted) {
      const startedMs = clock.monotonic();
      const { PullMessagesResponse: pulled } = await ask(pullSchema, 'pullMessages', {
        ...{ signal, timeoutMs: PULL_MS, maxBytes: PULL_BYTES },
      });
      const messages = pulled.NotificationMessage.slice(0, MOST_MESSAGES * 4);
      let told = false;
      for (const found of reader.read(messages, clock.now())) {
        if (!budget.take()) break;
        told = true;
        onSignal(found);
      }
      const lost = budget.lost();
      if (lost > 0) log.warn({ signals: lost }, 'a camera signals more often than anybody can follow');
      if (mayRenew && clock.monotonic() >= renewAtMs) {
        renewAtMs = clock.monotonic() + lifeMs / 2;
        // Where it is not known, pulling keeps the subscription alive.
        mayRenew = await ask(anySchema, 'renew', { signal }).then(() => true, isNotRefused);
      }
      const paceMs = told ? BUSY_PACE_MS : IDLE_PACE_MS;
      await wait(clock, Math.max(0, paceMs - (clock.monotonic() - startedMs)), signal);
    }
  } catch (error) {
    if (!signal.aborted) throw error;
  } finally {
    const goodbye = AbortSignal.timeout(GOODBYE_MS);
    await ask(anySchema, 'unsubscribe', { signal: goodbye }).catch(() => {});
  }
}

interface AskEvents {
  readonly signal: AbortSignal;
  readonly timeoutMs?: number;
  readonly maxBytes?: number;
}

/** A device that does not know `Renew` says so; anything else ends the subscription. */
function isNotRefused(error: unknown): false {
  if (error instanceof SoapFault) return false;
  throw error;
}

/** Both times are the device's. */
function lifeOf(created: { CurrentTime?: string | undefined; TerminationTime?: string | undefined }): number {
  const granted = Date.parse(created.TerminationTime ?? '') - Date.parse(created.CurrentTime ?? '');
  return Number.isFinite(granted) ? Math.min(MOST_LIFE_MS, Math.max(LEAST_LIFE_MS, granted)) : 60_000;
}

const idSchema = element({ SubscriptionId: content });

/** Axis devices have one address for all subscriptions and tell them apart by this. */
function subscriptionIdIn(parameters: unknown): string {
  const found = idSchema.safeParse(parameters);
  return found.success ? found.data.SubscriptionId.slice(0, 200) : '';
}

function createBudget(clock: Clock) {
  let left = BURST;
  let sinceMs = clock.monotonic();
  let refused = 0;
  let toldMs = Number.NEGATIVE_INFINITY;
  return {
    take(): boolean {
      const nowMs = clock.monotonic();
      left = Math.min(BURST, left + ((nowMs - sinceMs) / 1000) * EACH_SECOND);
      sinceMs = nowMs;
      if (left < 1) {
        refused += 1;
        return false;
      }
      left -= 1;
      return true;
    },
    /** Those since it was asked last, told once a minute. */
    lost(): number {
      if (refused === 0 || clock.monotonic() - toldMs < 60_000) return 0;
      const lost = refused;
      refused = 0;
      toldMs = clock.monotonic();
      return lost;
    },
  };
}
