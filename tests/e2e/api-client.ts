import type { CameraDetails, CameraDraft, CameraView } from '#contracts/camera';
import { type CameraCreated, CSRF_HEADER, type SessionView } from '#contracts/http';

/** A person at the API: keeps the session cookie and sends the CSRF token, as the console does. */
export interface ApiClient {
  readonly session: SessionView;
  /** The `Cookie` header, for sockets and media. */
  readonly cookie: string;
  request<T>(method: string, path: string, body?: unknown): Promise<T>;
  /** The status alone, for what must be refused. */
  status(method: string, path: string, body?: unknown): Promise<number>;
}

export const ADMIN = { username: 'an.nguyen', displayName: 'Nguyễn An', password: 'Sông Hậu chảy về Đông 2026' };

/** Makes the first administrator by the one-time link that the program printed. */
export async function setUp(announced: string): Promise<ApiClient> {
  const link = new URL(announced);
  return begin(link.origin, '/api/setup', { ...ADMIN, token: link.hash.slice(1) });
}

export function signIn(url: string, person: { username: string; password: string }): Promise<ApiClient> {
  return begin(url, '/api/session', { username: person.username, password: person.password });
}

async function begin(url: string, path: string, body: unknown): Promise<ApiClient> {
  const reply = await fetch(new URL(path, url), {
    method: 'POST',
    headers: { 'content-type': 'application/json', origin: url },
    body: JSON.stringify(body),
  });
  if (!reply.ok) throw new Error(`POST ${path}: ${reply.status} ${await reply.text()}`);
  const cookie = reply.headers
    .getSetCookie()
    .map((line) => line.split(';')[0])
    .join('; ');
  const session = (await (await fetch(new URL('/api/session', url), { headers: { cookie } })).json()) as SessionView;

  const send = (method: string, target: string, payload?: unknown): Promise<Response> =>
    fetch(new URL(target, url), {
      method,
      headers: {
        cookie,
        origin: url,
        [CSRF_HEADER]: session.csrfToken ?? '',
        ...(payload === undefined
          ? {}
          : { 'content-type': typeof payload === 'string' ? 'text/csv' : 'application/json' }),
      },
      ...(payload === undefined ? {} : { body: typeof payload === 'string' ? payload : JSON.stringify(payload) }),
    });

  return {
    session,
    cookie,
    async request<T>(method: string, target: string, payload?: unknown) {
      const answer = await send(method, target, payload);
      const text = await answer.text();
      if (!answer.ok) throw new Error(`${method} ${target}: ${answer.status} ${text}`);
      return (text === '' ? undefined : JSON.parse(text)) as T;
    },
    async status(method, target, payload) {
      const answer = await send(method, target, payload);
      await answer.arrayBuffer();
      return answer.status;
    },
  };
}

export async function addCamera(api: ApiClient, draft: CameraDraft): Promise<CameraDetails> {
  const { camera } = await api.request<CameraCreated>('POST', '/api/cameras', draft);
  return camera;
}

/** Polls until the camera's stream is in `state`; rejects with what it is instead. */
export async function untilStream(
  api: ApiClient,
  cameraId: string,
  state: CameraView['streams'][number]['state'],
  withinMs = 20_000,
): Promise<CameraView> {
  const deadline = performance.now() + withinMs;
  for (;;) {
    const camera = await api.request<CameraView>('GET', `/api/cameras/${cameraId}`);
    if (camera.streams.some((stream) => stream.state === state)) return camera;
    if (performance.now() > deadline)
      throw new Error(`${camera.name} is not ${state}: ${JSON.stringify(camera.streams)}`);
    await new Promise((done) => setTimeout(done, 200));
  }
}
