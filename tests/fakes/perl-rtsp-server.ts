import { type ChildProcess, spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';
import { freePort } from './free-port.ts';

/** Perl's RTSP server: what FFmpeg announces to it, it relays to players, over UDP alone. */
export interface PerlRtspServer {
  /** `rtsp://127.0.0.1:PORT/path`. */
  url(path: string): string;
  stop(): Promise<void>;
}

/** Debian's own Perl: another one earlier on the path lacks the module. */
const PERL = '/usr/bin/perl';
const READY_MS = 15_000;
/** Below the ports that the system gives away. */
const FIRST_PORT = 20_000;
const PORTS = 5000;

/** Why it cannot run here, or `undefined`. */
export function perlRtspServerMissing(): string | undefined {
  const { status } = spawnSync(PERL, ['-MRTSP::Server', '-e', '1'], { stdio: 'ignore' });
  return status === 0 ? undefined : 'Perl’s RTSP server is not installed (librtsp-server-perl)';
}

/** Plays `files`, by path, in real time from now on, once. */
export async function startPerlRtspServer(files: Readonly<Record<string, string>>): Promise<PerlRtspServer> {
  const [players, sources] = [await freePort(), await freePort()];
  const packets = FIRST_PORT + 2 * Math.floor(Math.random() * PORTS);
  const script = fileURLToPath(new URL('./perl-rtsp-server.pl', import.meta.url));
  const children: ChildProcess[] = [];

  /** Resolves with the first that it says on standard output. */
  async function start(program: string, args: readonly string[]): Promise<void> {
    const child = spawn(program, args, { stdio: ['pipe', 'pipe', 'pipe'] });
    children.push(child);
    let words = '';
    child.stderr.on('data', (chunk: Buffer) => {
      words = (words + chunk.toString()).slice(-4000);
    });
    await new Promise<void>((resolve, reject) => {
      const timer = setTimeout(() => reject(new Error(`${program} does not begin: ${words}`)), READY_MS);
      child.once('exit', () => reject(new Error(`${program} ended: ${words}`)));
      child.stdout.on('data', () => {
        clearTimeout(timer);
        resolve();
      });
    });
  }

  async function stop(): Promise<void> {
    for (const child of children) {
      if (child.exitCode !== null || child.signalCode !== null) continue;
      const ended = once(child, 'exit');
      child.kill('SIGKILL');
      await ended;
    }
  }

  try {
    await start(PERL, [script, `${players}`, `${sources}`, `${packets}`]);
    for (const [path, file] of Object.entries(files)) {
      const source = ['-re', '-i', file, '-c', 'copy'];
      const target = ['-f', 'rtsp', `rtsp://127.0.0.1:${sources}/${path}`];
      const words = ['-nostdin', '-loglevel', 'error', '-progress', 'pipe:1', '-stats_period', '0.1'];
      await start('ffmpeg', [...words, ...source, ...target]);
    }
  } catch (error) {
    await stop();
    throw error;
  }
  return { url: (path) => `rtsp://127.0.0.1:${players}/${path}`, stop };
}
