import { join, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { Clock } from '#base/clock';
import type { Database } from '#base/database';
import type { Logger } from '#base/log';
import type { SecretBox } from '#base/secrets';
import type { Shutdown } from '#base/shutdown';
import type { Config } from '../config/schema.ts';
import type { ReportEvents, ReportPlaces } from './reports/interfaces.ts';
import { createPortalLimits } from './reports/portal-limits.ts';
import { createPublishedReports } from './reports/published-reports.ts';
import { createPuzzle } from './reports/puzzle.ts';
import { createReportFigures } from './reports/report-figures.ts';
import { createReportPhotos } from './reports/report-photos.ts';
import { createReportServices } from './reports/report-services.ts';
import { createReportWatch } from './reports/report-watch.ts';
import { createReports } from './reports/reports.ts';

/** Citizens' reports: how they come in, who is told, and how long they are kept. */
export async function createReportsPart(
  house: { config: Config; clock: Clock; log: Logger; shutdown: Pick<Shutdown, 'add'> },
  parts: { database: Database; secretBox: SecretBox; places: ReportPlaces; events: ReportEvents; isOn: () => boolean },
) {
  const { config, clock, log, shutdown } = house;
  const { database, secretBox, places, events, isOn } = parts;
  const seedFile = fileURLToPath(new URL('../config/report-services.json', import.meta.url));
  const services = await createReportServices({ database, seedFile });
  const photos = createReportPhotos(join(resolve(config.data.directory), 'reports'));
  const { mostPhotos } = config.reports;
  const reports = createReports({ database, clock, log, secretBox, places, services, photos, mostPhotos });
  const watch = await createReportWatch({
    database,
    clock,
    log,
    reports,
    services,
    events,
    photos,
    isOn,
    keep: config.reports,
  });
  shutdown.add('reports', () => watch.close());
  return {
    reports,
    published: createPublishedReports(database),
    reportServices: services,
    reportPlaces: places,
    portal: { limits: createPortalLimits(clock), puzzle: createPuzzle(clock) },
    /** For the feed of the sector: counted of the reports themselves, from `fromMs` until before `toMs`. */
    reportFigures: createReportFigures(database),
  };
}
export type ReportsPart = Awaited<ReturnType<typeof createReportsPart>>;
