import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { resolve } from 'node:path';
import { createInterface } from 'node:readline';

/** `tamnhin simulate`, from the source, in a process of its own. */
export interface SimulatedCameras {
  readonly pid: number;
  readonly urls: readonly string[];
  stop(): Promise<void>;
}

const MAIN = resolve(import.meta.dirname, '../../server/main.ts');
const READY_MS = 120_000;

/**
 * Cameras of 2 Mbit/s, 1280×720, 25 pictures a second, a key frame every two seconds, unless `options` of the command
 * say otherwise.
 */
export async function startSimulatedCameras(count: number, options: readonly string[] = []): Promise<SimulatedCameras> {
  const command = ['simulate', '--port', '0', '--cameras', String(count), ...options];
  const words = ['--conditions=source', '--import', 'tsx', MAIN, ...command];
  const child = spawn(process.execPath, words, { stdio: ['ignore', 'pipe', 'inherit'] });
  const base = await new Promise<string>((done, failed) => {
    const timer = setTimeout(() => failed(new Error('the simulated cameras are not there in time')), READY_MS);
    child.once('exit', () => failed(new Error('the simulated cameras ended')));
    createInterface({ input: child.stdout }).on('line', (line) => {
      const found = /rtsp:\/\/\S+?\/camera\//.exec(line);
      if (found === null) return;
      clearTimeout(timer);
      done(found[0]);
    });
  });
  return {
    pid: child.pid ?? 0,
    urls: Array.from({ length: count }, (_, index) => `${base}${index + 1}`),
    async stop() {
      child.kill('SIGTERM');
      if (child.exitCode === null && child.signalCode === null) await once(child, 'exit');
    },
  };
}
