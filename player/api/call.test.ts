import { expect, it } from 'vitest';
import { createCall } from './call.ts';
import { createHttp } from './http.ts';

function recorder(reply: () => Response) {
  const calls: { url: string; init: RequestInit }[] = [];
  const http = createHttp({
    fetch: async (url, init) => {
      calls.push({ url: String(url), init: init ?? {} });
      return reply();
    },
  });
  return { http, call: createCall(http), calls };
}
const json = (body: unknown, status = 200) =>
  new Response(JSON.stringify(body), { status, headers: { 'content-type': 'application/json' } });

it('puts parameters and query into the address, escaped', async () => {
  const { call, calls } = recorder(() => json([]));
  await call('GET /api/cameras/:id/ptz', { params: { id: 'a/b c' } });
  await call('GET /api/events', { query: { after: 3, cameraId: undefined } });
  expect(calls.map(({ url }) => url)).toEqual(['/api/cameras/a%2Fb%20c/ptz', '/api/events?after=3']);
});

it('sends the CSRF token with changes and only with them', async () => {
  const { http, call, calls } = recorder(() => json([]));
  http.setCsrfToken('secret');
  await call('GET /api/cameras');
  await call('POST /api/cameras/:id/restart', { params: { id: 'c1' } });
  expect(calls.map(({ init }) => new Headers(init.headers).get('x-tamnhin-csrf'))).toEqual([null, 'secret']);
});

it('takes 204 for nothing, and a page of a proxy for an error', async () => {
  expect(await recorder(() => new Response(null, { status: 204 })).call('DELETE /api/session')).toBeUndefined();
  const proxy = recorder(() => new Response('<html>', { status: 502, headers: { 'content-type': 'text/html' } }));
  await expect(proxy.call('GET /api/cameras')).rejects.toMatchObject({ kind: 'unavailable', status: 502 });
});

it('says that the session is over', async () => {
  const { http, call } = recorder(() =>
    json({ error: { kind: 'unauthenticated', code: 'session.over', message: '' } }, 401),
  );
  let told = 0;
  http.onSignedOut(() => {
    told += 1;
  });
  await expect(call('GET /api/cameras')).rejects.toMatchObject({ code: 'session.over' });
  expect(told).toBe(1);
});

it('gives an abort of the caller back as it is', async () => {
  const http = createHttp({
    fetch: async (_, init) => {
      init?.signal?.throwIfAborted();
      return json([]);
    },
  });
  const abort = new AbortController();
  abort.abort();
  await expect(http.request('GET', '/api/cameras', { signal: abort.signal })).rejects.toBe(abort.signal.reason);
});
