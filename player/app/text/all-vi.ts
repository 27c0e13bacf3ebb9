import { alertsVi } from '../../alerts/text/vi.ts';
import { faultsVi } from '../../api/text/vi.ts';
import { eventsVi } from '../../events/text/vi.ts';
import { holdsVi } from '../../holds/text/vi.ts';
import { liveVi } from '../../live/text/vi.ts';
import { phoneVi } from '../../phone/text/vi.ts';
import { playbackVi } from '../../playback/text/vi.ts';
import { statisticsVi } from '../../statistics/text/vi.ts';
import { appVi } from './vi.ts';

/**
 * One namespace per place. Those of pages that come later come with their page, see admin/admin-pages.tsx and
 * incidents/incident-pages.tsx.
 */
export const textsVi = {
  app: appVi,
  live: liveVi,
  playback: playbackVi,
  events: eventsVi,
  holds: holdsVi,
  statistics: statisticsVi,
  alerts: alertsVi,
  faults: faultsVi,
  phone: phoneVi,
};
