import type { NumberedChange } from '#base/change-log';
import type { Clock } from '#base/clock';
import { messageOf } from '#base/errors';
import type { Logger } from '#base/log';
import type { AlertView, IncidentEntry } from '#contracts/alerts';
import { type EventType, SEVERITIES, type Severity, type TamnhinEvent } from '#contracts/events';
import type { OutputFilter } from '#contracts/outputs';
import { capOf } from './cap.ts';
import { alertEnvelope, eventEnvelope, incidentEnvelope } from './cloud-event.ts';
import type { Message } from './output.ts';
import { forgetting } from './output-retained.ts';
import type { OutputStore, Places, StoredOutput } from './output-store.ts';

/**
 * What one output takes in: it reads the events and the changes of alerts and incidents by their numbers, each from where
 * it stopped, and keeps what its filter lets through together with the new places.
 */
export interface Intake {
  /** There may be something new. */
  take(): void;
  /** The other side answers again, after what was to be taken away there may have been given up. */
  isBack(): void;
  /** Something has left: goes on where it stopped because too much waited. */
  roomAgain(): void;
  places(): Places;
  /** Resolves when nothing is being read; it takes nothing more. */
  close(): Promise<void>;
}

/** The event log, as far as outputs need it. */
export interface EventSource {
  newest(): Promise<number>;
  follow(
    sequence: number,
    wanted: {
      readonly types?: readonly EventType[] | undefined;
      readonly severity?: Severity | undefined;
      readonly visible?: (cameraId: string | null) => boolean;
      readonly limit: number;
    },
  ): Promise<{
    readonly events: readonly TamnhinEvent[];
    readonly next: number;
    readonly missing: boolean;
    readonly more: boolean;
  }>;
  onAppended(listener: (event: TamnhinEvent) => void): () => void;
}

/** What became of alerts and incidents. */
export interface ChangeSource {
  newest(): Promise<number>;
  follow(number: number, limit: number): Promise<readonly NumberedChange[]>;
  /** Up to this number they are deleted already. */
  goneTo(): number;
  /** Called when there is something new; it may call for nothing. */
  onNoted(listener: () => void): () => void;
}

export interface IntakeOptions {
  readonly output: StoredOutput;
  /** It was off or went elsewhere: what the other side keeps of alerts may be out of date. */
  readonly afresh: boolean;
  readonly store: Pick<OutputStore, 'counts' | 'take' | 'lasting' | 'isLasting'>;
  readonly events: EventSource;
  readonly changes: ChangeSource;
  /** As it is now; `undefined` where it is not there. */
  readonly alertNow: (alertId: string) => Promise<AlertView | undefined>;
  /** The timeline of an incident up to an entry. */
  readonly entriesOf: (incidentId: string, upTo: number) => Promise<readonly IncidentEntry[]>;
  readonly clock: Clock;
  readonly log: Logger;
  /** CloudEvents `source`, CAP `sender`. */
  readonly source: () => string;
  readonly consoleUrl: () => string;
  /** The group of a camera and all above it. */
  readonly groupsOf: (cameraId: string) => readonly string[];
  readonly onTaken: () => void;
}

/** Messages that an output holds before the logs hold the rest. */
const MOST_EVENTS = 500;
/** Room that events leave to alerts and incidents. */
const MOST = 1000;
const PAGE = 200;
/** A place is kept at least each so many that the output did not want. */
const KEEP_PLACE = 1000;
const AGAIN_MS = 2000;

export function createIntake(options: IntakeOptions): Intake {
  const { output, store, events, changes, entriesOf, clock, log, source, consoleUrl, groupsOf, onTaken } = options;
  const { id, filter, name, target } = output;
  const { alertNow } = options;
  const keepsState = target.kind === 'mqtt' && target.settings.retainAlerts && filter.alerts.length > 0;
  let places: Places = { events: output.taken, changes: output.changesTaken };
  let kept = places;
  let reading: Promise<void> | undefined;
  let asked = false;
  /** It stopped reading because too much waits. */
  let full = false;
  let tidied = target.kind !== 'mqtt';
  let closed = false;
  let cancelAgain = (): void => {};

  function take(): void {
    asked = true;
    if (closed) return;
    reading ??= readOn()
      .catch((error: unknown) => {
        log.error({ reason: messageOf(error), output: id }, 'messages were not taken in; trying again');
        asked = false;
        cancelAgain();
        cancelAgain = clock.after(AGAIN_MS, take);
      })
      .finally(() => {
        reading = undefined;
        if (asked) take();
      });
  }

  async function readOn(): Promise<void> {
    while (asked && !closed) {
      asked = false;
      full = false;
      if (!tidied) await tidy();
      tidied = true;
      // Changes first: an alert must not wait behind all that cameras told.
      if (await readChanges()) asked = true;
      if (!closed && filter.events && (await readEvents())) asked = true;
    }
  }

  /** What the other side keeps of alerts that were closed, or are not for it, while this output did not look. */
  async function tidy(): Promise<void> {
    const messages: Message[] = [];
    for (const alertId of await store.lasting(id)) {
      const alert = await alertNow(alertId);
      if (alert === undefined || alert.state === 'closed' || !keepsState || !isFor(alert)) {
        messages.push(forgetting(source(), alertId, clock.now()));
      } else if (options.afresh) {
        messages.push({
          event: alertEnvelope(source(), alert, 'changed', clock.now()),
          alert: { id: alertId, quiet: true, change: 'changed', kept: 'standing' },
        });
      }
    }
    await keep(messages, places);
  }

  /** Resolves to whether there may be more. */
  async function readChanges(): Promise<boolean> {
    if (await holds(MOST)) return false;
    const found = await changes.follow(places.changes, PAGE);
    const last = found.at(-1);
    if (last === undefined) return false;
    if (places.changes < changes.goneTo()) {
      log.warn({ output: name, after: places.changes }, 'changes of alerts were deleted before an output took them');
    }
    const messages: Message[] = [];
    for (const change of found) {
      const message = await ofChange(change, messages);
      if (message !== undefined) messages.push(message);
    }
    await keep(messages, { ...places, changes: last.number });
    return found.length === PAGE;
  }

  async function readEvents(): Promise<boolean> {
    if (await holds(MOST_EVENTS)) return false;
    const found = await events.follow(places.events, {
      types: filter.types,
      severity: filter.severity,
      visible: isAbout,
      limit: PAGE,
    });
    if (found.missing) {
      log.warn({ output: name, after: places.events }, 'events were deleted before an output took them');
    }
    if (found.next !== places.events || found.missing) {
      const messages = found.events.map((event) => ({ event: eventEnvelope(source(), event) }));
      await keep(messages, { ...places, events: found.next }, found.missing);
    }
    return found.more;
  }

  async function holds(most: number): Promise<boolean> {
    if ((await store.counts(id)).fresh < most) return false;
    full = true;
    return true;
  }

  async function keep(messages: readonly Message[], next: Places, always = false): Promise<void> {
    const behind = Math.max(next.events - kept.events, next.changes - kept.changes);
    if (messages.length > 0 || always || behind >= KEEP_PLACE) {
      await store.take(id, messages, clock.now(), next);
      kept = next;
    }
    places = next;
    if (messages.length > 0) onTaken();
  }

  /** `before`: what is taken in together with it. */
  async function ofChange(change: NumberedChange, before: readonly Message[]): Promise<Message | undefined> {
    const { timeMs } = change;
    if (change.about === 'alert') {
      const { alert } = change;
      if (!isFor(alert)) {
        // Its camera may have moved: what is kept of it must not outlive it.
        if (!keepsState) return undefined;
        const last = before.findLast((message) => message.alert?.id === alert.id)?.alert?.kept;
        const lasts = last === undefined ? await store.isLasting(id, alert.id) : last === 'standing';
        return lasts ? forgetting(source(), alert.id, timeMs) : undefined;
      }
      const quiet = !filter.alerts.includes(change.change);
      if (quiet && !keepsState) return undefined;
      const kept = alert.state === 'closed' ? 'closed' : 'standing';
      return {
        event: alertEnvelope(source(), alert, change.change, timeMs),
        alert: { id: alert.id, quiet, change: change.change, ...(keepsState ? { kept } : {}) },
      };
    }
    const { incident } = change;
    const cameraIds = incident.cameraIds.filter(isAbout);
    const about = isAbout(null) || cameraIds.length > 0;
    if (!filter.incidents || !reaches(incident.severity, filter) || !about) return undefined;
    const entries = await entriesOf(incident.id, incident.lastEntry);
    return {
      event: incidentEnvelope(source(), { ...incident, cameraIds }, change.change, timeMs),
      cap: capOf({ ...incident, entries }, { sender: source(), status: 'Actual', consoleUrl: consoleUrl() }),
    };
  }

  function isFor({ severity, cameraId }: AlertView): boolean {
    return reaches(severity, filter) && isAbout(cameraId);
  }

  function isAbout(cameraId: string | null): boolean {
    if (filter.cameraIds.length === 0 && filter.groupIds.length === 0) return true;
    if (cameraId === null) return false;
    return filter.cameraIds.includes(cameraId) || groupsOf(cameraId).some((group) => filter.groupIds.includes(group));
  }

  return {
    take,
    isBack() {
      tidied = target.kind !== 'mqtt';
      take();
    },
    roomAgain() {
      if (full) take();
    },
    places: () => places,
    async close() {
      closed = true;
      cancelAgain();
      await reading;
    },
  };
}

function reaches(severity: Severity, filter: OutputFilter): boolean {
  return SEVERITIES.indexOf(severity) >= SEVERITIES.indexOf(filter.severity);
}
