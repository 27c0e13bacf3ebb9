import { CAP_NAMESPACE, CAP_SEVERITIES, capPoint, capTime, clipped, element, inXml, plain } from '#base/cap-xml';
import type { IncidentDetails, IncidentEntry } from '#contracts/alerts';
import type { Severity } from '#contracts/events';

/**
 * Common Alerting Protocol 1.2 (OASIS; ITU-T X.1303) of an incident: what other systems of public safety understand. Each
 * step that changes what there is to know is a message of its own; a later one refers to those before it.
 */
export interface CapOptions {
  /** Who sends: known by this name to who gets it. */
  readonly sender: string;
  readonly status: 'Actual' | 'Exercise';
  /** The console, without a slash at the end. */
  readonly consoleUrl: string;
}

const HOUR_MS = 3_600_000;
/** A message holds so long unless another one comes. */
const HOLDS_MS = 24 * HOUR_MS;
const URGENCY: Readonly<Record<Severity, string>> = {
  unknown: 'Unknown',
  minor: 'Future',
  moderate: 'Expected',
  severe: 'Immediate',
  extreme: 'Immediate',
};

interface Step {
  readonly identifier: string;
  readonly sentMs: number;
  readonly kind: 'opened' | 'changed' | 'closed' | 'reopened';
  readonly entry: IncidentEntry;
}

/** What a message says of an incident. */
export type CapIncident = Pick<
  IncidentDetails,
  'id' | 'number' | 'title' | 'description' | 'severity' | 'place' | 'openedMs' | 'entries'
>;

/** The newest message of the incident. */
export function capOf(incident: CapIncident, { sender, status, consoleUrl }: CapOptions): string {
  const from = plain(sender);
  const steps = stepsOf(incident);
  const last = steps.at(-1);
  const sentMs = last?.sentMs ?? incident.openedMs;
  const before = sinceLastEnd(steps);
  const type = last?.kind === 'closed' ? 'Cancel' : before.length === 0 ? 'Alert' : 'Update';
  const { place, severity } = incident;
  const note = last?.entry.entry.kind === 'closed' ? last.entry.entry.note : '';
  return [
    '<?xml version="1.0" encoding="UTF-8"?>',
    `<alert xmlns="${CAP_NAMESPACE}">`,
    element('identifier', last?.identifier ?? plain(`${incident.id}.0`)),
    element('sender', from),
    element('sent', capTime(sentMs)),
    element('status', status),
    element('msgType', type),
    element('scope', 'Restricted'),
    element('restriction', 'Chỉ dành cho cơ quan có trách nhiệm xử lý vụ việc'),
    ...(note === '' ? [] : [element('note', note)]),
    ...(before.length === 0
      ? []
      : [element('references', before.map((one) => `${from},${one.identifier},${capTime(one.sentMs)}`).join(' '))]),
    element('incidents', plain(incident.id)),
    '<info>',
    element('language', 'vi-VN'),
    element('category', 'Security'),
    element('event', incident.title),
    element('responseType', type === 'Cancel' ? 'AllClear' : 'Monitor'),
    element('urgency', type === 'Cancel' ? 'Past' : URGENCY[severity]),
    element('severity', CAP_SEVERITIES[severity]),
    element('certainty', 'Observed'),
    element('effective', capTime(sentMs)),
    element('onset', capTime(incident.openedMs)),
    element('expires', capTime(sentMs + (type === 'Cancel' ? HOUR_MS : HOLDS_MS))),
    element('senderName', 'Tamnhin'),
    element('headline', headlineOf(incident)),
    ...(incident.description === '' ? [] : [element('description', incident.description)]),
    ...(URL.canParse(consoleUrl) ? [element('web', `${consoleUrl}/incidents/${encodeURIComponent(incident.id)}`)] : []),
    '<area>',
    element('areaDesc', place === null || place.name === '' ? 'Không rõ vị trí' : place.name),
    ...(place?.latitude != null && place.longitude !== null
      ? [element('circle', `${capPoint(place.latitude, place.longitude)} 0.1`)]
      : []),
    '</area>',
    '</info>',
    '</alert>',
    '',
  ].join('\n');
}

/** §3.2.2: 160 characters at most; the number by which people call it stays. */
function headlineOf({ title, number }: CapIncident): string {
  const end = ` (#${number})`;
  return `${clipped(title, 160 - end.length)}${end}`;
}

/** An Atom feed of the newest messages: who polls it sees by `updated` which ones to fetch. */
export function capFeed(
  incidents: readonly IncidentDetails[],
  { sender, consoleUrl, nowMs }: CapOptions & { readonly nowMs: number },
): string {
  const sentMs = (incident: IncidentDetails): number => stepsOf(incident).at(-1)?.sentMs ?? incident.openedMs;
  const newest = [...incidents].sort((a, b) => sentMs(b) - sentMs(a));
  const [first] = newest;
  return [
    '<?xml version="1.0" encoding="UTF-8"?>',
    '<feed xmlns="http://www.w3.org/2005/Atom">',
    element('id', `${consoleUrl}/api/incidents/cap.atom`),
    element('title', 'Tamnhin: vụ việc'),
    element('updated', new Date(first === undefined ? nowMs : sentMs(first)).toISOString()),
    `<author>${element('name', sender)}</author>`,
    `<link rel="self" type="application/atom+xml" href="${inXml(`${consoleUrl}/api/incidents/cap.atom`)}"/>`,
    ...newest.flatMap((incident) => {
      const address = `${consoleUrl}/api/incidents/${encodeURIComponent(incident.id)}/cap`;
      return [
        '<entry>',
        element('id', `urn:tamnhin:incident:${plain(incident.id)}`),
        element('title', incident.title),
        element('updated', new Date(sentMs(incident)).toISOString()),
        element('published', new Date(incident.openedMs).toISOString()),
        element('summary', incident.description),
        `<link type="application/cap+xml" href="${inXml(address)}"/>`,
        '</entry>',
      ];
    }),
    '</feed>',
    '',
  ].join('\n');
}

function stepsOf({ id, entries }: Pick<CapIncident, 'id' | 'entries'>): readonly Step[] {
  return entries.flatMap((entry) => {
    const kind = kindOf(entry);
    return kind === undefined
      ? []
      : [{ identifier: plain(`${id}.${entry.sequence}`), sentMs: entry.timeMs, kind, entry }];
  });
}

/** Notes, people and exhibits stay in the house: they are not for those outside. */
function kindOf({ entry }: IncidentEntry): Step['kind'] | undefined {
  switch (entry.kind) {
    case 'opened':
    case 'closed':
    case 'reopened':
      return entry.kind;
    case 'changed':
      return entry.what.some((what) => what !== 'lead') ? 'changed' : undefined;
    default:
      return undefined;
  }
}

/** What the newest message changes or ends: all since the last one that was called off. */
function sinceLastEnd(steps: readonly Step[]): readonly Step[] {
  const former = steps.slice(0, -1);
  const end = former.findLastIndex(({ kind }) => kind === 'closed');
  return former.slice(end + 1);
}
