import type { Page } from 'playwright-core';
import { expect } from 'vitest';

/** Resolves when at least `count` cells show a picture that changes over time; compares pixels, not states. */
export async function untilMoving(page: Page, count: number): Promise<void> {
  await expect.poll(() => movingCells(page), { timeout: 45_000, interval: 500 }).toBeGreaterThanOrEqual(count);
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
