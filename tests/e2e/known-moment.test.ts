import { execFile } from 'node:child_process';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import type { Browser, Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { stillOfFile } from '../fakes/clip-camera.ts';
import { material } from '../material.ts';
import { DESKTOP, launchBrowser } from './browser.ts';
import { type RecordedClips, recordClips } from './looking-back.ts';

/**
 * Somebody knows what happened and not when: in clips of real cameras, recorded three hours ago, they find the moment
 * at which a man turns away from the table, see it from four cameras in step, and take it away as evidence.
 */
const run = promisify(execFile);
const SECONDS = 66;
const RATE = 25;
/** The man turns away; this picture alone has a mark in its corner, which no clip has by itself. */
const TURNS = { picture: 1094, colour: 'magenta' };
/** A woman in grey, nobody, the man at the table, a woman in black. */
const SCENES = [300, 525, 800, 1400];
const TURNS_MS = (TURNS.picture * 1000) / RATE;
const MOST_SKEW_MS = 100;
const IN_STEP_MS = 3000;
/** Below the upper edge of the timeline. */
const FIRST_ROW_PX = 36;
const THUMBNAIL = 'img[class*="thumbnail"]';

const files = ['indoor_one_by_one_person', 'parking_topdown_cars', 'campus_pedestrians_vtest', 'street_cars'].map(
  (name) => material(`clips/${name}.mp4`),
);
const [indoor = '', parking = '', campus = '', street = ''] = files;

describe.skipIf(files.includes(undefined))('looking back at real clips', () => {
  let recorded: RecordedClips;
  let browser: Browser;
  let page: Page;
  let problems: string[];
  beforeAll(async () => {
    recorded = await recordClips(
      [
        { name: 'Quầy tiếp dân', file: indoor, mark: TURNS },
        { name: 'Bãi đỗ xe', file: parking },
        { name: 'Sân trường', file: campus },
        { name: 'Quốc lộ 91', file: street },
      ],
      SECONDS,
    );
    browser = await launchBrowser();
    ({ page, problems } = await recorded.open(browser, DESKTOP));
    page.setDefaultTimeout(30_000);
  });
  afterAll(async () => {
    await browser?.close();
    await recorded?.house.close();
  });

  const cell = (at: number) => page.locator(`[data-playback-cell="${recorded.ids[at]}"]`);
  const shown = (at: number) =>
    expect.poll(() => cell(at).getAttribute('data-state'), { timeout: 30_000 }).toBe('shown');
  const addressMs = (): number => Date.parse(new URL(page.url()).searchParams.get('at') ?? '') - recorded.startMs;
  /** The span is centred on what is shown; from there a moment has its place. */
  async function pointAt(ms: number, spanMs: number) {
    const box = await page.locator('[data-timeline]').boundingBox();
    if (box === null) throw new Error('no timeline');
    return { x: box.x + box.width * (0.5 + (ms - addressMs()) / spanMs), y: box.y + FIRST_ROW_PX };
  }
  async function span(name: string): Promise<void> {
    await page.getByRole('combobox', { name: 'Khoảng hiển thị' }).click();
    await page.getByRole('option', { name, exact: true }).click();
  }
  const stills = new Map<number, Uint8Array>();
  /** Which of these pictures of the clip an element shows. */
  async function nearest(selector: string, pictures: readonly number[]): Promise<number> {
    const seen = await page.locator(selector).evaluate(brightness);
    let best = { picture: -1, off: Number.POSITIVE_INFINITY };
    for (const picture of pictures) {
      const still = stills.get(picture) ?? (await stillOfFile(indoor, picture));
      stills.set(picture, still);
      const off = still.reduce((sum, value, at) => sum + Math.abs(value - (seen[at] ?? 0)), 0) / still.length;
      if (off < best.off) best = { picture, off };
    }
    expect(best.off).toBeLessThan(8);
    return best.picture;
  }
  const isMarked = (): Promise<boolean> => cell(0).locator('video').evaluate(hasMark);

  it('finds the moment: on the timeline, by its thumbnails, and then picture by picture', async () => {
    // Nobody says when: it was today, and the page goes to the newest of these cameras that comes into view.
    await page.goto(`${recorded.house.url}/playback?cameras=${recorded.ids.join(',')}`);
    await span('24 giờ');
    await shown(0);
    // The address follows what is shown, and says where the span lies.
    await expect.poll(addressMs).toSatisfy((ms: number) => ms > -1000 && ms < SECONDS * 1000 + 1000);
    await span('10 phút');
    // It was somewhere in here: the cursor goes along the row of the first camera, and the stills tell.
    const seen: number[] = [];
    for (const picture of SCENES) {
      const { x, y } = await pointAt((picture * 1000) / RATE, 600_000);
      const still = page.waitForResponse((reply) => reply.url().includes(`${recorded.ids[0]}/thumbnail.jpg`));
      await page.mouse.move(x, y);
      expect((await still).status()).toBe(200);
      await page.waitForFunction(isLoaded, THUMBNAIL);
      seen.push(await nearest(THUMBNAIL, SCENES));
    }
    expect(seen).toEqual(SCENES);

    const there = await pointAt(TURNS_MS, 600_000);
    await page.mouse.click(there.x, there.y);
    await shown(0);
    // As near as a pixel of ten minutes is. Closer in, once more; the address says where from.
    await expect.poll(() => addressMs() - TURNS_MS).toSatisfy((off: number) => Math.abs(off) < 1000);
    await span('10 giây');
    const closer = await pointAt(TURNS_MS - 200, 10_000);
    await page.mouse.click(closer.x, closer.y);
    await page.mouse.move(10, 10);
    await settled();
    await shown(0);
    // Picture by picture up to the one, and not beyond.
    for (let steps = 0; steps < 2 * RATE && !(await isMarked()); steps += 1) {
      await page.keyboard.press('.');
      await settled();
    }
    expect(await isMarked()).toBe(true);
    const video = `[data-playback-cell="${recorded.ids[0]}"] video`;
    expect(await nearest(video, [1000, 1050, TURNS.picture, 1130])).toBe(TURNS.picture);
    for (const [key, marked] of [
      ['.', false],
      [',', true],
      [',', false],
    ] as const) {
      await page.keyboard.press(key);
      await settled();
      expect([key, await isMarked()]).toEqual([key, marked]);
    }
  });

  /** What was asked for is taken up with the next picture of the page; then it is waited for. */
  async function settled(): Promise<void> {
    await page.evaluate(twoFrames);
    await page.waitForFunction(allThere);
    await page.evaluate(twoFrames);
  }

  it('plays four cameras in step', async () => {
    await page.goto(recorded.address(TURNS_MS - 3000));
    for (const at of [0, 1, 2, 3]) await shown(at);
    await page.keyboard.press('k');
    const skew = await page.evaluate(playsInStep, { mostMs: MOST_SKEW_MS, forMs: IN_STEP_MS });
    process.stdout.write(`four cameras in step: at most ${Math.round(skew)} ms apart over ${IN_STEP_MS} ms\n`);
    expect(skew).toBeLessThanOrEqual(MOST_SKEW_MS);
    await page.keyboard.press('k');
    expect(problems).toEqual([]);
  });

  it('exports what was found, and the picture is in it', async () => {
    await page.goto(recorded.address(TURNS_MS));
    await shown(0);
    await page.getByRole('button', { name: 'Xuất bằng chứng' }).click();
    const dialog = page.getByRole('dialog');
    await dialog.getByLabel('Lý do').fill('Người đàn ông rời bàn');
    await dialog.getByRole('button', { name: 'Xuất', exact: true }).click();
    await dialog.locator('[data-export][data-state="done"]').waitFor();
    const fetching = page.waitForEvent('download');
    await dialog.getByRole('link', { name: /Tải về/ }).click();
    const folder = await mkdtemp(join(tmpdir(), 'tamnhin-looked-back-'));
    try {
      await run('python3', ['-m', 'zipfile', '-e', await (await fetching).path(), folder]);
      const { stdout } = await run('find', [folder, '-name', '*.mp4']);
      const videos = stdout.trim().split('\n').sort();
      expect(videos).toHaveLength(4);
      const marked = await Promise.all(videos.map(markedPictures));
      expect(marked).toEqual([1, 0, 0, 0]);
    } finally {
      await rm(folder, { recursive: true });
    }
    expect(problems).toEqual([]);
  });
});

/** How many pictures of a file have the mark, as FFmpeg decodes them. */
async function markedPictures(path: string): Promise<number> {
  const corner = 'crop=40:40:8:8,scale=1:1:flags=area,format=rgb24';
  const { stdout } = await run('ffmpeg', ['-v', 'error', '-i', path, '-vf', corner, '-f', 'rawvideo', 'pipe:1'], {
    encoding: 'buffer',
  });
  let count = 0;
  for (let at = 0; at < stdout.length; at += 3) {
    const [red = 0, green = 0, blue = 0] = stdout.subarray(at, at + 3);
    if (red > 180 && blue > 180 && green < 80) count += 1;
  }
  return count;
}

/** Runs in the page. */
function twoFrames(): Promise<unknown> {
  return new Promise((done) => requestAnimationFrame(() => requestAnimationFrame(done)));
}

/** Runs in the page. */
function allThere(): boolean {
  const cells = [...document.querySelectorAll<HTMLElement>('[data-playback-cell]')];
  return cells.every(({ dataset }) => dataset.state === 'shown' && Math.abs(Number(dataset.offMs)) <= 10);
}

/** Runs in the page. */
function isLoaded(selector: string): boolean {
  const image = document.querySelector<HTMLImageElement>(selector);
  return image?.complete === true && image.naturalWidth > 0;
}

/** Runs in the page. */
function hasMark(element: Element): boolean {
  const canvas = document.createElement('canvas');
  [canvas.width, canvas.height] = [640, 360];
  const context = canvas.getContext('2d');
  if (context === null || !(element instanceof HTMLVideoElement)) return false;
  context.drawImage(element, 0, 0, 640, 360);
  const [red = 0, green = 0, blue = 0] = context.getImageData(28, 28, 1, 1).data;
  return red > 180 && blue > 180 && green < 80;
}

/** Runs in the page: brightness of 64×36 places. */
function brightness(element: Element): number[] {
  const canvas = document.createElement('canvas');
  [canvas.width, canvas.height] = [64, 36];
  const context = canvas.getContext('2d');
  if (context === null) return [];
  if (!(element instanceof HTMLVideoElement || element instanceof HTMLImageElement)) return [];
  context.imageSmoothingQuality = 'high';
  context.drawImage(element, 0, 0, 64, 36);
  const { data } = context.getImageData(0, 0, 64, 36);
  return Array.from({ length: 64 * 36 }, (_, at) => {
    const [red = 0, green = 0, blue = 0] = data.subarray(at * 4, at * 4 + 3);
    return 0.299 * red + 0.587 * green + 0.114 * blue;
  });
}

/**
 * Runs in the page: resolves to the largest skew of the first stretch of `forMs` that keeps within `mostMs`. What
 * counts is when the picture on the screen was taken: what the page says of the player, less the age of the picture.
 */
async function playsInStep({ mostMs, forMs }: { mostMs: number; forMs: number }): Promise<number> {
  const cells = [...document.querySelectorAll<HTMLElement>('[data-playback-cell]')].flatMap((box) => {
    const video = box.querySelector('video');
    return video === null ? [] : [{ box, video, onScreen: Number.NaN }];
  });
  for (const cell of cells) {
    const watch = (_: number, { mediaTime }: VideoFrameCallbackMetadata): void => {
      cell.onScreen = mediaTime;
      cell.video.requestVideoFrameCallback(watch);
    };
    cell.video.requestVideoFrameCallback(watch);
  }
  const begun = performance.now();
  let [since, most] = [begun, 0];
  while (performance.now() - begun < 20_000) {
    await new Promise((done) => requestAnimationFrame(done));
    const off = cells.map(
      ({ box, video, onScreen }) => Number(box.dataset.offMs || Number.NaN) - (video.currentTime - onScreen) * 1000,
    );
    const skew = Math.max(...off) - Math.min(...off);
    if (skew <= mostMs) most = Math.max(most, skew);
    else [since, most] = [performance.now(), 0];
    if (performance.now() - since >= forMs) return most;
  }
  return Number.POSITIVE_INFINITY;
}
