import type { z } from 'zod';
import { element, number } from './xml.ts';

/** What time the device believes it is: read first, without login, because its login depends on it. */

const momentSchema = element({
  Date: element({ Year: number, Month: number, Day: number }),
  Time: element({ Hour: number, Minute: number, Second: number }),
});
export const dateAndTimeSchema = element({
  GetSystemDateAndTimeResponse: element({
    SystemDateAndTime: element({ UTCDateTime: momentSchema.optional().catch(undefined) }),
  }),
});

/** ms since 1970 by the device, or `null` where it tells no universal time or one that does not exist. */
export function deviceTime(reply: z.output<typeof dateAndTimeSchema>): number | null {
  const moment = reply.GetSystemDateAndTimeResponse.SystemDateAndTime.UTCDateTime;
  if (moment === undefined) return null;
  const { Year, Month, Day } = moment.Date;
  const { Hour, Minute, Second } = moment.Time;
  const timeMs = Date.UTC(Year, Month - 1, Day, Hour, Minute, Second);
  // WS-Security writes times with four digits for the year.
  return Number.isFinite(timeMs) && Year >= 1970 && Year <= 9999 ? timeMs : null;
}

/**
 * The device's clock minus ours, in ms. It tells whole seconds, cut off, so half a second is added: the result is true
 * to half a second and half of the round trip.
 */
export function clockOffset(deviceMs: number, sentMs: number, receivedMs: number): number {
  return Math.round(deviceMs + 500 - (sentMs + receivedMs) / 2);
}
