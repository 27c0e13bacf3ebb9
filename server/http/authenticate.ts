import type { IncomingMessage } from 'node:http';
import { parse, serialize } from 'cookie';
import type { Access, Client } from '../access/access.ts';
import type { Actor } from '../access/actor.ts';

const SESSION_COOKIE = 'tamnhin';

/** Who sends this request, or nobody. Works for requests and for upgrades. */
export function authenticate(access: Access, request: IncomingMessage, client: Client): Promise<Actor | null> {
  const cookies = parse(request.headers.cookie ?? '');
  return access.authenticate(
    {
      authorization: request.headers.authorization,
      mediaToken: mediaTokenOf(request),
      sessionCookie: cookies[SESSION_COOKIE],
    },
    client,
  );
}

/** Links for outside players carry their signature in the query, and are good for media alone. */
export function mediaTokenOf(request: IncomingMessage): string | undefined {
  const url = new URL(request.url ?? '/', 'http://localhost');
  return url.pathname.startsWith('/live/') ? (url.searchParams.get('token') ?? undefined) : undefined;
}

export function sessionCookie(value: string, expiresMs: number, secure: boolean): string {
  return serialize(SESSION_COOKIE, value, {
    httpOnly: true,
    sameSite: 'lax',
    secure,
    path: '/',
    expires: new Date(expiresMs),
  });
}

export function endedCookie(secure: boolean): string {
  return serialize(SESSION_COOKIE, '', { httpOnly: true, sameSite: 'lax', secure, path: '/', maxAge: 0 });
}
