import { zoneOf } from '../zone.ts';
import { type DateOrder, isoDate } from './dates.ts';

const WITH_ZONE = /(?:Z|[+-]\d{2}:?\d{2})$/i;

/** ms since 1970 of a moment; without a zone it is the province's time. `undefined` for what is none. */
export function momentOf(text: string, order: DateOrder, zone: string): number | undefined {
  const read = isoDate(text, order);
  if (read === null || !/^\d{4}-\d{2}-\d{2}/.test(read.iso)) return undefined;
  const iso = read.iso.replace(' ', 'T');
  if (iso.length > 10 && WITH_ZONE.test(iso)) {
    const ms = Date.parse(iso);
    return Number.isNaN(ms) ? undefined : ms;
  }
  const localMs = Date.parse(`${iso.length === 10 ? `${iso}T00:00:00` : iso}Z`);
  return Number.isNaN(localMs) ? undefined : zoneOf(zone).fromLocal(localMs);
}
