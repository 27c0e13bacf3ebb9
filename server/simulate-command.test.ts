import { execFile } from 'node:child_process';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { expect, it } from 'vitest';
import { openRtspPlayer } from '../tests/fakes/rtsp-player.ts';
import { simulateCommand } from './simulate-command.ts';

const never = new Promise<void>(() => {});

async function refused(given: Readonly<Record<string, unknown>>): Promise<[number, string]> {
  let said = '';
  const code = await simulateCommand('ffmpeg', given, never, (text) => {
    said += text;
  });
  return [code, said.split('\n')[0] ?? ''];
}

it.each([
  [{ cameras: '0' }, '--cameras'],
  [{ cameras: '500000' }, '--cameras'],
  [{ size: '1280' }, '--size: width and height'],
  [{ size: '1281x720' }, '--size'],
  [{ bitrate: 'much' }, '--bitrate: bits per second'],
  [{ scene: ['beach'] }, '--scene'],
  [{ user: 'somebody' }, '--user: user and password come together'],
  [{ clip: ['a.mp4'], scene: ['market'] }, '--scene: clips or scenes, not both'],
])('says what is wrong with %j', async (given, words) => {
  const [code, said] = await refused(given);
  expect(code).toBe(2);
  expect(said).toContain(words);
});

it('says that a clip is not there', async () => {
  expect(await refused({ port: '0', clip: ['/nowhere.mp4'] })).toEqual([1, expect.stringContaining('/nowhere.mp4')]);
});

it('serves a clip until it is told to stop', async () => {
  const folder = await mkdtemp(join(tmpdir(), 'tamnhin-simulate-'));
  const clip = join(folder, 'clip.mp4');
  const words =
    '-loglevel error -f lavfi -i testsrc2=s=160x120:r=10 -t 1 -c:v libx264 -preset ultrafast -pix_fmt yuv420p';
  await promisify(execFile)('ffmpeg', [...words.split(' '), clip]);
  let stop = (): void => {};
  const stopped = new Promise<void>((resolve) => {
    stop = resolve;
  });
  let said = '';
  const code = simulateCommand('ffmpeg', { cameras: '3', port: '0', clip: [clip] }, stopped, (text) => {
    said += text;
  });
  try {
    await expect.poll(() => said, { timeout: 10_000 }).toContain('Ctrl+C');
    expect(said).toMatch(/H\.264, \d\.\d\d Mbit\/s, 10\.0 pictures a second, 1\.0 s in a loop/);
    const [, last = '', port = ''] = /(rtsp:\/\/127\.0\.0\.1:(\d+)\/camera\/3)/.exec(said) ?? [];
    const player = await openRtspPlayer(Number(port));
    await new Promise((resolve) => void player.play(last, resolve));
    player.close();
  } finally {
    stop();
    await rm(folder, { recursive: true });
  }
  expect(await code).toBe(0);
  expect(said).toMatch(/pictures were sent/);
});
