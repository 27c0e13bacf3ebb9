import { z } from 'zod';

/** The invented town and its departments; nothing of it runs until somebody asks for the demo. */
export const demoSection = z.strictObject({
  faultShare: z.coerce
    .number()
    .min(0)
    .max(1)
    .default(0.04)
    .describe('Of what the invented departments send, the share that has something wrong with it.'),
  speed: z.coerce
    .number()
    .min(1)
    .max(3600)
    .default(1)
    .describe(
      'How many times as fast as real the invented departments live. Above 1 they begin `daysBack` days ago and run until they have caught up.',
    ),
  daysBack: z.coerce
    .number()
    .int()
    .min(1)
    .max(366)
    .default(30)
    .describe('Days that the invented departments live through at `speed`, where that is above 1.'),
  reportsPerHour: z.coerce
    .number()
    .min(0)
    .max(60)
    .default(4)
    .describe('How many reports invented citizens send in an hour, about; none while many wait. 0 sends none.'),
});
