import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { Browser, BrowserContext, Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type House, openHouse } from '../architecture/house.ts';
import * as odd from '../fakes/odd-models.ts';
import { redModel } from '../fakes/red-model.ts';
import { DESKTOP, launchBrowser, openPage, PHONE } from './browser.ts';

/** An administrator at the built console brings models, good and bad, and chooses. */
describe('the models page', () => {
  let house: House;
  let browser: Browser;
  let context: BrowserContext;
  let page: Page;
  let problems: string[];
  let files: string;
  let cookie: { name: string; value: string; url: string };

  beforeAll(async () => {
    files = await mkdtemp(join(tmpdir(), 'tamnhin-e2e-models-'));
    house = await openHouse({ consoleFolder: fileURLToPath(new URL('../../dist/player', import.meta.url)) });
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
    await rm(files, { recursive: true, force: true });
  });

  async function upload(name: string, content: Buffer | string): Promise<void> {
    await writeFile(join(files, name), content);
    const choosing = page.waitForEvent('filechooser');
    await page.getByRole('button', { name: 'Chọn tệp .onnx' }).click();
    await (await choosing).setFiles(join(files, name));
  }
  const panel = (name: string) => page.locator(`[data-model="${name}"]`);

  it('teaches who has none, here and on the page of the system', async () => {
    await page.goto(`${house.url}/admin/system`);
    await page.getByText('Hiện không nhận dạng được người, xe, vật').waitFor();
    await page.getByRole('link', { name: 'Mở trang mô hình' }).click();
    await page.getByRole('heading', { name: 'Chưa có mô hình nào trên máy chủ' }).waitFor();
    expect(await page.getByRole('textbox', { name: 'Lệnh' }).inputValue()).toBe('npm run models');
    expect(await page.getByRole('textbox', { name: 'Thư mục trên máy chủ' }).inputValue()).toBe(house.modelFolder.path);
  });

  it('takes a good model, looks with it at once, and says how fast it is', async () => {
    const { file, card } = redModel();
    await writeFile(join(house.modelFolder.path, 'Duong-pho.json'), JSON.stringify(card));
    await upload('Đường phố.onnx', file);
    await page.getByText('Duong-pho dùng được').waitFor();
    await page.getByText('Đang nhận dạng bằng mô hình này.').waitFor();
    const active = page.locator('[data-active-model="Duong-pho"]');
    expect(await active.innerText()).toMatch(/Nhận ra\s+người, ô tô/);
    expect(await active.innerText()).toMatch(/ms mỗi lượt xem, với cpu/);
    expect(await active.innerText()).toContain(card.sha256);
    // A graphics card that has come back is used from a check on, so what is in use can be checked, too.
    const checked = page.waitForResponse((answer) => answer.url().endsWith('/api/models/Duong-pho/check'));
    await panel('Duong-pho').getByRole('button', { name: 'Kiểm tra lại' }).click();
    expect((await checked).status()).toBe(200);
    await panel('Duong-pho').getByText('Đang dùng').waitFor();
    // The other page knows it without being loaded again.
    await page.getByRole('navigation').getByRole('link', { name: 'Hệ thống' }).click();
    await page.getByRole('heading', { name: 'Hệ thống' }).waitFor();
    expect(await page.getByText('Hiện không nhận dạng được').count()).toBe(0);
    await page.goBack();
  });

  it('keeps no bad one, says why in words, and goes on with the one before', async () => {
    await upload('hong.onnx', 'a text that somebody renamed');
    await page.getByRole('alert').filter({ hasText: 'Không giữ hong: Đây không phải mô hình ONNX.' }).waitFor();
    expect(await panel('hong').count()).toBe(0);
    await upload('nang.onnx', odd.hugeModel());
    await page.getByRole('alert').filter({ hasText: 'Mô hình này cần quá nhiều bộ nhớ.' }).waitFor();
    await upload('Duong-pho.onnx', odd.plainModel());
    await page.getByText('Đã có mô hình trùng tên.').waitFor();
    await page.locator('[data-active-model="Duong-pho"]').waitFor();
  });

  it('asks for the card where the file says too little, and uses the model with it', async () => {
    await upload('thuyen.onnx', odd.twoClassModel());
    await page.getByRole('button', { name: 'Viết thẻ mô tả' }).click();
    const dialog = page.getByRole('dialog');
    const field = dialog.getByLabel('Thẻ (JSON)');
    const example = await field.inputValue();
    await field.fill(`${example}}`);
    await dialog.getByRole('button', { name: 'Lưu và kiểm tra' }).click();
    await dialog.getByText(/the card is no JSON/).waitFor();
    await field.fill(example.replace('class 1', 'boat').replace('class 2', 'person'));
    await dialog.getByRole('button', { name: 'Lưu và kiểm tra' }).click();
    await dialog.waitFor({ state: 'detached' });
    await panel('thuyen').getByText('Dùng được').waitFor();
    await panel('thuyen').getByRole('button', { name: 'Dùng mô hình này' }).click();
    await page.locator('[data-active-model="thuyen"]').waitFor();
    expect(await page.locator('[data-active-model]').innerText()).toMatch(/người, ghe tàu/);
    // One click goes back.
    await page.getByRole('button', { name: 'Quay lại Duong-pho' }).click();
    await page.locator('[data-active-model="Duong-pho"]').waitFor();
    await panel('thuyen').getByRole('button', { name: 'Xoá…' }).click();
    await page.getByRole('dialog').getByRole('button', { name: 'Xoá mô hình' }).click();
    await panel('thuyen').waitFor({ state: 'detached' });
  });

  it('writes down who did it', async () => {
    const entries = await house.access.audit.query({ limit: 50 });
    const actions = entries.map(({ action }) => action).filter((action) => action.startsWith('model.'));
    expect(new Set(actions)).toEqual(new Set(['model.uploaded', 'model.cardChanged', 'model.used', 'model.removed']));
    await page.goto(`${house.url}/admin/audit`);
    await page.getByText('Đổi mô hình nhận dạng').first().waitFor();
    // What was provoked: a name that is taken, a card that is none.
    expect(problems.filter((text) => !/40[09]/.test(text))).toEqual([]);
  });

  it('fits on a phone', async () => {
    const phone = await openPage(browser, { viewport: PHONE });
    await phone.context.addCookies([cookie]);
    await phone.page.goto(`${house.url}/admin/models`);
    await phone.page.locator('[data-active-model]').waitFor();
    const overflow = await phone.page.evaluate(() => document.documentElement.scrollWidth - window.innerWidth);
    expect(overflow).toBeLessThanOrEqual(0);
    expect(phone.problems).toEqual([]);
    await phone.context.close();
  });
});
