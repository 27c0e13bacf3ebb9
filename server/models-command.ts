import { existsSync } from 'node:fs';
import { basename, dirname, join, resolve } from 'node:path';
import { systemClock } from '#base/clock';
import { Fault, messageOf } from '#base/errors';
import { silentLogger } from '#base/log';
import { modelNameSchema } from '#contracts/models';
import { checkModel } from '../analytics/models/check-model.ts';
import { DEFAULT_MODEL, type PublishedModel } from '../analytics/models/default-model.ts';
import { fetchModel } from '../analytics/models/fetch-model.ts';
import { createModelChecks, type JudgedModel } from '../analytics/models/model-checks.ts';
import { chooseModel, chosenModel } from '../analytics/models/model-choice.ts';
import { openModelFolder } from '../analytics/models/model-folder.ts';
import type { Config } from '../config/schema.ts';
import { createSqliteDatabase } from './store/sqlite.ts';

/** `tamnhin models …`: what the console's page of models does, where there is only a terminal. */

export interface ModelsCommandOptions {
  /** Instead of the publisher's address: a copy inside the province. */
  readonly from: string | undefined;
  /** What the file must have; a person has compared it. */
  readonly sha256: string | undefined;
  /** Asked when something is fetched; resolves when the person wants it to end. */
  readonly interrupted?: () => Promise<void>;
  readonly write?: (text: string) => void;
  readonly env?: Readonly<Record<string, string | undefined>>;
}

const EXIT = { ok: 0, failed: 1, usage: 2 } as const;

/** Exit code 0, 1 when it did not work, 2 for words that are no command. Works while the server runs. */
export async function modelsCommand(
  config: Config,
  words: readonly string[],
  options: ModelsCommandOptions,
): Promise<number> {
  const write = options.write ?? ((text: string) => void process.stdout.write(text));
  const [verb = 'fetch', name, ...more] = words;
  const takesName = verb === 'use' || verb === 'check';
  if (!['fetch', 'list', 'use', 'check'].includes(verb) || more.length > 0 || takesName !== (name !== undefined)) {
    write('usage: tamnhin models [fetch [--from URL] [--sha256 HASH] | list | use NAME | check FILE]\n');
    return EXIT.usage;
  }
  const database = await createSqliteDatabase({
    ...{ path: join(resolve(config.data.directory), 'tamnhin.db'), clock: systemClock, log: silentLogger() },
  });
  try {
    const folder = await openModelFolder(join(resolve(config.data.directory), 'models'));
    const providers = [...new Set([...config.analytics.providers, 'cpu'])];
    const within = { folder, database, providers, config, write };
    if (verb === 'list') return await list(within);
    if (verb === 'fetch') return await fetchDefault(within, options);
    if (verb === 'use') return await use(within, name ?? '');
    return await check(within, name ?? '');
  } catch (error) {
    write(`${messageOf(error)}\n`);
    return EXIT.failed;
  } finally {
    await database.close();
  }
}

interface Within {
  readonly folder: Awaited<ReturnType<typeof openModelFolder>>;
  readonly database: Awaited<ReturnType<typeof createSqliteDatabase>>;
  readonly providers: readonly string[];
  readonly config: Config;
  readonly write: (text: string) => void;
}

async function list({ folder, database, providers, write }: Within): Promise<number> {
  const checks = await createModelChecks({ folder, database, providers, run: checkModel, clock: systemClock });
  const [files, choice] = await Promise.all([folder.list(), chosenModel(database)]);
  if (files.length === 0) write(`There is no model in ${folder.path}. «npm run models» brings one.\n`);
  for (const file of files) {
    const known = checks.known(file);
    const said = known === undefined ? 'not checked yet' : summaryOf(known);
    write(
      `${file.name === choice?.name ? '*' : ' '} ${file.name}  ${(file.bytes / 2 ** 20).toFixed(1)} MiB  ${said}\n`,
    );
  }
  if (files.length > 0) write(choice === undefined ? 'None is chosen: the server takes one.\n' : '* is chosen.\n');
  return EXIT.ok;
}

async function fetchDefault(within: Within, options: ModelsCommandOptions): Promise<number> {
  const { from, sha256, interrupted, env = process.env } = options;
  const { folder, write } = within;
  if (from !== undefined && !/^https?:\/\//.test(from)) {
    write('--from wants an address that begins with http:// or https://\n');
    return EXIT.usage;
  }
  if (sha256 !== undefined && !/^[0-9a-fA-F]{64}$/.test(sha256)) {
    write('--sha256 wants 64 hexadecimal digits\n');
    return EXIT.usage;
  }
  const model: PublishedModel = {
    ...DEFAULT_MODEL,
    url: from ?? DEFAULT_MODEL.url,
    sha256: (sha256 ?? DEFAULT_MODEL.sha256).toLowerCase(),
  };
  const there = await folder.find(model.name);
  if (there !== undefined) {
    write(`${folder.pathOf(model.name)} is there already.\n`);
    return judgeAndSay(within, model.name);
  }
  write(`Fetching ${model.name} from ${model.url}\n`);
  const progress = progressLine(write);
  const stopping = new AbortController();
  void interrupted?.().then(() => stopping.abort());
  try {
    await fetchModel(model, { folder, signal: stopping.signal, onProgress: progress.tell });
  } catch (error) {
    progress.end();
    if (stopping.signal.aborted) write('It was stopped; nothing of it was kept.\n');
    else write(`${messageOf(error)}\n${remedyOf(error, folder.path, model, env)}`);
    return EXIT.failed;
  }
  progress.end();
  write(`${folder.pathOf(model.name)}: sha-256 ${model.sha256}, licence ${model.card(model.sha256).licence}.\n`);
  return judgeAndSay(within, model.name);
}

/** What a person does who stands before it. */
function remedyOf(
  error: unknown,
  folder: string,
  { name }: PublishedModel,
  env: Readonly<Record<string, string | undefined>>,
): string {
  if (error instanceof Fault && error.code === 'model.wrongHash') {
    return (
      'The publisher may have replaced it, or somebody on the way. Compare the hash with the publisher by another way;\n' +
      'if it is right: npm run models -- fetch --sha256 HASH\n'
    );
  }
  const proxy = ['HTTPS_PROXY', 'https_proxy', 'HTTP_PROXY', 'http_proxy'].find((each) => (env[each] ?? '') !== '');
  return (
    // The fetch of this Node knows none: who has one would look for the fault elsewhere.
    (proxy === undefined ? '' : `${proxy} is set, but this command goes through no proxy.\n`) +
    'Without a way to the Internet: fetch the file elsewhere and put it into\n' +
    `  ${join(folder, `${name}.onnx`)}\nor upload it in the console (Administration, Models), or name a copy: npm run models -- fetch --from URL\n`
  );
}

async function judgeAndSay({ folder, database, providers, write }: Within, name: string): Promise<number> {
  const checks = await createModelChecks({ folder, database, providers, run: checkModel, clock: systemClock });
  const file = await folder.find(name);
  if (file === undefined) throw new Fault('notFound', 'model.unknown', `there is no model ${name} in ${folder.path}`);
  const judged = await checks.judge(file);
  write(`${name}: ${summaryOf(judged)}\n`);
  if (!judged.check.good) return EXIT.failed;
  const choice = await chosenModel(database);
  if (choice === undefined || choice.name === name) write('The server takes it by itself, also while it runs.\n');
  else write(`The server goes on with ${choice.name}; «npm run models -- use ${name}» changes that.\n`);
  return EXIT.ok;
}

async function use(within: Within, name: string): Promise<number> {
  const { folder, database, providers, write } = within;
  const file = modelNameSchema.safeParse(name).success ? await folder.find(name) : undefined;
  if (file === undefined) {
    write(`There is no model ${JSON.stringify(name)} in ${folder.path}; «npm run models -- list» names them.\n`);
    return EXIT.failed;
  }
  const checks = await createModelChecks({ folder, database, providers, run: checkModel, clock: systemClock });
  const judged = await checks.judge(file);
  write(`${name}: ${summaryOf(judged)}\n`);
  if (!judged.check.good) {
    write('Nothing was changed.\n');
    return EXIT.failed;
  }
  await chooseModel(database, name, systemClock.now());
  write('It is chosen; a server that runs takes it within seconds.\n');
  return EXIT.ok;
}

/** A file anywhere; with the card beside it, where there is one. */
async function check({ database, providers, write }: Within, path: string): Promise<number> {
  const full = resolve(path);
  if (!existsSync(full)) {
    write(`There is no file ${JSON.stringify(full)}.\n`);
    return EXIT.failed;
  }
  const name = basename(full).replace(/\.onnx$/, '');
  if (!modelNameSchema.safeParse(name).success || !full.endsWith('.onnx')) {
    write('A model is called NAME.onnx, with letters, digits, dots, dashes and underscores.\n');
    return EXIT.failed;
  }
  const folder = await openModelFolder(dirname(full));
  const checks = await createModelChecks({
    ...{ folder, providers, run: checkModel, clock: systemClock },
    // Nothing of it is kept: it is no file of the program.
    database: { ...database, all: async () => [], run: async () => ({ changes: 0 }) },
  });
  const file = await folder.find(name);
  if (file === undefined) throw new Error('the file is gone');
  const judged = await checks.judge(file);
  write(`${name}: ${summaryOf(judged)}\n`);
  if (!judged.check.good && judged.check.cardExample !== null) {
    write(`A card to begin with, as ${join(folder.path, `${name}.json`)}:\n${judged.check.cardExample}\n`);
  }
  return judged.check.good ? EXIT.ok : EXIT.failed;
}

function summaryOf({ check: found, failedProviders }: JudgedModel): string {
  if (!found.good) return `cannot be used: ${found.problem}: ${found.detail}`;
  const { title, licence, layout, width, height, classes, msPerLook, provider } = found.facts;
  const said = `«${title}», licence ${licence ?? 'not stated'}, ${layout} ${width}×${height}, ${classes.length} classes, ${msPerLook} ms a look with ${provider}`;
  const without = failedProviders.map(({ name, reason }) => `; ${name} does not work: ${reason}`).join('');
  return `${said}${without}`;
}

/** One line that is written over on a terminal, and a line for each tenth elsewhere. */
function progressLine(write: (text: string) => void) {
  const terminal = process.stdout.isTTY === true;
  let toldTenth = 0;
  let wrote = false;
  return {
    tell(bytes: number, total: number | null): void {
      const tenth = total === null ? 0 : Math.floor((bytes / total) * 10);
      if (tenth === toldTenth && !terminal) return;
      toldTenth = tenth;
      wrote = terminal;
      const of = total === null ? '' : ` of ${(total / 2 ** 20).toFixed(1)}`;
      write(`${terminal ? '\r' : ''}  ${(bytes / 2 ** 20).toFixed(1)}${of} MiB${terminal ? '  ' : '\n'}`);
    },
    end(): void {
      if (wrote) write('\n');
    },
  };
}
