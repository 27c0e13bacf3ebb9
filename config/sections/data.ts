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
  backupPassphrase: z.string().min(12).optional().meta({
    description:
      'Seals the key for stored secrets into backups, and opens it on a restore; without it the key stays out.',
    secret: true,
  }),
  logLevel: z
    .enum(['fatal', 'error', 'warn', 'info', 'debug', 'trace', 'silent'])
    .default('info')
    .describe('Least severity that is logged.'),
});
