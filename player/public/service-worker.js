// Shows pushed alerts while no page of Tamnhin is open, and says so where the server cannot be reached. It keeps that
// one page and nothing else: pictures and answers of the server are never stored on a phone.
const OFFLINE = '/offline.html';
const KEPT = 'tamnhin-offline-1';
const FIRST_PAGE = '/alerts';

self.addEventListener('install', (event) => {
  event.waitUntil(
    caches
      .open(KEPT)
      .then((cache) => cache.add(new Request(OFFLINE, { cache: 'reload' })))
      .then(() => self.skipWaiting()),
  );
});

self.addEventListener('activate', (event) => {
  event.waitUntil(
    caches
      .keys()
      .then((names) => Promise.all(names.filter((name) => name !== KEPT).map((name) => caches.delete(name))))
      .then(() => self.clients.claim()),
  );
});

self.addEventListener('fetch', (event) => {
  if (event.request.mode !== 'navigate') return;
  event.respondWith(fetch(event.request).catch(async () => (await caches.match(OFFLINE)) ?? Response.error()));
});

self.addEventListener('push', (event) => {
  const { title, body, url, tag, severity } = messageOf(event.data);
  const urgent = severity === 'severe' || severity === 'extreme';
  event.waitUntil(
    self.registration.showNotification(title, {
      body,
      tag,
      // The same alert again, higher up: it rings again.
      renotify: tag !== undefined,
      requireInteraction: urgent,
      ...(urgent ? { vibrate: [200, 100, 200, 100, 400] } : {}),
      icon: '/icon-192.png',
      badge: '/badge-96.png',
      data: { url },
    }),
  );
});

self.addEventListener('notificationclick', (event) => {
  event.notification.close();
  const url = event.notification.data?.url ?? FIRST_PAGE;
  event.waitUntil(open(url));
});

/** What shows no alert: screens without controls, pages for people without an account, and files in a tab. */
const APART = /^\/(wall|kiosk|share|portal|api)(\/|$)/;
/** ms; who is there answers at once. Browsers let a click open a window for about a second. */
const ANSWER_MS = 500;

/** A page that listens opens the alert by itself, without loading anew; else a new one is opened. */
async function open(url) {
  const windows = await self.clients.matchAll({ type: 'window', includeUncontrolled: true });
  // All are asked at once; the one used last comes first.
  const answers = windows.map(listens);
  for (const [at, page] of windows.entries()) {
    if (!(await answers[at])) continue;
    const focused = await page.focus().catch(() => page);
    return focused.postMessage({ open: url });
  }
  // A phone stops pages in its background. They hear again once they are in front, if they are more than a notice
  // that the server is away.
  const asleep = windows.find((page) => page.visibilityState === 'hidden' && !APART.test(new URL(page.url).pathname));
  if (asleep === undefined) return self.clients.openWindow(url);
  const woken = await asleep.focus().catch(() => asleep);
  if (await listens(woken)) return woken.postMessage({ open: url });
  await woken.navigate(url).catch(() => self.clients.openWindow(url));
}

/** Whether a page would open an address that it is told. */
function listens(page) {
  return new Promise((done) => {
    const { port1, port2 } = new MessageChannel();
    port1.onmessage = () => done(true);
    setTimeout(() => done(false), ANSWER_MS);
    page.postMessage({ ask: 'open' }, [port2]);
  });
}

/** Of a push that cannot be read something must be shown too: a browser that is shown nothing takes the right away. */
function messageOf(data) {
  let message = {};
  try {
    message = data?.json() ?? {};
  } catch {
    message = {};
  }
  const text = (value) => (typeof value === 'string' && value !== '' ? value : undefined);
  const url = text(message.url);
  return {
    title: text(message.title) ?? 'Tamnhin',
    body: text(message.body) ?? 'Có cảnh báo mới',
    // Only pages of this server.
    url: url !== undefined && /^\/(?!\/)/.test(url) ? url : FIRST_PAGE,
    tag: text(message.tag),
    severity: text(message.severity),
  };
}
