import { type ChildProcess, spawn } from 'node:child_process';
import type { Readable, Writable } from 'node:stream';
import createCommand from 'fluent-ffmpeg';
import { limited, type ProcessLimits } from '#base/limited-process';
import type { FfmpegCommand } from './arguments.ts';

/**
 * One FFmpeg process and its end. fluent-ffmpeg (archived, so kept to this file) puts the command together; starting,
 * limits, output and the end are ours, because its own way hands FFmpeg the whole environment with our secrets in it,
 * asks FFmpeg for its capabilities before each first run, and loses the child when a pipe breaks.
 */
export interface FfmpegProcess {
  readonly pid: number | undefined;
  /** Must be read until it ends: a pipe that nobody reads stalls FFmpeg. */
  readonly stdout: Readable;
  /** For commands with `stdin: 'stream'`; errors of it are swallowed, since the end of the process tells them too. */
  readonly stdin: Writable | null;
  /** Settles once the process is reaped and its pipes are closed; never rejects. */
  readonly ended: Promise<FfmpegEnd>;
  /** The last lines that FFmpeg has said so far. */
  lines(): readonly string[];
  /** Asks FFmpeg to leave (it tells the camera), kills it after `KILL_AFTER_MS`, and resolves when it is gone. */
  stop(): Promise<FfmpegEnd>;
}

export interface FfmpegEnd {
  /** `null` when it was killed by a signal or never started. */
  readonly code: number | null;
  readonly lines: readonly string[];
  /** Set when the program could not be started at all. */
  readonly startError: Error | null;
}

export type FfmpegLimits = ProcessLimits;

export interface FfmpegOptions {
  readonly path: string;
  readonly limits: FfmpegLimits;
  /** Called for each line on standard error. */
  readonly onLine?: (line: string) => void;
}

const KILL_AFTER_MS = 1000;
const CLOSE_AFTER_MS = 1000;
const KEPT_LINES = 60;
const LONGEST_LINE = 2000;

export function startFfmpeg(command: FfmpegCommand, options: FfmpegOptions): FfmpegProcess {
  const child = launch(command, options);
  const tail = createTail(options.onLine);
  child.stderr?.setEncoding('utf8').on('data', tail.push);
  child.stderr?.on('error', () => {});
  const { stdin, stdout } = child;
  if (stdout === null) throw new Error('FFmpeg was started without an output pipe');
  stdout.on('error', () => {});
  stdin?.on('error', () => {});
  if (typeof command.stdin === 'string' && command.stdin !== 'stream') stdin?.end(command.stdin);

  let startError: Error | null = null;
  let killTimer: NodeJS.Timeout | undefined;
  let closeTimer: NodeJS.Timeout | undefined;
  child.on('error', (error) => {
    startError = error;
  });
  child.once('exit', () => {
    clearTimeout(killTimer);
    // Whatever else holds the pipes open, the process itself is gone, and its last bytes have had time to come.
    closeTimer = setTimeout(() => {
      stdout.destroy();
      child.stderr?.destroy();
    }, CLOSE_AFTER_MS);
  });
  const ended = new Promise<FfmpegEnd>((resolve) => {
    // 'close' comes after 'exit' and after the last byte of both pipes; it comes too when the program did not start.
    child.once('close', (code) => {
      clearTimeout(killTimer);
      clearTimeout(closeTimer);
      stdin?.destroy();
      tail.end();
      resolve({ code: startError === null ? code : null, lines: tail.lines(), startError });
    });
  });

  return {
    pid: child.pid,
    stdout,
    stdin: command.stdin === 'stream' ? stdin : null,
    ended,
    lines: tail.lines,
    stop() {
      if (killTimer === undefined && child.exitCode === null && child.signalCode === null) {
        child.kill('SIGTERM');
        killTimer = setTimeout(() => child.kill('SIGKILL'), KILL_AFTER_MS);
        // What it still says must be read, or it hangs in a full pipe instead of leaving.
        if (stdout.listenerCount('data') === 0) stdout.resume();
      }
      return ended;
    },
  };
}

function launch(command: FfmpegCommand, { path, limits }: FfmpegOptions): ChildProcess {
  const builder = createCommand({ logger: silent });
  for (const { options, source } of command.inputs) builder.input(source).inputOptions(...pair(options));
  builder.output(command.destination ?? 'pipe:1').outputOptions(...pair(command.output));
  return spawnLimited(path, builder._getArguments(), limits, command.stdin !== null);
}

const silent = { debug: () => {}, info: () => {}, warn: () => {}, error: () => {} };

/** fluent-ffmpeg splits a lone option at its spaces; given two or more it takes them as they are. */
function pair(options: readonly string[]): string[] {
  if (options.length < 2) throw new Error('FFmpeg needs at least two words of options');
  return [...options];
}

function spawnLimited(path: string, args: readonly string[], limits: FfmpegLimits, withStdin: boolean): ChildProcess {
  const { program, args: words } = limited(path, args, limits);
  return spawn(program, words, {
    stdio: [withStdin ? 'pipe' : 'ignore', 'pipe', 'pipe'],
    // Where programs and fonts are found, and nothing of ours: no key, no password.
    env: { PATH: process.env.PATH ?? '/usr/local/bin:/usr/bin:/bin', LANG: 'C.UTF-8', AV_LOG_FORCE_NOCOLOR: '1' },
    windowsHide: true,
  });
}

/** The last lines of a text that comes in pieces, with a bound on both. */
function createTail(onLine: ((line: string) => void) | undefined) {
  const kept: string[] = [];
  let rest = '';
  function add(line: string): void {
    const clean = line.trim();
    if (clean === '') return;
    kept.push(clean);
    if (kept.length > KEPT_LINES) kept.shift();
    onLine?.(clean);
  }
  return {
    push(text: string): void {
      const lines = (rest + text).split(/[\r\n]+/);
      rest = (lines.pop() ?? '').slice(0, LONGEST_LINE);
      for (const line of lines) add(line.slice(0, LONGEST_LINE));
    },
    end(): void {
      add(rest);
      rest = '';
    },
    lines: (): readonly string[] => [...kept],
  };
}
