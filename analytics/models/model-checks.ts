import type { Clock } from '#base/clock';
import type { Database } from '#base/database';
import { Fault, messageOf } from '#base/errors';
import type { ModelCheck } from '#contracts/models';
import type { ModelCard } from '../detectors/model-card.ts';
import type { CheckResult, checkModel, FailedProvider } from './check-model.ts';
import { BadCard, type ModelFile, type ModelFolder } from './model-folder.ts';

/** A file, how it was judged, and the card that it is used with. */
export interface JudgedModel {
  readonly check: ModelCheck;
  /** `null` where the check is not good. */
  readonly card: ModelCard | null;
  /** Those that do not work here, and why; tried before the one that did, if one did. */
  readonly failedProviders: readonly FailedProvider[];
}

/** Judges files of models, one at a time, and remembers what came of it for as long as a file stays as it is. */
export interface ModelChecks {
  /** What is known of the file as it is now. */
  known(file: ModelFile): JudgedModel | undefined;
  state(name: string): 'waiting' | 'checking' | undefined;
  /**
   * Judges it now, whatever is known. `without`: a provider that is known to fail; only those behind it are tried.
   * Rejects with `Fault` `unavailable` when too many wait.
   */
  judge(file: ModelFile, without?: FailedProvider): Promise<JudgedModel>;
  forget(name: string): Promise<void>;
  onChanged(listener: () => void): () => void;
  close(): Promise<void>;
}

const MOST_WAITING = 8;

export async function createModelChecks(options: {
  readonly folder: ModelFolder;
  readonly database: Database;
  readonly providers: readonly string[];
  readonly run: typeof checkModel;
  readonly clock: Clock;
}): Promise<ModelChecks> {
  const { folder, database, providers, run, clock } = options;
  const judged = new Map<string, { readonly stamp: string; readonly model: JudgedModel }>();
  for (const row of await database.all<{ name: string; stamp: string; result: string }>('SELECT * FROM model_checks')) {
    // Ours alone: nobody else writes this table.
    const model = JSON.parse(row.result) as JudgedModel;
    // A provider that did not work may do so since this program started anew.
    if (model.failedProviders.length === 0) judged.set(row.name, { stamp: row.stamp, model });
  }
  const waiting = new Map<string, 'waiting' | 'checking'>();
  const listeners = new Set<() => void>();
  const stopped = new AbortController();
  let last: Promise<unknown> = Promise.resolve();

  const stampOf = (file: ModelFile): string => `${file.stamp} ${providers.join()}`;
  const changed = (): void => {
    for (const listener of listeners) listener();
  };
  const bad = (problem: Extract<CheckResult, { kind: 'bad' }>['problem'], detail: string): CheckResult => ({
    ...{ kind: 'bad', problem, detail, cardExample: null, failedProviders: [] },
  });

  async function look(name: string, without: FailedProvider | undefined): Promise<CheckResult> {
    let card: ModelCard | null;
    let sha256: string;
    try {
      sha256 = await folder.sha256(name);
      card = await folder.card(name);
    } catch (error) {
      return bad(error instanceof BadCard ? 'badCard' : 'missing', messageOf(error));
    }
    if (card !== null && card.sha256 !== sha256) {
      return bad('wrongHash', `the file has the sha-256 ${sha256}, its card says ${card.sha256}`);
    }
    const rest = without === undefined ? [...providers] : providers.slice(providers.indexOf(without.name) + 1);
    const job = { path: folder.pathOf(name), name, sha256, card, providers: rest };
    const result = await run(job, { clock, signal: stopped.signal });
    if (without === undefined) return result;
    return { ...result, failedProviders: [without, ...result.failedProviders] };
  }

  async function judge(file: ModelFile, without: FailedProvider | undefined): Promise<JudgedModel> {
    waiting.set(file.name, 'checking');
    changed();
    try {
      const model = judgementOf(await look(file.name, without), clock.now());
      judged.set(file.name, { stamp: stampOf(file), model });
      await database.run(
        `INSERT INTO model_checks (name, stamp, result) VALUES (?, ?, ?)
         ON CONFLICT (name) DO UPDATE SET stamp = excluded.stamp, result = excluded.result`,
        ...[file.name, stampOf(file), JSON.stringify(model)],
      );
      return model;
    } finally {
      waiting.delete(file.name);
      changed();
    }
  }

  return {
    known(file) {
      const found = judged.get(file.name);
      return found?.stamp === stampOf(file) ? found.model : undefined;
    },
    state: (name) => waiting.get(name),
    judge(file, without) {
      if (waiting.size >= MOST_WAITING) {
        return Promise.reject(new Fault('unavailable', 'model.busy', 'other models are being checked'));
      }
      waiting.set(file.name, 'waiting');
      changed();
      const mine = last.then(() => judge(file, without));
      last = mine.catch(() => {});
      return mine;
    },
    async forget(name) {
      judged.delete(name);
      await database.run('DELETE FROM model_checks WHERE name = ?', name);
    },
    onChanged(listener) {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
    async close() {
      stopped.abort();
      await last;
    },
  };
}

function judgementOf(result: CheckResult, checkedMs: number): JudgedModel {
  if (result.kind === 'bad') {
    const { problem, detail, cardExample, failedProviders } = result;
    return { check: { good: false, checkedMs, problem, detail, cardExample }, card: null, failedProviders };
  }
  const { card, layout, width, height, msPerLook, provider, failedProviders, recognised } = result;
  const { name: title, licence, sha256, classes, threshold } = card;
  const facts = {
    ...{ title, sha256, layout, width, height, threshold, msPerLook, provider },
    licence: recognised ? null : licence,
    classes: classes.filter((label) => label !== null),
    card: recognised ? ('recognised' as const) : ('own' as const),
  };
  return { check: { good: true, checkedMs, facts }, card, failedProviders };
}
