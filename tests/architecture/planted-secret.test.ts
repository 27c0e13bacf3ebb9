import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { createServer, type Server } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { io } from 'socket.io-client';
import { afterAll, afterEach, beforeAll, expect, it, vi } from 'vitest';
import { CSRF_HEADER, type SessionView } from '#contracts/http';
import { configSchema } from '../../config/schema.ts';
import { type App, startApp } from '../../server/app.ts';

/**
 * The whole program with cameras whose password is known here. The cameras really get it; whatever else leaves the
 * program (replies, errors, sockets, logs, figures, files, arguments of child processes) must not hold it in any form.
 */
const SECRET = 'Pl4nted&Secret/ü"';
const LATER = 'L4ter:Secret?%';
const ADMIN_PASSWORD = 'đèn biển Vũng Tàu';
const FORMS = [SECRET, LATER].flatMap((secret) => [
  secret,
  encodeURIComponent(secret),
  JSON.stringify(secret).slice(1, -1),
  Buffer.from(secret).toString('base64').replace(/=+$/, ''),
  Buffer.from(`admin:${secret}`).toString('base64').replace(/=+$/, ''),
  Buffer.from(secret).toString('hex'),
]);

/** A camera that wants a login and notes it; then it says no more, or refuses. */
interface Camera {
  readonly server: Server;
  readonly port: number;
  readonly logins: string[];
  refuses: boolean;
}

const folder = mkdtempSync(join(tmpdir(), 'tamnhin-planted-'));
/** Everything that came out, by where. */
let seen: { where: string; text: string }[] = [];
let app: App;
let camera: Camera;
let headers: Record<string, string>;

async function startCamera(): Promise<Camera> {
  const logins: string[] = [];
  const camera = { logins, refuses: false };
  const server = createServer((socket) => {
    socket.on('error', () => {});
    socket.on('data', (data) => {
      const request = data.toString();
      const cseq = /CSeq: *(\d+)/i.exec(request)?.[1];
      const login = /^Authorization: *(.+)$/im.exec(request)?.[1];
      if (login !== undefined) {
        logins.push(login.trim());
        if (!camera.refuses) return;
      }
      const version = cseq === undefined ? 'HTTP/1.1' : `RTSP/1.0`;
      const number = cseq === undefined ? 'Content-Length: 0' : `CSeq: ${cseq}`;
      socket.write(`${version} 401 Unauthorized\r\n${number}\r\nWWW-Authenticate: Basic realm="camera"\r\n\r\n`);
    });
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const address = server.address();
  if (address === null || typeof address === 'string') throw new Error('no port');
  return Object.assign(camera, { server, port: address.port });
}

async function send(method: string, path: string, body?: unknown): Promise<{ status: number; json: unknown }> {
  const reply = await fetch(new URL(path, app.url), {
    method,
    headers: {
      ...headers,
      ...(body === undefined ? {} : { 'content-type': typeof body === 'string' ? 'text/csv' : 'application/json' }),
    },
    ...(body === undefined ? {} : { body: typeof body === 'string' ? body : JSON.stringify(body) }),
  });
  const text = await reply.text();
  seen.push({ where: `${method} ${path} ${reply.status}`, text: `${text} ${JSON.stringify([...reply.headers])}` });
  const isJson = reply.headers.get('content-type')?.includes('json') === true;
  return { status: reply.status, json: isJson ? JSON.parse(text) : undefined };
}

beforeAll(() => {
  vi.spyOn(process.stdout, 'write').mockImplementation((line) => {
    seen.push({ where: 'log', text: String(line) });
    return true;
  });
});

/** `way`: of RTSP cameras, by our own client or by FFmpeg. */
async function begin(way: 'direct' | 'ffmpeg'): Promise<void> {
  seen = [];
  camera = await startCamera();
  const config = configSchema.parse({
    server: { port: 0 },
    data: { directory: join(folder, way), logLevel: 'trace' },
    access: { adminPassword: ADMIN_PASSWORD },
    cameras: { allowNetworks: ['127.0.0.0/8'], rtsp: way, rtmpPort: 0, dialTimeoutMs: 4000, reconnectFirstMs: 100 },
  });
  app = await startApp(config, { demo: false });
  const signedIn = await fetch(new URL('/api/session', app.url), {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({ username: 'admin', password: ADMIN_PASSWORD }),
  });
  const view = (await signedIn.json()) as SessionView;
  headers = {
    cookie: signedIn.headers.getSetCookie()[0]?.split(';')[0] ?? '',
    [CSRF_HEADER]: view.csrfToken ?? '',
  };
}

afterEach(async () => {
  await app?.stop();
  camera?.server.close();
});
afterAll(() => {
  vi.restoreAllMocks();
  rmSync(folder, { recursive: true });
});

/** Command lines of all our descendants. */
function childArguments(): string[] {
  const parents = new Map<number, number>();
  for (const entry of readdirSync('/proc').filter((name) => /^\d+$/.test(name))) {
    try {
      const stat = readFileSync(`/proc/${entry}/stat`, 'utf8');
      parents.set(Number(entry), Number(stat.slice(stat.lastIndexOf(')') + 2).split(' ')[1]));
    } catch {
      // Gone already.
    }
  }
  const isOurs = (pid: number | undefined): boolean =>
    pid !== undefined && (parents.get(pid) === process.pid || isOurs(parents.get(pid)));
  return [...parents.keys()].filter(isOurs).flatMap((pid) => {
    try {
      return [readFileSync(`/proc/${pid}/cmdline`, 'utf8').replaceAll('\0', ' ')];
    } catch {
      return [];
    }
  });
}

it.each(['direct', 'ffmpeg'] as const)(
  'shows a password to its camera and to nobody else (RTSP: %s)',
  async (way) => {
    await begin(way);
    const heard = io(app.url, { transports: ['websocket'], extraHeaders: headers, forceNew: true });
    heard.onAny((topic: string, message: unknown) =>
      seen.push({ where: `socket ${topic}`, text: JSON.stringify(message) }),
    );
    await new Promise<void>((resolve, reject) => {
      heard.once('connect', resolve);
      heard.once('connect_error', reject);
    });
    const host = `127.0.0.1:${camera.port}`;
    const inAddress = `rtsp://admin:${encodeURIComponent(SECRET)}@${host}/1`;
    const login = { username: 'admin', password: SECRET };
    const sources = [
      { kind: 'rtsp', mainUrl: inAddress, subUrl: `rtsp://admin:${encodeURIComponent(SECRET)}@${host}/2` },
      { kind: 'rtsp', mainUrl: `rtsp://${host}/3`, transport: 'udp', ...login },
      { kind: 'http', url: `http://${host}/mjpeg`, ...login },
      { kind: 'http', url: `http://${host}/jpeg`, format: 'jpeg', ...login },
      { kind: 'onvif', deviceUrl: `http://${host}/onvif/device_service`, ...login },
    ];
    const ids: string[] = [];
    for (const [at, source] of sources.entries()) {
      const { status, json } = await send('POST', '/api/cameras', {
        name: `camera ${at}`,
        mainStream: 'always',
        source,
      });
      expect([at, status]).toEqual([at, 200]);
      ids.push((json as { camera: { id: string } }).camera.id);
    }
    const basic = `Basic ${Buffer.from(`admin:${SECRET}`).toString('base64')}`;
    // FFmpeg or our own client for RTSP, our own for HTTP: the real password arrived by both ways.
    await vi.waitFor(() => expect(camera.logins.filter((one) => one === basic).length).toBeGreaterThan(2), 8000);
    const children = childArguments();
    expect(children.some((line) => line.includes('ffmpeg'))).toBe(way === 'ffmpeg');
    seen.push(...children.map((text) => ({ where: 'arguments', text })));

    camera.refuses = true;
    for (const [at, source] of sources.entries()) {
      await send('PUT', `/api/cameras/${ids[at]}`, { name: 'renamed', version: 99, source });
      await send('PUT', `/api/cameras/${ids[at]}`, { name: '', version: 1, source });
      const changed = {
        ...source,
        ...(source.kind === 'rtsp' ? { mainUrl: `rtsp://${host}/9` } : {}),
        password: LATER,
      };
      await send('PUT', `/api/cameras/${ids[at]}`, { name: 'changed', version: 1, source: changed });
    }
    await send('POST', '/api/cameras', { name: 'wrong', source: { kind: 'rtsp', mainUrl: `ftp://a:${SECRET}@h/` } });
    await send('POST', '/api/cameras', {
      name: 'refused',
      source: { kind: 'rtsp', mainUrl: `rtsp://a:${LATER}@169.254.1.1/` },
    });
    await send('POST', '/api/cameras', { name: 'bad', source: { kind: SECRET, mainUrl: inAddress } });
    await send(
      'POST',
      '/api/cameras/import?dryRun=true',
      `name,url,password\n,${inAddress},${LATER}\nx,ftp://a,${LATER}`,
    );
    await send('POST', '/api/cameras/probe', { source: { kind: 'http', url: `http://${host}/x` }, cameraId: ids[2] });
    await send('POST', '/api/cameras/probe', { source: { kind: 'http', url: 'http://192.0.2.1/' }, cameraId: ids[2] });

    await Promise.all(
      ids.flatMap((id) => [
        ...['', '/details', '/ptz'].map((path) => send('GET', `/api/cameras/${id}${path}`)),
        send('GET', `/live/${id}/snapshot.jpg`),
      ]),
    );
    for (const path of [
      'cameras',
      'events',
      'audit',
      'groups',
      'layouts',
      'session',
      'users',
      'tokens',
      'openapi.json',
    ]) {
      expect([path, (await send('GET', `/api/${path}`)).status]).toEqual([path, 200]);
    }
    for (const path of ['/metrics', '/healthz', '/readyz', '/api/cameras/import/template']) await send('GET', path);
    // The cameras' failures, in the words of FFmpeg and of our own clients.
    await vi.waitFor(() => expect(seen.some(({ where }) => where === 'socket stream:state')).toBe(true));
    heard.disconnect();
    await app.stop();

    for (const entry of readdirSync(join(folder, way), { recursive: true, withFileTypes: true })) {
      if (!entry.isFile()) continue;
      const path = join(entry.parentPath, entry.name);
      seen.push(
        { where: `file ${entry.name}`, text: readFileSync(path, 'latin1') },
        { where: path, text: readFileSync(path, 'utf8') },
      );
    }
    expect(seen.filter(({ where }) => where === 'log').length).toBeGreaterThan(5);
    const leaks = seen.flatMap(({ where, text }) =>
      FORMS.filter((form) => text.toLowerCase().includes(form.toLowerCase())).map((form) => `${where}: ${form}`),
    );
    expect(leaks).toEqual([]);
  },
  45_000,
);
