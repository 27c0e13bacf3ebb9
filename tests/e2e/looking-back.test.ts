import { fileURLToPath } from 'node:url';
import type { Browser, Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Role } from '#contracts/access';
import { createStillDecoder } from '../../camera-adapters/ffmpeg/still-decoder.ts';
import { type House, openHouse } from '../architecture/house.ts';
import { makeClip } from '../fakes/clip-camera.ts';
import { recordClip } from '../fakes/recorded.ts';
import { DESKTOP, launchBrowser, openPage } from './browser.ts';

/** What people do with what they found, in the built console: hold it, mark it, and come back to it. */
const MINUTE = 60_000;
const DAY = 86_400_000;

describe('looking back', () => {
  let house: House;
  let browser: Browser;
  let lead: Page;
  let second: Page;
  let ids: string[];
  let startMs: number;
  const problems: string[] = [];

  beforeAll(async () => {
    house = await openHouse({
      consoleFolder: fileURLToPath(new URL('../../dist/player', import.meta.url)),
      decoder: createStillDecoder({ ffmpegPath: 'ffmpeg' }),
    });
    const clip = await makeClip({ seconds: 60, groupSeconds: 2 });
    startMs = Math.floor(Date.now() / MINUTE) * MINUTE - 20 * MINUTE;
    ids = [house.inside.id, house.outside.id];
    for (const cameraId of ids) {
      await recordClip({ ...house.recording, cameraId, clip, startMs });
      await recordClip({ ...house.recording, cameraId, clip, startMs: startMs + MINUTE });
    }
    browser = await launchBrowser();
    [lead, second] = [await pageOf('lan', 'shift_lead'), await pageOf('minh', 'police')];
  });
  afterAll(async () => {
    await browser?.close();
    await house?.close();
  });

  async function pageOf(username: string, role: Role): Promise<Page> {
    await house.person(username, [{ role, scope: house.scopes.all }]);
    const { headers } = await house.signIn(username, () => true);
    const [name = '', ...value] = (headers.cookie ?? '').split('=');
    const opened = await openPage(browser, { viewport: DESKTOP });
    await opened.context.addCookies([{ name, value: value.join('='), url: house.url }]);
    opened.page.setDefaultTimeout(20_000);
    opened.page.on('pageerror', (error) => problems.push(error.message));
    return opened.page;
  }

  const open = async (page: Page, ms: number, cameras = ids): Promise<void> => {
    const at = new Date(startMs + ms).toISOString();
    await page.goto(`${house.url}/playback?cameras=${cameras.join(',')}&at=${at}`);
    await page.locator('[data-timeline]').waitFor();
  };
  const atMs = (page: Page) => Date.parse(new URL(page.url()).searchParams.get('at') ?? '') - startMs;

  it('holds a range of the cameras on the page, after it said what that costs', async () => {
    await open(lead, 30_000);
    await lead.getByRole('button', { name: 'Lưu giữ', exact: true }).click();
    const dialog = lead.getByRole('dialog');
    await expect
      .poll(async () => Number(await dialog.locator('[data-hold-cost]').getAttribute('data-hold-cost')))
      .toBeGreaterThan(10_000);
    await dialog.getByLabel('Số hồ sơ').fill('12/2026');
    await dialog.getByLabel('Lý do').fill('Va chạm ở ngã tư');
    await dialog.getByRole('button', { name: 'Lưu giữ', exact: true }).click();
    await lead.getByText('Đã lưu giữ bản ghi của 2 camera').waitFor();
    expect(
      house.recordings.holds
        .list()
        .map(({ cameraId }) => cameraId)
        .sort(),
    ).toEqual([...ids].sort());
    // Who holds it and why stands where the playhead is.
    await lead.locator('[data-moment]').getByText('Va chạm ở ngã tư · lan').waitFor();
  });

  it('is released by two people, and the same person cannot be both', async () => {
    await lead.getByRole('link', { name: 'Lưu giữ: hồ sơ 12/2026' }).click();
    await lead.getByRole('heading', { name: 'Lưu giữ pháp lý' }).waitFor();
    await lead.getByRole('button', { name: 'Đề nghị gỡ' }).first().click();
    await lead.getByLabel('Cùng áp dụng cho 1 lệnh giữ khác của hồ sơ này').check();
    await lead.getByRole('dialog').getByRole('button', { name: 'Đề nghị gỡ' }).click();
    await expect.poll(() => lead.getByText('Cùng một người không thể là cả hai').count()).toBe(2);
    expect(await lead.getByRole('button', { name: 'Gỡ', exact: true }).count()).toBe(0);
    // Nor past the page.
    const [first] = house.recordings.holds.list();
    const refused = await house.signIn('lan', () => true);
    const reply = await fetch(new URL('/api/holds/release', house.url), {
      method: 'POST',
      headers: { ...refused.headers, 'content-type': 'application/json' },
      body: JSON.stringify({ ids: [first?.id] }),
    });
    expect([reply.status, await reply.text()]).toEqual([403, expect.stringContaining('hold.samePerson')]);

    await second.goto(`${house.url}/holds`);
    await second
      .getByText(/^lan đề nghị gỡ lúc .*Chờ một người khác\.$/)
      .first()
      .waitFor();
    await second.getByRole('button', { name: 'Gỡ', exact: true }).first().click();
    await second.getByLabel('Cùng áp dụng cho 1 lệnh giữ khác của hồ sơ này').check();
    await second.getByRole('dialog').getByRole('button', { name: 'Gỡ', exact: true }).click();
    await second.getByText('Chưa giữ đoạn nào').waitFor();
    expect(house.recordings.holds.list()).toEqual([]);
    // The first is told without a reload.
    await lead.getByText('Chưa giữ đoạn nào').waitFor();
    await second.getByText('Đã gỡ', { exact: true }).click();
    await expect.poll(() => second.getByText(/lan đề nghị, minh gỡ/).count()).toBe(2);
  });

  it('marks a moment, changes the mark, deletes it and takes that back', async () => {
    await open(lead, 40_000);
    await lead.keyboard.press('b');
    await lead.getByLabel('Nội dung').fill('Xe tải đỏ');
    await lead.getByLabel('Nhãn').fill('xe, ngã tư');
    await lead.keyboard.press('Enter');
    await lead.locator('[data-moment]').getByText('Xe tải đỏ #xe #ngã tư · lan').waitFor();
    await lead.keyboard.press('m');
    const list = lead.getByRole('dialog', { name: 'Dấu mốc của các camera đang xem' });
    await list.getByLabel('Sửa «Xe tải đỏ»').click();
    await lead.getByRole('textbox', { name: 'Nội dung' }).fill('Xe tải xanh');
    await lead.keyboard.press('Enter');
    await list.getByText('Xe tải xanh').waitFor();
    await list.getByRole('searchbox').fill('#nga tu');
    await list.getByLabel('Xoá «Xe tải xanh»').click();
    await list.getByText('Không có dấu mốc nào khớp').waitFor();
    await lead.getByRole('button', { name: 'Hoàn tác' }).click();
    await list.getByText('Xe tải xanh').waitFor();
    await lead.keyboard.press('Escape');
    await open(lead, 5000);
    await lead.keyboard.press('m');
    await lead.getByRole('dialog').getByText('Xe tải xanh').click();
    await expect.poll(() => Math.abs(atMs(lead) - 40_000)).toBeLessThan(1000);
  });

  it('jumps to the next event, be it weeks away', async () => {
    const about = { type: 'vn.tamnhin.camera.changed', severity: 'minor', data: { name: 'x' } } as const;
    const farMs = startMs - 20 * DAY;
    await house.events.append({ ...about, cameraId: house.outside.id, timeMs: farMs });
    await open(lead, 30_000);
    // The cameras were registered when the house was built: later than all that is recorded.
    await lead.keyboard.press('[');
    await expect.poll(() => atMs(lead)).toBe(farMs - startMs);
    await lead.keyboard.press(']');
    await expect.poll(() => Math.abs(atMs(lead) - 40_000)).toBeLessThan(1000);
  });

  it('shows what is left of a camera that was removed', async () => {
    await house.register.remove(house.outside.id);
    await lead.goto(`${house.url}/playback`);
    const past = lead.locator('[data-removed-cameras]');
    await past.getByRole('button').click();
    await lead
      .getByText(/\(đã gỡ\)/)
      .first()
      .waitFor();
    await lead.locator(`[data-playback-cell="${house.outside.id}"]`).waitFor();
    await open(lead, 30_000, [house.outside.id]);
    await lead.locator(`[data-playback-cell="${house.outside.id}"][data-state="shown"]`).waitFor();
    expect(problems).toEqual([]);
  });
});
