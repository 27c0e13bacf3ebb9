import { randomUUID } from 'node:crypto';
import { z } from 'zod';
import type { Clock } from '#base/clock';
import type { Database, Queries } from '#base/database';
import { Fault } from '#base/errors';
import type { Logger } from '#base/log';
import type { PersonRef } from '#contracts/alerts';
import { SEVERITIES, type Severity } from '#contracts/events';
import { EVERY_CAMERA, type SectorEventDetails, type SectorEventView } from '#contracts/sector-events';
import type { Catalogue, NewSectorEvent, Places, SectorEvents } from '../interfaces.ts';
import { createEventClock } from './event-clock.ts';
import { createEventFiling } from './event-filing.ts';
import { type Reader, type SectorEventQuery, searchEvents } from './event-search.ts';
import {
  addSteps,
  getEvent,
  insertEvent,
  isOpen,
  type NewStep,
  readEvents,
  readSteps,
  type StoredEvent,
  saveEvent,
  viewOf,
} from './event-store.ts';
import { eventsSince, type NearEvents, nearEvents, relatedEvents } from './related.ts';

export type Visible = (event: SectorEventView) => boolean;

/** What people do with events besides what the parts do. Whether they may is asked before by the door. */
export interface SectorEventDesk extends SectorEvents {
  list(query: SectorEventQuery, reader: Reader): Promise<SectorEventView[]>;
  /** Rejects with `notFound`. */
  find(id: string): Promise<SectorEventView>;
  /** `visible` narrows what is related to it. */
  details(id: string, visible: Visible): Promise<SectorEventDetails>;
  /** What its place is called is no longer kept, nor found. Nothing happens where there is no such event. */
  forgetPlace(id: string): Promise<void>;
  /** Rejects with `conflict` where somebody else has it, or it is over, or not of the `version` that was looked at. */
  acknowledge(id: string, by: PersonRef, comment: string, version?: number): Promise<SectorEventView>;
  note(id: string, by: PersonRef, text: string): Promise<SectorEventView>;
  close(id: string, by: PersonRef, comment: string, version?: number): Promise<SectorEventView>;
  reopen(id: string, by: PersonRef): Promise<SectorEventView>;
  /** `null`: of none any longer. As part of the caller's transaction; `tell` afterwards. */
  setIncident(queries: Queries, id: string, incidentId: string | null, by: PersonRef): Promise<SectorEventView>;
  ofIncident(incidentId: string): Promise<SectorEventView[]>;
  /** Opened since, over or not, and of no incident; see `NearEvents`. */
  near(what: NearEvents): Promise<SectorEventView[]>;
  tell(event: SectorEventView): void;
  /** Events of these sectors that were opened since, open or not; the newest first. */
  since(sectors: readonly string[], fromMs: number, limit: number): Promise<SectorEventView[]>;
  /** Called besides `onChanged` when one opens, or opens again, and when it is over. */
  onTurned(listener: (event: SectorEventView, now: 'open' | 'over') => void): () => void;
  /** The open one with this key says another value now: that is no repetition, and nothing where it says it already. */
  revalue(
    key: string,
    value: number | null,
    title: SectorEventView['title'],
    more?: Pick<NewSectorEvent, 'detail' | 'cameraIds'>,
  ): Promise<void>;
  /** The open one with this key. */
  openOf(key: string): Promise<SectorEventView | undefined>;
  /** Keys of the open ones that came of such a source. */
  openKeys(source: SectorEventView['source']['kind']): Promise<readonly string[]>;
  /** Keys that begin so, and of which the cause was noted to last: also over a restart, and after a person closed it. */
  lastingCauses(prefix: string): Promise<ReadonlyMap<string, ReadonlySet<string>>>;
  /** `members`: of whom it was told, where those are several; `null` when the cause is over. */
  noteCause(key: string, members: readonly string[] | null): Promise<void>;
  /** Runs the clocks from now on: when all who are to hear of it listen. */
  begin(): void;
  /** Ends the clocks. */
  stop(): Promise<void>;
}

type Changes = readonly NewStep[];
const membersSchema = z.array(z.string());

/** Each is asked about for everybody who reads the event: more of them are as good as all. */
const MOST_CAMERAS = 20;

export async function createSectorEvents(options: {
  database: Database;
  clock: Clock;
  log: Logger;
  catalogue: Pick<Catalogue, 'sector'>;
  places: Pick<Places, 'areaAt'>;
}): Promise<SectorEventDesk> {
  const { database, clock, catalogue, places } = options;
  const log = options.log.child({ part: 'sector events' });
  const listeners = new Set<(event: SectorEventView) => void>();
  const turned = new Set<(event: SectorEventView, now: 'open' | 'over') => void>();
  const counts = new Map<string, Map<Severity, number>>();
  for (const { sector, severity, n } of await database.all<{ sector: string; severity: Severity; n: number }>(
    'SELECT sector, severity, COUNT(*) AS n FROM sector_events WHERE open = 1 GROUP BY sector, severity',
  )) {
    count(sector, severity, n);
  }

  function count(sector: string, severity: Severity, by: number): void {
    const ofSector = counts.get(sector) ?? new Map<Severity, number>();
    ofSector.set(severity, (ofSector.get(severity) ?? 0) + by);
    counts.set(sector, ofSector);
  }

  function tell(event: SectorEventView): void {
    for (const listener of listeners) {
      try {
        listener(event);
      } catch (error) {
        log.error({ err: error, event: event.id }, 'an event could not be told');
      }
    }
  }

  function recount(before: StoredEvent | undefined, now: StoredEvent): void {
    const [was, is] = [before !== undefined && isOpen(before), isOpen(now)];
    if (was !== is) for (const listener of turned) listener(viewOf(now), is ? 'open' : 'over');
    if (before !== undefined && was) count(before.sector, before.severity, -1);
    if (is) count(now.sector, now.severity, 1);
  }

  /** One transaction over the event as it is at that moment; `work` says what is new and what is written down. */
  async function act(
    find: (queries: Queries) => Promise<StoredEvent | undefined>,
    work: (event: StoredEvent, nowMs: number) => { next: StoredEvent; steps: Changes } | undefined,
  ): Promise<SectorEventView | undefined> {
    const done = await database.transaction(async (queries) => {
      const event = await find(queries);
      if (event === undefined) return undefined;
      const nowMs = Math.round(clock.now());
      const made = work(event, nowMs);
      if (made === undefined) return { before: event, now: event };
      const now = await saveEvent(queries, made.next, event);
      await addSteps(queries, now, made.steps, nowMs);
      return { before: event, now };
    });
    if (done === undefined) return undefined;
    const view = viewOf(done.now);
    if (done.now.version !== done.before.version) {
      recount(done.before, done.now);
      tell(view);
    }
    return view;
  }

  async function actOn(
    id: string,
    work: (event: StoredEvent, nowMs: number) => { next: StoredEvent; steps: Changes } | undefined,
  ): Promise<SectorEventView> {
    const view = await act((queries) => getEvent(queries, id), work);
    // `getEvent` rejects where there is none.
    return view ?? viewOf(await getEvent(database, id));
  }

  const byKey = (key: string) => async (queries: Queries) =>
    (await readEvents(queries, 'WHERE key = ? AND open = 1', key))[0];

  function fresh(event: NewSectorEvent, nowMs: number): Omit<StoredEvent, 'number' | 'version' | 'filed'> {
    const type = catalogue.sector(event.sector)?.eventTypes.find(({ key }) => key === event.type);
    const later = (minutes: number | null | undefined): number | null =>
      minutes === null || minutes === undefined ? null : nowMs + minutes * 60_000;
    const place = event.place ?? null;
    return {
      ...{ id: randomUUID(), key: event.key, sector: event.sector, type: event.type, title: event.title },
      detail: event.detail ?? '',
      severity: event.severity ?? type?.severity ?? 'moderate',
      urgency: event.urgency ?? 'unknown',
      certainty: event.certainty ?? 'unknown',
      ...{ occurredMs: Math.round(event.occurredMs), openedMs: nowMs, lastMs: nowMs, count: 1, state: 'open' },
      expiresMs: event.expiresMs === undefined ? later(type?.expiresMinutes) : event.expiresMs,
      dueMs: event.dueMs === undefined ? later(type?.dueMinutes) : event.dueMs,
      overdue: false,
      place,
      areaCode: event.areaCode ?? (place === null ? null : places.areaAt(place)),
      ...{ unitId: event.unitId ?? null, source: event.source, cameraIds: camerasOf(event) ?? [] },
      ...{ indicator: event.indicator ?? null, value: event.value ?? null, link: event.link ?? null },
      ...{ synthetic: event.synthetic ?? false },
      ...{ acknowledgedMs: null, acknowledgedBy: null, closedMs: null, closedBy: null, incidentId: null },
    };
  }

  const filing = createEventFiling({ database, clock, log });
  const clocks = createEventClock({
    ...{ database, clock, log },
    async expire(number) {
      await act(
        async (queries) => (await readEvents(queries, 'WHERE number = ?', number))[0],
        (event, nowMs) =>
          !isOpen(event) || event.expiresMs === null || event.expiresMs > nowMs
            ? undefined
            : {
                next: { ...event, state: 'expired', closedMs: nowMs, closedBy: null },
                steps: [{ by: null, kind: 'expired', text: '' }],
              },
      );
    },
    async overdue(number) {
      await act(
        async (queries) => (await readEvents(queries, 'WHERE number = ?', number))[0],
        (event, nowMs) =>
          !isOpen(event) || event.overdue || event.dueMs === null || event.dueMs > nowMs
            ? undefined
            : { next: { ...event, overdue: true }, steps: [{ by: null, kind: 'changed', text: 'overdue' }] },
      );
    },
  });

  return {
    async open(event) {
      const done = await database.transaction(async (queries) => {
        const nowMs = Math.round(clock.now());
        const before = await byKey(event.key)(queries);
        if (before === undefined) {
          const now = await insertEvent(queries, fresh(event, nowMs));
          await addSteps(queries, now, [{ by: null, kind: 'opened', text: '' }], nowMs);
          return { before, now };
        }
        const { next, steps } = repeated(before, event, nowMs);
        const now = await saveEvent(queries, next, before);
        await addSteps(queries, now, steps, nowMs);
        return { before, now };
      });
      recount(done.before, done.now);
      const view = viewOf(done.now);
      tell(view);
      return view;
    },
    async end(key, why) {
      await act(byKey(key), (event, nowMs) => ({
        next: { ...event, state: 'closed', closedMs: nowMs, closedBy: null },
        steps: [{ by: null, kind: 'closed', text: why }],
      }));
    },
    openCounts(sector) {
      const found: Partial<Record<Severity, number>> = {};
      for (const [severity, n] of counts.get(sector) ?? []) if (n > 0) found[severity] = n;
      return found;
    },
    onChanged(listener) {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },

    list: async (query, reader) => (await searchEvents(database, query, reader)).map(viewOf),
    find: async (id) => viewOf(await getEvent(database, id)),
    async details(id, visible) {
      const event = await getEvent(database, id);
      const [steps, related] = await Promise.all([readSteps(database, event.number), relatedEvents(database, event)]);
      return { ...viewOf(event), steps, related: related.map(viewOf).filter(visible) };
    },
    acknowledge: (id, by, comment, version) =>
      actOn(id, (event, nowMs) => {
        guardVersion(event, version);
        guardOpen(event);
        if (event.acknowledgedBy?.id === by.id) return undefined;
        if (event.acknowledgedBy !== null) throw taken(event.acknowledgedBy);
        return {
          next: { ...event, state: 'acknowledged', acknowledgedMs: nowMs, acknowledgedBy: by },
          steps: [{ by, kind: 'acknowledged', text: comment }],
        };
      }),
    note: (id, by, text) => actOn(id, (event) => ({ next: event, steps: [{ by, kind: 'noted', text }] })),
    close: (id, by, comment, version) =>
      actOn(id, (event, nowMs) => {
        guardVersion(event, version);
        guardOpen(event);
        return {
          next: { ...event, state: 'closed', closedMs: nowMs, closedBy: by },
          steps: [{ by, kind: 'closed', text: comment }],
        };
      }),
    async reopen(id, by) {
      const { key } = await getEvent(database, id);
      const other = await byKey(key)(database);
      if (other !== undefined && other.id !== id) throw openAgain(other);
      return actOn(id, (event) => {
        if (isOpen(event)) return undefined;
        const { acknowledgedBy } = event;
        return {
          next: {
            ...event,
            state: acknowledgedBy === null ? 'open' : 'acknowledged',
            // Somebody wants it open: it is over again when somebody says so.
            ...{ closedMs: null, closedBy: null, expiresMs: null },
          },
          steps: [{ by, kind: 'reopened', text: '' }],
        };
      });
    },
    async setIncident(queries, id, incidentId, by) {
      const event = await getEvent(queries, id);
      if (event.incidentId === incidentId) return viewOf(event);
      if (event.incidentId !== null && incidentId !== null) {
        throw new Fault('conflict', 'sectorEvent.hasIncident', 'this event belongs to an incident already');
      }
      const nowMs = Math.round(clock.now());
      // Whoever makes it part of an incident has taken it.
      const took: Partial<StoredEvent> =
        event.state === 'open' && incidentId !== null
          ? { state: 'acknowledged', acknowledgedMs: nowMs, acknowledgedBy: by }
          : {};
      const now = await saveEvent(queries, { ...event, ...took, incidentId }, event);
      const step =
        incidentId === null ? ({ kind: 'left', text: '' } as const) : ({ kind: 'joined', text: incidentId } as const);
      await addSteps(queries, now, [{ by, ...step }], nowMs);
      return viewOf(now);
    },
    ofIncident: async (incidentId) =>
      (await readEvents(database, 'WHERE incident_id = ? ORDER BY number LIMIT 500', incidentId)).map(viewOf),
    near: async (what) => (await nearEvents(database, what)).map(viewOf),
    tell,
    since: async (sectors, fromMs, limit) => (await eventsSince(database, sectors, { fromMs, limit })).map(viewOf),
    async revalue(key, value, title, more = {}) {
      let isRounded = false;
      await act(byKey(key), (event) => {
        const detail = more.detail ?? event.detail;
        const cameraIds = camerasOf(more) ?? event.cameraIds;
        const same =
          event.title.vi === title.vi &&
          event.title.en === title.en &&
          event.detail === detail &&
          event.cameraIds.join(' ') === cameraIds.join(' ');
        isRounded = same && event.value !== value;
        return same ? undefined : { next: { ...event, value, title, detail, cameraIds }, steps: [] };
      });
      // Its words round it: who asks gets the value as it is, and nobody is told of a version that reads the same.
      if (isRounded) await database.run('UPDATE sector_events SET value = ? WHERE key = ? AND open = 1', value, key);
    },
    async forgetPlace(id) {
      await act(
        async (queries) => (await readEvents(queries, 'WHERE id = ?', id))[0],
        (event) =>
          event.place === null || event.place.name === ''
            ? undefined
            : { next: { ...event, place: { ...event.place, name: '' } }, steps: [] },
      );
    },
    async openOf(key) {
      const event = await byKey(key)(database);
      return event === undefined ? undefined : viewOf(event);
    },
    async openKeys(source) {
      const rows = await database.all<{ key: string }>(
        'SELECT key FROM sector_events WHERE open = 1 AND source_kind = ?',
        source,
      );
      return rows.map(({ key }) => key);
    },
    async lastingCauses(prefix) {
      const rows = await database.all<{ key: string; members: string }>('SELECT key, members FROM sector_event_causes');
      return new Map(
        rows.flatMap(({ key, members }) =>
          key.startsWith(prefix) ? [[key, new Set(membersSchema.parse(JSON.parse(members)))] as const] : [],
        ),
      );
    },
    async noteCause(key, members) {
      if (members === null) await database.run('DELETE FROM sector_event_causes WHERE key = ?', key);
      else {
        await database.run(
          `INSERT INTO sector_event_causes (key, members) VALUES (?, ?)
           ON CONFLICT (key) DO UPDATE SET members = excluded.members`,
          ...[key, JSON.stringify(members)],
        );
      }
    },
    onTurned(listener) {
      turned.add(listener);
      return () => turned.delete(listener);
    },
    begin() {
      clocks.begin();
      filing.begin();
    },
    async stop() {
      await Promise.all([clocks.close(), filing.close()]);
    },
  };
}

function camerasOf({ cameraIds }: Pick<NewSectorEvent, 'cameraIds'>): readonly string[] | undefined {
  const ids = cameraIds === undefined ? undefined : [...new Set(cameraIds)].sort();
  return ids !== undefined && ids.length > MOST_CAMERAS ? [EVERY_CAMERA] : ids;
}

/** It came again: severity, value and words are those of the newest, and worse is written down. */
function repeated(before: StoredEvent, event: NewSectorEvent, nowMs: number): { next: StoredEvent; steps: Changes } {
  const severity = event.severity ?? before.severity;
  const next: StoredEvent = {
    ...before,
    severity,
    title: event.title,
    detail: event.detail ?? before.detail,
    urgency: event.urgency ?? before.urgency,
    certainty: event.certainty ?? before.certainty,
    value: event.value === undefined ? before.value : event.value,
    place: event.place ?? before.place,
    areaCode: event.areaCode ?? before.areaCode,
    unitId: event.unitId ?? before.unitId,
    cameraIds: camerasOf(event) ?? before.cameraIds,
    link: event.link ?? before.link,
    expiresMs: event.expiresMs === undefined ? later(before, nowMs) : event.expiresMs,
    count: before.count + 1,
    lastMs: nowMs,
  };
  const worse = SEVERITIES.indexOf(severity) !== SEVERITIES.indexOf(before.severity);
  const steps: NewStep[] = [{ by: null, kind: 'repeated', text: '' }];
  if (worse) steps.push({ by: null, kind: 'changed', text: `severity:${before.severity}:${severity}` });
  return { next, steps };
}

/** What ends by itself some time after it was told ends that time after it was told last. */
function later({ expiresMs, lastMs }: StoredEvent, nowMs: number): number | null {
  return expiresMs === null ? null : expiresMs + Math.max(0, nowMs - lastMs);
}

function guardOpen(event: StoredEvent): void {
  if (isOpen(event)) return;
  const who = event.closedBy?.name;
  throw new Fault(
    'conflict',
    'sectorEvent.over',
    who === undefined ? 'this event is over already' : `${who} has closed this event`,
  );
}

function guardVersion(event: StoredEvent, version: number | undefined): void {
  if (version === undefined || version === event.version) return;
  throw new Fault('conflict', 'sectorEvent.changedElsewhere', 'this event has changed since it was looked at');
}

/** Who it is stands in the fields, for the console to say. */
function taken(by: PersonRef): Fault {
  return new Fault('conflict', 'sectorEvent.taken', `${by.name} has taken this event`, {
    fields: [{ path: 'acknowledgedBy', code: by.id, message: by.name }],
  });
}

function openAgain({ number }: StoredEvent): Fault {
  return new Fault('conflict', 'sectorEvent.openAgain', `the same is open again as event ${number}`);
}
