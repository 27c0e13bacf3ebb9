import { execFile } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import type { Browser, Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { createStillDecoder } from '../../camera-adapters/ffmpeg/still-decoder.ts';
import { type House, openHouse } from '../architecture/house.ts';
import { type Clip, makeClip } from '../fakes/clip-camera.ts';
import { recordClip } from '../fakes/recorded.ts';
import { DESKTOP, launchBrowser, openPage, PHONE } from './browser.ts';

/** Looking back, in the built console: two cameras with four minutes each on a disk, the second with a gap. */
const MINUTE = 60_000;

describe('playback', () => {
  let house: House;
  let browser: Browser;
  let page: Page;
  let problems: string[];
  let ids: string[];
  let clip: Clip;
  let startMs: number;
  let cookie: { name: string; value: string; url: string };

  beforeAll(async () => {
    house = await openHouse({
      consoleFolder: fileURLToPath(new URL('../../dist/player', import.meta.url)),
      decoder: createStillDecoder({ ffmpegPath: 'ffmpeg' }),
    });
    clip = await makeClip({ seconds: 60, groupSeconds: 2 });
    startMs = Math.floor(Date.now() / MINUTE) * MINUTE - 20 * MINUTE;
    ids = [house.inside.id, house.outside.id];
    for (const cameraId of ids) {
      for (const minute of [0, 1, 2, 3]) {
        if (minute === 2 && cameraId === house.outside.id) continue;
        await recordClip({ ...house.recording, cameraId, clip, startMs: startMs + minute * MINUTE });
      }
    }
    await house.person('operator', [{ role: 'operator', scope: house.scopes.all }]);
    const { headers } = await house.signIn('operator', () => true);
    const [name = '', ...value] = (headers.cookie ?? '').split('=');
    cookie = { name, value: value.join('='), url: house.url };
    browser = await launchBrowser();
    const opened = await openPage(browser, { viewport: DESKTOP });
    await opened.context.addCookies([cookie]);
    [page, problems] = [opened.page, opened.problems];
    page.setDefaultTimeout(20_000);
  });
  afterAll(async () => {
    await browser?.close();
    await house?.close();
  });

  const address = (ms: number): string =>
    `${house.url}/playback?cameras=${ids.join(',')}&at=${new Date(startMs + ms).toISOString()}`;
  const cell = (at: number) => page.locator(`[data-playback-cell="${ids[at]}"]`);
  const state = (at: number, wanted: string) =>
    expect.poll(() => cell(at).getAttribute('data-state'), { timeout: 30_000 }).toBe(wanted);
  /** ms by which the picture of a camera is off the clock. */
  const off = async (at: number): Promise<number> => Number((await cell(at).getAttribute('data-off-ms')) ?? Number.NaN);

  it('opens at the moment and with the cameras of an address, and stands there', async () => {
    await page.goto(address(90_000));
    for (const at of [0, 1]) {
      await state(at, 'shown');
      await expect.poll(async () => Math.abs(await off(at)), { timeout: 15_000 }).toBeLessThan(20);
    }
  });

  it('plays both in step over the seam of two files, and says where there is nothing', async () => {
    await page.goto(address(55_000));
    await state(0, 'shown');
    await page.keyboard.press('k');
    const atMs = () => Date.parse(new URL(page.url()).searchParams.get('at') ?? '') - startMs;
    await expect.poll(atMs, { timeout: 30_000 }).toBeGreaterThan(61_000);
    await expect
      .poll(async () => Math.max(Math.abs(await off(0)), Math.abs(await off(1))), { timeout: 15_000 })
      .toBeLessThan(100);
    await page.goto(address(125_000));
    await state(1, 'gap');
    await state(0, 'shown');
    await page.getByRole('button', { name: 'Tới đoạn ghi kế tiếp' }).click();
    await state(1, 'shown');
  });

  it('goes backwards and at 32 times by key frames', async () => {
    await page.goto(address(100_000));
    await state(0, 'shown');
    await page.keyboard.press('j');
    await page.keyboard.press('k');
    const shownAt = () => cell(0).evaluate((box) => box.querySelector('video')?.currentTime ?? 0);
    const before = await shownAt();
    await expect.poll(shownAt, { timeout: 20_000 }).toBeLessThan(before - 3);
    for (let press = 0; press < 5; press += 1) await page.keyboard.press('l');
    await page.keyboard.press('j');
    const turned = await shownAt();
    await expect.poll(shownAt, { timeout: 20_000 }).toBeGreaterThan(turned + 3);
  });

  it('shows a still under the cursor, and keeps a bookmark', async () => {
    await page.goto(address(90_000));
    await state(0, 'shown');
    await page.keyboard.press('+');
    await page.keyboard.press('+');
    const box = await page.locator('[data-timeline]').boundingBox();
    if (box === null) throw new Error('no timeline');
    const still = page.waitForResponse((reply) => reply.url().includes('/thumbnail.jpg'));
    // About where the playhead stands: the view ends shortly behind now.
    await page.mouse.move(box.x + box.width * 0.62, box.y + 36);
    expect((await still).status()).toBe(200);
    await page.mouse.move(10, 10);
    await page.keyboard.press('b');
    await page.getByLabel('Nội dung').fill('Xe tải đỏ');
    await page.keyboard.press('Enter');
    await page.getByText('Đã đánh dấu').waitFor();
    expect(problems).toEqual([]);
  });

  it('replays the last half minute in a live cell, and returns', async () => {
    await recordClip({ ...house.recording, cameraId: house.inside.id, clip, startMs: Date.now() - MINUTE });
    await page.goto(house.url);
    await page.locator(`[data-cell][data-camera="${house.inside.id}"]`).click({ position: { x: 40, y: 40 } });
    await page.keyboard.press('r');
    await page.locator('[data-replay="shown"]').waitFor();
    await page.getByRole('button', { name: 'Về trực tiếp' }).click();
    await page.locator('[data-replay]').waitFor({ state: 'detached' });
    // Nothing was recorded of the other: the live picture comes back by itself.
    await page.locator(`[data-cell][data-camera="${house.outside.id}"]`).click({ position: { x: 40, y: 40 } });
    await page.keyboard.press('r');
    await page.locator('[data-replay="gap"]').waitFor();
    await page.locator('[data-replay]').waitFor({ state: 'detached' });
  });

  it('exports a range as evidence to who may, and shows what was asked for', async () => {
    await house.person('lead', [{ role: 'shift_lead', scope: house.scopes.all }]);
    const { headers } = await house.signIn('lead', () => true);
    const [name = '', ...value] = (headers.cookie ?? '').split('=');
    const opened = await openPage(browser, { viewport: DESKTOP });
    await opened.context.addCookies([{ name, value: value.join('='), url: house.url }]);
    await opened.page.goto(address(90_000));
    await opened.page.getByRole('button', { name: 'Xuất bằng chứng' }).click();
    const dialog = opened.page.getByRole('dialog');
    await dialog.getByLabel('Lý do').fill('Va chạm ở ngã tư');
    await dialog.getByRole('button', { name: 'Xuất', exact: true }).click();
    await dialog.locator('[data-export][data-state="done"]').waitFor();
    const fetching = opened.page.waitForEvent('download');
    await dialog.getByRole('link', { name: /Tải về/ }).click();
    const path = await (await fetching).path();
    const { stdout } = await promisify(execFile)('python3', ['-m', 'zipfile', '-l', path]);
    expect(stdout.match(/camera-\d+-main\.mp4/g)).toHaveLength(2);
    expect(opened.problems).toEqual([]);
    await opened.context.close();
    expect(await page.getByRole('button', { name: 'Xuất bằng chứng' }).count()).toBe(0);
  });

  it('fits on a phone', async () => {
    const phone = await openPage(browser, { viewport: PHONE });
    await phone.context.addCookies([cookie]);
    await phone.page.goto(address(90_000));
    await phone.page.locator('[data-playback-cell][data-state="shown"]').first().waitFor();
    const overflow = await phone.page.evaluate(() => document.documentElement.scrollWidth - window.innerWidth);
    expect(overflow).toBeLessThanOrEqual(0);
    await phone.context.close();
  });
});
