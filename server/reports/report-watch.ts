import { randomUUID } from 'node:crypto';
import type { Clock } from '#base/clock';
import type { Database } from '#base/database';
import { messageOf } from '#base/errors';
import { boxAround, metresBetween } from '#base/geo';
import type { Logger } from '#base/log';
import type { ServiceView } from '#contracts/reports';
import { REPORT_SECTOR, type ReportEvents } from './interfaces.ts';
import { WAITING } from './report-acts.ts';
import type { ReportPhotos } from './report-photos.ts';
import { isOverdue } from './report-reading.ts';
import type { ReportServices } from './report-services.ts';
import { readReports, type StoredReport } from './report-store.ts';
import type { Reports } from './reports.ts';

/**
 * What follows from reports by itself: an emergency, a place that many write about, an answer that is late or that
 * nobody is content with open an event, which ends with its cause; and what has been kept long enough goes.
 */
export interface ReportWatch {
  /** Resolves when what there is to tell by now is told. */
  settled(): Promise<void>;
  /** Resolves when what began has ended. */
  close(): Promise<void>;
}

/** ms between two looks at what time alone changes. */
const LOOK_MS = 60_000;
const HOTSPOT_METRES = 500;
const HOTSPOT_MS = 86_400_000;
const HOTSPOT_LEAST = 5;
/** Events opened in one look; the rest follows with the next. */
const AT_ONCE = 200;
const DAY_MS = 86_400_000;

export async function createReportWatch(options: {
  database: Database;
  clock: Clock;
  log: Logger;
  reports: Pick<Reports, 'onChanged' | 'act' | 'setEvent' | 'alike' | 'find'>;
  services: Pick<ReportServices, 'find'>;
  events: ReportEvents;
  photos: Pick<ReportPhotos, 'forget'>;
  /** Whether the sector is in use; while it is not, nothing is told of reports, and what was told ends. */
  isOn: () => boolean;
  keep: {
    /** Days after which an answered report is closed by itself. */
    readonly closeDays: number;
    /** Days after its end until nobody can look up who sent a report. */
    readonly contactDays: number;
    /** Days after its end until words and photos go; what is counted stays. */
    readonly reportDays: number;
  };
}): Promise<ReportWatch> {
  const { database, clock, log, reports, services, events, photos, isOn, keep } = options;
  const now = (): number => Math.round(clock.now());
  let work: Promise<void> = Promise.resolve();
  /** As the last look found it. */
  let wasOn = true;

  /** One after the other: two looks at the same must not open two events. */
  function then(what: string, run: () => Promise<void>): void {
    work = work.then(run).catch((error: unknown) => log.error({ reason: messageOf(error) }, what));
  }

  /** Without the sender's words: events are kept for longer than those may be. The link leads to them. */
  const about = (report: StoredReport) => ({
    ...{ sector: REPORT_SECTOR, areaCode: report.areaCode, unitId: report.unitId },
    place: report.place === null ? null : { ...report.place, name: '' },
    source: { kind: 'report', id: report.id } as const,
    link: `/reports/${report.id}`,
    synthetic: report.synthetic,
  });
  const named = (service: ServiceView | undefined, code: string) => service?.name ?? { vi: code, en: code };

  const emergencyKey = (id: string): string => `report.${id}`;
  const overdueKey = (id: string): string => `report.overdue.${id}`;

  async function openEmergency(report: StoredReport): Promise<void> {
    if (!isOn()) return;
    const name = named(services.find(report.service), report.service);
    const event = await events.open({
      ...about(report),
      ...{ key: emergencyKey(report.id), type: 'khan_cap', title: name },
      // Where nobody may lose time looking: forgotten with the report.
      place: report.place,
      ...{ severity: 'severe', urgency: 'immediate', certainty: 'possible' },
      ...{ occurredMs: report.receivedMs, dueMs: report.dueMs },
    });
    if (report.eventId === event.id) return;
    if (report.eventId !== null) await events.forgetPlace(report.eventId);
    await reports.setEvent(report.id, event.id);
  }

  async function openOverdue(report: StoredReport): Promise<void> {
    if (!isOn()) return;
    const name = named(services.find(report.service), report.service);
    await events.open({
      ...about(report),
      ...{ key: overdueKey(report.id), type: 'qua_han', severity: 'moderate', urgency: 'expected' },
      title: {
        vi: `Phản ánh #${report.number} quá hạn: ${name.vi}`,
        en: `Report #${report.number} is overdue: ${name.en}`,
      },
      occurredMs: report.dueMs ?? now(),
    });
    await database.run('UPDATE reports SET overdue_told = 1 WHERE id = ?', report.id);
  }

  async function openUnsatisfied(report: StoredReport): Promise<void> {
    if (!isOn()) return;
    const name = named(services.find(report.service), report.service);
    await events.open({
      ...about(report),
      ...{ key: `report.unsatisfied.${report.id}`, type: 'khong_hai_long', severity: 'minor' },
      title: {
        vi: `Người dân không hài lòng với phản ánh #${report.number}: ${name.vi}`,
        en: `A citizen is not satisfied with report #${report.number}: ${name.en}`,
      },
      occurredMs: now(),
    });
  }

  /** Five within half a kilometre and a day are one matter. */
  async function lookForHotspot(report: StoredReport): Promise<void> {
    const { place } = report;
    if (place === null || !isOn()) return;
    const box = boxAround(place, HOTSPOT_METRES);
    const inBox = 'latitude BETWEEN ? AND ? AND longitude BETWEEN ? AND ?';
    const sides = [box.south, box.north, box.west, box.east];
    const around = await readReports(
      database,
      `WHERE ${inBox} AND received_ms > ? AND state NOT IN ('rejected', 'duplicate')`,
      ...[...sides, now() - HOTSPOT_MS],
    );
    const near = around.filter((one) => one.place !== null && metresBetween(one.place, place) <= HOTSPOT_METRES);
    if (near.length < HOTSPOT_LEAST) return;
    const known = await database.all<{ id: string; latitude: number; longitude: number }>(
      `SELECT id, latitude, longitude FROM report_hotspots WHERE ${inBox}`,
      ...sides,
    );
    const spot = known.find((one) => metresBetween(one, place) <= HOTSPOT_METRES) ?? { id: randomUUID(), ...place };
    await database.run(
      `INSERT INTO report_hotspots (id, latitude, longitude, last_ms) VALUES (?, ?, ?, ?)
       ON CONFLICT (id) DO UPDATE SET last_ms = excluded.last_ms`,
      ...[spot.id, spot.latitude, spot.longitude, report.receivedMs],
    );
    await events.open({
      ...about(report),
      ...{ key: `report.hotspot.${spot.id}`, type: 'diem_nong', severity: 'moderate', urgency: 'expected' },
      title: {
        vi: `Điểm nóng: ${near.length} phản ánh trong bán kính ${HOTSPOT_METRES} m trong 24 giờ`,
        en: `Hotspot: ${near.length} reports within ${HOTSPOT_METRES} m in 24 hours`,
      },
      place: { latitude: spot.latitude, longitude: spot.longitude, name: '' },
      ...{ unitId: null, occurredMs: report.receivedMs, value: near.length, link: '/reports' },
    });
  }

  /** Those of the same matter are one question, asked of the first of them. */
  async function lookForDuplicates(report: StoredReport): Promise<void> {
    if (!isOn()) return;
    const waiting = (await reports.alike(report)).filter(({ state }) => WAITING.includes(state));
    const first = waiting.toSorted((a, b) => a.number - b.number)[0];
    if (first === undefined || first.number > report.number) return;
    const name = named(services.find(report.service), report.service);
    await events.open({
      ...about(report),
      ...{ key: `report.alike.${first.id}`, type: 'trung_nghi_van', occurredMs: report.receivedMs },
      title: {
        vi: `Phản ánh #${report.number} có thể trùng với #${first.number}: ${name.vi}`,
        en: `Report #${report.number} may be the same as #${first.number}: ${name.en}`,
      },
    });
  }

  /** Nothing is left to ask once the others are joined, answered or rejected. */
  async function settleDuplicates(id: string): Promise<void> {
    const first = await reports.find(id);
    const others = WAITING.includes(first.state) ? await reports.alike(first) : [];
    const open = others.some(({ number, state }) => number > first.number && WAITING.includes(state));
    if (!open) await events.end(`report.alike.${id}`, `#${first.number}: ${first.state}`);
  }

  async function changed(report: StoredReport, was: StoredReport | null): Promise<void> {
    const waits = WAITING.includes(report.state);
    if (report.emergency && waits && report.eventId === null) await openEmergency(report);
    if (was?.emergency === true && !report.emergency) {
      await events.end(emergencyKey(report.id), `#${report.number}: ${was.service} → ${report.service}`);
      await withoutEvent(report.id);
    }
    if (was === null) {
      await lookForHotspot(report);
      await lookForDuplicates(report);
    } else if (!waits && WAITING.includes(was.state)) {
      const why = `#${report.number}: ${report.state}`;
      await events.end(emergencyKey(report.id), why);
      await events.end(overdueKey(report.id), why);
      await settleDuplicates(report.id);
      if (report.duplicateOf !== null) await settleDuplicates(report.duplicateOf);
      // The question may have been asked of another one, which came first.
      const others = await reports.alike(report);
      for (const { id, number, state } of others) {
        if (number < report.number && WAITING.includes(state)) await settleDuplicates(id);
      }
    } else if (was.overdueTold && !isOverdue(report, now())) {
      await events.end(overdueKey(report.id), `#${report.number}`);
    }
    // Taken up again: the emergency is one again.
    if (was !== null && waits && !WAITING.includes(was.state)) {
      if (report.emergency) await openEmergency(report);
      await events.end(`report.unsatisfied.${report.id}`, `#${report.number}`);
    }
    if (was !== null && report.rating === 'unsatisfied' && was.rating !== 'unsatisfied') await openUnsatisfied(report);
  }

  /** Follows the switch of the sector. */
  async function turn(): Promise<void> {
    if (isOn() === wasOn) return;
    wasOn = !wasOn;
    if (wasOn) return;
    for (const key of await events.openKeys('report')) {
      await events.end(key, 'cause:sector');
      // What still holds is told anew once the sector is in use again.
      const id = key.slice(key.lastIndexOf('.') + 1);
      if (key === emergencyKey(id)) await withoutEvent(id);
      if (key === overdueKey(id)) await database.run('UPDATE reports SET overdue_told = 0 WHERE id = ?', id);
    }
    await database.run('DELETE FROM report_hotspots');
  }

  async function withoutEvent(id: string): Promise<void> {
    const { eventId } = await reports.find(id);
    if (eventId !== null) await events.forgetPlace(eventId);
    await reports.setEvent(id, null);
  }

  async function look(): Promise<void> {
    await turn();
    const nowMs = now();
    const waiting = WAITING.map((state) => `'${state}'`).join(', ');
    const late = `WHERE state IN (${waiting}) AND due_ms < ? AND overdue_told = 0 ORDER BY due_ms LIMIT ${AT_ONCE}`;
    for (const report of await readReports(database, late, nowMs)) await openOverdue(report);
    // Of which the event could not be opened when they came.
    const untold = `WHERE state IN (${waiting}) AND emergency = 1 AND event_id IS NULL ORDER BY number LIMIT ${AT_ONCE}`;
    for (const report of await readReports(database, untold)) await openEmergency(report);
    const cold = await database.all<{ id: string }>(
      'SELECT id FROM report_hotspots WHERE last_ms < ?',
      nowMs - HOTSPOT_MS,
    );
    for (const { id } of cold) {
      await events.end(`report.hotspot.${id}`, '24 h');
      await database.run('DELETE FROM report_hotspots WHERE id = ?', id);
    }
    const quiet = "WHERE state = 'answered' AND answered_ms < ? AND rating IS NOT 'unsatisfied' LIMIT 200";
    for (const { id } of await readReports(database, quiet, nowMs - keep.closeDays * DAY_MS)) {
      await reports.act(id, { act: 'close' }, null);
    }
    await forget(nowMs);
  }

  async function forget(nowMs: number): Promise<void> {
    await database.run('DELETE FROM report_tickets WHERE until_ms < ?', nowMs);
    // One whose sender is not content is answered and may never be closed: it counts from its answer.
    const ended = "(closed_ms < ? OR (state = 'answered' AND answered_ms < ?))";
    const before = nowMs - keep.contactDays * DAY_MS;
    await database.run(
      `DELETE FROM report_contacts WHERE report_id IN (SELECT id FROM reports WHERE ${ended})`,
      ...[before, before],
    );
    const old = nowMs - keep.reportDays * DAY_MS;
    const worded = "(text <> '' OR public_text <> '' OR place_name <> '')";
    const found = await database.all<{ id: string; eventId: string | null }>(
      `SELECT id, event_id AS eventId FROM reports WHERE ${ended} AND ${worded} LIMIT ${AT_ONCE}`,
      ...[old, old],
    );
    for (const { id, eventId } of found) {
      await photos.forget(id);
      if (eventId !== null) await events.forgetPlace(eventId);
      await database.transaction(async (queries) => {
        await queries.run('DELETE FROM report_photos WHERE report_id = ?', id);
        await queries.run("UPDATE report_steps SET text = '' WHERE report_id = ?", id);
        await queries.run(
          `UPDATE reports SET text = '', public_text = '', folded = '', place_name = '', extension_reason = NULL,
             changed_ms = ? WHERE id = ?`,
          nowMs,
          id,
        );
      });
    }
  }

  const stopListening = reports.onChanged((report, was) =>
    then('what follows from a report could not be done', () => changed(report, was)),
  );
  let looking = false;
  /** One look at a time: what waits would only look at the same again. */
  function lookSoon(): void {
    if (looking) return;
    looking = true;
    then('reports could not be looked through', () =>
      look().finally(() => {
        looking = false;
      }),
    );
  }
  const stopLooking = clock.every(LOOK_MS, lookSoon);
  lookSoon();

  return {
    settled: () => work,
    async close() {
      stopListening();
      stopLooking();
      await work;
    },
  };
}
