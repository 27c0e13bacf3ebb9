import { createHmac } from 'node:crypto';
import type { OutputSettings } from '#contracts/outputs';
import { CLOUD_EVENT_TYPE } from '../cloud-event.ts';
import { type Message, OutputFault, type OutputKind, type OutputTools } from '../output.ts';
import { checked, post } from '../post.ts';

/**
 * Each message as one POST: the CloudEvent as it is (structured mode), or CAP for incidents where that is asked for.
 * Signed as Standard Webhooks has it: HMAC-SHA256 over `id.timestamp.body`, so that nobody else can send in our name and
 * nobody can send an old one again.
 */
export const webhook: OutputKind<'webhook'> = {
  kind: 'webhook',
  open: (settings, secrets, tools) => ({
    most: 1,
    everyMs: 0,
    async send([message], signal) {
      if (message !== undefined) await sendOne(message, settings, secrets, tools, signal);
    },
    close: async () => {},
  }),
};

const TIMEOUT_MS = 15_000;
/** Of these answers the other side says itself that a later attempt may do. */
const LATER = new Set([408, 409, 421, 423, 425, 429]);

async function sendOne(
  { event, cap }: Message,
  { url, incidentsAs, ca }: OutputSettings['webhook'],
  { secret = '', authorization = '' }: Readonly<Record<string, string>>,
  { check, clock }: OutputTools,
  signal: AbortSignal,
): Promise<void> {
  const place = await checked(check(url, ['http', 'https'], signal));
  const asCap = cap !== undefined && incidentsAs === 'cap';
  const body = asCap ? cap : JSON.stringify(event);
  const timestamp = Math.floor(clock.now() / 1000);
  const answer = await post({
    url: place.url,
    address: place.address,
    headers: {
      'content-type': asCap ? 'application/cap+xml; charset=utf-8' : CLOUD_EVENT_TYPE,
      'user-agent': 'Tamnhin',
      'webhook-id': event.id,
      'webhook-timestamp': String(timestamp),
      ...(secret === '' ? {} : { 'webhook-signature': signature(secret, event.id, timestamp, body) }),
      ...(authorization === '' ? {} : { authorization }),
    },
    body,
    timeoutMs: TIMEOUT_MS,
    ca,
    signal,
  });
  const { status, retryAfterMs, text, location } = answer;
  if (status >= 200 && status < 300) return;
  if (status >= 300 && status < 400) {
    // Followed blindly it would be a way around the guard.
    throw new OutputFault(`answers ${status} and points to ${(location ?? 'nowhere').slice(0, 200)}`, {
      refused: true,
    });
  }
  const said = text.replace(/\s+/g, ' ').slice(0, 200);
  throw new OutputFault(`answers ${status}${said === '' ? '' : `: ${said}`}`, {
    refused: status >= 400 && status < 500 && !LATER.has(status),
    retryAfterMs,
  });
}

/** `whsec_` and base64 is the secret as the receiver has it. */
export function signature(secret: string, id: string, timestamp: number, body: string): string {
  const key = Buffer.from(secret.replace(/^whsec_/, ''), 'base64');
  return `v1,${createHmac('sha256', key).update(`${id}.${timestamp}.${body}`).digest('base64')}`;
}
