/**
 * Push to this device: the browser's own service wakes the service worker, also while Tamnhin is closed. Needs HTTPS
 * (or this very machine), a key of the server, and a way to the browser's service.
 */
export type PushObstacle = 'insecure' | 'unsupported' | 'denied' | 'noKey' | 'noService';

/** What stands in the way before anybody was asked; `null`: nothing. */
export function pushObstacle(): PushObstacle | null {
  if (!window.isSecureContext) return 'insecure';
  if (!('serviceWorker' in navigator) || !('PushManager' in window) || typeof Notification === 'undefined')
    return 'unsupported';
  return Notification.permission === 'denied' ? 'denied' : null;
}

/** ms; a browser that cannot reach its push service may wait for ever. */
const SUBSCRIBE_TIMEOUT_MS = 15_000;

export async function currentSubscription(): Promise<PushSubscription | null> {
  if (pushObstacle() !== null) return null;
  const worker = await navigator.serviceWorker.getRegistration();
  return (await worker?.pushManager.getSubscription()) ?? null;
}

/** Asks the person, then the browser's service. `publicKey`: VAPID, base64url. */
export async function subscribe(publicKey: string): Promise<PushSubscription | PushObstacle> {
  const obstacle = pushObstacle();
  if (obstacle !== null) return obstacle;
  if ((await Notification.requestPermission()) !== 'granted') return 'denied';
  const worker = await navigator.serviceWorker.getRegistration();
  if (worker === undefined) return 'unsupported';
  try {
    return await Promise.race([
      worker.pushManager.subscribe({ userVisibleOnly: true, applicationServerKey: publicKey }),
      new Promise<'noService'>((done) => setTimeout(() => done('noService'), SUBSCRIBE_TIMEOUT_MS)),
    ]);
  } catch {
    return 'noService';
  }
}

/** ms; who signs out does not wait longer for it. */
const LEAVE_TIMEOUT_MS = 3000;

/**
 * Ends push to this device, for who signs out here: the next one at it must not read what was meant for them. `forget`
 * tells the server. Never rejects; where only one of the two is reached, nothing arrives either.
 */
export async function leavePush(
  forget: (endpoint: string) => Promise<unknown>,
  find: () => Promise<Pick<PushSubscription, 'endpoint' | 'unsubscribe'> | null> = currentSubscription,
  timeoutMs = LEAVE_TIMEOUT_MS,
): Promise<void> {
  async function leave(): Promise<void> {
    const there = await find();
    if (there !== null) await Promise.allSettled([forget(there.endpoint), there.unsubscribe()]);
  }
  let timer: ReturnType<typeof setTimeout> | undefined;
  const patience = new Promise<void>((done) => {
    timer = setTimeout(done, timeoutMs);
  });
  await Promise.race([leave().catch(() => undefined), patience]);
  clearTimeout(timer);
}

/** The worker shows pushes and the page without a server; it keeps nothing else. */
export function registerServiceWorker(): void {
  if (!('serviceWorker' in navigator) || !window.isSecureContext) return;
  navigator.serviceWorker.register('/service-worker.js').catch(() => undefined);
}
