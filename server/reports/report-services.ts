import { readFile } from 'node:fs/promises';
import { z } from 'zod';
import type { Database } from '#base/database';
import { type ServiceInput, type ServiceView, serviceInputSchema } from '#contracts/reports';

/** What can be reported, and by when it must be answered. Seeded once from a file; then it is the administrator's. */
export interface ReportServices {
  /** In the order in which they are shown. */
  list(): readonly ServiceView[];
  find(code: string): ServiceView | undefined;
  /** Creates it at the end of the list when the code is new. */
  put(service: ServiceInput): Promise<ServiceView>;
}

const seedSchema = z.strictObject({ services: z.array(serviceInputSchema).min(1) });

export async function createReportServices(options: {
  database: Database;
  /** JSON: `{ services: […] }`. */
  seedFile: string;
}): Promise<ReportServices> {
  const { database } = options;
  const rows = await database.all<{ service: string }>('SELECT service FROM report_services ORDER BY position');
  const services = new Map(
    rows.map(({ service }) => serviceInputSchema.parse(JSON.parse(service))).map((service) => [service.code, service]),
  );

  async function put(service: ServiceInput): Promise<ServiceView> {
    await database.run(
      `INSERT INTO report_services (code, position, service)
       VALUES (?, (SELECT COALESCE(MAX(position), 0) + 1 FROM report_services), ?)
       ON CONFLICT (code) DO UPDATE SET service = excluded.service`,
      service.code,
      JSON.stringify(service),
    );
    services.set(service.code, service);
    return service;
  }

  if (services.size === 0) {
    const seed = seedSchema.parse(JSON.parse(await readFile(options.seedFile, 'utf8')));
    for (const service of seed.services) await put(service);
  }

  return { list: () => [...services.values()], find: (code) => services.get(code), put };
}
