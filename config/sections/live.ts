import { z } from 'zod';

/** Live video: what is kept in memory and how it is cut. */
export const liveSection = z.strictObject({
  fragmentMs: z.coerce
    .number()
    .int()
    .min(20)
    .max(1000)
    .default(100)
    .describe('Longest fragment in ms. Shorter means less delay on the wall and more work per second of video.'),
  partMs: z.coerce.number().int().min(100).max(1000).default(200).describe('Target duration of an LL-HLS part, ms.'),
  ringSeconds: z.coerce
    .number()
    .int()
    .min(4)
    .max(120)
    .default(12)
    .describe('Seconds of video kept in memory for each stream.'),
  ringMegabytes: z.coerce
    .number()
    .int()
    .min(1)
    .max(512)
    .default(24)
    .describe('Most memory for each stream, MiB; a flood is cut here.'),
  transcodeLingerMs: z.coerce
    .number()
    .int()
    .min(0)
    .max(120_000)
    .default(10_000)
    .describe('ms that a transcoder lives after its last viewer.'),
  maxTranscoders: z.coerce
    .number()
    .int()
    .min(0)
    .max(64)
    .default(4)
    .describe('Most transcoders at a time; further viewers are told so.'),
  clientBufferKb: z.coerce
    .number()
    .int()
    .min(64)
    .max(65_536)
    .default(2048)
    .describe('KiB that may wait for one slow wall socket before cells are skipped to their next key frame.'),
  maxCells: z.coerce.number().int().min(1).max(256).default(64).describe('Most cells on one wall socket.'),
});
