import { chmodSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import type { FfmpegCommand } from './arguments.ts';
import { type FfmpegProcess, startFfmpeg } from './process.ts';

const LIMITS = { memoryMb: 256 };
const ENDLESS: FfmpegCommand = {
  inputs: [{ options: ['-loglevel', 'error', '-re', '-f', 'lavfi'], source: 'testsrc2=size=64x64' }],
  output: ['-c:v', 'mjpeg', '-f', 'mjpeg'],
  stdin: null,
};

let folder: string;
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'tamnhin-process-'));
});
afterAll(() => rmSync(folder, { recursive: true }));

/** A program in the place of FFmpeg. */
function program(script: string): string {
  const path = join(folder, `fake-${Math.random().toString(36).slice(2)}`);
  writeFileSync(path, `#!/bin/sh\n${script}\n`);
  chmodSync(path, 0o755);
  return path;
}

function gone({ pid }: FfmpegProcess): boolean {
  try {
    process.kill(pid ?? -1, 0);
    return false;
  } catch {
    return true;
  }
}

async function firstBytes(of: FfmpegProcess): Promise<void> {
  await new Promise<void>((resolve) => of.stdout.once('data', () => resolve()));
}

describe('the end', () => {
  it('comes when FFmpeg is asked, and nothing is left', async () => {
    const started = startFfmpeg(ENDLESS, { path: 'ffmpeg', limits: LIMITS });
    await firstBytes(started);
    const [first, second] = await Promise.all([started.stop(), started.stop()]);
    expect(second).toBe(first);
    expect(gone(started)).toBe(true);
    expect(await started.stop()).toBe(first);
  });

  it('comes by force for a program that does not listen', async () => {
    const stubborn = program("trap '' TERM; echo ready; while :; do sleep 0.1; done");
    const started = startFfmpeg(ENDLESS, { path: stubborn, limits: LIMITS });
    await firstBytes(started);
    expect((await started.stop()).code).toBeNull();
    expect(gone(started)).toBe(true);
  });

  it('comes although nobody has read the output', async () => {
    const started = startFfmpeg(ENDLESS, { path: program('exec yes'), limits: LIMITS });
    await started.stop();
    expect(gone(started)).toBe(true);
  });

  it('comes although a child of the program keeps the pipes open', async () => {
    const started = startFfmpeg(ENDLESS, { path: program('sleep 3 & echo ready; exec sleep 30'), limits: LIMITS });
    await firstBytes(started);
    await started.stop();
    expect(gone(started)).toBe(true);
  });

  it('tells a program that cannot be started', async () => {
    const end = await startFfmpeg(ENDLESS, { path: '/nowhere/ffmpeg', limits: LIMITS }).ended;
    expect(end.code).not.toBe(0);
    expect(`${end.startError?.message ?? ''}${end.lines.join()}`).toContain('/nowhere/ffmpeg');
  });
});

describe('what others see', () => {
  it('hands over no variable of ours', async () => {
    vi.stubEnv('TAMNHIN_ADMIN_PASSWORD', 'planted-secret');
    try {
      const started = startFfmpeg(ENDLESS, { path: 'ffmpeg', limits: LIMITS });
      await firstBytes(started);
      const environment = readFileSync(`/proc/${started.pid}/environ`, 'utf8');
      await started.stop();
      expect(
        environment
          .split('\0')
          .filter(Boolean)
          .map((entry) => entry.split('=')[0]),
      ).toEqual(['PATH', 'LANG', 'AV_LOG_FORCE_NOCOLOR']);
    } finally {
      vi.unstubAllEnvs();
    }
  });

  it('keeps what is written to standard input out of the arguments', async () => {
    const script = "ffconcat version 1.0\nfile 'rtsp://admin:planted-secret@127.0.0.1:1/x'\n";
    const echo = program('cat; sleep 5');
    const started = startFfmpeg({ ...ENDLESS, stdin: script }, { path: echo, limits: LIMITS });
    const read = new Promise<string>((resolve) => started.stdout.once('data', (chunk) => resolve(String(chunk))));
    expect(await read).toBe(script);
    expect(readFileSync(`/proc/${started.pid}/cmdline`, 'utf8')).not.toContain('planted-secret');
    await started.stop();
  });

  it('takes words as they are: no shell, no splitting', async () => {
    const command = { ...ENDLESS, output: ['-metadata', 'title=$(id) `id`; a  b "c"', '-f', 'mjpeg'] };
    const end = await collect(startFfmpeg(command, { path: program('printf "%s\\n" "$@"'), limits: LIMITS }));
    expect(end).toContain('\ntitle=$(id) `id`; a  b "c"\n');
  });
});

it('keeps the last lines of what FFmpeg says, each with a bound', async () => {
  const path = program(
    'i=0; while [ $i -lt 500 ]; do echo "line $i" >&2; i=$((i+1)); done; head -c 9000 /dev/zero | tr "\\0" x >&2',
  );
  const lines: string[] = [];
  const started = startFfmpeg(ENDLESS, { path, limits: LIMITS, onLine: (line) => lines.push(line) });
  started.stdout.resume();
  const end = await started.ended;
  expect(lines).toHaveLength(501);
  expect(end.lines).toHaveLength(60);
  expect(end.lines.at(-2)).toBe('line 499');
  expect(end.lines.at(-1)?.length).toBeLessThanOrEqual(4000);
});

it('lets FFmpeg have no more memory and time than allowed', async () => {
  const started = startFfmpeg(ENDLESS, { path: 'ffmpeg', limits: { memoryMb: 256, cpuSeconds: 10 } });
  await firstBytes(started);
  const limits = readFileSync(`/proc/${started.pid}/limits`, 'utf8');
  await started.stop();
  expect(limits).toMatch(/Max data size +268435456 /);
  expect(limits).toMatch(/Max cpu time +10 /);
  expect(limits).toMatch(/Max core file size +0 /);
});

async function collect(of: FfmpegProcess): Promise<string> {
  let text = '';
  of.stdout.on('data', (chunk) => {
    text += String(chunk);
  });
  await of.ended;
  return text;
}
