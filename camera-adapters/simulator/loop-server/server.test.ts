import { execFile } from 'node:child_process';
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { eachPacket } from '#base/rtp/packets';
import { pictureBytes } from '../../../tests/fakes/picture-bytes.ts';
import { openRtspPlayer, type RtspPlayer } from '../../../tests/fakes/rtsp-player.ts';
import type { Loop } from './loop.ts';
import { loopOfClip } from './loop-source.ts';
import { type LoopServer, startLoopServer } from './server.ts';

const run = promisify(execFile);
const never = new AbortController().signal;
const MP4 = '-movflags frag_keyframe+delay_moov+default_base_moof -f mp4 -y'.split(' ');

let folder: string;
let clip: string;
let loop: Loop;
let server: LoopServer;
const players: RtspPlayer[] = [];

/** A second of picture, in groups of half a second with B-frames, and sound. */
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'tamnhin-loop-'));
  clip = join(folder, 'clip.mp4');
  await run('ffmpeg', [
    ...'-loglevel error -f lavfi -i testsrc2=s=320x180:r=20 -f lavfi -i sine=r=16000 -t 1'.split(' '),
    ...'-c:v libx264 -preset veryfast -g 10 -bf 2 -pix_fmt yuv420p -c:a aac'.split(' '),
    ...MP4,
    clip,
  ]);
  loop = await loopOfClip('ffmpeg', clip, never);
}, 20_000);

afterAll(() => rm(folder, { recursive: true, force: true }));

afterEach(async () => {
  for (const player of players.splice(0)) player.close();
  await server.stop();
});

async function begin(cameras = 1, auth?: { username: string; password: string }): Promise<void> {
  server = await startLoopServer({
    ...{ host: '127.0.0.1', port: 0, cameras, loops: [loop] },
    ...(auth === undefined ? {} : { auth }),
  });
}

async function playerOf(camera: number, onBytes: (bytes: Buffer) => void): Promise<RtspPlayer> {
  const player = await openRtspPlayer(server.port);
  players.push(player);
  await player.play(server.url(camera), onBytes);
  return player;
}

async function picturesIn(file: string): Promise<readonly string[]> {
  const bytes = await readFile(file);
  return pictureBytes(bytes, bytes);
}

describe('cameras that show a loop', () => {
  it.each(['tcp', 'udp'])('are played by FFmpeg over %s, picture for picture over the end of the loop', async (way) => {
    await begin();
    const copy = join(folder, `${way}.mp4`);
    const words = `-loglevel error -analyzeduration 300000 -rtsp_transport ${way} -i ${server.url(1)} -t 1.4 -c copy`;
    await run('ffmpeg', [...words.split(' '), ...MP4, copy], { timeout: 15_000 });
    const source = await picturesIn(clip);
    const seen = await picturesIn(copy);
    const first = source.indexOf(seen[0] ?? '');
    expect(seen.length).toBeGreaterThan(22);
    expect(seen).toEqual(seen.map((_, at) => source[(first + at) % source.length]));
    const { stdout } = await run('ffprobe', [
      ...'-loglevel error -show_entries stream=codec_name -of csv=p=0'.split(' '),
      copy,
    ]);
    expect(stdout.split(/\s+/).filter(Boolean)).toEqual(['h264', 'aac']);
  });

  it('give each player numbers without a gap and a sender report, also where several share a loop', async () => {
    await begin(3);
    const seen = [1, 2, 3, 3].map(() => ({ bytes: 0, next: -1, gaps: 0, reports: 0, packets: 0 }));
    await Promise.all(
      [1, 2, 3, 3].map(async (camera, at) => {
        const own = seen[at];
        let rest: Buffer = Buffer.alloc(0);
        await playerOf(camera, (chunk) => {
          if (own === undefined) return;
          rest = Buffer.concat([rest, chunk]);
          let used = 0;
          eachPacket(rest, (start, length) => {
            if (start + 4 + length > rest.length) return;
            used = start + 4 + length;
            const channel = rest.readUInt8(start + 1);
            if (channel === 1) own.reports += 1;
            if (channel !== 0) return;
            const number = rest.readUInt16BE(start + 6);
            if (own.next >= 0 && own.next !== number) own.gaps += 1;
            own.next = (number + 1) & 0xffff;
            own.packets += 1;
          });
          rest = rest.subarray(used);
        });
      }),
    );
    // More than one round.
    await expect.poll(() => Math.min(...seen.map(({ packets }) => packets)), { timeout: 10_000 }).toBeGreaterThan(45);
    expect(seen.map(({ gaps }) => gaps)).toEqual([0, 0, 0, 0]);
    expect(seen.every(({ reports }) => reports > 0)).toBe(true);
    expect(server.players).toBe(4);
  });

  it('ask for a password by Digest, and know no other cameras than theirs', async () => {
    await begin(2, { username: 'test', password: 'right' });
    for (const [camera, password, status] of [
      [2, 'right', 200],
      [2, 'wrong', 401],
      [3, 'right', 404],
    ] as const) {
      const player = await openRtspPlayer(server.port, { username: 'test', password });
      players.push(player);
      expect((await player.request('DESCRIBE', server.url(camera))).status).toBe(status);
    }
  });
});
