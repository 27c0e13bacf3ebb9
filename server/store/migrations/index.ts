import { access } from './0001-access.ts';
import { cameras } from './0002-cameras.ts';
import { events } from './0003-events.ts';
import { layouts } from './0004-layouts.ts';
import { recordings } from './0005-recordings.ts';
import { retentionAnswers } from './0006-retention-answers.ts';
import { lookingBack } from './0007-looking-back.ts';
import { pictureHealth } from './0008-picture-health.ts';
import { privacyMasks } from './0009-privacy-masks.ts';
import { rules } from './0010-rules.ts';
import { alerts } from './0011-alerts.ts';
import { incidents } from './0012-incidents.ts';
import { statistics } from './0013-statistics.ts';
import { models } from './0014-models.ts';
import { eventSearch } from './0015-event-search.ts';
import { outputs } from './0016-outputs.ts';
import { places } from './0017-places.ts';
import { catalogue } from './0018-catalogue.ts';
import { observations } from './0019-observations.ts';
import { feeds } from './0020-feeds.ts';
import { sectorEvents } from './0021-sector-events.ts';
import { directives } from './0022-directives.ts';
import { quality } from './0023-quality.ts';
import { reports } from './0024-reports.ts';
import { cameraCertificates } from './0025-camera-certificates.ts';
import { incidentReports } from './0026-incident-reports.ts';
import { publicNotices } from './0027-public-notices.ts';
import { visitorSites } from './0028-visitor-sites.ts';
import { observationRepeats } from './0029-observation-repeats.ts';
import type { Migration } from './migration.ts';

/** All migrations in the order in which they run. Add at the end only. */
export const migrations: readonly Migration[] = [
  access,
  cameras,
  events,
  layouts,
  recordings,
  retentionAnswers,
  lookingBack,
  pictureHealth,
  privacyMasks,
  rules,
  alerts,
  incidents,
  statistics,
  models,
  eventSearch,
  outputs,
  places,
  catalogue,
  observations,
  feeds,
  sectorEvents,
  directives,
  quality,
  reports,
  cameraCertificates,
  incidentReports,
  publicNotices,
  visitorSites,
  observationRepeats,
];
