import { fileURLToPath } from 'node:url';
import type { Browser, BrowserContext, Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type House, openHouse } from '../architecture/house.ts';
import { plainFragments, plainInfo, writeSegment } from '../fakes/segment-files.ts';
import { DESKTOP, launchBrowser, openPage, PHONE } from './browser.ts';

const DAY_MS = 86_400_000;

/** An administrator at the built console: what is recorded, where it lies, what goes. */
describe('the administration of recordings', () => {
  let house: House;
  let browser: Browser;
  let context: BrowserContext;
  let page: Page;
  let problems: string[];
  let cookie: { name: string; value: string; url: string };

  beforeAll(async () => {
    house = await openHouse({ consoleFolder: fileURLToPath(new URL('../../dist/player', import.meta.url)) });
    const { store, disk } = house.recording;
    for (let at = 0; at < 12; at += 1) {
      const fragments = plainFragments(Date.now() - 40 * DAY_MS + at * 10_000, 10, 20_000);
      const written = await writeSegment({ disk, cameraId: house.inside.id, info: plainInfo, fragments });
      const { groups, ...end } = written.end;
      await store.adopt({ ...written.segment, ...end }, groups);
    }
    await house.person('an', [{ role: 'administrator', scope: house.scopes.all }]);
    const { headers } = await house.signIn('an', () => true);
    const [name = '', ...value] = (headers.cookie ?? '').split('=');
    cookie = { name, value: value.join('='), url: house.url };
    browser = await launchBrowser();
    ({ page, context, problems } = await openPage(browser, { viewport: DESKTOP }));
    await context.addCookies([cookie]);
  });
  afterAll(async () => {
    await browser?.close();
    await house?.close();
  });

  it('sets a policy for a class, sees it in force, gives one camera its own, and takes it back', async () => {
    await page.goto(`${house.url}/admin/recording`);
    await page.getByRole('button', { name: 'Thêm quy định' }).click();
    const drawer = page.getByRole('dialog');
    await drawer.getByRole('combobox', { name: 'Mức quan trọng' }).click();
    await page.getByRole('option', { name: 'Thường' }).click();
    await drawer.getByRole('radio', { name: 'Theo giờ trong tuần' }).check();
    await drawer.getByRole('button', { name: 'Thêm giờ' }).click();
    await drawer.getByLabel('Từ').fill('22:00');
    await drawer.getByLabel('Đến').fill('06:00');
    await drawer.getByLabel('Số ngày').fill('90');
    expect(await drawer.locator('[data-summary]').innerText()).toContain('T2–T6 22:00–06:00 hôm sau');
    await drawer.getByRole('button', { name: 'Lưu' }).click();
    await drawer.waitFor({ state: 'detached' });
    expect(house.recording.policies.list()).toMatchObject([
      { target: { kind: 'class', class: 'normal' }, policy: { mode: 'schedule', retention: { days: 90 } } },
    ]);

    const byCamera = page.getByRole('table', { name: 'Từng camera' });
    await expect.poll(() => byCamera.getByText('Mức quan trọng: Thường').count()).toBe(2);
    await byCamera
      .getByRole('button', { name: /Đặt quy định riêng/ })
      .first()
      .click();
    await drawer.getByRole('radio', { name: 'Không ghi' }).check();
    await drawer.getByLabel('Số ngày').fill('0');
    await drawer.getByRole('button', { name: 'Lưu' }).click();
    // Nobody can keep anything for no time at all: the server says which field it is.
    await drawer.getByText('Quá ngắn hoặc quá nhỏ.').waitFor();
    await drawer.getByLabel('Số ngày').fill('7');
    await drawer.getByText('Bản ghi cũ hơn 7 ngày sẽ bị xoá').waitFor();
    await drawer.getByRole('button', { name: 'Lưu' }).click();
    await byCamera.getByText('Riêng camera này').waitFor();

    await page.goto(`${house.url}/admin/cameras/${house.inside.id}`);
    await page.locator('[data-policy-in-force]', { hasText: 'Không ghi' }).waitFor();
    await page.getByRole('button', { name: 'Bỏ quy định riêng' }).click();
    await page.getByRole('dialog').getByRole('button', { name: 'Bỏ quy định' }).click();
    await page.locator('[data-policy-in-force]', { hasText: 'Giữ 90 ngày' }).waitFor();
    await page.getByRole('alert').getByRole('button', { name: 'Hoàn tác' }).click();
    await page.locator('[data-policy-in-force]', { hasText: 'Không ghi' }).waitFor();
    // A dialog inside the camera's form does not save the camera.
    expect(house.register.get(house.inside.id).version).toBe(1);
  });

  it('looks at storage, runs the dry run, answers the question from wherever, and nothing goes by looking', async () => {
    const { retention, store } = house.recording;
    const key = { cameraId: house.inside.id, role: 'main' } as const;
    const left = async () => (await store.ofStream(key, { startMs: 0, id: 0 }, 100)).length;
    await page.goto(`${house.url}/admin/storage`);
    await page.locator('[data-disk][data-state="ready"]').waitFor();
    await page.getByRole('button', { name: 'Bản ghi theo camera' }).click();
    await expect
      .poll(() =>
        page
          .getByRole('table', { name: /Bản ghi theo camera/ })
          .getByRole('row')
          .count(),
      )
      .toBe(3);
    await page.getByRole('button', { name: 'Xem những gì sẽ bị xoá' }).click();
    const plan = page.locator('[data-retention-plan]');
    await plan.getByText('Quá số ngày giữ').waitFor();
    await plan.getByText('Hơn một nửa của ổ sẽ mất').waitFor();
    expect(await left()).toBe(13);

    // Somewhere else when the question comes up.
    await page.goto(`${house.url}/admin/groups`);
    await page.getByRole('heading', { name: 'Nhóm camera' }).waitFor();
    await retention.pass();
    await page.locator('[data-banner="retention"]').getByRole('link', { name: 'Xem và trả lời' }).waitFor();
    // The event leads there too.
    await page.getByRole('navigation').getByRole('link', { name: 'Sự kiện' }).click();
    await page.getByRole('button', { name: /đang chờ người xác nhận/ }).click();
    await page.getByRole('link', { name: 'Mở trang lưu trữ' }).click();
    const question = page.locator('[data-question]');
    await question.getByRole('button', { name: 'Giữ lại' }).click();
    await page.locator('[data-question][data-left="true"]').waitFor();
    await retention.pass();
    expect(await left()).toBe(13);

    await question.getByRole('button', { name: 'Cho xoá…' }).click();
    const dialog = page.getByRole('dialog');
    await dialog.getByLabel(/Gõ/).fill(house.recording.disk.root);
    await dialog.getByRole('button', { name: 'Xoá bản ghi quá hạn' }).click();
    await question.waitFor({ state: 'detached' });
    await retention.pass();
    expect(await left()).toBe(1);
  });

  it('renews the key that signs evidence', async () => {
    const field = page.getByRole('textbox', { name: /Khoá công khai đang dùng/ });
    const before = await field.inputValue();
    await page.getByRole('button', { name: 'Đổi khoá' }).click();
    await page.getByRole('dialog').getByRole('button', { name: 'Đổi khoá' }).click();
    await page.getByText('1 khoá cũ, vẫn dùng để kiểm tra').waitFor();
    await expect.poll(() => field.inputValue()).not.toBe(before);
    // The one that was provoked: a policy that keeps for no days.
    expect(problems).toEqual([expect.stringContaining('400')]);
  });

  it('fits on a phone', async () => {
    const phone = await openPage(browser, { viewport: PHONE });
    await phone.context.addCookies([cookie]);
    for (const [path, part] of [
      ['/admin/recording', '[data-policy]'],
      ['/admin/storage', '[data-disk]'],
    ] as const) {
      await phone.page.goto(house.url + path);
      await phone.page.locator(part).first().waitFor();
      const overflow = await phone.page.evaluate(() => document.documentElement.scrollWidth - window.innerWidth);
      expect([path, overflow <= 0]).toEqual([path, true]);
    }
    expect(phone.problems).toEqual([]);
    await phone.context.close();
  });
});
