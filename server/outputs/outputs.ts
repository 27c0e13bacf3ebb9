import { randomUUID } from 'node:crypto';
import type { Clock } from '#base/clock';
import type { Database } from '#base/database';
import { Fault, messageOf } from '#base/errors';
import type { Logger, SecretRegister } from '#base/log';
import type { SecretBox } from '#base/secrets';
import type { AlertView, IncidentDetails } from '#contracts/alerts';
import { type EventType, SEVERITIES, type Severity, type TamnhinEvent } from '#contracts/events';
import type { OutputFailure, OutputFilter, OutputInput, OutputState, OutputTest, OutputView } from '#contracts/outputs';
import { createAlertChanges } from './alert-changes.ts';
import { capOf } from './cap.ts';
import { alertEnvelope, eventEnvelope, incidentEnvelope, testEnvelope } from './cloud-event.ts';
import { OUTPUTS } from './kinds/index.ts';
import type { Message, OutputTools, Sender } from './output.ts';
import { createRunner, type Runner } from './output-runner.ts';
import { createOutputStore, type StoredOutput, type Target } from './output-store.ts';
import { viewOf } from './output-view.ts';

/**
 * All outputs: takes in what their filters let through, and has each send it. Events are read from the log by number, so
 * that nothing is missed over a restart or while an output is full; alerts and incidents are taken in as they change.
 */
export interface Outputs {
  list(): Promise<readonly OutputView[]>;
  create(input: OutputInput): Promise<OutputView>;
  /**
   * Secrets that are left out stay, as long as they go to the same place: nobody is to have them sent elsewhere. Throws
   * `Fault` `notFound`; `invalid` where they have to be given again.
   */
  update(outputId: string, input: OutputInput): Promise<OutputView>;
  /** What waits in it goes too. */
  remove(outputId: string): Promise<{ name: string }>;
  /** Sends one message at once, past what waits. */
  test(outputId: string): Promise<OutputTest>;
  failures(outputId: string): Promise<readonly OutputFailure[]>;
  retry(outputId: string, failureId: number): Promise<void>;
  alertChanged(alert: AlertView): void;
  incidentChanged(incident: IncidentDetails): void;
  /** At most every few seconds. */
  onChanged(listener: () => void): () => void;
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

export interface OutputsOptions extends OutputTools {
  readonly database: Database;
  readonly secretBox: SecretBox;
  /** Of the log. */
  readonly secrets: Pick<SecretRegister, 'add'>;
  readonly clock: Clock;
  readonly log: Logger;
  readonly events: EventSource;
  /** CloudEvents `source`, CAP `sender`. */
  readonly source: () => string;
  /** The group of a camera and all above it. */
  readonly groupsOf: (cameraId: string) => readonly string[];
}

/** Messages that an output holds before the event log holds the rest. */
const MOST_TAKEN = 500;
const PAGE = 200;
/** Alerts and incidents are not in the log: beyond so many that wait, the oldest are given up. */
const MOST_WAITING = 5000;
/** ms for events to come together. */
const GATHER_MS = 50;
const TELL_EVERY_MS = 2000;
const TEST_MS = 30_000;
/** The place in the log is kept at least each so many events that an output did not want. */
const KEEP_PLACE = 1000;
const MOST_OUTPUTS = 50;

interface Open {
  output: StoredOutput;
  runner: Runner | undefined;
  taken: number;
  keptTaken: number;
  taking: boolean;
  takeAgain: boolean;
  /** Resolves when the log is not being read for it. */
  reading: Promise<void>;
  /** It takes nothing more from the log. */
  ending: boolean;
}

export async function createOutputs(options: OutputsOptions): Promise<Outputs> {
  const { database, secretBox, clock, log, events, source, groupsOf } = options;
  const store = createOutputStore(database, secretBox);
  const changes = createAlertChanges();
  const listeners = new Set<() => void>();
  const open = new Map<string, Open>();
  let closed = false;
  let cancelGather: (() => void) | undefined;
  let cancelTell: (() => void) | undefined;
  /** Alerts and incidents are taken in one after another, in the order in which they changed. */
  let taking: Promise<void> = Promise.resolve();
  let changing: Promise<unknown> = Promise.resolve();

  function changed(): void {
    if (closed) return;
    cancelTell ??= clock.after(TELL_EVERY_MS, () => {
      cancelTell = undefined;
      for (const listener of listeners) listener();
    });
  }

  function start(output: StoredOutput): void {
    const one: Open = {
      output,
      runner: undefined,
      taken: output.taken,
      keptTaken: output.taken,
      taking: false,
      takeAgain: false,
      reading: Promise.resolve(),
      ending: false,
    };
    open.set(output.id, one);
    for (const secret of Object.values(output.target.secrets)) options.secrets.add(secret);
    if (!output.enabled || closed) return;
    one.runner = createRunner({
      outputId: output.id,
      sender: senderOf(output.target),
      store,
      clock,
      log,
      onProgress() {
        takeEvents(one);
        changed();
      },
    });
    takeEvents(one);
  }

  function senderOf(target: Target): Sender {
    switch (target.kind) {
      case 'webhook':
        return OUTPUTS.webhook.open(target.settings, target.secrets, options);
      case 'mail':
        return OUTPUTS.mail.open(target.settings, target.secrets, options);
      case 'mqtt':
        return OUTPUTS.mqtt.open(target.settings, target.secrets, options);
    }
  }

  /** It stays in `open`: alerts and incidents that change meanwhile are still taken in. */
  async function end(one: Open): Promise<void> {
    one.ending = true;
    await one.runner?.close();
    await one.reading;
  }

  /** Outputs are made, changed and removed one after another: two at once would leave a sender that nobody ends. */
  function inTurn<T>(change: () => Promise<T>): Promise<T> {
    const done = changing.then(change);
    changing = done.catch(() => {});
    return done;
  }

  function takeEvents(one: Open): void {
    if (closed || one.ending || one.runner === undefined || !one.output.filter.events) return;
    if (one.taking) {
      one.takeAgain = true;
      return;
    }
    one.taking = true;
    one.reading = readLog(one)
      .catch((error: unknown) => log.error({ err: error, output: one.output.id }, 'events were not taken in'))
      .finally(() => {
        one.taking = false;
        if (!one.takeAgain) return;
        one.takeAgain = false;
        takeEvents(one);
      });
  }

  async function readLog(one: Open): Promise<void> {
    const { id, filter, name } = one.output;
    while (!closed && !one.ending) {
      if ((await store.counts(id)).waiting >= MOST_TAKEN) return;
      const found = await events.follow(one.taken, {
        types: filter.types,
        severity: filter.severity,
        visible: (cameraId) => isAbout(filter, cameraId),
        limit: PAGE,
      });
      if (found.missing) log.warn({ output: name, after: one.taken }, 'events were deleted before an output took them');
      if (found.next === one.taken && found.events.length === 0 && !found.more) return;
      const messages = found.events.map((event) => ({ event: eventEnvelope(source(), event) }));
      if (messages.length > 0 || found.missing || found.next - one.keptTaken >= KEEP_PLACE) {
        await store.take(id, messages, clock.now(), found.next);
        one.keptTaken = found.next;
      }
      one.taken = found.next;
      if (messages.length > 0) one.runner?.wake();
      if (!found.more) return;
    }
  }

  function isAbout(filter: OutputFilter, cameraId: string | null): boolean {
    if (filter.cameraIds.length === 0 && filter.groupIds.length === 0) return true;
    if (cameraId === null) return false;
    return filter.cameraIds.includes(cameraId) || groupsOf(cameraId).some((id) => filter.groupIds.includes(id));
  }

  function takeIn(make: (output: StoredOutput) => Message | undefined): void {
    const wanting = [...open.values()].flatMap(({ output }) => {
      const message = output.enabled && !closed ? make(output) : undefined;
      return message === undefined ? [] : [{ output, message }];
    });
    if (wanting.length === 0) return;
    taking = taking.then(async () => {
      for (const { output, message } of wanting) {
        try {
          await store.take(output.id, [message], clock.now());
          await store.giveUpOldest(output.id, MOST_WAITING, clock.now());
          open.get(output.id)?.runner?.wake();
        } catch (error) {
          log.error({ reason: messageOf(error), output: output.name }, 'a message was not taken in');
        }
      }
      changed();
    });
  }

  function get(outputId: string): Open {
    const one = open.get(outputId);
    if (one === undefined) throw new Fault('notFound', 'output.unknown', 'there is no such output');
    return one;
  }

  async function view({ output, runner }: Open, fresh: StoredOutput = output): Promise<OutputView> {
    const state: OutputState = {
      sent: fresh.sent,
      lastSentMs: fresh.lastSentMs,
      lastError: fresh.lastError,
      lastErrorMs: fresh.lastErrorMs,
      ...(await store.counts(output.id)),
      nextTryMs: runner?.nextTryMs() ?? null,
    };
    return viewOf(output, state);
  }

  async function save(output: StoredOutput): Promise<OutputView> {
    await store.save(output, clock.now());
    start(output);
    changed();
    const fresh = (await store.list()).find(({ id }) => id === output.id);
    return view(get(output.id), fresh);
  }

  for (const output of await store.list()) start(output);
  const stopEvents = events.onAppended(() => {
    cancelGather ??= clock.after(GATHER_MS, () => {
      cancelGather = undefined;
      for (const one of open.values()) takeEvents(one);
    });
  });

  return {
    async list() {
      const views: OutputView[] = [];
      for (const fresh of await store.list()) {
        const one = open.get(fresh.id);
        if (one !== undefined) views.push(await view(one, fresh));
      }
      return views;
    },
    create: ({ name, enabled, filter, ...target }) =>
      inTurn(async () => {
        if (open.size >= MOST_OUTPUTS) {
          throw new Fault('invalid', 'output.tooMany', `there are ${MOST_OUTPUTS} outputs already`);
        }
        // It begins now: who connects something new does not want the past.
        const taken = await events.newest();
        return save({
          ...{ id: randomUUID(), name, enabled, filter, taken, sent: 0 },
          ...{ lastSentMs: null, lastError: null, lastErrorMs: null },
          target: withSecrets(target),
        });
      }),
    update: (outputId, { name, enabled, filter, ...given }) =>
      inTurn(async () => {
        const one = get(outputId);
        const { output } = one;
        if (given.kind !== output.target.kind) {
          throw new Fault('invalid', 'output.otherKind', 'an output stays of its kind');
        }
        const target = withSecrets(given, output.target);
        await end(one);
        try {
          // It must not tell all that happened while it was off.
          const wasTaking = output.enabled && output.filter.events;
          const taken = wasTaking ? one.taken : await events.newest();
          return await save({ ...output, name, enabled, filter, taken, target });
        } catch (error) {
          if (open.get(outputId) === one) start({ ...output, taken: one.taken });
          throw error;
        }
      }),
    remove: (outputId) =>
      inTurn(async () => {
        const one = get(outputId);
        open.delete(outputId);
        await end(one);
        await store.remove(outputId);
        changed();
        return { name: one.output.name };
      }),
    async test(outputId) {
      const { output } = get(outputId);
      const sender = senderOf(output.target);
      const begunMs = clock.monotonic();
      const elapsed = (): number => Math.round(clock.monotonic() - begunMs);
      try {
        const event = testEnvelope(source(), randomUUID(), output.name, clock.now());
        await sender.send([{ event }], AbortSignal.timeout(TEST_MS));
        return { ok: true, detail: 'taken', elapsedMs: elapsed() };
      } catch (error) {
        return { ok: false, detail: messageOf(error).slice(0, 500), elapsedMs: elapsed() };
      } finally {
        await sender.close();
      }
    },
    failures: async (outputId) => store.failures(get(outputId).output.id),
    async retry(outputId, failureId) {
      const one = get(outputId);
      if (!(await store.retry(outputId, failureId, clock.now()))) {
        throw new Fault('notFound', 'output.noFailure', 'there is no such message');
      }
      one.runner?.wake();
      changed();
    },
    alertChanged(alert) {
      const change = changes.of(alert);
      const event = alertEnvelope(source(), alert, change, clock.now());
      takeIn(({ filter, target }) => {
        if (!reaches(alert.severity, filter) || !isAbout(filter, alert.cameraId)) return undefined;
        const quiet = !filter.alerts.includes(change);
        const keepsState = target.kind === 'mqtt' && target.settings.retainAlerts && filter.alerts.length > 0;
        if (quiet && !keepsState) return undefined;
        return { event, alert: { id: alert.id, closed: alert.state === 'closed', quiet } };
      });
    },
    incidentChanged(incident) {
      const { severity } = incident;
      const nowMs = clock.now();
      const cap = capOf(incident, { sender: source(), status: 'Actual', consoleUrl: options.consoleUrl() });
      takeIn(({ filter }) => {
        const cameraIds = incident.cameraIds.filter((id) => isAbout(filter, id));
        const about = isAbout(filter, null) || cameraIds.length > 0;
        if (!filter.incidents || !reaches(severity, filter) || !about) return undefined;
        return { event: incidentEnvelope(source(), incident, cameraIds, nowMs), cap };
      });
    },
    onChanged(listener) {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
    async close() {
      closed = true;
      stopEvents();
      cancelGather?.();
      cancelTell?.();
      await changing;
      await taking;
      await Promise.all([...open.values()].map(end));
    },
  };
}

function reaches(severity: Severity, filter: OutputFilter): boolean {
  return SEVERITIES.indexOf(severity) >= SEVERITIES.indexOf(filter.severity);
}

type Given = {
  [K in OutputInput['kind']]: Pick<Extract<OutputInput, { kind: K }>, 'kind' | 'settings' | 'secrets'>;
}[OutputInput['kind']];

/** What is left out stays as it was, what is empty goes. */
function withSecrets(given: Given, before?: Target): Target {
  const secrets: Record<string, string> = { ...before?.secrets };
  if (before !== undefined && placeOf(given) !== placeOf(before)) {
    const again = new Map(Object.entries(given.secrets));
    const kept = Object.keys(secrets).filter((name) => again.get(name) === undefined);
    const message = 'the output goes to another place now: give its secret again';
    const fields = kept.map((name) => ({ path: `secrets.${name}`, code: 'secretNeeded', message }));
    if (fields.length > 0) throw new Fault('invalid', 'output.secretAgain', message, { fields });
  }
  for (const [name, value] of Object.entries(given.secrets)) {
    if (value === '') delete secrets[name];
    else if (value !== undefined) secrets[name] = value;
  }
  return { ...given, secrets };
}

/** To whom the secrets of an output are shown. */
function placeOf(target: Given | Target): string {
  switch (target.kind) {
    case 'webhook':
      return new URL(target.settings.url).origin;
    case 'mail': {
      const { host, port, security, username } = target.settings;
      return JSON.stringify([host, port, security, username]);
    }
    case 'mqtt': {
      const { host, port, tls, username } = target.settings;
      return JSON.stringify([host, port, tls, username]);
    }
  }
}
