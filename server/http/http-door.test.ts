import { execFileSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { request } from 'node:https';
import { connect } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, afterEach, describe, expect, it } from 'vitest';
import { WebSocketServer } from 'ws';
import { silentLogger } from '#base/log';
import { configSchema } from '../../config/schema.ts';
import type { Access } from '../access/access.ts';
import { createHttpDoor, type HttpDoor } from './http-door.ts';
import { defineRaw } from './route.ts';

const open: HttpDoor[] = [];
const folder = mkdtempSync(join(tmpdir(), 'tamnhin-door-'));
afterEach(async () => {
  await Promise.all(open.splice(0).map((door) => door.close()));
});

afterAll(() => rmSync(folder, { recursive: true }));

async function start(server: Record<string, unknown> = {}): Promise<HttpDoor> {
  const door = createHttpDoor({
    config: configSchema.parse({ server: { port: 0, ...server } }).server,
    routes: [
      defineRaw({
        name: 'GET /slow',
        access: { kind: 'public' },
        handle: () => new Promise(() => {}),
      }),
      defineRaw({
        name: 'GET /healthz',
        access: { kind: 'public' },
        async handle(call) {
          call.response.json({ secure: 'encrypted' in call.request.socket });
        },
      }),
    ],
    access: { authenticate: async () => null } as unknown as Access,
    register: { find: () => undefined, target: () => ({ kind: 'system' }) } as never,
    consoleFolder: folder,
    log: silentLogger(),
  });
  await door.listen();
  open.push(door);
  return door;
}

describe('the door', () => {
  it('draws the console also where there is no page, for people; programs hear an error in JSON', async () => {
    writeFileSync(join(folder, 'index.html'), '<title>Tamnhin</title>');
    const door = await start();
    const get = async (path: string, accept: string): Promise<[number, string]> => {
      const reply = await fetch(door.url() + path, { headers: { accept } });
      return [reply.status, (await reply.text()).slice(0, 8)];
    };
    expect(await get('/events', 'text/html')).toEqual([200, '<title>T']);
    expect(await get('/no-such-page', 'text/html')).toEqual([404, '<title>T']);
    expect(await get('/no-such-page', '*/*')).toEqual([404, '{"error"']);
    expect(await get('/api/no-such-thing', 'text/html')).toEqual([404, '{"error"']);
  });

  it('closes in time whatever its clients do: idle, in the middle of a request, deaf on a WebSocket', async () => {
    const door = await start();
    const sockets = new WebSocketServer({ noServer: true });
    const upgraded = new Promise<void>((resolve) => {
      door.onUpgrade('/socket', (upgrade, socket, head) =>
        sockets.handleUpgrade(upgrade, socket, head, (ws) => {
          ws.close();
          resolve();
        }),
      );
    });
    const { port } = new URL(door.url());
    const texts = [
      '',
      'GET /slow HTTP/1.1\r\nHost: h\r\n\r\n',
      'GET /slow HTTP/1.1\r\nHo',
      'GET /socket HTTP/1.1\r\nHost: h\r\nConnection: Upgrade\r\nUpgrade: websocket\r\n' +
        'Sec-WebSocket-Version: 13\r\nSec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n\r\n',
    ];
    const ended = texts.map(async (text) => {
      const client = connect(Number(port), '127.0.0.1');
      client.on('error', () => {});
      client.write(text);
      client.resume();
      if (text.includes('Upgrade')) await new Promise((resolve) => client.once('data', resolve));
      else await new Promise((resolve) => client.once('connect', resolve));
      return new Promise((resolve) => client.once('close', resolve));
    });
    await upgraded;
    await door.close();
    await Promise.all(ended);
    await expect(fetch(`http://127.0.0.1:${port}/healthz`)).rejects.toThrow();
  });

  it('turns away upgrades that nobody takes', async () => {
    const door = await start();
    const client = connect(Number(new URL(door.url()).port), '127.0.0.1');
    client.write('GET /x HTTP/1.1\r\nHost: h\r\nConnection: Upgrade\r\nUpgrade: websocket\r\n\r\n');
    const answer = await new Promise<Buffer>((resolve) => client.once('data', resolve));
    expect(answer.toString()).toMatch(/^HTTP\/1\.1 404 /);
    client.destroy();
  });

  it.each(['//', '//[', '/no-such-socket', '/socket.io/%zz', '*'])(
    'outlives an upgrade of «%s» that is hung up on',
    async (path) => {
      const door = await start();
      const port = Number(new URL(door.url()).port);
      const upgrade = `GET ${path} HTTP/1.1\r\nHost: x\r\nConnection: Upgrade\r\nUpgrade: websocket\r\n\r\n`;
      const client = connect(port, '127.0.0.1', () => client.write(upgrade));
      client.on('error', () => {});
      // Answered or not, the line is cut in the middle of it.
      await new Promise((resolve) => client.once('data', resolve).once('close', resolve));
      client.resetAndDestroy();
      expect((await fetch(`${door.url()}/healthz`)).status).toBe(200);
    },
  );

  it('says in words why it cannot listen', async () => {
    const door = await start();
    const port = Number(new URL(door.url()).port);
    await expect(start({ port })).rejects.toThrow(`127.0.0.1:${port} is in use by another program`);
  });

  it('speaks TLS with the given certificate, and tells browsers to insist on it', async () => {
    const [key, certificate] = [join(folder, 'key.pem'), join(folder, 'certificate.pem')];
    const subject = ['-subj', '/CN=localhost', '-days', '2'];
    execFileSync(
      'openssl',
      ['req', '-x509', '-newkey', 'rsa:2048', '-nodes', ...subject, '-keyout', key, '-out', certificate],
      {
        stdio: 'ignore',
      },
    );
    const door = await start({ tlsCertificate: certificate, tlsKey: key });
    expect(door.url()).toMatch(/^https:/);
    const reply = await new Promise<[number | undefined, unknown]>((resolve, reject) => {
      request(`${door.url()}/healthz`, { rejectUnauthorized: false, agent: false }, (answer) => {
        answer.resume();
        resolve([answer.statusCode, answer.headers['strict-transport-security']]);
      })
        .on('error', reject)
        .end();
    });
    expect(reply).toEqual([200, expect.stringContaining('max-age=')]);
  });
});
