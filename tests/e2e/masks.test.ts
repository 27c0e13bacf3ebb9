import { execFile } from 'node:child_process';
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { promisify } from 'node:util';
import type { Browser, BrowserContext, Page } from 'playwright-core';
import sharp from 'sharp';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import type { CameraDetails, MaskSet } from '#contracts/camera';
import { manifestSchema } from '#contracts/evidence';
import type { Timeline } from '#contracts/recordings';
import { type ApiClient, addCamera, setUp, untilStream } from './api-client.ts';
import { DESKTOP, launchBrowser, openPage, PHONE } from './browser.ts';
import { type Program, startProgram } from './program.ts';

const run = promisify(execFile);
/** ms: the machine may be busy. */
const PATIENT = { timeout: 20_000 };

/** From a mask that is drawn to an export that has it: the real program, a camera that it draws itself, Chromium. */
describe('privacy masks', () => {
  let program: Program;
  let api: ApiClient;
  let camera: CameraDetails;
  let browser: Browser;
  let folder: string;
  const opened: { page: Page; context: BrowserContext; problems: string[] }[] = [];

  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), 'tamnhin-masks-'));
    program = await startProgram({ env: { TAMNHIN_RECORDINGS_MODE: 'continuous' } });
    api = await setUp(program.announced);
    camera = await addCamera(api, { name: "Ngã tư 'Bùi Văn Danh'", source: { kind: 'virtual', scene: 'junction' } });
    await untilStream(api, camera.id, 'live', 90_000);
    browser = await launchBrowser();
  }, 150_000);
  afterAll(async () => {
    await browser?.close();
    await program?.stop();
    await program?.remove();
    await rm(folder, { recursive: true, force: true });
  });

  /** Pages go on showing pictures: each costs the ones after it. */
  afterEach(async () => {
    for (const { context } of opened) await context.close();
  });

  async function open(path: string, options: { viewport: typeof DESKTOP; hasTouch?: boolean }): Promise<Page> {
    const made = await openPage(browser, options);
    opened.push(made);
    const cookies = api.cookie.split('; ').map((pair) => {
      const at = pair.indexOf('=');
      return { name: pair.slice(0, at), value: pair.slice(at + 1), url: program.url };
    });
    await made.context.addCookies(cookies);
    made.page.setDefaultTimeout(20_000);
    await made.page.goto(`${program.url}${path}`);
    return made.page;
  }

  const kept = () => api.request<MaskSet>('GET', `/api/cameras/${camera.id}/masks`);
  const editor = (page: Page) => page.getByRole('region', { name: 'Vùng che riêng tư' });
  const pictureOf = async (page: Page) => {
    const picture = editor(page).getByRole('group', { name: 'Hình của camera với các vùng che' });
    await expect
      .poll(
        () =>
          editor(page)
            .locator('img')
            .evaluate((image) => (image instanceof HTMLImageElement ? image.naturalWidth : 0)),
        PATIENT,
      )
      .toBeGreaterThan(100);
    await picture.scrollIntoViewIfNeeded();
    // What loads later above it moves it.
    let before: string | undefined;
    const rests = async (): Promise<boolean> => {
      const last = before;
      before = JSON.stringify(await picture.boundingBox());
      return before === last;
    };
    await expect.poll(rests, { ...PATIENT, interval: 250 }).toBe(true);
    const box = await picture.boundingBox();
    if (box === null) throw new Error('no picture');
    return { x: (share: number) => box.x + share * box.width, y: (share: number) => box.y + share * box.height };
  };

  it('are drawn with the mouse, moved by keys, taken back, and saved', async () => {
    const page = await open(`/admin/cameras/${camera.id}`, { viewport: DESKTOP });
    await editor(page).getByText('Chưa có vùng che nào').waitFor();
    const at = await pictureOf(page);
    await page.mouse.move(at.x(0.25), at.y(0.25));
    await page.mouse.down();
    await page.mouse.move(at.x(0.5), at.y(0.5));
    await page.mouse.move(at.x(0.75), at.y(0.75), { steps: 4 });
    await page.mouse.up();
    await editor(page).getByLabel('Tên vùng').fill('Cửa sổ nhà dân');
    const corner = editor(page).getByRole('button', { name: /^Điểm 1:/ });
    await expect.poll(() => corner.getAttribute('aria-label'), PATIENT).toBe('Điểm 1: 25 % từ trái, 25 % từ trên');
    await corner.focus();
    for (let press = 0; press < 4; press += 1) await page.keyboard.press('ArrowRight');
    await expect.poll(() => corner.getAttribute('aria-label'), PATIENT).toBe('Điểm 1: 27 % từ trái, 25 % từ trên');
    // One run of keys is one step.
    await page.keyboard.press('Control+z');
    await editor(page)
      .getByRole('button', { name: /^Vùng che Cửa sổ/ })
      .focus();
    await expect.poll(() => corner.getAttribute('aria-label'), PATIENT).toBe('Điểm 1: 25 % từ trái, 25 % từ trên');
    const edge = editor(page).getByRole('button', { name: 'Thêm điểm ở 50 % từ trái, 25 % từ trên' });
    await edge.click();
    await editor(page)
      .getByRole('button', { name: /^Điểm 5:/ })
      .waitFor();
    await editor(page)
      .getByRole('button', { name: /^Điểm 2:/ })
      .focus();
    await page.keyboard.press('Delete');
    await editor(page)
      .getByRole('button', { name: /^Điểm 5:/ })
      .waitFor({ state: 'detached' });
    await editor(page).getByRole('button', { name: 'Lưu vùng che' }).click();
    await expect.poll(kept, PATIENT).toMatchObject({ version: 1, masks: [{ name: 'Cửa sổ nhà dân' }] });
    const [mask] = (await kept()).masks;
    expect(mask?.points).toHaveLength(4);
    for (const [corner, [x, y]] of [
      [0.25, 0.25],
      [0.75, 0.25],
      [0.75, 0.75],
      [0.25, 0.75],
    ].map((one, index) => [one, mask?.points[index] ?? [0, 0]] as const)) {
      expect(Math.abs(x - (corner[0] ?? 0)) + Math.abs(y - (corner[1] ?? 0))).toBeLessThan(0.01);
    }
  });

  it('are drawn with a finger on a phone, where nothing is cut off', async () => {
    const page = await open(`/admin/cameras/${camera.id}`, { viewport: PHONE, hasTouch: true });
    await pictureOf(page);
    await editor(page).getByRole('button', { name: 'Thêm vùng che' }).tap();
    const at = await pictureOf(page);
    const point = editor(page).getByRole('button', { name: /^Điểm 1:/ });
    const box = await point.boundingBox();
    if (box === null) throw new Error('no point');
    expect(Math.min(box.width, box.height)).toBeGreaterThanOrEqual(24);
    const touch = await page.context().newCDPSession(page);
    const finger = (type: 'touchStart' | 'touchMove' | 'touchEnd', x: number, y: number) =>
      touch.send('Input.dispatchTouchEvent', { type, touchPoints: type === 'touchEnd' ? [] : [{ x, y }] });
    await finger('touchStart', box.x + box.width / 2, box.y + box.height / 2);
    await finger('touchMove', at.x(0.2), at.y(0.2));
    await finger('touchMove', at.x(0.1), at.y(0.1));
    await finger('touchEnd', 0, 0);
    await expect.poll(() => point.getAttribute('aria-label'), PATIENT).toBe('Điểm 1: 10 % từ trái, 10 % từ trên');
    const overflow = await page.evaluate(() => document.documentElement.scrollWidth - window.innerWidth);
    expect(overflow).toBeLessThanOrEqual(0);
    await editor(page).getByRole('button', { name: 'Hoàn tác' }).click();
    await expect.poll(() => point.count(), PATIENT).toBe(0);
    await editor(page).getByRole('button', { name: 'Hoàn tác' }).click();
    await expect.poll(() => editor(page).getByLabel('Tên vùng').count(), PATIENT).toBe(1);
  });

  it('of two people at a time keep the first, and say so', async () => {
    const page = await open(`/admin/cameras/${camera.id}`, { viewport: DESKTOP });
    await editor(page).getByLabel('Tên vùng').fill('Tên khác');
    const { masks, version } = await kept();
    await api.request('PUT', `/api/cameras/${camera.id}/masks`, { masks, version });
    await editor(page).getByRole('button', { name: 'Lưu vùng che' }).click();
    await editor(page).getByText('Người khác vừa sửa vùng che của camera này.').waitFor();
    await editor(page).getByRole('button', { name: 'Thử lại' }).click();
    await expect.poll(() => editor(page).getByLabel('Tên vùng').inputValue(), PATIENT).toBe('Cửa sổ nhà dân');
  });

  it('are in the export of who may not leave them out, which says so and verifies', async () => {
    const nowMs = Date.now();
    let recorded: Timeline['spans'][number] | undefined;
    await expect
      .poll(
        async () => {
          const path = `/api/cameras/${camera.id}/timeline?fromMs=${nowMs - 600_000}&toMs=${Date.now()}`;
          recorded = (await api.request<Timeline>('GET', path)).spans.at(-1);
          return (recorded?.endMs ?? 0) - (recorded?.startMs ?? 0);
        },
        { timeout: 60_000 },
      )
      .toBeGreaterThan(8000);
    const startMs = recorded?.startMs ?? 0;
    const asked = { cameraIds: [camera.id], fromMs: startMs, toMs: startMs + 4000, reason: 'kiểm tra' };
    expect(await api.status('POST', '/api/exports', { ...asked, masks: false })).toBe(403);

    const page = await open(`/playback?cameras=${camera.id}&at=${new Date(startMs + 2000).toISOString()}`, {
      viewport: DESKTOP,
    });
    await page.locator('[data-playback-cell][data-state="shown"]').waitFor();
    await page.getByRole('button', { name: 'Xuất bằng chứng' }).click();
    const dialog = page.getByRole('dialog');
    const covering = dialog.getByLabel('Che vùng riêng tư');
    expect([await covering.isChecked(), await covering.isEnabled()]).toEqual([true, false]);
    await dialog.getByLabel('In chữ chìm').check();
    await dialog.getByText('không còn từng bit như camera đã gửi').waitFor();
    await dialog.getByLabel('Lý do').fill('Va chạm ở ngã tư');
    await dialog.getByLabel('Số hồ sơ').fill(`AG-17 "x": 'y'`);
    await dialog.getByRole('button', { name: 'Xuất', exact: true }).click();
    await dialog.locator('[data-export][data-state="done"]').waitFor({ timeout: 120_000 });
    const fetching = page.waitForEvent('download');
    await dialog.getByRole('link', { name: /Tải về/ }).click();
    const zip = join(folder, 'export.zip');
    await (await fetching).saveAs(zip);
    const out = join(folder, 'out');
    await run('python3', ['-m', 'zipfile', '-e', zip, out]);

    const [file] = manifestSchema.parse(JSON.parse(await readFile(join(out, 'manifest.json'), 'utf8'))).files;
    expect(file?.name).toBe('camera-1-main-masked.mp4');
    expect(file?.processing).toMatchObject({
      kind: 'reencoded',
      masks: [{ name: 'Cửa sổ nhà dân' }],
      watermark: ['Nguyễn An (an.nguyen)', expect.stringMatching(/^\d{4}-\d\d-\d\d .* \+07:00 · AG-17 "x": 'y'$/)],
    });
    const png = join(folder, 'picture.png');
    await run('ffmpeg', ['-v', 'error', '-i', join(out, file?.name ?? ''), '-frames:v', '1', png]);
    const { width, height } = await sharp(png).metadata();
    const inside = await sharp(png)
      .extract({
        left: Math.round(width * 0.3),
        top: Math.round(height * 0.3),
        width: Math.round(width * 0.4),
        height: Math.round(height * 0.4),
      })
      .png()
      .toBuffer();
    const brightest = async (picture: Buffer | string) =>
      (await sharp(picture).greyscale().stats()).channels[0]?.max ?? Number.NaN;
    expect(await brightest(inside)).toBeLessThan(8);
    expect(await brightest(png)).toBeGreaterThan(60);

    // Whoever verifies has nothing of the console.
    const made = await openPage(browser, { viewport: DESKTOP });
    opened.push(made);
    const verifier = made.page;
    verifier.setDefaultTimeout(20_000);
    await made.context.setOffline(true);
    await verifier.goto(pathToFileURL(join(out, 'verify.html')).href);
    await verifier.locator('#files').setInputFiles(zip);
    await verifier.getByText('Bản đã che và có chữ chìm').waitFor();
    await verifier.getByText('Đúng như khi xuất').waitFor();
    // Another mask is drawn: what was exported before shows what is covered now.
    const { masks, version } = await kept();
    const points = [
      [0, 0],
      [0.2, 0],
      [0.2, 0.2],
    ];
    await api.request('PUT', `/api/cameras/${camera.id}/masks`, {
      masks: [...masks, { name: 'Cổng', points }],
      version,
    });
    const [listed] = await api.request<{ id: string }[]>('GET', '/api/exports');
    expect(await api.status('GET', `/api/exports/${listed?.id}/archive`)).toBe(403);
  });

  it('broke nothing on the way', () => {
    // A conflict and the closed network are told to the console of the browser, too.
    const unexpected = opened
      .flatMap(({ problems }) => problems)
      .filter((problem) => !/409|ERR_INTERNET_DISCONNECTED/.test(problem));
    expect(unexpected).toEqual([]);
  });
});
