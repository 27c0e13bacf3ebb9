import { type Browser, type BrowserContext, chromium, type Page } from 'playwright-core';

/** Debian's Chromium, without a window and without its calls home. */
export async function launchBrowser(more: readonly string[] = []): Promise<Browser> {
  return chromium.launch({
    executablePath: process.env.CHROMIUM_PATH ?? '/usr/bin/chromium',
    args: [
      '--no-sandbox',
      '--disable-gpu',
      '--disable-quic',
      '--no-first-run',
      '--disable-background-networking',
      '--disable-component-update',
      '--disable-sync',
      '--autoplay-policy=no-user-gesture-required',
      '--disable-backgrounding-occluded-windows',
      '--disable-renderer-backgrounding',
      ...more,
    ],
  });
}

export const DESKTOP = { width: 1920, height: 1080 };
export const PHONE = { width: 390, height: 844 };

/** A page whose console errors and failed assertions end up in `problems`. Nothing slides or fades: it would be waited for. */
export async function openPage(
  browser: Browser,
  options: { viewport: { width: number; height: number }; locale?: string; hasTouch?: boolean },
): Promise<{ page: Page; context: BrowserContext; problems: string[] }> {
  const { viewport, locale = 'vi-VN', hasTouch = false } = options;
  const context = await browser.newContext({ viewport, locale, hasTouch, reducedMotion: 'reduce' });
  const page = await context.newPage();
  const problems: string[] = [];
  page.on('pageerror', (error) => problems.push(error.message));
  page.on('console', (message) => {
    if (message.type() === 'error') problems.push(message.text());
  });
  return { page, context, problems };
}
