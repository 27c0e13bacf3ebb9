import { z } from 'zod';

/** Where the program keeps what it must not forget. */
export const dataSection = z.strictObject({
  directory: z.string().min(1).default('data').describe('Folder of the database and all state; movable while stopped.'),
  keyFile: z
    .string()
    .optional()
    .describe(
      'File with the key for stored secrets (64 hex digits); default: secret.key in the data folder. Keep it apart from backups.',
    ),
  logLevel: z
    .enum(['fatal', 'error', 'warn', 'info', 'debug', 'trace', 'silent'])
    .default('info')
    .describe('Least severity that is logged.'),
});
