import { z } from 'zod';

/** How departments deliver. */
export const feedsSection = z.strictObject({
  networks: z
    .array(z.string())
    .default([])
    .describe('CIDR ranges from which data may be fetched (pull, MQTT) although they are loopback or our own address.'),
  mostMegabytes: z.coerce
    .number()
    .min(0.1)
    .max(200)
    .default(16)
    .describe('Largest delivery by push or upload, unpacked, MB.'),
  mostRows: z.coerce.number().int().min(100).max(500_000).default(50_000).describe('Most rows of a delivery.'),
  keepRawDays: z.coerce
    .number()
    .min(0)
    .max(3650)
    .default(180)
    .describe('Days that rows are kept as they were sent, for tracing; figures stay.'),
  keepRawMegabytes: z.coerce
    .number()
    .min(1)
    .max(10_000_000)
    .default(5000)
    .describe('Space for rows as they were sent, compressed, MB; the oldest go.'),
});
