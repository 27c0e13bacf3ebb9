import { z } from 'zod';

/** How cameras are reached and kept. */
export const camerasSection = z.strictObject({
  allowNetworks: z
    .array(z.string())
    .default([])
    .describe(
      'CIDR ranges that cameras may have although they are loopback, link-local or our own address, for example 127.0.0.0/8.',
    ),
  livenessMs: z.coerce
    .number()
    .int()
    .min(1000)
    .max(60_000)
    .default(5000)
    .describe('ms without a frame after which a stream is down.'),
  dialTimeoutMs: z.coerce
    .number()
    .int()
    // The first pictures wait a second for the sound that was announced with them.
    .min(3000)
    .max(60_000)
    .default(10_000)
    .describe('ms until the first frame after a dial.'),
  reconnectFirstMs: z.coerce
    .number()
    .int()
    .min(100)
    .max(60_000)
    .default(1000)
    .describe('ms before the first retry; grows, with jitter.'),
  reconnectMaxMs: z.coerce
    .number()
    .int()
    .min(1000)
    .max(600_000)
    .default(30_000)
    .describe('Longest wait between two retries, ms.'),
  lingerMs: z.coerce
    .number()
    .int()
    .min(0)
    .max(600_000)
    .default(10_000)
    .describe('ms that an on-demand stream stays open after its last reader.'),
  rtsp: z
    .enum(['direct', 'ffmpeg'])
    .default('direct')
    .describe(
      'Who reads RTSP and ONVIF cameras: direct is our own client, which leaves to FFmpeg what it does not know; ffmpeg is one FFmpeg for each stream.',
    ),
  intakeThreads: z.coerce
    .number()
    .int()
    .min(0)
    .max(64)
    .default(0)
    .describe(
      'Threads that read RTSP and ONVIF cameras with our own client, each a share of them; 0 reads them in the thread that answers the console.',
    ),
  g711: z
    .enum(['flac', 'transcode', 'leaveOut'])
    .default('flac')
    .describe(
      'RTSP and ONVIF cameras with G.711 sound: flac packs it without loss by our own client; transcode has FFmpeg read the stream and turn the sound into AAC; leaveOut takes only the picture.',
    ),
  ffmpegPath: z.string().default('ffmpeg').describe('The FFmpeg program, 5.1 or later.'),
  rtmpHost: z.string().default('127.0.0.1').describe('Address on which RTMP publishers are received.'),
  rtmpPort: z.coerce
    .number()
    .int()
    .min(0)
    .max(65_535)
    .default(1935)
    .describe('TCP port for RTMP; 0 switches RTMP off.'),
});
