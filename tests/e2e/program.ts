import { type ChildProcess, spawn } from 'node:child_process';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join, resolve } from 'node:path';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import { freePort } from '../fakes/free-port.ts';

/** The real program, built, in a process of its own, with a data folder of its own. */
export interface Program {
  /** `http://127.0.0.1:PORT`. */
  readonly url: string;
  /** What stands behind «Tamnhin is ready:», with the one-time link on a first start. */
  readonly announced: string;
  readonly pid: number;
  readonly dataDirectory: string;
  /** Everything that the program printed so far. */
  output(): string;
  /** Sends SIGTERM and waits; resolves to the exit code and how long it took. */
  stop(): Promise<{ code: number | null; ms: number }>;
  /** SIGKILL, as when the power goes; the data folder stays for the next start. */
  kill(): Promise<void>;
  /** Removes the data folder; after `stop` or `kill`. */
  remove(): Promise<void>;
}

const root = resolve(dirname(fileURLToPath(import.meta.url)), '../..');
const READY_MS = 60_000;

export async function startProgram(
  options: { command?: string; env?: Record<string, string>; dataDirectory?: string; port?: number } = {},
): Promise<Program> {
  const dataDirectory = options.dataDirectory ?? (await mkdtemp(join(tmpdir(), 'tamnhin-e2e-')));
  const port = options.port ?? (await freePort());
  // As `npm start` does.
  const words = ['--v8-pool-size=1', join(root, 'dist/server/main.js'), options.command ?? 'serve'];
  const child = spawn(process.execPath, words, {
    cwd: dataDirectory,
    env: {
      PATH: process.env.PATH,
      HOME: process.env.HOME,
      TZ: 'Asia/Ho_Chi_Minh',
      TAMNHIN_DATA_DIRECTORY: dataDirectory,
      TAMNHIN_SERVER_PORT: String(port),
      TAMNHIN_CAMERAS_RTMP_PORT: String(await freePort()),
      // Recording opens the large streams too; who tests it turns it on.
      TAMNHIN_RECORDINGS_MODE: 'off',
      ...options.env,
    },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  let printed = '';
  child.stderr.on('data', (chunk: Buffer) => {
    printed += chunk.toString();
  });
  const announced = await ready(child, (line) => {
    printed += `${line}\n`;
  }).catch((error: unknown) => {
    child.kill('SIGKILL');
    throw new Error(`${error instanceof Error ? error.message : error}\n${printed}`);
  });
  const ended = new Promise<number | null>((done) => child.once('exit', (code) => done(code)));

  return {
    url: new URL(announced).origin,
    announced,
    pid: child.pid ?? 0,
    dataDirectory,
    output: () => printed,
    async stop() {
      const before = performance.now();
      child.kill('SIGTERM');
      return { code: await ended, ms: performance.now() - before };
    },
    async kill() {
      child.kill('SIGKILL');
      await ended;
    },
    remove: () => rm(dataDirectory, { recursive: true, force: true }),
  };
}

function ready(child: ChildProcess, onLine: (line: string) => void): Promise<string> {
  return new Promise((done, failed) => {
    const timer = setTimeout(() => failed(new Error('the program was not ready in time')), READY_MS);
    child.once('exit', (code) => failed(new Error(`the program ended with ${code} before it was ready`)));
    if (child.stdout === null) return failed(new Error('no standard output'));
    createInterface({ input: child.stdout }).on('line', (line) => {
      onLine(line);
      const found = /^Tamnhin is ready: (\S+)$/.exec(line);
      if (found?.[1] === undefined) return;
      clearTimeout(timer);
      done(found[1]);
    });
  });
}
