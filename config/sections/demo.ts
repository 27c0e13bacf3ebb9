import { z } from 'zod';

/** The invented town and its departments; nothing of it runs until somebody asks for the demo. */
export const demoSection = z.strictObject({
  faultShare: z.coerce
    .number()
    .min(0)
    .max(1)
    .default(0.04)
    .describe('Of what the invented departments send, the share that has something wrong with it.'),
});
