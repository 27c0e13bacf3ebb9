import { copyFile, mkdir, mkdtemp } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Browser, BrowserContext, Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { AlertDetails, AlertView, IncidentDetails, IncidentView } from '#contracts/alerts';
import type { ActiveModel } from '#contracts/models';
import type { RuleDraft } from '#contracts/rules';
import type { CrossingCounts } from '#contracts/statistics';
import { clipLaunch, type GstRtspServer, gstRtspServerMissing, startGstRtspServer } from '../fakes/gst-rtsp-server.ts';
import { material } from '../material.ts';
import { type ApiClient, addCamera, setUp, signIn, untilStream } from './api-client.ts';
import { DESKTOP, launchBrowser, openPage, PHONE } from './browser.ts';
import { type Program, startProgram } from './program.ts';

/**
 * The whole way, as it is gone at night: somebody walks into an area that an administrator drew, a real model recognises
 * a person, an operator at the wall and an officer with a phone are both called, one of them acts and the other sees it.
 * What nobody claims goes up. Real clip over RTSP, real model, the real program, two people in Chromium.
 */
const clip = material('clips/indoor_one_by_one_person.mp4');
const model = material('models/yolox_nano_416.onnx');
const missing = gstRtspServerMissing();
if (missing !== undefined && process.env.CI === 'true') throw new Error(missing);

const OPERATOR = { username: 'truc.ban', displayName: 'Trần Trực Ban', password: 'Bốn giờ sáng chợ nổi đông' };
const OFFICER = { username: 'canh.sat', displayName: 'Lê Cảnh Sát', password: 'Núi Cấm nhìn ra biên giới' };
const PATIENT = { timeout: 60_000 };
/** What two people see of each other is seen within a second; the machine that runs this test may be slow. */
const SOON = { timeout: 5000 };

const RULE: RuleDraft = {
  id: 'counter',
  name: 'Vào khu vực quầy',
  enabled: true,
  kind: 'presence',
  area: [
    [0.02, 0.3],
    [0.98, 0.3],
    [0.98, 0.99],
    [0.02, 0.99],
  ],
  labels: ['person'],
  severity: 'severe',
  mergeSeconds: 0,
};

/** Nobody is called: it counts. */
const LINE: RuleDraft = {
  id: 'way out',
  name: 'Lối ra',
  enabled: true,
  kind: 'line',
  line: [
    [0.75, 1],
    [0.75, 0.4],
  ],
  direction: 'forward',
  alert: false,
};

describe.skipIf(missing !== undefined || clip === undefined || model === undefined)(
  'from a picture to a person',
  () => {
    let cameras: GstRtspServer;
    let program: Program;
    let browser: Browser;
    let admin: ApiClient;
    let officerApi: ApiClient;
    let operator: Page;
    let officer: Page;
    let alert: AlertView;
    let cameraId: string;
    const problems: string[] = [];

    beforeAll(async () => {
      cameras = await startGstRtspServer({ streams: [{ path: 'counter', launch: clipLaunch(clip ?? '') }] });
      const dataDirectory = await mkdtemp(join(tmpdir(), 'tamnhin-e2e-'));
      await mkdir(join(dataDirectory, 'models'));
      await copyFile(model ?? '', join(dataDirectory, 'models', 'yolox_nano.onnx'));
      program = await startProgram({
        dataDirectory,
        env: {
          TAMNHIN_CAMERAS_ALLOW_NETWORKS: '127.0.0.0/8',
          TAMNHIN_RECORDINGS_MODE: 'continuous',
          TAMNHIN_ALERTS_OPERATOR_SECONDS: '20',
          TAMNHIN_ALERTS_SHIFT_LEAD_SECONDS: '20',
        },
      });
      admin = await setUp(program.announced);
      for (const [person, role] of [
        [OPERATOR, 'operator'],
        [OFFICER, 'police'],
      ] as const) {
        const first = { ...person, password: 'Tạm thời, đổi ngay lần đầu' };
        await admin.request('POST', '/api/users', { ...first, grants: [{ role, scope: { kind: 'all' } }] });
        const own = { current: first.password, next: person.password };
        await (await signIn(program.url, first)).request('PUT', '/api/session/password', own);
      }
      const source = { kind: 'rtsp', mainUrl: cameras.url('counter') } as const;
      cameraId = (await addCamera(admin, { name: 'Quầy tiếp dân', source })).id;
      await untilStream(admin, cameraId, 'live');

      browser = await launchBrowser();
      ({ page: operator } = await at(OPERATOR, DESKTOP, '/'));
      ({ page: officer } = await at(OFFICER, PHONE, '/alerts'));
      officerApi = await signIn(program.url, OFFICER);
    }, 180_000);
    afterAll(async () => {
      await browser?.close();
      await program?.stop();
      await program?.remove();
      await cameras?.stop();
    });

    async function at(person: typeof OPERATOR, viewport: typeof DESKTOP, path: string) {
      const opened = await openPage(browser, { viewport, hasTouch: viewport === PHONE });
      await enter(opened.context, await signIn(program.url, person));
      opened.page.setDefaultTimeout(20_000);
      opened.page.on('pageerror', ({ message }) => problems.push(`${person.username}: ${message}`));
      await opened.page.goto(`${program.url}${path}`);
      return opened;
    }
    async function enter(context: BrowserContext, { cookie }: ApiClient): Promise<void> {
      const [name = '', value = ''] = cookie.split('=');
      await context.addCookies([{ name, value, url: program.url }]);
    }
    const details = (): Promise<AlertDetails> => admin.request('GET', `/api/alerts/${alert.id}`);
    const open = (): Promise<AlertView[]> => admin.request('GET', '/api/alerts');
    const rowOf = (page: Page) => page.locator(`[data-alert="${alert.id}"]`);

    it('looks with the model that was dropped into its folder', async () => {
      const active = async () => (await admin.request<ActiveModel>('GET', '/api/models/active')).model?.classes;
      await expect.poll(active, PATIENT).toContain('person');
    }, 90_000);

    it('calls the operator at the wall and the officer with the phone when somebody comes in', async () => {
      await admin.request('PUT', `/api/cameras/${cameraId}/rules`, { version: 0, rules: [RULE, LINE] });
      await expect.poll(async () => (await open()).length, PATIENT).toBeGreaterThan(0);
      const [first] = await open();
      if (first === undefined) throw new Error('no alert');
      alert = first;
      expect(alert).toMatchObject({ cameraId, severity: 'severe', state: 'new', owner: null });
      expect(alert.detection).toMatchObject({ label: 'person', ruleName: RULE.name, model: expect.any(String) });
      await rowOf(operator).waitFor(SOON);
      await rowOf(officer).waitFor(SOON);
    }, 120_000);

    it('shows the officer the moment: the picture with the person framed, the camera now, who has it', async () => {
      await rowOf(officer).click();
      const card = officer.locator(`[data-card="${alert.id}"]`);
      await card.getByAltText('Ảnh lúc phát hiện').first().waitFor();
      await expect.poll(() => card.locator('img').first().evaluate(isDrawn), PATIENT).toBe(true);
      await card.getByText('Chưa ai nhận').first().waitFor();
    }, 60_000);

    it('lets one of them have it, and the other sees who', async () => {
      await officer.getByRole('button', { name: 'Nhận', exact: true }).click();
      await rowOf(operator).getByText(OFFICER.displayName).waitFor(SOON);
      expect((await details()).owner?.name).toBe(OFFICER.displayName);
    }, 60_000);

    it('is dispatched, becomes an incident with its picture as evidence, and is closed as true', async () => {
      await officer.getByRole('button', { name: 'Cử lực lượng' }).click();
      await officer.getByRole('combobox', { name: 'Lực lượng được cử' }).fill('Tổ tuần tra phường Long Xuyên');
      await officer.getByRole('button', { name: 'Cử đi' }).click();
      await expect.poll(async () => (await details()).state, SOON).toBe('dispatched');

      const incident = await officerApi.request<IncidentDetails>('POST', '/api/incidents', {
        title: 'Người lạ ở quầy tiếp dân',
        alertIds: [alert.id],
        cameraIds: [cameraId],
      });
      await officer.goto(`${program.url}/incidents/${incident.id}`);
      await officer.getByRole('combobox', { name: 'Lấy ảnh của cảnh báo' }).click();
      await officer.getByRole('option', { name: `#${alert.number}` }).click();
      await expect
        .poll(async () => (await incidentNow(incident)).exhibits[0]?.sha256, PATIENT)
        .toMatch(/^[0-9a-f]{64}$/);

      await officer.goto(`${program.url}/alerts`);
      await rowOf(officer).click();
      await officer.getByRole('button', { name: 'Đóng', exact: true }).click();
      const dialog = officer.getByRole('dialog');
      await dialog.getByText('Đúng', { exact: true }).click();
      await dialog.getByText('Đã nhắc nhở').click();
      await dialog.getByRole('button', { name: 'Đóng cảnh báo' }).click();
      await expect.poll(async () => (await details()).state, SOON).toBe('closed');
      await rowOf(operator).waitFor({ state: 'detached', ...SOON });
    }, 120_000);

    it('leaves every step on record: of the alert, of the incident, and in the audit', async () => {
      const { steps, verdict, incidentId } = await details();
      // Somebody else may walk in meanwhile, and nobody claims as fast as the clocks of this test run.
      const acts = steps.filter(({ step }) => !['opened', 'repeated', 'escalated'].includes(step.kind));
      expect(acts.map(({ step }) => step.kind)).toEqual(['claimed', 'dispatched', 'joined', 'closed']);
      expect(new Set(acts.map(({ by }) => by?.name))).toEqual(new Set([OFFICER.displayName]));
      expect(verdict).toBe('true');
      const { entries } = await incidentNow({ id: incidentId ?? '' });
      expect(entries.map(({ entry }) => entry.kind)).toEqual(
        expect.arrayContaining(['opened', 'alertJoined', 'exhibitAdded']),
      );
      const audit = await admin.request<{ action: string }[]>('GET', '/api/audit?limit=200');
      expect(audit.map(({ action }) => action)).toEqual(expect.arrayContaining(['alert.claimed', 'alert.closed']));
    }, 30_000);

    it('counts who went out, for who asks how many they were', async () => {
      const hour = 3_600_000;
      const counts = (): Promise<CrossingCounts> =>
        admin.request('GET', `/api/cameras/${cameraId}/counts?fromMs=${Date.now() - hour}&toMs=${Date.now() + hour}`);
      const people = async () => (await counts()).counts.find(({ label }) => label === 'person')?.count ?? 0;
      await expect.poll(people, PATIENT).toBeGreaterThan(0);
      expect((await open()).some(({ detection }) => detection.ruleId === LINE.id)).toBe(false);
      await operator.goto(`${program.url}/statistics?camera=${cameraId}`);
      await operator.getByRole('rowheader', { name: 'Người' }).waitFor();
    }, 90_000);

    it('goes up when nobody claims it', async () => {
      const another = async (): Promise<AlertView | undefined> =>
        (await open()).find(({ state, level }) => state === 'new' && level !== 'operator');
      await expect.poll(async () => (await another())?.level, { timeout: 90_000 }).toBe('shiftLead');
      expect(problems).toEqual([]);
    }, 120_000);

    function incidentNow({ id }: Pick<IncidentView, 'id'>): Promise<IncidentDetails> {
      return admin.request('GET', `/api/incidents/${id}`);
    }
  },
);

function isDrawn(image: Element): boolean {
  return image instanceof HTMLImageElement && image.complete && image.naturalWidth > 0;
}
