import { spawn } from 'node:child_process';
import { once } from 'node:events';
import type { Browser } from 'playwright-core';
import { afterAll, beforeAll, expect, it, vi } from 'vitest';
import type { CameraDetails } from '#contracts/camera';
import type { MediaLink } from '#contracts/http';
import { type GstRtspServer, gstRtspServerMissing, startGstRtspServer, testLaunch } from '../fakes/gst-rtsp-server.ts';
import { ADMIN, type ApiClient, addCamera, setUp, untilStream } from './api-client.ts';
import { DESKTOP, launchBrowser, openPage } from './browser.ts';
import { untilMoving } from './moving.ts';
import { type Program, startProgram } from './program.ts';

/** The same live stream, with G.711 sound where a server can be had that has some, in players that are not ours. */
const hasSound = gstRtspServerMissing() === undefined;
let source: GstRtspServer | undefined;
let program: Program;
let browser: Browser;
let admin: ApiClient;
let camera: CameraDetails;

beforeAll(async () => {
  program = await startProgram({ env: { TAMNHIN_CAMERAS_ALLOW_NETWORKS: '127.0.0.0/8' } });
  admin = await setUp(program.announced);
  if (hasSound) {
    source = await startGstRtspServer({ streams: [{ path: 'river', launch: testLaunch('h264', { sound: 'alaw' }) }] });
  }
  camera = await addCamera(admin, {
    name: 'Bến phà',
    source:
      source === undefined
        ? { kind: 'virtual', scene: 'river' }
        : { kind: 'rtsp', mainUrl: source.url('river'), subUrl: source.url('river'), transport: 'tcp' },
  });
  await untilStream(admin, camera.id, 'live');
  if (hasSound) await untilSoundStays();
  browser = await launchBrowser();
});
afterAll(async () => {
  await browser?.close();
  await program?.stop();
  await program?.remove();
  await source?.stop();
});

async function link(): Promise<string> {
  const { url } = await admin.request<MediaLink>('POST', `/api/cameras/${camera.id}/media-link`, { role: 'sub' });
  return url;
}

/**
 * On a machine that is busy a camera's sound may come so late that its stream has begun without; players that are not
 * ours cannot follow there, and begin with the third segment from the end.
 */
async function untilSoundStays(): Promise<void> {
  const text = async (url: string): Promise<string> => (await fetch(url)).text();
  const stays = async (): Promise<boolean> => {
    const master = await link();
    const media = new URL((await text(master)).trim().split('\n').at(-1) ?? '', master).href;
    const playlist = await text(media);
    const map = playlist.lastIndexOf('#EXT-X-MAP');
    const init = /URI="([^"]+)"/.exec(playlist.slice(map))?.[1];
    const since = playlist.slice(map).match(/#EXTINF/g)?.length ?? 0;
    const began = playlist.indexOf('#EXT-X-MAP') === map;
    return init !== undefined && (began || since > 3) && (await text(new URL(init, media).href)).includes('fLaC');
  };
  await vi.waitUntil(stays, { timeout: 40_000, interval: 500 });
}

async function run(command: string, args: readonly string[]): Promise<{ code: number | null; words: string }> {
  const child = spawn(command, [...args], { stdio: ['ignore', 'pipe', 'pipe'], timeout: 40_000 });
  let words = '';
  for (const stream of [child.stdout, child.stderr]) stream.on('data', (chunk: Buffer) => (words += chunk.toString()));
  const [code] = (await once(child, 'close')) as [number | null];
  return { code, words };
}

it('plays in FFmpeg by a signed link, and in nothing without one', async () => {
  const { code, words } = await run('ffmpeg', [
    '-nostdin',
    '-v',
    'error',
    '-i',
    await link(),
    '-frames:v',
    '60',
    '-f',
    'null',
    '-',
  ]);
  expect(words).toBe('');
  expect(code).toBe(0);

  const bare = `${program.url}/live/${camera.id}/sub/index.m3u8`;
  expect((await fetch(bare)).status).toBe(401);
  expect((await fetch(`${bare}?token=x.y`)).status).toBe(401);
});

it('plays in GStreamer', async () => {
  const pipeline = [
    'playbin3',
    `uri=${await link()}`,
    'video-sink=fakesink sync=true num-buffers=40',
    'audio-sink=fakesink num-buffers=10',
  ];
  const { code, words } = await run('gst-launch-1.0', ['-q', ...pipeline]);
  expect(words).not.toMatch(/ERROR/);
  expect(code).toBe(0);
});

it('plays in hls.js with parts when the wall socket cannot be had, says so, and goes back when it can', async () => {
  const { page, context } = await openPage(browser, { viewport: DESKTOP });
  let blocked = true;
  await context.routeWebSocket(/wall-socket/, (socket) => {
    if (blocked) socket.close();
    else socket.connectToServer();
  });
  const parts: string[] = [];
  page.on('response', (reply) => {
    if (/\/\d+\.\d+\.m4s/.test(reply.url()) && reply.status() === 200) parts.push(reply.url());
  });
  await page.goto(program.url);
  await page.getByLabel('Tên đăng nhập').fill(ADMIN.username);
  await page.getByLabel('Mật khẩu', { exact: true }).fill(ADMIN.password);
  await page.keyboard.press('Enter');

  const path = (): Promise<string | undefined> =>
    page.locator('[data-cell="0"]').evaluate((cell) => (cell instanceof HTMLElement ? cell.dataset.path : undefined));
  // Chromium's own word for sound that it has decoded.
  const heard = (): Promise<boolean> =>
    page
      .locator('[data-cell="0"] video')
      .evaluate((video) => 'webkitAudioDecodedByteCount' in video && Number(video.webkitAudioDecodedByteCount) > 0);
  await expect.poll(path, { timeout: 30_000 }).toBe('hls');
  await untilMoving(page, 1);
  await expect.poll(heard).toBe(hasSound);
  await expect.poll(() => parts.length, { timeout: 15_000 }).toBeGreaterThan(3);
  await page.getByText('HLS').first().waitFor();

  blocked = false;
  await expect.poll(path, { timeout: 30_000 }).toBe('ws');
  await untilMoving(page, 1);
  await expect.poll(heard).toBe(hasSound);
  await context.close();
});
