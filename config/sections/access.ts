import { z } from 'zod';

/** Signing in. */
export const accessSection = z.strictObject({
  adminPassword: z.string().min(12).optional().meta({
    description: 'Creates the administrator `admin` with this password at the first start, for automation.',
    env: 'TAMNHIN_ADMIN_PASSWORD',
    secret: true,
  }),
  sessionHours: z.coerce.number().min(0.1).max(720).default(12).describe('Hours after which a session ends.'),
  idleMinutes: z.coerce
    .number()
    .int()
    .min(1)
    .max(43_200)
    .default(480)
    .describe('Minutes without a request after which a session ends.'),
  totpRoles: z
    .array(z.enum(['administrator', 'operator', 'shift_lead', 'police', 'leader', 'department', 'auditor']))
    .default([])
    .describe('Roles that must use a second factor.'),
});
