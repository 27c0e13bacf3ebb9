import { z } from 'zod';

const seconds = (fallback: number) => z.coerce.number().int().min(5).max(86_400).default(fallback);

/** Alerts that nobody claims go up: to the operator, the shift lead, the duty officer. */
export const alertsSection = z.strictObject({
  operatorSeconds: seconds(60).describe(
    'Seconds in which somebody must claim an alert before the shift lead is told; half of it when it is severe, a quarter when it is extreme.',
  ),
  shiftLeadSeconds: seconds(120).describe('The same from the shift lead to the duty officer.'),
  dutyOfficerSeconds: seconds(300).describe(
    'Seconds after which the duty officer is told again; each time twice as long, up to an hour.',
  ),
  reportHour: z.coerce
    .number()
    .int()
    .min(0)
    .max(23)
    .default(6)
    .describe('Hour of the day, on the clock of the server, at which the report of the last day is told.'),
});
