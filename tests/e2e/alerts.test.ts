import { fileURLToPath } from 'node:url';
import type { Browser, BrowserContext, Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { AlertView } from '#contracts/alerts';
import type { DetectionData, Severity } from '#contracts/events';
import { type House, openHouse } from '../architecture/house.ts';
import { detectionEvent } from '../fakes/detection-event.ts';
import { DESKTOP, launchBrowser, openPage, PHONE } from './browser.ts';

/** ms: the machine may be busy. */
const PATIENT_MS = 40_000;
/** What one person does is seen by the other within this time of the server's answer. */
const SEEN_WITHIN_MS = 1000;

interface Seat {
  readonly page: Page;
  readonly context: BrowserContext;
  readonly problems: string[];
}

/** An operator and an officer at the same alerts, in the house with its built console. */
describe('two people and one alert', () => {
  let house: House;
  let browser: Browser;
  let operator: Seat;
  let officer: Seat;

  beforeAll(async () => {
    house = await openHouse({ consoleFolder: fileURLToPath(new URL('../../dist/player', import.meta.url)) });
    await house.person('operator', [{ role: 'operator', scope: house.scopes.all }]);
    await house.person('officer', [{ role: 'police', scope: house.scopes.all }]);
    await house.person('leader', [{ role: 'leader', scope: house.scopes.all }]);
    browser = await launchBrowser();
    operator = await sit('operator', DESKTOP);
    officer = await sit('officer', DESKTOP);
    await Promise.all([operator.page.goto(`${house.url}/alerts`), officer.page.goto(house.url)]);
  });
  afterAll(async () => {
    await browser?.close();
    await house?.close();
  });

  async function sit(name: string, viewport: typeof DESKTOP): Promise<Seat> {
    const { headers } = await house.signIn(name, () => true);
    const [cookie = '', ...value] = (headers.cookie ?? '').split('=');
    const seat = await openPage(browser, { viewport, hasTouch: viewport === PHONE });
    seat.page.setDefaultTimeout(PATIENT_MS);
    await seat.context.addCookies([{ name: cookie, value: value.join('='), url: house.url }]);
    return seat;
  }

  /** As a rule would tell it. */
  async function tell(ruleName: string, severity: Severity, more: Partial<DetectionData> = {}): Promise<void> {
    const data = { ruleId: ruleName, ruleName, ...more };
    await house.events.append(detectionEvent(Date.now(), { cameraId: house.inside.id, severity, data }));
  }
  const row = ({ page }: Seat, ruleName: string) => page.locator('[data-alert]').filter({ hasText: ruleName });
  const card = ({ page }: Seat) => page.locator('article');
  const top = async (seat: Seat, ruleName: string): Promise<number | undefined> =>
    (await row(seat, ruleName).boundingBox())?.y;

  it('lands police on the alerts, and brings an alert to both the moment it is told', async () => {
    await officer.page.waitForURL('**/alerts');
    await officer.page.getByText('Không có cảnh báo nào đang mở').waitFor();
    await operator.page.getByText('Không có cảnh báo nào đang mở').waitFor();
    await tell('Cổng sau', 'severe');
    await Promise.all([row(operator, 'Cổng sau').waitFor(), row(officer, 'Cổng sau').waitFor()]);
    await officer.page.getByRole('img', { name: '1 cảnh báo mới' }).first().waitFor();
    await card(officer).getByText('Chuyển Trưởng ca sau').waitFor();
  });

  it('shows a claim by key to the other within a second of the answer, with the name', async () => {
    const answered = officer.page.waitForResponse((reply) => reply.url().endsWith('/claim') && reply.ok());
    const seen = row(operator, 'Cổng sau').getByText('officer').waitFor();
    await officer.page.keyboard.press('c');
    await answered;
    const from = performance.now();
    await seen;
    const ms = performance.now() - from;
    process.stdout.write(`a claim is seen by the other ${Math.round(ms)} ms after its answer\n`);
    expect(ms).toBeLessThan(SEEN_WITHIN_MS);
    await card(officer).getByText('Bạn đang giữ').waitFor();
    await card(operator).getByText('officer đang giữ').waitFor();
    // An operator cannot take it over: nothing offers it.
    expect(await card(operator).getByRole('button', { name: 'Nhận', exact: false }).count()).toBe(0);
  });

  it('says who has it to somebody who acts on an older picture of it', async () => {
    await tell('Kho hàng', 'moderate');
    await row(operator, 'Kho hàng').click();
    await card(operator).getByRole('button', { name: 'Nhận', exact: true }).waitFor();
    await row(officer, 'Kho hàng').click();
    // The operator's request waits until the officer has it, and nothing tells the operator before.
    let release = (): void => {};
    const until = new Promise<void>((done) => {
      release = done;
    });
    await operator.page.route('**/claim', async (route) => {
      await until;
      await route.continue();
    });
    await card(operator).getByRole('button', { name: 'Nhận', exact: true }).click();
    const answered = officer.page.waitForResponse((reply) => reply.url().endsWith('/claim') && reply.ok());
    await card(officer).getByRole('button', { name: 'Nhận', exact: true }).click();
    await answered;
    release();
    await operator.page.getByText('officer đang giữ cảnh báo này').waitFor();
    await operator.page.unroute('**/claim');
  });

  it('closes with verdict and reason only, and takes it back', async () => {
    await officer.page.keyboard.press('2');
    const dialog = officer.page.getByRole('dialog');
    const submit = dialog.getByRole('button', { name: 'Đóng cảnh báo' });
    await dialog.getByRole('radio', { name: /Báo sai/ }).waitFor();
    expect(await submit.isDisabled()).toBe(true);
    await dialog.getByRole('radio', { name: 'Lý do khác' }).click();
    expect(await submit.isDisabled()).toBe(true);
    await dialog.getByRole('radio', { name: 'Động vật' }).click();
    await submit.click();
    await card(operator).getByText('Đã đóng', { exact: true }).waitFor();
    await officer.page.getByRole('button', { name: 'Hoàn tác' }).click();
    await card(operator).getByText('officer đang giữ').waitFor();
    await card(operator).getByText('Đóng: Báo sai, Động vật').waitFor();
    await card(operator).getByText('Mở lại').waitFor();
  });

  it('keeps every row in its place under a hand: what is worse waits above', async () => {
    await row(operator, 'Kho hàng').hover();
    const before = await top(operator, 'Kho hàng');
    await tell('Bến phà', 'extreme');
    await operator.page.getByRole('button', { name: '1 cảnh báo mới' }).waitFor();
    expect(await top(operator, 'Kho hàng')).toBe(before);
    expect(await row(operator, 'Bến phà').count()).toBe(0);
    await operator.page.getByRole('button', { name: '1 cảnh báo mới' }).click();
    await row(operator, 'Bến phà').waitFor();
    expect(await operator.page.locator('[data-alert]').first().innerText()).toContain('Bến phà');
  });

  it('catches up with what happened while the line was gone', async () => {
    await operator.context.setOffline(true);
    await operator.page.getByText('Mất kết nối với máy chủ').waitFor();
    await tell('Sân sau', 'minor');
    await operator.page.mouse.move(1200, 900);
    await operator.context.setOffline(false);
    await operator.page
      .getByText(/Sân sau|1 cảnh báo mới/)
      .first()
      .waitFor();
    operator.problems.length = 0;
  });

  it('makes an incident of an alert, with a note on its one timeline', async () => {
    await row(officer, 'Cổng sau').click();
    await officer.page.keyboard.press('i');
    const dialog = officer.page.getByRole('dialog');
    await dialog.getByLabel(/Tên vụ việc/).fill('Đột nhập chợ');
    await dialog.getByRole('button', { name: 'Tạo vụ việc' }).click();
    await officer.page.waitForURL('**/incidents/*');
    await officer.page.getByRole('heading', { name: 'Vụ việc 1: Đột nhập chợ' }).waitFor();
    await officer.page.getByLabel('Thêm ghi chú').fill('Hai người, một xe máy');
    await officer.page.getByRole('button', { name: 'Ghi lại' }).click();
    await officer.page.locator('[data-entry="note"]').getByText('Hai người, một xe máy').waitFor();
    await officer.page.locator('li[data-alert]').getByText('Cổng sau').waitFor();
  });

  it('keeps the picture of an alert with its incident also after the alert was closed', async () => {
    const pictures = '1790000000000-bến-xe';
    house.pictures.set(pictures, Buffer.from('ảnh của sự kiện'));
    await tell('Bến xe', 'minor', { pictures });
    await house.alerts.settled();
    const [alert] = await house.alerts.list({ state: 'open', limit: 1 });
    const { headers } = await house.signIn('officer', () => true);
    async function post<T>(path: string, body: object): Promise<T> {
      const reply = await fetch(`${house.url}/api/${path}`, {
        method: 'POST',
        headers: { ...headers, 'content-type': 'application/json' },
        body: JSON.stringify(body),
      });
      expect(reply.ok).toBe(true);
      return (await reply.json()) as T;
    }
    const { id } = await post<{ id: string }>('incidents', { title: 'Mất cắp', alertIds: [alert?.id] });
    await post(`alerts/${alert?.id}/close`, { verdict: 'true', reason: 'handled' });
    await officer.page.goto(`${house.url}/incidents/${id}`);
    await officer.page.getByRole('combobox', { name: 'Lấy ảnh của cảnh báo' }).click();
    await officer.page.getByRole('option', { name: /Bến xe/ }).click();
    await officer.page.locator('[data-exhibit="snapshot"]').getByText(`alert-${alert?.number}.jpg`).waitFor();
  });

  it('puts one alert on the whole screen of a phone, with the next step under the thumb', async () => {
    const phone = await sit('officer', PHONE);
    await phone.page.goto(`${house.url}/alerts`);
    await row(phone, 'Bến phà').tap();
    const claim = phone.page.locator('footer').getByRole('button', { name: 'Nhận' });
    const box = await claim.boundingBox();
    expect(box?.height).toBeGreaterThanOrEqual(44);
    expect((box?.y ?? 0) + (box?.height ?? 0)).toBeLessThanOrEqual(PHONE.height);
    expect(await phone.page.evaluate(() => document.documentElement.scrollWidth)).toBeLessThanOrEqual(PHONE.width);
    await claim.tap();
    await card(phone).getByText('Bạn đang giữ').waitFor();
    await phone.page.getByRole('button', { name: 'Danh sách' }).tap();
    await row(phone, 'Bến phà').waitFor();
    await phone.context.close();
  });

  it('shows a leader what is serious, and nothing to act with', async () => {
    const leader = await sit('leader', DESKTOP);
    await leader.page.goto(`${house.url}/alerts`);
    await tell('Cầu Vàm Cống', 'extreme');
    await tell('Bãi xe', 'minor');
    await row(leader, 'Cầu Vàm Cống').click();
    await card(leader).getByText('Cầu Vàm Cống').first().waitFor();
    expect(await row(leader, 'Bãi xe').count()).toBe(0);
    const offered = await leader.page.getByRole('main').getByRole('button').allTextContents();
    expect(offered.filter((name) => /Nhận|Cử|Đóng|Ghi chú|Vụ việc/.test(name))).toEqual([]);
    expect(await leader.page.getByRole('button', { name: 'Bàn giao ca' }).count()).toBe(0);
    await leader.page.keyboard.press('c');
    await leader.page.getByRole('combobox', { name: 'Mức độ' }).click();
    await leader.page.getByRole('option', { name: 'Mọi mức độ' }).click();
    await row(leader, 'Bãi xe').waitFor();
    expect(leader.problems).toEqual([]);
    await leader.context.close();
  });

  it('can be installed, and says honestly that the server is away', async () => {
    const manifest = await fetch(`${house.url}/manifest.webmanifest`);
    const worker = await fetch(`${house.url}/service-worker.js`);
    expect(manifest.headers.get('content-type')).toContain('application/manifest+json');
    expect(worker.headers.get('cache-control')).toBe('no-cache');
    const icons = ((await manifest.json()) as { icons: { src: string }[] }).icons;
    for (const { src } of icons) expect((await fetch(`${house.url}${src}`)).status).toBe(200);

    const seat = await sit('officer', PHONE);
    await seat.page.goto(`${house.url}/alerts`);
    await seat.page.evaluate(() => navigator.serviceWorker.ready.then(() => undefined));
    await seat.context.setOffline(true);
    await seat.page.reload();
    await seat.page.getByRole('heading', { name: 'Không tới được máy chủ' }).waitFor();
    const kept = await seat.page.evaluate(async () => {
      const caches = globalThis.caches;
      const names = await caches.keys();
      const lists = await Promise.all(names.map(async (name) => (await caches.open(name)).keys()));
      return lists.flat().map(({ url }) => new URL(url).pathname);
    });
    expect(kept).toEqual(['/offline.html']);
    await seat.context.close();
  });

  it('leaves an audit of what was done, and no error on any page', async () => {
    const actions = (await house.access.audit.query({ limit: 100 })).map(({ action }) => action);
    for (const action of ['alert.claimed', 'alert.closed', 'alert.reopened', 'incident.opened'])
      expect(actions).toContain(action);
    const { headers } = await house.signIn('officer', () => true);
    const open = (await (await fetch(`${house.url}/api/alerts`, { headers })).json()) as AlertView[];
    expect(open.map(({ state }) => state).sort()).toEqual(['claimed', 'claimed', 'claimed', 'new', 'new', 'new']);
    const told = [...operator.problems, ...officer.problems].filter(
      (text) => !/status of 409|event-pictures/.test(text),
    );
    expect(told).toEqual([]);
  });
});
