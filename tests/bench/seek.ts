import { resolve } from 'node:path';
import type { Page } from 'playwright-core';
import { DESKTOP, launchBrowser } from '../e2e/browser.ts';
import { recordClips } from '../e2e/looking-back.ts';
import { percentile, round, say, table } from './figures.ts';

const CLIPS = resolve(import.meta.dirname, '../../../shared/material/clips');
const FILES = ['campus_pedestrians_vtest', 'street_cars', 'indoor_one_by_one_person', 'parking_topdown_cars'];
const MINUTES = 6;
const CLICKS = 40;
const CAMERAS = [1, 4];
/** Between two clicks, ms: somebody looks at what they found. */
const LOOKS_MS = 700;

/**
 * From a click on the timeline to the picture of that moment on the screen, in headless Chromium on the machine of the
 * server: real clips (640×360, 25 pictures a second, a key frame each second) in files of a minute, recorded by the
 * recorder. Each click goes to a moment that nobody chose, while the clock stands. With four cameras the last of the
 * four pictures counts.
 */
export async function benchSeek(): Promise<void> {
  const clips = FILES.map((name) => ({ name, file: `${CLIPS}/${name}.mp4` }));
  const recorded = await recordClips(clips, 60, MINUTES);
  const browser = await launchBrowser();
  try {
    const rows: Record<string, number>[] = [];
    for (const count of CAMERAS) {
      const { page, context } = await recorded.open(browser, DESKTOP);
      // tsx marks functions with this name; those that run in the page must find it there.
      await context.addInitScript('globalThis.__name = (named) => named;');
      const cameras = recorded.ids.slice(0, count).join(',');
      const middle = new Date((recorded.startMs + recorded.endMs) / 2).toISOString();
      await page.goto(`${recorded.house.url}/playback?cameras=${cameras}&at=${middle}`);
      await page
        .locator('[data-playback-cell][data-state="shown"]')
        .nth(count - 1)
        .waitFor();
      await page.getByRole('combobox', { name: 'Khoảng hiển thị' }).click();
      await page.getByRole('option', { name: '10 phút', exact: true }).click();
      const all = await clicks(page);
      const times = all.filter((ms) => !Number.isNaN(ms));
      rows.push({
        cameras: count,
        clicks: all.length,
        'without a new picture': all.length - times.length,
        p50: round(percentile(times, 0.5), 0),
        p95: round(percentile(times, 0.95), 0),
        longest: round(Math.max(...times), 0),
      });
      await context.close();
    }
    say(`\n## Seek: click on the timeline to the picture, ms\n`);
    say(table(rows));
  } finally {
    await browser.close();
    await recorded.house.close();
  }
}

async function clicks(page: Page): Promise<number[]> {
  const times: number[] = [];
  for (let click = 0; click < CLICKS; click += 1) {
    // The middle of the view is the middle of what was recorded; at its edges there is nothing.
    const share = 0.5 + (Math.random() - 0.5) * ((MINUTES - 0.2) / 10);
    times.push(await page.evaluate(clickAt, share));
    await page.waitForTimeout(LOOKS_MS);
  }
  return times;
}

/** Runs in the page: resolves to the ms from the click to the last cell's picture. */
async function clickAt(share: number): Promise<number> {
  const canvas = document.querySelector<HTMLElement>('[data-timeline]');
  if (canvas === null) throw new Error('no timeline');
  const { left, top, width } = canvas.getBoundingClientRect();
  const at = { clientX: left + width * share, clientY: top + 36, pointerId: 1, bubbles: true, pointerType: 'mouse' };
  // The browser knows no pointer that was invented.
  canvas.setPointerCapture = () => {};
  const begun = performance.now();
  canvas.dispatchEvent(new PointerEvent('pointerdown', at));
  canvas.dispatchEvent(new PointerEvent('pointerup', at));
  const cells = [...document.querySelectorAll<HTMLElement>('[data-playback-cell]')];
  const arrived = cells.map(
    (cell) =>
      new Promise<number>((resolve) => {
        // A click within the picture that is shown brings no other.
        const timer = setTimeout(() => resolve(Number.NaN), 5000);
        const before = cell.querySelector('video')?.currentTime;
        const look = (_: number, { mediaTime }: VideoFrameCallbackMetadata): void => {
          const now = cell.querySelector('video')?.currentTime ?? 0;
          // A picture lasts 40 ms: the one of this moment began no earlier.
          if (now === before || Math.abs(now - mediaTime) > 0.045) again();
          else {
            clearTimeout(timer);
            resolve(performance.now() - begun);
          }
        };
        // The element is another one when the decoder begins anew.
        const again = (): void => {
          cell.querySelector('video')?.requestVideoFrameCallback(look);
        };
        again();
      }),
  );
  return Math.max(...(await Promise.all(arrived)));
}
