import { alertsEn } from '../../alerts/text/en.ts';
import { faultsEn } from '../../api/text/en.ts';
import { eventsEn } from '../../events/text/en.ts';
import { holdsEn } from '../../holds/text/en.ts';
import { liveEn } from '../../live/text/en.ts';
import { phoneEn } from '../../phone/text/en.ts';
import { playbackEn } from '../../playback/text/en.ts';
import { statisticsEn } from '../../statistics/text/en.ts';
import { appEn } from './en.ts';

/**
 * One namespace per place. Those of pages that come later come with their page, see admin/admin-pages.tsx and
 * incidents/incident-pages.tsx.
 */
export const textsEn = {
  app: appEn,
  live: liveEn,
  playback: playbackEn,
  events: eventsEn,
  holds: holdsEn,
  statistics: statisticsEn,
  alerts: alertsEn,
  faults: faultsEn,
  phone: phoneEn,
};
