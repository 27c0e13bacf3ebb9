import { describe, expect, it } from 'vitest';
import { interleaved, rtpPacket } from '../../tests/fakes/rogue-rtsp-server.ts';
import { CameraFault } from '../adapter.ts';
import { createWireReader, MOST_BODY, MOST_HEAD, MOST_STRAY } from './wire-reader.ts';

const ANSWER = 'RTSP/1.0 200 OK\r\nCSeq: 1\r\n\r\n';
const packet = (sequence: number, payload?: Uint8Array): Buffer =>
  interleaved(0, rtpPacket({ sequence, ...(payload === undefined ? {} : { payload }) }));

/** What a reader makes of pieces: answers as their status and body, requests as their method, packets as numbers. */
function read(pieces: readonly (Uint8Array | string)[]): string[] {
  const seen: string[] = [];
  const reader = createWireReader({
    message: (message) =>
      void seen.push(
        message.kind === 'ask' ? message.method : `${message.status}${Buffer.from(message.body).toString()}`,
      ),
    packet: (channel, bytes, start, end) =>
      void seen.push(`${channel}#${Buffer.from(bytes.subarray(start, end)).readUInt16BE(2)}:${end - start}`),
    knows: (channel) => channel === 0,
  });
  try {
    for (const piece of pieces) {
      const bytes = Buffer.from(piece);
      reader.push(bytes, bytes.length);
    }
  } catch (error) {
    if (!(error instanceof CameraFault)) throw error;
    seen.push(error.kind);
  }
  return seen;
}

/** Whole, byte by byte, and cut at every place: what is read must not depend on how it comes. */
function readAnyhow(stream: Uint8Array): string[] {
  const whole = read([stream]);
  expect(read([...stream].map((byte) => Uint8Array.of(byte)))).toEqual(whole);
  for (let at = 1; at < stream.length; at += 1) {
    expect(read([stream.subarray(0, at), stream.subarray(at)])).toEqual(whole);
  }
  return whole;
}

const join = (...parts: readonly (Uint8Array | string)[]): Buffer =>
  Buffer.concat(parts.map((part) => Buffer.from(part)));

describe('what a camera sends', () => {
  it.each<[string, Buffer, string[]]>([
    ['an answer between packets', join(ANSWER, packet(1), packet(2), ANSWER, packet(3)), ['200', '0#1:16', '0#2:16', '200', '0#3:16']],
    ['a body', join('RTSP/1.0 200 OK\r\nContent-Length: 5\r\n\r\nhello', packet(1)), ['200hello', '0#1:16']],
    ['lines that end with LF only', join('RTSP/1.0 200 OK\nContent-Length: 2\n\nhi', packet(1)), ['200hi', '0#1:16']],
    ['a body that is longer by its line end', join('RTSP/1.0 200 OK\r\nContent-Length: 2\r\n\r\nhi\r\n', packet(1)), ['200hi', '0#1:16']],
    ['requests of its own', join(ANSWER, 'GET_PARAMETER rtsp://a/b RTSP/1.0\r\nCSeq: 9\r\n\r\n', packet(1)), ['200', 'GET_PARAMETER', '0#1:16']],
    ['header lines that are none', join('RTSP/1.0 200 OK\r\nnonsense\r\n: x\r\n\r\n'), ['200']],
    ['a status without a reason', join('RTSP/1.0 404\r\n\r\n'), ['404']],
    ['an empty packet', join(ANSWER, Buffer.from([0x24, 5, 0, 4, 0, 0, 0, 7]), packet(2)), ['200', '5#7:4', '0#2:16']],
  ])('%s', (_name, stream, expected) => {
    expect(readAnyhow(Buffer.from(stream))).toEqual(expected);
  });

  it('finds the next packet behind stray bytes', () => {
    const strays = [
      Buffer.from([0, 1, 2, 3]),
      // A `$` of no channel that anybody takes, one whose packet is none of RTP, and letters as of a message.
      Buffer.from([0xff, 0x24, 9, 0, 20, 0x80]),
      Buffer.from([0xff, 0x24, 0, 0, 20, 0x10]),
      Buffer.from('Rx'),
      Buffer.from('xRTSP'),
      Buffer.from('GARBAGE\n'),
      Buffer.from('GARBAGE of several words\r\n'),
    ];
    for (const stray of strays) {
      expect(readAnyhow(join(ANSWER, packet(1), stray, packet(2), packet(3)))).toEqual(['200', '0#1:16', '0#2:16', '0#3:16']);
      expect(readAnyhow(join(ANSWER, packet(1), stray, ANSWER))).toEqual(['200', '0#1:16', '200']);
    }
  });

  it('reads packets of the greatest length, torn anywhere', () => {
    const great = packet(7, Buffer.alloc(65_535 - 12, 0x24));
    const stream = join(ANSWER, great, great);
    const whole = ['200', '0#7:65535', '0#7:65535'];
    expect(read([stream])).toEqual(whole);
    for (const at of [30, 31, 32, 33, 34, 70_000, stream.length - 1]) {
      expect(read([stream.subarray(0, at), stream.subarray(at)])).toEqual(whole);
    }
  });

  it('hands packets on where they lie', () => {
    const memory = join(ANSWER, packet(1), packet(2));
    const seen: boolean[] = [];
    const reader = createWireReader({
      message: () => {},
      packet: (_channel, bytes) => void seen.push(bytes === memory),
      knows: () => true,
    });
    reader.push(memory, memory.length);
    expect(seen).toEqual([true, true]);
  });

  it('takes a body as whole that lacks its line end, when told to', () => {
    const bodies: string[] = [];
    const reader = createWireReader({
      message: (message) => void bodies.push(Buffer.from(message.body).toString()),
      packet: () => {},
      knows: () => false,
    });
    const push = (text: string): void => reader.push(Buffer.from(text), text.length);
    push('RTSP/1.0 200 OK\r\nContent-Length: 5\r\n\r\nv=0');
    expect(reader.missing()).toBe(2);
    reader.settle();
    expect(reader.missing()).toBe(0);
    push(ANSWER);
    expect(bodies).toEqual(['v=0', '']);
  });
});

describe('what is no use', () => {
  const endless = (line: string, count: number): string => line.repeat(count);
  it.each<[string, string | Buffer, string[]]>([
    ['another protocol', 'HTTP/1.1 400 Bad Request\r\n\r\n', ['notACamera']],
    ['a greeting', 'SSH-2.0-OpenSSH_9.2\r\n', ['notACamera']],
    ['bytes', Buffer.from([0x16, 3, 1, 0, 0xff]), ['notACamera']],
    ['a first line without end', `OPTIONS ${endless('x', MOST_HEAD)}`, ['notACamera']],
    ['headers without end', `RTSP/1.0 200 OK\r\n${endless('a: b\r\n', MOST_HEAD / 6 + 1)}`, ['notACamera']],
    ['headers without end, later', `${ANSWER}RTSP/1.0 200 OK\r\n${endless('a: b\r\n', MOST_HEAD / 6 + 1)}`, ['200', 'malformedStream']],
    ['a negative length', 'RTSP/1.0 200 OK\r\nContent-Length: -1\r\n\r\n', ['malformedStream']],
    ['a length that is none', 'RTSP/1.0 200 OK\r\nContent-Length: 0x10\r\n\r\n', ['malformedStream']],
    ['a huge length', 'RTSP/1.0 200 OK\r\nContent-Length: 99999999999\r\n\r\n', ['malformedStream']],
    ['a body that is too long', `RTSP/1.0 200 OK\r\nContent-Length: ${MOST_BODY + 1}\r\n\r\n`, ['malformedStream']],
    ['garbage', join(ANSWER, Buffer.alloc(MOST_STRAY + 1, 0xff)), ['200', 'malformedStream']],
    ['empty lines without end', join(ANSWER, Buffer.alloc(MOST_STRAY + 1, 0x0a)), ['200', 'malformedStream']],
    ['letters without end', join(ANSWER, endless('GARBAGE\n', MOST_STRAY / 8 + 1)), ['200', 'malformedStream']],
  ])('%s', (_name, stream, expected) => {
    const bytes = Buffer.from(stream);
    expect(read([bytes])).toEqual(expected);
    const pieces: Buffer[] = [];
    for (let at = 0; at < bytes.length; at += 997) pieces.push(bytes.subarray(at, at + 997));
    expect(read(pieces)).toEqual(expected);
  });

  it('stops where it is told to', () => {
    let count = 0;
    const reader = createWireReader({
      message: () => {},
      packet() {
        count += 1;
        reader.stop();
      },
      knows: () => true,
    });
    const bytes = join(packet(1), packet(2));
    reader.push(bytes, bytes.length);
    expect(count).toBe(1);
  });
});
