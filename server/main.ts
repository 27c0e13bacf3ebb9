import { parseArgs } from 'node:util';
import { ConfigError, loadConfig } from '../config/load.ts';
import type { Config } from '../config/schema.ts';
import { type App, startApp } from './app.ts';
import { verifyAudit } from './audit-command.ts';
import { backUp, restore } from './backup-command.ts';
import { MAP_USAGE, mapCommand } from './map-command.ts';
import { modelsCommand } from './models-command.ts';
import { readDisks } from './read-disks.ts';
import { checkRecordingsCommand } from './recordings-command.ts';
import { SIMULATE_OPTIONS, SIMULATE_USAGE, simulateCommand } from './simulate-command.ts';
import { VERSION } from './version.ts';

/** The command line: reads arguments and configuration, runs one command, turns signals and faults into exit codes. */

const USAGE = `usage: tamnhin [command]

  serve          start the server (default)
  demo           start the server with invented cameras
  audit verify   check the hash chain of the audit, while the server runs or not
  backup FILE    copy database, configuration and, with a passphrase, the key to one file, while the server runs
  restore FILE   put a backup into a data folder without a database
  recordings check [--deep] [--repair]
                 hold index and files of recordings against each other, while the server runs or not; --deep reads
                 every byte; --repair mends index and torn files and deletes no file; exit code 0 or 1
  models [fetch] [--from URL] [--sha256 HASH]
                 fetch the model that recognises objects from its publisher, or from a copy of it
  models list    which models there are, and which is used
  models use NAME
                 recognise objects with this model, while the server runs or not
  models check FILE
                 try a model without using it
  map FILE…      bring the map of the province from GeoJSON, while the server runs or not; «tamnhin map» says how
  simulate       RTSP cameras for tests and demonstrations; «tamnhin simulate --help» says how
  health         ask the running server whether it is ready; exit code 0 or 1

Settings come from the file that TAMNHIN_CONFIG names and from TAMNHIN_… variables: see config/reference.md.
`;

const EXIT = { ok: 0, failed: 1, usage: 2, config: 78 } as const;

/** Of `map`. */
const MAP_OPTIONS = {
  source: { type: 'string' },
  province: { type: 'string' },
  history: { type: 'string' },
  detail: { type: 'string' },
  code: { type: 'string' },
  name: { type: 'string' },
  kind: { type: 'string' },
  area: { type: 'string' },
} as const;

async function main(): Promise<number> {
  const { values, positionals } = parseArgs({
    allowPositionals: true,
    options: {
      help: { type: 'boolean', short: 'h' },
      version: { type: 'boolean', short: 'v' },
      deep: { type: 'boolean', default: false },
      repair: { type: 'boolean', default: false },
      from: { type: 'string' },
      sha256: { type: 'string' },
      ...MAP_OPTIONS,
      ...SIMULATE_OPTIONS,
      units: { type: 'boolean', default: false },
      replace: { type: 'boolean', default: false },
    },
  });
  if (values.version) return say(`tamnhin ${VERSION}\n`);
  const [verb, file] = positionals;
  if (values.help) return say(verb === 'simulate' ? SIMULATE_USAGE : USAGE);
  if (verb === 'models') {
    return modelsCommand(loadConfig(), positionals.slice(1), {
      ...{ from: values.from, sha256: values.sha256, interrupted: firstSignal },
    });
  }
  if (verb === 'map') return mapCommand(loadConfig(), positionals.slice(1), values);
  if (verb === 'simulate' && positionals.length === 1) {
    return simulateCommand(loadConfig().cameras.ffmpegPath, values, firstSignal());
  }
  const given = (names: readonly string[]): string[] => names.filter((name) => isGiven(Object.entries(values), name));
  const simulated = given(Object.keys(SIMULATE_OPTIONS));
  if (simulated.length > 0) {
    process.stderr.write(`tamnhin: --${simulated.join(', --')} belong to «simulate»\n\n${SIMULATE_USAGE}`);
    return EXIT.usage;
  }
  const strays = given([...Object.keys(MAP_OPTIONS), 'units', 'replace']);
  if (strays.length > 0) {
    process.stderr.write(`tamnhin: --${strays.join(', --')} belong to «map»\n\n${MAP_USAGE}`);
    return EXIT.usage;
  }
  if (verb === 'backup') return backUp(loadConfig(), file);
  if (verb === 'restore') return restore(loadConfig(), file);
  const command = positionals.join(' ') || 'serve';
  if ((values.deep || values.repair) && command !== 'recordings check') {
    process.stderr.write(`tamnhin: --deep and --repair belong to «recordings check»\n\n${USAGE}`);
    return EXIT.usage;
  }
  if (values.from !== undefined || values.sha256 !== undefined) {
    process.stderr.write(`tamnhin: --from and --sha256 belong to «models fetch»\n\n${USAGE}`);
    return EXIT.usage;
  }
  switch (command) {
    case 'serve':
      return serve(loadConfig(), { demo: false });
    case 'demo':
      return serve(loadConfig(), { demo: true });
    case 'audit verify':
      return verifyAudit(loadConfig());
    case 'recordings check':
      return checkRecordingsCommand(loadConfig(), {
        deep: values.deep,
        repair: values.repair,
        openDisks: readDisks,
      });
    case 'health':
      return health(loadConfig());
    default:
      process.stderr.write(`tamnhin: there is no command «${command}»\n\n${USAGE}`);
      return EXIT.usage;
  }
}

async function serve(config: Config, options: { demo: boolean }): Promise<number> {
  const stopAsked = firstSignal();
  const app = await startApp(config, options);
  announce(app);
  await stopAsked;
  const late = await app.stop();
  if (late.length > 0) endAtOnce();
  return EXIT.ok;
}

/**
 * `process.exit` waits for every thread, and one that waits for a disk that hangs never ends. Our children notice that
 * we are gone.
 */
function endAtOnce(): never {
  process.kill(process.pid, 'SIGKILL');
  // The first process of a container cannot end itself so.
  process.exit(EXIT.failed);
}

function isGiven(values: readonly (readonly [string, unknown])[], name: string): boolean {
  return values.some(([given, value]) => given === name && value !== undefined && value !== false);
}

/** The two lines that a newcomer needs: where, and the one-time way in. */
function announce(app: App): void {
  say(`\nTamnhin is ready: ${app.setupUrl ?? app.url}\n`);
  if (app.setupUrl !== null) say('Open this link once to create the administrator; it works until somebody has.\n');
  say('Stop with Ctrl+C.\n\n');
}

/** Resolves at the first SIGINT or SIGTERM; the second one ends the program at once. */
function firstSignal(): Promise<void> {
  return new Promise((resolve) => {
    let asked = false;
    for (const signal of ['SIGINT', 'SIGTERM'] as const) {
      process.on(signal, () => {
        if (asked) endAtOnce();
        asked = true;
        resolve();
      });
    }
  });
}

async function health(config: Config): Promise<number> {
  const { tlsCertificate, port } = config.server;
  // Its own certificate names the public host, not loopback: what matters here is that somebody answers.
  const scheme = tlsCertificate === undefined ? 'http' : 'https';
  if (scheme === 'https') process.env.NODE_TLS_REJECT_UNAUTHORIZED = '0';
  try {
    const reply = await fetch(`${scheme}://127.0.0.1:${port}/readyz`, { signal: AbortSignal.timeout(3000) });
    return reply.ok ? EXIT.ok : EXIT.failed;
  } catch {
    return EXIT.failed;
  }
}

function say(text: string): number {
  process.stdout.write(text);
  return EXIT.ok;
}

main().then(
  (code) => process.exit(code),
  (error: unknown) => {
    if (error instanceof ConfigError) {
      process.stderr.write(
        `Tamnhin cannot start with this configuration:\n${error.faults.map((f) => `  ${f}\n`).join('')}`,
      );
      process.exit(EXIT.config);
    }
    process.stderr.write(`Tamnhin could not start: ${error instanceof Error ? error.message : String(error)}\n`);
    process.exit(EXIT.failed);
  },
);
