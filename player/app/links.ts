/** Addresses inside the console that more than one place points to. */

/** The live page with this camera called onto the wall. */
/** As many cells as a wall has at most. */
const MOST_CELLS = 64;

/** One camera goes to a free cell; several make a wall of their own. */
export function liveLink(...cameraIds: readonly string[]): string {
  const shown = cameraIds.slice(0, MOST_CELLS);
  return `/?${shown.map((id) => `camera=${encodeURIComponent(id)}`).join('&')}`;
}

export function cameraLink(cameraId: string): string {
  return `/admin/cameras/${encodeURIComponent(cameraId)}`;
}

/** Disks, what goes, and the question before more than half of it does. */
export const STORAGE_PATH = '/admin/storage';

/** What objects are recognised with. */
export const MODELS_PATH = '/admin/models';

/** The legal holds of a case. */
export function holdsLink(caseNumber: string): string {
  return `/holds?case=${encodeURIComponent(caseNumber)}`;
}

/** These cameras at this moment of their recordings. */
export function playbackLink(cameraIds: readonly string[], atMs: number): string {
  const at = new Date(Math.round(atMs)).toISOString();
  return `/playback?cameras=${cameraIds.map(encodeURIComponent).join(',')}&at=${at}`;
}

export const STATISTICS_PATH = '/statistics';

/** How many people and vehicles crossed the lines of a camera. */
export function statisticsLink(cameraId: string): string {
  return `${STATISTICS_PATH}?camera=${encodeURIComponent(cameraId)}`;
}

/** The rules of a camera, where lines are drawn. */
export function rulesLink(cameraId: string): string {
  return `${cameraLink(cameraId)}#rules`;
}

/** The alerts page with this one beside the list. */
export function alertLink(alertId: string): string {
  return `/alerts?alert=${encodeURIComponent(alertId)}`;
}

export function incidentLink(incidentId: string): string {
  return `/incidents/${encodeURIComponent(incidentId)}`;
}

/** Whole, for another device: a phone that opens it sends its camera. */
export function phoneLink(streamKey: string): string {
  return `${location.origin}/share#${encodeURIComponent(streamKey)}`;
}

/** The ten sectors, and everything below. */
export const SECTORS_PATH = '/sectors';
export const FEEDS_PATH = '/feeds';
/** What the public is told, beside the incidents. */
export const NOTICES_PATH = '/incidents/notices';
export const QUEUE_PATH = '/queue';
export const DIRECTIVES_PATH = '/directives';
export const REPORTS_PATH = '/reports';

/** A sector; of an area, and with one of its figures open. */
export function sectorLink(
  sector: string,
  more: { readonly area?: string | null; readonly figure?: string | null } = {},
): string {
  const query = new URLSearchParams();
  if (more.area != null) query.set('area', more.area);
  if (more.figure != null) query.set('figure', more.figure);
  const search = query.toString();
  return `${SECTORS_PATH}/${encodeURIComponent(sector)}${search === '' ? '' : `?${search}`}`;
}

export function feedLink(feedId: string): string {
  return `${FEEDS_PATH}/${encodeURIComponent(feedId)}`;
}

export function batchLink(feedId: string, batchId: string): string {
  return `${feedLink(feedId)}?batch=${encodeURIComponent(batchId)}`;
}

/** The queue with this event of a sector beside it. */
export function sectorEventLink(eventId: string): string {
  return `${QUEUE_PATH}?item=${encodeURIComponent(eventId)}`;
}

export function directiveLink(directiveId: string): string {
  return `${DIRECTIVES_PATH}?directive=${encodeURIComponent(directiveId)}`;
}

export function reportLink(reportId: string): string {
  return `${REPORTS_PATH}/${encodeURIComponent(reportId)}`;
}
