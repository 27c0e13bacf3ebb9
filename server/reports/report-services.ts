import { readFile } from 'node:fs/promises';
import { z } from 'zod';
import type { Database } from '#base/database';
import { assertNewest } from '#base/newest';
import { type ServiceInput, type ServiceView, serviceInputSchema } from '#contracts/reports';

/** What can be reported, and by when it must be answered. Seeded once from a file; then it is the administrator's. */
export interface ReportServices {
  /** In the order in which they are shown. */
  list(): readonly ServiceView[];
  find(code: string): ServiceView | undefined;
  /**
   * Creates it at the end of the list when the code is new. Rejects with `conflict` when `version` is not the newest.
   */
  put(service: ServiceInput): Promise<ServiceView>;
}

const seedSchema = z.strictObject({ services: z.array(serviceInputSchema).min(1) });

export async function createReportServices(options: {
  database: Database;
  /** JSON: `{ services: […] }`. */
  seedFile: string;
}): Promise<ReportServices> {
  const { database } = options;
  const services = new Map<string, ServiceView>();
  for (const { service, version } of await database.all<{ service: string; version: number }>(
    'SELECT service, version FROM report_services ORDER BY position',
  )) {
    const read = serviceInputSchema.parse(JSON.parse(service));
    services.set(read.code, { ...read, version });
  }

  async function put({ version: from, ...service }: ServiceInput): Promise<ServiceView> {
    const saved = await database.transaction(async (queries) => {
      const known = await queries.get<{ version: number }>(
        'SELECT version FROM report_services WHERE code = ?',
        service.code,
      );
      if (known !== undefined) assertNewest(from, known.version);
      const version = (known?.version ?? 0) + 1;
      await queries.run(
        `INSERT INTO report_services (code, position, service, version)
         VALUES (?, (SELECT COALESCE(MAX(position), 0) + 1 FROM report_services), ?, ?)
         ON CONFLICT (code) DO UPDATE SET service = excluded.service, version = excluded.version`,
        ...[service.code, JSON.stringify(service), version],
      );
      return { ...service, version };
    });
    services.set(service.code, saved);
    return saved;
  }

  if (services.size === 0) {
    const seed = seedSchema.parse(JSON.parse(await readFile(options.seedFile, 'utf8')));
    for (const service of seed.services) await put(service);
  }

  return { list: () => [...services.values()], find: (code) => services.get(code), put };
}
