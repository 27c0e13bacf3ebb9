import { z } from 'zod';

/** What happened, how long it is kept and how it is told to other programs. */
export const eventsSection = z.strictObject({
  keepDays: z.coerce.number().min(1).max(3650).default(365).describe('Days that events are kept.'),
  keepMost: z.coerce
    .number()
    .int()
    .min(1000)
    .max(100_000_000)
    .default(2_000_000)
    .describe('Events that are kept at most, about 1 KB each; the oldest go.'),
  source: z
    .string()
    .max(500)
    .optional()
    .describe('How other programs know this server (CloudEvents source, CAP sender); default: server.publicUrl.'),
  site: z
    .string()
    .regex(/^[A-Za-z0-9_-]{1,64}$/)
    .default('tamnhin')
    .describe('Name of this site in MQTT topics: letters, digits, - and _.'),
  outputNetworks: z
    .array(z.string())
    .default([])
    .describe('CIDR ranges to which webhooks, mail and MQTT may go although they are loopback or our own address.'),
  streamReaders: z.coerce
    .number()
    .int()
    .min(0)
    .max(1000)
    .default(50)
    .describe('Most readers of the event stream at a time.'),
});
