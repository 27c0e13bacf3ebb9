import { z } from 'zod';
import { EVENT_TYPES, eventTypeSchema, SEVERITIES } from './events.ts';

/**
 * Ways out of the house: an output sends what its filter lets through to one place outside. What a person typed as a
 * secret goes in and never comes out again. Times are ms since 1970.
 */

export const OUTPUT_KINDS = ['webhook', 'mail', 'mqtt'] as const;
export type OutputKindName = (typeof OUTPUT_KINDS)[number];

/** What a change of an alert is called outside: `vn.tamnhin.alert.<change>`. */
export const ALERT_CHANGES = [
  'opened',
  'repeated',
  'escalated',
  'claimed',
  'released',
  'dispatched',
  'closed',
  'reopened',
  'changed',
] as const;
export type AlertChange = (typeof ALERT_CHANGES)[number];

const ids = z.array(z.string().min(1).max(64)).max(2000).default([]);

/** What an output sends. An empty list of types or of places is all of them. */
export const outputFilterSchema = z.object({
  events: z.boolean().default(false),
  types: z.array(eventTypeSchema).max(EVENT_TYPES.length).default([]),
  alerts: z.array(z.enum(ALERT_CHANGES)).max(ALERT_CHANGES.length).default(['opened', 'escalated']),
  incidents: z.boolean().default(false),
  /** At least so severe; also of alerts and incidents. */
  severity: z.enum(SEVERITIES).default('unknown'),
  /** Only what is about one of these cameras, or a camera in or under one of these groups. */
  cameraIds: ids,
  groupIds: ids,
});
export type OutputFilter = z.output<typeof outputFilterSchema>;

const secret = z.string().max(2000).optional();
const certificate = z
  .string()
  .max(100_000)
  .refine((text) => text.trim() === '' || text.includes('-----BEGIN CERTIFICATE-----'), 'this is no PEM certificate')
  .default('');
const host = z
  .string()
  .trim()
  .regex(/^[A-Za-z0-9._:-]{1,253}$/, 'this is no name and no address of a server');
const mailAddress = z.email('this is no e-mail address').max(254);

/** `ca`: PEM of the authority that signed the certificate of the place, where it is not a public one. */
export const webhookSettingsSchema = z.object({
  url: z.url({ protocol: /^https?$/, error: 'the address must begin with http:// or https://' }).max(2000),
  /** What an incident is sent as. */
  incidentsAs: z.enum(['json', 'cap']).default('json'),
  ca: certificate,
});
export const mailSettingsSchema = z.object({
  host,
  port: z.number().int().min(1).max(65_535).default(587),
  security: z.enum(['starttls', 'tls', 'none']).default('starttls'),
  username: z.string().max(254).default(''),
  from: mailAddress,
  to: z.array(mailAddress).min(1, 'who gets the mail?').max(50),
  language: z.enum(['vi', 'en']).default('vi'),
  ca: certificate,
});
export const mqttSettingsSchema = z.object({
  host,
  port: z.number().int().min(1).max(65_535).default(8883),
  tls: z.boolean().default(true),
  username: z.string().max(254).default(''),
  /** `{site}`, `{cameraId}` and `{type}` are filled in. */
  topic: z
    .string()
    .min(1)
    .max(300)
    .regex(/^[^#+\s]+$/, 'a topic to send to has no #, no + and no spaces')
    .default('tamnhin/{site}/camera/{cameraId}/{type}'),
  /** The state of each alert stays on the broker, at `tamnhin/{site}/alert/{id}`, until the alert is closed. */
  retainAlerts: z.boolean().default(true),
  ca: certificate,
});

export interface OutputSettings {
  webhook: z.output<typeof webhookSettingsSchema>;
  mail: z.output<typeof mailSettingsSchema>;
  mqtt: z.output<typeof mqttSettingsSchema>;
}

const common = {
  name: z.string().trim().min(1, 'an output needs a name').max(120),
  enabled: z.boolean().default(true),
  filter: outputFilterSchema.refine(
    ({ events, alerts, incidents }) => events || alerts.length > 0 || incidents,
    'an output that sends nothing is of no use',
  ),
};
/** A secret that is left out stays as it is; an empty one is taken away. */
export const outputInputSchema = z.discriminatedUnion('kind', [
  z.object({
    ...common,
    kind: z.literal('webhook'),
    settings: webhookSettingsSchema,
    /** `secret` signs each message (HMAC-SHA256); `authorization` is sent as the header of that name. */
    secrets: z
      .object({
        secret: secret.refine(
          (text) => text === undefined || text === '' || isSigningSecret(text),
          'a secret has 24 to 64 bytes, in base64 behind whsec_',
        ),
        authorization: secret.refine((text) => text === undefined || !/[\r\n]/.test(text), 'it must be one line'),
      })
      .default({}),
  }),
  z.object({
    ...common,
    kind: z.literal('mail'),
    settings: mailSettingsSchema,
    secrets: z.object({ password: secret }).default({}),
  }),
  z.object({
    ...common,
    kind: z.literal('mqtt'),
    settings: mqttSettingsSchema,
    secrets: z.object({ password: secret }).default({}),
  }),
]);
export type OutputInput = z.output<typeof outputInputSchema>;
export type OutputDraft = z.input<typeof outputInputSchema>;

/** `whsec_` and 24 to 64 bytes in base64, as the receivers' libraries want it. */
export function isSigningSecret(text: string): boolean {
  const [, body] = /^whsec_([A-Za-z0-9+/]+={0,2})$/.exec(text) ?? [];
  const bytes = body === undefined ? 0 : Math.floor((body.replace(/=+$/, '').length * 3) / 4);
  return bytes >= 24 && bytes <= 64;
}

export interface OutputState {
  /** Since it was made. */
  readonly sent: number;
  readonly lastSentMs: number | null;
  /** Messages that are taken in and not out yet. */
  readonly waiting: number;
  /** Messages that were given up; they can be sent again. */
  readonly failed: number;
  /** Of the last attempt; `null` after one that went well. In English, for administrators. */
  readonly lastError: string | null;
  readonly lastErrorMs: number | null;
  readonly nextTryMs: number | null;
}

interface OutputViewOf<K extends OutputKindName> {
  readonly id: string;
  readonly kind: K;
  readonly name: string;
  readonly enabled: boolean;
  readonly settings: OutputSettings[K];
  /** Which secrets there are. */
  readonly secretsSet: readonly string[];
  readonly filter: OutputFilter;
  readonly state: OutputState;
}
export type OutputView = { [K in OutputKindName]: OutputViewOf<K> }[OutputKindName];

/** Web push to the devices of people; there is nothing to set up. */
export interface PushState {
  readonly subscriptions: number;
  readonly sent: number;
  readonly lastError: string | null;
  readonly lastErrorMs: number | null;
}
export interface OutputList {
  readonly outputs: readonly OutputView[];
  readonly push: PushState;
}

export interface OutputFailure {
  readonly id: number;
  /** CloudEvents type. */
  readonly type: string;
  readonly cameraId: string | null;
  readonly timeMs: number;
  readonly failedMs: number;
  readonly attempts: number;
  readonly error: string;
}
export interface OutputTest {
  readonly ok: boolean;
  /** What the other side said, or why it could not be asked; English. */
  readonly detail: string;
  readonly elapsedMs: number;
}

const base64Url = z.string().regex(/^[A-Za-z0-9_-]+={0,2}$/);
export const pushSubscriptionSchema = z.object({
  endpoint: z.url({ protocol: /^https$/, error: 'a push service has an address with https://' }).max(2000),
  keys: z.object({ p256dh: base64Url.max(200), auth: base64Url.max(100) }),
});
export const pushUnsubscribeSchema = z.object({ endpoint: z.string().min(1).max(2000) });
export interface PushKey {
  /** VAPID, base64url; `null` where push is off. */
  readonly publicKey: string | null;
}

/** What the service worker of a subscribed device gets. */
export interface PushMessage {
  readonly title: string;
  readonly body: string;
  /** Path in the console. */
  readonly url: string;
  /** A later message with the same tag takes the place of the former. */
  readonly tag: string;
  readonly severity: string;
}
