import type { IncomingMessage } from 'node:http';

/**
 * Does a browser's request come from our own page? `Sec-Fetch-Site` says so where it is sent, `Origin` else. A request
 * without both comes from no browser, and carries no cookie that a foreign page could borrow.
 */
export function isSameOrigin(request: IncomingMessage, secure: boolean, publicUrl: string | undefined): boolean {
  const { origin } = request.headers;
  const site = request.headers['sec-fetch-site'];
  if (origin === undefined) return site === undefined || site === 'same-origin' || site === 'none';
  if (publicUrl !== undefined && origin === new URL(publicUrl).origin) return true;
  return origin === `${secure ? 'https' : 'http'}://${request.headers.host ?? ''}`;
}
