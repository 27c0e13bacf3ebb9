import { spawnSync } from 'node:child_process';
import type { Browser, Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import {
  type OnvifDevice,
  type PtzState,
  startOnvifDevice,
} from '../../camera-adapters/simulator/onvif-device/device.ts';
import { clipLaunch, type GstRtspServer, gstRtspServerMissing, startGstRtspServer } from '../fakes/gst-rtsp-server.ts';
import { material } from '../material.ts';
import { ADMIN } from './api-client.ts';
import { DESKTOP, launchBrowser, openPage } from './browser.ts';
import { untilMoving } from './moving.ts';
import { type Program, startProgram } from './program.ts';

/**
 * ONVIF cameras as a new administrator meets them: the real program, the simulated device that follows the
 * specification with GStreamer's RTSP server and real clips behind it, Chromium as the console. The devices share one
 * address and differ by port, as cameras behind a forwarding router do; their clocks are days off.
 */
const DEVICES = [
  { name: 'Cổng chính', clip: 'street_cars', skewDays: -3 },
  { name: 'Bãi xe', clip: 'parking_topdown_cars', skewDays: 400 },
  { name: 'Sân trường', clip: 'campus_pedestrians_vtest', skewDays: 0 },
] as const;
const LOGIN = { username: 'onvif', password: 'tr0u&ble <1> ữ' };
const SMALL = '-s 320x180 -c:v libx264 -preset veryfast -tune zerolatency -g 30 -bf 0'.split(' ');
const DAY_MS = 86_400_000;

const clips = DEVICES.map(({ clip }) => material(`clips/${clip}.mp4`));
const missing = gstRtspServerMissing();
if (missing !== undefined && process.env.CI === 'true') throw new Error(missing);

describe.skipIf(missing !== undefined || clips.includes(undefined))('ONVIF cameras in the console', () => {
  let streams: GstRtspServer;
  const devices: OnvifDevice[] = [];
  let program: Program;
  let browser: Browser;
  let page: Page;
  let problems: string[];

  beforeAll(async () => {
    streams = await startGstRtspServer({
      streams: DEVICES.flatMap(({ clip }, at) => [
        { path: clip, launch: clipLaunch(clips[at] ?? '') },
        { path: `${clip}-small`, launch: clipLaunch(clips[at] ?? '', SMALL) },
      ]),
      auth: { user: LOGIN.username, password: LOGIN.password, kind: 'digest' },
    });
    for (const [at, { name, clip, skewDays }] of DEVICES.entries()) {
      const still = pictureOf(clips[at] ?? '');
      const device = await startOnvifDevice({
        host: '127.0.0.1',
        port: 0,
        ...LOGIN,
        name,
        clockSkewMs: skewDays * DAY_MS,
        profiles: [
          { codec: 'h264', token: '1', name: 'Main', width: 768, height: 432, rtspUrl: streams.url(clip) },
          { codec: 'h264', token: '02', name: 'Sub', width: 320, height: 180, rtspUrl: streams.url(`${clip}-small`) },
        ],
        snapshot: async () => still,
      });
      devices.push(device);
    }
    program = await startProgram({ env: { TAMNHIN_CAMERAS_ALLOW_NETWORKS: '127.0.0.0/8' } });
    browser = await launchBrowser();
    ({ page, problems } = await openPage(browser, { viewport: DESKTOP }));
    page.setDefaultTimeout(15_000);
    await page.goto(program.announced);
    await page.getByLabel('Họ và tên').fill(ADMIN.displayName);
    await page.getByLabel('Tên đăng nhập').fill(ADMIN.username);
    await page.getByLabel('Mật khẩu mới', { exact: true }).fill(ADMIN.password);
    await page.getByLabel('Nhập lại mật khẩu mới').fill(ADMIN.password);
    await page.getByRole('button', { name: 'Tạo tài khoản và bắt đầu' }).click();
  });

  afterAll(async () => {
    await browser?.close();
    await program?.stop();
    await program?.remove();
    await Promise.all(devices.map((device) => device.stop()));
    await streams?.stop();
  });

  /** The browser reports each request that failed; those that a test makes fail are no problem of the page. */
  const forgetFailedRequests = (): void => {
    for (const problem of problems) expect(problem).toContain('Failed to load resource');
    problems.length = 0;
  };
  /** Shorter than the ten seconds after which a camera that nobody stopped would stand by itself. */
  const untilHead = (what: keyof PtzState) => expect.poll(() => devices[0]?.ptzState()[what], { timeout: 5000 });
  const portOf = (at: number): string => new URL(devices[at]?.deviceUrl ?? '').port;

  it('is tested by its address: a wrong password is called so, the right one shows what the camera is', async () => {
    await page.getByRole('link', { name: /Nhập địa chỉ/ }).click();
    await page.getByRole('link', { name: /ONVIF/ }).last().click();
    await page.getByLabel('Địa chỉ thiết bị').fill(`127.0.0.1:${portOf(0)}`);
    await page.getByLabel('Tên đăng nhập của camera').fill(LOGIN.username);
    await page.getByLabel('Mật khẩu của camera').fill('not the password');
    await page.getByRole('button', { name: 'Kiểm tra', exact: true }).click();
    await page.getByText('Sai đăng nhập').first().waitFor();
    expect(await page.getByRole('img', { name: 'Ảnh vừa lấy từ camera' }).count()).toBe(0);

    await page.getByLabel('Mật khẩu của camera').fill(LOGIN.password);
    await page.getByRole('button', { name: /^Kiểm tra/ }).click();
    const snapshot = page.getByRole('img', { name: 'Ảnh vừa lấy từ camera' });
    await snapshot.waitFor();
    expect(await snapshot.evaluate((image) => (image instanceof HTMLImageElement ? image.naturalWidth : 0))).toBe(640);
    for (const fact of ['Tamnhin', 'Simulated PTZ', '1.10', '12345678901234567890', 'Xoay và phóng to được'])
      await page.getByRole('region', { name: 'Kiểm tra' }).getByText(fact, { exact: true }).waitFor();
    await page.getByText('Đồng hồ camera chậm 3 ngày').waitFor();
  });

  it('moves on the wall once it is saved', async () => {
    await page.getByLabel(/^Tên( \*)?$/).fill('Cổng chính');
    await page.getByRole('button', { name: 'Lưu', exact: true }).click();
    await page.getByRole('link', { name: 'Xem trực tiếp' }).click();
    await untilMoving(page, 1);
  });

  it('turns while a button of its pad is held, and stands when it is let go, wherever the pointer is then', async () => {
    const cell = page.locator('[data-cell]', { hasText: 'Cổng chính' });
    await cell.click();
    const right = cell.getByRole('button', { name: 'Phải' });
    await right.hover();
    await page.mouse.down();
    await untilHead('moving').toBe(true);
    // Across the cell, which can be dragged to another place.
    await page.mouse.move(600, 300, { steps: 5 });
    expect(devices[0]?.ptzState().moving).toBe(true);
    await page.mouse.up();
    await untilHead('moving').toBe(false);
    expect(devices[0]?.ptzState().pan).toBeGreaterThan(0);
  });

  it('stands after the shortest click, and goes to a preset', async () => {
    const cell = page.locator('[data-cell]', { hasText: 'Cổng chính' });
    const before = devices[0]?.ptzState().tilt ?? 0;
    await cell.getByRole('button', { name: 'Lên' }).click();
    await untilHead('tilt').toBeGreaterThan(before);
    await untilHead('moving').toBe(false);
    await cell.getByRole('combobox', { name: 'Vị trí đặt sẵn' }).click();
    await page.getByRole('option', { name: 'Gate' }).last().click();
    await untilHead('preset').toBe('02');
  });

  it('says so when the camera does not take a command', async () => {
    const cell = page.locator('[data-cell]', { hasText: 'Cổng chính' });
    await page.route('**/api/cameras/*/ptz', (route) => route.abort());
    await cell.getByRole('button', { name: 'Trái' }).click();
    await page.getByRole('alert').first().waitFor();
    await page.unroute('**/api/cameras/*/ptz');
    forgetFailedRequests();
  });

  it('refuses a range that is none, in words, at its field', async () => {
    await page.goto(`${program.url}/admin/cameras/discover`);
    await page.getByLabel('Dải địa chỉ').fill('10.0.0.0/64');
    await page.getByRole('button', { name: 'Bắt đầu tìm' }).click();
    await page
      .getByText(/^Viết như 10\.0\.0\.0\/24/)
      .first()
      .waitFor();
    forgetFailedRequests();
  });

  it('is found by its address range, many are registered in one go, and all of them move', async () => {
    await page.getByLabel('Hỏi cả mạng nội bộ').uncheck();
    await page.getByLabel('Dải địa chỉ').fill('127.0.0.1');
    await page.getByLabel('Cổng', { exact: true }).fill(devices.map((_, at) => portOf(at)).join(', '));
    await page.getByRole('button', { name: 'Bắt đầu tìm' }).click();
    await page.getByText(/Đã tìm xong · thấy 3 thiết bị/).waitFor();
    const results = page.getByRole('table', { name: 'Thiết bị tìm thấy' });
    expect(await results.getByRole('link', { name: 'Đã thêm' }).count()).toBe(1);
    await page.getByLabel('Chọn tất cả (2 chưa thêm)').check();
    await page.getByLabel('Tên đăng nhập của camera').fill(LOGIN.username);
    await page.getByLabel('Mật khẩu của camera').fill(LOGIN.password);
    await page.getByRole('button', { name: 'Thêm 2 camera' }).click();
    await page.getByText('2 tốt, 0 lỗi').waitFor();
    await page.getByRole('link', { name: 'Xem trực tiếp 2 camera' }).click();
    for (const at of [1, 2])
      await page.locator('[data-cell]', { hasText: `127.0.0.1:${portOf(at)} Tamnhin Simulated PTZ` }).waitFor();
    await untilMoving(page, 2);
    // The list says of each what its cell shows, although their main streams are open only when somebody looks.
    await expect.poll(() => page.locator('[data-camera-row]').getByRole('img', { name: 'Đang phát' }).count()).toBe(3);
    expect(problems).toEqual([]);
  });
});

/** A still of the clip, as the camera itself would make it. */
function pictureOf(clip: string): Buffer {
  const args = ['-v', 'error', '-i', clip, '-frames:v', '1', '-vf', 'scale=640:360', '-f', 'mjpeg', 'pipe:1'];
  const { stdout, status } = spawnSync('ffmpeg', args);
  if (status !== 0) throw new Error('FFmpeg made no still');
  return stdout;
}
