import { z } from 'zod';

/** Where the program listens, and what stands in front of it. */
export const serverSection = z.strictObject({
  host: z
    .string()
    .min(1)
    .default('127.0.0.1')
    .describe('Address to listen on. Loopback until told otherwise; 0.0.0.0 for all.'),
  port: z.coerce.number().int().min(0).max(65_535).default(8080).describe('TCP port; 0 takes a free one.'),
  publicUrl: z.url().optional().describe('Address under which people reach the server; default: host and port.'),
  tlsCertificate: z.string().optional().describe('Path of a PEM certificate chain. With tlsKey: serve HTTPS.'),
  tlsKey: z.string().optional().describe('Path of the PEM private key.'),
  trustedProxies: z
    .array(z.string())
    .default([])
    .describe('Addresses or CIDR ranges whose X-Forwarded-For and X-Forwarded-Proto headers count.'),
  bodyLimitKb: z.coerce.number().int().min(16).max(65_536).default(1024).describe('Largest request body, in KiB.'),
});
