import { randomUUID } from 'node:crypto';
import type { Database } from '#base/database';
import { Fault, messageOf } from '#base/errors';
import type { SecretRegister } from '#base/log';
import type { SecretBox } from '#base/secrets';
import type { OutputFailure, OutputInput, OutputState, OutputTest, OutputView } from '#contracts/outputs';
import { testEnvelope } from './cloud-event.ts';
import { OUTPUTS } from './kinds/index.ts';
import type { OutputTools, Sender } from './output.ts';
import { createIntake, type Intake, type IntakeOptions } from './output-intake.ts';
import { forgetting } from './output-retained.ts';
import { createRunner, type Runner } from './output-runner.ts';
import { withSecrets } from './output-secrets.ts';
import { createOutputStore, type Places, type StoredOutput, type Target } from './output-store.ts';
import { viewOf } from './output-view.ts';

/**
 * All outputs: has each take in what its filter lets through, and send it. Events and changes of alerts and incidents are
 * read by their numbers, so that nothing is missed over a restart or while an output is full.
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
  /** They take in and send from now on: once it is known by which address others reach us. */
  begin(): void;
  /** At most every few seconds. */
  onChanged(listener: () => void): () => void;
  close(): Promise<void>;
}

export interface OutputsOptions
  extends Omit<OutputTools, 'stateOf'>,
    Pick<IntakeOptions, 'events' | 'changes' | 'alertNow' | 'entriesOf' | 'source' | 'groupsOf'> {
  readonly database: Database;
  readonly secretBox: SecretBox;
  /** Of the log. */
  readonly secrets: Pick<SecretRegister, 'add'>;
}

/** ms for events to come together. */
const GATHER_MS = 50;
const TELL_EVERY_MS = 2000;
const TEST_MS = 30_000;
const TAKE_AWAY_MS = 10_000;
const MOST_OUTPUTS = 50;

interface Open {
  readonly output: StoredOutput;
  readonly afresh: boolean;
  /** Of one that is enabled, once all have begun. */
  running?: { readonly runner: Runner; readonly intake: Intake };
}

export async function createOutputs(options: OutputsOptions): Promise<Outputs> {
  const { database, secretBox, clock, log, events, changes, source, alertNow } = options;
  const tools: OutputTools = { ...options, stateOf: async (alertId) => (await alertNow(alertId))?.state };
  const store = createOutputStore(database, secretBox);
  const listeners = new Set<() => void>();
  const open = new Map<string, Open>();
  let begun = false;
  let closed = false;
  let cancelGather: (() => void) | undefined;
  let cancelTell: (() => void) | undefined;
  let changing: Promise<unknown> = Promise.resolve();

  function changed(): void {
    if (closed) return;
    cancelTell ??= clock.after(TELL_EVERY_MS, () => {
      cancelTell = undefined;
      for (const listener of listeners) listener();
    });
  }

  function start(output: StoredOutput, afresh = false): void {
    const one: Open = { output, afresh };
    open.set(output.id, one);
    for (const secret of Object.values(output.target.secrets)) options.secrets.add(secret);
    run(one);
  }

  function run(one: Open): void {
    const { output, afresh } = one;
    if (!output.enabled || !begun || closed) return;
    const intake = createIntake({ ...options, output, afresh, store, onTaken: () => runner.wake() });
    const runner = createRunner({
      outputId: output.id,
      sender: senderOf(output.target),
      store,
      clock,
      log,
      onBack: () => intake.isBack(),
      onProgress() {
        intake.roomAgain();
        changed();
      },
    });
    one.running = { runner, intake };
    intake.take();
  }

  function senderOf(target: Target): Sender {
    switch (target.kind) {
      case 'webhook':
        return OUTPUTS.webhook.open(target.settings, target.secrets, tools);
      case 'mail':
        return OUTPUTS.mail.open(target.settings, target.secrets, tools);
      case 'mqtt':
        return OUTPUTS.mqtt.open(target.settings, target.secrets, tools);
    }
  }

  async function end({ running }: Open): Promise<void> {
    await running?.intake.close();
    await running?.runner.close();
  }

  /** What a broker keeps of alerts that it hears of no more; one that is not there now keeps it. */
  async function takeAway({ id, target }: StoredOutput): Promise<void> {
    const alertIds = await store.retained(id);
    if (alertIds.length === 0) return;
    const sender = senderOf(target);
    try {
      const messages = alertIds.map((alertId) => forgetting(source(), alertId, clock.now()));
      await sender.send(messages, AbortSignal.timeout(TAKE_AWAY_MS));
    } catch (error) {
      log.warn({ output: id, reason: messageOf(error) }, 'a broker that is left keeps how alerts stood');
    } finally {
      await sender.close();
    }
  }

  function takeAll(): void {
    cancelGather = undefined;
    for (const { running } of open.values()) running?.intake.take();
  }

  /** Of all that comes together, the outputs are told once. */
  function gather(): void {
    if (!closed) cancelGather ??= clock.after(GATHER_MS, takeAll);
  }

  async function newest(): Promise<Places> {
    return { events: await events.newest(), changes: await changes.newest() };
  }

  /** Outputs are made, changed and removed one after another: two at once would leave a sender that nobody ends. */
  function inTurn<T>(change: () => Promise<T>): Promise<T> {
    const done = changing.then(change);
    changing = done.catch(() => {});
    return done;
  }

  function get(outputId: string): Open {
    const one = open.get(outputId);
    if (one === undefined) throw new Fault('notFound', 'output.unknown', 'there is no such output');
    return one;
  }

  async function view({ output, running }: Open, fresh: StoredOutput = output): Promise<OutputView> {
    const state: OutputState = {
      sent: fresh.sent,
      lastSentMs: fresh.lastSentMs,
      lastError: fresh.lastError,
      lastErrorMs: fresh.lastErrorMs,
      ...(await store.counts(output.id)),
      nextTryMs: running?.runner.nextTryMs() ?? null,
    };
    return viewOf(output, state);
  }

  async function save(output: StoredOutput, afresh = false): Promise<OutputView> {
    await store.save(output, clock.now());
    start(output, afresh);
    changed();
    const fresh = (await store.list()).find(({ id }) => id === output.id);
    return view(get(output.id), fresh);
  }

  for (const output of await store.list()) start(output);
  const stops = [events.onAppended(gather), changes.onNoted(gather)];

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
        const places = await newest();
        return save({
          ...{ id: randomUUID(), name, enabled, filter, sent: 0, taken: places.events, changesTaken: places.changes },
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
          const moved = brokerOf(target) !== brokerOf(output.target);
          if (moved) await takeAway(output);
          // It must not tell all that happened while it was off.
          const now = await newest();
          const read = output.enabled ? placesOf(one) : now;
          const taken = output.filter.events ? read.events : now.events;
          const changed = { ...output, name, enabled, filter, taken, changesTaken: read.changes, target };
          return await save(changed, moved || !output.enabled);
        } catch (error) {
          const { events: taken, changes: changesTaken } = placesOf(one);
          if (open.get(outputId) === one) start({ ...output, taken, changesTaken }, true);
          throw error;
        }
      }),
    remove: (outputId) =>
      inTurn(async () => {
        const one = get(outputId);
        open.delete(outputId);
        await end(one);
        await takeAway(one.output);
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
      one.running?.runner.wake();
      changed();
    },
    begin() {
      begun = true;
      for (const one of open.values()) if (one.running === undefined) run(one);
    },
    onChanged(listener) {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
    async close() {
      closed = true;
      for (const stop of stops) stop();
      cancelGather?.();
      cancelTell?.();
      await changing;
      await Promise.all([...open.values()].map(end));
    },
  };
}

/** Where it keeps how alerts stand. */
function brokerOf({ kind, settings }: Target): string | undefined {
  return kind === 'mqtt' ? JSON.stringify([settings.host, settings.port]) : undefined;
}

function placesOf({ output, running }: Open): Places {
  return running?.intake.places() ?? { events: output.taken, changes: output.changesTaken };
}
