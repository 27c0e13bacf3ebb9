import type { Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { NO_SCORES } from '#contracts/quality';
import type { SectorTile } from '#contracts/sectors';
import { dueDay } from '../fakes/due-day.ts';
import { ADMIN } from './api-client.ts';
import { DESKTOP, openPage, PHONE } from './browser.ts';
import { DAY_MS, INDICATOR, LEADER, openSectorScreens, SECTOR } from './sector-screens.ts';

/**
 * A department sends its figures as a file, sees which rows are wrong and why, and mends them; the leader, who has the
 * sectors open, sees the figure and its quality change. What goes silent turns grey by itself.
 */
const PATIENT = { timeout: 30_000 };
/** What the bars say when every row was clean. */
const ALL_CLEAN = /sạch[^|]*100/i;

describe('the sectors', () => {
  let screens: Awaited<ReturnType<typeof openSectorScreens>>;
  beforeAll(async () => {
    screens = await openSectorScreens();
  }, 120_000);
  afterAll(() => screens?.close());
  const tile = (page: Page) => page.locator(`[data-sector="${SECTOR}"]`).first();

  /**
   * After a click: the leader's screen shows the figure, and these scores, without a new page; the socket
   * told of the figure no later than of its scores. Prints how long that took.
   */
  async function seenAfter(clickedMs: number, figure: string, value: number, scores: RegExp) {
    const since = async () => (await screens.noted()).filter(({ ms }) => ms >= clickedMs);
    const changed = async () => (await since()).find((one) => one.figure === figure && scores.test(one.scores));
    await expect.poll(changed, PATIENT).toBeDefined();
    const [first] = (await since()).filter((one) => one.figure === figure);
    const [shownMs, scoredMs] = [first?.ms ?? 0, (await changed())?.ms ?? 0];
    process.stdout.write(
      `from the click: ${figure} after ${shownMs - clickedMs} ms, its scores after ${scoredMs - clickedMs} ms\n`,
    );
    const tiles = screens.told.filter(({ headline }) => headline?.value === value);
    return tiles;
  }
  function expectInOrder(tiles: readonly SectorTile[]): void {
    const revisions = tiles.map(({ revision }) => revision);
    expect(revisions).toEqual(revisions.toSorted((a, b) => a - b));
    expect(new Set(revisions).size).toBe(revisions.length);
  }

  it('say where nothing is delivered yet', async () => {
    await expect.poll(() => tile(screens.leader).getAttribute('data-state'), PATIENT).toMatch(/empty|missing/);
    await screens.leader.evaluate('window.neverReloaded = true');
  });

  it('tell a department which rows of its file are wrong, and why, before anything counts', async () => {
    const { choose, office, province } = screens;
    await choose(
      'ngay.csv',
      [INDICATOR, province, dueDay(3), '41,5'],
      [INDICATOR, province, dueDay(2), 'bốn mươi'],
      [INDICATOR, 'Xã Không Có', dueDay(2), '40,1'],
      [INDICATOR, province, '2099-01-01', '40,2'],
    );
    const report = office.locator('[data-upload-report]');
    await report.getByText('3 dòng sẽ không được nhận').waitFor();
    const words = (await report.innerText()).toLowerCase();
    for (const line of ['dòng 3', 'dòng 4', 'dòng 5']) expect(words).toContain(line);
    expect(words).toContain('xã không có');
    await expect.poll(() => tile(screens.leader).getAttribute('data-state')).toMatch(/empty|missing/);
  });

  it('show a leader the figure and its quality as soon as the mended file is sent', async () => {
    const { choose, commit, leader, office, province } = screens;
    expect((await screens.noted()).at(-1)?.scores).not.toMatch(ALL_CLEAN);
    await choose('ngay-sua.csv', ...[3, 2, 1].map((ago) => [INDICATOR, province, dueDay(ago), `4${ago},5`]));
    const tiles = await seenAfter(await commit(3), '41,5', 41.5, ALL_CLEAN);
    expectInOrder(tiles);
    await expect.poll(() => screens.told.at(-1)?.scores.clean).toEqual({ a: 3, b: 3 });
    await office.getByText('Đã xử lý 3 dòng').first().waitFor();
    await expect.poll(() => tile(leader).getAttribute('data-state')).toBe('fresh');
    expect(await leader.evaluate('window.neverReloaded')).toBe(true);
  });

  it('change a figure and its scores on the open page of the sector when the department corrects it', async () => {
    const { choose, commit, leader, province } = screens;
    await tile(leader).click();
    await expect.poll(async () => (await screens.noted()).at(-1)?.figure, PATIENT).toBe('41,5');
    await expect.poll(async () => (await screens.noted()).at(-1)?.scores, PATIENT).toMatch(ALL_CLEAN);
    await choose(
      'ngay-dinh-chinh.csv',
      [INDICATOR, province, dueDay(1), '55,5'],
      [INDICATOR, province, dueDay(2), '-'],
    );
    const tiles = await seenAfter(await commit(1), '55,5', 55.5, /sạch[^|]*80/i);
    expectInOrder(tiles);
    // One of five rows was not clean, and a value that was revised was not correct.
    await expect.poll(() => screens.told.at(-1)?.scores.clean).toEqual({ a: 4, b: 5 });
    const { correct } = screens.told.at(-1)?.scores ?? NO_SCORES;
    expect(correct.a).toBeLessThan(correct.b);
    expect(await leader.evaluate('window.neverReloaded')).toBe(true);
  });

  it('show what is to be reached as soon as it is set, changed, and taken back', async () => {
    const { leader } = screens;
    const manager = await screens.at(ADMIN, `/sectors/${SECTOR}?figure=${INDICATOR}`);
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
    await manager.close();
  });

  it('show an event that somebody opens by hand in the queue of others at once', async () => {
    const queue = await screens.at(LEADER, '/queue');
    // Leaders look; only those who act are offered it.
    await queue.getByRole('heading', { name: 'Cần xử lý' }).waitFor();
    expect(await queue.getByRole('button', { name: 'Thêm sự kiện' }).count()).toBe(0);
    const manager = await screens.at(ADMIN, '/sectors/du_lich');
    await manager.getByRole('button', { name: 'Thêm sự kiện' }).click();
    await manager.getByRole('combobox', { name: 'Loại sự kiện' }).click();
    await manager.getByRole('option').first().click();
    await manager.getByLabel('Tên sự kiện').fill('Lật xuồng ở bến phà');
    await manager.getByRole('button', { name: 'Đưa vào danh sách' }).click();
    await queue.getByText('Lật xuồng ở bến phà').waitFor(PATIENT);
    await manager.getByRole('heading', { name: 'Lật xuồng ở bến phà' }).waitFor();
    await Promise.all([queue.close(), manager.close()]);
  });

  it('turn grey by themselves when nothing comes any more', async () => {
    const phone = await openPage(screens.browser, { viewport: PHONE });
    phone.context.on('request', (request) => screens.asked.push(request.url()));
    await phone.page.clock.install();
    await screens.signInto(phone.context, LEADER);
    await phone.page.goto(`${screens.program.url}/sectors`);
    await expect.poll(() => tile(phone.page).getAttribute('data-state'), PATIENT).toBe('fresh');
    await phone.page.clock.fastForward(3 * DAY_MS);
    await expect.poll(() => tile(phone.page).getAttribute('data-state'), PATIENT).toBe('stale');
    await tile(phone.page).getByText('55,5').waitFor();
    const overflow = await phone.page.evaluate(() => document.documentElement.scrollWidth - window.innerWidth);
    expect(overflow).toBeLessThanOrEqual(0);
    await phone.context.close();
    expect(screens.problems).toEqual([]);
  });

  it('ask nobody outside for anything, as the map, the queue and the public page do not', async () => {
    const { browser, program, admin, asked } = screens;
    const { page, context } = await openPage(browser, { viewport: DESKTOP });
    const [name = '', ...value] = admin.cookie.split('=');
    await context.addCookies([{ name, value: value.join('='), url: program.url }]);
    context.on('request', (request) => asked.push(request.url()));
    // Whatever the policy stopped had been asked for.
    await page.addInitScript({
      content: `addEventListener('securitypolicyviolation', (event) => console.error('stopped: ' + event.blockedURI));`,
    });
    const stopped: string[] = [];
    page.on('console', (message) => void (message.text().startsWith('stopped: ') && stopped.push(message.text())));
    for (const path of ['/map', '/queue', '/portal']) {
      const reply = await page.goto(`${program.url}${path}`);
      // No source but ourselves, in the policy too.
      expect(reply?.headers()['content-security-policy']).not.toMatch(/https?:|\s\*|\.\w/);
      await page.getByRole('heading').first().waitFor();
    }
    const { host } = new URL(program.url);
    const outside = asked.filter((address) => {
      const { protocol, host: where } = new URL(address);
      return protocol !== 'data:' && protocol !== 'blob:' && where !== host;
    });
    expect(asked.length).toBeGreaterThan(20);
    expect([...new Set(outside), ...stopped]).toEqual([]);
    await context.close();
  });
});
