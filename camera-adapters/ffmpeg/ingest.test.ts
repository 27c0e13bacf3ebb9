import { type AddressInfo, createServer, type Server } from 'node:net';
import { afterEach, describe, expect, it } from 'vitest';
import { systemClock } from '#base/clock';
import { silentLogger } from '#base/log';
import { CameraFault } from '../adapter.ts';
import { createIngest, rateIn } from './ingest.ts';

const servers: Server[] = [];
afterEach(() => {
  for (const server of servers.splice(0)) server.close();
});

/** A device that answers every RTSP request with `reply`; `CSeq` is put in. */
async function rogue(reply: string | Buffer): Promise<string> {
  const server = createServer((socket) => {
    socket.on('error', () => {});
    socket.on('data', (data) => {
      const sequence = /CSeq: (\d+)/.exec(data.toString('latin1'))?.[1] ?? '1';
      if (typeof reply === 'string') socket.write(reply.replace('CSEQ', sequence));
      else if (reply.length > 0) socket.end(reply);
    });
  });
  servers.push(server);
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return `rtsp://127.0.0.1:${(server.address() as AddressInfo).port}/x`;
}

async function faultOf(url: string): Promise<string> {
  const ingest = createIngest({
    ffmpegPath: 'ffmpeg',
    fragmentMs: 200,
    readTimeoutMs: 1000,
    clock: systemClock,
    log: silentLogger(),
  });
  const sink = { info: () => {}, fragment: () => {} };
  const { signal } = new AbortController();
  try {
    await ingest.run({ name: null, input: { kind: 'rtsp', url, transport: 'tcp' }, sink, signal });
  } catch (error) {
    if (error instanceof CameraFault) return error.kind;
    throw error;
  }
  return 'none';
}

describe('a hostile device', () => {
  it('cannot send us elsewhere', async () => {
    const inside = await rogue('RTSP/1.0 404 Not Found\r\nCSeq: CSEQ\r\n\r\n');
    const url = await rogue(`RTSP/1.0 302 Found\r\nCSeq: CSEQ\r\nLocation: ${inside}\r\n\r\n`);
    expect(await faultOf(url)).toBe('refusedAddress');
  });

  const sdp = (body: string): string =>
    `RTSP/1.0 200 OK\r\nCSeq: CSEQ\r\nContent-Type: application/sdp\r\nContent-Length: ${body.length}\r\n\r\n${body}`;
  it.each([
    ['says nothing that is RTSP', Buffer.from('HTTP/1.1 200 OK\r\n\r\n<html>'), /notACamera|unreachable|timeout/],
    ['says nothing', Buffer.alloc(0), /timeout/],
    // FFmpeg reads headers byte by byte, so a megabyte takes it seconds; the supervisor ends what takes longer.
    ['has no end of its headers', Buffer.from('x'.repeat(500_000)), /notACamera|unreachable|timeout/],
    ['has a huge SDP', sdp(`v=0\r\n${'a=x:y\r\n'.repeat(100_000)}`), /notACamera|unreachable|timeout/],
    ['has no picture', sdp('v=0\r\nm=audio 0 RTP/AVP 0\r\na=control:a\r\n'), /notACamera|unreachable|timeout|noFrames/],
    [
      'names a file',
      sdp('v=0\r\nm=video 0 RTP/AVP 96\r\na=control:file:///etc/passwd\r\n'),
      /notACamera|unreachable|timeout|noFrames/,
    ],
  ])('that %s ends in a fault', async (_name, reply, kind) => {
    expect(await faultOf(await rogue(reply))).toMatch(kind);
  });
});

it.each([
  ['Stream #0:0: Video: h264 (High), yuv420p, 1280x720, 25 fps, 24 tbr, 90k tbn', 25],
  ['Stream #0:0: Video: hevc (Main), yuv420p(tv), 640x360 [SAR 1:1 DAR 16:9], 14.99 tbr, 90k tbn', 14.99],
  ['Stream #0:0: Video: mjpeg (Baseline), yuvj420p, 640x360, 90k tbr, 90k tbn', null],
  ['Stream #0:0: Video: h264, none', null],
])('reads the rate in %s', (line, rate) => {
  expect(rateIn(line)).toBe(rate);
});
