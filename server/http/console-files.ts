import { existsSync } from 'node:fs';
import { join } from 'node:path';
import express, { type Express } from 'express';

/** Addresses that the console draws by itself; at any other it says to a person that there is no such page. */
const PAGES = [
  /^\/$/,
  /^\/alerts(?:\/[^/]+)?$/,
  /^\/incidents(?:\/[^/]+)?$/,
  /^\/reports(?:\/[^/]+)?$/,
  /^\/sectors(?:\/[^/]+)?$/,
  /^\/feeds(?:\/[^/]+)?$/,
  /^\/(?:queue|map|directives|kiosk)$/,
  /^\/(?:events|playback|holds|statistics|account|setup|sign-in|share)$/,
  /^\/admin(?:\/|$)/,
  /^\/wall\//,
];

/** The public page, an entry of its own. */
const PORTAL = /^\/portal\/?$/;

/** Addresses that answer programs, also about what is not there. */
const MACHINES = /^\/(?:api|open|open311|live|recordings|media|assets|socket\.io|metrics|healthz|readyz)(?:\/|$)/;

/** What stands beside the page and outlives it, on phones too: asked for anew each time. */
const ALWAYS_ASKED = /(?:service-worker\.js|manifest\.webmanifest|offline\.html)$/;

/** The built console: assets carry their content's hash in their name and may be kept for ever, the page never. */
export function serveConsole(app: Express, folder: string): void {
  app.use(
    '/assets',
    express.static(join(folder, 'assets'), { immutable: true, maxAge: '1y', index: false, fallthrough: false }),
  );
  app.use(
    express.static(folder, {
      index: false,
      maxAge: '1h',
      dotfiles: 'ignore',
      setHeaders: (response, path) => {
        if (ALWAYS_ASKED.test(path)) response.setHeader('cache-control', 'no-cache');
      },
    }),
  );
  const page = join(folder, 'index.html');
  const portal = join(folder, 'portal', 'index.html');
  app.get(PORTAL, (_request, response, next) => {
    if (!existsSync(portal)) return next();
    response.setHeader('cache-control', 'no-cache');
    response.sendFile(portal);
  });
  app.get(/.*/, (request, response, next) => {
    const known = PAGES.some((pattern) => pattern.test(request.path));
    const person = (request.get('accept') ?? '').includes('text/html') && !MACHINES.test(request.path);
    if (!(known || person) || !existsSync(page)) return next();
    response.status(known ? 200 : 404).setHeader('cache-control', 'no-cache');
    response.sendFile(page);
  });
}
