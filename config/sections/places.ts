import { z } from 'zod';

function isTimeZone(name: string): boolean {
  try {
    return new Intl.DateTimeFormat('en', { timeZone: name }).resolvedOptions().timeZone !== '';
  } catch {
    return false;
  }
}

/** The province whose sectors are followed. */
export const placesSection = z.strictObject({
  timeZone: z
    .string()
    .default('Asia/Ho_Chi_Minh')
    .refine(isTimeZone, 'is no time zone, as Asia/Ho_Chi_Minh is one')
    .describe('Time zone by which periods, cut-off times and working hours are reckoned.'),
});
