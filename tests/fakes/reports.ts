import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { silentLogger } from '#base/log';
import { createSecretBox } from '#base/secrets';
import type { ReportAct } from '#contracts/reports';
import { createReportPhotos } from '../../server/reports/report-photos.ts';
import { createReportServices } from '../../server/reports/report-services.ts';
import { createReportWatch } from '../../server/reports/report-watch.ts';
import { createReports, type NewReport } from '../../server/reports/reports.ts';
import { createFakeClock } from './clock.ts';
import { createTemporaryDatabase } from './database.ts';
import { PLACE, recordedEvents, reportPlaces } from './report-places.ts';

export const HOUR = 3_600_000;
export const DAY = 24 * HOUR;
export const contact = { name: 'Trần Thị Bí Mật', phone: '0912345678', email: 'bimat@example.vn' };
export const by = { id: 'u1', name: 'Lan' };
export const verify: ReportAct = { act: 'verify', publicText: 'Cây nghiêng' };
export const assign: ReportAct = { act: 'assign', unitId: 'cay-xanh', text: '' };
export const answer: ReportAct = { act: 'answer', text: 'Đã cắt tỉa xong' };

export type ReportsHouse = Awaited<ReturnType<typeof openReports>>;

/** Citizens' reports and what follows of them, over a real database, on a Monday at eight. */
export async function openReports() {
  const clock = createFakeClock(Date.UTC(2026, 0, 5, 8));
  const database = await createTemporaryDatabase(clock);
  const folder = await mkdtemp(join(tmpdir(), 'tamnhin-reports-'));
  const told = recordedEvents();
  const services = await createReportServices({
    database,
    seedFile: new URL('../../config/report-services.json', import.meta.url).pathname,
  });
  const photos = createReportPhotos(folder);
  const common = { database, clock, log: silentLogger(), services, photos };
  const reports = createReports({
    ...{ ...common, places: reportPlaces(), mostPhotos: 2 },
    secretBox: createSecretBox(new Uint8Array(32).fill(9)),
  });
  const keep = { closeDays: 7, contactDays: 90, reportDays: 365 };
  const sector = { isOn: true };
  const isOn = () => sector.isOn;
  const watch = await createReportWatch({ ...common, reports, events: told.events, keep, isOn });
  return {
    ...{ clock, database, folder, told, reports, sector, settled: watch.settled },
    receive: (more: Partial<NewReport> = {}) =>
      reports.receive({
        ...{ service: 'cay_xanh', text: 'Cây nghiêng trước chợ Bến Tràm', language: 'vi', channel: 'web' },
        ...{ contact: null, place: { ...PLACE.west, name: 'Chợ Bến Tràm' } },
        ...more,
      }),
    async acts(id: string, ...all: readonly ReportAct[]) {
      let report = await reports.find(id);
      for (const act of all) report = await reports.act(id, act, by);
      return report;
    },
    /** Time passes, and the watch looks. */
    look(ms: number): void {
      clock.step(ms - 60_000);
      clock.advance(60_000);
    },
    async close() {
      await watch.close();
      await database.close();
      await rm(folder, { recursive: true });
    },
  };
}
