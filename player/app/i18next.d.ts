import 'i18next';
import type { adminVi } from '../admin/text/vi.ts';
import type { alertsVi } from '../alerts/text/vi.ts';
import type { faultsVi } from '../api/text/vi.ts';
import type { eventsVi } from '../events/text/vi.ts';
import type { feedsVi } from '../feeds/text/vi.ts';
import type { holdsVi } from '../holds/text/vi.ts';
import type { incidentsVi } from '../incidents/text/vi.ts';
import type { liveVi } from '../live/text/vi.ts';
import type { phoneVi } from '../phone/text/vi.ts';
import type { playbackVi } from '../playback/text/vi.ts';
import type { reportsVi } from '../reports/text/vi.ts';
import type { sectorsVi } from '../sectors/text/vi.ts';
import type { statisticsVi } from '../statistics/text/vi.ts';
import type { appVi } from './text/vi.ts';

declare module 'i18next' {
  interface CustomTypeOptions {
    defaultNS: 'app';
    returnNull: false;
    resources: {
      app: typeof appVi;
      live: typeof liveVi;
      playback: typeof playbackVi;
      events: typeof eventsVi;
      holds: typeof holdsVi;
      statistics: typeof statisticsVi;
      alerts: typeof alertsVi;
      incidents: typeof incidentsVi;
      reports: typeof reportsVi;
      faults: typeof faultsVi;
      phone: typeof phoneVi;
      sectors: typeof sectorsVi;
      feeds: typeof feedsVi;
      admin: typeof adminVi;
    };
  }
}
