import { execFile } from 'node:child_process';
import { createSocket } from 'node:dgram';
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { createSoundDepacketizer, createVideoDepacketizer } from '../../camera-adapters/codecs/index.ts';
import type { RtspTrack } from '../../camera-adapters/rtsp/rtsp-client.ts';
import { parseSdp } from '../../camera-adapters/rtsp/sdp.ts';
import { feed, hashOf, KeepingWriter, noFigures, type Sent, unitsOf } from '../fakes/rtp-packets.ts';
import { createChance } from '../fuzz/mutate.ts';

/**
 * FFmpeg sends real streams by RTP, and what comes out of them must be what FFmpeg itself copies from the same file:
 * access unit by access unit, key picture by key picture.
 */
const run = promisify(execFile);
const ffmpeg = (...args: readonly string[]) => run('ffmpeg', ['-v', 'error', '-nostdin', '-y', ...args]);
let folder = '';

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'access-units-'));
});
afterAll(() => rm(folder, { recursive: true, force: true }));

const PICTURES = ['-f', 'lavfi', '-i', 'testsrc2=size=192x112:rate=20:duration=1.5', '-threads', '1'];
const X265 = 'log-level=none:pools=1:keyint=10';
const VIDEO: readonly [string, 'h264' | 'h265', readonly string[]][] = [
  ['B pictures and slices', 'h264', ['-c:v', 'libx264', '-bf', '3', '-g', '10', '-slices', '3']],
  ['open groups', 'h264', ['-c:v', 'libx264', '-x264-params', 'open-gop=1:keyint=10:bframes=3']],
  ['refreshes', 'h264', ['-c:v', 'libx264', '-x264-params', 'intra-refresh=1:keyint=10']],
  ['open groups and slices', 'h265', ['-c:v', 'libx265', '-x265-params', `${X265}:open-gop=1:bframes=3:slices=2`]],
];

/** The samples that FFmpeg puts into an MP4. */
async function samplesOf(file: string): Promise<{ readonly key: boolean; readonly bytes: Buffer }[]> {
  const mp4 = `${file}.copy.mp4`;
  await ffmpeg('-i', file, '-c', 'copy', mp4);
  const bytes = await readFile(mp4);
  const { stdout } = await run('ffprobe', [
    '-v',
    'error',
    '-show_entries',
    'packet=pos,size,flags',
    '-of',
    'csv=p=0',
    mp4,
  ]);
  return stdout
    .split('\n')
    .filter((line) => line !== '')
    .map((line) => {
      const [size, at, flags = ''] = line.split(',');
      return { key: flags.startsWith('K'), bytes: bytes.subarray(Number(at), Number(at) + Number(size)) };
    });
}

/** What FFmpeg sends by RTP over UDP, and how it describes it. */
async function sentFrom(file: string): Promise<{ readonly track: RtspTrack; readonly sent: Sent[] }> {
  const socket = createSocket('udp4');
  await new Promise<void>((resolve) => socket.bind(0, '127.0.0.1', resolve));
  const sent: Sent[] = [];
  const sequences: number[] = [];
  const end = new Promise<void>((resolve) => {
    socket.on('message', (packet) => {
      if (packet.length === 0) return resolve();
      // Reports come to the same socket (RFC 5761 §4).
      if (packet.readUInt8(1) >= 200 && packet.readUInt8(1) <= 204) return;
      sequences.push(packet.readUInt16BE(2));
      sent.push({
        payload: packet.subarray(12),
        time: packet.readUInt32BE(4),
        marker: (packet.readUInt8(1) & 0x80) !== 0,
      });
    });
  });
  const { port } = socket.address() as AddressInfo;
  const { stdout } = await ffmpeg(
    ...[
      '-readrate',
      '4',
      '-i',
      file,
      '-c',
      'copy',
      '-f',
      'rtp',
      `rtp://127.0.0.1:${port}?rtcpport=${port}&pkt_size=600`,
    ],
  );
  socket.send(Buffer.alloc(0), port, '127.0.0.1');
  await end;
  socket.close();
  const [first = 0] = sequences;
  expect(sequences, 'nothing was lost on the way').toEqual(sequences.map((_, index) => (first + index) & 0xffff));
  const [track] = parseSdp(stdout.slice(stdout.indexOf('v=0')), 'rtsp://camera/').tracks;
  if (track === undefined) throw new Error('no track is described');
  return { track, sent };
}

/** Units without the zeros of a start code that FFmpeg's parser of H.265 leaves at the end of a picture. */
const unpadded = (bytes: Uint8Array): string =>
  hashOf(
    Buffer.from(
      unitsOf(bytes)
        .map((unit) => unit.replace(/(00)+$/, ''))
        .join(' '),
    ),
  );

describe.concurrent.each(VIDEO)('%s, %s', (name, codec, args) => {
  it('comes out as FFmpeg copies it, and without a broken picture where packets are lost', async () => {
    const file = join(folder, `${codec} ${name}.ts`);
    await ffmpeg(...PICTURES, ...args, file);
    const [samples, { track, sent }] = await Promise.all([samplesOf(file), sentFrom(file)]);
    const writer = new KeepingWriter();
    const figures = noFigures();
    feed(createVideoDepacketizer(track, writer, figures), sent);
    expect(writer.units.map(({ bytes, randomAccess }) => [randomAccess, unpadded(bytes)])).toEqual(
      samples.map(({ key, bytes }) => [key, unpadded(bytes)]),
    );
    expect(figures).toEqual({ units: samples.length, discarded: 0, broken: 0, torn: 0, malformed: 0 });
    expect(writer.units[0]?.config).toMatchObject({ width: 192, height: 112, frameRate: 20 });

    const chance = createChance(7);
    const damaged = new KeepingWriter();
    const damage = noFigures();
    feed(createVideoDepacketizer(track, damaged, damage), sent, () => chance.number(40) === 0);
    expect(damage.discarded).toBeGreaterThan(0);
    expect(damage.units).toBeGreaterThan(0);
    // A picture that is refreshed step by step is blurred where it begins, which the decoder says.
    if (name !== 'refreshes') expect(await complaints(codec, damaged)).toBe('');
  });
});

/** What FFmpeg's decoder has to say about the pictures. */
async function complaints(codec: string, { units }: KeepingWriter): Promise<string> {
  const startCode = Buffer.of(0, 0, 0, 1);
  const pictures = units.flatMap(({ bytes }) =>
    unitsOf(bytes).flatMap((unit) => [startCode, Buffer.from(unit, 'hex')]),
  );
  const decoding = ffmpeg('-f', codec === 'h265' ? 'hevc' : codec, '-i', 'pipe:0', '-f', 'null', '-');
  decoding.child.stdin?.end(Buffer.concat(pictures));
  // An open group may unmark a picture that was not decoded, which does no harm.
  return (await decoding).stderr.replaceAll(/^.*mmco: unref short failure\n/gm, '');
}

describe.concurrent('AAC', () => {
  it('comes out as FFmpeg copies it', async () => {
    const file = join(folder, 'sound.m4a');
    await ffmpeg('-f', 'lavfi', '-i', 'sine=duration=1.5:sample_rate=16000', '-c:a', 'aac', '-b:a', '32k', file);
    const [samples, { track, sent }] = await Promise.all([samplesOf(file), sentFrom(file)]);
    const frames: string[] = [];
    const times: number[] = [];
    const depacketizer = createSoundDepacketizer(track, {
      unit(time, samples, bytes, start, end) {
        times.push(time - frames.length * samples);
        frames.push(hashOf(bytes.subarray(start, end)));
      },
    });
    feed(depacketizer, sent);
    // FFmpeg keeps the last one for a packet that it never sends.
    expect(frames).toEqual(samples.slice(0, -1).map(({ bytes }) => hashOf(bytes)));
    expect(new Set(times.map((time) => time >>> 0)).size).toBe(1);
    expect(depacketizer.config).toMatchObject({ codec: 'mp4a.40.2', sampleRate: 16_000, channels: 1 });
  });
});
