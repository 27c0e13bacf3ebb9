import { readFile } from 'node:fs/promises';
import type { Browser, BrowserContext, Page } from 'playwright-core';
import { transformWithOxc } from 'vite';
import { ADMIN } from '../e2e/api-client.ts';
import { DESKTOP, openPage } from '../e2e/browser.ts';

/** The console in a browser, signed in as the administrator, and what can be read off its cells. */

export interface ConsoleOptions {
  /** The wall socket cannot be had: cells take LL-HLS. */
  readonly blockSocket?: boolean;
  /** The live page where it is not said. */
  readonly path?: string;
  /** The live page gets a square grid of so many cells, filled with cameras as they are listed. */
  readonly cells?: number;
}

export async function openConsole(
  browser: Browser,
  url: string,
  options: ConsoleOptions = {},
): Promise<{ page: Page; context: BrowserContext }> {
  const { page, context } = await openPage(browser, { viewport: DESKTOP });
  // tsx marks functions with this name; those that run in the page must find it there.
  await context.addInitScript('globalThis.__name = (named) => named;');
  if (options.blockSocket === true) await context.routeWebSocket(/wall-socket/, (socket) => socket.close());
  await page.goto(`${url}${options.path ?? '/'}`);
  await page.getByLabel('Tên đăng nhập').fill(ADMIN.username);
  await page.getByLabel('Mật khẩu', { exact: true }).fill(ADMIN.password);
  await page.keyboard.press('Enter');
  await page.locator('[data-cell]').first().waitFor({ timeout: 60_000 });
  if (options.cells !== undefined) {
    const side = Math.sqrt(options.cells);
    await page.getByRole('combobox', { name: 'Lưới' }).click();
    await page.getByRole('option', { name: side === 1 ? '1' : `${side}x${side}`, exact: true }).click();
    for (const row of await page.locator('[data-camera-row]').all()) {
      if ((await page.locator('[data-camera=""]').count()) > 0) await row.click();
    }
  }
  return { page, context };
}

/** Pictures that each cell has shown so far. */
export function shownCounts(page: Page): Promise<number[]> {
  return page.evaluate(() =>
    [...document.querySelectorAll<HTMLVideoElement>('[data-cell] video')].map((video) => {
      const { totalVideoFrames, droppedVideoFrames } = video.getVideoPlaybackQuality();
      return totalVideoFrames - droppedVideoFrames;
    }),
  );
}

/**
 * Ages in ms of every picture that was presented in `seconds`, by cell. They are read off the picture: the scenes carry
 * the wall-clock as black and white cells, drawn to a canvas as each frame is presented.
 */
export async function agesOf(page: Page, seconds: number): Promise<number[][]> {
  const source = await readFile(new URL('../../camera-adapters/simulator/clock-strip.ts', import.meta.url), 'utf8');
  const { code } = await transformWithOxc(source, 'clock-strip.ts');
  // Evaluated through the debugger, so that the page's content security policy has no say in it.
  await page.evaluate(`{ ${code.replace(/^export /gm, '')}; globalThis.__strip = { readClockStrip, ageMs }; }`);
  return page.evaluate(watchAges, seconds);
}

interface StripReader {
  readClockStrip(pixels: Uint8ClampedArray, width: number, height: number): number | null;
  ageMs(units: number, nowMs: number): number;
}

/** Runs in the page. */
async function watchAges(seconds: number): Promise<number[][]> {
  const { readClockStrip, ageMs } = (globalThis as unknown as { __strip: StripReader }).__strip;
  const videos = [...document.querySelectorAll<HTMLVideoElement>('[data-cell] video')].filter(
    (video) => video.videoWidth > 0,
  );
  const until = performance.now() + seconds * 1000;
  const watch = async (video: HTMLVideoElement): Promise<number[]> => {
    const ages: number[] = [];
    const canvas = new OffscreenCanvas(26 * 8, 8);
    const context = canvas.getContext('2d', { willReadFrequently: true });
    while (performance.now() < until) {
      const came = await Promise.race([
        new Promise<boolean>((done) => video.requestVideoFrameCallback(() => done(true))),
        new Promise<boolean>((done) => setTimeout(() => done(false), 1000)),
      ]);
      if (!came || context === null) continue;
      const now = Date.now();
      context.drawImage(video, 0, video.videoHeight - 8, 26 * 8, 8, 0, 0, 26 * 8, 8);
      const units = readClockStrip(context.getImageData(0, 0, 26 * 8, 8).data, 26 * 8, 8);
      if (units !== null) ages.push(ageMs(units, now));
    }
    return ages;
  };
  return Promise.all(videos.map(watch));
}

/**
 * Calls a camera as a person does, by its number, in a cell of its own that was empty: ms from Enter to the first
 * presented frame. Rejects when none comes within ten seconds.
 */
export async function callCamera(page: Page, camera: { id: string; number: number }): Promise<number> {
  await page.evaluate(clearCell, camera.number);
  await page.locator(`[data-camera="${camera.id}"]`).first().waitFor({ state: 'detached' });
  await page.waitForTimeout(500);
  return page.evaluate(pressNumber, camera);
}

/** Runs in the page: calls the camera, which chooses the cell that it is in, and empties that. */
async function clearCell(number: number): Promise<void> {
  for (const key of [...String(number), 'Enter', 'Delete']) {
    window.dispatchEvent(new KeyboardEvent('keydown', { key, bubbles: true, cancelable: true }));
    await new Promise((done) => setTimeout(done, 200));
  }
}

/** Runs in the page. */
async function pressNumber({ id, number }: { id: string; number: number }): Promise<number> {
  const press = (key: string): boolean =>
    window.dispatchEvent(new KeyboardEvent('keydown', { key, bubbles: true, cancelable: true }));
  for (const digit of String(number)) {
    press(digit);
    await new Promise((done) => setTimeout(done, 100));
  }
  const begun = performance.now();
  press('Enter');
  return new Promise((resolve, reject) => {
    const timer = setTimeout(() => reject(new Error(`no picture of camera ${number}`)), 10_000);
    // The element comes with the camera: looked for at each frame.
    const look = (): void => {
      const video = document.querySelector<HTMLVideoElement>(`[data-camera="${id}"] video`);
      if (video === null) requestAnimationFrame(look);
      else
        video.requestVideoFrameCallback(() => {
          clearTimeout(timer);
          resolve(performance.now() - begun);
        });
    };
    look();
  });
}
