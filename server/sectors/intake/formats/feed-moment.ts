const TIME = String.raw`(\d{1,2}):(\d{2})(?::(\d{2})(?:\.\d+)?)?`;
const ZONE = String.raw`(?: ?([+-]\d{2}:?\d{2}|[a-z]{1,4}))?`;
/** RFC 822 §5, the day of the week and the seconds left out or not. */
const MAIL = new RegExp(String.raw`^(\d{1,2}) ([a-z]{3})[a-z]* (\d{4}|\d{2}),? ${TIME}${ZONE}$`, 'i');
const ISO = new RegExp(String.raw`^(\d{4})-(\d{2})-(\d{2})[T ]${TIME}${ZONE}$`, 'i');
const NUMBERS = new RegExp(String.raw`^(\d{1,2})[/.-](\d{1,2})[/.-](\d{4})[ ,T]+${TIME}(?: ?([AP])M)?${ZONE}$`, 'i');
const MONTHS = ['jan', 'feb', 'mar', 'apr', 'may', 'jun', 'jul', 'aug', 'sep', 'oct', 'nov', 'dec'];
/** Hours east of Greenwich: what mail knows, and ours. */
const ZONES: Readonly<Record<string, number>> = {
  ...{ z: 0, ut: 0, utc: 0, gmt: 0, ict: 7 },
  ...{ est: -5, edt: -4, cst: -6, cdt: -5, mst: -7, mdt: -6, pst: -8, pdt: -7 },
};

/**
 * The date of an item of a feed: with a zone as ISO 8601 of Greenwich; without one as it stood, for whoever knows which
 * time it is in; never in the time of the machine that happens to read it. What is no date stays as it was.
 */
export function feedMoment(text: string): string {
  const given = text.trim().replace(/\s+/g, ' ');
  const word = given
    // The day of the week, in whatever language.
    .replace(/^\p{L}[\p{L}\d. ]*, ?/u, '')
    .replace(/ ?\(?(?:GMT|UTC) ?([+-])(\d{1,2})(?::?(\d{2}))?\)?$/i, (_, sign, hours, minutes = '00') => {
      return ` ${sign}${String(hours).padStart(2, '0')}:${minutes}`;
    })
    .replace(/ \([^()]*\)$/, '');
  return ofMail(word) ?? ofIso(word) ?? ofNumbers(word) ?? (/^\d/.test(word) ? word : given);
}

function ofMail(word: string): string | undefined {
  const found = MAIL.exec(word);
  if (found === null) return undefined;
  const [, day, month = '', year = '', ...rest] = found;
  const full = year.length === 4 ? Number(year) : Number(year) + (Number(year) < 50 ? 2000 : 1900);
  return written(full, MONTHS.indexOf(month.toLowerCase()) + 1, Number(day), rest);
}

function ofIso(word: string): string | undefined {
  const found = ISO.exec(word);
  if (found === null) return undefined;
  const [, year, month, day, ...rest] = found;
  return written(Number(year), Number(month), Number(day), rest);
}

/** Without a zone and the half of the day it is read together with the others, whose order tells the order of this. */
function ofNumbers(word: string): string | undefined {
  const found = NUMBERS.exec(word);
  if (found === null) return undefined;
  const [, first, second, year, hour = '', minute, seconds, half, zone] = found;
  if (half === undefined && zone === undefined) return undefined;
  const monthFirst = half === undefined ? Number(second) > 12 : Number(first) <= 12;
  const [day, month] = monthFirst ? [second, first] : [first, second];
  const clock =
    half === undefined ? hour : String((Number(hour) % 12) + (half.toLowerCase() === 'p' ? 12 : 0)).padStart(2, '0');
  return written(Number(year), Number(month), Number(day), [clock, minute, seconds, zone]);
}

function written(
  year: number,
  month: number,
  day: number,
  [hour, minute, seconds = '00', zone]: readonly (string | undefined)[],
): string | undefined {
  const ms = Date.UTC(year, month - 1, day, Number(hour), Number(minute), Number(seconds));
  const date = new Date(ms);
  // No day, hour or minute that is not there: 31 November is nobody's first of December.
  if (date.getUTCMonth() !== month - 1 || date.getUTCDate() !== day || Number(minute) > 59) return undefined;
  if (zone === undefined) return date.toISOString().slice(0, 19);
  const minutes = minutesEast(zone);
  return minutes === undefined ? undefined : new Date(ms - minutes * 60_000).toISOString();
}

function minutesEast(zone: string): number | undefined {
  const [, sign, hours, minutes] = /^([+-])(\d{2}):?(\d{2})$/.exec(zone) ?? [];
  if (sign !== undefined) return Number(`${sign}1`) * (Number(hours) * 60 + Number(minutes));
  const named = ZONES[zone.toLowerCase()];
  return named === undefined ? undefined : named * 60;
}
