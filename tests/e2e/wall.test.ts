import type { Browser, Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { CameraDetails, CameraView } from '#contracts/camera';
import {
  clipLaunch,
  type GstRtspServer,
  gstRtspServerMissing,
  startGstRtspServer,
  testLaunch,
} from '../fakes/gst-rtsp-server.ts';
import { material } from '../material.ts';
import { ADMIN, type ApiClient, addCamera, signIn, untilStream } from './api-client.ts';
import { DESKTOP, launchBrowser, openPage, PHONE } from './browser.ts';
import { untilMoving } from './moving.ts';
import { type Program, startProgram } from './program.ts';

/**
 * From a camera to the wall, as a new administrator goes it: the real program, GStreamer's RTSP server with real clips
 * as the cameras, Chromium as the console.
 */
const CLIPS = [
  'street_cars',
  'campus_pedestrians_vtest',
  'indoor_one_by_one_person',
  'parking_topdown_cars',
  'store_aisle',
  'fire_dollhouse',
];
const LOGIN = { user: 'admin', password: 'p@ss/w:rd 1' };

const clips = CLIPS.map((name) => material(`clips/${name}.mp4`));
const missing = gstRtspServerMissing();
if (missing !== undefined && process.env.CI === 'true') throw new Error(missing);

describe.skipIf(missing !== undefined || clips.includes(undefined))('from a camera to the wall', () => {
  let cameras: GstRtspServer;
  let program: Program;
  let browser: Browser;
  let page: Page;
  let api: ApiClient;
  let problems: string[];

  beforeAll(async () => {
    const real = CLIPS.map((path, at) => ({ path, launch: clipLaunch(clips[at] ?? '') }));
    cameras = await startGstRtspServer({
      streams: [
        ...real,
        { path: 'h265', launch: testLaunch('h265') },
        { path: 'mjpeg', launch: testLaunch('mjpeg', { fps: 10 }) },
        { path: 'alaw', launch: testLaunch('h264', { sound: 'alaw' }) },
      ],
      auth: { ...LOGIN, kind: 'digest' },
    });
    program = await startProgram({ env: { TAMNHIN_CAMERAS_ALLOW_NETWORKS: '127.0.0.0/8' } });
    browser = await launchBrowser();
    ({ page, problems } = await openPage(browser, { viewport: DESKTOP }));
    page.setDefaultTimeout(15_000);
  });

  afterAll(async () => {
    await browser?.close();
    await program?.stop();
    await program?.remove();
    await cameras?.stop();
  });

  it('leads a new administrator from the printed link to the first camera on the wall', async () => {
    await page.goto(program.announced);
    await page.getByLabel('Họ và tên').fill(ADMIN.displayName);
    await page.getByLabel('Tên đăng nhập').fill(ADMIN.username);
    await page.getByLabel('Mật khẩu mới', { exact: true }).fill(ADMIN.password);
    await page.getByLabel('Nhập lại mật khẩu mới').fill(ADMIN.password);
    await page.getByRole('button', { name: 'Tạo tài khoản và bắt đầu' }).click();

    await page.getByRole('link', { name: /Nhập địa chỉ/ }).click();
    await page.getByRole('link', { name: /Địa chỉ RTSP/ }).click();
    await page.getByLabel(/^Tên( \*)?$/).fill('Đường Trần Hưng Đạo');
    await page.getByLabel('Địa chỉ luồng chính').fill(cameras.url('street_cars'));
    await page.getByLabel('Tên đăng nhập của camera').fill(LOGIN.user);
    await page.getByLabel('Mật khẩu của camera').fill('not the password');
    await page.getByRole('button', { name: 'Kiểm tra', exact: true }).click();
    await page.getByText('Sai đăng nhập').first().waitFor();

    await page.getByLabel('Mật khẩu của camera').fill(LOGIN.password);
    await page.getByRole('button', { name: /^Kiểm tra/ }).click();
    await page.getByRole('img', { name: 'Ảnh vừa lấy từ camera' }).first().waitFor();
    await page.getByText('H.264').first().waitFor();
    await page.getByRole('button', { name: 'Lưu', exact: true }).click();
    await page.getByRole('link', { name: 'Xem trực tiếp' }).click();
    await untilMoving(page, 1);
    api = await signIn(program.url, ADMIN);
  });

  it('shows nine cells that move at once, whatever their codec, by one wall socket', async () => {
    const names = [...CLIPS.slice(1), 'h265', 'mjpeg', 'alaw'];
    for (const name of names) {
      const { id } = await addCamera(api, {
        name: `Camera ${name}`,
        source: { kind: 'rtsp', mainUrl: cameras.url(name), username: LOGIN.user, password: LOGIN.password },
      });
      await untilStream(api, id, 'live');
    }
    await page.getByRole('combobox', { name: 'Lưới' }).click();
    await page.getByRole('option', { name: '3x3' }).click();
    for (const row of await page.locator('[data-camera-row]').all()) await row.click();
    await untilMoving(page, 9);
    const paths = await page
      .locator('[data-cell]')
      .evaluateAll((cells) => cells.map((cell) => (cell instanceof HTMLElement ? cell.dataset.path : '')));
    expect(new Set(paths)).toEqual(new Set(['ws']));
    await page.getByText('Chuyển mã').first().waitFor();
    expect(problems).toEqual([]);
  });

  it('lets one cell be heard where its camera sends sound, and none before somebody asks', async () => {
    const heard = (): Promise<number> =>
      page
        .locator('[data-cell] video')
        .evaluateAll((videos) => videos.filter((video) => video instanceof HTMLVideoElement && !video.muted).length);
    expect(await heard()).toBe(0);
    const cell = page.locator('[data-cell]', { hasText: 'Camera alaw' });
    await cell.hover();
    await cell.getByRole('button', { name: 'Nghe tiếng' }).click();
    await cell.getByRole('img', { name: 'Đang nghe tiếng của ô này' }).waitFor();
    expect(await heard()).toBe(1);
    const decoded = (): Promise<number> =>
      cell
        .locator('video')
        .evaluate((video) => ('webkitAudioDecodedByteCount' in video ? Number(video.webkitAudioDecodedByteCount) : 0));
    const before = await decoded();
    await expect.poll(decoded).toBeGreaterThan(before);
    await untilMoving(page, 9);
    await cell.getByRole('button', { name: 'Tắt tiếng' }).click();
    await cell.getByRole('img', { name: 'Đang nghe tiếng của ô này' }).waitFor({ state: 'hidden' });
    expect(await heard()).toBe(0);
    await page.locator('[data-cell="0"]').hover();
    expect(await page.locator('[data-cell="0"]').getByRole('button', { name: 'Nghe tiếng' }).count()).toBe(0);
  });

  it('plays on where a camera begins or ends to send sound', async () => {
    const cell = page.locator('[data-cell]', { hasText: 'Camera alaw' });
    const failures = await cell.locator('video').evaluateHandle((video) => {
      const seen: string[] = [];
      video.addEventListener(
        'error',
        () => void seen.push(video instanceof HTMLVideoElement ? `${video.error?.message}` : ''),
      );
      return seen;
    });
    const known = (await api.request<CameraView[]>('GET', '/api/cameras')).find(({ name }) => name === 'Camera alaw');
    const { id } = known ?? { id: '' };
    for (const [path, sounds] of [
      ['street_cars', 0],
      ['alaw', 1],
    ] as const) {
      const { name, groupId, version } = await api.request<CameraDetails>('GET', `/api/cameras/${id}/details`);
      const source = { kind: 'rtsp', mainUrl: cameras.url(path), username: LOGIN.user, password: LOGIN.password };
      await api.request('PUT', `/api/cameras/${id}`, { name, source, groupId, version });
      await cell.hover();
      await expect
        .poll(() => cell.getByRole('button', { name: 'Nghe tiếng' }).count(), { timeout: 20_000 })
        .toBe(sounds);
      await untilMoving(page, 9);
    }
    expect(await failures.jsonValue()).toEqual([]);
    expect(problems).toEqual([]);
  });

  it('says since when there is no picture while a source is silent, and comes back by itself; the others go on', async () => {
    const cell = page.locator('[data-cell]', { hasText: 'campus_pedestrians' });
    cameras.pause('campus_pedestrians_vtest');
    await cell.getByText(/Không có hình từ \d\d:\d\d:\d\d/).waitFor();
    await untilMoving(page, 8);
    cameras.resume('campus_pedestrians_vtest');
    await expect.poll(() => cell.getAttribute('data-state'), { timeout: 30_000 }).toBe('live');
    await untilMoving(page, 9);
  });

  it('keeps the wall over a reload, calls a camera by its number, enlarges with the main stream', async () => {
    await page.reload();
    await untilMoving(page, 9);
    // They begin with the key frame that came first, whatever of its group came with it; a slow machine may jump.
    const beginnings = await page
      .locator('[data-cell] video')
      .evaluateAll((videos) =>
        videos.map((video) =>
          video instanceof HTMLVideoElement && video.played.length > 0 ? video.played.start(0) : 9,
        ),
      );
    expect(beginnings.filter((second) => second < 0.5).length).toBeGreaterThanOrEqual(7);
    await page.locator('[data-cell="4"]').click();
    await page.keyboard.press('Enter');
    await expect.poll(() => page.locator('[data-enlarged="true"]').getAttribute('data-cell')).toBe('4');
    // What it covers takes stills, and goes on afterwards.
    const stills = page.locator('[data-cell] img:not([hidden])');
    await expect.poll(() => stills.count()).toBeGreaterThan(0);
    await page.keyboard.press('Escape');
    await expect.poll(() => stills.count()).toBe(0);
    await page.keyboard.type('3');
    await page.keyboard.press('Enter');
    await expect.poll(() => page.locator('[data-cell][data-selected="true"]').getAttribute('data-cell')).toBe('2');
  });

  it('shows the wall and its cameras on a phone without sideways scrolling', async () => {
    const phone = await openPage(browser, { viewport: PHONE });
    await phone.context.addCookies(await page.context().cookies());
    // Nine players beside it would take what the phone needs.
    await page.goto('about:blank');
    await phone.page.goto(program.url);
    await untilMoving(phone.page, 1);
    const overflow = await phone.page.evaluate(() => document.documentElement.scrollWidth - window.innerWidth);
    expect(overflow).toBeLessThanOrEqual(0);
    await phone.context.close();
  });
});
