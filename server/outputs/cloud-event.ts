import type { IncidentChange, IncidentStanding } from '#base/change-log';
import type { AlertView } from '#contracts/alerts';
import type { Severity, TamnhinEvent } from '#contracts/events';
import type { AlertChange } from '#contracts/outputs';

/**
 * The envelope in which everything leaves the house: CloudEvents 1.0 in JSON. `id` and `source` together are unique: who
 * gets one twice can tell. `sequence` (an extension of the specification) is there for what comes from the event log.
 */
export interface CloudEvent {
  readonly specversion: '1.0';
  readonly id: string;
  readonly source: string;
  readonly type: string;
  /** The camera it is about. */
  readonly subject?: string;
  /** RFC 3339. */
  readonly time: string;
  readonly datacontenttype: 'application/json';
  /** 20 digits, so that they compare as text as they do as numbers. */
  readonly sequence?: string;
  /** CAP's scale. */
  readonly severity: Severity;
  readonly data: unknown;
}

export const CLOUD_EVENT_TYPE = 'application/cloudevents+json; charset=utf-8';

interface About {
  readonly id: string;
  readonly type: string;
  readonly timeMs: number;
  readonly severity: Severity;
  readonly cameraId: string | null;
  readonly data: unknown;
}

function wrap(source: string, { id, type, timeMs, severity, cameraId, data }: About, sequence?: number): CloudEvent {
  return {
    specversion: '1.0',
    id,
    source,
    type,
    ...(cameraId === null ? {} : { subject: cameraId }),
    time: timeOf(timeMs),
    datacontenttype: 'application/json',
    ...(sequence === undefined ? {} : { sequence: String(sequence).padStart(20, '0') }),
    severity,
    data,
  };
}

/** A clock that is far off must not keep an event from being told. */
function timeOf(ms: number): string {
  const date = new Date(ms);
  return Number.isNaN(date.getTime()) ? new Date(0).toISOString() : date.toISOString();
}

export function eventEnvelope(source: string, event: TamnhinEvent): CloudEvent {
  return wrap(source, event, event.sequence);
}

export function alertEnvelope(source: string, alert: AlertView, change: AlertChange, timeMs: number): CloudEvent {
  const { cameraId, severity } = alert;
  const id = `${alert.id}.${alert.version}`;
  return wrap(source, { id, type: `vn.tamnhin.alert.${change}`, timeMs, severity, cameraId, data: alert });
}

/** Is told nobody: the other side is to keep nothing of the alert any more. */
export function forgetEnvelope(source: string, alertId: string, timeMs: number): CloudEvent {
  const about = {
    type: 'vn.tamnhin.alert.changed',
    severity: 'unknown',
    cameraId: null,
    data: { id: alertId },
  } as const;
  return wrap(source, { id: `${alertId}.forget`, timeMs, ...about });
}

/**
 * What it is and how it stood. Its people, notes, alerts and exhibits stay in the house, and so do the cameras that who
 * gets this is not to hear of.
 */
export function incidentEnvelope(
  source: string,
  { lastEntry: _entry, ...incident }: IncidentStanding,
  change: IncidentChange,
  timeMs: number,
): CloudEvent {
  const { severity } = incident;
  const id = `${incident.id}.${incident.version}`;
  const type = `vn.tamnhin.incident.${change}`;
  return wrap(source, { id, type, timeMs, severity, cameraId: null, data: incident });
}

export function testEnvelope(source: string, id: string, output: string, timeMs: number): CloudEvent {
  const data = { output, text: 'Thông báo thử từ Tamnhin. This is a test of Tamnhin.' };
  return wrap(source, { id, type: 'vn.tamnhin.output.test', timeMs, severity: 'unknown', cameraId: null, data });
}
