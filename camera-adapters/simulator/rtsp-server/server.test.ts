import { type ChildProcess, execFile, spawn } from 'node:child_process';
import { once } from 'node:events';
import { connect } from 'node:net';
import { promisify } from 'node:util';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { createRtspSimulator, type RtspSimulator } from './server.ts';

const run = promisify(execFile);
const AUTH = { username: 'operator', password: 'tr0u ble:"é' } as const;

let server: RtspSimulator;
const children: ChildProcess[] = [];

async function begin(schemes?: readonly ('basic' | 'digest')[]): Promise<void> {
  server = createRtspSimulator({
    host: '127.0.0.1',
    port: 0,
    publishSecret: 's3cret',
    ...(schemes === undefined ? {} : { auth: { ...AUTH, schemes } }),
  });
  await server.start();
}

/** A real publisher: 15 pictures a second in groups of 15; resolves once the server has it. */
async function publish(codec = 'libx264', extra: string[] = []): Promise<ChildProcess> {
  const child = spawn(
    'ffmpeg',
    [
      ...'-loglevel error -re -f lavfi -i testsrc=s=160x120:r=15'.split(' '),
      ...`-c:v ${codec} -preset ultrafast -tune zerolatency -g 15 -pix_fmt yuv420p`.split(' '),
      ...extra,
      ...'-f rtsp -rtsp_transport tcp'.split(' '),
      server.publishUrl('/yard/1'),
    ],
    { stdio: ['ignore', 'ignore', 'pipe'] },
  );
  children.push(child);
  await expect.poll(() => server.has('/yard/1'), { timeout: 10_000, interval: 20 }).toBe(true);
  return child;
}

/** `codec,width,key frame first` as ffprobe sees it, or its complaint. */
async function look(url: string, transport: 'tcp' | 'udp'): Promise<string> {
  const words = `-v error -fpsprobesize 0 -analyzeduration 500000 -rtsp_transport ${transport} -timeout 5000000 -select_streams v -read_intervals %+#8`;
  const show = '-show_entries stream=codec_name,width:frame=key_frame -of compact=nk=1:p=0';
  try {
    const { stdout, stderr } = await run('ffprobe', [...words.split(' '), ...show.split(' '), url], {
      timeout: 12_000,
    });
    return `${stdout.replace(/\n+/g, ' ').trim()}${stderr}`;
  } catch (error) {
    return String(error);
  }
}

const withPassword = (url: string, password: string): string =>
  url.replace('://', `://${AUTH.username}:${encodeURIComponent(password)}@`);

beforeEach(() => {
  children.length = 0;
});

afterEach(async () => {
  await server.stop();
  for (const child of children) {
    child.kill('SIGKILL');
    if (child.exitCode === null && child.signalCode === null) await once(child, 'exit');
  }
});

describe('the simulated RTSP camera', () => {
  it.each(['tcp', 'udp'] as const)(
    'gives players over %s a stream that starts with a key frame, without an error',
    async (transport) => {
      await begin();
      await publish();
      const seen = await look(server.playUrl('/yard/1'), transport);
      expect(seen).toMatch(/^1 0 0 0 0 0 0 0 h264\|160$/);
    },
  );

  it('starts players of H.265 at a random access picture too', async () => {
    await begin();
    await publish('libx265', ['-x265-params', 'log-level=error']);
    expect(await look(server.playUrl('/yard/1'), 'tcp')).toMatch(/^1 0 0 0 0 0 0 0 hevc\|160$/);
  });

  it.each([['basic'], ['digest']] as const)('asks players for a password by %s', async (scheme) => {
    await begin([scheme]);
    await publish();
    const url = server.playUrl('/yard/1');
    expect(await look(withPassword(url, AUTH.password), 'tcp')).toContain('h264|160');
    expect(await look(withPassword(url, 'wrong'), 'tcp')).toContain('401 Unauthorized');
    expect(await look(url, 'tcp')).toContain('401 Unauthorized');
  });

  it('knows no stream that nobody publishes, and ends players with their publisher', async () => {
    await begin();
    expect(await look(server.playUrl('/yard/1'), 'tcp')).toContain('404 Not Found');
    const publisher = await publish();
    const player = play();
    await expect.poll(() => server.players(), { timeout: 10_000, interval: 20 }).toBe(1);
    publisher.kill('SIGKILL');
    await once(player, 'exit');
    expect(server.has('/yard/1')).toBe(false);
  });

  it('loses packets while frozen, and cuts players off on demand', async () => {
    await begin();
    await publish();
    const player = play();
    let bytes = 0;
    player.stdout?.on('data', (chunk: Buffer) => {
      bytes += chunk.length;
    });
    await expect.poll(() => bytes, { timeout: 10_000, interval: 20 }).toBeGreaterThan(0);
    server.freeze('/yard/1', true);
    const late = look(server.playUrl('/yard/1'), 'tcp');
    await expect.poll(() => server.players(), { timeout: 10_000, interval: 20 }).toBe(2);
    server.freeze('/yard/1', false);
    expect(await late).toContain('h264|160');
    server.dropAll();
    await once(player, 'exit');
    expect(server.players()).toBe(0);
    expect(server.has('/yard/1')).toBe(true);
  });

  it('lets nobody publish without the secret, and answers nonsense with an end', async () => {
    await begin();
    const refused = await run(
      'ffmpeg',
      [
        ...'-loglevel error -f lavfi -i testsrc=s=64x64:d=1 -c:v libx264 -f rtsp -rtsp_transport tcp'.split(' '),
        server.playUrl('/other'),
      ],
      { timeout: 12_000 },
    ).catch((error: unknown) => String(error));
    expect(refused).toContain('403');
    const socket = connect(server.port(), '127.0.0.1');
    socket.write('GET / HTTP/1.1\r\n\r\n');
    const [answer] = (await once(socket, 'data')) as [Buffer];
    expect(answer.toString()).toMatch(/^RTSP\/1\.0 400 /);
    await once(socket, 'close');
  });
});

function play(): ChildProcess {
  const words = '-loglevel error -rtsp_transport tcp -i';
  const child = spawn('ffmpeg', [...words.split(' '), server.playUrl('/yard/1'), ...'-c copy -f mpegts -'.split(' ')], {
    stdio: ['ignore', 'pipe', 'ignore'],
  });
  children.push(child);
  child.stdout?.resume();
  return child;
}
