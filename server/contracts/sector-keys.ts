import { z } from 'zod';

/** How sectors and what belongs to them are named. */

export const sectorKeySchema = z.string().regex(/^[a-z][a-z0-9_]{1,31}$/);
export const indicatorCodeSchema = z.string().regex(/^[a-z][a-z0-9_]{1,31}\.[a-z][a-z0-9_]{1,47}$/);
/** Of an event type, within its sector. */
export const eventTypeKeySchema = z.string().regex(/^[a-z][a-z0-9_]{1,47}$/);
