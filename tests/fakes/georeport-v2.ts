import { XMLParser } from 'fast-xml-parser';
import { z } from 'zod';

/**
 * Open311 GeoReport v2 and its service discovery, as https://wiki.open311.org/GeoReport_v2 has them: names, order, types
 * and what may be empty of every document, written once and held against both formats. JSON is the XML by the Spark
 * convention: a list has no name, `<a/>` is null.
 */

/** How a value is written, in JSON and in XML. */
const KINDS = {
  word: { json: z.string().min(1), xml: /\S/ },
  text: { json: z.string().min(1).nullable(), xml: /^[\s\S]*$/ },
  boolean: { json: z.boolean(), xml: /^(true|false)$/ },
  /** https://www.w3.org/TR/NOTE-datetime, to the second, with its zone. */
  time: {
    json: z.string().regex(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(Z|[+-]\d\d:\d\d)$/),
    xml: /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(Z|[+-]\d\d:\d\d)$/,
  },
  latitude: { json: z.number().min(-90).max(90), xml: /^-?\d{1,2}(\.\d+)?$/ },
  longitude: { json: z.number().min(-180).max(180), xml: /^-?\d{1,3}(\.\d+)?$/ },
  status: { json: z.enum(['open', 'closed']), xml: /^(open|closed)$/ },
  service: { json: z.enum(['realtime', 'batch', 'blackbox']), xml: /^(realtime|batch|blackbox)$/ },
  /** The status of HTTP. */
  code: { json: z.number().int().min(400).max(599), xml: /^[45]\d\d$/ },
  url: { json: z.url(), xml: /^https?:\/\/\S+$/ },
  type: { json: z.enum(['production', 'test']), xml: /^(production|test)$/ },
  order: { json: z.number().int().positive(), xml: /^[1-9]\d*$/ },
  datatype: {
    json: z.enum(['string', 'number', 'datetime', 'text', 'singlevaluelist', 'multivaluelist']),
    xml: /^(string|number|datetime|text|singlevaluelist|multivaluelist)$/,
  },
  mediaType: { json: z.enum(['text/xml', 'application/json']), xml: /^(text\/xml|application\/json)$/ },
} as const;
type Kind = keyof typeof KINDS;

interface Field {
  readonly name: string;
  readonly is: Kind | Record | List;
  readonly mayBeEmpty: boolean;
  readonly mayBeLeftOut: boolean;
}
interface Record {
  readonly fields: readonly Field[];
}
/** In XML each entry stands below `item`. */
interface List {
  readonly item: string;
  readonly of: Kind | Record;
  readonly least: number;
}

interface Fields {
  readonly [name: string]: Kind | Record | List;
}

/** `?` behind a name: it may be empty. `*`: it may be left out. */
function record(fields: Fields): Record {
  return {
    fields: Object.entries(fields).map(([name, is]) => ({
      ...{ name: name.replace(/[?*]$/, ''), is },
      ...{ mayBeEmpty: name.endsWith('?'), mayBeLeftOut: name.endsWith('*') },
    })),
  };
}
const list = (item: string, of: Kind | Record, least = 0): List => ({ item, of, least });

const SERVICE = record({
  ...{ service_code: 'word', service_name: 'word', description: 'word', metadata: 'boolean', type: 'service' },
  ...{ 'keywords?': 'text', 'group?': 'text' },
});
const ATTRIBUTE = record({
  ...{ variable: 'boolean', code: 'word', datatype: 'datatype', required: 'boolean' },
  ...{ 'datatype_description?': 'text', order: 'order', 'description?': 'text' },
  'values*': list('value', record({ key: 'word', name: 'word' })),
});
const REQUEST: Fields = {
  ...{ service_request_id: 'word', status: 'status', 'status_notes?': 'text', service_name: 'word' },
  ...{ service_code: 'word', 'description?': 'text', 'agency_responsible?': 'text', 'service_notice?': 'text' },
  ...{ requested_datetime: 'time', 'updated_datetime?': 'time', 'expected_datetime?': 'time' },
  ...{ 'address?': 'text', 'address_id?': 'text', 'zipcode?': 'text' },
  ...{ 'lat?': 'latitude', 'long?': 'longitude', 'media_url?': 'url' },
};
const DETAILED = record({ detailed_status: 'word' });

/** Each document: the name of its root in XML, and what it is. */
const GEOREPORT = {
  services: { root: 'services', is: list('service', SERVICE, 1) },
  definition: {
    root: 'service_definition',
    is: record({ service_code: 'word', attributes: list('attribute', ATTRIBUTE) }),
  },
  requests: { root: 'service_requests', is: list('request', record(REQUEST)) },
  /** Asked for with `extensions=true`; the specification lets servers add to what they answer. */
  extended: { root: 'service_requests', is: list('request', record({ ...REQUEST, extended_attributes: DETAILED })) },
  created: {
    root: 'service_requests',
    is: list('request', record({ service_request_id: 'word', 'service_notice?': 'text', 'account_id?': 'text' }), 1),
  },
  token: {
    root: 'service_requests',
    is: list('request', record({ service_request_id: 'word', token: 'word' }), 1),
  },
  errors: { root: 'errors', is: list('error', record({ code: 'code', description: 'word' }), 1) },
  /** https://wiki.open311.org/Service_Discovery */
  discovery: {
    root: 'discovery',
    is: record({
      ...{ changeset: 'time', contact: 'word', key_service: 'word' },
      endpoints: list(
        'endpoint',
        record({
          ...{ specification: 'url', url: 'url', changeset: 'time', type: 'type' },
          formats: list('format', 'mediaType', 1),
        }),
        1,
      ),
    }),
  },
  /** The extension of mySociety, https://wiki.open311.org/GeoReport_v2/Extensions. */
  updates: {
    root: 'service_request_updates',
    is: list(
      'request_update',
      record({
        ...{ update_id: 'word', service_request_id: 'word', status: 'status', updated_datetime: 'time' },
        ...{ 'description?': 'text', extended_attributes: DETAILED },
      }),
    ),
  },
} as const satisfies { readonly [name: string]: { readonly root: string; readonly is: Record | List } };
export type GeoReportDocument = keyof typeof GEOREPORT;

// ---- JSON ------------------------------------------------------------------------------------------------------------

function jsonSchema(is: Kind | Record | List): z.ZodType {
  if (typeof is === 'string') return KINDS[is].json;
  if ('item' in is) return z.array(jsonSchema(is.of)).min(is.least);
  return z.strictObject(
    Object.fromEntries(
      is.fields.map(({ name, is: inner, mayBeEmpty, mayBeLeftOut }) => {
        const schema = mayBeEmpty ? jsonSchema(inner).nullable() : jsonSchema(inner);
        return [name, mayBeLeftOut ? schema.optional() : schema];
      }),
    ),
  );
}

/** What is wrong with a document, in words; none when it is as the specification has it. */
export function wrongInJson(name: GeoReportDocument, text: string): string[] {
  const read = jsonSchema(GEOREPORT[name].is).safeParse(JSON.parse(text));
  return read.success ? [] : read.error.issues.map(({ path, message }) => `${path.join('.')}: ${message}`);
}

// ---- XML -------------------------------------------------------------------------------------------------------------

interface Element {
  readonly name: string;
  /** Of itself; whitespace between elements is none. */
  readonly text: string;
  readonly children: readonly Element[];
}

export function wrongInXml(name: GeoReportDocument, text: string): string[] {
  const wrong: string[] = [];
  if (!/^<\?xml version="1\.0" encoding="UTF-8"\?>/i.test(text)) wrong.push('no declaration of UTF-8');
  const roots = elementsOf(text, wrong);
  const { root, is } = GEOREPORT[name];
  if (roots.length !== 1 || roots[0]?.name !== root) wrong.push(`<${roots.map(({ name: at }) => at)}> is no <${root}>`);
  else check(roots[0], is, root, wrong);
  return wrong;
}

function check(element: Element, is: Kind | Record | List, at: string, wrong: string[]): void {
  const { children, text } = element;
  if (typeof is === 'string') {
    if (children.length > 0) wrong.push(`${at}: has elements`);
    if (!KINDS[is].xml.test(text)) wrong.push(`${at}: «${text}» is no ${is}`);
    return;
  }
  if (text !== '') wrong.push(`${at}: has text beside its elements`);
  if ('item' in is) {
    if (children.length < is.least) wrong.push(`${at}: fewer than ${is.least}`);
    for (const [index, child] of children.entries()) {
      if (child.name !== is.item) wrong.push(`${at}: <${child.name}> is no <${is.item}>`);
      else check(child, is.of, `${at}.${index}`, wrong);
    }
    return;
  }
  const names = children.map(({ name }) => name);
  const order = is.fields.filter(({ name, mayBeLeftOut }) => !mayBeLeftOut || names.includes(name));
  if (names.join() !== order.map(({ name }) => name).join()) wrong.push(`${at}: has ${names.join(', ')}`);
  for (const child of children) {
    const field = is.fields.find(({ name }) => name === child.name);
    if (field === undefined) continue;
    const empty = child.text === '' && child.children.length === 0;
    if (!(empty && field.mayBeEmpty)) check(child, field.is, `${at}.${child.name}`, wrong);
  }
}

function elementsOf(text: string, wrong: string[]): Element[] {
  const parser = new XMLParser({
    preserveOrder: true,
    ignoreAttributes: false,
    parseTagValue: false,
    trimValues: false,
  });
  const build = (nodes: unknown): Element[] =>
    (Array.isArray(nodes) ? nodes : []).flatMap((node: { [name: string]: unknown }) => {
      const attributes = node[':@'];
      const [name] = Object.keys(node).filter((key) => key !== ':@');
      if (name === undefined || name === '#text' || name === '?xml') return [];
      if (attributes !== undefined) wrong.push(`<${name}> has attributes`);
      const inside: readonly { [name: string]: unknown }[] = Array.isArray(node[name]) ? node[name] : [];
      const children = build(inside);
      const words = inside.flatMap((one) => (typeof one['#text'] === 'string' ? [one['#text']] : [])).join('');
      return [{ name, children, text: children.length > 0 ? words.trim() : words }];
    });
  return build(parser.parse(text, true));
}
