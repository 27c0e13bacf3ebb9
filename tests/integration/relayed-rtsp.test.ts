import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type PerlRtspServer, perlRtspServerMissing, startPerlRtspServer } from '../fakes/perl-rtsp-server.ts';
import { filesOf, hashesOf, made, take } from '../fakes/taken-streams.ts';

/** What FFmpeg packs and a third server relays, through our own client: bit for bit what is in the file. */

const missing = perlRtspServerMissing();
if (missing !== undefined && process.env.CI === 'true') throw new Error(missing);

const PICTURES = 25;
const ENCODERS = {
  h264: ['-c:v', 'libx264', '-preset', 'veryfast', '-tune', 'zerolatency', '-g', '15', '-c:a', 'aac', '-b:a', '48k'],
  h265: ['-c:v', 'libx265', '-preset', 'ultrafast', '-x265-params', 'keyint=15:bframes=0:log-level=none', '-an'],
};

describe.skipIf(missing !== undefined)(missing ?? 'a server that relays', () => {
  let folder: string;
  let server: PerlRtspServer;
  const fileOf = (codec: string): string => join(folder, `${codec}.mkv`);
  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), 'tamnhin-relayed-'));
    const picture = [
      '-f',
      'lavfi',
      '-i',
      'testsrc2=size=160x96:rate=15:duration=12,noise=alls=8:allf=t,format=yuv420p',
    ];
    const tone = ['-f', 'lavfi', '-i', 'sine=frequency=440:sample_rate=48000:duration=12'];
    for (const [codec, encoder] of Object.entries(ENCODERS))
      await made([...picture, ...tone, ...encoder, fileOf(codec)]);
    server = await startPerlRtspServer({ h264: fileOf('h264'), h265: fileOf('h265') });
  });
  afterAll(async () => {
    await server?.stop();
    await rm(folder, { recursive: true });
  });

  it.concurrent.each(['h264', 'h265'] as const)('sends %s that comes out as it went in, over UDP', async (codec) => {
    const taken = await take(server.url(codec), 'udp', PICTURES);
    expect([taken.fault, taken.infos[0]?.video]).toMatchObject(['', { width: 160, height: 96 }]);
    for (const kind of codec === 'h264' ? (['v', 'a'] as const) : (['v'] as const)) {
      const source = (await hashesOf(fileOf(codec), codec, kind)).hashes;
      // On a busy machine the sound comes with the second key frame.
      const parts = kind === 'v' ? filesOf(taken) : filesOf(taken).slice(-1);
      const hashes = (await Promise.all(parts.map((part) => hashesOf(part, codec, kind)))).flatMap(
        (part) => part.hashes,
      );
      const from = source.indexOf(hashes[0] ?? '');
      expect(hashes.length).toBeGreaterThan(PICTURES - 5);
      expect(hashes).toEqual(source.slice(from, from + hashes.length));
    }
  });

  it('is said to send otherwise where it does not send over TCP', async () => {
    expect((await take(server.url('h264'), 'tcp', PICTURES)).fault).toBe('unreachable');
  });
});
