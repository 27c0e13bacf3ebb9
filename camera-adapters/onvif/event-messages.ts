import { z } from 'zod';
import type { CameraSignal } from '../adapter.ts';
import { content, element } from './xml.ts';

/** What a device's notifications say (ONVIF Core Specification §9.4, §9.5): the ones that something begins with. */

export const pullSchema = element({
  PullMessagesResponse: element({
    // Each is read by itself: one that is odd costs itself.
    NotificationMessage: z.array(z.unknown()).default([]),
  }),
});

const itemSchema = z.object({ '@Name': z.string(), '@Value': z.string() });
const itemsSchema = element({ SimpleItem: z.array(z.unknown()).default([]) }).optional();
const messageSchema = element({
  Topic: content,
  Message: element({
    Message: element({
      '@UtcTime': z.string().optional().catch(undefined),
      '@PropertyOperation': z.string().optional().catch(undefined),
      Source: itemsSchema,
      Data: itemsSchema,
    }),
  }),
});

export interface SignalReader {
  /** What began with these, in their order. `nowMs`: when they came, by our clock. */
  read(messages: readonly unknown[], nowMs: number): readonly CameraSignal[];
}

/** About the device, not about what it sees. */
const HOUSEKEEPING =
  /^(Monitoring|Configuration|MediaControl|PTZController|RecordingConfig|Media|Device\/OperationMode)(\/|$)/i;
const LONGEST_TOPIC = 120;
/** States that are remembered; a device has a few dozen. */
const MOST_STATES = 500;
/** ms. What is further off says that a clock is wrong, and not when it was. */
const NEAR_MS = 60_000;

export function createSignalReader(options: {
  /** The device's clock minus ours; `null` where it does not tell. */
  readonly clockOffsetMs: number | null;
}): SignalReader {
  const { clockOffsetMs } = options;
  /** By topic and source. */
  const states = new Map<string, boolean>();

  function read(message: unknown, nowMs: number): CameraSignal | undefined {
    const parsed = messageSchema.safeParse(message);
    if (!parsed.success) return undefined;
    const topic = plainTopic(parsed.data.Topic);
    if (topic === undefined || HOUSEKEEPING.test(topic)) return undefined;
    const { '@UtcTime': time, '@PropertyOperation': operation, Source, Data } = parsed.data.Message.Message;
    const key = `${topic} ${itemsOf(Source)
      .map(({ name, value }) => `${name}=${value}`)
      .join()}`.slice(0, 400);
    if (operation === 'Deleted') {
      states.delete(key);
      return undefined;
    }
    const state = stateIn(itemsOf(Data));
    const before = states.get(key);
    if (state !== undefined) {
      states.delete(key);
      states.set(key, state);
      const [oldest] = states.keys();
      if (states.size > MOST_STATES && oldest !== undefined) states.delete(oldest);
    }
    // What a new subscription finds has begun some time before, unless it is known to have been otherwise.
    if (operation === 'Initialized' && before !== false) return undefined;
    if (state === false || (state === true && before === true)) return undefined;
    return { topic, atMs: timeOf(time, nowMs) };
  }

  function timeOf(text: string | undefined, nowMs: number): number {
    const deviceMs = clockOffsetMs === null || text === undefined ? Number.NaN : Date.parse(text);
    const atMs = deviceMs - (clockOffsetMs ?? 0);
    return Math.abs(nowMs - atMs) <= NEAR_MS ? Math.min(nowMs, Math.round(atMs)) : nowMs;
  }

  return {
    read: (messages, nowMs) => messages.flatMap((message) => read(message, nowMs) ?? []),
  };
}

/** `tns1:RuleEngine/tnsaxis:Motion` → `RuleEngine/Motion`; `undefined` for what is no topic. */
function plainTopic(text: string): string | undefined {
  if (text.length > LONGEST_TOPIC * 3) return undefined;
  const topic = text
    .trim()
    .split('/')
    .map((part) => part.replace(/^[\w.-]+:/, ''))
    .filter((part) => part !== '')
    .join('/');
  return /^[\w.-]+(\/[\w.-]+)*$/.test(topic) && topic.length <= LONGEST_TOPIC ? topic : undefined;
}

interface Item {
  readonly name: string;
  readonly value: string;
}

function itemsOf(items: z.output<typeof itemsSchema>): readonly Item[] {
  return (items?.SimpleItem ?? []).slice(0, 20).flatMap((item) => {
    const parsed = itemSchema.safeParse(item);
    return parsed.success ? [{ name: parsed.data['@Name'], value: parsed.data['@Value'] }] : [];
  });
}

/** Names of items that say whether it is so; other items may be 0 or 1 and mean a number. */
const STATE = /^(state|logicalstate|is\w+|value|active|alarm\w*|motion\w*)$/i;

/** `undefined` where the notification has no state: it is about a moment. */
function stateIn(items: readonly Item[]): boolean | undefined {
  for (const { name, value } of items) {
    const word = value.trim().toLowerCase();
    if (word === 'true' || word === 'false') return word === 'true';
    if (STATE.test(name) && (word === '1' || word === '0')) return word === '1';
  }
  return undefined;
}
