import type { Browser, BrowserContext, Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { FeedView } from '#contracts/feeds';
import type { AreaView, UnitView } from '#contracts/places';
import { ADMIN, type ApiClient, setUp, signIn } from './api-client.ts';
import { DESKTOP, launchBrowser, openPage, PHONE } from './browser.ts';
import { type Program, startProgram } from './program.ts';

/**
 * A department sends its figures as a file, sees which rows are wrong and why, and mends them; the leader, who has the
 * sectors open, sees the figure and its quality change. What goes silent turns grey by itself.
 */
const OFFICE = { username: 'so.taichinh', displayName: 'Sở Tài chính', password: 'Thu ngân sách mỗi ngày một khá' };
const LEADER = { username: 'chu.tich', displayName: 'Chủ tịch', password: 'Nhìn số liệu rồi mới chỉ đạo' };
const PATIENT = { timeout: 30_000 };
const SECTOR = 'kinh_te_xa_hoi';
const DAY_MS = 86_400_000;
/** Of the province's day. */
const day = (ago: number): string => new Date(Date.now() + 7 * 3_600_000 - ago * DAY_MS).toISOString().slice(0, 10);

describe('the sectors', () => {
  let program: Program;
  let browser: Browser;
  let admin: ApiClient;
  let feed: FeedView;
  let office: Page;
  let leader: Page;
  let province: string;
  const problems: string[] = [];

  beforeAll(async () => {
    program = await startProgram();
    admin = await setUp(program.announced);
    province = (await admin.request<readonly AreaView[]>('GET', '/api/areas'))[0]?.code ?? '';
    const unit = await admin.request<UnitView>('POST', '/api/units', {
      ...{ name: 'Sở Tài chính', kind: 'department', code: 'STC' },
    });
    feed = await admin.request<FeedView>('POST', '/api/feeds', {
      ...{ name: 'Báo cáo ngày', sector: SECTOR, ownerUnitId: unit.id, way: 'upload', format: 'csv' },
      mapping: { columns: { indicator: 'Chỉ tiêu', area: 'Địa bàn', period: 'Ngày', value: 'Giá trị' } },
      obliged: [{ indicator: `${SECTOR}.thu_ngan_sach`, cells: [] }],
    });
    for (const [person, role, scope] of [
      [OFFICE, 'department', { kind: 'unit', unitId: unit.id }],
      [LEADER, 'leader', { kind: 'all' }],
    ] as const) {
      const first = { ...person, password: 'Tạm thời, đổi ngay lần đầu' };
      await admin.request('POST', '/api/users', { ...first, grants: [{ role, scope }] });
      const own = { current: first.password, next: person.password };
      await (await signIn(program.url, first)).request('PUT', '/api/session/password', own);
    }
    browser = await launchBrowser();
    office = await at(OFFICE, DESKTOP, `/feeds/${feed.id}`);
    leader = await at(LEADER, DESKTOP, '/sectors');
  }, 120_000);
  afterAll(async () => {
    await browser?.close();
    await program?.stop();
    await program?.remove();
  });

  /** A window of its own, signed in. */
  async function at(who: typeof OFFICE, viewport: typeof DESKTOP, path: string): Promise<Page> {
    const opened = await openPage(browser, { viewport });
    await signInto(opened.context, who);
    opened.page.on('pageerror', ({ message }) => problems.push(message));
    opened.page.setDefaultTimeout(PATIENT.timeout);
    await opened.page.goto(`${program.url}${path}`);
    return opened.page;
  }
  async function signInto(context: BrowserContext, who: typeof OFFICE): Promise<void> {
    const { cookie } = await signIn(program.url, who);
    const [name = '', ...value] = cookie.split('=');
    await context.addCookies([{ name, value: value.join('='), url: program.url }]);
  }
  const table = (...rows: readonly (readonly string[])[]): Buffer =>
    Buffer.from([['Chỉ tiêu', 'Địa bàn', 'Ngày', 'Giá trị'], ...rows].map((row) => row.join(';')).join('\r\n'));
  async function choose(name: string, buffer: Buffer): Promise<void> {
    await office.locator('input[type=file]').setInputFiles([{ name, mimeType: 'text/csv', buffer }]);
  }
  const tile = (page: Page) => page.locator(`[data-sector="${SECTOR}"]`).first();

  it('say where nothing is delivered yet', async () => {
    await expect.poll(() => tile(leader).getAttribute('data-state'), PATIENT).toMatch(/empty|missing/);
  });

  it('tell a department which rows of its file are wrong, and why, before anything counts', async () => {
    const code = `${SECTOR}.thu_ngan_sach`;
    await choose(
      'ngay.csv',
      table(
        [code, province, day(3), '41,5'],
        [code, province, day(2), 'bốn mươi'],
        [code, 'Xã Không Có', day(2), '40,1'],
        [code, province, '2099-01-01', '40,2'],
      ),
    );
    const report = office.locator('[data-upload-report]');
    await report.getByText('3 dòng sẽ không được nhận').waitFor();
    const words = (await report.innerText()).toLowerCase();
    for (const line of ['dòng 3', 'dòng 4', 'dòng 5']) expect(words).toContain(line);
    expect(words).toContain('xã không có');
    await expect.poll(() => tile(leader).getAttribute('data-state')).toMatch(/empty|missing/);
  });

  it('show a leader the figure and its quality as soon as the mended file is sent', async () => {
    const code = `${SECTOR}.thu_ngan_sach`;
    await choose('ngay-sua.csv', table(...[3, 2, 1].map((ago) => [code, province, day(ago), `4${ago},5`])));
    await office.getByRole('button', { name: 'Gửi 3 dòng đúng' }).click();
    await tile(leader).getByText('41,5').waitFor(PATIENT);
    await office.getByText('Đã xử lý 3 dòng').first().waitFor();
    await expect.poll(() => tile(leader).getAttribute('data-state')).toBe('fresh');
    await leader.goto(`${program.url}/sectors/${SECTOR}`);
    await leader.getByText('Thu ngân sách').first().waitFor();
    await leader.getByText('41,5').first().waitFor();
  });

  it('show what is to be reached as soon as it is set, changed, and taken back', async () => {
    const manager = await at(ADMIN, DESKTOP, `/sectors/${SECTOR}?figure=${SECTOR}.thu_ngan_sach`);
    await manager.getByRole('tab', { name: 'Mục tiêu' }).click();
    await manager.getByLabel(/^Giá trị \(/).fill('100');
    await manager.getByRole('button', { name: 'Thêm mục tiêu' }).click();
    await leader
      .getByText(/mục tiêu 100/)
      .first()
      .waitFor(PATIENT);
    await manager.getByRole('button', { name: /^Sửa mục tiêu của/ }).click();
    await manager.getByRole('textbox', { name: /^Sửa mục tiêu của/ }).fill('120,5');
    await manager.keyboard.press('Enter');
    await leader
      .getByText(/mục tiêu 120,5/)
      .first()
      .waitFor(PATIENT);
    await manager.getByRole('button', { name: 'Hoàn tác' }).last().click();
    await leader
      .getByText(/mục tiêu 100/)
      .first()
      .waitFor(PATIENT);
    await manager.context().close();
  });

  it('turn grey by themselves when nothing comes any more', async () => {
    const phone = await openPage(browser, { viewport: PHONE });
    await phone.page.clock.install();
    await signInto(phone.context, LEADER);
    await phone.page.goto(`${program.url}/sectors`);
    await expect.poll(() => tile(phone.page).getAttribute('data-state'), PATIENT).toBe('fresh');
    await phone.page.clock.fastForward(3 * DAY_MS);
    await expect.poll(() => tile(phone.page).getAttribute('data-state'), PATIENT).toBe('stale');
    await tile(phone.page).getByText('41,5').waitFor();
    const overflow = await phone.page.evaluate(() => document.documentElement.scrollWidth - window.innerWidth);
    expect(overflow).toBeLessThanOrEqual(0);
    await phone.context.close();
    expect(problems).toEqual([]);
  });
});
