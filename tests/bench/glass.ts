import { execFileSync } from 'node:child_process';
import type { Browser } from 'playwright-core';
import type { CameraView } from '#contracts/camera';
import { decodeInit } from '#contracts/wall-frame';
import { ageMs, readClockStrip } from '../../camera-adapters/simulator/clock-strip.ts';
import { type ApiClient, addCamera, setUp, untilStream } from '../e2e/api-client.ts';
import { launchBrowser } from '../e2e/browser.ts';
import { type Program, startProgram } from '../e2e/program.ts';
import { agesOf, callCamera, openConsole } from './console-page.ts';
import { percentile, round, say, table } from './figures.ts';
import { startGlassCamera } from './glass-camera.ts';
import { startSimulatedCameras } from './simulated-cameras.ts';
import { openWallReader } from './wall-reader.ts';

const SECONDS = 60;
const OTHERS = 16;
const FRAGMENT_MS = 100;
const CALLS = 30;
const LIVE_MS = 60_000;
/** A page that has just opened still loads, and its player still looks for its place. */
const SETTLE_MS = 8000;

/**
 * How late a picture is seen: a camera over RTSP whose pictures carry the time at which they were drawn (640×360, 15 a
 * second), our own client, the wall socket or LL-HLS, one cell in headless Chromium without a graphics processor, where
 * the time is read off each presented frame; so drawing and encoding, which are the camera's, are in it. Beside it the
 * program takes in `others` cameras of 2 Mbit/s (1280×720, 25 a second) that nobody looks at. All of it shares the
 * cores of this machine. `glass=60,16,100,30`: seconds, others, ms of a fragment, calls.
 */
export async function benchGlass([
  seconds = SECONDS,
  others = OTHERS,
  fragmentMs = FRAGMENT_MS,
  calls = CALLS,
]: readonly number[]): Promise<void> {
  const glass = await startGlassCamera();
  const load = await startSimulatedCameras(others);
  const program = await startProgram({
    env: { TAMNHIN_CAMERAS_ALLOW_NETWORKS: '127.0.0.0/8', TAMNHIN_LIVE_FRAGMENT_MS: String(fragmentMs) },
  });
  const browser = await launchBrowser();
  try {
    const admin = await setUp(program.announced);
    const cameras: CameraView[] = [];
    for (const [at, mainUrl] of [glass.url, ...load.urls].entries()) {
      cameras.push(await addCamera(admin, { name: `Camera ${at}`, source: { kind: 'rtsp', mainUrl } }));
    }
    for (const { id } of cameras) await untilStream(admin, id, 'live', LIVE_MS);
    say(`\nFragments of ${fragmentMs} ms; ${others} other cameras of 2 Mbit/s come in, which nobody looks at.`);
    await glassToCell(browser, program, admin, cameras, seconds);
    await firstPicture(browser, program, admin, cameras, calls);
  } finally {
    await browser.close();
    await program.stop();
    await program.remove();
    await load.stop();
    await glass.stop();
  }
}

type Row = Readonly<Record<string, string | number>>;

const spread = (values: readonly number[]): Row => {
  const ms = (value: number): number => round(value, value < 20 ? 1 : 0);
  return {
    n: values.length,
    'p50 ms': ms(percentile(values, 0.5)),
    'p95 ms': ms(percentile(values, 0.95)),
    'longest ms': ms(Math.max(...values)),
  };
};

const pause = (ms: number): Promise<void> => new Promise((done) => setTimeout(done, ms));

async function glassToCell(
  browser: Browser,
  program: Program,
  admin: ApiClient,
  [camera]: readonly CameraView[],
  seconds: number,
): Promise<void> {
  const rows: Row[] = [];
  for (const way of ['wall socket', 'LL-HLS'] as const) {
    const { page, context } = await openConsole(browser, program.url, { blockSocket: way === 'LL-HLS', cells: 1 });
    await page.locator(`[data-camera="${camera?.id}"][data-path="${way === 'LL-HLS' ? 'hls' : 'ws'}"]`).waitFor();
    await page.waitForTimeout(SETTLE_MS);
    const arrivals = await watchArrivals(program, admin, camera);
    const ages = (await agesOf(page, seconds)).flat();
    if (way === 'wall socket') rows.push(...arrivals.rows());
    else arrivals.close();
    rows.push({ what: `picture drawn → presented in a cell, ${way}`, ...spread(ages) });
    await context.close();
  }
  say(`\n## Glass to cell, 15 pictures a second, ${seconds} s each\n`);
  say(table(rows));
}

/** Of each fragment its oldest picture: by its stamp, and where it is a key frame by the time that is drawn on it. */
async function watchArrivals(program: Program, admin: ApiClient, camera: CameraView | undefined) {
  let init: Uint8Array = new Uint8Array();
  const stamped: number[] = [];
  const keys: { readonly arrivedMs: number; readonly bytes: Uint8Array }[] = [];
  const reader = await openWallReader(program, admin, ({ kind, keyframe, wallClockMs, payload }) => {
    const arrivedMs = Date.now();
    if (kind === 'init') init = decodeInit(payload).init;
    if (kind !== 'fragment') return;
    stamped.push(arrivedMs - wallClockMs);
    if (keyframe) keys.push({ arrivedMs, bytes: payload });
  });
  reader.ask({ type: 'subscribe', cell: 0, cameraId: camera?.id ?? '', quality: 'main', priority: 5 });
  // The group from memory comes first, and is old.
  await pause(1000);
  [stamped.length, keys.length] = [0, 0];
  return {
    close: reader.close,
    rows(): Row[] {
      reader.close();
      const drawn = keys.flatMap(({ arrivedMs, bytes }) => {
        const units = stripOf(Buffer.concat([init, bytes]));
        return units === null ? [] : [ageMs(units, arrivedMs)];
      });
      return [
        { what: 'picture taken, by its stamp → its fragment at a reader of the wall socket', ...spread(stamped) },
        { what: 'key frame drawn → its fragment at a reader of the wall socket', ...spread(drawn) },
      ];
    },
  };
}

/** The time on the first picture of a movie. */
function stripOf(movie: Buffer): number | null {
  const words = '-v error -i pipe:0 -frames:v 1 -f rawvideo -pix_fmt rgba pipe:1'.split(' ');
  const pixels = execFileSync('ffmpeg', words, { input: movie, maxBuffer: 2 ** 24 });
  return readClockStrip(new Uint8ClampedArray(pixels), 640, 360);
}

/** Of cameras that run already; calls come at all moments of a group of pictures (two seconds). */
async function firstPicture(
  browser: Browser,
  program: Program,
  admin: ApiClient,
  [small, large]: readonly CameraView[],
  calls: number,
): Promise<void> {
  const rows: Row[] = [];
  const { page, context } = await openConsole(browser, program.url, { cells: 1 });
  for (const [size, camera] of [
    ['640×360', small],
    ['1280×720', large],
  ] as const) {
    if (camera === undefined) continue;
    const answers: number[] = [];
    const seen: number[] = [];
    for (let call = 0; call < calls; call += 1) {
      answers.push(await askFirst(program, admin, camera.id));
      seen.push(await callCamera(page, camera));
      await pause((call * 618) % 1000);
    }
    rows.push({ what: `${size}: asked → its first fragment at a reader of the wall socket`, ...spread(answers) });
    rows.push({ what: `${size}: Enter behind its number → presented in the cell`, ...spread(seen) });
  }
  await context.close();
  say(`\n## First picture, ${calls} calls each\n`);
  say(table(rows));
}

async function askFirst(program: Program, admin: ApiClient, cameraId: string): Promise<number> {
  let came = (): void => {};
  const first = new Promise<void>((done) => {
    came = done;
  });
  const reader = await openWallReader(program, admin, ({ kind }) => kind === 'fragment' && came());
  const asked = performance.now();
  reader.ask({ type: 'subscribe', cell: 0, cameraId, quality: 'main', priority: 5 });
  await first;
  const tookMs = performance.now() - asked;
  reader.close();
  return tookMs;
}
