import type { Page } from 'playwright-core';

const WITHIN_MS = 45_000;

/** Resolves when at least `count` cells show a picture that changes over time; compares pixels, not states. */
export async function untilMoving(page: Page, count: number): Promise<void> {
  const deadline = performance.now() + WITHIN_MS;
  for (;;) {
    const moving = await movingCells(page);
    if (moving >= count) return;
    if (performance.now() > deadline) throw new Error(`${moving} cells move, not ${count}`);
    await page.waitForTimeout(500);
  }
}

function movingCells(page: Page): Promise<number> {
  return page.evaluate(async () => {
    const videos = [...document.querySelectorAll<HTMLVideoElement>('[data-cell]:not([hidden]) video')];
    const canvas = document.createElement('canvas');
    canvas.width = 64;
    canvas.height = 36;
    const context = canvas.getContext('2d', { willReadFrequently: true });
    if (context === null) return 0;
    const look = (video: HTMLVideoElement): Uint8ClampedArray => {
      context.drawImage(video, 0, 0, 64, 36);
      return context.getImageData(0, 0, 64, 36).data;
    };
    const first = videos.map(look);
    await new Promise((done) => setTimeout(done, 700));
    const second = videos.map(look);
    return first.filter((before, at) => {
      const after = second[at];
      return after !== undefined && before.some((value, index) => Math.abs(value - (after[index] ?? value)) > 12);
    }).length;
  });
}
