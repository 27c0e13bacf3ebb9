import { XMLParser } from 'fast-xml-parser';
import { describe, expect, it } from 'vitest';
import type { IncidentDetails, IncidentEntry } from '#contracts/alerts';
import { incidentDetails } from '../../tests/fakes/alerts.ts';
import { capFeed, capOf } from './cap.ts';

const options = { sender: 'https://tamnhin.example', status: 'Actual', consoleUrl: 'https://tamnhin.example' } as const;
const parse = (xml: string) => new XMLParser({ preserveOrder: true, ignoreAttributes: false }).parse(xml);

interface Node {
  readonly name: string;
  readonly text: string;
  readonly inside: readonly Node[];
}
function nodes(raw: unknown): Node[] {
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

function check(node: Node, wrong: string[] = []): string[] {
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
  for (const one of node.inside) check(one, wrong);
  return wrong;
}
function alertOf(incident: IncidentDetails): Node {
  const [alert] = nodes(parse(capOf(incident, options)));
  if (alert === undefined) throw new Error('no alert');
  expect(check(alert)).toEqual([]);
  return alert;
}
const get = (node: Node, name: string): string | undefined => node.inside.find((one) => one.name === name)?.text;
const info = (node: Node): Node => node.inside.find(({ name }) => name === 'info') ?? node;

const first = incidentDetails();
const by = first.openedBy;
const entry = (sequence: number, what: IncidentEntry['entry']): IncidentEntry => ({
  sequence,
  timeMs: first.openedMs + sequence * 60_000,
  by,
  entry: what,
});

describe('CAP', () => {
  it('opens an incident as an alert', () => {
    const alert = alertOf(first);
    expect(get(alert, 'msgType')).toBe('Alert');
    expect(get(alert, 'identifier')).toBe('i1.1');
    expect(get(alert, 'sent')).toBe('2026-01-05T15:00:00+07:00');
    expect(get(alert, 'references')).toBeUndefined();
    expect(get(info(alert), 'severity')).toBe('Severe');
    expect(get(info(alert), 'event')).toBe('Xô xát ở chợ');
    const area = info(alert).inside.find(({ name }) => name === 'area');
    expect(area?.inside.map(({ text }) => text)).toEqual(['Chợ Long Xuyên', '10.386,105.435 0.1']);
  });

  it('refers from a change and from the end to what came before, and begins anew after the end', () => {
    const [opened] = first.entries;
    if (opened === undefined) throw new Error('no entry');
    const note = entry(2, { kind: 'note', text: 'only for us' });
    const changed = entry(3, { kind: 'changed', what: ['severity'] });
    const lead = entry(4, { kind: 'changed', what: ['lead'] });
    const closed = entry(5, { kind: 'closed', note: 'Đã giải tán' });
    const update = alertOf({ ...first, entries: [opened, note, changed, lead] });
    expect([get(update, 'msgType'), get(update, 'identifier')]).toEqual(['Update', 'i1.3']);
    expect(get(update, 'references')).toBe('https://tamnhin.example,i1.1,2026-01-05T15:00:00+07:00');
    expect(capOf({ ...first, entries: [opened, note, changed] }, options)).not.toContain('only for us');

    const cancel = alertOf({ ...first, state: 'closed', entries: [opened, note, changed, lead, closed] });
    expect([get(cancel, 'msgType'), get(cancel, 'note')]).toEqual(['Cancel', 'Đã giải tán']);
    expect(get(cancel, 'references')?.split(' ')).toHaveLength(2);
    expect([get(info(cancel), 'responseType'), get(info(cancel), 'urgency')]).toEqual(['AllClear', 'Past']);

    const again = alertOf({ ...first, entries: [opened, closed, entry(6, { kind: 'reopened' })] });
    expect([get(again, 'msgType'), get(again, 'references')]).toEqual(['Alert', undefined]);
  });

  it('holds whatever people write', () => {
    const title = `<b>&amp;"' \u0000\u0008\ud800 ${'x'.repeat(300)}`;
    const hostile = { ...first, id: 'a b,c<&', title, description: ']]><script>', place: null };
    const alert = alertOf(hostile);
    expect(get(info(alert), 'headline')?.length).toBeLessThanOrEqual(200);
    expect(capOf(hostile, options)).toContain('&lt;b&gt;&amp;amp;&quot;');
    expect(check(nodes(parse(capOf({ ...hostile, entries: [] }, options)))[0] ?? alert)).toEqual([]);
  });

  it('lists incidents as a feed, the one that changed last first', () => {
    const later = incidentDetails({ id: 'i2', title: 'A & B', openedMs: first.openedMs + 1000, entries: [] });
    const xml = capFeed([first, later], { ...options, nowMs: 0 });
    const [feed] = nodes(parse(xml));
    const entries = feed?.inside.filter(({ name }) => name === 'entry') ?? [];
    expect(entries.map((one) => get(one, 'title'))).toEqual(
      ['A &amp; B', 'Xô xát ở chợ'].map((text) => text.replace('&amp;', '&')),
    );
    expect(xml).toContain('href="https://tamnhin.example/api/incidents/i1/cap"');
    expect(get(feed ?? { name: '', text: '', inside: [] }, 'updated')).toBe('2026-01-05T08:00:01.000Z');
  });
});
