import { fileURLToPath } from 'node:url';
import type { Browser, BrowserContext, Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { SYSTEM } from '../../server/access/actor.ts';
import { type House, openHouse } from '../architecture/house.ts';
import { detectionEvent } from '../fakes/detection-event.ts';
import { launchBrowser, openPage, PHONE } from './browser.ts';

/** ms: the machine may be busy. */
const PATIENT_MS = 40_000;
/** What the house gives everybody. */
const PASSWORD = 'đèn biển Vũng Tàu';

/** A phone that two people share, in the house with its built console. */
describe('a phone that is told of alerts', () => {
  let house: House;
  let browser: Browser;
  let context: BrowserContext;
  let page: Page;

  beforeAll(async () => {
    house = await openHouse({ consoleFolder: fileURLToPath(new URL('../../dist/player', import.meta.url)) });
    await house.person('officer', [{ role: 'police', scope: house.scopes.all }]);
    await house.person('next', [{ role: 'police', scope: house.scopes.all }]);
    browser = await launchBrowser();
    ({ context, page } = await openPage(browser, { viewport: PHONE, hasTouch: true }));
    page.setDefaultTimeout(PATIENT_MS);
    await context.grantPermissions(['notifications'], { origin: house.url });
    await page.goto(house.url);
  });
  afterAll(async () => {
    await browser?.close();
    await house?.close();
  });

  async function signIn(username: string): Promise<void> {
    await page.getByLabel('Tên đăng nhập').fill(username);
    await page.getByLabel('Mật khẩu', { exact: true }).fill(PASSWORD);
    await page.getByRole('button', { name: 'Đăng nhập' }).click();
    await page.getByRole('navigation').first().waitFor();
  }
  /** Usernames of whom the server tells on this phone. */
  async function owners(): Promise<readonly string[]> {
    const rows = await house.database.all<{ username: string }>(
      'SELECT username FROM push_subscriptions JOIN users ON users.id = user_id',
    );
    return rows.map(({ username }) => username);
  }

  it('is told for who signs in at it, also where the former session ran out or was ended', async () => {
    await signIn('officer');
    await page.evaluate(() => navigator.serviceWorker.ready.then(() => undefined));
    // A browser without its maker's push service gives no subscription: it has one from before.
    await context.addInitScript(() => {
      const keys = { p256dh: 'AQEBAQ', auth: 'AgICAg' };
      const endpoint = 'https://push.invalid/phone';
      Object.defineProperty(Notification, 'permission', { value: 'granted' });
      PushManager.prototype.getSubscription = async () =>
        Object.assign(Object.create(PushSubscription.prototype), { toJSON: () => ({ endpoint, keys }) });
    });
    await page.reload();
    await expect.poll(owners).toEqual(['officer']);

    const { userId = '' } =
      (await house.database.get<{ userId: string }>('SELECT user_id AS userId FROM push_subscriptions')) ?? {};
    await house.access.sessions.endAll(SYSTEM, userId);
    await page.getByRole('heading', { name: 'Phiên đăng nhập đã kết thúc' }).waitFor();
    await expect.poll(owners).toEqual([]);
    await signIn('officer');
    await expect.poll(owners).toEqual(['officer']);

    await house.database.run('DELETE FROM sessions');
    await page.reload();
    await signIn('next');
    await expect.poll(owners).toEqual(['next']);
  });

  it('opens a clicked alert in the page that can show it, also behind another one or before signing in', async () => {
    await house.events.append(
      detectionEvent(Date.now(), { cameraId: house.inside.id, severity: 'severe', data: { ruleName: 'Cổng sau' } }),
    );
    const row = page.locator('[data-alert]').filter({ hasText: 'Cổng sau' });
    await page.goto(`${house.url}/alerts`);
    const url = `/alerts/${await row.getAttribute('data-alert')}`;
    const worker = context.serviceWorkers()[0] ?? (await context.waitForEvent('serviceworker'));
    // No hand clicked: the browser would let the worker open none.
    await worker.evaluate(() => {
      const opened: string[] = [];
      Object.assign(globalThis, { opened });
      Object.assign(Reflect.get(globalThis, 'clients'), { openWindow: async (to: string) => opened.push(to) });
    });
    const click = (to: string): Promise<unknown> =>
      worker.evaluate((path) => Reflect.get(globalThis, 'open')(path), to);
    const opened = (): Promise<unknown> => worker.evaluate(() => Reflect.get(globalThis, 'opened'));

    const shared = await context.newPage();
    await shared.goto(`${house.url}/share`);
    await shared.bringToFront();
    await click(url);
    await page.locator('article').getByText('Cổng sau').first().waitFor();
    expect(await opened()).toEqual([]);

    await house.database.run('DELETE FROM sessions');
    await page.goto(house.url);
    await page.getByLabel('Tên đăng nhập').waitFor();
    await shared.bringToFront();
    await click(url);
    await signIn('next');
    await page.locator('article').getByText('Cổng sau').first().waitFor();
    expect(await opened()).toEqual([]);

    await page.goto(`${house.url}/kiosk`);
    await click(url);
    expect(await opened()).toEqual([url]);
    expect(new URL(page.url()).pathname).toBe('/kiosk');
    await shared.close();
  });

  it('says that the server was not reached, and tries again, where only the line is bad', async () => {
    const [alert] = await house.alerts.list({ state: 'open', limit: 1 });
    const asked = `**/api/alerts/${alert?.id}`;
    const list = '**/api/alerts?*';
    for (const path of [asked, list]) await context.route(path, (route) => route.abort());
    await page.goto(`${house.url}/alerts?alert=${alert?.id}`);
    const again = page.getByRole('button', { name: 'Thử lại' });
    await again.waitFor();
    expect(await page.getByText('Không còn thấy cảnh báo này').count()).toBe(0);
    await context.unroute(asked);
    await again.click();
    await page.locator('article').getByText('Cổng sau').first().waitFor();

    await page.goto(`${house.url}/alerts?alert=nowhere`);
    await page.getByText('Không còn thấy cảnh báo này').waitFor();
    await context.unroute(list);
  });
});
