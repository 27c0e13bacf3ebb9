import { XMLBuilder, XMLParser } from 'fast-xml-parser';
import { z } from 'zod';
import { Fault } from './errors.ts';
import { entriesIn, fieldOf, isNowhere, REQUEST_LISTS, wordOf } from './open311-entries.ts';

/**
 * What travels by Open311 GeoReport v2 (https://wiki.open311.org/GeoReport_v2), in XML or JSON: read leniently, because
 * cities differ in what they leave out, and written strictly. Times are ms since 1970.
 */

export const OPEN311_FORMATS = ['xml', 'json'] as const;
export type Open311Format = (typeof OPEN311_FORMATS)[number];

export interface Open311Service {
  readonly code: string;
  readonly name: string;
  readonly description: string;
  /** It asks for more than the common fields: see its definition. */
  readonly metadata: boolean;
  readonly type: 'realtime' | 'batch' | 'blackbox';
  readonly keywords: readonly string[];
  readonly group: string;
}

export interface Open311Request {
  readonly id: string;
  readonly status: 'open' | 'closed';
  readonly statusNotes: string;
  readonly serviceCode: string;
  readonly serviceName: string;
  readonly description: string;
  readonly agency: string;
  readonly notice: string;
  readonly requestedMs: number | null;
  readonly updatedMs: number | null;
  /** By when it should be done. */
  readonly expectedMs: number | null;
  readonly address: string;
  /** WGS 84, degrees; both or none. */
  readonly latitude: number | null;
  readonly longitude: number | null;
  readonly mediaUrl: string;
  /** An extension (`extended_attributes.detailed_status`, as CitySDK has it): a finer state in the server's own word. */
  readonly detailedStatus: string;
}

/** The answer to a new request: its id at once, or a token that will become one. */
export interface Open311Created {
  readonly id: string | null;
  readonly token: string | null;
  readonly notice: string;
}
export interface Open311Error {
  readonly code: string;
  readonly description: string;
}

/** What could be read, and why the rest could not: a bad entry costs only itself. `at` counts from 1. */
export interface Open311List<Item> {
  readonly items: readonly Item[];
  readonly bad: readonly { readonly at: number; readonly why: string }[];
}

/** Bytes of an answer that is looked at. */
export const OPEN311_MOST_BYTES = 16 * 2 ** 20;
/** Tags within tags. */
const MOST_DEPTH = 20;

/** Throws `Fault` (`open311.unreadable`) for what is neither XML nor JSON of this specification. */
export function readServices(text: string): Open311List<Open311Service> {
  return readList(text, ['services'], 'service', serviceSchema);
}
export function readRequests(text: string): Open311List<Open311Request> {
  return readList(text, REQUEST_LISTS, 'request', requestSchema);
}
export function readCreated(text: string): Open311Created {
  const [created] = readList(text, REQUEST_LISTS, 'request', createdSchema).items;
  if (created === undefined) throw unreadable('the answer names neither a request nor a token');
  return created;
}
/** What a server says is wrong, in whichever of the shapes that are in use; none where it says nothing that can be read. */
export function readErrors(text: string): readonly Open311Error[] {
  try {
    return errorsIn(parse(text), 0);
  } catch {
    return [];
  }
}

// ---- reading ---------------------------------------------------------------------------------------------------------

const word = z
  .unknown()
  .optional()
  .transform((value) => wordOf(value));
const needed = word.refine((value) => value !== '', 'is missing');
const numeric = word.transform((value) => (value === '' || !Number.isFinite(Number(value)) ? null : Number(value)));
const moment = word.transform((value) => (value === '' ? null : readTime(value)));

const serviceSchema = z
  .object({
    service_code: needed,
    service_name: word,
    description: word,
    metadata: word,
    type: word,
    keywords: word,
    group: word,
  })
  .transform(
    (raw): Open311Service => ({
      code: raw.service_code,
      name: raw.service_name === '' ? raw.service_code : raw.service_name,
      description: raw.description,
      metadata: raw.metadata.toLowerCase() === 'true',
      type: raw.type === 'batch' || raw.type === 'blackbox' ? raw.type : 'realtime',
      keywords: raw.keywords.split(/[,;]/).flatMap((keyword) => keyword.trim() || []),
      group: raw.group,
    }),
  );

const requestSchema = z
  .object({
    service_request_id: needed,
    status: word,
    status_notes: word,
    service_code: word,
    service_name: word,
    description: word,
    agency_responsible: word,
    service_notice: word,
    requested_datetime: moment,
    updated_datetime: moment,
    expected_datetime: moment,
    address: word,
    lat: numeric,
    long: numeric,
    media_url: word,
    extended_attributes: z.object({ detailed_status: word }).nullish().catch(null),
  })
  .transform((raw): Open311Request => {
    const { lat, long } = raw;
    const located = lat !== null && long !== null && Math.abs(lat) <= 90 && Math.abs(long) <= 180;
    const somewhere = located && !isNowhere(String(lat), String(long));
    return {
      id: raw.service_request_id,
      status: raw.status.toLowerCase() === 'closed' ? 'closed' : 'open',
      statusNotes: raw.status_notes,
      serviceCode: raw.service_code,
      serviceName: raw.service_name,
      description: raw.description,
      agency: raw.agency_responsible,
      notice: raw.service_notice,
      requestedMs: raw.requested_datetime,
      updatedMs: raw.updated_datetime,
      expectedMs: raw.expected_datetime,
      address: raw.address,
      latitude: somewhere ? lat : null,
      longitude: somewhere ? long : null,
      mediaUrl: raw.media_url,
      detailedStatus: raw.extended_attributes?.detailed_status ?? '',
    };
  });

const createdSchema = z
  .object({ service_request_id: word, token: word, service_notice: word })
  .refine((raw) => raw.service_request_id !== '' || raw.token !== '', 'has neither id nor token')
  .transform(
    (raw): Open311Created => ({
      id: raw.service_request_id || null,
      token: raw.token || null,
      notice: raw.service_notice,
    }),
  );
function errorsIn(value: unknown, depth: number): readonly Open311Error[] {
  if (depth > 4) return [];
  if (Array.isArray(value)) return value.flatMap((one: unknown) => errorsIn(one, depth + 1));
  if (typeof value !== 'object') return wordOf(value) === '' ? [] : [{ code: '', description: wordOf(value) }];
  const error = fieldOf(value, 'error');
  const said = wordOf(fieldOf(value, 'description')) || wordOf(fieldOf(value, 'message'));
  const description = said || (typeof error === 'string' ? error.trim() : '');
  if (description !== '') return [{ code: wordOf(fieldOf(value, 'code')), description }];
  return [...errorsIn(fieldOf(value, 'errors'), depth + 1), ...errorsIn(error, depth + 1)];
}

function readList<Schema extends z.ZodType>(
  text: string,
  roots: readonly string[],
  item: string,
  schema: Schema,
): Open311List<z.output<Schema>> {
  if (text.length > OPEN311_MOST_BYTES) throw unreadable('the answer is too large');
  const entries = entriesIn(parse(text), roots, item);
  if (entries === undefined) throw unreadable(`there is no list «${roots[0]}»`);
  const items: z.output<Schema>[] = [];
  const bad: { at: number; why: string }[] = [];
  for (const [at, raw] of entries.entries()) {
    const read = schema.safeParse(raw);
    if (read.success) items.push(read.data);
    else {
      const [issue] = read.error.issues;
      bad.push({ at: at + 1, why: `${issue?.path.join('.') ?? ''} ${issue?.message ?? ''}`.trim() });
    }
  }
  return { items, bad };
}

function parse(text: string): unknown {
  const start = text.replace(/^\uFEFF?\s*/, '');
  if (start.startsWith('<')) return parseXml(start);
  try {
    return JSON.parse(start);
  } catch (cause) {
    throw unreadable('the answer is neither XML nor JSON', cause);
  }
}

function parseXml(text: string): unknown {
  // Neither entities of its own nor anything from elsewhere: the specification has no document type.
  if (/<!(?:DOCTYPE|ENTITY)/i.test(text)) throw unreadable('a document type is not taken');
  try {
    return parser.parse(text, true);
  } catch (cause) {
    throw unreadable('the XML is not well formed', cause);
  }
}
const parser = new XMLParser({
  ignoreAttributes: true,
  parseTagValue: false,
  trimValues: true,
  // The five of XML and numbers; others cannot be declared, see above.
  processEntities: true,
  htmlEntities: true,
  maxNestedTags: MOST_DEPTH,
});

function unreadable(message: string, cause?: unknown): Fault {
  return new Fault('invalid', 'open311.unreadable', message, { cause });
}

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
