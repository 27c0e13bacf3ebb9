import { describe, expect, it } from 'vitest';
import type { IncidentDetails, IncidentEntry } from '#contracts/alerts';
import { incidentDetails } from '../../tests/fakes/alerts.ts';
import { type CapNode, capFaults, capNodes, get, info } from '../../tests/fakes/cap-schema.ts';
import { capFeed, capOf } from './cap.ts';

const options = { sender: 'https://tamnhin.example', status: 'Actual', consoleUrl: 'https://tamnhin.example' } as const;
function alertOf(incident: IncidentDetails): CapNode {
  const [alert] = capNodes(capOf(incident, options));
  if (alert === undefined) throw new Error('no alert');
  expect(capFaults(alert)).toEqual([]);
  return alert;
}
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
    expect(get(info(alert), 'headline')).toMatch(/^.{140,155} \(#7\)$/s);
    expect(capOf(hostile, options)).toContain('&lt;b&gt;&amp;amp;&quot;');
    expect(capFaults(capNodes(capOf({ ...hostile, entries: [] }, options))[0] ?? alert)).toEqual([]);
  });

  it('says where it is without exponents, and nowhere where nobody said', () => {
    const place = { name: '', latitude: 1e-7, longitude: -105.123_456_789 };
    const area = (incident: IncidentDetails) => info(alertOf(incident)).inside.find(({ name }) => name === 'area');
    expect(area({ ...first, place })?.inside.map(({ text }) => text)).toEqual(['Không rõ vị trí', '0,-105.123457 0.1']);
    expect(area({ ...first, place: { ...place, latitude: null } })?.inside).toHaveLength(1);
  });

  it('lists incidents as a feed, the one that changed last first', () => {
    const later = incidentDetails({ id: 'i2', title: 'A & B', openedMs: first.openedMs + 1000, entries: [] });
    const xml = capFeed([first, later], { ...options, nowMs: 0 });
    const [feed] = capNodes(xml);
    const entries = feed?.inside.filter(({ name }) => name === 'entry') ?? [];
    expect(entries.map((one) => get(one, 'title'))).toEqual(
      ['A &amp; B', 'Xô xát ở chợ'].map((text) => text.replace('&amp;', '&')),
    );
    expect(xml).toContain('href="https://tamnhin.example/api/incidents/i1/cap"');
    expect(feed && get(feed, 'updated')).toBe('2026-01-05T08:00:01.000Z');
  });
});

describe('the check of CAP', () => {
  const good = capOf(first, options);
  const faultsOf = (xml: string): string[] => capNodes(xml).flatMap(capFaults);

  it.each<[string, string, string]>([
    ['another namespace', 'cap:1.2', 'cap:1.1'],
    ['a word that is not on the list', '<severity>Severe<', '<severity>Bad<'],
    ['what is missing', '<event>Xô xát ở chợ</event>', ''],
    ['what is in the wrong place', '<status>Actual</status>', ''],
    ['a time in UTC by its letter', '+07:00</sent>', 'Z</sent>'],
    ['a month that there is not', '2026-01-05T15:00:00+07:00</sent>', '2026-13-05T15:00:00+07:00</sent>'],
    ['a change that refers to nothing', '>Alert<', '>Update<'],
    ['a restriction that nobody states', /<restriction>.*<\/restriction>\n/.exec(good)?.[0] ?? '', ''],
    ['a circle without a radius', '10.386,105.435 0.1', '10.386,105.435'],
    ['a place off the earth', '10.386,105.435', '105.435,10.386'],
    ['a polygon that is open', '<circle>10.386,105.435 0.1</circle>', '<polygon>1,1 1,2 2,2 2,1</polygon>'],
    ['an element of its own', '<urgency>', '<mood>calm</mood><urgency>'],
    ['an end before its beginning', '2026-01-06T15:00:00+07:00</expires>', '2026-01-04T15:00:00+07:00</expires>'],
  ])('finds %s', (_, from, to) => {
    expect(faultsOf(good)).toEqual([]);
    expect(good).toContain(from);
    expect(faultsOf(good.replace(from, to))).not.toEqual([]);
  });
});
