import { XMLParser } from 'fast-xml-parser';

/** The schema of CAP 1.2 as far as our messages go, and the nodes of a text in XML. */

export function capNodes(xml: string): CapNode[] {
  return nodes(new XMLParser({ preserveOrder: true, ignoreAttributes: false }).parse(xml));
}

export interface CapNode {
  readonly name: string;
  readonly text: string;
  readonly inside: readonly CapNode[];
}
function nodes(raw: unknown): CapNode[] {
  if (!Array.isArray(raw)) return [];
  return raw.flatMap((one: Record<string, unknown>) => {
    const name = Object.keys(one).find((key) => key !== ':@');
    if (name === undefined || name === '#text' || name.startsWith('?')) return [];
    const inside = one[name];
    const text = Array.isArray(inside) ? inside.map((part) => String(part['#text'] ?? '')).join('') : '';
    return [{ name, text, inside: nodes(inside) }];
  });
}

/** The sequences of the schema (OASIS CAP-v1.2.xsd): `!` must be there, `*` may come more than once. */
const ORDER: Readonly<Record<string, string>> = {
  alert:
    'identifier! sender! sent! status! msgType! source scope! restriction addresses code* note references incidents info*',
  info: 'language category!* event! responseType* urgency! severity! certainty! audience eventCode* effective onset expires senderName headline description instruction web contact parameter* resource* area*',
  area: 'areaDesc! polygon* circle* geocode* altitude ceiling',
};
const VALUES: Readonly<Record<string, RegExp>> = {
  status: /^(Actual|Exercise|System|Test|Draft)$/,
  msgType: /^(Alert|Update|Cancel|Ack|Error)$/,
  scope: /^(Public|Restricted|Private)$/,
  category: /^(Geo|Met|Safety|Security|Rescue|Fire|Health|Env|Transport|Infra|CBRNE|Other)$/,
  responseType: /^(Shelter|Evacuate|Prepare|Execute|Avoid|Monitor|Assess|AllClear|None)$/,
  urgency: /^(Immediate|Expected|Future|Past|Unknown)$/,
  severity: /^(Extreme|Severe|Moderate|Minor|Unknown)$/,
  certainty: /^(Observed|Likely|Possible|Unlikely|Unknown)$/,
  sent: /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d[-+]\d\d:\d\d$/,
  effective: /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d[-+]\d\d:\d\d$/,
  onset: /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d[-+]\d\d:\d\d$/,
  expires: /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d[-+]\d\d:\d\d$/,
  identifier: /^[^\s,<&]+$/,
  sender: /^[^\s,<&]+$/,
  circle: /^-?\d+(\.\d+)?,-?\d+(\.\d+)? \d+(\.\d+)?$/,
  references: /^[^\s,]+,[^\s,]+,\S+( [^\s,]+,[^\s,]+,\S+)*$/,
};

/** What is wrong with a message, by the schema. */
export function capFaults(node: CapNode, wrong: string[] = []): string[] {
  const order = ORDER[node.name]?.split(' ');
  if (order !== undefined) {
    const names = order.map((one) => one.replace(/[!*]/g, ''));
    const places = node.inside.map(({ name }) => names.indexOf(name));
    if (places.includes(-1)) wrong.push(`${node.name} holds what it may not`);
    if (places.some((place, at) => at > 0 && place < (places[at - 1] ?? 0))) wrong.push(`${node.name}: order`);
    for (const [at, rule] of order.entries()) {
      const times = places.filter((place) => place === at).length;
      if (rule.includes('!') && times === 0) wrong.push(`${node.name} lacks ${rule}`);
      if (!rule.includes('*') && times > 1) wrong.push(`${node.name}: ${rule} twice`);
    }
  }
  const value = VALUES[node.name];
  if (value !== undefined && !value.test(node.text)) wrong.push(`${node.name}: ${node.text}`);
  for (const one of node.inside) capFaults(one, wrong);
  return wrong;
}

export const get = (node: CapNode, name: string): string | undefined =>
  node.inside.find((one) => one.name === name)?.text;
export const info = (node: CapNode): CapNode => node.inside.find(({ name }) => name === 'info') ?? node;
