import type { Browser } from 'playwright-core';
import type { CameraView } from '#contracts/camera';
import type { LayoutView } from '#contracts/http';
import { type ApiClient, addCamera, setUp, untilStream } from '../e2e/api-client.ts';
import { launchBrowser } from '../e2e/browser.ts';
import { startProgram } from '../e2e/program.ts';
import { agesOf, openConsole, shownCounts } from './console-page.ts';
import { percentile, round, say, table } from './figures.ts';

const SECONDS = 12;

/** As many as one machine of two cores draws and encodes beside a browser that decodes them. */
const SCENES = ['junction', 'market', 'river', 'bridge'] as const;

/**
 * How many cells a browser without a graphics processor shows, and how late: headless Chromium against four drawn
 * cameras on the same machine, so drawing, encoding, serving and decoding share its cores.
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
    await manyCells(browser, program.url, admin, cameras);
  } finally {
    await browser.close();
    await program.stop();
    await program.remove();
  }
}

async function manyCells(
  browser: Browser,
  url: string,
  admin: ApiClient,
  cameras: readonly CameraView[],
): Promise<void> {
  const rows: Record<string, string | number>[] = [];
  for (const side of [1, 2, 4, 6]) {
    const layout = await squareLayout(
      admin,
      side,
      cameras.map(({ id }) => id),
    );
    const { page, context } = await openConsole(browser, url, { path: `/wall/${layout.id}` });
    await page.waitForTimeout(8000);
    const before = await shownCounts(page);
    const begun = performance.now();
    const ages = await agesOf(page, SECONDS);
    const seconds = (performance.now() - begun) / 1000;
    const after = await shownCounts(page);
    const rates = after.map((count, at) => (count - (before[at] ?? 0)) / seconds);
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

/** A shared wall of `side` × `side` cells, which show the cameras in turn. */
export function squareLayout(admin: ApiClient, side: number, cameraIds: readonly string[]): Promise<LayoutView> {
  const cells = Array.from({ length: side * side }, (_, at) => ({
    column: at % side,
    row: Math.floor(at / side),
    cameraId: cameraIds[at % cameraIds.length] ?? null,
  }));
  return admin.request<LayoutView>('POST', '/api/layouts', { name: `${side}`, columns: side, rows: side, cells });
}
