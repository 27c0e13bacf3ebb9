import { z } from 'zod';

/** What the server and its relay process tell each other, over Node's channel between them: never by arguments. */

export const toRelaySchema = z.discriminatedUnion('type', [
  z.object({
    type: z.literal('start'),
    host: z.string(),
    /** 0 lets the system choose. */
    port: z.number(),
    silenceMs: z.number(),
    readSecret: z.string(),
  }),
  z.object({
    type: z.literal('keys'),
    /** Pairs of the key's SHA-256 and the name of its stream. */
    streams: z.array(z.tuple([z.string(), z.string()])),
  }),
]);
export type ToRelay = z.output<typeof toRelaySchema>;

export const fromRelaySchema = z.discriminatedUnion('type', [
  z.object({ type: z.literal('listening'), port: z.number() }),
  z.object({ type: z.literal('failed'), code: z.string(), message: z.string() }),
  z.object({ type: z.literal('publish'), stream: z.string(), publishing: z.boolean() }),
  z.object({ type: z.literal('refusal'), address: z.string(), reason: z.string(), count: z.number() }),
]);
export type FromRelay = z.output<typeof fromRelaySchema>;
