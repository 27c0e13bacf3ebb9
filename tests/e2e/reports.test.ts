import { fileURLToPath } from 'node:url';
import type { Browser, Page } from 'playwright-core';
import sharp from 'sharp';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { ReportView } from '#contracts/reports';
import { type House, openHouse } from '../architecture/house.ts';
import { DESKTOP, launchBrowser, openPage, PHONE } from './browser.ts';

/** ms: the machine may be busy. */
const PATIENT_MS = 40_000;
/** Where to look at the screens; nowhere without. */
const SHOTS = process.env.TAMNHIN_SHOTS;

/** A citizen with an old telephone and an operator: a tree has fallen. */
describe('a fallen tree', () => {
  let house: House;
  let browser: Browser;
  let citizen: Page;
  let operator: Page;
  const problems: string[] = [];
  let code = '';

  beforeAll(async () => {
    house = await openHouse({ consoleFolder: fileURLToPath(new URL('../../dist/player', import.meta.url)) });
    await house.person('operator', [{ role: 'shift_lead', scope: house.scopes.all }]);
    browser = await launchBrowser();
    const [phone, desk] = [
      await openPage(browser, { viewport: PHONE, hasTouch: true }),
      await openPage(browser, { viewport: DESKTOP }),
    ];
    await phone.context.grantPermissions(['geolocation'], { origin: house.url });
    await phone.context.setGeolocation({ latitude: 10.45, longitude: 105.45, accuracy: 12 });
    const { headers } = await house.signIn('operator', () => true);
    const [name = '', ...value] = (headers.cookie ?? '').split('=');
    await desk.context.addCookies([{ name, value: value.join('='), url: house.url }]);
    phone.page.on('pageerror', ({ message }) => problems.push(message));
    [citizen, operator] = [phone.page, desk.page];
    for (const page of [citizen, operator]) page.setDefaultTimeout(PATIENT_MS);
  });
  afterAll(async () => {
    await browser?.close();
    await house?.close();
  });

  async function shot(page: Page, name: string): Promise<void> {
    if (SHOTS !== undefined) await page.screenshot({ path: `${SHOTS}/${name}.png`, fullPage: page === citizen });
  }
  const next = () => citizen.getByRole('button', { name: 'Tiếp tục' }).click();

  it('is reported with a photo; what was typed outlives a reload', async () => {
    await citizen.goto(`${house.url}/portal`);
    await shot(citizen, '1-what');
    await citizen.getByRole('button', { name: 'Khẩn cấp' }).click();
    await citizen.getByRole('radio', { name: /Cây đổ/ }).check();
    await shot(citizen, '2-which');
    await next();
    await next();
    await citizen.getByText('Hãy đặt dấu trên bản đồ hoặc chọn xã, phường.').waitFor();
    await citizen.getByRole('button', { name: 'Dùng vị trí của tôi' }).click();
    await citizen.getByText('Đã đặt dấu: Xã Bến Tràm').waitFor();
    await citizen.getByLabel('Địa điểm cụ thể').fill('Trước chợ Bến Tràm');
    await shot(citizen, '3-where');
    await next();
    await citizen.getByLabel('Nội dung phản ánh').fill('Cây me lớn đổ chắn ngang đường, xe không qua được');
    await citizen.reload();
    expect(await citizen.getByLabel('Nội dung phản ánh').inputValue()).toContain('Cây me lớn');
    const photo = await sharp({ create: { width: 2400, height: 1600, channels: 3, background: '#4a7a3a' } })
      .withExif({
        IFD0: { Make: 'Secret phone' },
        IFD3: {
          GPSLatitudeRef: 'N',
          GPSLatitude: '10/1 27/1 0/1',
          GPSLongitudeRef: 'E',
          GPSLongitude: '105/1 27/1 0/1',
        },
      })
      .jpeg()
      .toBuffer();
    expect((await sharp(photo).metadata()).exif).toBeDefined();
    const files = [{ name: 'cay-do.jpg', mimeType: 'image/jpeg', buffer: photo }];
    await citizen.locator('input[type=file]').setInputFiles(files);
    await citizen.getByRole('img', { name: 'Ảnh 1' }).waitFor();
    await shot(citizen, '4-words');
    await next();
    await citizen.getByLabel('Số điện thoại').fill('0912345678');
    await shot(citizen, '5-contact');
    await citizen.getByRole('button', { name: 'Gửi phản ánh', exact: true }).click();
    code = (await citizen.locator('[data-code]').textContent()) ?? '';
    expect(code).toMatch(/^\w{4}-\w{4}-\w{4}$/);
    await citizen.getByText('Đã gửi 1 ảnh.').waitFor();
    await shot(citizen, '6-sent');
  });

  it('stands in the operator’s list, is verified, assigned and answered', async () => {
    await operator.goto(`${house.url}/reports`);
    await operator.getByRole('link', { name: /#1 · Cây đổ/ }).waitFor();
    await shot(operator, '7-list');
    await operator.getByRole('link', { name: /#1 · Cây đổ/ }).click();
    await operator.getByText('Cây me lớn đổ chắn ngang đường', { exact: false }).first().waitFor();
    const photo = operator.getByRole('img', { name: 'Ảnh 1 của phản ánh' });
    await photo.waitFor();
    const bytes = await operator.request.get(`${house.url}${await photo.getAttribute('src')}`);
    const kept = await sharp(await bytes.body()).metadata();
    expect([kept.format, kept.exif, kept.xmp]).toEqual(['jpeg', undefined, undefined]);
    await shot(operator, '8-report');
    const act = async (name: string, fill?: () => Promise<void>): Promise<void> => {
      await operator.getByRole('button', { name, exact: true }).first().click();
      const dialog = operator.getByRole('dialog');
      await dialog.waitFor();
      await fill?.();
      await dialog.getByRole('button', { name, exact: true }).click();
      await dialog.waitFor({ state: 'detached' });
    };
    await act('Xác minh', () => shot(operator, '9-verify'));
    await house.reports.act(
      ((await house.reports.list({ state: 'open', limit: 1 }, null))[0] as ReportView).id,
      { act: 'assign', unitId: 'cay-xanh', text: '' },
      { id: 'x', name: 'x' },
    );
    await operator.getByText('Công ty Cây xanh').first().waitFor();
    await act('Trả lời', async () =>
      operator.getByRole('dialog').getByLabel('Nội dung trả lời').fill('Đội cây xanh đã dọn xong lúc 9 giờ'),
    );
    await operator.getByText('Đội cây xanh đã dọn xong').first().waitFor();
    await operator.setViewportSize(PHONE);
    await shot(operator, '10-report-phone');
    await operator.goto(`${house.url}/reports`);
    await operator.getByRole('link', { name: /#1 · Cây đổ/ }).waitFor();
    await shot(operator, '11-list-phone');
  });

  it('is answered: the citizen sees it by the code and rates it', async () => {
    await citizen.goto(`${house.url}/portal#t`);
    await citizen.getByLabel('Mã theo dõi').fill(code.toLowerCase().replaceAll('-', ' '));
    await citizen.getByRole('button', { name: 'Xem', exact: true }).click();
    await citizen.getByText('Đội cây xanh đã dọn xong lúc 9 giờ').waitFor();
    await citizen.getByText('Hài lòng', { exact: true }).click();
    await shot(citizen, '12-track');
    await citizen.getByRole('button', { name: 'Gửi đánh giá' }).click();
    await citizen.getByText('Bạn đã đánh giá: Hài lòng').waitFor();
    expect((await house.reports.list({ state: 'answered', limit: 1 }, null))[0]?.rating).toBe('satisfied');
    expect(problems).toEqual([]);
  });
});
