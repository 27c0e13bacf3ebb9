import type { Browser, BrowserContext, Locator, Page } from 'playwright-core';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import type { CameraDetails } from '#contracts/camera';
import type { RuleSet } from '#contracts/rules';
import { type ApiClient, addCamera, setUp, untilStream } from './api-client.ts';
import { DESKTOP, launchBrowser, openPage, PHONE } from './browser.ts';
import { type Program, startProgram } from './program.ts';

/** ms: the machine may be busy. */
const PATIENT = { timeout: 30_000 };

/** Rules as a person draws them: the real program, a camera that it draws itself, Chromium. */
describe('rules', () => {
  let program: Program;
  let api: ApiClient;
  let camera: CameraDetails;
  let browser: Browser;
  const opened: { page: Page; context: BrowserContext; problems: string[] }[] = [];

  beforeAll(async () => {
    program = await startProgram();
    api = await setUp(program.announced);
    camera = await addCamera(api, { name: 'Cổng sau', source: { kind: 'virtual', scene: 'junction' } });
    await untilStream(api, camera.id, 'live', 90_000);
    browser = await launchBrowser();
  }, 150_000);
  afterAll(async () => {
    await browser?.close();
    await program?.stop();
    await program?.remove();
  });
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
    made.page.setDefaultTimeout(PATIENT.timeout);
    await made.page.goto(`${program.url}${path}`);
    return made.page;
  }

  const kept = () => api.request<RuleSet>('GET', `/api/cameras/${camera.id}/rules`);
  const editor = (page: Page) => page.getByRole('region', { name: 'Quy tắc phát hiện' });
  /** The picture once it is there and rests; gives places on it by shares. */
  async function pictureOf(page: Page) {
    const picture = editor(page).getByRole('group', { name: 'Hình của camera với các quy tắc' });
    const image = editor(page).locator('img').first();
    const width = () => image.evaluate((one) => (one instanceof HTMLImageElement ? one.naturalWidth : 0));
    await expect.poll(width, PATIENT).toBeGreaterThan(100);
    await picture.scrollIntoViewIfNeeded();
    let before: string | undefined;
    const rests = async (): Promise<boolean> => {
      const last = before;
      before = JSON.stringify(await picture.boundingBox());
      return before === last;
    };
    await expect.poll(rests, { ...PATIENT, interval: 250 }).toBe(true);
    const box = await picture.boundingBox();
    if (box === null) throw new Error('no picture');
    return {
      click: (x: number, y: number) => page.mouse.click(box.x + x * box.width, box.y + y * box.height),
    };
  }
  async function add(page: Page, kind: string): Promise<void> {
    await editor(page).getByRole('button', { name: 'Thêm quy tắc' }).click();
    await page.getByRole('dialog').getByText(kind, { exact: true }).click();
    await page.getByRole('dialog').waitFor({ state: 'detached' });
  }
  async function toggle(page: Page): Promise<void> {
    await editor(page).getByLabel('Bật quy tắc Đếm người qua cổng').focus();
    await page.keyboard.press('Space');
    await expect.poll(() => saveButton(page).isEnabled(), PATIENT).toBe(true);
  }
  const saveButton = (page: Page): Locator => editor(page).getByRole('button', { name: 'Lưu quy tắc' });

  it('are drawn, refused while sides cross, mended, saved, and there again after a reload', async () => {
    const page = await open(`/admin/cameras/${camera.id}`, { viewport: DESKTOP });
    await editor(page).getByText('Chưa có quy tắc nào').waitFor();

    await add(page, 'Vào hoặc ra khu vực');
    const zone = await pictureOf(page);
    for (const [x, y] of [
      [0.2, 0.3],
      [0.6, 0.3],
      [0.2, 0.8],
      [0.6, 0.8],
    ] as const)
      await zone.click(x, y);
    await page.keyboard.press('Enter');
    await editor(page).getByText('Các cạnh cắt nhau').waitFor();
    expect(await saveButton(page).isDisabled()).toBe(true);
    // The last two points change places.
    const point = (number: number) => editor(page).getByRole('button', { name: new RegExp(`^Điểm ${number}:`) });
    await point(3).focus();
    for (let press = 0; press < 8; press += 1) await page.keyboard.press('Shift+ArrowRight');
    await point(4).focus();
    for (let press = 0; press < 8; press += 1) await page.keyboard.press('Shift+ArrowLeft');
    await expect.poll(() => editor(page).getByText('Các cạnh cắt nhau').count(), PATIENT).toBe(0);

    await add(page, 'Qua vạch, đếm lượt');
    const line = await pictureOf(page);
    await line.click(0.3, 0.6);
    await line.click(0.7, 0.55);
    await editor(page).getByRole('button', { name: 'Xong' }).click();
    await editor(page).getByText('Chiều đi', { exact: true }).first().waitFor();
    await editor(page).getByLabel('Tên quy tắc').fill('Đếm người qua cổng');
    await saveButton(page).click();
    await expect.poll(async () => (await kept()).rules.length, PATIENT).toBe(2);
    const [first, second] = (await kept()).rules;
    expect([first?.kind, second?.kind, second?.name]).toEqual(['zone', 'line', 'Đếm người qua cổng']);
    if (second?.kind !== 'line') throw new Error('no line');
    expect(second.line.map(([x]) => Math.round(x * 100))).toEqual([30, 70]);

    await page.reload();
    await editor(page).getByRole('button', { name: 'Sửa quy tắc Đếm người qua cổng' }).click();
    await point(2).waitFor();
    expect(await point(1).getAttribute('aria-label')).toBe('Điểm 1: 30 % từ trái, 60 % từ trên');
  });

  it('are switched off on a phone, where nothing is cut off', async () => {
    const page = await open(`/admin/cameras/${camera.id}`, { viewport: PHONE, hasTouch: true });
    const before = (await kept()).version;
    await toggle(page);
    await saveButton(page).click();
    await expect.poll(async () => (await kept()).version, PATIENT).toBe(before + 1);
    expect((await kept()).rules.map(({ enabled }) => enabled)).toEqual([true, false]);
    const overflow = await page.evaluate(() => document.documentElement.scrollWidth - window.innerWidth);
    expect(overflow).toBeLessThanOrEqual(0);
  });

  it('of two people at a time keep the first, and say so', async () => {
    const page = await open(`/admin/cameras/${camera.id}`, { viewport: DESKTOP });
    await toggle(page);
    const { rules, version } = await kept();
    await api.request('PUT', `/api/cameras/${camera.id}/rules`, { rules: rules.slice(1), version });
    await saveButton(page).click();
    await editor(page).getByRole('alert').getByRole('button', { name: 'Thử lại' }).click();
    await expect.poll(() => editor(page).getByRole('listitem').count(), PATIENT).toBe(1);
  });

  it('with a line lead to its statistics, which say that nobody came yet', async () => {
    const page = await open(`/statistics?camera=${camera.id}`, { viewport: PHONE });
    await page.getByText('Chưa có ai qua vạch trong khoảng này').waitFor();
    await page.getByText('Bảng', { exact: true }).click();
    await page.getByRole('table', { name: 'Lượt qua vạch' }).waitFor();
    const overflow = await page.evaluate(() => document.documentElement.scrollWidth - window.innerWidth);
    expect(overflow).toBeLessThanOrEqual(0);
  });

  it('broke nothing on the way', () => {
    // The browser tells of a conflict, too, and of stills that a busy machine did not have yet.
    const unexpected = opened.flatMap(({ problems }) => problems).filter((problem) => !/404|409|503/.test(problem));
    expect(unexpected).toEqual([]);
  });
});
