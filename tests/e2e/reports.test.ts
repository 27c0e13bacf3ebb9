import { execFile } from 'node:child_process';
import { mkdtemp, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import type { Browser, Page } from 'playwright-core';
import sharp from 'sharp';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { IncidentDetails } from '#contracts/alerts';
import type { ReportDetails, ReportView } from '#contracts/reports';
import { type ApiClient, addCamera, setUp, signIn, untilStream } from './api-client.ts';
import { DESKTOP, launchBrowser, openPage, PHONE } from './browser.ts';
import { type Program, startProgram } from './program.ts';

/** ms: the machine may be busy. */
const PATIENT_MS = 40_000;
/** Where to look at the screens; nowhere without. */
const SHOTS = process.env.TAMNHIN_SHOTS;
const OPERATOR = { username: 'truc.ban', displayName: 'Trần Trực Ban', password: 'Bốn giờ sáng chợ nổi đông' };
const TREE = { latitude: 10.45, longitude: 105.45 };
const root = resolve(fileURLToPath(new URL('../..', import.meta.url)));

/** Two communes side by side. */
const MAP = {
  type: 'FeatureCollection',
  features: ['Xã Bến Tràm', 'Phường Cồn Én'].map((name, at) => {
    const west = 105.4 + at / 10;
    const ring = [
      [west, 10.4],
      [west + 0.1, 10.4],
      [west + 0.1, 10.5],
      [west, 10.5],
      [west, 10.4],
    ];
    return {
      ...{ type: 'Feature', properties: { code: `P0${at + 1}`, name } },
      geometry: { type: 'Polygon', coordinates: [ring] },
    };
  }),
};

/** A citizen with an old telephone and an operator: a tree has fallen. */
describe('a fallen tree', () => {
  let program: Program;
  let admin: ApiClient;
  let browser: Browser;
  let citizen: Page;
  let operator: Page;
  const problems: string[] = [];
  let code = '';

  beforeAll(async () => {
    const dataDirectory = await mkdtemp(join(tmpdir(), 'tamnhin-e2e-'));
    const file = join(dataDirectory, 'map.geojson');
    await writeFile(file, JSON.stringify(MAP));
    const args = ['map', file, '--source', 'drawn', '--province', 'P=Tỉnh Bến Tràm'];
    await promisify(execFile)(process.execPath, [join(root, 'dist/server/main.js'), ...args], {
      env: { PATH: process.env.PATH, TAMNHIN_DATA_DIRECTORY: dataDirectory },
    });
    program = await startProgram({ dataDirectory });
    admin = await setUp(program.announced);
    await admin.request('POST', '/api/units', { name: 'Công ty Cây xanh', kind: 'company', code: 'CX' });
    for (const [name, scene, place] of [
      ['Chợ Bến Tràm', 'market', { latitude: 10.4492, longitude: 105.45, heading: 0, fieldOfView: 70 }],
      ['Bến đò', 'river', { latitude: 10.45, longitude: 105.4512, heading: 270, fieldOfView: 70 }],
    ] as const) {
      const { id } = await addCamera(admin, { name, place, source: { kind: 'virtual', scene } });
      await untilStream(admin, id, 'live');
    }
    const first = { ...OPERATOR, password: 'Tạm thời, đổi ngay lần đầu' };
    await admin.request('POST', '/api/users', { ...first, grants: [{ role: 'operator', scope: { kind: 'all' } }] });
    const own = { current: first.password, next: OPERATOR.password };
    await (await signIn(program.url, first)).request('PUT', '/api/session/password', own);
    browser = await launchBrowser();
    const [phone, desk] = [
      await openPage(browser, { viewport: PHONE, hasTouch: true }),
      await openPage(browser, { viewport: DESKTOP }),
    ];
    await phone.context.grantPermissions(['geolocation'], { origin: program.url });
    await phone.context.setGeolocation({ ...TREE, accuracy: 12 });
    const { cookie } = await signIn(program.url, OPERATOR);
    const [name = '', ...value] = cookie.split('=');
    await desk.context.addCookies([{ name, value: value.join('='), url: program.url }]);
    phone.page.on('pageerror', ({ message }) => problems.push(message));
    [citizen, operator] = [phone.page, desk.page];
    for (const page of [citizen, operator]) page.setDefaultTimeout(PATIENT_MS);
    await operator.goto(`${program.url}/queue`);
  }, 120_000);
  afterAll(async () => {
    await browser?.close();
    await program?.stop();
    await program?.remove();
  });

  async function shot(page: Page, name: string): Promise<void> {
    if (SHOTS !== undefined) await page.screenshot({ path: `${SHOTS}/${name}.png`, fullPage: page === citizen });
  }
  const next = () => citizen.getByRole('button', { name: 'Tiếp tục' }).click();

  it('is reported with a photo; what was typed outlives a reload', async () => {
    await citizen.goto(`${program.url}/portal`);
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

  it('stands in the queue, with the two cameras that look there', async () => {
    await operator.locator('[data-item][data-kind="event"]', { hasText: 'Cây đổ' }).first().click();
    const videos = operator.locator('[data-near-cameras="2"] video');
    await expect
      .poll(
        () =>
          videos.evaluateAll(
            (all) => all.filter((video) => video instanceof HTMLVideoElement && video.currentTime > 0.5).length,
          ),
        { timeout: PATIENT_MS },
      )
      .toBe(2);
    await operator.getByText('Trước chợ Bến Tràm').first().waitFor();
    await shot(operator, '7-queue');
    await operator.locator('a[href^="/reports/"]').first().click();
    await operator.getByText('Cây me lớn đổ chắn ngang đường', { exact: false }).first().waitFor();
  });

  it('is verified, assigned and answered', async () => {
    const photo = operator.getByRole('img', { name: 'Ảnh 1 của phản ánh' });
    await photo.waitFor();
    const bytes = await operator.request.get(`${program.url}${await photo.getAttribute('src')}`);
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
    await act('Giao đơn vị', async () => {
      await operator.getByRole('dialog').getByLabel('Đơn vị').first().click();
      await operator.getByRole('option', { name: 'Công ty Cây xanh' }).click();
    });
    await operator.getByText('Công ty Cây xanh').first().waitFor();
    await act('Trả lời', async () =>
      operator.getByRole('dialog').getByLabel('Nội dung trả lời').fill('Đội cây xanh đã dọn xong lúc 9 giờ'),
    );
    await operator.getByText('Đội cây xanh đã dọn xong').first().waitFor();
    await operator.setViewportSize(PHONE);
    await shot(operator, '10-report-phone');
    await operator.goto(`${program.url}/reports`);
    await operator.getByRole('link', { name: /#1 · Cây đổ/ }).waitFor();
    await shot(operator, '11-list-phone');
  });

  it('is suggested to an incident near it, and taken in by one click', async () => {
    const { id } = await admin.request<IncidentDetails>('POST', '/api/incidents', {
      ...{ title: 'Tắc đường trước chợ', place: { name: 'Chợ Bến Tràm', ...TREE, latitude: 10.451 } },
    });
    await operator.setViewportSize(DESKTOP);
    await operator.goto(`${program.url}/incidents/${id}`);
    await operator.getByRole('button', { name: 'Gắn Phản ánh #1 vào vụ việc' }).click();
    await operator.locator('[data-linked="1"]').waitFor();
    await operator.getByText('Thêm phản ánh #1').waitFor();
    await shot(operator, '13-incident');
  });

  it('is told to the public in words of its own, and to nobody before', async () => {
    const publicFeed = async (): Promise<string> => (await fetch(`${program.url}/open/notices.atom`)).text();
    expect(await publicFeed()).not.toContain('<entry>');
    const { page: desk } = await openPage(browser, { viewport: DESKTOP });
    desk.setDefaultTimeout(PATIENT_MS);
    const [name = '', ...value] = admin.cookie.split('=');
    await desk.context().addCookies([{ name, value: value.join('='), url: program.url }]);
    await desk.goto(`${program.url}/incidents/notices`);
    await desk.getByText('Chưa có thông báo nào').waitFor();
    await desk.getByRole('button', { name: 'Soạn thông báo' }).first().click();
    const dialog = desk.getByRole('dialog');
    await dialog.getByLabel('Tiêu đề').first().fill('Cấm xe trước chợ Bến Tràm');
    await dialog.getByLabel('Nội dung').first().fill('Cây đổ chắn ngang đường, xin đi lối khác.');
    await dialog.getByLabel('Địa bàn').first().click();
    await desk.getByRole('option', { name: 'Xã Bến Tràm' }).click();
    await shot(desk, '14-notice');
    await dialog.getByRole('button', { name: 'Đăng công khai' }).click();
    await desk.getByText('Đang công khai').waitFor();
    await desk.setViewportSize(PHONE);
    await shot(desk, '15-notices-phone');
    expect(await publicFeed()).toContain('Cấm xe trước chợ Bến Tràm');
    await desk.context().close();
  });

  it('is answered: the citizen sees it by the code and rates it', async () => {
    await citizen.goto(`${program.url}/portal#t`);
    await citizen.getByLabel('Mã theo dõi').fill(code.toLowerCase().replaceAll('-', ' '));
    await citizen.getByRole('button', { name: 'Xem', exact: true }).click();
    await citizen.getByText('Đội cây xanh đã dọn xong lúc 9 giờ').waitFor();
    await citizen.getByText('Hài lòng', { exact: true }).click();
    await shot(citizen, '12-track');
    await citizen.getByRole('button', { name: 'Gửi đánh giá' }).click();
    await citizen.getByText('Bạn đã đánh giá: Hài lòng').waitFor();
    const [{ id = '' } = {}] = await admin.request<readonly Partial<ReportView>[]>(
      'GET',
      '/api/reports?state=answered',
    );
    expect((await admin.request<ReportDetails>('GET', `/api/reports/${id}`)).rating).toBe('satisfied');
    expect(problems).toEqual([]);
  });
});
