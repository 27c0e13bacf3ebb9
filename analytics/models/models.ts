import type { Readable } from 'node:stream';
import type { Clock } from '#base/clock';
import type { Database } from '#base/database';
import { Fault, messageOf } from '#base/errors';
import type { Logger } from '#base/log';
import {
  type ActiveModel,
  MOST_MODEL_BYTES,
  type ModelCheck,
  type ModelFileView,
  type ModelList,
  type ModelProblem,
  type ModelUpload,
} from '#contracts/models';
import type { OnnxDetector } from '../detectors/onnx-detector.ts';
import { checkModel } from './check-model.ts';
import { PREFERRED_NAMES } from './default-model.ts';
import { createModelChecks, type JudgedModel } from './model-checks.ts';
import { chooseModel, chosenModel, forgetChoice } from './model-choice.ts';
import { BadCard, type ModelFile, type ModelFolder } from './model-folder.ts';

/**
 * Which model objects are recognised with. Nothing here ever keeps the program from running: what goes wrong is said,
 * the model before stays, and what a person or a command chose is tried again when it changes.
 */
export interface Models {
  /** Loads what was chosen, or what there is; from then on looks for changes. Resolves when the first try is over. */
  start(): Promise<void>;
  active(): ActiveModel;
  list(): Promise<ModelList>;
  /** Takes a file in and judges it. What nobody can use is not kept; the reply says why. */
  receive(name: string, content: Readable, signal: AbortSignal): Promise<ModelUpload>;
  /** Rejects with `Fault` `invalid` and the problem as code (`model.tooSlow`); the model before stays. */
  use(name: string): Promise<ModelFileView>;
  check(name: string): Promise<ModelFileView>;
  /** Rejects with `Fault` `invalid` for what is no card; otherwise says how the model is judged with it. */
  writeCard(name: string, text: string): Promise<ModelFileView>;
  /** Rejects with `conflict` for the one that is looked with. */
  remove(name: string): Promise<void>;
  /** Called with every change of what `list` and `active` say, but for figures. */
  onChanged(listener: () => void): () => void;
  close(): Promise<void>;
}

export interface ModelsOptions {
  readonly folder: ModelFolder;
  readonly database: Database;
  readonly detector: Pick<OnnxDetector, 'load' | 'figures' | 'onStuck'>;
  /** Execution providers as configured, the best first; the processor is always the last resort. */
  readonly providers: readonly string[];
  /** Of the detector. */
  readonly threads: number;
  readonly clock: Clock;
  readonly log: Logger;
  readonly check?: typeof checkModel;
}

/** How soon a file that was dropped in, or a choice of the command line, is taken up. */
const LOOK_MS = 5000;
/** How soon one is tried again that failed for want of time, memory or a card; each time after twice as long. */
const AGAIN_MS = 60_000;
const MOST_AGAIN_MS = 30 * 60_000;
/** A machine that has just started has no time for anything, and perhaps no card yet. */
const MAY_PASS: readonly ModelProblem[] = ['crashed', 'tooSlow', 'tooMuchMemory', 'badNumbers', 'noProvider'];
/** A person can mend these with a card, so the file stays. */
const MENDABLE: readonly ModelProblem[] = ['noCard', 'badCard', 'unknownOutputs', 'wrongHash'];

interface Active {
  readonly name: string;
  readonly stamp: string;
  readonly check: Extract<ModelCheck, { good: true }>;
}

export async function createModels(options: ModelsOptions): Promise<Models> {
  const { folder, database, detector, threads, clock, log } = options;
  const providers = [...new Set([...options.providers, 'cpu'])];
  const checks = await createModelChecks({ folder, database, providers, run: options.check ?? checkModel, clock });
  const listeners = new Set<() => void>();
  const faults = new Map<string, string>();
  let active: Active | undefined;
  let reason: ActiveModel['reason'] = 'starting';
  /** What was tried last and did not work: not tried again until it changes. */
  const tried = new Set<string>();
  const againMs = new Map<string, number>();
  let stopWatching: (() => void) | undefined;
  let closed = false;
  let last: Promise<unknown> = Promise.resolve();

  const changed = (): void => {
    for (const listener of listeners) listener();
  };
  checks.onChanged(changed);

  /** Loading and removing, one after the other. */
  function inTurn<T>(work: () => Promise<T>): Promise<T> {
    const mine = last.then(work);
    last = mine.catch(() => {});
    return mine;
  }

  async function fileOf(name: string): Promise<ModelFile> {
    const file = await folder.find(name);
    if (file === undefined) throw new Fault('notFound', 'model.unknown', 'there is no such model');
    return file;
  }

  function viewOf(file: ModelFile, chosen: string | undefined): ModelFileView {
    const { name, bytes, changedMs, hasCard } = file;
    const known = checks.known(file)?.check ?? null;
    // It may be good with another provider, too; what counts is the one that it is looked with.
    const used = active?.name === name && active.stamp === file.stamp ? active.check : undefined;
    const check = used === undefined || known?.good === false ? known : used;
    const state = checks.state(name) ?? (check === null ? 'unchecked' : 'checked');
    return { name, bytes, changedMs, hasCard, state, check, active: active?.name === name, chosen: chosen === name };
  }

  async function judged(file: ModelFile, again: boolean): Promise<JudgedModel> {
    const known = checks.known(file);
    // What failed with one provider, too, may have failed for what has passed.
    if (known === undefined) return checks.judge(file);
    const mayPass = !known.check.good && (known.failedProviders.length > 0 || MAY_PASS.includes(known.check.problem));
    return known.check.good || (!again && !mayPass) ? known : checks.judge(file);
  }

  /** Looks with this model from now on, or rejects and leaves all as it is. */
  async function load(file: ModelFile, again: boolean): Promise<void> {
    const model = await judged(file, again);
    try {
      await loadAs(file, model);
    } catch (error) {
      // What it was judged with may be gone since, like a graphics card whose driver was exchanged.
      if (!model.check.good || model.check.facts.provider === 'cpu' || closed) throw error;
      const { provider } = model.check.facts;
      const anew = await checks.judge(file);
      const isSame = anew.check.good && anew.check.facts.provider === provider;
      // The check runs with it, and looking in earnest does not.
      await loadAs(file, isSame ? await checks.judge(file, { name: provider, reason: messageOf(error) }) : anew);
    }
  }

  function noteFaults({ failedProviders }: JudgedModel): void {
    faults.clear();
    for (const { name, reason: why } of failedProviders) faults.set(name, why);
    changed();
  }

  async function loadAs(file: ModelFile, judgement: JudgedModel): Promise<void> {
    const { check, card, failedProviders } = judgement;
    if (!check.good || card === null) {
      const problem = check.good ? 'crashed' : check.problem;
      throw new Fault('invalid', `model.${problem}`, check.good ? 'it has no card' : check.detail);
    }
    const { provider } = check.facts;
    try {
      await detector.load(folder.pathOf(file.name), card, [provider]);
    } catch (cause) {
      throw new Fault('invalid', 'model.crashed', messageOf(cause), { cause });
    }
    active = { name: file.name, stamp: file.stamp, check };
    reason = null;
    if (failedProviders.length > 0) {
      log.warn({ failedProviders, provider }, 'objects are recognised with another execution provider than configured');
    }
    noteFaults(judgement);
  }

  /** Takes up what was chosen, here or by the command line; before any choice, what there is. */
  async function lookForChange(): Promise<void> {
    const choice = await chosenModel(database);
    const files = await folder.list();
    const found = new Map(files.map((file) => [file.name, file]));
    const isActive = (file: ModelFile): boolean => active?.name === file.name && active.stamp === file.stamp;
    if (choice === undefined) {
      const own = active && found.get(active.name);
      if (active === undefined) await takeFirst(files);
      else if (own !== undefined && !isActive(own) && !tried.has(own.stamp)) {
        // Its card was written anew, or the file exchanged.
        tried.add(own.stamp);
        await tryQuietly(own.name, own, own.stamp);
      }
    } else {
      const file = found.get(choice.name);
      const attempt = `${choice.name} ${choice.chosenMs} ${file?.stamp ?? 'missing'}`;
      if (file !== undefined && isActive(file)) tried.clear();
      else if (!tried.has(attempt)) {
        tried.add(attempt);
        await tryQuietly(choice.name, file, attempt);
      }
    }
    const before = reason;
    if (active !== undefined) reason = null;
    else if (choice !== undefined) reason = 'unusable';
    else reason = files.length === 0 ? 'none' : 'notChosen';
    if (reason !== before) changed();
  }

  async function takeFirst(files: readonly ModelFile[]): Promise<void> {
    const rank = ({ name }: ModelFile): number => {
      const at = PREFERRED_NAMES.indexOf(name);
      return at < 0 ? PREFERRED_NAMES.length : at;
    };
    for (const file of [...files].sort((a, b) => rank(a) - rank(b))) {
      if (active !== undefined || closed) return;
      if (tried.has(file.stamp)) continue;
      tried.add(file.stamp);
      await tryQuietly(file.name, file, file.stamp);
    }
  }

  async function tryQuietly(name: string, file: ModelFile | undefined, attempt: string): Promise<void> {
    try {
      if (file === undefined) throw new Fault('invalid', 'model.missing', 'its file is gone');
      await load(file, false);
    } catch (error) {
      if (closed) return;
      const code = error instanceof Fault ? error.code : 'model.busy';
      if (code === 'model.busy' || MAY_PASS.some((problem) => code === `model.${problem}`)) {
        const waitMs = againMs.get(attempt) ?? AGAIN_MS;
        againMs.set(attempt, Math.min(MOST_AGAIN_MS, waitMs * 2));
        clock.after(waitMs, () => tried.delete(attempt));
      }
      const kept = active === undefined ? 'objects are not recognised' : `still with ${active.name}`;
      log.warn({ model: name, reason: messageOf(error), kept }, 'a model cannot be used');
    }
  }

  /** `stuck` is not looked with any more: with another provider than its own it may be. */
  async function doWithout(stuck: Active): Promise<void> {
    const { name, check } = stuck;
    try {
      const file = await folder.find(name);
      if (file === undefined || active !== stuck || closed) return;
      const judgement = await checks.judge(file, { name: check.facts.provider, reason: 'it failed again and again' });
      if (!judgement.check.good) noteFaults(judgement);
      await loadAs(file, judgement);
    } catch (error) {
      if (!closed) log.warn({ model: name, reason: messageOf(error) }, 'a model cannot be looked with any more');
    }
  }
  const stopHearing = detector.onStuck(() => {
    const stuck = active;
    if (stuck !== undefined) void inTurn(() => doWithout(stuck));
  });

  /** A graphics card that works again is used from now on. */
  async function useBetter(file: ModelFile, judgement: JudgedModel): Promise<void> {
    if (active?.name !== file.name || active.stamp !== file.stamp || !judgement.check.good || closed) return;
    const rank = (check: Active['check']): number => providers.indexOf(check.facts.provider);
    const worse = rank(judgement.check) - rank(active.check);
    if (worse > 0) return;
    if (worse === 0) {
      active = { ...active, check: judgement.check };
      noteFaults(judgement);
      return;
    }
    try {
      await loadAs(file, judgement);
    } catch (error) {
      log.warn({ model: file.name, reason: messageOf(error) }, 'a model stays with the provider that it has');
    }
  }

  async function look(): Promise<void> {
    if (closed) return;
    try {
      await lookForChange();
    } catch (error) {
      if (!closed) log.error({ reason: messageOf(error) }, 'the folder of models could not be looked at');
      if (reason === 'starting') reason = 'unusable';
    }
  }

  const lookInTurn = (): Promise<void> => inTurn(look);
  const view = async (file: ModelFile): Promise<ModelFileView> => viewOf(file, (await chosenModel(database))?.name);

  return {
    async start() {
      await lookInTurn();
      if (active === undefined && !closed) {
        log.warn({ reason, folder: folder.path }, 'objects are not recognised; «npm run models» brings a model');
      }
      let busy = false;
      stopWatching = clock.every(LOOK_MS, () => {
        if (busy) return;
        busy = true;
        void lookInTurn().finally(() => {
          busy = false;
        });
      });
      if (closed) stopWatching();
    },
    active: () => activeOf(active, reason),
    async list() {
      const [files, choice] = await Promise.all([folder.list(), chosenModel(database)]);
      const { looks, dropped, failed, waiting, busyMs } = detector.figures();
      return {
        ...activeOf(active, reason),
        files: files.map((file) => viewOf(file, choice?.name)),
        folder: folder.path,
        providers: providers.map((name) => ({ name, fault: faults.get(name) ?? null })),
        figures: { looks, dropped, failed, waiting, busyMs, threads },
        mostUploadBytes: MOST_MODEL_BYTES,
      };
    },
    async receive(name, content, signal) {
      await folder.receive(name, content, { signal });
      changed();
      const file = await fileOf(name);
      const { check } = await judged(file, true);
      if (!check.good && !MENDABLE.includes(check.problem)) {
        await folder.remove(name);
        await checks.forget(name);
        changed();
        return { file: null, check };
      }
      // Where there is none yet, nobody has to choose it.
      await lookInTurn();
      return { file: await view(file), check };
    },
    use: (name) =>
      inTurn(async () => {
        const file = await fileOf(name);
        await load(file, true);
        await chooseModel(database, name, clock.now());
        changed();
        return view(file);
      }),
    async check(name) {
      const file = await fileOf(name);
      const judgement = await checks.judge(file);
      await inTurn(() => useBetter(file, judgement));
      return view(file);
    },
    async writeCard(name, text) {
      await fileOf(name);
      try {
        await folder.writeCard(name, text);
      } catch (error) {
        if (!(error instanceof BadCard)) throw error;
        const fields = [{ path: 'card', code: 'badCard', message: error.message }];
        throw new Fault('invalid', 'model.badCard', error.message, { fields });
      }
      const file = await fileOf(name);
      await judged(file, true);
      await lookInTurn();
      return view(file);
    },
    remove: (name) =>
      inTurn(async () => {
        await fileOf(name);
        if (active?.name === name) throw new Fault('conflict', 'model.inUse', 'objects are recognised with it');
        await folder.remove(name);
        await checks.forget(name);
        if ((await chosenModel(database))?.name === name) await forgetChoice(database);
        changed();
      }),
    onChanged(listener) {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
    async close() {
      closed = true;
      stopWatching?.();
      stopHearing();
      await checks.close();
      await last;
    },
  };
}

function activeOf(active: Active | undefined, reason: ActiveModel['reason']): ActiveModel {
  if (active === undefined) return { model: null, reason };
  const { title, classes } = active.check.facts;
  return { model: { name: active.name, title, classes }, reason: null };
}
