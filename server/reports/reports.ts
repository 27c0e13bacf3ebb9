import { createHash, randomBytes, randomUUID, timingSafeEqual } from 'node:crypto';
import type { z } from 'zod';
import type { Clock } from '#base/clock';
import { type Database, isUniqueViolation, type Queries } from '#base/database';
import { Fault, messageOf } from '#base/errors';
import { boxAround, metresBetween } from '#base/geo';
import type { Logger } from '#base/log';
import { assertNewest } from '#base/newest';
import type { SecretBox } from '#base/secrets';
import type { PersonRef } from '#contracts/alerts';
import type { MapPoint } from '#contracts/places';
import type {
  PublicReport,
  ReportAct,
  ReportContact,
  ReportCounts,
  ReportDetails,
  ReportInput,
  ReportView,
  ratingInputSchema,
  ServiceView,
} from '#contracts/reports';
import type { ReportPlaces } from './interfaces.ts';
import { actOn } from './report-acts.ts';
import type { ReportPhotos } from './report-photos.ts';
import { createReportReading, photoCount, type ReportQuery } from './report-reading.ts';
import type { ReportServices } from './report-services.ts';
import {
  addSteps,
  getReport,
  insertReport,
  readReports,
  readSteps,
  type StoredReport,
  saveReport,
  unknownReport,
} from './report-store.ts';
import { newTrackingCode, readTrackingCode } from './tracking-code.ts';

/** Reports of citizens: how they come in, what is done with them, and what their sender sees. */
export interface Reports {
  /** Rejects with `invalid`: an unknown service (`report.service`), a place outside the province (`report.outside`). */
  receive(report: NewReport): Promise<{ report: StoredReport; ticket: string }>;
  /** Rejects as `addPhoto` does, before there is a photo. */
  mayAddPhoto(code: string, ticket: string): Promise<StoredReport>;
  /** With the ticket of `receive`, within the hour. Rejects with `forbidden`, `conflict` (`photo.count`), `invalid`. */
  addPhoto(code: string, ticket: string, picture: Uint8Array): Promise<void>;
  /** `units`: those whose reports are looked for; `null`: everything. */
  list(query: ReportQuery, units: readonly string[] | null): Promise<ReportView[]>;
  counts(units: readonly string[] | null): Promise<ReportCounts>;
  find(id: string): Promise<StoredReport>;
  details(id: string, sees: (report: Pick<StoredReport, 'unitId'>) => boolean): Promise<ReportDetails>;
  /** `seen`: the version that was acted on; rejects with `conflict` (`edit.stale`) when there is a newer one. */
  act(id: string, act: ReportAct, by: PersonRef | null, seen?: number): Promise<StoredReport>;
  /** As part of nothing else: notes of which event tells of it; `null`: of none any longer. */
  setEvent(id: string, eventId: string | null): Promise<void>;
  /** `null`: of none any longer. As part of the caller's transaction; `tell` afterwards. */
  setIncident(queries: Queries, id: string, incidentId: string | null): Promise<StoredReport>;
  tell(report: StoredReport): void;
  ofIncident(incidentId: string): Promise<StoredReport[]>;
  /** Received since within so many metres, neither rejected nor joined to another, and of no incident; newest first. */
  near(place: MapPoint, metres: number, fromMs: number): Promise<StoredReport[]>;
  contact(id: string): Promise<ReportContact>;
  photo(id: string, photoId: string): Promise<Uint8Array>;
  /** By the code; `notFound` for a code of nobody and for what is no code alike. */
  ofCode(code: string): Promise<PublicReport>;
  rate(
    code: string,
    rating: z.output<typeof ratingInputSchema>,
  ): Promise<{ report: StoredReport; shown: PublicReport }>;
  view(report: StoredReport): Promise<ReportView>;
  /** Others that may be about the same, by place, time and words; the most alike first. */
  alike(report: StoredReport): Promise<StoredReport[]>;
  /** Received or changed, after it was written. */
  onChanged(listener: (report: StoredReport, was: StoredReport | null) => void): () => void;
}

export interface NewReport extends Pick<ReportInput, 'service' | 'text' | 'place' | 'contact' | 'language'> {
  readonly areaCode?: string | null;
  readonly channel: ReportView['channel'];
  readonly synthetic?: boolean;
}

/** ms in which photos can be added. */
const TICKET_MS = 3_600_000;
const MOST_NEAR = 100;

export function createReports(options: {
  database: Database;
  clock: Clock;
  log: Logger;
  secretBox: SecretBox;
  places: ReportPlaces;
  services: ReportServices;
  photos: ReportPhotos;
  mostPhotos: number;
}): Reports {
  const { database, clock, log, secretBox, places, services, photos, mostPhotos } = options;
  const listeners = new Set<(report: StoredReport, was: StoredReport | null) => void>();
  const now = (): number => Math.round(clock.now());
  const reading = createReportReading({ database, places, now });
  const { views, alike, publicOf } = reading;

  function tell(report: StoredReport, was: StoredReport | null): void {
    for (const listener of listeners) {
      try {
        listener(report, was);
      } catch (error) {
        log.error({ reason: messageOf(error) }, 'who listens for reports failed');
      }
    }
  }

  function due({ dueMinutes, dueIn }: ServiceView, fromMs: number): number {
    return dueIn === 'clock' ? fromMs + dueMinutes * 60_000 : places.addWorkingMinutes(fromMs, dueMinutes);
  }

  /** Where it is; throws when that is not in the province. */
  function areaOf({ place, areaCode }: NewReport): string | null {
    if (place !== null) {
      const found = places.areaAt(place);
      if (found === null && places.map() != null) {
        throw new Fault('invalid', 'report.outside', 'this place is outside the province', {
          fields: [{ path: 'place', code: 'outside', message: 'outside the province' }],
        });
      }
      if (found !== null) return found;
    }
    if (areaCode == null) return null;
    if (places.area(areaCode)?.level !== 'commune') {
      throw new Fault('invalid', 'report.area', 'there is no such commune', {
        fields: [{ path: 'areaCode', code: 'unknown', message: 'no such commune' }],
      });
    }
    return areaCode;
  }

  async function byCode(code: string): Promise<StoredReport> {
    const read = readTrackingCode(code);
    if (read === null) throw unknownReport();
    const [report] = await readReports(database, 'WHERE code = ?', read);
    if (report === undefined) throw unknownReport();
    return report;
  }

  async function mayAddPhoto(code: string, ticket: string): Promise<StoredReport> {
    const report = await byCode(code);
    const held = await database.get<{ hash: string; untilMs: number }>(
      'SELECT ticket_hash AS hash, until_ms AS untilMs FROM report_tickets WHERE report_id = ?',
      report.id,
    );
    if (held === undefined || held.untilMs < now() || !sameHash(held.hash, hashOf(ticket))) {
      throw new Fault('forbidden', 'photo.ticket', 'photos can be added for an hour, by who sent the report');
    }
    if ((await photoCount(database, report.id)) >= mostPhotos) throw tooManyPhotos();
    return report;
  }
  const tooManyPhotos = (): Fault => new Fault('conflict', 'photo.count', `at most ${mostPhotos} photos of one report`);

  return {
    async receive(input) {
      const service = services.find(input.service);
      if (service === undefined || !service.enabled) {
        throw new Fault('invalid', 'report.service', 'there is no such service', {
          fields: [{ path: 'service', code: 'unknown', message: 'no such service' }],
        });
      }
      const areaCode = areaOf(input);
      const nowMs = now();
      const ticket = randomBytes(32).toString('base64url');
      const { contact } = input;
      const reachable = contact !== null && [contact.name, contact.phone, contact.email].some((one) => one !== '');
      const report = await retryCode((code) =>
        database.transaction(async (queries) => {
          const kept = await insertReport(queries, {
            ...{ id: randomUUID(), code, service: service.code, text: input.text.normalize('NFC'), publicText: '' },
            verified: false,
            ...{ place: input.place, areaCode, channel: input.channel, language: input.language },
            ...{ state: 'received', emergency: service.emergency, receivedMs: nowMs, dueMs: due(service, nowMs) },
            ...{ extension: null, unitId: null, handler: null, assignedMs: null, answeredMs: null, closedMs: null },
            ...{ duplicateOf: null, rating: null, reopened: 0, eventId: null, incidentId: null, overdueTold: false },
            ...{ changedMs: nowMs, synthetic: input.synthetic ?? false },
          });
          await addSteps(queries, kept.id, [{ by: null, kind: 'received', text: '', public: true }], nowMs);
          if (reachable) {
            await queries.run(
              'INSERT INTO report_contacts (report_id, contact) VALUES (?, ?)',
              kept.id,
              secretBox.seal(JSON.stringify(contact)),
            );
          }
          await queries.run(
            'INSERT INTO report_tickets (report_id, ticket_hash, until_ms) VALUES (?, ?, ?)',
            ...[kept.id, hashOf(ticket), nowMs + TICKET_MS],
          );
          return kept;
        }),
      );
      tell(report, null);
      return { report, ticket };
    },

    mayAddPhoto,

    async addPhoto(code, ticket, picture) {
      const report = await mayAddPhoto(code, ticket);
      const jpeg = await photos.clean(picture);
      const photoId = randomUUID();
      await photos.keep(report.id, photoId, jpeg);
      const full = await database
        .transaction(async (queries) => {
          if ((await photoCount(queries, report.id)) >= mostPhotos) return true;
          await queries.run(
            'INSERT INTO report_photos (id, report_id, bytes, created_ms) VALUES (?, ?, ?, ?)',
            ...[photoId, report.id, jpeg.byteLength, now()],
          );
          return false;
        })
        .catch(async (error: unknown) => {
          await photos.forget(report.id, photoId);
          throw error;
        });
      if (full) {
        await photos.forget(report.id, photoId);
        throw tooManyPhotos();
      }
      const changed = await database.transaction(async (queries) =>
        saveReport(queries, await getReport(queries, report.id), [], now()),
      );
      tell(changed, report);
    },

    list: reading.list,
    counts: reading.counts,

    find: (id) => getReport(database, id),

    async details(id, sees) {
      const report = await getReport(database, id);
      const [view] = await views([report]);
      if (view === undefined) throw unknownReport();
      const others = (await alike(report)).filter(sees);
      return { ...view, steps: await readSteps(database, id), alike: await views(others) };
    },

    async act(id, act, by, seen) {
      const nowMs = now();
      const [was, report, changed] = await database.transaction(async (queries) => {
        const before = await getReport(queries, id);
        if (seen !== undefined) assertNewest(seen, before.version);
        const into = act.act === 'merge' ? (await readReports(queries, 'WHERE id = ?', act.into))[0] : undefined;
        const { next, steps } = actOn(before, act, {
          ...{ nowMs, by, into, due },
          service: act.act === 'changeService' ? services.find(act.service) : undefined,
          ownService: services.find(before.service),
          hasUnit: (unitId) => places.unit(unitId) !== undefined,
        });
        if (steps.length === 0) return [before, before, false] as const;
        return [before, await saveReport(queries, next, steps, nowMs), true] as const;
      });
      if (changed) tell(report, was);
      return report;
    },

    async setEvent(id, eventId) {
      const changed = await database.transaction(async (queries) =>
        saveReport(queries, { ...(await getReport(queries, id)), eventId }, [], now()),
      );
      tell(changed, changed);
    },

    alike,
    async setIncident(queries, id, incidentId) {
      const report = await getReport(queries, id);
      if (report.incidentId === incidentId) return report;
      if (report.incidentId !== null && incidentId !== null) {
        throw new Fault('conflict', 'report.hasIncident', 'this report belongs to an incident already');
      }
      return saveReport(queries, { ...report, incidentId }, [], now());
    },
    tell: (report) => tell(report, report),
    ofIncident: (incidentId) => readReports(database, 'WHERE incident_id = ? ORDER BY number LIMIT 500', incidentId),
    async near(place, metres, fromMs) {
      const { south, north, west, east } = boxAround(place, metres);
      const found = await readReports(
        database,
        `WHERE received_ms >= ? AND latitude BETWEEN ? AND ? AND longitude BETWEEN ? AND ? AND incident_id IS NULL
           AND state NOT IN ('rejected', 'duplicate') ORDER BY received_ms DESC LIMIT ${MOST_NEAR}`,
        ...[fromMs, south, north, west, east],
      );
      return found.filter((report) => report.place !== null && metresBetween(place, report.place) <= metres);
    },
    async contact(id) {
      await getReport(database, id);
      const row = await database.get<{ contact: Uint8Array }>(
        'SELECT contact FROM report_contacts WHERE report_id = ?',
        id,
      );
      if (row === undefined) throw new Fault('notFound', 'report.noContact', 'nobody said how to reach them');
      // Written by `receive`.
      return JSON.parse(secretBox.open(row.contact));
    },

    async photo(id, photoId) {
      const row = await database.get<{ id: string }>(
        'SELECT id FROM report_photos WHERE id = ? AND report_id = ?',
        photoId,
        id,
      );
      const jpeg = row === undefined ? undefined : await photos.read(id, photoId);
      if (jpeg === undefined) throw new Fault('notFound', 'photo.unknown', 'there is no such photo');
      return jpeg;
    },

    ofCode: async (code) => publicOf(await byCode(code)),

    async rate(code, { rating, text }) {
      const { id } = await byCode(code);
      const nowMs = now();
      const [was, report] = await database.transaction(async (queries) => {
        const before = await getReport(queries, id);
        if (before.state !== 'answered' && before.state !== 'closed') {
          throw new Fault('conflict', 'report.notAnswered', 'it can be rated once it was answered');
        }
        const words = text === '' ? rating : `${rating}: ${text}`;
        const step = { by: null, kind: 'rated', text: words, public: true } as const;
        return [before, await saveReport(queries, { ...before, rating }, [step], nowMs)] as const;
      });
      tell(report, was);
      return { report, shown: await publicOf(report) };
    },

    async view(report) {
      const [view] = await views([report]);
      if (view === undefined) throw unknownReport();
      return view;
    },

    onChanged(listener) {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
  };
}

/** Two reports of one code are next to impossible, and no reason to refuse one. */
async function retryCode<T>(insert: (code: string) => Promise<T>, tries = 3): Promise<T> {
  for (let left = tries; ; left -= 1) {
    try {
      return await insert(newTrackingCode());
    } catch (error) {
      if (left <= 1 || !isUniqueViolation(error)) throw error;
    }
  }
}

function hashOf(ticket: string): string {
  return createHash('sha256').update(ticket).digest('hex');
}
function sameHash(one: string, other: string): boolean {
  return one.length === other.length && timingSafeEqual(Buffer.from(one), Buffer.from(other));
}
