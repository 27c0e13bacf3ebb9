import { describe, expect, it } from 'vitest';
import { createRtspReader, MOST_HEADER, type RtspRequest, RtspSyntaxError, writeAnswer } from './message.ts';

function readAll(pieces: Iterable<Buffer>) {
  const requests: RtspRequest[] = [];
  const packets: [number, string][] = [];
  const reader = createRtspReader({
    request: (request) => requests.push(request),
    packet: (channel, bytes) => packets.push([channel, bytes.toString()]),
  });
  for (const piece of pieces) reader.push(piece);
  return { requests, packets };
}

const WIRE = Buffer.concat([
  Buffer.from('OPTIONS rtsp://h/a RTSP/1.0\r\nCSeq: 1\r\n\r\n'),
  Buffer.from([0x24, 1, 0, 2, 0x41, 0x42]),
  Buffer.from('\r\nANNOUNCE rtsp://h/a RTSP/1.0\r\ncseq:2\r\nContent-Length: 3\r\n\r\nv=0'),
  Buffer.from('RTSP/1.0 200 OK\r\nCSeq: 9\r\n\r\n'),
  Buffer.from([0x24, 0, 0, 0]),
]);

describe('reading RTSP', () => {
  it('finds the same requests and packets however the bytes are cut', () => {
    const whole = readAll([WIRE]);
    expect(whole.packets).toEqual([
      [1, 'AB'],
      [0, ''],
    ]);
    expect(whole.requests.map(({ method, body, headers }) => [method, body, headers.get('cseq')])).toEqual([
      ['OPTIONS', '', '1'],
      ['ANNOUNCE', 'v=0', '2'],
    ]);
    expect(readAll([...WIRE].map((byte) => Buffer.from([byte])))).toEqual(whole);
  });

  it.each([
    ['no request line', 'GET / HTTP/1.1\r\n\r\n'],
    ['a length that is none', 'DESCRIBE rtsp://h/ RTSP/1.0\r\nContent-Length: -1\r\n\r\n'],
    ['a body of a gigabyte', 'DESCRIBE rtsp://h/ RTSP/1.0\r\nContent-Length: 999999999\r\n\r\n'],
    ['a header without end', 'A'.repeat(MOST_HEADER + 1)],
    ['a header line without name', 'DESCRIBE rtsp://h/ RTSP/1.0\r\n: x\r\n\r\n'],
  ])('refuses %s', (_, text) => {
    expect(() => readAll([Buffer.from(text)])).toThrow(RtspSyntaxError);
  });

  it('never lets a request put lines of its own into the answer', () => {
    expect(writeAnswer({ status: 200 }, '1; x')).toBe('RTSP/1.0 200 OK\r\n\r\n');
  });
});

it('keeps what it has handed out as it was, while more comes', () => {
  const packets: Buffer[] = [];
  const reader = createRtspReader({ request: () => {}, packet: (_, bytes) => packets.push(bytes) });
  const packet = (value: number): Buffer => Buffer.concat([Buffer.from([0x24, 0, 0, 9]), Buffer.alloc(9, value)]);
  const wire = Buffer.concat([1, 2, 3, 4, 5].map(packet));
  for (let at = 0; at < wire.length; at += 7) reader.push(wire.subarray(at, at + 7));
  expect(packets.map((bytes) => [...new Set(bytes)])).toEqual([[1], [2], [3], [4], [5]]);
});
