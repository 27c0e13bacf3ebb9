import { messageOf } from '#base/errors';
import type { Logger } from '#base/log';
import type { NewEvent, SectorEventData, SectorMark } from '#contracts/events';
import type { SectorEventView } from '#contracts/sector-events';
import type { Catalogue } from '../interfaces.ts';

/** Which part of its sector it is of. */
export function markOfEvent({ sector, unitId, source }: SectorEventView): SectorMark {
  return { sector, unitId, feedId: source.kind === 'feed' ? source.id : null };
}

/**
 * What opens and closes is written into the event log, so that it stands beside what cameras tell and leaves the house
 * by the same ways. Types that are restricted are not.
 */
export function createEventJournal(options: {
  catalogue: Pick<Catalogue, 'sector'>;
  append: (event: NewEvent) => Promise<unknown>;
  log: Logger;
}): (event: SectorEventView, now: 'open' | 'over') => void {
  const { catalogue, append, log } = options;

  function dataOf(event: SectorEventView): SectorEventData {
    const { id, number, type, title, areaCode, place, synthetic } = event;
    return { ...markOfEvent(event), eventId: id, number, eventType: type, title, areaCode, place, synthetic };
  }

  return (event, now) => {
    const type = catalogue.sector(event.sector)?.eventTypes.find(({ key }) => key === event.type);
    if (type?.confidentiality === 'restricted') return;
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
