import type { TamnhinEvent } from '#contracts/events';
import { SEVERITIES, type Severity } from '#contracts/severity';

export interface EventFilter {
  readonly atLeast: Severity;
  readonly cameraId: string | null;
}

export const EVERYTHING: EventFilter = { atLeast: 'unknown', cameraId: null };

export function passes(event: TamnhinEvent, filter: EventFilter): boolean {
  if (filter.cameraId !== null && event.cameraId !== filter.cameraId) return false;
  return SEVERITIES.indexOf(event.severity) >= SEVERITIES.indexOf(filter.atLeast);
}
