import { XMLParser, XMLValidator } from 'fast-xml-parser';

/**
 * CAP 1.2 as a check: the schema of the OASIS standard (1 July 2010, §3.4), and what its data dictionary (§3.2, §3.3) asks
 * beyond the schema. And the nodes of a text in XML.
 */

export function capNodes(xml: string): CapNode[] {
  const sound = XMLValidator.validate(xml);
  if (sound !== true) throw new Error(`not well-formed: ${sound.err.msg}`);
  return nodes(new XMLParser({ preserveOrder: true, ignoreAttributes: false, parseTagValue: false }).parse(xml));
}

export interface CapNode {
  readonly name: string;
  readonly text: string;
  readonly inside: readonly CapNode[];
  readonly namespace: string | undefined;
}
function nodes(raw: unknown): CapNode[] {
  if (!Array.isArray(raw)) return [];
  return raw.flatMap((one: Record<string, unknown>) => {
    const name = Object.keys(one).find((key) => key !== ':@');
    if (name === undefined || name === '#text' || name.startsWith('?')) return [];
    const inside = one[name];
    const text = Array.isArray(inside) ? inside.map((part) => String(part['#text'] ?? '')).join('') : '';
    const attributes = one[':@'];
    const namespace: unknown =
      typeof attributes === 'object' && attributes !== null ? Reflect.get(attributes, '@_xmlns') : undefined;
    return [{ name, text, inside: nodes(inside), namespace: typeof namespace === 'string' ? namespace : undefined }];
  });
}

/** The sequences of the schema: `!` must be there, `*` may come more than once. What is not listed holds text alone. */
const NAMED_VALUE = 'valueName! value!';
const ORDER: Readonly<Record<string, string>> = {
  alert:
    'identifier! sender! sent! status! msgType! source scope! restriction addresses code* note references incidents info*',
  info: 'language category!* event! responseType* urgency! severity! certainty! audience eventCode* effective onset expires senderName headline description instruction web contact parameter* resource* area*',
  eventCode: NAMED_VALUE,
  parameter: NAMED_VALUE,
  resource: 'resourceDesc! mimeType! size uri derefUri digest',
  area: 'areaDesc! polygon* circle* geocode* altitude ceiling',
  geocode: NAMED_VALUE,
};

/** Day, time and offset, without parts of a second and without `Z` (§3.3.2). */
const MOMENT = /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d[-+]\d\d:\d\d$/;
const NUMBER = /^[-+]?(\d+(\.\d*)?|\.\d+)$/;
/** §3.2.1: no spaces, no commas, no < and no &. */
const PLAIN = /^[^\s,<&]+$/;
const oneOf = (words: string) => (text: string) => words.split(' ').includes(text);

const VALUES: Readonly<Record<string, (text: string) => boolean>> = {
  identifier: (text) => PLAIN.test(text),
  sender: (text) => PLAIN.test(text),
  sent: isMoment,
  status: oneOf('Actual Exercise System Test Draft'),
  msgType: oneOf('Alert Update Cancel Ack Error'),
  scope: oneOf('Public Restricted Private'),
  references: (text) => text.split(/\s+/).every(isReference),
  incidents: (text) => text.trim() !== '',
  language: (text) => /^[A-Za-z]{1,8}(-[A-Za-z0-9]{1,8})*$/.test(text),
  category: oneOf('Geo Met Safety Security Rescue Fire Health Env Transport Infra CBRNE Other'),
  event: (text) => text.trim() !== '',
  responseType: oneOf('Shelter Evacuate Prepare Execute Avoid Monitor Assess AllClear None'),
  urgency: oneOf('Immediate Expected Future Past Unknown'),
  severity: oneOf('Extreme Severe Moderate Minor Unknown'),
  certainty: oneOf('Observed Likely Possible Unlikely Unknown'),
  effective: isMoment,
  onset: isMoment,
  expires: isMoment,
  headline: (text) => [...text].length <= 160,
  web: (text) => URL.canParse(text),
  areaDesc: (text) => text.trim() !== '',
  polygon: isPolygon,
  circle(text) {
    const [point = '', radius = '', ...more] = text.split(' ');
    return isPoint(point) && NUMBER.test(radius) && Number(radius) >= 0 && more.length === 0;
  },
  altitude: (text) => NUMBER.test(text),
  ceiling: (text) => NUMBER.test(text),
  size: (text) => /^\d+$/.test(text),
  uri: (text) => URL.canParse(text),
  digest: (text) => /^[0-9a-f]{40}$/i.test(text),
};

function isMoment(text: string): boolean {
  return MOMENT.test(text) && !Number.isNaN(Date.parse(text));
}

function isReference(text: string): boolean {
  const [sender = '', identifier = '', sent = '', ...more] = text.split(',');
  return PLAIN.test(sender) && PLAIN.test(identifier) && isMoment(sent) && more.length === 0;
}

/** WGS 84, latitude first. */
function isPoint(text: string): boolean {
  const [latitude = '', longitude = '', ...more] = text.split(',');
  const inRange = Math.abs(Number(latitude)) <= 90 && Math.abs(Number(longitude)) <= 180;
  return NUMBER.test(latitude) && NUMBER.test(longitude) && inRange && more.length === 0;
}

/** Four points at least, and closed. */
function isPolygon(text: string): boolean {
  const points = text.split(' ');
  return points.length >= 4 && points.every(isPoint) && points[0] === points.at(-1);
}

/** What is wrong with a message. */
export function capFaults(alert: CapNode): string[] {
  const wrong: string[] = [];
  if (alert.name !== 'alert') wrong.push(`${alert.name} is no alert`);
  if (alert.namespace !== 'urn:oasis:names:tc:emergency:cap:1.2') wrong.push(`namespace ${alert.namespace}`);
  schemaFaults(alert, wrong);
  dictionaryFaults(alert, wrong);
  return wrong;
}

function schemaFaults(node: CapNode, wrong: string[]): void {
  const order = ORDER[node.name]?.split(' ') ?? [];
  const names = order.map((one) => one.replace(/[!*]/g, ''));
  const places = node.inside.map(({ name }) => names.indexOf(name));
  if (places.includes(-1)) wrong.push(`${node.name} holds what it may not`);
  if (places.some((place, at) => at > 0 && place < (places[at - 1] ?? 0))) wrong.push(`${node.name}: order`);
  for (const [at, rule] of order.entries()) {
    const times = places.filter((place) => place === at).length;
    if (rule.includes('!') && times === 0) wrong.push(`${node.name} lacks ${rule}`);
    if (!rule.includes('*') && times > 1) wrong.push(`${node.name}: ${rule} twice`);
  }
  if (VALUES[node.name]?.(node.text) === false) wrong.push(`${node.name}: ${node.text}`);
  for (const one of node.inside) schemaFaults(one, wrong);
}

/** What hangs together without the schema saying so. */
function dictionaryFaults(alert: CapNode, wrong: string[]): void {
  const has = (node: CapNode, name: string): boolean => get(node, name) !== undefined;
  const scope = get(alert, 'scope');
  if ((scope === 'Restricted') !== has(alert, 'restriction')) wrong.push(`scope ${scope} and restriction`);
  if (scope === 'Private' && !has(alert, 'addresses')) wrong.push('scope Private without addresses');
  const type = get(alert, 'msgType');
  if (type !== 'Alert' && !has(alert, 'references')) wrong.push(`${type} refers to nothing`);
  const name = `${get(alert, 'sender')},${get(alert, 'identifier')},${get(alert, 'sent')}`;
  if (get(alert, 'references')?.split(/\s+/).includes(name)) wrong.push('it refers to itself');
  const infos = alert.inside.filter((one) => one.name === 'info');
  const languages = infos.map((one) => get(one, 'language') ?? 'en-US');
  if (new Set(languages).size < languages.length) wrong.push('two texts in one language');
  for (const one of infos) {
    const [effective, expires] = [get(one, 'effective') ?? get(alert, 'sent'), get(one, 'expires')];
    if (expires !== undefined && Date.parse(expires) <= Date.parse(effective ?? ''))
      wrong.push('over before it begins');
    for (const area of one.inside.filter((each) => each.name === 'area')) {
      if (has(area, 'ceiling') && !has(area, 'altitude')) wrong.push('a ceiling without an altitude');
    }
  }
}

export const get = (node: CapNode, name: string): string | undefined =>
  node.inside.find((one) => one.name === name)?.text;
export const info = (node: CapNode): CapNode => node.inside.find(({ name }) => name === 'info') ?? node;
