import { alertsEn } from '../alerts/text/en.ts';
import { alertsVi } from '../alerts/text/vi.ts';
import { faultsEn } from '../api/text/en.ts';
import { faultsVi } from '../api/text/vi.ts';
import { eventsEn } from '../events/text/en.ts';
import { eventsVi } from '../events/text/vi.ts';
import { holdsEn } from '../holds/text/en.ts';
import { holdsVi } from '../holds/text/vi.ts';
import { liveEn } from '../live/text/en.ts';
import { liveVi } from '../live/text/vi.ts';
import { phoneEn } from '../phone/text/en.ts';
import { phoneVi } from '../phone/text/vi.ts';
import { playbackEn } from '../playback/text/en.ts';
import { playbackVi } from '../playback/text/vi.ts';
import { statisticsEn } from '../statistics/text/en.ts';
import { statisticsVi } from '../statistics/text/vi.ts';
import { appEn } from './text/en.ts';
import { appVi } from './text/vi.ts';

/**
 * One namespace per place. The `admin` and `incidents` ones come with their pages, see admin/admin-pages.tsx and
 * incidents/incident-pages.tsx.
 */
export const RESOURCES = {
  vi: {
    app: appVi,
    live: liveVi,
    playback: playbackVi,
    events: eventsVi,
    holds: holdsVi,
    statistics: statisticsVi,
    alerts: alertsVi,
    faults: faultsVi,
    phone: phoneVi,
  },
  en: {
    app: appEn,
    live: liveEn,
    playback: playbackEn,
    events: eventsEn,
    holds: holdsEn,
    statistics: statisticsEn,
    alerts: alertsEn,
    faults: faultsEn,
    phone: phoneEn,
  },
};
