import { z } from 'zod';

const days = (fallback: number) => z.coerce.number().int().min(1).max(36_500).default(fallback);

/** What citizens report, and for how long it is kept. */
export const reportsSection = z.strictObject({
  portal: z
    .enum(['on', 'off'])
    .default('on')
    .describe('Whether the public page takes reports; what was sent can be followed either way.'),
  mostPhotos: z.coerce.number().int().min(0).max(10).default(4).describe('Photos with one report.'),
  mostPhotoMegabytes: z.coerce
    .number()
    .int()
    .min(1)
    .max(50)
    .default(12)
    .describe('Megabytes of one photo as it is sent.'),
  closeDays: days(7).describe('Days after its answer at which a report is closed by itself.'),
  contactDays: days(90).describe('Days after its end at which the name and numbers of who sent a report are deleted.'),
  reportDays: days(1095).describe(
    'Days after its end at which the words and photos of a report are deleted; counts stay.',
  ),
});
