import { XMLBuilder } from 'fast-xml-parser';

/**
 * What travels by Open311 GeoReport v2 (https://wiki.open311.org/GeoReport_v2), as we write it, in XML or JSON. Other
 * cities' lists are read by the format of that name (`server/sectors/intake/formats/open311`). Times are ms since 1970.
 */

export const OPEN311_FORMATS = ['xml', 'json'] as const;
export type Open311Format = (typeof OPEN311_FORMATS)[number];

// ---- times -----------------------------------------------------------------------------------------------------------

const TIME = /^(\d{4}-\d{2}-\d{2})[T ](\d{2}:\d{2})(:\d{2}(?:\.\d+)?)?\s*(Z|[+-]\d{2}:?\d{2})$/i;

/** W3C-DTF with its zone; `null` for anything else: without one nobody knows when it was. */
export function readTime(text: string): number | null {
  const [, date, minutes, seconds = ':00', zone = ''] = TIME.exec(text.trim()) ?? [];
  if (date === undefined) return null;
  const offset = /^z$/i.test(zone) ? 'Z' : zone.replace(/^([+-]\d{2}):?(\d{2})$/, '$1:$2');
  const ms = Date.parse(`${date}T${minutes}${seconds}${offset}`);
  return Number.isNaN(ms) ? null : ms;
}

/** With the offset of the province in it, to the second: `2026-11-25T09:30:00+07:00`. */
export function writeTime(ms: number, timeZone: string): string {
  const zone = new Intl.DateTimeFormat('en', { timeZone, timeZoneName: 'longOffset' })
    .formatToParts(ms)
    .find(({ type }) => type === 'timeZoneName');
  const offset = /([+-]\d{2}:\d{2})$/.exec(zone?.value ?? '')?.[1] ?? '+00:00';
  const minutes = Number(`${offset[0]}1`) * (Number(offset.slice(1, 3)) * 60 + Number(offset.slice(4)));
  return `${new Date(ms + minutes * 60_000).toISOString().slice(0, 19)}${offset}`;
}

// ---- writing ---------------------------------------------------------------------------------------------------------

export type Open311Value =
  | string
  | number
  | boolean
  | null
  | { readonly [name: string]: Open311Value }
  | readonly Open311Value[];

const builder = new XMLBuilder({ format: false, suppressEmptyNode: true, processEntities: true });

/**
 * A list as the specification writes it: `<root><item>…</item></root>` or a JSON array. Empty fields are there in both:
 * the specification has them, and clients look for them.
 */
export function writeList(
  format: Open311Format,
  root: string,
  item: string,
  entries: readonly { readonly [name: string]: Open311Value }[],
): string {
  if (format === 'json') return JSON.stringify(entries);
  return writeXml({ [root]: { [item]: entries } });
}

/** One thing: `<root>…</root>`, or the JSON object without its name. In lists `{ name: [{ one }, …] }` XML repeats the tag. */
export function writeOne(
  format: Open311Format,
  root: string,
  one: { readonly [name: string]: Open311Value },
  asXml: { readonly [name: string]: Open311Value } = one,
): string {
  return format === 'json' ? JSON.stringify(one) : writeXml({ [root]: asXml });
}

function writeXml(value: { readonly [name: string]: Open311Value }): string {
  return `<?xml version="1.0" encoding="UTF-8"?>\n${builder.build(withoutControls(value))}`;
}

/** XML 1.0 §2.2 has no word for most control characters, not even escaped. `null` becomes an empty element. */
function withoutControls(value: Open311Value): Open311Value {
  if (value === null) return '';
  // biome-ignore lint/suspicious/noControlCharactersInRegex: they are what must go.
  if (typeof value === 'string') return value.replace(/[\u0000-\u0008\u000b\u000c\u000e-\u001f\ufffe\uffff]/g, '');
  if (isList(value)) return value.map(withoutControls);
  if (typeof value !== 'object') return value;
  return Object.fromEntries(Object.entries(value).map(([name, inner]) => [name, withoutControls(inner)]));
}
function isList(value: Open311Value): value is readonly Open311Value[] {
  return Array.isArray(value);
}
