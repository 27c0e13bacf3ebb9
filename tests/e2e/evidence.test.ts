import { createHash } from 'node:crypto';
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { pathToFileURL } from 'node:url';
import type { Browser, Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Overlay } from '../../recordings/evidence/overlay.ts';
import { makeExport } from '../fakes/evidence-export.ts';
import { DESKTOP, launchBrowser, openPage } from './browser.ts';

/** The page in an export, opened from a disk with the network off: as a judge's clerk would. */
const verifier = resolve(import.meta.dirname, '../../dist/verifier/index.html');
let folder: string;
let browser: Browser;
let page: Page;
let problems: string[];

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'tamnhin-evidence-'));
  await makeExport(folder, { verifier: await readFile(verifier, 'utf8') });
  browser = await launchBrowser();
  const opened = await openPage(browser, { viewport: DESKTOP });
  ({ page, problems } = opened);
  await opened.context.setOffline(true);
  await page.goto(pathToFileURL(join(folder, 'out', 'verify.html')).href);
});
const OVERLAY: Overlay = {
  masks: [
    {
      name: '<b>cửa sổ</b> "nhà dân"',
      points: [
        [0.25, 0.25],
        [0.75, 0.25],
        [0.75, 0.75],
        [0.25, 0.75],
      ],
    },
  ],
  watermark: ["Nguyễn An: 'x' <script>alert(1)</script>", '2026-11-25 08:00:00 +07:00 · AG-2026-17'],
};

afterAll(async () => {
  await browser?.close();
  await rm(folder, { recursive: true });
});

const choose = (...names: string[]): Promise<void> =>
  page.locator('#files').setInputFiles(names.map((name) => join(folder, name)));

describe('the page in an export', () => {
  it('finds an untouched one intact, from the zip and from its files, and says whose it is', async () => {
    for (const names of [['export.zip'], ['out/manifest.json', 'out/manifest.sig', 'out/camera-7.mp4']]) {
      await choose(...names);
      await page.getByText('Nguyên vẹn: không một bit nào bị thay đổi').waitFor();
      await page.getByText('Nguyễn An (an.nguyen)').waitFor();
      await page.getByText('Toàn bộ đã được ký ngay trong khi ghi hình').waitFor();
    }
    expect(problems).toEqual([]);
  });

  it('says which second was altered when one bit is', async () => {
    const zip = await readFile(join(folder, 'export.zip'));
    const video = await readFile(join(folder, 'out', 'camera-7.mp4'));
    const at = zip.indexOf(video) + Math.floor(video.byteLength / 2);
    zip[at] = (zip[at] ?? 0) ^ 1;
    await writeFile(join(folder, 'altered.zip'), zip);
    await choose('altered.zip');
    await page.getByText('ĐÃ BỊ THAY ĐỔI hoặc không đầy đủ').waitFor();
    const line = page.locator('li.bad');
    expect(await line.count()).toBe(1);
    expect(await line.innerText()).toMatch(/^Đã bị thay đổi: từ .*\d\d:\d\d:\d\d[.,]\d{3}.* đến /);
    await page.getByRole('button', { name: 'English' }).click();
    await page.getByText('ALTERED or incomplete').waitFor();
    await page.getByRole('button', { name: 'Tiếng Việt' }).click();
  });

  it('says so of a changed manifest, a missing file, and what is no export', async () => {
    const manifest = await readFile(join(folder, 'out', 'manifest.json'), 'utf8');
    await writeFile(join(folder, 'manifest.json'), manifest.replace('AG-2026-17', 'AG-2026-18'));
    await choose('manifest.json', 'out/manifest.sig', 'out/camera-7.mp4');
    await page.getByText('bản kê đã bị sửa').waitFor();
    await choose('out/manifest.json', 'out/manifest.sig');
    await page.getByText('Thiếu tệp').waitFor();
    await choose('out/camera-7.mp4');
    await page.getByText('Không thấy manifest.json').waitFor();
  });

  it('says what a masked copy is, what it can be compared with, and which second of it was altered', async () => {
    const masked = join(folder, 'masked');
    await makeExport(masked, { verifier: '', overlay: OVERLAY });
    await choose('masked/export.zip');
    await page.getByText('Đúng như khi xuất; có hình đã được xử lý khi xuất').waitFor();
    expect(await page.getByText('không một bit nào bị thay đổi').count()).toBe(0);
    await page.getByText('Bản đã che và có chữ chìm: khi xuất, các vùng riêng tư đã bị che').waitFor();
    await page.getByText('Vùng che: <b>cửa sổ</b> "nhà dân"').waitFor();
    await page.getByText("Chữ chìm: Nguyễn An: 'x' <script>alert(1)</script> / 2026").waitFor();
    await page.getByText('Dấu vân của toàn bộ bản gốc đã được ký ngay trong khi ghi hình').waitFor();
    // What it was made from is the file of an export without masks, to the bit.
    const original = createHash('sha256')
      .update(await readFile(join(folder, 'out', 'camera-7.mp4')))
      .digest('hex');
    await page.getByText(`SHA-256 của bản gốc`).filter({ hasText: original }).waitFor();
    await page.getByRole('button', { name: 'English' }).click();
    await page.getByText('Masked and watermarked copy: the export covered private parts').waitFor();
    await page.getByText('The fingerprints of all of the original were signed while it was recorded').waitFor();
    await page.getByRole('button', { name: 'Tiếng Việt' }).click();

    const zip = await readFile(join(masked, 'export.zip'));
    const video = await readFile(join(masked, 'out', 'camera-7-masked.mp4'));
    const at = zip.indexOf(video) + Math.floor(video.byteLength / 2);
    zip[at] = (zip[at] ?? 0) ^ 1;
    await writeFile(join(folder, 'altered-copy.zip'), zip);
    await choose('altered-copy.zip');
    await page.getByText('ĐÃ BỊ THAY ĐỔI hoặc không đầy đủ').waitFor();
    const line = page.locator('li.bad');
    expect(await line.count()).toBe(1);
    const [, from = '', to = ''] =
      /từ .*?(\d\d:\d\d:\d\d).* đến .*?(\d\d:\d\d:\d\d)/.exec(await line.innerText()) ?? [];
    const seconds = (text: string) => text.split(':').reduce((sum, part) => sum * 60 + Number(part), 0);
    expect(seconds(to) - seconds(from)).toBeLessThanOrEqual(1);
    expect(problems).toEqual([]);
  });
});
