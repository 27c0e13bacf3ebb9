import { z } from 'zod';

/** What the server and the process that searches by multicast tell each other. */

export const toSearchSchema = z.object({ interfaces: z.array(z.string()) });
export type ToSearch = z.output<typeof toSearchSchema>;

export const fromSearchSchema = z.discriminatedUnion('type', [
  z.object({
    type: z.literal('found'),
    found: z.object({
      id: z.string(),
      deviceUrl: z.string(),
      address: z.string(),
      name: z.string(),
      hardware: z.string(),
      location: z.string(),
    }),
  }),
  z.object({ type: z.literal('odd'), reason: z.string() }),
]);
export type FromSearch = z.output<typeof fromSearchSchema>;
