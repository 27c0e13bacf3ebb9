import { execFileSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import { type AddressInfo, createServer as createTcpServer } from 'node:net';
import sharp from 'sharp';
import { afterEach, beforeAll, describe, expect, it } from 'vitest';
import { systemClock } from '#base/clock';
import { silentLogger } from '#base/log';
import { httpSourceSchema } from '#contracts/camera';
import type { Fragment, StreamInfo } from '#contracts/media';
import { CameraFault } from '../adapter.ts';
import { createAddressGuard } from '../address-guard.ts';
import { createStillDecoder } from '../ffmpeg/still-decoder.ts';
import { createHttpAdapter } from './http-adapter.ts';

const adapter = createHttpAdapter({
  clock: systemClock,
  log: silentLogger(),
  guard: createAddressGuard({ allowNetworks: ['127.0.0.1/32'] }),
  stills: createStillDecoder({ ffmpegPath: 'ffmpeg' }),
});
const LOGIN = { username: 'admin', password: 'pass:word' };

let small: Buffer;
let large: Buffer;
beforeAll(async () => {
  const picture = (width: number, height: number): Promise<Buffer> =>
    sharp({ create: { width, height, channels: 3, background: 'teal' } })
      .jpeg()
      .toBuffer();
  [small, large] = await Promise.all([picture(160, 90), picture(320, 180)]);
});

const servers: { close(): void }[] = [];
afterEach(() => {
  for (const server of servers.splice(0)) server.close();
});

async function serve(answer: (request: IncomingMessage, response: ServerResponse) => void): Promise<string> {
  const server: Server = createServer(answer);
  servers.push({
    close() {
      server.closeAllConnections();
      server.close();
    },
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
}

function motion(response: ServerResponse, pictures: readonly Buffer[], withLength = true): void {
  response.writeHead(200, { 'content-type': 'multipart/x-mixed-replace; boundary=--cam' });
  for (const jpeg of pictures) {
    response.write(
      `--cam\r\nContent-Type: image/jpeg\r\n${withLength ? `Content-Length: ${jpeg.length}\r\n` : ''}\r\n`,
    );
    response.write(jpeg);
    response.write('\r\n');
  }
  response.write('--cam\r\n');
}

async function take(source: Record<string, unknown>, count: number, credentials = { username: '', password: '' }) {
  const seen: { infos: StreamInfo[]; fragments: Fragment[] } = { infos: [], fragments: [] };
  const enough = new AbortController();
  await adapter.run({
    cameraId: 'a',
    role: 'main',
    source: httpSourceSchema.parse({ kind: 'http', ...source }),
    credentials,
    signal: enough.signal,
    sink: {
      info: (info) => void seen.infos.push(info),
      fragment(fragment) {
        seen.fragments.push(fragment);
        if (seen.fragments.length >= count) enough.abort();
      },
    },
  });
  return seen;
}

async function faultOf(run: Promise<unknown>): Promise<string> {
  return run.then(
    () => 'none',
    (error: unknown) => (error instanceof CameraFault ? error.kind : `not a fault: ${String(error)}`),
  );
}

describe('motion JPEG', () => {
  it.each([true, false])('becomes a fragment for each picture; lengths given: %s', async (withLength) => {
    const url = await serve((_, response) => motion(response, [small, small, large, large], withLength));
    const { infos, fragments } = await take({ url }, 4);
    expect(infos.map((info) => [info.generation, info.video.codec, info.video.width, info.video.height])).toEqual([
      [1, 'mp4v.6C', 160, 90],
      [2, 'mp4v.6C', 320, 180],
    ]);
    expect(fragments.map((f) => [f.generation, f.sequence, f.keyframe, f.pictures])).toEqual([
      [1, 1, true, 1],
      [1, 2, true, 1],
      [2, 3, true, 1],
      [2, 4, true, 1],
    ]);
    for (const [at, fragment] of fragments.entries()) {
      expect(fragment.decodeTime).toBeGreaterThan(fragments[at - 1]?.decodeTime ?? -1);
    }
  });

  it('is MP4 that FFmpeg reads', async () => {
    const url = await serve((_, response) => motion(response, [large, large, large]));
    const { infos, fragments } = await take({ url }, 3);
    const file = Buffer.concat([infos[0]?.init ?? Buffer.alloc(0), ...fragments.map((f) => f.bytes)]);
    const args = '-v error -i pipe:0 -f framecrc -c copy pipe:1'.split(' ');
    const frames = execFileSync('ffmpeg', args, { input: file }).toString();
    expect(frames).toContain('codec_id 0: mjpeg');
    expect(frames).toContain('dimensions 0: 320x180');
    expect(frames.split('\n').filter((line) => line.startsWith('0,'))).toHaveLength(3);
  });

  it('is tested before save, with a still', async () => {
    const url = await serve((_, response) => motion(response, [large, large]));
    const answer = await adapter.probe({
      source: httpSourceSchema.parse({ kind: 'http', url }),
      credentials: LOGIN,
      timeoutMs: 5000,
      signal: new AbortController().signal,
    });
    expect(answer).toMatchObject({
      ok: true,
      streams: [{ role: 'main', codec: 'mp4v.6C', width: 320, reference: url }],
    });
    expect(await sharp(Buffer.from(answer.snapshot ?? '', 'base64')).metadata()).toMatchObject({ width: 320 });
  });
});

it('fetches stills one after another, over one connection', async () => {
  const ports = new Set<number | undefined>();
  const url = await serve((request, response) => {
    ports.add(request.socket.remotePort);
    response.end(small);
  });
  const { infos, fragments } = await take({ url, format: 'jpeg', intervalMs: 200 }, 3);
  expect(infos[0]?.video.frameRate).toBe(5);
  expect(fragments).toHaveLength(3);
  expect(fragments[0]?.duration).toBe(200);
  expect(ports.size).toBe(1);
});

describe('logging in', () => {
  const hash = (text: string): string => createHash('md5').update(text).digest('hex');

  it('answers a Digest challenge, and a new one when the old is stale', async () => {
    let asked = 0;
    const url = await serve((request, response) => {
      asked += 1;
      const nonce = asked > 3 ? 'second' : 'first';
      const given = request.headers.authorization ?? '';
      const field = (name: string): string => new RegExp(`${name}="?([^",]+)`).exec(given)?.[1] ?? '';
      const expected = hash(
        `${hash('admin:cam:pass:word')}:${nonce}:${field('nc')}:${field('cnonce')}:auth:${hash('GET:/still?x=1')}`,
      );
      if (field('response') === expected) return void response.end(small);
      response.writeHead(401, { 'www-authenticate': `Digest realm="cam", nonce="${nonce}", qop="auth"` }).end();
    });
    const { fragments } = await take({ url: `${url}/still?x=1`, format: 'jpeg', intervalMs: 200 }, 4, LOGIN);
    expect(fragments).toHaveLength(4);
  });

  it('is unauthorised with a wrong password, asked twice and not more', async () => {
    let asked = 0;
    const url = await serve((_, response) => {
      asked += 1;
      response.writeHead(401, { 'www-authenticate': 'Digest realm="cam", nonce="n", qop="auth"' }).end();
    });
    expect(await faultOf(take({ url }, 1, LOGIN))).toBe('unauthorised');
    expect(asked).toBe(2);
    expect(await faultOf(take({ url }, 1))).toBe('unauthorised');
  });
});

describe('redirects', () => {
  it('are followed to another path', async () => {
    const url = await serve((request, response) => {
      if (request.url === '/there') motion(response, [small]);
      else response.writeHead(302, { location: '/there' }).end();
    });
    expect((await take({ url }, 1)).fragments).toHaveLength(1);
  });

  it.each(['http://169.254.169.254/', 'file:///etc/passwd', 'http://127.0.0.2/'])(
    'to %s are refused',
    async (location) => {
      const url = await serve((_, response) => void response.writeHead(302, { location }).end());
      expect(await faultOf(take({ url }, 1))).toBe('refusedAddress');
    },
  );

  it('do not go round for ever', async () => {
    const url = await serve((_, response) => void response.writeHead(302, { location: '/again' }).end());
    expect(await faultOf(take({ url }, 1))).toBe('notACamera');
  });

  it('do not carry the password to another host', async () => {
    const seen: (string | undefined)[] = [];
    const url = await serve((request, response) => {
      seen.push(request.headers.authorization);
      if (request.headers.host?.startsWith('localhost') === true) return void response.end(small);
      if (request.headers.authorization === undefined) {
        return void response.writeHead(401, { 'www-authenticate': 'Basic realm="x"' }).end();
      }
      response
        .writeHead(302, { location: `http://localhost:${new URL(`http://${request.headers.host}`).port}/` })
        .end();
    });
    await take({ url, format: 'jpeg' }, 1, LOGIN);
    expect(seen.map((value) => value === undefined)).toEqual([true, false, true]);
  });
});

describe('bad cameras', () => {
  const page =
    (status: number, body: string | Buffer, type = 'text/html') =>
    (_: IncomingMessage, response: ServerResponse) =>
      void response.writeHead(status, { 'content-type': type }).end(body);
  it.each([
    ['a page instead of pictures', page(200, '<html>'), 'notACamera', 'mjpeg'],
    ['a page instead of a still', page(200, '<html>'), 'notACamera', 'jpeg'],
    ['no such path', page(404, ''), 'unreachable', 'mjpeg'],
    ['forbidden', page(403, ''), 'unauthorised', 'mjpeg'],
    ['an error', page(500, ''), 'unreachable', 'mjpeg'],
    ['an endless still', page(200, Buffer.alloc(9 * 2 ** 20)), 'malformedStream', 'jpeg'],
    ['a truncated JPEG', page(200, Buffer.from('ffd8ffe000104a', 'hex')), 'notACamera', 'jpeg'],
  ])('%s', async (_name, answer, kind, format) => {
    const url = await serve(answer);
    expect(await faultOf(take({ url, format, intervalMs: 200 }, 1))).toBe(kind);
  });

  it('ends when the camera ends the stream', async () => {
    const url = await serve((_, response) => {
      motion(response, [small]);
      response.end();
    });
    expect(await faultOf(take({ url }, 5))).toBe('ended');
  });

  it.each([
    ['another protocol', Buffer.from('RTSP/1.0 200 OK\r\n\r\n'), 'notACamera'],
    ['endless headers', Buffer.from(`HTTP/1.1 200 OK\r\n${'x-a: y\r\n'.repeat(20_000)}`), 'notACamera'],
  ])('%s', async (_name, words, kind) => {
    const server = createTcpServer((socket) => void socket.on('error', () => {}).end(words));
    servers.push(server);
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
    expect(await faultOf(take({ url }, 1))).toBe(kind);
  });

  it('nobody there', async () => {
    expect(await faultOf(take({ url: 'http://127.0.0.1:1/' }, 1))).toBe('unreachable');
    expect(await faultOf(take({ url: 'ftp://127.0.0.1/' }, 1))).toBe('refusedAddress');
  });
});
