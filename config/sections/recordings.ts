import { resolve } from 'node:path';
import { z } from 'zod';
import { nestedIn } from '../nested-folders.ts';

/** What is kept on disks. */
export const recordingsSection = z.strictObject({
  directories: z
    .array(z.string().min(1))
    .superRefine((folders, context) => {
      const nested = nestedIn(folders.map((folder) => resolve(folder)));
      if (nested === undefined) return;
      const message = `${nested.inner} lies inside ${nested.outer}; each disk needs a folder of its own`;
      context.addIssue({ code: 'custom', message });
    })
    .default([])
    .describe('Folders to record to, one for each disk; default: recordings in the data folder.'),
  mode: z
    .enum(['off', 'continuous', 'event'])
    .default('continuous')
    .describe('What is recorded of cameras that no policy names.'),
  streams: z.enum(['main', 'sub', 'both']).default('main').describe('Which stream of these cameras.'),
  days: z.coerce.number().min(0.01).max(3650).default(30).describe('Days after which recordings of these cameras go.'),
  freeGigabytes: z.coerce
    .number()
    .min(0.02)
    .max(100_000)
    .default(5)
    .describe('GiB that stay free on each disk; below it the oldest recordings go.'),
  segmentMinutes: z.coerce.number().int().min(1).max(30).default(10).describe('Minutes of video in one file.'),
  flushMs: z.coerce
    .number()
    .int()
    .min(100)
    .max(5000)
    .default(400)
    .describe('ms between two writes: what a crash of the program can cost.'),
  syncMs: z.coerce
    .number()
    .int()
    .min(100)
    .max(60_000)
    .default(1200)
    .describe('ms between two syncs of a disk, in whole times of flushMs: with flushMs, what a power cut can cost.'),
});
