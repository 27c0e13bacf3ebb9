import { readFile } from 'node:fs/promises';
import type { Browser, BrowserContext, Page } from 'playwright-core';
import { transformWithOxc } from 'vite';
import type { CameraView } from '#contracts/camera';
import type { LayoutView } from '#contracts/http';
import { ADMIN, type ApiClient, addCamera, setUp, untilStream } from '../e2e/api-client.ts';
import { DESKTOP, launchBrowser, openPage } from '../e2e/browser.ts';
import { untilMoving } from '../e2e/moving.ts';
import { startProgram } from '../e2e/program.ts';
import { percentile, round, say, table } from './figures.ts';

const CALLS = 20;
const SECONDS = 12;

/** As many as one machine of two cores draws and encodes beside a browser that decodes them. */
const SCENES = ['junction', 'market', 'river', 'bridge'] as const;

/**
 * What a person sees, in headless Chromium against four drawn cameras on the same machine (so drawing, encoding,
 * serving and decoding share its cores). The age of a picture is read off the picture itself: the scenes carry the
 * wall-clock as black and white cells, read from a canvas at each presented frame; it holds everything from drawing
 * the picture to the screen.
 */
export async function benchViewing(): Promise<void> {
  const program = await startProgram();
  const browser = await launchBrowser();
  try {
    const admin = await setUp(program.announced);
    const cameras: CameraView[] = [];
    for (const scene of SCENES) {
      const { id } = await addCamera(admin, { name: scene, source: { kind: 'virtual', scene } });
      cameras.push(await untilStream(admin, id, 'live', 60_000));
    }
    await firstPicture(browser, program.url, cameras);
    await glassToCell(browser, program.url);
    await manyCells(browser, program.url, admin, cameras);
  } finally {
    await browser.close();
    await program.stop();
    await program.remove();
  }
}

/** From Enter behind a camera's number to the first presented frame of its cell, for cameras that run already. */
async function firstPicture(browser: Browser, url: string, cameras: readonly CameraView[]): Promise<void> {
  const { page, context } = await openConsole(browser, url, { cells: 4 });
  await untilMoving(page, SCENES.length);
  const times: number[] = [];
  for (let call = 0; call < CALLS; call += 1) {
    const camera = cameras[call % cameras.length];
    if (camera === undefined) break;
    await page.evaluate(clearCell, camera);
    await page.locator(`[data-camera="${camera.id}"]`).first().waitFor({ state: 'detached' });
    await page.waitForTimeout(500);
    times.push(await page.evaluate(callCamera, camera));
    await page.waitForTimeout(500);
  }
  say(
    `\n## First picture of a running camera, ms from Enter to the first presented frame (${CALLS} calls, four cells)\n`,
  );
  say(table([{ p50: round(percentile(times, 0.5), 0), p95: round(percentile(times, 0.95), 0) }]));
  await context.close();
}

/** Runs in the page: calls the camera, which chooses the cell that it is in, and empties that. */
async function clearCell({ number }: { number: number }): Promise<void> {
  for (const key of [...String(number), 'Enter', 'Delete']) {
    window.dispatchEvent(new KeyboardEvent('keydown', { key, bubbles: true, cancelable: true }));
    await new Promise((done) => setTimeout(done, 200));
  }
}

/** Runs in the page. */
async function callCamera({ id, number }: { id: string; number: number }): Promise<number> {
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

async function glassToCell(browser: Browser, url: string): Promise<void> {
  const rows: Record<string, string | number>[] = [];
  for (const way of ['wall socket', 'LL-HLS'] as const) {
    // LL-HLS is what a phone on a strange line falls back to: one cell at a time.
    const cells = way === 'LL-HLS' ? 1 : 4;
    const { page, context } = await openConsole(browser, url, { blockSocket: way === 'LL-HLS', cells });
    await untilMoving(page, cells);
    await page.waitForTimeout(6000);
    const ages = (await agesOf(page, SECONDS)).flat();
    rows.push({
      way,
      cells,
      frames: ages.length,
      p50: round(percentile(ages, 0.5), 0),
      p95: round(percentile(ages, 0.95), 0),
    });
    await context.close();
  }
  say(`\n## Glass to cell, ms, 15 pictures a second, ${SECONDS} s each\n`);
  say(table(rows));
}

async function manyCells(
  browser: Browser,
  url: string,
  admin: ApiClient,
  cameras: readonly CameraView[],
): Promise<void> {
  const rows: Record<string, string | number>[] = [];
  for (const side of [1, 2, 4, 6]) {
    const cells = Array.from({ length: side * side }, (_, at) => ({
      column: at % side,
      row: Math.floor(at / side),
      cameraId: cameras[at % cameras.length]?.id ?? null,
    }));
    const layout = await admin.request<LayoutView>('POST', '/api/layouts', {
      name: `${side}`,
      columns: side,
      rows: side,
      cells,
    });
    const { page, context } = await openConsole(browser, url, { path: `/wall/${layout.id}` });
    await page.waitForTimeout(8000);
    const before = await page.evaluate(frameCounts);
    const begun = performance.now();
    const ages = await agesOf(page, SECONDS);
    const seconds = (performance.now() - begun) / 1000;
    const after = await page.evaluate(frameCounts);
    const rates = after.shown.map((count, at) => (count - (before.shown[at] ?? 0)) / seconds);
    rows.push({
      cells: side * side,
      'pictures/s per cell p50': round(percentile(rates, 0.5)),
      'slowest cell': round(Math.min(...rates)),
      'age p50 ms': round(percentile(ages.flat(), 0.5), 0),
      'age p95 ms': round(percentile(ages.flat(), 0.95), 0),
    });
    await context.close();
  }
  say(`\n## Cells in one Chromium, sent at 15 pictures a second, ${SECONDS} s each; software decoding\n`);
  say(table(rows));
}

function frameCounts(): { shown: number[] } {
  const videos = [...document.querySelectorAll<HTMLVideoElement>('[data-cell] video')];
  return {
    shown: videos.map((video) => {
      const { totalVideoFrames, droppedVideoFrames } = video.getVideoPlaybackQuality();
      return totalVideoFrames - droppedVideoFrames;
    }),
  };
}

/** Ages in ms of every frame that was presented in `seconds`, by cell. */
async function agesOf(page: Page, seconds: number): Promise<number[][]> {
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

async function openConsole(
  browser: Browser,
  url: string,
  options: { blockSocket?: boolean; path?: string; cells?: number } = {},
): Promise<{ page: Page; context: BrowserContext }> {
  const { page, context } = await openPage(browser, { viewport: DESKTOP });
  // tsx marks functions with this name; those that run in the page must find it there.
  await context.addInitScript('globalThis.__name = (named) => named;');
  if (options.blockSocket === true) await context.routeWebSocket(/wall-socket/, (socket) => socket.close());
  await page.goto(`${url}${options.path ?? '/'}`);
  await page.getByLabel('Tên đăng nhập').fill(ADMIN.username);
  await page.getByLabel('Mật khẩu', { exact: true }).fill(ADMIN.password);
  await page.keyboard.press('Enter');
  await page.locator('[data-cell]').first().waitFor();
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
