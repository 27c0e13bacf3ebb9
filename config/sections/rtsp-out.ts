import { z } from 'zod';

/** Live video for other systems by RTSP, with the stream password of a token. */
export const rtspOutSection = z.strictObject({
  host: z.string().default('127.0.0.1').describe('Address on which players are received.'),
  port: z.coerce
    .number()
    .int()
    .min(0)
    .max(65_535)
    .default(0)
    .describe('TCP port, usually 554 or 8554; 0 switches RTSP out off. The picture is not encrypted on its way.'),
  tlsPort: z.coerce
    .number()
    .int()
    .min(0)
    .max(65_535)
    .default(0)
    .describe('TCP port of RTSPS, usually 322, with the certificate of server.tlsCertificate; 0 switches it off.'),
  maxPlayers: z.coerce
    .number()
    .int()
    .min(1)
    .max(10_000)
    .default(100)
    .describe('Most players at a time; further ones are told so.'),
});
