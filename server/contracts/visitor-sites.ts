import { z } from 'zod';
import { areaCodeSchema } from './places.ts';

/** Places that people come to, and the lines of cameras at their entrances: how many are inside now. */

export const visitorSiteSchema = z.object({
  id: z.string().min(1).max(64),
  name: z.string().trim().min(1, 'a site needs a name').max(120),
  areaCode: areaCodeSchema,
  /** People who are welcome at once. */
  capacity: z.number().int().min(1).max(1_000_000),
  /** Lines that people cross to come in and to leave; all entrances, or the count drifts. */
  entrances: z
    .array(
      z.object({
        cameraId: z.string().min(1).max(64),
        ruleId: z.string().min(1).max(64),
        /** Across the line this way is in. */
        inward: z.enum(['forward', 'backward']),
      }),
    )
    .min(1, 'name one entrance at least')
    .max(50),
  /** Minute of the day at which nobody is there any longer: what was counted wrong does not add up over days. */
  emptyAtMinute: z.number().int().min(0).max(1439).default(240),
});
export type VisitorSite = z.output<typeof visitorSiteSchema>;
export const visitorSitesInputSchema = z.object({
  sites: z
    .array(visitorSiteSchema)
    .max(500)
    .refine((sites) => new Set(sites.map(({ id }) => id)).size === sites.length, 'a site is there twice')
    // It would count everybody twice.
    .refine(
      (sites) =>
        sites.every(
          ({ entrances }) =>
            new Set(entrances.map(({ cameraId, ruleId }) => `${cameraId} ${ruleId}`)).size === entrances.length,
        ),
      'an entrance is there twice',
    ),
  /** Of the set that was looked at; another one is refused with `conflict`. */
  version: z.number().int().min(0),
});
export interface VisitorSiteView extends VisitorSite {
  /** `null`: a camera at an entrance is not there, so nobody knows. */
  readonly inside: number | null;
}
export interface VisitorSites {
  readonly sites: readonly VisitorSiteView[];
  readonly version: number;
}
