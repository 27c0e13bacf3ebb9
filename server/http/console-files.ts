import { existsSync } from 'node:fs';
import { join } from 'node:path';
import express, { type Express } from 'express';

/** Addresses that the console draws by itself. */
const PAGES = [
  /^\/$/,
  /^\/(?:events|playback|account|setup|sign-in)$/,
  /^\/admin(?:\/|$)/,
  /^\/wall\//,
  /^\/portal(?:\/|$)/,
];

/** The built console: assets carry their content's hash in their name and may be kept for ever, the page never. */
export function serveConsole(app: Express, folder: string): void {
  app.use(
    '/assets',
    express.static(join(folder, 'assets'), { immutable: true, maxAge: '1y', index: false, fallthrough: false }),
  );
  app.use(express.static(folder, { index: false, maxAge: '1h', dotfiles: 'ignore' }));
  const page = join(folder, 'index.html');
  app.get(/.*/, (request, response, next) => {
    if (!PAGES.some((pattern) => pattern.test(request.path)) || !existsSync(page)) return next();
    response.setHeader('cache-control', 'no-cache');
    response.sendFile(page);
  });
}
