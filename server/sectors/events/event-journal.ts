import { messageOf } from '#base/errors';
import type { Logger } from '#base/log';
import type { Target } from '#contracts/access';
import type { NewEvent, SectorEventData, SectorMark } from '#contracts/events';
import { EVERY_CAMERA, type SectorEventView } from '#contracts/sector-events';
import type { Catalogue } from '../interfaces.ts';

/** Which part of its sector it is of. */
function markOfEvent({ sector, unitId, source }: SectorEventView): SectorMark {
  return { sector, unitId, feedId: source.kind === 'feed' ? source.id : null };
}

/** It is of a type or about an indicator that is not for those who only deliver to the sector. */
export function isRestricted(
  { sector, type, indicator }: SectorEventView,
  catalogue: Pick<Catalogue, 'isRestricted'>,
): boolean {
  return catalogue.isRestricted({ sector, type, indicator });
}

/** What rights in a sector are asked about, of an event of it, and what one must be able to view besides. */
export interface EventTargets {
  readonly sector: Target;
  readonly cameras: readonly Target[];
}

/**
 * Of what is restricted the sector itself, and no unit of it. The same of cameras and their alerts, which say what a
 * camera sees and where it stands: who delivers a figure to their sector has no right to any of them, and who has one
 * to some cameras has none to the others.
 */
export function createEventTargets(parts: {
  readonly catalogue: Pick<Catalogue, 'isRestricted'>;
  readonly sectorTarget: (mark: SectorMark) => Target;
  readonly cameraTarget: (cameraId: string) => Target;
}): (event: SectorEventView) => EventTargets {
  const { catalogue, sectorTarget, cameraTarget } = parts;
  return (event) => ({
    sector:
      isRestricted(event, catalogue) || isOfCamera(event)
        ? { kind: 'sector', sector: event.sector, unitIds: [], feedId: null }
        : sectorTarget(markOfEvent(event)),
    cameras: event.cameraIds.map((id) => (id === EVERY_CAMERA ? { kind: 'system' } : cameraTarget(id))),
  });
}

/**
 * What opens and closes is written into the event log, so that it stands beside what cameras tell and leaves the house
 * by the same ways. What is restricted is not, nor what came out of that log: alerts, and cameras that are down.
 */
export function createEventJournal(options: {
  catalogue: Pick<Catalogue, 'isRestricted'>;
  append: (event: NewEvent) => Promise<unknown>;
  log: Logger;
}): (event: SectorEventView, now: 'open' | 'over') => void {
  const { catalogue, append, log } = options;

  function dataOf(event: SectorEventView): SectorEventData {
    const { id, number, type, title, areaCode, synthetic } = event;
    // What a citizen called it is not for the log, which forgets nothing, nor for those outside who read it.
    const named = event.place !== null && event.source.kind === 'report' ? { ...event.place, name: '' } : event.place;
    // Nor where cameras stand: what a rule finds among their alerts is read by all who read the sector.
    const place = event.cameraIds.length > 0 ? null : named;
    return { ...markOfEvent(event), eventId: id, number, eventType: type, title, areaCode, place, synthetic };
  }

  return (event, now) => {
    if (cameFromLog(event) || isRestricted(event, catalogue)) return;
    const { severity, openedMs, closedMs } = event;
    const data = dataOf(event);
    const forMs = Math.max(0, (closedMs ?? openedMs) - openedMs);
    const how = event.state === 'expired' ? 'expired' : event.closedBy === null ? 'cause' : 'person';
    const written: NewEvent =
      now === 'open'
        ? { type: 'vn.tamnhin.sector.opened', timeMs: openedMs, severity, cameraId: null, data }
        : {
            ...{ type: 'vn.tamnhin.sector.closed', timeMs: closedMs ?? openedMs, severity, cameraId: null },
            data: { ...data, forMs, how },
          };
    append(written).catch((error: unknown) => {
      log.error({ reason: messageOf(error), event: event.id }, 'an event of a sector is not in the log');
    });
  };
}

function cameFromLog({ source }: SectorEventView): boolean {
  return source.kind === 'alert' || source.kind === 'camera';
}

function isOfCamera(event: SectorEventView): boolean {
  return event.cameraIds.length > 0 || cameFromLog(event);
}
