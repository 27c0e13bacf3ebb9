import type { Page } from 'playwright-core';
import { launchBrowser } from '../e2e/browser.ts';
import { openConsole, shownCounts } from './console-page.ts';
import { percentile, round, say } from './figures.ts';
import { cpuMs, proportionalMb, tree } from './process-cost.ts';
import { squareLayout } from './viewing.ts';
import { CELLS, memoryLine, RATE, startManyCameras } from './wall-cells.ts';

const SECONDS = 600;
const LOOK_S = 60;
const SETTLE_MS = 15_000;

/**
 * A wall of 64 cells, one camera each, 640×360 at 15 pictures a second, in one headless Chromium without a graphics
 * processor, on the cores that the cameras and the program share. Told for each minute: how many pictures a second the
 * cells showed, how many of the cells the server sends in full (the others were stepped down, as the browser does not
 * read), CPU, and memory: of the browser with its share of what its processes have in common, its heap of JavaScript
 * after a collection, and the program's, see `wall-cells`. `wall-screen=600`: seconds.
 */
export async function benchWallScreen([seconds = SECONDS]: readonly number[] = []): Promise<void> {
  const { program, admin, ids, stop } = await startManyCameras();
  const before = new Set(tree(process.pid));
  const browser = await launchBrowser();
  const browserPids = tree(process.pid)
    .filter((pid) => !before.has(pid))
    .slice(0, 1);
  try {
    const layout = await squareLayout(admin, Math.sqrt(CELLS), ids);
    const { page } = await openConsole(browser, program.url, { path: `/wall/${layout.id}` });
    await page.waitForTimeout(SETTLE_MS);
    say(`\n## A wall of ${CELLS} cells of 640×360 at ${RATE} pictures a second in one Chromium\n`);
    const begun = performance.now();
    const elapsedS = (): number => (performance.now() - begun) / 1000;
    while (elapsedS() < seconds) {
      const [atS, shown, cpu] = [elapsedS(), await shownCounts(page), [cpuMs(browserPids), cpuMs([program.pid])]];
      await page.waitForTimeout(Math.min(LOOK_S, seconds - atS) * 1000);
      const [took, now] = [elapsedS() - atS, await shownCounts(page)];
      const rates = now.map((count, at) => (count - (shown[at] ?? 0)) / took);
      const perSecond = (pids: readonly number[], used = 0): number => round((cpuMs(pids) - used) / took, 0);
      say(
        [
          `${round(elapsedS(), 0)} s: pictures/s per cell p50 ${round(percentile(rates, 0.5))}`,
          `slowest ${round(Math.min(...rates))}`,
          `${round(
            rates.reduce((sum, rate) => sum + rate, 0),
            0,
          )} in all`,
          `sent in full ${await sentInFull(page)} cells`,
          `CPU ms per s: browser ${perSecond(browserPids, cpu[0])}, program ${perSecond([program.pid], cpu[1])}`,
          `MB: browser ${round(proportionalMb(browserPids), 0)}, its heap ${round(await heapMb(page))}`,
          await memoryLine(program, admin),
        ].join('; '),
      );
    }
  } finally {
    await browser.close();
    await stop();
  }
}

function sentInFull(page: Page): Promise<number> {
  return page.locator('[data-cell][data-serving="main"]').count();
}

async function heapMb(page: Page): Promise<number> {
  const session = await page.context().newCDPSession(page);
  await session.send('HeapProfiler.collectGarbage');
  const { usedSize } = await session.send('Runtime.getHeapUsage');
  await session.detach();
  return usedSize / 2 ** 20;
}
