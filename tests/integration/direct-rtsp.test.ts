import { createHash } from 'node:crypto';
import { existsSync, mkdirSync, readFileSync, renameSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { describeTracks } from '#base/rtsp/description';
import { LINEAR_OF_G711 } from '#base/sound/g711';
import { createPacketLine, sendableTracks } from '../../server/restream/rtsp-out/packet-line.ts';
import { type GstRtspServer, gstRtspServerMissing, startGstRtspServer } from '../fakes/gst-rtsp-server.ts';
import { losing, startRtspProxy } from '../fakes/rtsp-proxy.ts';
import { ffmpeg, ffmpegBytes, filesOf, hashesOf, made, type Taken, take } from '../fakes/taken-streams.ts';

/**
 * Difficult streams from a server that is not ours, through our own client: each access unit must be bit for bit what
 * FFmpeg takes from the file that the server plays. Parameter sets and delimiters are left out on both sides, because
 * the server repeats and drops them as it likes.
 */

const missing = gstRtspServerMissing();
if (missing !== undefined && process.env.CI === 'true') throw new Error(missing);

const FOLDER = join(tmpdir(), 'tamnhin-clips');
const SECONDS = 4;
const RATE = 15;
const PICTURES = SECONDS * RATE;
/** Noise makes pictures of many packets. */
const PICTURE = `testsrc2=size=640x360:rate=${RATE}:duration=${SECONDS},noise=alls=12:allf=t,format=yuv420p`;
const X264 = ['-c:v', 'libx264', '-preset', 'veryfast', '-b:v', '1500k'];
const LIVE = [...X264, '-tune', 'zerolatency', '-g', '15', '-bf', '0'];
const X265 = ['-c:v', 'libx265', '-preset', 'ultrafast', '-x265-params'];

interface Stream {
  readonly encoder: readonly string[];
  readonly codec?: 'h264' | 'h265';
  /** Between parser and payloader. */
  readonly through?: string;
  readonly payload?: string;
  readonly transport?: 'tcp' | 'udp';
  readonly format?: 'mkv' | 'ts' | 'h264';
  /** A filter of FFmpeg that makes it, and how GStreamer sends it. */
  readonly sound?: { readonly source: string; readonly send: string };
}

const PACED = 'identity sync=true';
const STREAMS: Readonly<Record<string, Stream>> = {
  h264: { encoder: LIVE },
  udp: { encoder: LIVE, transport: 'udp' },
  h265: { encoder: [...X265, 'keyint=30:bframes=0:log-level=none'], codec: 'h265' },
  h265b: { encoder: [...X265, 'keyint=20:bframes=3:open-gop=1:log-level=none'], codec: 'h265' },
  bframes: { encoder: [...X264, '-profile:v', 'high', '-bf', '3', '-refs', '4', '-g', '250'] },
  vargop: { encoder: [...LIVE, '-g', '300', '-force_key_frames', '0,0.466,0.533,2'] },
  intrarefresh: { encoder: [...X264, '-tune', 'zerolatency', '-x264-params', 'intra-refresh=1:keyint=20'] },
  nosps: { encoder: LIVE, payload: 'config-interval=0' },
  tswrap: { encoder: LIVE, payload: 'config-interval=1 timestamp-offset=4294800000' },
  // Without times GStreamer would repeat the parameter sets within pictures.
  frozents: { encoder: LIVE, format: 'h264', through: 'identity sleep-time=20000', payload: 'config-interval=0' },
  short: { encoder: LIVE, through: `${PACED} eos-after=20` },
  reschange: { encoder: LIVE, format: 'ts' },
  aac: {
    encoder: [...LIVE, '-c:a', 'aac', '-b:a', '64k'],
    sound: { source: 'sine=frequency=440:sample_rate=48000', send: `aacparse ! ${PACED} ! rtpmp4gpay` },
  },
  alaw: {
    encoder: [...LIVE, '-c:a', 'pcm_alaw'],
    sound: { source: 'anoisesrc=sample_rate=8000:amplitude=0.4:seed=7', send: `${PACED} ! rtppcmapay` },
  },
  loss: { encoder: LIVE, payload: 'config-interval=1 mtu=1000' },
};
type Name = keyof typeof STREAMS & string;

const codecOf = ({ codec = 'h264' }: Stream): 'h264' | 'h265' => codec;

/** Makes what a stream plays, once for all runs. */
async function fileOf(stream: Stream): Promise<string> {
  const { format = 'mkv', encoder, sound } = stream;
  const key = createHash('sha256')
    .update(JSON.stringify([PICTURE, encoder, format, sound]))
    .digest('hex');
  const file = join(FOLDER, `direct-${key.slice(0, 16)}.${format}`);
  if (existsSync(file)) return file;
  mkdirSync(FOLDER, { recursive: true });
  const part = `${file}.${process.pid}`;
  if (format === 'ts') {
    const pieces: Uint8Array[] = [];
    for (let piece = 0; piece < SECONDS; piece += 1) {
      const source = `testsrc2=size=${piece % 2 === 0 ? '640x360' : '320x180'}:rate=${RATE}:duration=1,format=yuv420p`;
      const one = `${part}.${piece}`;
      await made(['-f', 'lavfi', '-i', source, ...encoder, '-f', 'mpegts', '-output_ts_offset', String(piece), one]);
      pieces.push(readFileSync(one));
    }
    writeFileSync(part, Buffer.concat(pieces));
  } else {
    const tone = sound === undefined ? [] : ['-f', 'lavfi', '-i', `${sound.source}:duration=${SECONDS}`];
    const muxer = format === 'mkv' ? 'matroska' : format;
    await made(['-f', 'lavfi', '-i', PICTURE, ...tone, ...encoder, '-f', muxer, part]);
  }
  renameSync(part, file);
  return file;
}

function launchOf(stream: Stream, file: string): string {
  const { format = 'mkv', through = PACED, payload = 'config-interval=1', sound } = stream;
  const codec = codecOf(stream);
  const demux = { mkv: '! matroskademux name=d', ts: '! tsdemux name=d', h264: '' }[format];
  const picture = `! queue ! ${codec}parse ! ${through} ! rtp${codec}pay name=pay0 pt=96 ${payload}`;
  const tone = sound === undefined ? '' : `d. ! queue ! ${sound.send} name=pay1 pt=97`;
  return `( filesrc location=${file} ${demux} ${picture} ${tone} )`;
}

describe.skipIf(missing !== undefined)('difficult streams', () => {
  let server: GstRtspServer;
  const files = new Map<Name, string>();
  const taken = new Map<Name, Promise<Taken>>();
  const expected = new Map<Name, readonly string[]>();
  const of = <T>(map: ReadonlyMap<Name, T>, name: Name): T => {
    const found = map.get(name);
    if (found === undefined) throw new Error(`nothing of ${name}`);
    return found;
  };

  beforeAll(async () => {
    for (const [name, stream] of Object.entries(STREAMS)) {
      const file = await fileOf(stream);
      files.set(name, file);
    }
    server = await startGstRtspServer({
      streams: Object.entries(STREAMS).map(([path, stream]) => ({ path, launch: launchOf(stream, of(files, path)) })),
    });
    const proxy = await startRtspProxy(server.url(''), losing(97));
    // All beside each other: they last as long as they last.
    for (const [name, { transport = 'tcp' }] of Object.entries(STREAMS)) {
      const url = name === 'loss' ? proxy.url('loss') : server.url(name);
      taken.set(name, take(url, transport, name === 'short' ? Number.POSITIVE_INFINITY : PICTURES));
    }
    for (const [name, stream] of Object.entries(STREAMS)) {
      const { hashes } = await hashesOf(of(files, name), codecOf(stream));
      // Of the last picture before its end GStreamer's server sends another one.
      expected.set(name, name === 'short' ? hashes.slice(0, 19) : hashes);
    }
    await Promise.all(taken.values());
    await proxy.stop();
  });
  afterAll(() => server?.stop());

  it.each(Object.keys(STREAMS).filter((name) => name !== 'loss'))('%s comes out as it went in', async (name) => {
    const got = await of(taken, name);
    const all: string[] = [];
    for (const file of filesOf(got)) {
      const { hashes, words } = await hashesOf(file, codecOf(STREAMS[name] as Stream));
      expect(words).toBe('');
      all.push(...hashes);
    }
    if (name === 'short') all.length = Math.min(all.length, 19);
    expect(all).toEqual(of(expected, name).slice(0, all.length));
    expect(all.length).toBeGreaterThan(of(expected, name).length - 4);
    let end = 0;
    for (const { decodeTime, duration, generation } of got.fragments) {
      expect([name, generation, decodeTime > end - duration]).toEqual([name, generation, true]);
      // Without a clock only arrival tells the time, and with it how long a picture will stand.
      end = name === 'frozents' ? decodeTime : decodeTime + duration;
    }
  });

  it('takes sound along, frame for frame', async () => {
    const got = await of(taken, 'aac');
    // On a busy machine the server sends its sound later than its pictures: it comes with the second key frame then, and is
    // moved once, when a report tells where it belongs.
    expect(got.infos.length).toBeLessThanOrEqual(2);
    expect(got.infos.at(-1)?.audio).toEqual({ codec: 'mp4a.40.2', sampleRate: 48_000, channels: 1 });
    const { hashes } = await hashesOf(filesOf(got).at(-1) ?? new Uint8Array(), 'h264', 'a');
    const source = (await hashesOf(of(files, 'aac'), 'h264', 'a')).hashes;
    const places = hashes.map((hash) => source.indexOf(hash));
    const gaps = places.filter((place, at) => at > 0 && place !== (places[at - 1] ?? 0) + 1);
    expect(places.length).toBeGreaterThan(100);
    expect([places.includes(-1), gaps.length <= 1]).toEqual([false, true]);
    expect(places).toEqual(places.toSorted((a, b) => a - b));
  });

  it('takes G.711 along without a process, sample for sample, and gives it by RTSP as it came', async () => {
    const got = await of(taken, 'alaw');
    const info = got.infos.at(-1);
    if (info === undefined) throw new Error('nothing came');
    expect(info.audio).toEqual({ codec: 'flac', sampleRate: 8000, channels: 1 });
    const tracks = sendableTracks(info);
    expect(describeTracks('alaw', tracks)).toContain('m=audio 0 RTP/AVP 97\r\na=rtpmap:97 PCMA/8000\r\n');
    const line = createPacketLine(tracks, [undefined, { rtp: 2, rtcp: 3 }], () => 0);
    const packets = got.fragments
      .filter(({ generation }) => generation === info.generation)
      .flatMap((fragment) => line.packetsOf(fragment, info).filter((packet) => packet[1] === 2));
    const sound = packets.map((packet) => packet.subarray(16));
    const [{ out: source }, { out: decoded, words }] = await Promise.all([
      ffmpegBytes(['-i', of(files, 'alaw'), '-map', '0:a', '-c', 'copy', '-f', 'alaw', '-']),
      ffmpegBytes(['-i', 'pipe:0', '-map', '0:a', '-f', 's16le', '-'], filesOf(got).at(-1)),
    ]);
    expect(words).toBe('');
    expect(decoded.length).toBeGreaterThan((SECONDS - 2) * 16_000);
    const samples = Int16Array.from(Buffer.concat(sound), (byte) => LINEAR_OF_G711.pcma[byte] ?? 0);
    expect(decoded.equals(Buffer.from(samples.buffer))).toBe(true);
    // As with AAC it may be moved once, when a report tells where it belongs.
    const breaks = [0, 0];
    for (let at = 1; at < packets.length; at += 1) {
      const [before, after] = [sound[at - 1] ?? source, sound[at] ?? source];
      if (source.indexOf(after) !== source.indexOf(before) + before.length) breaks[0] = (breaks[0] ?? 0) + 1;
      const [was, is] = [packets[at - 1], packets[at]].map((packet) => packet?.readUInt32BE(8) ?? 0);
      if (is !== (was ?? 0) + before.length) breaks[1] = (breaks[1] ?? 0) + 1;
    }
    expect(Math.max(...breaks)).toBeLessThanOrEqual(1);
    expect(sound.filter((bytes) => !source.includes(bytes))).toEqual([]);
  });

  it('begins another generation where the size changes', async () => {
    const { infos } = await of(taken, 'reschange');
    expect(infos.map(({ video }) => video.width)).toEqual([640, 320, 640, 320]);
  });

  it('says that the camera has ended the stream', async () => {
    expect((await of(taken, 'short')).fault).toBe('ended');
  });

  it('shows no picture that cannot be decoded where packets are lost', async () => {
    const got = await of(taken, 'loss');
    const pictures = got.fragments.reduce((sum, { pictures: count = 0 }) => sum + count, 0);
    expect(pictures).toBeGreaterThan(10);
    expect(pictures).toBeLessThan(of(expected, 'loss').length - 4);
    for (const file of filesOf(got)) {
      const decoded = await ffmpeg(['-err_detect', 'explode', '-i', 'pipe:0', '-f', 'null', '-'], file);
      expect([decoded.code, decoded.words]).toEqual([0, '']);
    }
  });
});
