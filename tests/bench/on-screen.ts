import { execFileSync } from 'node:child_process';
import { copyFile, mkdir, mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Page } from 'playwright-core';
import type { AlertView } from '#contracts/alerts';
import type { TamnhinEvent } from '#contracts/events';
import { addCamera, setUp, signIn, untilStream } from '../e2e/api-client.ts';
import { launchBrowser, openPage, PHONE } from '../e2e/browser.ts';
import { startProgram } from '../e2e/program.ts';
import { clipLaunch, gstRtspServerMissing, startGstRtspServer } from '../fakes/gst-rtsp-server.ts';
import { percentile, round, say, table } from './figures.ts';
import { comesFilter } from './watched-clips.ts';
import { sleep } from './watching.ts';

const CAMERAS = 4;
const APART_MS = 3300;
/** A round of the clip is twenty seconds. */
const SETTLE_S = 30;
const MEASURE_S = 120;
const OFFICER = { username: 'canh.sat', displayName: 'Lê Cảnh Sát', password: 'Núi Cấm nhìn ra biên giới' };
const RULE = {
  ...{ id: 'r', name: 'Somebody', enabled: true, kind: 'presence', area: null, labels: ['person'] },
  ...{ severity: 'severe', mergeSeconds: 0 },
};

/**
 * The whole way: cameras over RTSP (GStreamer's server; somebody is in an empty room for three seconds of twenty), the
 * built program, and two people who have the list of alerts open on a phone; all on this machine. No video is on their
 * screens: a browser without a graphics processor needs more than both cores for a wall, and starves what is measured.
 * From the time of the picture in which the rule saw them (the fragment that it is in comes up to 200 ms after that) to
 * the frame of the second browser in which the row of the alert stands.
 */
export async function benchOnScreen(indoor: string, model: string): Promise<void> {
  const missing = gstRtspServerMissing();
  if (missing !== undefined) {
    say(`\nFrom a picture to a screen is not measured: ${missing}`);
    return;
  }
  const dataDirectory = await mkdtemp(join(tmpdir(), 'tamnhin-bench-'));
  await mkdir(join(dataDirectory, 'models'));
  await copyFile(model, join(dataDirectory, 'models', 'yolox_nano.onnx'));
  const clip = join(dataDirectory, 'comes.mp4');
  const filter = `scale=640:360,fps=25,${comesFilter()}`;
  execFileSync('ffmpeg', ['-v', 'error', '-i', indoor, '-an', '-vf', filter, '-t', '20', '-crf', '20', clip]);
  const paths = Array.from({ length: CAMERAS }, (_, at) => `room-${at}`);
  const launch = clipLaunch(clip);
  const cameras = await startGstRtspServer({ streams: paths.map((path) => ({ path, launch })) });
  const program = await startProgram({
    dataDirectory,
    env: { TAMNHIN_CAMERAS_ALLOW_NETWORKS: '127.0.0.0/8', TAMNHIN_RECORDINGS_MODE: 'continuous' },
  });
  const browser = await launchBrowser();
  try {
    const admin = await setUp(program.announced);
    const first = { ...OFFICER, password: 'Tạm thời, đổi ngay lần đầu' };
    await admin.request('POST', '/api/users', { ...first, grants: [{ role: 'police', scope: { kind: 'all' } }] });
    const own = { current: first.password, next: OFFICER.password };
    await (await signIn(program.url, first)).request('PUT', '/api/session/password', own);
    const officer = await signIn(program.url, OFFICER);
    const open = async (cookie: string, path: string): Promise<Page> => {
      const { page, context } = await openPage(browser, { viewport: PHONE });
      const [name = '', value = ''] = cookie.split('=');
      await context.addCookies([{ name, value, url: program.url }]);
      await page.addInitScript({ content: NOTE_ROWS });
      await page.goto(`${program.url}${path}`);
      return page;
    };
    for (const path of paths) {
      const { id } = await addCamera(admin, { name: path, source: { kind: 'rtsp', mainUrl: cameras.url(path) } });
      await untilStream(admin, id, 'live', 60_000);
      await admin.request('PUT', `/api/cameras/${id}/rules`, { version: 0, rules: [RULE] });
      await sleep(APART_MS);
    }
    await open(admin.cookie, '/alerts');
    const page = await open(officer.cookie, '/alerts');
    await sleep(SETTLE_S * 1000);
    const sinceMs = Date.now();
    await sleep(MEASURE_S * 1000);
    const rows = await page.evaluate<Record<string, number>>('window.rows');
    const alerts = await admin.request<AlertView[]>('GET', '/api/alerts');
    const events = await admin.request<TamnhinEvent[]>(
      'GET',
      '/api/events?types=vn.tamnhin.detection.presence&limit=500',
    );
    const took = alerts.flatMap(({ id, eventId }) => {
      const timeMs = events.find((event) => event.id === eventId)?.timeMs;
      const shownMs = rows[id];
      return timeMs === undefined || shownMs === undefined || timeMs < sinceMs ? [] : [shownMs - timeMs];
    });
    say(`\n## From the picture to the screen of a second person (${CAMERAS} cameras over RTSP, recorded)\n`);
    say(
      table([
        {
          what: 'picture taken → row on the second screen',
          alerts: took.length,
          'p50 ms': round(percentile(took, 0.5), 0),
          'p95 ms': round(percentile(took, 0.95), 0),
          'longest ms': round(Math.max(...took), 0),
        },
      ]),
    );
  } finally {
    await browser.close();
    await program.stop();
    await cameras.stop();
    await rm(dataDirectory, { recursive: true, force: true });
  }
}

/** Runs in the page: when each alert's row was first there as a frame was drawn. As text: the loader's helpers are not there. */
const NOTE_ROWS = `
  window.rows = {};
  const look = () => {
    for (const row of document.querySelectorAll('[data-alert]')) window.rows[row.dataset.alert] ??= Date.now();
    requestAnimationFrame(look);
  };
  requestAnimationFrame(look);
`;
